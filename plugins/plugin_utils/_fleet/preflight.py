# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory's variables to the preflight of the platform and all Edges."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._adapter.waiting import Clock
from ...module_utils._client.preflight import read_preflight
from ...module_utils._domain.desired.shapes import BRIDGE
from ...module_utils._domain.keys.keys import PUBLISHED, key_problem
from ...module_utils._domain.preflight.belongings import Needed
from ...module_utils._domain.preflight.checks import check_fleet
from ...module_utils._domain.preflight.shapes import Intended
from ...module_utils._domain.trust.trust import AUTO
from ...module_utils._domain.url import is_bridge
from .._action.progress import SILENT, Speaker
from .._files.key_source import beside_inventory, read_key_file
from .connections import reach
from .preflight_source import source_of

# Keys of this collection's variables, and of the vendor's installer collection, which many inventories have as well.
KEYS = ("edge_join_key", "edge_master_key", "join_key", "master_key")
KEY_FILES = ("edge_join_key_file", "edge_master_key_file")
LICENSES = ("edge_license_bucket", "edge_license_keys")
CANARY = "edge_canary"
REPOSITORY = "platform_canary_repository"
CREATE_REPOSITORY = "platform_canary_create_repository"
# What the platform has to have, and what says so.
BELONGINGS = ("edge_signing_key", "edge_license_bucket", CANARY, REPOSITORY, CREATE_REPOSITORY)
INTENTIONS = (
    "edge_signing_key",
    CANARY,
    REPOSITORY,
    CREATE_REPOSITORY,
    "edge_base_url",
    "edge_connection",
    *LICENSES,
    *KEYS,
    *KEY_FILES,
    "inventory_dir",
)


def preflight_fleet(
    task_vars: Mapping[str, Any],
    *,
    hosts: Sequence[str] | None,
    options: Mapping[str, Any],
    max_parallel: int,
    loader: Any,
    clock: Clock,
    speaker: Speaker = SILENT,
) -> tuple[dict[str, Any], list[str]]:
    """The findings about the platform and the Edges of these hosts (default: all hosts of the play), and warnings.

    ``options`` of the task win over the platform's variables in the inventory. Raises InventoryError.
    """
    found = reach(task_vars, hosts, options, INTENTIONS)
    warnings = found.warnings()
    intended = _intended(found.variables, loader)
    seen = read_preflight(
        source_of("platform", found.platform),
        [source_of(name, edge.connection) for name, edge in found.edges.items()],
        now=clock.now,
        max_parallel=max_parallel,
        progress=speaker.about("Look at the Edges", len(found.edges)),
        needed=needed_of(found.variables.values()),
    )
    return check_fleet(seen, intended, now=clock.now()), warnings


def needed_of(hosts: Iterable[Mapping[str, Any]]) -> Needed:
    """What is to be looked for at the platform, as the variables of these hosts say."""
    every = list(hosts)
    proven = [one for one in every if _is_on(one.get(CANARY)) and not _is_on(one.get(CREATE_REPOSITORY))]
    return Needed(
        signing_keys=any(one.get("edge_signing_key") for one in every),
        license_buckets=any(one.get("edge_license_bucket") for one in every),
        repository=next((str(one[REPOSITORY]) for one in proven if one.get(REPOSITORY)), None),
    )


def _is_on(value: Any) -> bool:
    """A value that is neither true nor false is the plan's to refuse."""
    try:
        return value is not None and bool(boolean(value))
    except TypeError:
        return False


def _intended(variables: Mapping[str, Mapping[str, Any]], loader: Any) -> dict[str, Intended]:
    """By Edge, as its first host says; the keys of all its hosts."""
    grouped: dict[str, dict[str, Mapping[str, Any]]] = {}
    for host, values in variables.items():
        grouped.setdefault(str(values["edge_name"]), {})[host] = values
    found: dict[str, Intended] = {}
    for name, hosts in grouped.items():
        values = next(iter(hosts.values()))
        url = str(values["edge_url"])
        found[name] = Intended(
            name=name,
            url=url,
            trust_method=str(values.get("edge_trust_method") or AUTO),
            base_url=str(values["edge_base_url"]) if values.get("edge_base_url") else None,
            bridge=values.get("edge_connection") == BRIDGE or is_bridge(url),
            licensed=any(values.get(variable) for variable in LICENSES),
            signing_key=str(values["edge_signing_key"]) if values.get("edge_signing_key") else None,
            license_bucket=str(values["edge_license_bucket"]) if values.get("edge_license_bucket") else None,
            canary=_is_on(values.get(CANARY)),
            client_at_platform=bool(values.get("platform_client_certificate_path")),
            client_at_edge=bool(values.get("edge_client_certificate_path")),
            published_keys=tuple(
                f"{variable} of host {host}" for host, one in hosts.items() for variable in _published(one, loader)
            ),
        )
    return found


def _published(values: Mapping[str, Any], loader: Any) -> list[str]:
    """The variables of one host that hold, or name, a default that the vendor has published."""
    found = [name for name in KEYS if key_problem(str(values.get(name) or "")) == PUBLISHED]
    for name in KEY_FILES:
        if values.get(name):
            key = read_key_file(beside_inventory(str(values[name]), values), loader=loader)
            found += [name] if key is not None and key_problem(key) == PUBLISHED else []
    return found
