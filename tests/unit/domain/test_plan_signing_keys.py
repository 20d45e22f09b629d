# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plan says of signing keys: the platform's own, which it propagates, and those that are put on an Edge."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import SUPPLY, NamedKey
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView, Judged
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.signing_keys import judge_signing_keys
from unit.domain.fleet_shapes import DOWN, HOME, NOW, edge, jpd, node, platform, seen
from unit.domain.pgp_keys import fingerprint_of, public_key

KEY = "release-key"
FINGERPRINT, OTHER = fingerprint_of("release"), fingerprint_of("other")
TEAM = NamedKey("team", public_key("release"))


def key(alias: str = KEY, fingerprint: str | None = FINGERPRINT) -> Any:
    return {"alias": alias, "fingerprint": fingerprint, "key_id": "0a1b2c"}


def judge(wanted: Any, *, rest: Any = None, of_platform: Any = None) -> Judged:
    told = platform() if of_platform is None else of_platform
    view = EdgeView(
        edge=wanted,
        platform=told,
        registered=Registered(told["jpds"]),
        seen=rest,
        nodes={host: node() for host in wanted.nodes},
        now=NOW,
    )
    return judge_signing_keys(view)


def short(judged: Judged) -> list[tuple[str, str, list[str]]]:
    return [(fact["fact"], fact["state"], fact["drift"]) for fact in judged.facts]


def needs(judged: Judged) -> list[tuple[str, str | None, bool]]:
    return [(need.step, need.host, need.blocked) for need in judged.needs]


PROPAGATED = [("signing_key", "lyon-1", False)]
UNREGISTERED = platform(jpds=[HOME])


@pytest.mark.parametrize(
    ("wanted", "rest", "of_platform", "state", "reason", "planned"),
    [
        pytest.param(
            {}, seen(trusted_signing_keys=[key()]), None, "in_order", "it trusts the signing key", [], id="there"
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[]),
            None,
            "drifted",
            "it does not trust the key 'release-key'",
            PROPAGATED,
            id="missing",
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[key(fingerprint=OTHER)]),
            platform(trusted_signing_keys=[key()]),
            "drifted",
            "its key 'release-key' is another one",
            PROPAGATED,
            id="renewed-at-the-platform",
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[key(fingerprint=OTHER), key()]),
            platform(trusted_signing_keys=[key()]),
            "in_order",
            "it trusts",
            [],
            id="renewed-beside-the-former-one",
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[]),
            UNREGISTERED,
            "drifted",
            "is propagated when the Edge is registered",
            PROPAGATED,
            id="not-registered-yet",
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[key()]),
            UNREGISTERED,
            "in_order",
            "it trusts",
            [],
            id="not-registered-any-more-and-there",
        ),
        pytest.param({}, None, UNREGISTERED, "drifted", "when the Edge is registered", PROPAGATED, id="new-edge"),
        pytest.param({}, seen(**DOWN), None, "unknown", "connection refused", [], id="edge-is-down"),
        pytest.param(
            {},
            seen(unread={"trusted_signing_keys": "it answered 403"}),
            None,
            "unknown",
            "it answered 403",
            [],
            id="edge-refuses-to-tell",
        ),
        pytest.param(
            {"on_unknown": SUPPLY},
            seen(unread={"trusted_signing_keys": "it answered 403"}),
            None,
            "drifted",
            "which keys it trusts could not be read",
            PROPAGATED,
            id="supplied-all-the-same",
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[]),
            platform(reachable=False, error="no answer", jpds=[]),
            "unknown",
            "no answer",
            [],
            id="platform-is-down",
        ),
        pytest.param(
            {},
            seen(trusted_signing_keys=[]),
            platform(jpds=[HOME, jpd(url="https://elsewhere.example.net/")]),
            "unknown",
            "it is not clear which JPD this Edge is",
            [],
            id="jpd-of-somebody-else",
        ),
    ],
)
def test_propagated_key(
    wanted: dict[str, Any], rest: Any, of_platform: Any, state: str, reason: str, planned: list[Any]
) -> None:
    judged = judge(edge(signing_key=KEY, **wanted), rest=rest, of_platform=of_platform)

    assert short(judged) == [("signing_key", state, ["signing_key"] if state == "drifted" else [])]
    assert reason in judged.facts[0]["reason"]
    assert needs(judged) == planned
    assert judged.findings == []


PUT = [("trusted_signing_key", "lyon-1", False)]


@pytest.mark.parametrize(
    ("rest", "of_platform", "state", "reason", "planned", "findings"),
    [
        pytest.param(
            seen(trusted_signing_keys=[key("team")]), None, "in_order", "it trusts 'team'", [], [], id="there"
        ),
        pytest.param(seen(trusted_signing_keys=[]), None, "drifted", "does not trust", PUT, [], id="missing"),
        pytest.param(
            seen(trusted_signing_keys=[key("team", OTHER)]),
            None,
            "drifted",
            "is another one",
            PUT,
            [],
            id="another-key",
        ),
        pytest.param(
            seen(trusted_signing_keys=[key("propagated")]),
            None,
            "unknown",
            "the Edge trusts the same key as 'propagated'",
            [],
            ["trusted signing key"],
            id="under-another-alias",
        ),
        pytest.param(None, UNREGISTERED, "drifted", "the key 'team' is put on it", PUT, [], id="new-edge"),
        pytest.param(seen(**DOWN), None, "unknown", "connection refused", [], [], id="edge-is-down"),
    ],
)
def test_key_that_is_put_on_the_edge(
    rest: Any, of_platform: Any, state: str, reason: str, planned: list[Any], findings: list[str]
) -> None:
    judged = judge(edge(trusted_signing_keys=(TEAM,)), rest=rest, of_platform=of_platform)

    assert short(judged) == [("trusted_signing_key", state, ["trusted_signing_key"] if state == "drifted" else [])]
    assert reason in judged.facts[0]["reason"]
    assert needs(judged) == planned
    assert [finding["what"] for finding in judged.findings] == findings


def test_key_is_put_on_an_edge_that_was_not_read_where_the_inventory_says_so() -> None:
    judged = judge(edge(trusted_signing_keys=(TEAM,), on_unknown="supply"), rest=seen(**DOWN))

    assert short(judged) == [("trusted_signing_key", "drifted", ["trusted_signing_key"])]
    assert judged.facts[0]["reason"] == "the key 'team' is put on it"
    assert needs(judged) == PUT


@pytest.mark.parametrize("on_unknown", ["report", "supply"])
def test_edge_that_refuses_to_tell_its_keys_is_given_none_run_after_run(on_unknown: Any) -> None:
    refused = seen(unread={"trusted_signing_keys": "it answered 403"})

    judged = judge(edge(trusted_signing_keys=(TEAM,), on_unknown=on_unknown), rest=refused)

    assert (short(judged), needs(judged)) == ([("trusted_signing_key", "unknown", [])], [])
    assert [(finding["reason"], finding["needs_person"]) for finding in judged.findings] == [("it answered 403", True)]


def test_key_that_is_none_is_a_persons_to_correct() -> None:
    wanted = edge(trusted_signing_keys=(NamedKey("team", "-----BEGIN PGP PUBLIC KEY BLOCK-----"),))

    judged = judge(wanted, rest=seen(trusted_signing_keys=[]))

    assert judged.findings[0]["reason"] == "Cannot use the public key 'team': it is no armoured OpenPGP block"
    assert judged.findings[0]["needs_person"] is True
    assert judged.needs == []


@pytest.mark.parametrize("wanted", [{}, {"trusted_signing_keys": ()}], ids=["nothing-managed", "no-keys"])
def test_what_is_not_managed_is_not_judged(wanted: dict[str, Any]) -> None:
    judged = judge(edge(**wanted), rest=seen(trusted_signing_keys=[]))

    assert (judged.facts, judged.needs) == ([], [])
