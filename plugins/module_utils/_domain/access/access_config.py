# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Settings of Access: whether its database holds the wanted ones, and what is to be done (node-files.md 4).

The only read-back is access.config.latest.yml, which shows what differs from the defaults and nothing else, as it was
at the last start. So a setting that it does not show has its default: a known one, or one that this collection's
ledger tells of, because it supplied that very value and a start has taken it without showing it. Or Access does not
know it: the names that it knows stand in access.config.template.yml ("a reference to the list of configurable
parameters", jfrog.com/confluence, "Access YAML Configuration"). The values in there do not count, because some of them
are samples.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from typing import Any, Dict, Final, Iterable, List, Mapping, Optional, Sequence

from ..change import NONE, UPDATE, Change
from ..errors import InventoryError
from ..moment import is_later
from ..observed import AccessConfig, CertificateEntry, Ledger
from ..settings.secret_settings import PLAIN, kind_of
from ..settings.system_yaml import flatten
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict

FACT: Final = "access_config"
PATCH: Final = "access.config.patch.yml"
IMPORT: Final = "access.config.import.yml"
TEMPLATE: Final = "access.config.template.yml"

# Defaults that a source names, by dotted path. token.default-expiry is none of them: it is a year in newer versions
# and an hour in older ones.
DEFAULTS: Final[Mapping[str, str]] = {
    "security.tls": "false",  # node-files.md 4; artifactory chart, access.accessConfig
    "security.authentication.mtls.enabled": "false",  # node-files.md 5; vendor role, defaults/main.yml
    "bootstrap-token-delete-in-minutes": "1",  # node-files.md 3.4; docs.jfrog.com, "Create an automatic admin token"
    "token.max-expiry": "0",  # jfrog.com/help, JFrog REST APIs, "Recommended configurations"
    "token.allow-refreshable": "true",  # the same page
}

IN_USE = "in_use"
WAITING = "waiting"
UNRECORDED = "unrecorded"  # it waits, but nobody knows of it: an earlier run ended before the record, or others did it

REPORT = "report"
SUPPLY = "supply"

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
# A name in the template, also of a setting that is commented out there.
_NAME = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_-]*)\"?[ \t]*:(?=\s|$)")
_FLAGS = {"True": True, "TRUE": True, "False": False, "FALSE": False}


@dataclass(frozen=True)
class Judgement:
    """``verdict`` is for the plan, ``change`` for the module; ``supplied`` is what the patch has to hold."""

    verdict: Verdict
    change: Change
    supplied: Dict[str, Any]
    proven: List[str]  # settings that are in use, which the ledger does not know yet
    obstacle: Optional[str] = None  # why nothing may be written


def check_settings(settings: Any) -> Dict[str, Any]:
    """The wanted settings by their dotted path. Raises InventoryError for what cannot be managed, and for secrets."""
    if not isinstance(settings, Mapping):
        raise _unusable("they are no mapping such as {security: {tls: true}}")
    try:
        flat = flatten(settings)
    except ValueError as exc:
        raise _unusable(str(exc)) from None
    for path, value in flat.items():
        if not is_path(path):
            raise _unusable(f"{path!r} is no dotted path such as security.tls")
        problem = _value_problem(value)
        if problem:
            raise _unusable(f"'{path}' {problem}")
        if kind_of(path, text_of(value)) != PLAIN:
            raise _unusable(
                f"'{path}' holds a secret, and these settings are shown in diffs and lie in a file that everybody on "
                "the node can read. Set it in the web page of the Edge"
            )
    return {path: typed(value) for path, value in flat.items()}


def is_path(path: str) -> bool:
    """Whether this is a dotted path whose parts need no quotes."""
    return all(_PART.fullmatch(part) for part in path.split("."))


def unlisted(paths: Iterable[str], template: str) -> List[str]:
    """Those of the settings that Access does not know by its template, as far as names alone tell.

    The template is no YAML (a line in it keeps it from being imported), and where a name stands is not compared: a
    setting that exists must never be among these.
    """
    names = set(_NAME.findall(template))
    return sorted(path for path in paths if names and not names.issuperset(path.split(".")))


def typed(value: Any) -> Any:
    """The value with the type that the product expects: a template makes text of what was true or a number."""
    if isinstance(value, (list, tuple)):
        return [typed(item) for item in value]
    if isinstance(value, str):
        if value in _FLAGS or value in ("true", "false"):
            return _FLAGS.get(value, value == "true")
        return int(value) if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,17})", value) else value
    return value


def text_of(value: Any) -> Any:
    """The text, or list of texts, by which a value is compared."""
    if isinstance(value, (list, tuple)):
        return [text_of(item) for item in value]
    value = typed(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def fact_of(path: str) -> str:
    """The name in the ledger under which the supply of a setting is recorded."""
    return f"{FACT}:{path}"


def digest(value: Any) -> str:
    """What the ledger keeps of a value."""
    return hashlib.sha256(json.dumps(text_of(value)).encode()).hexdigest()


def judge_access_config(
    seen: AccessConfig,
    ledger: Ledger,
    wanted: Mapping[str, Any],
    *,
    started_at: Optional[str],
    on_unknown: str = REPORT,
) -> Judgement:
    """Whether Access has the wanted settings. ``started_at`` is when the node last started.

    For each setting the first row that fits decides:

    ====================================================================  =================================
    the waiting patch has the wanted value                                in order, the next start takes it
    latest shows the wanted value, or nothing and it is the default       in order
    latest shows nothing, the default is not known; the wanted value      in order, the value is the default
    was supplied, and a start came since; the template has its name
    the same, but the template does not have its name                     unknown: it may be mistyped
    another value; the wanted one was supplied, and a start came since,   unknown: the product did not take
    but it never was in use                                               it, so it is not supplied again
    anything else                                                         drifted
    ====================================================================  =================================

    With ``on_unknown`` "supply", a value that was not taken is supplied again, and a patch of somebody else's that
    stands against it is replaced.
    """
    obstacle = _obstacle(seen, wanted)
    if obstacle:
        return _left(Verdict(UNKNOWN, obstacle), seen, wanted, obstacle)
    of = {path: _Setting(path, value, seen, ledger, started_at) for path, value in wanted.items()}
    foreign = sorted(path for path, setting in of.items() if setting.is_contradicted)
    if on_unknown != SUPPLY:
        if seen["patch_problem"]:
            why = f"a {PATCH} waits for a start that cannot be read ({seen['patch_problem']})"
            return _left(Verdict(UNKNOWN, why), seen, wanted, why)
        if foreign:
            why = f"a {PATCH} of somebody else waits for a start, with another value of {', '.join(foreign)}"
            return _left(Verdict(UNKNOWN, why), seen, wanted, why)
    not_taken = sorted(path for path, setting in of.items() if setting.was_not_taken)
    if not_taken and on_unknown != SUPPLY:
        return _left(Verdict(UNKNOWN, _not_taken(not_taken, seen["unlisted"])), seen, wanted, None)
    return _decided(of, ledger)


@dataclass(frozen=True)
class _Setting:
    """One wanted setting and what is known of it."""

    path: str
    value: Any
    seen: AccessConfig
    ledger: Ledger
    started_at: Optional[str]

    @property
    def wanted(self) -> Any:
        return text_of(self.value)

    @property
    def entry(self) -> Optional[CertificateEntry]:
        """The record of the supply of the wanted value."""
        entry: Optional[CertificateEntry] = self.ledger["certificates"].get(fact_of(self.path))
        return entry if entry is not None and entry["sha256"] == digest(self.value) else None

    @property
    def waits(self) -> bool:
        """Whether the next start takes the wanted value; what lies there although a start came was left behind."""
        if self.path not in self.seen["patch"] or self.was_started_since:
            return False
        return bool(text_of(self.seen["patch"][self.path]) == self.wanted)

    @property
    def another_waits(self) -> bool:
        """Whether the next start would take another value."""
        return self.path in self.seen["patch"] and text_of(self.seen["patch"][self.path]) != self.wanted

    @property
    def is_contradicted(self) -> bool:
        """Whether another value waits that this collection did not supply."""
        if not self.another_waits:
            return False
        entry = self.ledger["certificates"].get(fact_of(self.path))
        return entry is None or entry["sha256"] != digest(self.seen["patch"][self.path])

    @property
    def current(self) -> Any:
        """The value that Access has; None when latest does not show it and its default is not known."""
        shown = self.seen["settings"].get(self.path)
        return text_of(shown) if shown is not None else DEFAULTS.get(self.path)

    @property
    def is_unlisted(self) -> bool:
        """Whether Access does not know the setting, by what it shows and lists."""
        return self.path in self.seen["unlisted"]

    @property
    def was_started_since(self) -> bool:
        return self.entry is not None and is_later(self.started_at, self.entry["supplied_at"])

    @property
    def is_confirmed(self) -> bool:
        return self.entry is not None and self.entry["confirmed_at"] is not None

    @property
    def is_unconfirmed(self) -> bool:
        return self.is_in_use and self.was_started_since and not self.is_confirmed

    @property
    def is_in_use(self) -> bool:
        if self.another_waits:
            return False
        if self.current is None:
            return not self.is_unlisted and (self.is_confirmed or self.was_started_since)
        return bool(self.current == self.wanted)

    @property
    def was_not_taken(self) -> bool:
        """Whether a start took the value away, without a trace of it in what Access shows."""
        was_in_use = self.is_confirmed and not self.is_unlisted
        return self.was_started_since and not (was_in_use or self.is_in_use or self.another_waits)


def _decided(of: Mapping[str, _Setting], ledger: Ledger) -> Judgement:
    waiting = [path for path in sorted(of) if of[path].waits]
    missing = [path for path in sorted(of) if not (of[path].waits or of[path].is_in_use)]
    unrecorded = [path for path in waiting if of[path].entry is None or FACT not in ledger["restart_due"]]
    proven = [path for path in sorted(of) if not of[path].waits and of[path].is_unconfirmed]
    wanted = {path: setting.wanted for path, setting in of.items()}
    state = WAITING if waiting else IN_USE
    if missing or unrecorded:
        values = {path: wanted[path] if path not in missing else of[path].current for path in of}
        before = {**values, "state": UNRECORDED if unrecorded else state}
        change = Change(UPDATE, before, {**wanted, "state": WAITING})
        supplied = {path: of[path].value for path in (*missing, *waiting)}
        return Judgement(Verdict(DRIFTED, _drift(of, missing, unrecorded)), change, supplied, [])
    after = {**wanted, "state": state}
    if proven and not waiting:
        change = Change(UPDATE, {**wanted, "state": WAITING}, after)
        return Judgement(Verdict(IN_ORDER, "the settings are in use since the last start"), change, {}, proven)
    reason = "the settings wait for the next start" if waiting else f"the settings are in use{_unshown(of)}"
    return Judgement(Verdict(IN_ORDER, reason), Change(NONE, after, after), {}, [])


def _unshown(of: Mapping[str, _Setting]) -> str:
    """Nothing tells a default from a name that Access does not know: latest shows neither."""
    names = [path for path in sorted(of) if of[path].current is None]
    return f"; not shown, so that it is the default or nothing that Access knows: {', '.join(names)}" if names else ""


def _drift(of: Mapping[str, _Setting], missing: List[str], unrecorded: List[str]) -> str:
    if not missing:
        return f"nothing is recorded of what waits in {PATCH}: {', '.join(unrecorded)}"
    told = [f"{path} is {_words(of[path].current)} instead of {_words(of[path].wanted)}" for path in missing]
    return "; ".join(told)


def _words(value: Any) -> str:
    return "not shown" if value is None else json.dumps(value, ensure_ascii=False).strip('"')


def _not_taken(paths: List[str], unlisted: Sequence[str]) -> str:
    mistyped = [path for path in paths if path in unlisted]
    others = [path for path in paths if path not in unlisted]
    told = []
    if mistyped:
        told.append(
            f"{', '.join(mistyped)}: supplied, and a start has taken the {PATCH} away since, but Access does not show "
            f"it, and {TEMPLATE}, its list of settings, does not have that name. Correct the name; if it is right, "
            "Access shows nothing because the value is the default, and the setting can be left out"
        )
    if others:
        told.append(
            f"{', '.join(others)}: supplied, and a start has taken the {PATCH} away since, but Access does not have "
            "what was asked for. It may not know the setting or the value, or an import has replaced it; look for it "
            f"in {TEMPLATE} and in the node's access-service.log. To supply it again, set on_unknown to supply"
        )
    return "; ".join(told)


def _obstacle(seen: AccessConfig, wanted: Mapping[str, Any]) -> Optional[str]:
    """Why the settings can be neither compared nor supplied."""
    if seen["problem"]:
        return seen["problem"]
    if IMPORT in seen["pending"]:
        return (
            f"an {IMPORT} waits, which replaces all settings at the next start. Start the node again, or move that "
            "file away"
        )
    for path in wanted:
        inner = next((name for name in seen["settings"] if name.startswith((f"{path}.", f"{path}["))), None)
        if inner is not None:
            return f"'{path}' is a section of Access's settings ('{inner}'), not a setting. Name the settings in it"
    return None


def _left(verdict: Verdict, seen: AccessConfig, wanted: Mapping[str, Any], obstacle: Optional[str]) -> Judgement:
    """Nothing is done; what was seen is told."""
    shown = {path: seen["settings"].get(path, DEFAULTS.get(path)) for path in wanted}
    facts = {**shown, "state": "unknown"}
    return Judgement(verdict, Change(NONE, facts, facts), {}, [], obstacle)


def _value_problem(value: Any) -> Optional[str]:
    if isinstance(value, (list, tuple)):
        if any(isinstance(item, (list, tuple, Mapping)) for item in value):
            return "is a list of more than single values, which cannot be managed"
        return next((problem for problem in map(_value_problem, value) if problem), None)
    if value is None:
        return "has no value. Leave it out; there is no way to set a setting back but to write its default"
    if not isinstance(value, (bool, int, float, str)):
        return "is neither text, number, true nor false"
    if isinstance(value, float) and not math.isfinite(value):
        return "is no finite number"
    if isinstance(value, str) and _CONTROL.search(value):
        return "has a control character in it"
    return None


def _unusable(why: str) -> InventoryError:
    return InventoryError(f"Cannot use the settings of Access: {why}.", setting="settings")
