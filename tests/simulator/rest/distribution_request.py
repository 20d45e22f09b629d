# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a distribution, and which JPDs its rules mean: control-plane-api.md 6.3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from simulator.envelopes import Refusal
from simulator.jpd_view import OFFLINE, UNAUTHORIZED
from simulator.rest.endpoint import Incoming

RULE_FIELDS = frozenset({"site_name", "city_name", "country_codes"})
MODIFICATION_FIELDS = frozenset({"mappings", "default_path_mapping_by_last_promotion"})


@dataclass(frozen=True)
class DistributionRequest:
    """``entries`` are the JPDs that are meant and can be reached; the platform's own may be among them."""

    dry_run: bool
    auto_create: bool
    rules: list[dict[str, Any]]
    mappings: list[tuple[str, str]]
    entries: list[dict[str, Any]]

    @classmethod
    def read(cls, incoming: Incoming, content: dict[str, Any], known: frozenset[str]) -> DistributionRequest:
        """Raises Refusal for a body that is not right, and when no Edge is meant."""
        incoming.refuse_unknown_fields(content, known)
        rules = _rules(incoming, content)
        return cls(
            dry_run=_flag(incoming, content, "dry_run"),
            auto_create=_flag(incoming, content, "auto_create_missing_repositories"),
            rules=rules,
            mappings=mappings_in(incoming, content.get("modifications") or {}),
            entries=_entries(incoming, rules),
        )


def mappings_in(incoming: Incoming, content: Any) -> list[tuple[str, str]]:
    """``{"mappings": [{"input", "output"}]}`` as pairs. The official Go client sends null for none."""
    if not isinstance(content, dict):
        raise Refusal(400, "'modifications' must be an object")
    incoming.refuse_unknown_fields(content, MODIFICATION_FIELDS)
    found = []
    for one in content.get("mappings") or []:
        if not isinstance(one, dict) or not all(isinstance(one.get(key), str) for key in ("input", "output")):
            raise Refusal(400, "A mapping needs 'input' and 'output'")
        incoming.refuse_unknown_fields(one, frozenset({"input", "output"}))
        try:
            re.compile(one["input"])
        except re.error as error:
            raise Refusal(400, f"The mapping '{one['input']}' is no regular expression") from error
        found.append((one["input"], one["output"]))
    return found


def _flag(incoming: Incoming, content: dict[str, Any], name: str) -> bool:
    value = content.get(name, False)
    if incoming.simulator.switches.distribution_flags_as_text and value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise Refusal(400, f"'{name}' must be a boolean")
    return value


def _rules(incoming: Incoming, content: dict[str, Any]) -> list[dict[str, Any]]:
    rules = content.get("distribution_rules")
    if not isinstance(rules, list) or not rules:
        raise Refusal(400, "'distribution_rules' must have at least one rule")
    for rule in rules:
        if not isinstance(rule, dict) or not rule:
            raise Refusal(400, "A distribution rule must be an object with at least one field")
        incoming.refuse_unknown_fields(rule, RULE_FIELDS)
        codes = rule.get("country_codes", [])
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise Refusal(400, "'country_codes' must be a list of strings")
        if not all(isinstance(rule.get(key, ""), str) for key in ("site_name", "city_name")):
            raise Refusal(400, "'site_name' and 'city_name' must be strings")
    return rules


def _entries(incoming: Incoming, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """6: Mission Control is asked before every distribution, and what is OFFLINE gets none."""
    simulator, switches = incoming.simulator, incoming.simulator.switches
    dealing = {OFFLINE: switches.distribution_to_offline, UNAUTHORIZED: switches.distribution_to_unauthorized}
    found = []
    for entry in list(simulator.platform.jpds):
        if not any(_matches(rule, entry) for rule in rules):
            continue
        status = simulator.jpd_view.status(entry)
        how = dealing.get(status, "tried")
        if how == "refused":
            raise Refusal(400, switches.distribution_refused_message.format(name=entry["name"], status=status))
        if how == "tried":
            found.append(entry)
    if all(entry["local"] for entry in found):
        raise Refusal(switches.no_edge_matches_status, switches.no_edge_matches_message)
    return found


def _matches(rule: dict[str, Any], entry: dict[str, Any]) -> bool:
    location = entry["location"]
    codes = rule.get("country_codes") or ["*"]
    return (
        _like(rule.get("site_name"), entry["name"])
        and _like(rule.get("city_name"), str(location["city_name"]))
        and any(_like(code, str(location["country_code"])) for code in codes)
    )


def _like(pattern: Any, value: str) -> bool:
    return not pattern or fnmatchcase(value, str(pattern).replace("[", "[[]"))
