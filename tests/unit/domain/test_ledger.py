# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LedgerError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys

KEY = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
LATER = NOW + timedelta(minutes=5)
SHA = "ab" * 32

FULL = ledger.due(
    ledger.record_certificate(
        ledger.record_key(ledger.empty(), "join_key", keys.new_entry(KEY, NOW)), "acme", SHA, NOW
    ),
    "join_key",
    NOW,
)


def raw(**changes: Any) -> dict[str, Any]:
    return {**json.loads(ledger.serialise(FULL)), **changes}


def test_serialise_and_parse_full_ledger_is_the_same_again() -> None:
    assert ledger.parse(ledger.serialise(FULL)) == FULL
    assert FULL["present"]
    assert KEY not in ledger.serialise(FULL)


def test_confirm_key_and_certificate_only_the_time_changes() -> None:
    confirmed = ledger.confirm_certificate(ledger.confirm_key(FULL, "join_key", LATER), "acme", LATER)
    assert FULL["join_key"] is not None
    assert confirmed["join_key"] == {**FULL["join_key"], "confirmed_at": "2026-11-22T12:05:00.000Z"}
    assert confirmed["trusted_certificates"]["acme"] == {
        "sha256": SHA,
        "supplied_at": "2026-11-22T12:00:00.000Z",
        "confirmed_at": "2026-11-22T12:05:00.000Z",
    }
    assert FULL["join_key"]["confirmed_at"] is None


def test_due_again_the_first_time_counts_and_settled_clears() -> None:
    again = ledger.due(ledger.due(FULL, "join_key", LATER), "master_key", LATER)
    assert again["restart_due"] == {"join_key": "2026-11-22T12:00:00.000Z", "master_key": "2026-11-22T12:05:00.000Z"}
    assert ledger.settled(again, "join_key")["restart_due"] == {"master_key": "2026-11-22T12:05:00.000Z"}
    assert ledger.settled(again)["restart_due"] == {}


def test_record_certificate_again_the_old_proof_is_gone() -> None:
    confirmed = ledger.confirm_certificate(FULL, "acme", NOW)
    assert ledger.record_certificate(confirmed, "acme", "cd" * 32, LATER)["trusted_certificates"] == {
        "acme": {"sha256": "cd" * 32, "supplied_at": "2026-11-22T12:05:00.000Z", "confirmed_at": None}
    }


def test_confirm_supplied_only_the_time_changes_and_a_new_supply_drops_the_proof() -> None:
    supplied = ledger.record_supplied(FULL, "server_certificate", SHA, NOW)
    confirmed = ledger.confirm_supplied(supplied, "server_certificate", LATER)
    again = ledger.record_supplied(confirmed, "server_certificate", "cd" * 32, LATER)

    assert confirmed["certificates"] == {
        "server_certificate": {
            "sha256": SHA,
            "supplied_at": "2026-11-22T12:00:00.000Z",
            "confirmed_at": "2026-11-22T12:05:00.000Z",
        }
    }
    assert again["certificates"]["server_certificate"]["confirmed_at"] is None
    assert ledger.parse(ledger.serialise(again)) == again


def test_parse_ledger_of_an_earlier_release_has_no_certificates_and_no_start() -> None:
    old = {name: value for name, value in raw().items() if name not in ("certificates", "started_at")}

    assert ledger.parse(json.dumps(old)) == FULL


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"version": 1, "join_key"', id="cut-short"),
        pytest.param("[]", id="no-object"),
        pytest.param("{}", id="no-version"),
        pytest.param("[" * 100_000, id="nested-for-ever"),
        pytest.param('{"version": 1}', id="entries-missing"),
        pytest.param(json.dumps(raw(join_key={"salt": "zz"})), id="key-entry-incomplete"),
        pytest.param(json.dumps(raw(join_key="text")), id="key-entry-no-object"),
        pytest.param(json.dumps(raw(join_key={**raw()["join_key"], "salt": "no hex"})), id="salt-not-hex"),
        pytest.param(json.dumps(raw(join_key={**raw()["join_key"], "salt": "a" * 17})), id="salt-of-half-a-byte"),
        pytest.param(json.dumps(raw(join_key={**raw()["join_key"], "hash": 7})), id="hash-no-text"),
        pytest.param(json.dumps(raw(join_key={**raw()["join_key"], "supplied_at": "soon"})), id="time-no-time"),
        pytest.param(json.dumps(raw(restart_due={"join_key": None})), id="due-without-time"),
        pytest.param(json.dumps(raw(trusted_certificates=["acme"])), id="certificates-no-object"),
        pytest.param(json.dumps(raw(certificates={"server_certificate": SHA})), id="own-certificate-no-entry"),
    ],
)
def test_parse_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(LedgerError) as caught:
        ledger.parse(text)
    assert caught.value.msg.startswith("Cannot read the ledger: ")
    assert "Nothing was written" in caught.value.msg


@pytest.mark.parametrize("version", [0, 2, "1", True, None], ids=repr)
def test_parse_other_version_is_refused_with_its_number(version: Any) -> None:
    with pytest.raises(LedgerError) as caught:
        ledger.parse(json.dumps(raw(version=version)))
    assert f"it has version {version!r}" in caught.value.msg


def test_serialise_malformed_entry_is_refused() -> None:
    with pytest.raises(LedgerError):
        ledger.serialise({**FULL, "join_key": {"hash": "plain"}})  # type: ignore[typeddict-item]


@pytest.mark.parametrize("fact", ["trusted_certificates", "certificates", "restart_due"])
def test_record_key_under_another_name_is_a_bug(fact: str) -> None:
    with pytest.raises(ValueError, match=fact):
        ledger.record_key(FULL, fact, keys.new_entry(KEY, NOW))
