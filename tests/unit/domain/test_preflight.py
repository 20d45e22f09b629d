# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the preflight: what was observed, and the state, cause and remedy that follow from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.preflight.checks import (
    check_edge,
    check_fleet,
    check_platform,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.preflight.shapes import Intended
from unit.domain.fleet_shapes import NOW
from unit.domain.preflight_shapes import (
    EDGE_URL,
    PLATFORM_URL,
    PUBLIC,
    ended,
    given,
    of_edge,
    of_platform,
    refused,
    silent,
    token,
    way,
)

LYON = Intended("lyon", EDGE_URL)
TRIED = "Received error from endpoint url: "
BRIDGE = "http://localhost:8046/bridge-lyon/"
PRIVATE = way(addresses=["10.1.2.3"])


def of(identifier: str, seen: Any, platform: Any = None, **intended: Any) -> tuple[str, str, str]:
    """State, cause and remedy of one check of an Edge."""
    checks = check_edge(seen, platform or of_platform(), replace(LYON, **intended), now=NOW)
    (found,) = [one for one in checks if one["id"] == identifier]
    return found["state"], found["cause"], found["remedy"]


def of_the_platform(identifier: str, **seen: Any) -> tuple[str, str, str]:
    (found,) = [one for one in check_platform(of_platform(**seen), now=NOW) if one["id"] == identifier]
    return found["state"], found["cause"], found["remedy"]


def test_every_check_that_did_not_pass_has_a_remedy_and_none_has_a_full_stop() -> None:
    seen = of_edge(way=ended("dns", "no name"), clock_ahead=None, version=silent(), license=silent(), access=silent())
    checks = [*check_edge(seen, None, LYON, now=NOW), *check_platform(of_platform(jpds=silent()), now=NOW)]

    assert [one["id"] for one in checks if bool(one["remedy"]) != (one["state"] != "passed")] == []
    assert [one for one in checks if (one["cause"] + one["remedy"]).endswith(".")] == []


@pytest.mark.parametrize(
    ("seen", "says", "remedy"),
    [
        pytest.param(
            ended("tls", "its TLS certificate is not trusted: certificate has expired"),
            "certificate has expired",
            "Replace the server's certificate, or correct the clock of this host",
            id="expired",
        ),
        pytest.param(
            ended("tls", "its TLS certificate is not trusted: Hostname mismatch, certificate is not valid for 'x'"),
            "Hostname mismatch",
            "Use a name of the certificate in edge_url, or give the server a certificate that names lyon.example.net",
            id="another-name",
        ),
        pytest.param(
            ended("tls", "it demands a TLS client certificate"),
            "it demands a TLS client certificate",
            "Name a certificate that it accepts in edge_client_certificate_path, and its private key in "
            "edge_client_key_path",
            id="client-certificate",
        ),
        pytest.param(
            ended("tls", "the CA file holds no usable certificate"),
            "the CA file holds no usable certificate",
            "Check the files that edge_ca_path and edge_client_certificate_path name",
            id="our-own-file",
        ),
    ],
)
def test_tls_says_what_to_do(seen: Any, says: str, remedy: str) -> None:
    state, cause, told = of("tls", of_edge(way=seen))

    assert (state, says in cause, told) == ("failed", True, remedy)


def test_untrusted_certificate_is_named_with_its_issuer() -> None:
    certificate = {
        "subject": "CN=lyon",
        "issuer": "CN=Corporate CA",
        "not_before": "2026-01-01",
        "not_after": "2027-01-01",
    }
    seen = ended("tls", "its TLS certificate is not trusted: unable to get local issuer", certificate=certificate)

    assert of("tls", of_edge(way=seen)) == (
        "failed",
        "its TLS certificate is not trusted: unable to get local issuer. It is the certificate of CN=lyon, issued by "
        "CN=Corporate CA, valid from 2026-01-01 to 2027-01-01",
        "Name the file of the CA CN=Corporate CA in edge_ca_path",
    )


def test_plain_http_is_a_warning() -> None:
    assert of("tls", of_edge(way=way("http://lyon.example.net/")))[0] == "warning"


@pytest.mark.parametrize(
    ("edge", "platform", "state", "says"),
    [
        pytest.param(0.0, 0.0, "passed", "at most 30 seconds", id="together"),
        pytest.param(29.0, 0.0, "passed", "at most 30 seconds", id="just-within"),
        pytest.param(31.0, 31.0, "warning", "31 seconds ahead of this host's", id="both-ahead-of-us"),
        pytest.param(-100.0, 100.0, "warning", "200 seconds behind the platform's", id="apart"),
        pytest.param(-150.0, 120.0, "failed", "270 seconds behind the platform's", id="token-expired-on-arrival"),
        pytest.param(-300.0, None, "failed", "300 seconds behind this host's", id="platform-does-not-tell"),
        pytest.param(None, 0.0, "unknown", "did not tell its time", id="edge-does-not-tell"),
    ],
)
def test_clock_of_the_edge(edge: float | None, platform: float | None, state: str, says: str) -> None:
    found = of("clock", of_edge(clock_ahead=edge), of_platform(clock_ahead=platform))

    assert (found[0], says in found[1]) == (state, True)


@pytest.mark.parametrize(
    ("version", "method", "state"),
    [
        pytest.param(given("7.29.7"), "auto", "passed", id="the-first"),
        pytest.param(given("7.29.6"), "auto", "warning", id="older"),
        pytest.param(given("7.29.6"), "pairing_token", "failed", id="older-and-told-to"),
        pytest.param(given("next"), "auto", "unknown", id="unreadable"),
        pytest.param(refused(401, "Bad credentials"), "auto", "unknown", id="refused"),
    ],
)
def test_version_of_the_edge(version: Any, method: str, state: str) -> None:
    assert of("version", of_edge(version=version), trust_method=method)[0] == state


@pytest.mark.parametrize(
    ("licence", "licensed", "state", "says"),
    [
        pytest.param(given("Edge"), False, "passed", "Edge", id="edge"),
        pytest.param(given("EDGE_TRIAL"), False, "passed", "EDGE_TRIAL", id="trial"),
        pytest.param(given("Enterprise Plus"), False, "warning", "a full Artifactory", id="full"),
        pytest.param(given("N/A"), True, "passed", "the inventory gives it one", id="to-be-given"),
        pytest.param(given("N/A"), False, "warning", "nothing is distributed", id="none"),
        pytest.param(refused(403, "Forbidden"), False, "unknown", '403 ("Forbidden")', id="refused"),
    ],
)
def test_licence_of_the_edge(licence: Any, licensed: bool, state: str, says: str) -> None:
    found = of("license", of_edge(license=licence), licensed=licensed)

    assert (found[0], says in found[1]) == (state, True)


@pytest.mark.parametrize(
    ("current", "intended", "state", "says"),
    [
        pytest.param(given(EDGE_URL), {}, "passed", "X-JFrog-Override-Base-Url", id="right-but-a-header-may-win"),
        pytest.param(given(f"{EDGE_URL}artifactory"), {}, "passed", EDGE_URL, id="with-the-context"),
        pytest.param(given("https://10.1.2.3"), {}, "failed", "would carry https://10.1.2.3/", id="leads-elsewhere"),
        pytest.param(given(None), {}, "unknown", "cannot be seen from here", id="none-is-set"),
        pytest.param(given(None), {"base_url": EDGE_URL}, "passed", "before it is paired", id="to-be-set"),
        pytest.param(given(None), {"base_url": "https://x.example.net"}, "failed", "edge_base_url is", id="set-wrong"),
        pytest.param(given("https://10.1.2.3"), {"bridge": True}, "passed", "JFrog Bridge", id="behind-a-bridge"),
        pytest.param(
            given("https://10.1.2.3"), {"trust_method": "join_key"}, "passed", "no pairing token", id="join-key"
        ),
        pytest.param(refused(403, "Forbidden"), {}, "unknown", "Forbidden", id="refused"),
    ],
)
def test_base_url_that_the_pairing_token_would_carry(current: Any, intended: Any, state: str, says: str) -> None:
    found = of("base_url", of_edge(base_url=current), **intended)

    assert (found[0], says in found[1]) == (state, True)


@pytest.mark.parametrize(
    ("call", "state", "says"),
    [
        pytest.param(given(), "passed", "the Edge reaches the platform acme.jfrog.io", id="reached"),
        pytest.param(
            refused(400, f"{TRIED}HTTP 401 Unauthorized"), "passed", "as it does to strangers", id="closed-ping"
        ),
        pytest.param(refused(400, f"{TRIED}HTTP 404 Not Found"), "warning", "not the one of", id="something-else"),
        pytest.param(refused(400, f"{TRIED}HTTP 407 Proxy"), "failed", "HTTP 407", id="proxy-wants-credentials"),
        pytest.param(refused(400, f"{TRIED}HTTP 503 Busy"), "failed", "HTTP 503", id="not-up"),
        pytest.param(refused(400, f"{TRIED}PKIX path building failed"), "failed", "PKIX", id="no-connection"),
        pytest.param(
            refused(400, "Connection refused"), "warning", "seems not to reach", id="words-that-are-not-known"
        ),
        pytest.param(
            refused(400, "This operation is not supported in this environment"), "unknown", "was not asked", id="saas"
        ),
        pytest.param(refused(401, "Bad credentials"), "unknown", "Bad credentials", id="401"),
        pytest.param(refused(403, "Forbidden"), "unknown", "Forbidden", id="403"),
        pytest.param(silent("no answer within the time limit"), "unknown", "no answer within", id="silent"),
    ],
)
def test_edge_calls_the_platform(call: Any, state: str, says: str) -> None:
    found = of("edge_to_platform", of_edge(calls_platform=call))

    assert (found[0], says in found[1]) == (state, True)


@pytest.mark.parametrize(
    ("edge", "platform", "intended", "state", "says"),
    [
        pytest.param({}, {}, {}, "unknown", "only the registration shows", id="public"),
        pytest.param({}, {}, {"url": "https://10.1.2.3/"}, "failed", "private network", id="private-address"),
        pytest.param({}, {}, {"url": "https://[fd00::1]/"}, "failed", "private network", id="private-v6"),
        pytest.param({}, {}, {"url": "https://edge.corp/"}, "failed", "private network", id="private-name"),
        pytest.param({}, {}, {"url": "https://edge/"}, "failed", "private network", id="single-label"),
        pytest.param({"way": PRIVATE}, {}, {}, "warning", "cannot be seen from here", id="private-by-our-dns"),
        pytest.param(
            {"way": way(addresses=["10.1.2.3", PUBLIC[0]])}, {}, {}, "unknown", "only the reg", id="private-and-public"
        ),
        pytest.param({}, {}, {"url": "http://lyon.example.net/"}, "warning", "without TLS", id="plain-http"),
        pytest.param({}, {}, {"url": BRIDGE}, "passed", "JFrog Bridge", id="bridge"),
        pytest.param(
            {}, {}, {"bridge": True, "url": "https://10.1.2.3/"}, "passed", "JFrog Bridge", id="bridge-wanted"
        ),
        pytest.param(
            {"way": PRIVATE},
            {"way": way(PLATFORM_URL, addresses=["10.9.9.9"])},
            {},
            "unknown",
            "only the registration",
            id="cloud-over-a-private-link",
        ),
        pytest.param(
            {"way": PRIVATE},
            {"way": way("https://jfrog.example.net/"), "self_hosted": None},
            {},
            "unknown",
            "was not asked to call",
            id="cannot-tell-whose-platform",
        ),
        pytest.param(
            {"way": PRIVATE},
            {"way": way("https://jfrog.example.net/", addresses=PUBLIC), "self_hosted": False},
            {},
            "warning",
            "which is private",
            id="cloud-under-a-name-of-its-own",
        ),
        pytest.param(
            {"called_by_platform": given()}, {"self_hosted": True}, {}, "passed", "reaches the Edge", id="called"
        ),
        pytest.param(
            {"called_by_platform": refused(400, f"{TRIED}Connection refused")},
            {"self_hosted": True},
            {},
            "failed",
            "does not reach the Edge lyon.example.net",
            id="called-in-vain",
        ),
    ],
)
def test_platform_calls_the_edge(edge: Any, platform: Any, intended: Any, state: str, says: str) -> None:
    found = of("platform_to_edge", of_edge(**edge), of_platform(**platform), **intended)

    assert (found[0], says in found[1]) == (state, True)


@pytest.mark.parametrize(
    ("version", "jpd", "method", "state"),
    [
        pytest.param("7.59.9", {"known": True, "status": "OFFLINE"}, "auto", "failed", id="offline"),
        pytest.param("7.63.7", {"known": True, "status": "UNAUTHORIZED"}, "auto", "failed", id="unauthorized"),
        pytest.param("7.60.0", {"known": True, "status": "ONLINE"}, "auto", "warning", id="online-how-is-not-told"),
        pytest.param("7.60.0", {"known": True, "status": None}, "auto", "passed", id="not-registered"),
        pytest.param("7.60.0", {"known": True, "status": None}, "join_key", "failed", id="would-be-by-join-key"),
        pytest.param("7.60.0", {"known": False, "status": None}, "auto", "unknown", id="list-not-read"),
        pytest.param("7.59.8", {"known": True, "status": "OFFLINE"}, "join_key", "passed", id="before-the-cleanup"),
        pytest.param("7.63.8", {"known": True, "status": "OFFLINE"}, "join_key", "passed", id="after-it"),
        pytest.param(None, {"known": True, "status": "OFFLINE"}, "auto", "unknown", id="version-not-known"),
    ],
)
def test_registration_by_join_key(version: str | None, jpd: Any, method: str, state: str) -> None:
    seen = of_edge(version=given(version) if version else silent(), jpd=jpd)

    assert of("join_key_registration", seen, trust_method=method)[0] == state


def test_published_keys_are_named_without_showing_them() -> None:
    found = of("default_keys", of_edge(), published_keys=("join_key of host lyon-1",))

    assert found == (
        "failed",
        "join_key of host lyon-1: the vendor published this key as an example",
        "Generate one of your own with 'openssl rand -hex 32'",
    )


REFERENCE = token(reference=True, scope=None, audience=None, expires_at=None)


@pytest.mark.parametrize(
    ("own", "calls", "state", "says"),
    [
        pytest.param({}, {}, "passed", "Artifactory and Access accept", id="admin"),
        pytest.param({"scope": "applied-permissions/user"}, {}, "passed", "accept", id="admin-by-the-user"),
        pytest.param(
            {"expires_at": "2026-11-22T12:00:00Z"}, {}, "failed", "expired at 2026-11-22T12:00:00Z", id="expired"
        ),
        pytest.param({"expires_at": "2026-11-22T12:40:00Z"}, {}, "warning", "perhaps before the run", id="ends-soon"),
        pytest.param({"expires_at": None}, {}, "passed", "accept", id="for-ever"),
        pytest.param(
            {"audience": ["jfac@*"]},
            {"license": refused(401, "Token failed verification: audience")},
            "failed",
            "its audience is jfac@*",
            id="bootstrap-token",
        ),
        pytest.param(
            {"audience": ["jfrt@*"]}, {}, "warning", "which Access may refuse", id="audience-that-was-accepted"
        ),
        pytest.param({"audience": ["jfrt@01", "jfac@01"]}, {}, "passed", "accept", id="both-named"),
        pytest.param(
            {}, {"access": refused(401, "Invalid token, expired")}, "failed", "Invalid token, expired", id="revoked"
        ),
        pytest.param(
            {},
            {"access": refused(403, "Admin privileges are required")},
            "failed",
            "finds no admin rights",
            id="no-admin",
        ),
        pytest.param({}, {"access": silent()}, "unknown", "connection refused", id="not-asked"),
        pytest.param(
            {"scope": "applied-permissions/user"},
            {"access": silent()},
            "unknown",
            "without applied-permissions/admin",
            id="not-asked-and-the-scope-says-no",
        ),
        pytest.param(REFERENCE, {"license": silent()}, "unknown", "does not tell its scope", id="reference-token"),
        pytest.param(REFERENCE, {}, "passed", "accept", id="reference-token-that-works"),
    ],
)
def test_token_of_the_edge(own: Any, calls: Any, state: str, says: str) -> None:
    found = of("token", of_edge(token=token(**own), **calls))

    assert (found[0], says in found[1]) == (state, True)


@pytest.mark.parametrize(
    ("identifier", "seen", "state", "says"),
    [
        pytest.param("mission_control", {}, "passed", "it answers", id="mission-control"),
        pytest.param("mission_control", {"mission_control": refused(404)}, "failed", "404", id="switched-off"),
        pytest.param("mission_control", {"mission_control": given("<html>")}, "failed", "something else", id="page"),
        pytest.param("mission_control", {"mission_control": silent()}, "unknown", "connection refused", id="silent"),
        pytest.param("version", {"version": given("7.29.0")}, "failed", "older than 7.29.7", id="old"),
        pytest.param("version", {"version": refused(401)}, "unknown", "401", id="version-refused"),
        pytest.param("license", {}, "passed", "JFrog SaaS does not tell it", id="saas"),
        pytest.param("license", {"mission_control": refused(404)}, "unknown", "does not tell", id="saas-without-mc"),
        pytest.param(
            "license", {"self_hosted": True, "license": given("Enterprise Plus")}, "passed", "Plus", id="enterprise"
        ),
        pytest.param("license", {"self_hosted": True, "license": given("Pro")}, "warning", "is Pro", id="pro"),
        pytest.param("license", {"self_hosted": None, "license": refused(403)}, "unknown", "403", id="licence-refused"),
        pytest.param("token", {"jpds": refused(403)}, "failed", "Mission Control finds no admin", id="no-admin"),
        pytest.param(
            "token", {"token": token(audience=["jfrt@*"])}, "warning", "Mission Control, Access", id="audience"
        ),
        pytest.param("clock", {"clock_ahead": 400.0}, "failed", "400 seconds ahead", id="clock"),
    ],
)
def test_platform(identifier: str, seen: Any, state: str, says: str) -> None:
    found = of_the_platform(identifier, **seen)

    assert (found[0], says in found[1]) == (state, True)


def test_token_of_an_edge_with_a_join_key_is_not_shown_to_access() -> None:
    seen = of_edge(access=refused(401, "Unsupported authentication method"), token=token(audience=["jfrt@*"]))

    assert of("token", seen, trust_method="join_key")[0] == "passed"


def test_failed_checks_of_the_whole_fleet_are_told_in_lines() -> None:
    seen: Any = {
        "platform": of_platform(mission_control=refused(404)),
        "edges": {"lyon": of_edge(base_url=given("https://10.1.2.3"))},
    }

    found = check_fleet(seen, {"lyon": LYON}, now=NOW)

    assert found["problems"] == [
        "Platform: mission_control: it does not answer its ping: it answered 404. On JFrog SaaS an Enterprise+ "
        "subscription has it. On a self-hosted platform set mc.enabled in system.yaml and restart it; after the very "
        "first start it takes one more restart until Mission Control is in the topology.",
        f"Edge 'lyon': base_url: the pairing token would carry https://10.1.2.3/, and the Edge is to be registered as "
        f"{EDGE_URL}. Set edge_base_url to {EDGE_URL}, or correct edge_url.",
    ]
    assert found["summary"] == {"passed": 20, "warning": 0, "failed": 2, "unknown": 2}


def test_what_is_a_warning_or_not_known_is_told_in_lines() -> None:
    seen: Any = {"platform": of_platform(clock_ahead=40.0), "edges": {"lyon": of_edge()}}

    found = check_fleet(seen, {"lyon": LYON}, now=NOW)

    assert found["problems"] == []
    assert [line.split(": ")[:3] for line in found["notes"]] == [
        ["warning", "Platform", "clock"],
        ["warning", "Edge 'lyon'", "clock"],
        ["unknown", "Edge 'lyon'", "platform_to_edge"],
    ]
    assert not any(line.endswith(" .") for line in found["notes"])
