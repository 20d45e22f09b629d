# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import mesh


@pytest.mark.parametrize(
    ("peers", "pairs"),
    [
        pytest.param({}, "", id="nobody"),
        pytest.param({"a": None}, "", id="alone"),
        pytest.param({"a": None, "b": None}, "ab ba", id="all-by-default"),
        pytest.param({"a": ["b"], "b": [], "c": []}, "ab ba", id="one-of-two-is-enough"),
        pytest.param({"a": ["a"], "b": []}, "", id="oneself"),
        pytest.param({"a": ["b"], "b": None, "c": []}, "ab ba bc cb", id="default-means-all"),
        pytest.param({"a": ["b", "c"], "b": ["c"], "c": []}, "ab ac ba bc ca cb", id="full"),
    ],
)
def test_wanted_pairs_are_both_directions_of_those_who_belong_together(peers: Any, pairs: str) -> None:
    assert mesh.wanted_pairs(peers) == [(pair[0], pair[1]) for pair in pairs.split()]


def test_wanted_pairs_with_an_edge_that_is_not_known_are_refused() -> None:
    with pytest.raises(InventoryError, match="Cannot find the Edges 'x' that edge_trust_peers names"):
        mesh.wanted_pairs({"a": ["x", "b"], "b": None})


def seen(*pairs: tuple[str, str, bool | None], silent: tuple[str, ...] = ()) -> mesh.Mesh:
    names = sorted({name for pair in pairs for name in pair[:2]})
    return {
        "members": {
            name: {
                "url": f"https://{name}/",
                "error": "connection refused." if name in silent else None,
                "root_certificate": None if name in silent else {"pem": f"PEM of {name}", "sha256": name * 64},
            }
            for name in names
        },
        "pairs": [{"truster": a, "issuer": b, "trusted": said, "error": None} for a, b, said in pairs],
    }


def test_missing_certificates_are_those_of_issuers_that_are_refused() -> None:
    found = mesh.missing(seen(("a", "b", False), ("a", "c", False), ("b", "a", True), ("c", "a", None)))
    assert found == {"a": [{"name": "b", "content": "PEM of b"}, {"name": "c", "content": "PEM of c"}]}


def test_matrix_has_a_row_per_truster() -> None:
    text = mesh.matrix(seen(("a", "b", True), ("b", "a", False), ("a", "c", None)))
    assert text.splitlines() == [
        "accepts  a   b    c",
        "a        -   yes  ?",
        "b        no  -    -",
        "c        -   -    -",
    ]


def test_problems_name_each_once() -> None:
    found = mesh.problems(seen(("a", "b", False), ("a", "c", None), ("c", "a", None), silent=("c",)))
    assert found == ["c: connection refused", "a does not accept b"]
    assert mesh.problems(seen(("a", "b", None))) == ["whether a accepts b could not be asked: None"]
    assert mesh.problems(seen(("a", "b", True))) == []
