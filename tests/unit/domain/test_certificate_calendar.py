# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.calendar import Dated, dated, entries
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.load import from_der
from unit.domain.issuing import DAY, NOW, YEAR, Issued, ec_key, issue

KEY = ec_key()
SECOND = timedelta(seconds=1)


def made(start: timedelta = -YEAR, end: timedelta = YEAR, name: str = "acme") -> Issued:
    return issue(name, key=KEY, start=NOW + start, end=NOW + end)


def row_of(issued: Issued, where: str = "lyon-1", kind: str = "tls_ca_certificate") -> Dated:
    return Dated(where, kind, from_der(base64.b64encode(issued.der).decode()))


@pytest.mark.parametrize(
    ("issued", "days_left", "state"),
    [
        pytest.param(made(end=400 * DAY), 400, "ok", id="ok"),
        pytest.param(made(end=30 * DAY), 30, "ok", id="at-the-limit"),
        pytest.param(made(end=30 * DAY - SECOND), 29, "expiring", id="below-the-limit"),
        pytest.param(made(end=SECOND), 0, "expiring", id="last-second"),
        pytest.param(made(end=-SECOND), -1, "expired", id="expired"),
        pytest.param(made(start=SECOND), 365, "not_yet_valid", id="not-yet-valid"),
    ],
)
def test_entries_state_follows_the_days_left(issued: Issued, days_left: int, state: str) -> None:
    [row] = entries([row_of(issued)], now=NOW, limit_days=30)

    assert (row["days_left"], row["state"]) == (days_left, state)


def test_entries_row_says_what_ends_when_and_where() -> None:
    issued = made(end=10 * DAY)

    assert entries([row_of(issued)], now=NOW, limit_days=30) == [
        {
            "where": "lyon-1",
            "kind": "tls_ca_certificate",
            "subject": "CN=acme",
            "sha256": issued.sha256,
            "not_after": "2026-12-02T12:00:00Z",
            "days_left": 10,
            "state": "expiring",
        }
    ]


def test_entries_row_of_a_certificate_with_an_alias_has_it_and_an_unknown_fingerprint_is_null() -> None:
    told = replace(row_of(made()).certificate, sha256="")

    [row] = entries([Dated("lyon", "client", told, "remote")], now=NOW, limit_days=30)

    assert (row["alias"], row["sha256"]) == ("remote", None)


def test_entries_first_to_end_comes_first() -> None:
    late, early = made(end=9 * DAY), made(end=3 * DAY)
    rows = entries([row_of(late), row_of(early, "quito"), row_of(early, "lyon-1")], now=NOW, limit_days=5)

    assert [(row["days_left"], row["where"]) for row in rows] == [(3, "lyon-1"), (3, "quito"), (9, "lyon-1")]


@pytest.mark.parametrize("der", [None, "AAAA"], ids=["no-certificate", "damaged"])
def test_dated_file_without_a_certificate_is_left_out(der: str | None) -> None:
    assert dated("lyon-1", "tls_ca_certificate", {"file": "x.crt", "sha256": None, "der": der}) is None


def test_dated_is_read_from_what_was_observed() -> None:
    issued = made()
    seen = {"file": "x.crt", "sha256": issued.sha256, "der": base64.b64encode(issued.der).decode()}

    assert dated("lyon-1", "tls_ca_certificate", seen) == row_of(issued)  # type: ignore[arg-type]
