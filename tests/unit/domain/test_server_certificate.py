# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import (
    CertificateEntry,
    CertificateFile,
    ServerCertificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls.server_certificate import (
    judge_server_certificate,
    refuse_other_address,
)

WANTED, OTHER = "a" * 64, "b" * 64
SUPPLIED = "2026-01-01T00:00:00.000Z"


def file(sha256: str | None) -> CertificateFile | None:
    return None if sha256 is None else {"file": "x", "sha256": None if sha256 == "" else sha256, "der": None}


def seen(served: str | None, pending: str | None, error: str | None) -> ServerCertificate:
    return {"served": file(served), "error": error, "pending": file(pending)}


def entry(sha256: str | None, *, confirmed: bool = False) -> CertificateEntry | None:
    if sha256 is None:
        return None
    return {"sha256": sha256, "supplied_at": SUPPLIED, "confirmed_at": SUPPLIED if confirmed else None}


PLAIN = "the router speaks plain HTTP"


@pytest.mark.parametrize(
    ("served", "pending", "recorded", "tls", "due", "state", "words"),
    [
        pytest.param(None, None, None, None, None, "drifted", "it was never supplied", id="nothing-known"),
        pytest.param(OTHER, None, None, True, None, "drifted", "shows another one (bbbb", id="another-shown"),
        pytest.param(WANTED, None, None, True, None, "in_order", "the router shows it", id="shown"),
        pytest.param(WANTED, WANTED, entry(WANTED), True, False, "in_order", "shows it", id="shown-and-still-there"),
        pytest.param(
            WANTED, OTHER, entry(WANTED), True, None, "drifted", "another certificate waits", id="other-waits"
        ),
        pytest.param(WANTED, "", None, True, None, "drifted", "another certificate waits", id="rubbish-waits"),
        pytest.param(OTHER, WANTED, entry(WANTED), True, True, "in_order", "after its next start", id="waits"),
        pytest.param(OTHER, WANTED, entry(WANTED), True, None, "in_order", "after its next start", id="waits-maybe"),
        pytest.param(OTHER, WANTED, entry(WANTED), True, False, "unknown", "it was refused", id="refused"),
        pytest.param(None, WANTED, None, False, None, "in_order", "TLS between services is off", id="waits-tls-off"),
        pytest.param(None, WANTED, None, None, None, "in_order", "(the router speaks plain", id="waits-plain"),
        pytest.param(None, None, entry(WANTED), False, False, "in_order", "services is off", id="recorded-tls-off"),
        pytest.param(None, None, entry(WANTED), True, None, "in_order", "does not show it now", id="recorded-down"),
        pytest.param(None, None, entry(OTHER), False, None, "drifted", "never supplied", id="another-recorded"),
        pytest.param(OTHER, None, entry(WANTED), True, True, "in_order", "after its next start", id="taken-not-shown"),
        pytest.param(OTHER, None, entry(WANTED), True, False, "unknown", "it was refused", id="not-taken"),
        pytest.param(
            OTHER, None, entry(WANTED, confirmed=True), True, None, "drifted", "shows another one", id="replaced"
        ),
    ],
)
def test_judge_server_certificate_follows_its_witnesses(
    served: str | None,
    pending: str | None,
    recorded: CertificateEntry | None,
    tls: bool | None,
    due: bool | None,
    state: str,
    words: str,
) -> None:
    verdict = judge_server_certificate(
        seen(served, pending, None if served else PLAIN), recorded, WANTED, tls=tls, due=due
    )

    assert verdict.state == state
    assert words in verdict.reason


def test_judge_server_certificate_router_that_was_not_asked_is_said_so() -> None:
    verdict = judge_server_certificate(seen(None, None, None), entry(WANTED), WANTED, tls=None)
    assert (verdict.state, verdict.reason) == ("in_order", "supplied; the router was not asked")


@pytest.mark.parametrize(
    ("names", "address"),
    [
        (["10.0.0.5"], None),
        (["10.0.0.5"], "10.0.0.5"),
        (["fd00::5"], "FD00:0::5"),
        (["Lyon-1.example.com"], "lyon-1.example.com."),
        (["x", "10.0.0.5"], "10.0.0.5"),
    ],
)
def test_refuse_other_address_lets_the_nodes_own_pass(names: list[str], address: str | None) -> None:
    refuse_other_address(names, address)


@pytest.mark.parametrize(("names", "shown"), [(["10.0.0.6"], "10.0.0.6"), ([], "nothing")])
def test_refuse_other_address_says_both(names: list[str], shown: str) -> None:
    with pytest.raises(
        CertificateError, match=rf"common name is {shown}, and must be the node's address, which is 10\.0"
    ):
        refuse_other_address(names, "10.0.0.5")
