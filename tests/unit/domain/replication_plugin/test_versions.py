# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import versions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('a\npluginVersion = "5.10.4"\nexecutions {}', "5.10.4", id="line"),
        pytest.param(' pluginVersion = "5.10.4"', None, id="indented-as-the-plugin-itself-would-not-find-it"),
        pytest.param('def pluginVersion = "5.10.4"', None, id="other-words"),
        pytest.param("", None, id="empty"),
    ],
)
def test_version_in_reads_the_line_that_the_plugin_reads(text: str, expected: str | None) -> None:
    assert versions.version_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("executions {\n}\n", id="no-version"),
        pytest.param('pluginVersion = "5.10.4"\n', id="no-executions"),
        pytest.param("<html>404</html>", id="web-page"),
    ],
)
def test_check_plugin_of_another_file_is_refused(text: str) -> None:
    with pytest.raises(ConflictError, match=r"Cannot use my\.groovy as the plugin"):
        versions.check_plugin(text, "my.groovy")


def test_check_artifactory_seven_is_refused_with_both_ways_out() -> None:
    versions.check_artifactory("6.23.1", "lyon")
    with pytest.raises(ConflictError, match=r"hybrid\.jfrog\.security_replication.*Access Federation"):
        versions.check_artifactory("7.0.0", "lyon")


@pytest.mark.parametrize(
    ("found", "plugin", "safety", "told"),
    [
        pytest.param({"a": "5.10.4", "b": "5.10.4"}, "5.10.4", True, [], id="same"),
        pytest.param(
            {"a": "5.10.4", "b": "5.10.5"}, "5.10.4", True, ["newer than the plugin (5.10.4) on b"], id="above"
        ),
        pytest.param({"a": "5.10.4", "b": "6.0.0"}, "5.10.4", False, [], id="above-without-safety"),
        pytest.param({"a": "5.10.4", "b": "6.0.0"}, None, True, [], id="plugin-unknown"),
        pytest.param({"a": "5.5.2", "b": "5.6.0"}, "5.10.4", True, ["both sides of version 5.6 (a (5.5.2)"], id="5.6"),
        pytest.param({"a": "5.4.0", "b": "5.5.2"}, "5.10.4", True, [], id="all-below-5.6"),
    ],
)
def test_mesh_warnings_say_why_it_would_not_replicate(
    found: dict[str, str], plugin: str | None, safety: bool, told: list[str]
) -> None:
    warnings = versions.mesh_warnings(found, plugin, safety=safety)

    assert len(warnings) == len(told)
    assert all(word in warning for word, warning in zip(told, warnings))


@pytest.mark.parametrize(
    ("target", "safety", "told"),
    [
        pytest.param("5.10.4", True, None, id="same"),
        pytest.param("6.5.9", True, "a newer copy of the plugin first", id="above"),
        pytest.param("6.5.9", False, None, id="above-without-safety"),
        pytest.param("7.4.1", False, "hybrid.jfrog.security_replication", id="seven"),
    ],
)
def test_upgrade_problem_says_what_stands_in_the_way(target: str, safety: bool, told: str | None) -> None:
    found = versions.upgrade_problem(target, "5.10.4", safety=safety)

    assert found is None if told is None else told in (found or "")
