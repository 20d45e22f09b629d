# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The editor of system.yaml: what it changes, and that it changes nothing else."""

from __future__ import annotations

import contextlib
import difflib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import yaml_block
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._yaml.edit import edited
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._yaml.tree import parse, texts

TEMPLATE = """\
## @formatter:off
configVersion: 1

shared:   # for all services
    ## Java options
    #extraJavaOpts: "-Xmx4g"
    security:
    ## Join key
    #joinKey: "<Your joinKey>"

    node:
        ## A unique id
        id: 'art1'  # given by us
        haEnabled: true
    database:
        type: postgresql
        url: "jdbc:postgresql://db:5432/artifactory"

# router
router:
    proxy:
        ignoredHosts:
            - localhost  # always
            # the second one
            - 127.0.0.1
            - old.example.com
"""


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came, when all others stayed in their order."""
    delta = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return [line[2:] for line in delta if line[0] == "-"], [line[2:] for line in delta if line[0] == "+"]


@pytest.mark.parametrize(
    ("wanted", "gone", "come"),
    [
        pytest.param(
            {"shared.node.id": "lyon-1"},
            ["        id: 'art1'  # given by us\n"],
            ["        id: 'lyon-1'  # given by us\n"],
            id="value-keeps-quotes-and-comment",
        ),
        pytest.param(
            {"shared.node.haEnabled": False},
            ["        haEnabled: true\n"],
            ["        haEnabled: false\n"],
            id="truth-value-has-no-quotes",
        ),
        pytest.param(
            {"shared.node.ip": "192.0.2.7"},
            [],
            ['        ip: "192.0.2.7"\n'],
            id="new-setting-at-the-end-of-its-section",
        ),
        pytest.param(
            {"shared.security.joinKeyFile": "/a/b"}, [], ["        joinKeyFile: /a/b\n"], id="first-of-an-empty-section"
        ),
        pytest.param(
            {"shared.logging.consoleLog.enabled": True},
            [],
            ["    logging:\n", "        consoleLog:\n", "            enabled: true\n"],
            id="new-sections",
        ),
        pytest.param(
            {"mc.enabled": True}, [], ["mc:\n", "    enabled: true\n"], id="new-section-at-the-end-of-the-file"
        ),
        pytest.param(
            {"router.proxy.ignoredHosts": ["localhost", "127.0.0.1", "new.example.com"]},
            ["            - old.example.com\n"],
            ["            - new.example.com\n"],
            id="list-keeps-what-stays-and-its-comments",
        ),
        pytest.param(
            {"router.proxy.ignoredHosts": ["127.0.0.1"]},
            ["            - localhost  # always\n", "            - old.example.com\n"],
            [],
            id="list-gets-shorter",
        ),
        pytest.param(
            {"router.proxy.ignoredHosts": ["a", "localhost", "127.0.0.1", "old.example.com", "z"]},
            [],
            ["            - a\n", "            - z\n"],
            id="list-gets-longer-at-both-ends",
        ),
        pytest.param(
            {"router.proxy.ignoredHosts": []},
            [
                "        ignoredHosts:\n",
                "            - localhost  # always\n",
                "            - 127.0.0.1\n",
                "            - old.example.com\n",
            ],
            ["        ignoredHosts: []\n"],
            id="list-becomes-empty",
        ),
        pytest.param(
            {"shared.node.id": ["a", "b"]},
            ["        id: 'art1'  # given by us\n"],
            ["        id:  # given by us\n", "            - a\n", "            - b\n"],
            id="value-becomes-a-list",
        ),
        pytest.param({"shared.node.id": None}, ["        id: 'art1'  # given by us\n"], [], id="setting-goes"),
        pytest.param(
            {"router.proxy": None},
            [line for line in TEMPLATE.splitlines(keepends=True)[-7:] if line != "router:\n"],
            [],
            id="section-goes",
        ),
        pytest.param({"shared.node.name": None, "nothing.here": None}, [], [], id="what-is-not-there-is-gone-already"),
        pytest.param(
            {"shared.node.id": "007"},
            ["        id: 'art1'  # given by us\n"],
            ["        id: '007'  # given by us\n"],
            id="digits-in-quotes",
        ),
        pytest.param(
            {"shared.database.type": "0123"},
            ["        type: postgresql\n"],
            ['        type: "0123"\n'],
            id="digits-get-quotes",
        ),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_edit_changes_only_the_lines_of_the_setting(
    wanted: dict[str, Any], gone: list[str], come: list[str], line_end: str
) -> None:
    before = TEMPLATE.replace("\n", line_end)
    after = edited(before, wanted, "system.yaml")

    assert changed_lines(before, after) == (
        [line.replace("\n", line_end) for line in gone],
        [line.replace("\n", line_end) for line in come],
    )


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        pytest.param("", {"a.b": 1}, "a:\n    b: 1\n", id="empty-file"),
        pytest.param("# only this", {"a": "x"}, "# only this\na: x\n", id="comments-without-a-line-end"),
        pytest.param("---\n", {"a": "x"}, "---\na: x\n", id="marker-only"),
        pytest.param("a: {b: 1}\n", {"a.b": 2, "a.c": "x y"}, 'a: {b: 2, c: "x y"}\n', id="braces"),
        pytest.param("a: {}\n", {"a.b.c": ["x", 1]}, "a: {b: {c: [x, 1]}}\n", id="empty-braces"),
        pytest.param("a: {b: 1, c: 2, d: 3}\n", {"a.c": None}, "a: {b: 1, d: 3}\n", id="middle-of-braces-goes"),
        pytest.param("a: {b: 1, c: 2}\n", {"a.c": None}, "a: {b: 1}\n", id="last-of-braces-goes"),
        pytest.param("a: {b: 1}\n", {"a.b": None}, "a: {}\n", id="only-one-in-braces-goes"),
        pytest.param("a: {b: }\n", {"a.b.c": 1}, "a: {b: {c: 1} }\n", id="null-in-braces-becomes-a-section"),
        pytest.param("a: [x, y]\n", {"a": ["x"]}, "a: [x]\n", id="list-in-brackets-stays-in-brackets"),
        pytest.param("a:\n- x\nb: 1\n", {"a": ["x", "z"]}, "a:\n- x\n- z\nb: 1\n", id="list-at-the-key's-indentation"),
        pytest.param("a:\n- x\nb: 1\n", {"a": "z"}, "a: z\nb: 1\n", id="list-becomes-a-value"),
        pytest.param(
            "a:\n  - x", {"a": ["w", "x", "z"]}, "a:\n  - w\n  - x\n  - z\n", id="list-at-the-end-without-line-end"
        ),
        pytest.param("a: ~\n", {"a.b": 1}, "a:\n    b: 1\n", id="null-that-is-written-becomes-a-section"),
        pytest.param("a:   # c\n  # d\nb: 1", {"a.x": 1}, "a:   # c\n    x: 1\n  # d\nb: 1", id="section-of-comments"),
        pytest.param("a: # c\n", {"a": "x"}, "a: x # c\n", id="null-becomes-a-value"),
        pytest.param("a: |\n  x\n  y\n\n# c\nb: 1\n", {"a": "z"}, "a: z\n\n# c\nb: 1\n", id="text-of-several-lines"),
        pytest.param('a: "x\n  y"  # c\nb: 1\n', {"a": "z"}, 'a: "z"  # c\nb: 1\n', id="quotes-over-two-lines"),
        pytest.param("a: |\n  x\n\n  y\n", {"b": 1}, "a: |\n  x\n\n  y\nb: 1\n", id="behind-a-text-of-several-lines"),
        pytest.param("a: &x 1\nb: *x\n", {"b": 2}, "a: &x 1\nb: 2\n", id="reference-becomes-a-value"),
        pytest.param("a: &x 1\n", {"a": 2}, "a: &x 2\n", id="anchor-that-nobody-uses-stays"),
        pytest.param("a: !!str 5\n", {"a": 6}, "a: 6\n", id="tag-goes-with-its-value"),
        pytest.param("b: &x {k: 1}\na:\n  <<: *x\n", {"a.k": 2}, "b: &x {k: 1}\na:\n  <<: *x\n  k: 2\n", id="merged"),
        pytest.param("'a' : 1\n", {"a": 2}, "'a' : 2\n", id="key-in-quotes"),
        pytest.param("a: x\n...\n", {"b": 1}, "a: x\nb: 1\n...\n", id="before-the-end-marker"),
        pytest.param("a: 1\nb: 2\n", {"b": "yes"}, 'a: 1\nb: "yes"\n', id="text-that-means-something-else"),
        pytest.param("a: 1\n", {"a": "x: y # z"}, 'a: "x: y # z"\n', id="text-with-signs"),
        pytest.param("a: 'q'\n", {"a": "it's"}, "a: 'it''s'\n", id="quote-in-quotes"),
        pytest.param("a: 1\n", {"a": "x\ny"}, 'a: "x\\ny"\n', id="line-end-in-a-value"),
        pytest.param("a: 1\n", {"a": ""}, 'a: ""\n', id="empty-text"),
        pytest.param("a:\n  b: 1\n", {"a.b": None}, "a:\n", id="last-setting-of-a-section-goes"),
    ],
)
def test_edit_other_ways_of_writing_are_kept(text: str, wanted: dict[str, Any], expected: str) -> None:
    assert edited(text, wanted, "system.yaml") == expected


@pytest.mark.parametrize(
    ("text", "wanted", "says"),
    [
        pytest.param("a: [\n", {"a": 1}, "not valid YAML", id="broken"),
        pytest.param("a:\n\tb: 1\n", {"a.b": 1}, "a tab", id="tab"),
        pytest.param("a: 1\n---\nb: 1\n", {"a": 1}, "second document in line 2", id="two-documents"),
        pytest.param("a: 1\nb: 1\na: 2\n", {"b": 2}, "line 3 stands there twice", id="key-twice"),
        pytest.param("\ufeffa: 1\n", {"a": 2}, "byte order mark", id="byte-order-mark"),
        pytest.param("a: 1\rb: 2\r", {"a": 2}, "carriage return", id="old-mac-line-ends"),
        pytest.param("- a\n", {"a": 2}, "no mapping", id="list"),
        pytest.param("a: *x\n", {"b": 2}, "refers to nothing", id="unknown-alias"),
        pytest.param("a: &x\n  b: *x\n", {"b": 2}, "", id="endless-alias"),
        pytest.param("a: &x 1\nb: *x\n", {"a": 2}, "other settings refer to line 1", id="shared-value"),
        pytest.param("a: &x\n  k: 1\nb: *x\n", {"a.k": 2}, "other settings refer to line 1", id="shared-section"),
        pytest.param("a: &x\n  k: 1\nb: *x\n", {"b.k": 2}, "no section of its own", id="section-by-reference"),
        pytest.param("a: &x\n  k: {z: 1}\nb:\n  <<: *x\n", {"b.k.y": 2}, "made of another one", id="merged-section"),
        pytest.param("a: x\n", {"a.b": 2}, "no section of its own", id="value-where-a-section-should-be"),
        pytest.param("a:\n  b: 1\n", {"a": 2}, "it is a section", id="section-where-a-value-should-be"),
        pytest.param("? a\n: 1\n", {"a": 2}, "no colon follows", id="key-with-a-question-mark"),
        pytest.param("a: {b}\n", {"a.b": 2}, "no colon follows", id="key-without-a-colon"),
        pytest.param("? [a]\n: 1\n", {"a": 2}, "no text", id="key-that-is-a-list"),
    ],
)
def test_edit_file_that_cannot_be_changed_is_refused_with_the_cause(
    text: str, wanted: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConflictError, match="nothing was written") as caught:
        edited(text, wanted, "/x/system.yaml")
    assert says in caught.value.msg
    assert "/x/system.yaml" in caught.value.msg


def test_edit_error_shows_nothing_of_the_file() -> None:
    with pytest.raises(ConflictError) as caught:
        edited('password: "s3cret-of-the-database": x\n', {"a": 1}, "system.yaml")
    assert "s3cret" not in str(caught.value.to_fail_json())


# Files as people write them: sections, comments, blank lines, all ways of quoting, lists, both line ends.

NAMES = st.sampled_from(["id", "node", "url", "proxy", "a-b", "httpUrl", "x_1", "port"])
TEXTS = st.one_of(
    st.sampled_from(
        ["", "true", "yes", "null", "~", "007", "1e3", "0x1F", "12:30:45", "a b", "it's", '"', "a: b", "#"]
    ),
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
        ),
        max_size=8,
    ),
)
VALUES = st.one_of(TEXTS, st.booleans(), st.integers(-5, 99999))
WANTED = st.one_of(VALUES, st.lists(VALUES, max_size=4), st.none())


@st.composite
def written(draw: Any, value: str | bool | int) -> str:
    """One of the ways to write a value on a line."""
    if not isinstance(value, str):
        return yaml.safe_dump(value).split("\n")[0]
    style = draw(st.sampled_from(["plain", "'", '"']))
    if style == "plain" and value.replace("-", "a").isalnum() and value.isascii():
        return value
    return yaml.safe_dump(value, default_style="'" if style == "'" else '"', width=10**6, allow_unicode=True).rstrip(
        "\n"
    )


@st.composite
def comments(draw: Any, indent: int) -> list[str]:
    kinds = st.sampled_from(["", " " * indent + "# note", " " * indent + "#key: value", "#left: 1"])
    return draw(st.lists(kinds, max_size=2))


@st.composite
def sections(draw: Any, indent: int, step: int, depth: int) -> list[str]:
    lines: list[str] = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        lines += draw(comments(indent))
        start = " " * indent + name + ":"
        behind = draw(st.sampled_from(["", "  # why", " # x: y"]))
        kind = draw(st.sampled_from(["value", "value", "section", "list", "flow", "null", "text"]))
        if kind == "section" and depth:
            lines += [start + behind, *draw(sections(indent + step, step, depth - 1))]
        elif kind == "list":
            lines.append(start + behind)
            for item in draw(st.lists(VALUES, min_size=1, max_size=3)):
                lines += draw(comments(indent + step))
                lines.append(" " * (indent + step) + "- " + draw(written(item)) + behind)
        elif kind == "flow":
            lines.append(
                start + " [" + ", ".join(draw(st.lists(st.sampled_from(["a", "'b'", "1"]), max_size=3))) + "]" + behind
            )
        elif kind == "null":
            lines.append(start + behind)
        elif kind == "text":
            lines += [start + " |", " " * (indent + step) + "one", " " * (indent + step) + "# two"]
        else:
            lines.append(start + " " + draw(written(draw(VALUES))) + behind)
    return lines


@st.composite
def documents(draw: Any) -> str:
    lines = draw(sections(0, draw(st.sampled_from([2, 4])), 2))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    # A text of several lines that ends the file without a line end would get one, and so is refused.
    ends = [line_end] if lines[-1].endswith("two") else ["", line_end]
    return line_end.join([*lines, *draw(comments(0))]) + draw(st.sampled_from(ends))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: >\n  x\n  y\n", "x y\n", id="folded"),
        pytest.param("a: >-\n  x\n  y\n  z\n", "x y z", id="folded-without-its-line-end"),
        pytest.param("a: >\n  x\n\n  y\n", "x\ny\n", id="folded-with-an-empty-line"),
        pytest.param("a: |\n  x\n  y\n", "x\ny\n", id="kept"),
        pytest.param('a: "x\\ay"\n', "x\ay", id="bell-that-was-meant"),
    ],
)
def test_texts_of_several_lines_hold_nothing_of_the_parser(text: str, expected: str) -> None:
    assert texts(parse(text, "x"), "x") == {"a": expected}
    assert yaml.safe_load(text) == {"a": expected}


def test_edit_file_with_a_folded_text_is_possible() -> None:
    text = "a: >\n  x\n  y\nb: 1\n"
    assert edited(text, {"b": 2}, "system.yaml") == "a: >\n  x\n  y\nb: 2\n"


@given(documents())
def test_texts_are_what_the_node_reads_itself(text: str) -> None:
    assert yaml_block.read(text) == (texts(parse(text, "x"), "x"), None)


@given(documents(), st.lists(NAMES, min_size=1, max_size=3), WANTED)
def test_edit_of_any_file_changes_the_setting_and_nothing_else(text: str, parts: list[str], value: Any) -> None:
    before = texts(parse(text, "x"), "x")
    name = ".".join(parts)
    refusal = contextlib.suppress(ConflictError) if clashes(text, name, value) else contextlib.nullcontext()
    with refusal:
        check_edit(text, before, name, value)


def clashes(text: str, name: str, value: Any) -> bool:
    """Whether a value stands where a section should be, or the other way round."""
    node = yaml.safe_load(text) or {}
    *sections, last = name.split(".")
    for section in sections:
        node = node.get(section)
        if not isinstance(node, dict):
            return node is not None
    return isinstance(node.get(last), dict) and value is not None


def check_edit(text: str, before: dict[str, Any], name: str, value: Any) -> None:
    parts = name.split(".")
    after = edited(text, {name: value}, "x")
    loaded = yaml.safe_load(after) or {}
    for part in parts[:-1]:
        loaded = (loaded.get(part) if isinstance(loaded, dict) else None) or {}
    if value is None:
        assert not isinstance(loaded, dict) or parts[-1] not in loaded
    else:
        assert (loaded[parts[-1]], type(loaded[parts[-1]])) == (value, type(value))
    others = {known: told for known, told in before.items() if known != name and not known.startswith(name + ".")}
    assert {known: told for known, told in texts(parse(after, "x"), "x").items() if known in others} == others
    gone, come = changed_lines(*("".join(f"{line}\n" for line in each.splitlines()) for each in (text, after)))
    notes = [line for line in gone if line.lstrip().startswith("#") and "two" not in line]
    assert value is None or (notes, [line for line in come if line.lstrip().startswith("#")]) == ([], [])
    assert value is None or len(gone) <= 1 or isinstance(before.get(name), list) or "|" in text
    assert edited(after, {name: value}, "x") == after
