# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import CertificateFile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls.tls_trust import (
    judge_tls_trust,
    refuse_token_issuers,
    superfluous,
    token_issuers,
)
from unit.domain.node_shapes import node_shape

A, B, C = "a" * 64, "b" * 64, "c" * 64


def folder(**files: Any) -> list[CertificateFile]:
    """Files by name (without .crt), each with the certificates that it holds; none for a file of another kind."""
    return [
        {"file": f"{name}.crt", "sha256": sha256, "der": None}
        for name, held in files.items()
        for sha256 in held or [None]
    ]


@pytest.mark.parametrize(
    ("seen", "wanted", "prune", "before", "after"),
    [
        pytest.param(folder(), [("a", A)], False, {"a.crt": None}, {"a.crt": [A]}, id="missing"),
        pytest.param(folder(a=[B]), [("a", A)], False, {"a.crt": [B]}, {"a.crt": [A]}, id="another-in-its-file"),
        pytest.param(folder(a=[]), [("a", A)], False, {"a.crt": None}, {"a.crt": [A]}, id="rubbish-in-its-file"),
        pytest.param(folder(x=[B]), [("a", A)], False, {"a.crt": None}, {"a.crt": [A]}, id="others-are-let-be"),
        pytest.param(
            folder(x=[B]), [("a", A)], True, {"a.crt": None, "x.crt": [B]}, {"a.crt": [A], "x.crt": None}, id="pruned"
        ),
        pytest.param(folder(a=[A], x=[B]), [("a", A)], True, {"x.crt": [B]}, {"x.crt": None}, id="only-pruned"),
        pytest.param(folder(x=[B, C]), [], True, {"x.crt": [B, C]}, {"x.crt": None}, id="bundle-is-pruned"),
        pytest.param(
            folder(x=[A, B]),
            [("a", A)],
            True,
            {"a.crt": None, "x.crt": [A, B]},
            {"a.crt": [A], "x.crt": None},
            id="wanted-part-of-a-pruned-bundle-gets-its-own-file",
        ),
        pytest.param(
            folder(a=[B], x=[C]),
            [("a", A), ("b", B)],
            False,
            {"a.crt": [B], "b.crt": None},
            {"a.crt": [A], "b.crt": [B]},
            id="names-were-mixed-up",
        ),
        pytest.param(
            folder(a=[A, B]),
            [("a", A)],
            True,
            {"a.crt": [A, B]},
            {"a.crt": [A]},
            id="pruned-file-has-the-wanted-name",
        ),
        pytest.param(folder(), [("a", A), ("b", A)], False, {"a.crt": None}, {"a.crt": [A]}, id="wanted-twice"),
    ],
)
def test_judge_tls_trust_names_what_is_missing_and_what_is_superfluous(
    seen: list[CertificateFile],
    wanted: list[tuple[str, str]],
    prune: bool,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    change = judge_tls_trust(seen, wanted, prune=prune)

    assert (change.changed, change.before, change.after) == (True, before, after)
    assert change.drift == sorted(before)


@pytest.mark.parametrize(
    ("seen", "wanted", "prune", "there"),
    [
        pytest.param(folder(a=[A]), [("a", A)], True, {"a.crt": [A]}, id="as-wanted"),
        pytest.param(folder(x=[A]), [("a", A)], True, {"x.crt": [A]}, id="under-another-name"),
        pytest.param(folder(x=[A, B]), [("a", A), ("b", B)], True, {"x.crt": [A, B]}, id="in-one-file"),
        pytest.param(folder(a=[B], x=[A]), [("a", A)], False, {"x.crt": [A]}, id="other-file-has-the-name"),
        pytest.param(folder(x=[]), [], True, {}, id="file-without-a-certificate"),
        pytest.param(folder(x=[B]), [], False, {}, id="nothing-is-wanted"),
        pytest.param(folder(a=[A], x=[A]), [("a", A)], True, {"a.crt": [A], "x.crt": [A]}, id="there-twice"),
    ],
)
def test_judge_tls_trust_what_is_there_is_in_order(
    seen: list[CertificateFile], wanted: list[tuple[str, str]], prune: bool, there: dict[str, Any]
) -> None:
    change = judge_tls_trust(seen, wanted, prune=prune)

    assert (change.changed, change.drift, change.before, change.after) == (False, [], there, there)


def test_superfluous_files_hold_something_that_nobody_asked_for() -> None:
    assert superfluous(folder(z=[B], a=[A], m=[A, C], n=[]), [("a", A)]) == ["m.crt", "z.crt"]


def test_refuse_token_issuers_says_whose_it_is_and_where_it_belongs() -> None:
    refuse_token_issuers([("a", A)], {B: "the node itself"})
    with pytest.raises(
        CertificateError, match="'b' as a TLS CA certificate: with it the peer 'acme' signs access tok"
    ) as e:
        refuse_token_issuers([("a", A), ("b", B)], {B: "the peer 'acme'"})
    assert "trusted_certificate" in e.value.msg


def test_token_issuers_of_a_node_are_its_own_root_and_its_peers() -> None:
    node = node_shape()
    assert token_issuers(node) == {}

    node["access_keys"] = {**node["access_keys"], "root": folder(root=[A])[0]}
    node["trusted_certificates"] = folder(quito=[B], rubbish=[])
    entry = {"sha256": C, "supplied_at": "2026-01-01T00:00:00.000Z", "confirmed_at": None}
    node["ledger"] = {**ledger.empty(), "trusted_certificates": {"acme": entry}}

    assert token_issuers(node) == {A: "the node itself", B: "a peer", C: "the peer 'acme'"}
