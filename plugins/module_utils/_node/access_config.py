# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The access.config files of a node: what Access shows of its settings, and the patch for the next start."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Final, Iterable, Mapping, Optional

from .._domain import ledger as model
from .._domain.access import access_config
from .._domain.access.access_config import FACT, IMPORT, PATCH, digest, fact_of
from .._domain.errors import ConflictError, LayoutError
from .._domain.moment import is_later
from .._domain.observed import AccessConfig, Ledger
from .._domain.settings import yaml_text
from .._domain.settings.secret_settings import PLAIN, kind_of
from . import backups, files, join_key, ledger, yaml_block
from .layout import SIX, Layout

LATEST = "access.config.latest.yml"
FILE_MODE = 0o644  # what the vendor's role sets (node-files.md 4); our settings are no secrets
NO_PATCH_ON_6 = (
    f"Artifactory 6.x has no {PATCH}. Set the settings in its web page, or by an {IMPORT} as its documentation says"
)

NOTHING: Final[AccessConfig] = {
    "present": False,
    "settings": {},
    "pending": [],
    "problem": None,
    "patch": {},
    "patch_problem": None,
    "unlisted": [],
}


def observe(layout: Layout, recorded: Ledger) -> AccessConfig:
    """Settings by their dotted path, without secrets, and which files wait for a start.

    ``recorded`` tells which settings were supplied: of those it is asked whether Access knows them.
    """
    if layout.generation == SIX:
        return {**NOTHING, "problem": NO_PATCH_ON_6}
    latest, problem = _read(layout.access / LATEST)
    patch, patch_problem = _read(layout.access / PATCH)
    return {
        "present": files.exists(layout.access / LATEST),
        "settings": _plain(latest),
        "pending": [name for name in (IMPORT, PATCH) if files.exists(layout.access / name)],
        "problem": f"{layout.access / LATEST} cannot be read: {problem}" if problem else None,
        "patch": _plain(patch),
        "patch_problem": patch_problem,
        "unlisted": _unlisted(layout, latest, recorded),
    }


def started_at(layout: Layout) -> Optional[str]:
    """When Access last started here: each start writes the live copy of the join key anew (node-files.md 1.2)."""
    return join_key.written_at(layout)


def demand_mergeable(layout: Layout, supplied: Mapping[str, Any]) -> None:
    """Raises ConflictError when a patch of somebody else's waits that could not be written again as it was."""
    path = layout.access / PATCH
    for name in _of_others(layout, ledger.read(layout)):
        nested = any(name.startswith(f"{other}.") or other.startswith(f"{name}.") for other in supplied)
        if nested or not access_config.is_path(name):
            raise ConflictError(
                f"Cannot add settings to {path}: it waits for a start with '{name}', which was not written by this "
                "collection and cannot be merged. Start the node first, so that it is taken, then run again.",
                path=str(path),
            )


def supply(layout: Layout, supplied: Mapping[str, Any], now: datetime) -> Optional[Path]:
    """Write the patch, then the record: a crash between them repeats the supply and does not skip it.

    What waits in a patch of somebody else's is kept. Where it stands against ours, or cannot be read, the file is
    kept in the folder of our backups; its path then.
    """
    account = layout.account()
    path = layout.access / PATCH
    recorded = ledger.read(layout)
    others = _of_others(layout, recorded)
    waiting = {**others, **_of_ours_to_come(layout, recorded)}
    kept = {name: access_config.typed(value) for name, value in waiting.items() if name not in supplied}
    stands_against = any(name in supplied and digest(others[name]) != digest(supplied[name]) for name in others)
    files.make_folder(layout.access, account)
    backup = backups.keep(layout, FACT, path) if stands_against or _read(path)[1] else None
    files.write_atomically(path, yaml_text.text_of({**kept, **supplied}), account=account, mode=_mode(path))
    for name, value in supplied.items():
        recorded = model.record_supplied(recorded, fact_of(name), digest(value), now)
    ledger.write(layout, model.due(recorded, FACT, now))
    return backup


def confirm(layout: Layout, recorded: Ledger, now: datetime, paths: Optional[Iterable[str]] = None) -> Ledger:
    """The ledger with the proof noted for these settings; for all that Access shows, when none are named."""
    if paths is None:
        paths = _shown(layout, recorded)
    for path in paths:
        recorded = model.confirm_supplied(recorded, fact_of(path), now)
    # What another task supplied meanwhile still needs its start.
    return recorded if _of_ours_to_come(layout, recorded) else model.settled(recorded, FACT)


def _shown(layout: Layout, recorded: Ledger) -> list[str]:
    """Settings that were supplied before the last start and are in use now, by all that can be told."""
    seen, since = observe(layout, recorded), started_at(layout)
    if seen["problem"]:
        return []
    found = []
    for fact, entry in recorded["certificates"].items():
        path = fact[len(FACT) + 1 :]
        if not fact.startswith(f"{FACT}:") or entry["confirmed_at"] or not is_later(since, entry["supplied_at"]):
            continue
        current = seen["settings"].get(path, access_config.DEFAULTS.get(path))
        # What latest does not show, and has no known default, has the default: the value that was supplied.
        is_default = current is None and path not in seen["unlisted"]
        if is_default or (current is not None and digest(current) == entry["sha256"]):
            found.append(path)
    return found


def _unlisted(layout: Layout, latest: Mapping[str, Any], recorded: Ledger) -> list[str]:
    """What was supplied, and neither is shown nor stands in the list of settings that Access wrote."""
    supplied = [fact[len(FACT) + 1 :] for fact in recorded["certificates"] if fact.startswith(f"{FACT}:")]
    unseen = [path for path in supplied if path not in latest and path not in access_config.DEFAULTS]
    if not unseen:
        return []
    try:
        template = files.read_text(layout.access / access_config.TEMPLATE)
    except LayoutError:
        return []
    return access_config.unlisted(unseen, template or "")


def _mode(path: Path) -> int:
    """No wider than that of the patch that waits: somebody else's may hold a secret, which is kept in ours."""
    try:
        return FILE_MODE & (os.lstat(path).st_mode | 0o600)
    except OSError:
        return FILE_MODE


def _read(path: Path) -> tuple[Dict[str, Any], Optional[str]]:
    try:
        text = files.read_text(path)
    except LayoutError as exc:
        return {}, exc.msg
    return yaml_block.read(text or "")


def _plain(settings: Mapping[str, Any]) -> Dict[str, Any]:
    return {path: value for path, value in settings.items() if kind_of(path, value) == PLAIN}


def _of_others(layout: Layout, recorded: Ledger) -> Dict[str, Any]:
    """What waits and was not supplied by this collection, secrets included."""
    waiting, _problem = _read(layout.access / PATCH)
    return {name: value for name, value in waiting.items() if not _is_ours(recorded, name, value)}


def _of_ours_to_come(layout: Layout, recorded: Ledger) -> Dict[str, Any]:
    """What an earlier task supplied and no start has taken yet: another task of the same run must not lose it."""
    waiting, _problem = _read(layout.access / PATCH)
    since = started_at(layout)
    return {
        name: value
        for name, value in waiting.items()
        if _is_ours(recorded, name, value)
        and not is_later(since, recorded["certificates"][fact_of(name)]["supplied_at"])
    }


def _is_ours(recorded: Ledger, path: str, value: Any) -> bool:
    entry = recorded["certificates"].get(fact_of(path))
    return entry is not None and entry["confirmed_at"] is None and bool(entry["sha256"] == digest(value))
