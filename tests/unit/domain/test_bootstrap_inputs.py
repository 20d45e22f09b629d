# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the next start of any node would bring, and nobody has told us about."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.bootstrap_inputs import unexplained
from unit.domain.node_shapes import node_shape

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
OURS, FOREIGN = "a" * 64, "b" * 64


def file(sha256: str) -> dict[str, Any]:
    return {"file": "root.crt", "sha256": sha256, "der": "MA=="}


def node(*, recorded: str | None = None, confirmed: bool = False, pending: tuple[str, ...] = (), **keys: Any) -> Any:
    seen = node_shape()
    known = model.record_supplied(seen["ledger"], recorded, OURS, NOW) if recorded else seen["ledger"]
    known = model.confirm_supplied(known, recorded, NOW) if recorded and confirmed else known
    config = {**seen["access_config"], "pending": list(pending)}
    return {**seen, "access_keys": {**seen["access_keys"], **keys}, "access_config": config, "ledger": known}


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        pytest.param(node(), None, id="nothing"),
        pytest.param(
            node(recorded="token_signing_certificate", pending_root=file(OURS)), None, id="what-was-supplied-by-us"
        ),
        pytest.param(node(pending_root=file(FOREIGN)), "all access tokens would end", id="foreign-signing-pair"),
        pytest.param(
            node(recorded="token_signing_certificate", pending_root=file(FOREIGN)),
            "another pair",
            id="not-the-supplied",
        ),
        pytest.param(node(root=file(FOREIGN), pending_root=file(FOREIGN)), "still lie", id="left-behind"),
        pytest.param(node(pending_ca=file(FOREIGN)), "would distrust the nodes", id="foreign-ca"),
        pytest.param(node(reset_ca=True), "every start makes a new CA", id="foreign-marker"),
        pytest.param(node(reset_ca=True, recorded="access_ca_certificate:renewal"), None, id="our-marker"),
        pytest.param(
            node(reset_ca=True, recorded="access_ca_certificate:renewal", confirmed=True),
            "every start makes a new CA",
            id="marker-after-our-renewal-was-done",
        ),
        pytest.param(node(pending=("access.config.import.yml",)), "replaces all settings", id="import"),
        pytest.param(node(pending=("access.config.patch.yml",)), None, id="patch"),
    ],
)
def test_unexplained_input_of_a_node_is_found(seen: Any, words: str | None) -> None:
    found = unexplained({"osaka-1": node(), "osaka-2": seen})
    assert len(found) == (1 if words else 0)
    if words:
        assert words in found[0].reason
        assert "osaka-2" in found[0].what
        assert found[0].remedy


def test_unexplained_marker_on_two_nodes_is_found_although_it_is_ours() -> None:
    marked = node(reset_ca=True, recorded="access_ca_certificate:renewal")
    [found] = unexplained({"osaka-1": marked, "osaka-2": marked})
    assert "osaka-1, osaka-2" in found.reason
