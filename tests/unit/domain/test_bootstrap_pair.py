# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided about pairs of Access's own, a renewal of its CA, and the end of tokens."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import ca_renewal, token_signing
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.bootstrap_pair import (
    ACCESS_CA,
    TOKEN_SIGNING,
    judge_pair,
    witnesses,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import TrustError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Ledger

BEFORE, SUPPLIED, AFTER = (datetime(2026, 11, 22, hour, tzinfo=timezone.utc) for hour in (9, 10, 11))
NEW, OLD, FOREIGN = "a" * 64, "b" * 64, "c" * 64


def ledger(fact: str, sha256: str | None = None, *, confirmed: bool = False, due: str | None = None) -> Ledger:
    recorded = model.empty()
    if sha256:
        recorded = model.record_supplied(recorded, fact, sha256, SUPPLIED)
    if confirmed:
        recorded = model.confirm_supplied(recorded, fact, AFTER)
    return model.due(recorded, due, SUPPLIED) if due else recorded


def supplied(sha256: str | None = None, *, confirmed: bool = False, due: bool = False) -> Ledger:
    return ledger(TOKEN_SIGNING, sha256, confirmed=confirmed, due=TOKEN_SIGNING if due else None)


@pytest.mark.parametrize(
    ("seen", "recorded", "started", "state", "action"),
    [
        pytest.param({}, supplied(), None, "drifted", "supply", id="never-started"),
        pytest.param({"copy": OLD}, supplied(), BEFORE, "drifted", "supply", id="first-run"),
        pytest.param({"copy": NEW}, supplied(), BEFORE, "in_order", None, id="in-use-by-copy"),
        pytest.param({"copy": OLD, "served": NEW}, supplied(), BEFORE, "in_order", None, id="rest-beats-the-copy"),
        pytest.param({"copy": NEW, "served": OLD}, supplied(), BEFORE, "drifted", "supply", id="copy-is-stale"),
        pytest.param(
            {"copy": OLD, "pending": NEW, "complete": True},
            supplied(NEW, due=True),
            BEFORE,
            "in_order",
            None,
            id="waiting",
        ),
        pytest.param(
            {"copy": OLD, "pending": NEW, "complete": True}, supplied(), BEFORE, "drifted", "supply", id="unrecorded"
        ),
        pytest.param(
            {"copy": OLD, "pending": NEW, "complete": False},
            supplied(NEW, due=True),
            BEFORE,
            "drifted",
            "supply",
            id="key-lost",
        ),
        pytest.param(
            {"copy": OLD, "waits": True, "complete": True}, supplied(), BEFORE, "drifted", "supply", id="key-only"
        ),
        pytest.param(
            {"copy": OLD, "waits": True, "complete": False}, supplied(), BEFORE, "unknown", None, id="foreign-key-only"
        ),
        pytest.param({"copy": OLD, "pending": FOREIGN}, supplied(), BEFORE, "unknown", None, id="foreign-pair-waits"),
        pytest.param({"copy": NEW, "pending": FOREIGN}, supplied(), BEFORE, "unknown", None, id="foreign-would-undo"),
        pytest.param(
            {"copy": NEW, "pending": FOREIGN, "complete": True},
            supplied(FOREIGN, due=True),
            BEFORE,
            "drifted",
            "withdraw",
            id="our-own-earlier-pair-waits",
        ),
        pytest.param({"copy": NEW}, supplied(NEW, due=True), AFTER, "in_order", "confirm", id="taken"),
        pytest.param({"copy": NEW}, supplied(NEW, confirmed=True), AFTER, "in_order", None, id="proven"),
        pytest.param(
            {"copy": NEW, "pending": NEW, "complete": True},
            supplied(NEW, confirmed=True),
            AFTER,
            "in_order",
            "confirm",
            id="left-behind",
        ),
        pytest.param({"copy": OLD}, supplied(NEW), AFTER, "unknown", None, id="not-taken"),
        pytest.param({"copy": OLD}, supplied(NEW, confirmed=True), AFTER, "drifted", "supply", id="replaced-since"),
        pytest.param({"copy": OLD}, supplied(NEW, due=True), BEFORE, "drifted", "supply", id="files-taken-away"),
    ],
)
def test_judge_pair(seen: Any, recorded: Any, started: Any, state: str, action: str | None) -> None:
    of = {"served": None, "copy": None, "pending": None, "complete": False, **seen}
    of.setdefault("waits", of["pending"] is not None)
    found = witnesses(recorded, TOKEN_SIGNING, started_at=started and stamp(started), **of)
    judged = judge_pair(found, NEW)
    done = [name for name in ("supply", "withdraw", "confirm") if getattr(judged, name)]
    assert (judged.verdict.state, done) == (state, [action] if action else [])
    assert judged.change.changed == bool(action)


@pytest.mark.parametrize(
    ("seen", "recorded"),
    [
        pytest.param({"copy": OLD, "pending": FOREIGN, "waits": True}, supplied(), id="foreign-pair-waits"),
        pytest.param({"copy": OLD, "pending": None, "waits": False}, supplied(NEW), id="not-taken"),
    ],
)
def test_judge_pair_told_to_supply_does_so(seen: Any, recorded: Any) -> None:
    found = witnesses(recorded, TOKEN_SIGNING, served=None, complete=False, started_at=stamp(AFTER), **seen)
    assert judge_pair(found, NEW, on_unknown="supply").supply


def renewing(sha256: str | None = None, *, confirmed: bool = False, due: bool = False) -> Ledger:
    return ledger(ca_renewal.FACT, sha256, confirmed=confirmed, due=ACCESS_CA if due else None)


@pytest.mark.parametrize(
    ("in_use", "marker", "recorded", "started", "needed", "state", "action"),
    [
        pytest.param(OLD, False, renewing(), BEFORE, False, "in_order", None, id="not-needed"),
        pytest.param(OLD, False, renewing(), BEFORE, True, "drifted", "order", id="needed"),
        pytest.param(None, False, renewing(), None, True, "unknown", None, id="needed-unseen"),
        pytest.param(OLD, True, renewing(OLD, due=True), BEFORE, True, "in_order", None, id="waiting"),
        pytest.param(OLD, True, renewing(OLD, due=True), BEFORE, False, "in_order", None, id="waiting-not-needed-now"),
        pytest.param(OLD, False, renewing(OLD, due=True), BEFORE, False, "drifted", "order", id="marker-lost"),
        pytest.param(OLD, True, renewing(OLD), BEFORE, False, "drifted", "order", id="not-due"),
        pytest.param(NEW, True, renewing(OLD, due=True), AFTER, True, "in_order", "confirm", id="done"),
        pytest.param(NEW, False, renewing(OLD), AFTER, True, "in_order", "confirm", id="done-marker-gone"),
        pytest.param(NEW, False, renewing(OLD, confirmed=True), AFTER, False, "in_order", None, id="proven"),
        pytest.param(NEW, False, renewing(OLD, confirmed=True), AFTER, True, "drifted", "order", id="needed-again"),
        pytest.param(OLD, True, renewing(OLD), AFTER, True, "unknown", None, id="not-done-by-the-start"),
        pytest.param(OLD, True, renewing(), BEFORE, False, "unknown", None, id="marker-of-somebody-else"),
        pytest.param(NEW, True, renewing(OLD, confirmed=True), AFTER, True, "unknown", None, id="marker-came-later"),
    ],
)
def test_judge_renewal(
    in_use: str | None, marker: bool, recorded: Any, started: Any, needed: bool, state: str, action: str | None
) -> None:
    of = ca_renewal.renewal(recorded, in_use=in_use, marker=marker, started_at=started and stamp(started))
    judged = ca_renewal.judge_renewal(of, needed=needed)
    done = [name for name in ("order", "confirm") if getattr(judged, name)]
    assert (judged.verdict.state, done) == (state, [action] if action else [])
    assert judged.change.changed == bool(action)


def test_judge_renewal_told_to_supply_orders_it_again() -> None:
    of = ca_renewal.renewal(renewing(OLD), in_use=OLD, marker=True, started_at=stamp(AFTER))
    assert ca_renewal.judge_renewal(of, needed=False, on_unknown="supply").order


@pytest.mark.parametrize(
    ("started", "in_use", "keep", "acknowledged", "words"),
    [
        pytest.param(False, None, False, False, None, id="never-started"),
        pytest.param(True, OLD, True, False, None, id="kept"),
        pytest.param(True, OLD, False, True, None, id="acknowledged"),
        pytest.param(True, None, True, True, None, id="cannot-be-kept-acknowledged"),
        pytest.param(True, OLD, False, False, "keep_previous is false", id="neither"),
        pytest.param(True, None, True, False, "cannot be read", id="cannot-be-kept"),
    ],
)
def test_demand_overlap(started: bool, in_use: str | None, keep: bool, acknowledged: bool, words: str | None) -> None:
    previous = token_signing.previous_root(model.empty(), started=started, in_use=in_use)
    if words is None:
        token_signing.demand_overlap(previous, keep=keep, acknowledged=acknowledged)
        return
    with pytest.raises(TrustError) as caught:
        token_signing.demand_overlap(previous, keep=keep, acknowledged=acknowledged)
    assert words in caught.value.msg


def test_previous_root_that_was_supplied_under_any_name_is_kept() -> None:
    recorded = model.record_certificate(model.empty(), "our-old-root", OLD, SUPPLIED)
    assert token_signing.previous_root(recorded, started=True, in_use=OLD).kept
    assert not token_signing.previous_root(recorded, started=True, in_use=FOREIGN).kept


def test_consequences_name_tokens_and_peers() -> None:
    previous = token_signing.previous_root(model.empty(), started=True, in_use=OLD)
    assert "stay valid" in token_signing.consequences(previous, kept=True, sha256=NEW)[0]
    assert "All access tokens" in token_signing.consequences(previous, kept=False, sha256=NEW)[0]
    assert "JFrog Support" in token_signing.consequences(previous, kept=True, sha256=NEW)[1]
    fresh = token_signing.previous_root(model.empty(), started=False, in_use=None)
    assert token_signing.consequences(fresh, kept=False, sha256=NEW) == []
