# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import pairing
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import PairingError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
EDGE = "https://edge-lyon.example.net/"


def make_token(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{body}.c2lnbmF0dXJl"


def pairing_token(base_url: str = "https://edge-lyon.example.net", life: int = 300) -> str:
    issued = int(NOW.timestamp())
    return make_token(ext=json.dumps({"base_url": base_url}), iat=issued, exp=issued + life)


def test_claims_of_a_pairing_token_are_read() -> None:
    assert pairing.claims(pairing_token()) == pairing.PairingClaims(
        extended=True,
        base_url="https://edge-lyon.example.net",
        issued_at=NOW,
        expires_at=NOW + timedelta(seconds=300),
    )


@pytest.mark.parametrize(
    ("token", "extended", "base_url"),
    [
        pytest.param(make_token(exp=1), False, None, id="access-token"),
        pytest.param(make_token(ext="{"), False, None, id="ext-is-no-json"),
        pytest.param(make_token(ext="[]"), False, None, id="ext-is-no-object"),
        pytest.param(make_token(ext={"base_url": EDGE}), True, EDGE, id="ext-is-an-object"),
        pytest.param(make_token(ext="{}"), True, None, id="ext-without-base-url"),
        pytest.param(make_token(ext='{"base_url": 5}'), True, None, id="base-url-is-no-text"),
    ],
)
def test_claims_without_a_usable_ext_say_so(token: str, extended: bool, base_url: str | None) -> None:
    found = pairing.claims(token)
    assert (found.extended, found.base_url) == (extended, base_url)


@pytest.mark.parametrize("value", [None, True, "soon", 1e30])
def test_claims_with_an_odd_time_have_none(value: Any) -> None:
    assert pairing.claims(make_token(exp=value)).expires_at is None


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("<html>sign in</html>", id="html"),
        pytest.param("a.b", id="two-parts"),
        pytest.param("a.!!!!.c", id="no-base64"),
        pytest.param("a.e30x.c", id="no-json"),
        pytest.param("a.W10.c", id="no-object"),
        pytest.param(make_token(exp=float("nan")), id="not-a-number"),
        pytest.param("a.é.c", id="not-ascii"),
    ],
)
def test_claims_of_no_token_are_refused_without_showing_it(token: str) -> None:
    with pytest.raises(PairingError, match=r"^Cannot read the pairing token: it is no JSON web token\.") as refused:
        pairing.claims(token)
    assert not token or token not in refused.value.msg


@pytest.mark.parametrize(
    ("token", "edge_url"),
    [
        pytest.param(pairing_token(), EDGE, id="same-host"),
        pytest.param(pairing_token("https://EDGE-LYON.example.net:8443/"), EDGE, id="case-and-port-do-not-count"),
        pytest.param(pairing_token("https://inner"), "http://localhost:8046/bridge-x/", id="behind-a-bridge"),
        pytest.param(make_token(ext=json.dumps({"base_url": EDGE})), EDGE, id="no-expiry-claim"),
    ],
)
def test_check_of_a_token_that_can_work_passes(token: str, edge_url: str) -> None:
    pairing.check(pairing.claims(token), edge_url=edge_url, now=NOW)


@pytest.mark.parametrize(
    ("token", "later", "words", "details"),
    [
        pytest.param(make_token(exp=2e9), 0, "no base URL in an 'ext' claim", {}, id="access-token"),
        pytest.param(make_token(ext="{}"), 0, "no base URL in an 'ext' claim", {}, id="no-base-url"),
        pytest.param(
            pairing_token("https://edge-inner.lan"),
            0,
            "calls itself https://edge-inner.lan .* Set the Edge's custom base URL",
            {"base_url": "https://edge-inner.lan", "edge_url": EDGE},
            id="other-host",
        ),
        pytest.param(
            pairing_token(),
            312,
            "expired 12 seconds before use. Check that the clocks",
            {"expired_at": "2026-11-22T12:05:00.000Z", "used_at": "2026-11-22T12:05:12.000Z"},
            id="expired",
        ),
        pytest.param(
            pairing_token(),
            300,
            "expired 0 seconds before use",
            {"expired_at": "2026-11-22T12:05:00.000Z", "used_at": "2026-11-22T12:05:00.000Z"},
            id="expires-now",
        ),
    ],
)
def test_check_of_a_token_that_cannot_work_says_why(
    token: str, later: int, words: str, details: dict[str, str]
) -> None:
    with pytest.raises(PairingError, match=rf"^Cannot pair {EDGE}: .*{words}") as refused:
        pairing.check(pairing.claims(token), edge_url=EDGE, now=NOW + timedelta(seconds=later))
    assert refused.value.details == details


@pytest.mark.parametrize(
    ("status", "never", "when_broken", "always"),
    [
        pytest.param(None, True, True, True, id="not-registered"),
        pytest.param("ONLINE", False, False, True, id="online"),
        pytest.param("OFFLINE", False, False, True, id="offline"),
        pytest.param("PARTIAL", False, False, True, id="partial"),
        pytest.param("UNAUTHORIZED", False, True, True, id="unauthorized"),
        pytest.param("UNKNOWN", False, False, True, id="unknown"),
    ],
)
def test_should_pair_follows_status_and_policy(
    status: str | None, never: bool, when_broken: bool, always: bool
) -> None:
    assert {policy: pairing.should_pair(status, policy) for policy in pairing.REPAIR} == {
        "never": never,
        "when_broken": when_broken,
        "always": always,
    }


@pytest.mark.parametrize(
    ("current", "wanted", "repair", "expected"),
    [
        ("https://old.example.net/", "https://edge.example.net", "when_broken", True),
        ("https://old.example.net/", "https://edge.example.net", "always", True),
        ("https://old.example.net/", "https://edge.example.net", "never", False),
        ("https://edge.example.net/", "HTTPS://edge.example.net:443", "when_broken", False),
    ],
)
def test_new_url_needs_a_new_pairing(current: str, wanted: str, repair: str, expected: bool) -> None:
    assert pairing.follows_url(current, wanted, repair) is expected
