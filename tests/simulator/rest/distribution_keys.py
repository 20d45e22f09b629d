# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of Distribution, for release bundles v1: control-plane-api.md 6.1.

JFrog's pages "Upload and Propagate GPG Signing Keys for Distribution" and "Propagate GPG Signing Keys to a Distribution
Edge" have the rest: the protocol in the path is gpg or pgp, and the alias or all keys can be named since 2.13.2.
"""

from __future__ import annotations

from typing import Any, Optional

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.key_propagation import FAILURE, NOT_REQUESTED, PARTIAL_SUCCESS, propagate
from simulator.platform import Platform
from simulator.rest.artifactory_keys import refuse_bad_pair
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.signing_keys import KeyPair
from simulator.versions import at_least

ENDPOINTS = Endpoints()
PATH = "/distribution/api/v1/keys/{protocol}"
PROTOCOLS = ("gpg", "pgp")
BODY = frozenset({"key", "propagate_to_edge_nodes", "fail_on_propagation_failure", "set_as_default"})
KEY = frozenset({"alias", "public_key", "private_key"})
CHOICE_SINCE = "2.13.2"
DEFAULT_ALIAS = "default"


@ENDPOINTS.add("POST", PATH, "6.1", body=JSON, distribution_since="2.4.0")
def upload(incoming: Incoming) -> Response:
    """6.1: keeps the pair, and brings the public half to the JPDs when that is asked for."""
    platform = _platform(incoming)
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, BODY)
    pair = _pair(incoming, content.get("key"))
    flags = {name: content.get(name, False) for name in BODY - {"key"}}
    wrong = next((name for name in sorted(flags) if not isinstance(flags[name], bool)), None)
    if wrong is not None:
        raise Refusal(400, f"'{wrong}' must be a boolean")
    report: dict[str, Any] = {"status": NOT_REQUESTED, "details": []}
    if flags["propagate_to_edge_nodes"]:
        report = propagate(incoming.simulator, [pair])
    if flags["fail_on_propagation_failure"] and report["status"] in (FAILURE, PARTIAL_SUCCESS):
        raise Refusal(500, "The key could not be propagated to all targets")
    platform.distribution_keys[pair.alias] = pair
    if flags["set_as_default"] or platform.default_distribution_key is None:
        platform.default_distribution_key = pair.alias
    return _report(incoming, report, incoming.simulator.switches.distribution_key_uploaded_status)


@ENDPOINTS.add("POST", PATH + "/propagate", "6.1", query={"all", "alias"}, distribution_since="2.4.0")
def propagate_keys(incoming: Incoming) -> Response:
    """6.1: the default key, the one of an alias, or all."""
    platform = _platform(incoming)
    if incoming.query and not at_least(platform.distribution or "0.0", CHOICE_SINCE):
        raise Refusal(400, f"Unknown query parameter '{sorted(incoming.query)[0]}'")
    return _report(incoming, propagate(incoming.simulator, _chosen(incoming, platform)))


def default_key(platform: Platform) -> Optional[KeyPair]:
    """What bundles v1 are signed with."""
    return platform.distribution_keys.get(platform.default_distribution_key or "")


def _chosen(incoming: Incoming, platform: Platform) -> list[KeyPair]:
    alias, everything = incoming.query.get("alias"), incoming.query.get("all", "false").lower()
    if everything not in ("true", "false"):
        raise Refusal(400, "'all' must be true or false")
    if alias is not None and everything == "true":
        raise Refusal(400, "Either 'alias' or 'all', not both")
    if everything == "true":
        return [platform.distribution_keys[name] for name in sorted(platform.distribution_keys)]
    if alias is None:
        default = default_key(platform)
        return [default] if default is not None else []
    if alias not in platform.distribution_keys:
        raise Refusal(404, f"Key with alias '{alias}' was not found")
    return [platform.distribution_keys[alias]]


def _pair(incoming: Incoming, key: Any) -> KeyPair:
    if not isinstance(key, dict) or not all(isinstance(key.get(name), str) for name in ("public_key", "private_key")):
        raise Refusal(400, "'key' must have 'public_key' and 'private_key'")
    incoming.refuse_unknown_fields(key, KEY)
    refuse_bad_pair(key["public_key"], key["private_key"])
    alias = str(key.get("alias") or DEFAULT_ALIAS)
    return KeyPair(alias, alias, "GPG", key["public_key"], key["private_key"])


def _platform(incoming: Incoming) -> Platform:
    if incoming.parameters["protocol"] not in PROTOCOLS:
        raise Refusal(404)
    return incoming.simulator.platform


def _report(incoming: Incoming, report: dict[str, Any], status: int = 200) -> Response:
    wrapped = incoming.simulator.switches.key_report_wrapped
    return JSONResponse({"report": report} if wrapped else report, status)
