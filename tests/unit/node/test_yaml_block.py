# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of YAML files on a node: all of it or a problem, and never another value than a YAML library reads."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import yaml_block

LATEST = """\
# written by Access
---
security:
  tls: true   # since 7.7
  authentication:
    mtls: {}
    "mtls-old":
      extraction-regex: '(.*) "it''s"'
token:
  default-expiry: 31536000
  audiences: ["a@1", 'b@*', c]
  scopes:
  - applied-permissions/user
  - "with: colon"
federation:
  inbound:
    - entity: USERS
      enabled: true
    -
      - x
bootstrap-token-delete-in-minutes:
text: |-
  one
    two

folded: >
  one
  two

  three
long: a plain text
  that goes on

  here
quoted: "with an escape \\u00e9\\t\\
  joined"
a.b: dotted
empty: ""
list: []
...
"""


def test_read_what_the_product_writes_by_dotted_paths() -> None:
    found, problem = yaml_block.read(LATEST)
    assert problem is None
    assert found == {
        "security.tls": "true",
        "security.authentication.mtls-old.extraction-regex": '(.*) "it\'s"',
        "token.default-expiry": "31536000",
        "token.audiences": ["a@1", "b@*", "c"],
        "token.scopes": ["applied-permissions/user", "with: colon"],
        "federation.inbound[0].entity": "USERS",
        "federation.inbound[0].enabled": "true",
        "federation.inbound[1]": ["x"],
        "text": "one\n  two",
        "folded": "one two\nthree\n",
        "long": "a plain text that goes on\nhere",
        "quoted": "with an escape é\tjoined",
        '"a.b"': "dotted",
        "empty": "",
        "list": [],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("\n# only a comment\n", {}, id="comment"),
        pytest.param("---\n", {}, id="marker"),
        pytest.param("{}\n", {}, id="empty-braces"),
        pytest.param("--- {}\n", {}, id="empty-braces-behind-the-marker"),
        pytest.param("\ufeffa: 1\n", {"a": "1"}, id="byte-order-mark"),
        pytest.param("a: 1\r\nb:\r\n  c: 2\r\n", {"a": "1", "b.c": "2"}, id="crlf"),
        pytest.param("a: ~\nb: null\nc:\nd: 'null'\n", {"d": "null"}, id="nulls-are-not-set"),
        pytest.param("a: x#y\nb: x #y\n", {"a": "x#y", "b": "x"}, id="comments"),
        pytest.param("a: http://b:80/c\n", {"a": "http://b:80/c"}, id="colons-in-a-value"),
        pytest.param("a:\n  # b: 1\n\n  c: 2\n# d\n  e: 3\n", {"a.c": "2", "a.e": "3"}, id="comments-between"),
        pytest.param("a: [1,\n  2]\n", {"a": ["1", "2"]}, id="list-over-two-lines"),
        pytest.param("a:\n- 1\n- 2\nb: 3\n", {"a": ["1", "2"], "b": "3"}, id="list-at-its-keys-margin"),
        pytest.param("configVersion: 1\nshared:\n## x\n", {"configVersion": "1"}, id="section-without-settings"),
    ],
)
def test_read_form_of_yaml(text: str, expected: dict[str, Any]) -> None:
    assert yaml_block.read(text) == (expected, None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("{}\na: 1\n", 2, "fits to nothing", id="setting-behind-empty-braces"),
        pytest.param("a: &x 1\n", 1, "an anchor", id="anchor"),
        pytest.param("a: 1\nb: *x\n", 2, "an alias", id="alias"),
        pytest.param("a: !!str 1\n", 1, "a tag", id="tag"),
        pytest.param("<<: 1\n", 1, "a meaning of its own", id="merge-key"),
        pytest.param("a: {b: 1}\n", 1, "braces", id="settings-in-braces"),
        pytest.param("a: [[1]]\n", 1, "more than single values", id="nested-list-in-brackets"),
        pytest.param("a: 1\n---\nb: 2\n", 2, "behind the end", id="two-documents"),
        pytest.param("a:\n\tb: 1\n", 2, "tab", id="tab"),
        pytest.param("a: 1\na: 2\n", 2, "twice", id="key-twice"),
        pytest.param("a:\n    b: 1\n  c: 2\n", 3, "indentation", id="indentation"),
        pytest.param("a: b: c\n", 1, "colon", id="two-colons"),
        pytest.param("- a\n", 1, "does not begin with a setting", id="list"),
        pytest.param("just text\n", 1, "does not begin with a setting", id="text"),
        pytest.param("a: 1\nsecret-text\n", 2, "a key and a colon", id="no-colon"),
        pytest.param('a: "1\nb: 2\n', 1, "not closed", id="open-quote"),
        pytest.param('a: "1" 2\n', 1, "behind a closing quote", id="text-behind-a-quote"),
        pytest.param('a: "\\q"\n', 1, "escape", id="unknown-escape"),
        pytest.param("? a\n: b\n", 1, "does not begin with a setting", id="complex-key"),
        pytest.param("%YAML 1.2\n---\na: 1\n", 1, "does not begin with a setting", id="directive"),
        pytest.param("a: |2\n   x\n", 1, "its own indentation", id="indented-literal"),
        pytest.param("a: \x00\n", 1, "control character", id="control-character"),
        pytest.param("a:\n" + "".join(" " * n + "- \n" for n in range(1, 2000)), None, "too deeply", id="depth"),
    ],
)
def test_read_what_is_not_understood_is_a_problem_and_no_setting(text: str, line: int | None, words: str) -> None:
    found, problem = yaml_block.read(text)
    assert found == {}
    assert problem is not None
    assert words in problem
    assert line is None or problem.startswith(f"line {line}:")
    assert "secret-text" not in problem


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('k: "' + "\n x" * 100_000, id="quote-that-is-not-closed"),
        pytest.param("k: [" + "\n x," * 100_000, id="bracket-that-is-not-closed"),
        pytest.param("k: [" + "x, " * 100_000 + "]", id="long-list"),
        pytest.param("k: [" + "'x', " * 100_000 + "]", id="long-list-of-quoted-texts"),
        pytest.param("k" + " " * 500_000 + "k", id="long-line-of-spaces"),
        pytest.param('"' + "\\a" * 200_000, id="long-key"),
        pytest.param("k: " + "'" * 300_001, id="quotes"),
        pytest.param("".join(f'k{n}: "a\n b"\n' for n in range(20_000)), id="many-texts-over-two-lines"),
    ],
)
def test_read_large_and_broken_file_takes_no_time(text: str) -> None:
    begun = time.process_time()
    yaml_block.read(text)
    assert time.process_time() - begun < 10


def flattened(node: Any, path: str = "") -> dict[str, Any]:
    """What a YAML library read, in the form of our reader."""
    if isinstance(node, dict):
        found: dict[str, Any] = {}
        for key, value in node.items():
            name = f'"{key}"' if any(sign in key for sign in '.["') or not key else key
            found.update(flattened(value, f"{path}.{name}" if path else name))
        return found
    if isinstance(node, list):
        if any(isinstance(item, (dict, list)) for item in node):
            pairs = [flattened(item, f"{path}[{number}]") for number, item in enumerate(node)]
            return {name: value for pair in pairs for name, value in pair.items()}
        return {path: ["" if item is None else item for item in node]}
    return {} if node is None else {path: node}


class Loader(yaml.SafeLoader):
    """Texts and nulls only, as our reader has them."""


Loader.yaml_implicit_resolvers = {
    sign: [rule for rule in rules if rule[0] == "tag:yaml.org,2002:null"]
    for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12) | st.text(
    alphabet="ab :#-'\"\\\n,[]{}&", max_size=120
)
KEYS = st.text(alphabet="abc-_ #:'.1", min_size=1, max_size=8)
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        TEXTS | st.lists(TEXTS, max_size=3),
        lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3) | st.lists(inner, max_size=3),
        max_leaves=6,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(TREES, st.sampled_from([None, "'", '"', "|"]))
def test_read_what_a_yaml_library_wrote_is_the_same_or_a_problem(tree: dict[str, Any], style: str | None) -> None:
    text = yaml.safe_dump(tree, default_flow_style=False, default_style=style, allow_unicode=True, width=20)
    found, problem = yaml_block.read(text)
    if problem is None:
        assert found == flattened(tree)


@settings(max_examples=1500, deadline=None)
@given(st.text(alphabet="ab: \n-#'\"[],\\|>+~", max_size=40).map(lambda text: "k:" + text))
@example("k: |\n\n a\n\n\n")
@example("k: >+\n a\n\n b\n\n\n")
@example("k: >-\n a\n  b\n c\n")
@example('k: "a  \n\n  b \\\n  c"\n')
def test_read_any_text_is_as_a_yaml_library_reads_it_or_a_problem(text: str) -> None:
    found, problem = yaml_block.read(text)
    if problem is not None:
        assert found == {}
        return
    assert found == flattened(yaml.load(text, Loader=Loader))  # noqa: S506, it is a safe loader
