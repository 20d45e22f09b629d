# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in reports of every format, and on the terminal: they stay names, whatever is in them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.hybrid.jfrog.plugins.action import root_rotation as root_rotation_action
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import master_key_reset, rotation_report
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import letter
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import report as offboarding_report
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.progress import line
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import history
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import text
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import mesh
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action import warning
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report.reporting import Destinations, write_reports
from sample_reports import FILES
from unit.domain.node_shapes import node_shape
from unit.domain.report_shapes import DRIFTED, document, fleet_plan, named
from unit.hostile import names
from unit.hostile.names import HARMLESS

USUAL = {"harmless": HARMLESS, "of-two-words": "saint denis"}
# Nothing without a name gets into a plan, and a report leaves out what it cannot tell.
EVIL = {what: name for what, name in names.EVIL.items() if name}

PLUGINS = Path(__file__).parents[3] / "plugins"
# https://prometheus.io/docs/instrumenting/exposition_formats/, "Text-based format"; each value in its own line.
_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"[a-zA-Z_:][a-zA-Z0-9_:]*(?:{{{_LABEL}(?:,{_LABEL})*}})? [-+0-9.eEInfNa]+")


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, what can run or lead somewhere, and the policy."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.inline: list[str] = []
        self.links: list[str] = []
        self.policy: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.elements.append((tag, tuple(own)))
        self.links += [str(own[name]) for name in ("href", "src", "action") if name in own]
        self.policy += [own["content"]] if own.get("http-equiv") == "Content-Security-Policy" else []

    def handle_data(self, data: str) -> None:
        self.inline += [data] if self.cdata_elem else []


def report_on(name: str) -> dict[str, Any]:
    """A report in which everything that has a name has this one."""
    edge = named(DRIFTED, name, tags=[name])
    edge["location"] = {**edge["location"], "city_name": name}
    edge.update(version=name, jpd={"id": name, "status": name})
    edge["nodes"] = [name for _host in edge["nodes"]]
    for fact in edge["facts"]:
        fact["reason"] = f"{fact['reason']} {name}"
    finding = {"what": name, "reason": name, "remedy": name, "needs_person": True}
    return document(fleet_plan({**edge, "findings": [finding]}))


def written(folder: Path, name: str) -> dict[str, str]:
    """The files of a report, by their options."""
    folder.mkdir()
    paths = {option: str(folder / file) for option, file in FILES.items()}
    to = Destinations.from_options({**paths, "history_keep": 3, "metrics_labels": {}})
    assert write_reports(report_on(name), to, warn=pytest.fail, clock=Clock()) == []
    return {option: Path(path).read_bytes().decode() for option, path in paths.items()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The reports by what is wrong with the name, those of usual names first."""
    folder = tmp_path_factory.mktemp("reports")
    return {what: written(folder / what, name) for what, name in {**USUAL, **EVIL}.items()}


def test_page_with_any_name_has_no_element_attribute_link_or_script_of_that_name(
    files: dict[str, dict[str, str]],
) -> None:
    pages = {what: Page(of["html_path"]) for what, of in files.items()}
    usual = pages["harmless"]

    assert len(usual.policy) == 1
    assert "default-src 'none'" in str(usual.policy[0])
    # Commands to copy are there for names only that are no patterns.
    elements = [pages[what].elements for what in USUAL]
    assert [what for what, page in pages.items() if page.elements not in elements] == []
    assert [what for what, page in pages.items() if (page.inline, page.policy) != (usual.inline, usual.policy)] == []
    assert {link for page in pages.values() for link in page.links if not link.startswith(("#", "data:image/"))} == {
        link for link in usual.links if not link.startswith(("#", "data:image/"))
    }


def test_junit_with_any_name_is_xml_with_the_same_suites_and_cases(files: dict[str, dict[str, str]]) -> None:
    def shape(content: str) -> list[str]:
        JUnitXml.fromstring(content.encode())
        return [element.tag for element in ElementTree.fromstring(content.encode()).iter()]  # noqa: S314

    usual = shape(files["harmless"]["junit_path"])
    assert [what for what, of in files.items() if shape(of["junit_path"]) != usual] == []


def test_metrics_with_any_name_are_the_same_samples_in_valid_lines(files: dict[str, dict[str, str]]) -> None:
    def samples(content: str) -> list[tuple[str, tuple[str, ...], float]]:
        families = text_string_to_metric_families(content)
        return [(one.name, tuple(one.labels), one.value) for family in families for one in family.samples]

    usual = samples(files["harmless"]["metrics_path"])
    lines = [row for of in files.values() for row in of["metrics_path"].split("\n") if row and not row.startswith("#")]

    assert [row for row in lines if SAMPLE.fullmatch(row) is None] == []
    assert [what for what, of in files.items() if samples(of["metrics_path"]) != usual] == []


def test_json_and_history_tell_any_name_as_it_is(files: dict[str, dict[str, str]]) -> None:
    told = {what: json.loads(of["path"])["edges"][0]["name"] for what, of in files.items()}
    kept = {what: list(history.parse(of["history_path"])[0]["edges"]) for what, of in files.items()}

    assert told == {**USUAL, **EVIL}
    # Of half a character our own reader makes a whole one, because no file could take it.
    assert kept == {what: [name.replace("\ud800", "\ufffd")] for what, name in told.items()}


def test_no_report_but_json_has_a_character_that_steers_a_display(files: dict[str, dict[str, str]]) -> None:
    steering = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
    shown = {(what, option): content for what, of in files.items() for option, content in of.items()}

    assert [key for key, content in shown.items() if steering.search(content)] == []


def _rotation(name: str) -> str:
    edge = {"name": name, "state": "rotating", "reason": name, "remedy": name, "fingerprint": name}
    more = {"backup_file": name, "products": [name], "untold": [name]}
    return rotation_report.text([{**edge, **more}])


def _leaving(name: str) -> list[dict[str, Any]]:
    left = {"what": name, "reason": name, "remedy": name, "needs_person": True}
    step = {"step": "jpd", "hosts": [name], "reason": name}
    own = {"name": name, "reason": name, "remedy": name, "steps": [step], "left": [left], "work": {"nodes": [name]}}
    return [{**own, "state": state} for state in ("planned", "refused")]


def _left(name: str) -> str:
    failures = [{"host": name, "step": "jpd", "message": name}]
    rows = offboarding_report.rows(_leaving(name), failures, {name: [name]}, check_mode=False)
    return offboarding_report.text(rows)


def _matrix(name: str) -> str:
    pair = {"truster": name, "issuer": "osaka", "trusted": False, "error": None}
    return mesh.matrix({"members": {name: {}, "osaka": {}}, "pairs": [pair]})  # type: ignore[typeddict-item]


def _reset(name: str) -> Any:
    return master_key_reset.ResettingEdge(name, {name: node_shape()}, {name: {"reset": None, "mission_control": True}})


def _roots(name: str) -> str:
    rotation = SimpleNamespace(name=name, stage="prove", reason=name, problems=[name], notes=[name])
    return "\n".join(root_rotation_action._lines([rotation]))


def _warning(name: str) -> str:
    told: list[str] = []
    warn(SimpleNamespace(warn=told.append), [f"The Edge '{name}' is odd."])
    return told[0]


TEXTS: dict[str, Callable[[str], str]] = {
    "report": lambda name: text(report_on(name)),
    "progress": lambda name: line(name, 1, 2.0, [name], slowest=(name, 1.0)),
    "rotation-of-a-join-key": _rotation,
    "plan-of-an-offboarding": lambda name: offboarding_report.plan_text(_leaving(name)),
    "end-of-an-offboarding": _left,
    "letter-of-an-offboarding": lambda name: letter.files(platform=name, name=name, url=name, root=None)[letter.LETTER],
    "trust-between-edges": _matrix,
    "rotation-of-roots": _roots,
    "reset-of-a-master-key": lambda name: master_key_reset.instructions(
        _reset(name), master_key_reset.Wishes(database_backup=name), statements_file="/x"
    ),
    "statements-for-a-database": lambda name: master_key_reset.statements(
        name, "7", mission_control=True, backup=name, now="2026-11-22T10:00:00.000Z"
    ),
    "warning": _warning,
}
# All that the controller shows: its maker is in TEXTS, or its every line is made ``printable`` there.
SHOWN = {
    "text(document, edges=params['edges'])",
    "printable(msg)",
    "printable(line)",
    "of_run(told, predicted=check_mode)",  # tests/unit/domain/replication
    "of_standing(found)",
    "report.plan_text(plans)",
    "report.text(edges)",
    "'\\n'.join(_lines(planned))",
    "domain.matrix(mesh)",
    "text(planned, sections)",
    "saved_plan.save(inputs, plan, save_path)",  # numbers, and the path that the user gave
    "resetting.write_statements(run, now)",
    "resetting.ended(run)",  # of an Edge whose name was a folder
    "rotation_report.text(rotation['edges'])",
}


@pytest.mark.parametrize("told", TEXTS.values(), ids=list(TEXTS))
def test_text_with_any_name_has_the_same_lines_and_nothing_that_steers_a_terminal(told: Callable[[str], str]) -> None:
    usual = len(told(HARMLESS).split("\n"))
    texts = {what: told(name) for what, name in EVIL.items()}

    assert [what for what, shown in texts.items() if not shown.replace("\n", "").isprintable()] == []
    assert {what: len(shown.split("\n")) for what, shown in texts.items()} == dict.fromkeys(EVIL, usual)


def test_nothing_is_shown_but_what_is_known_here_and_no_warning_but_in_one_place() -> None:
    shown, warned = set(), set()
    for path in sorted(PLUGINS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                what = ast.unparse(node.func)
                shown |= {ast.unparse(node.args[0])} if what == "display.display" else set()
                warned |= {path.name} if what.lower().endswith(("display().warning", "display.warning")) else set()

    assert shown == SHOWN
    assert warned == {"warning.py"}


def test_warning_of_the_controller_has_nothing_that_steers_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(warning, "Display", lambda: SimpleNamespace(warning=told.append))
    for name in EVIL.values():
        warning.warn(f"The Edge '{name}' is odd.")

    assert [text for text in told if not text.isprintable()] == []


def test_error_with_any_name_has_nothing_that_steers_a_terminal() -> None:
    errors = {what: EdgeError(f"Cannot do it for '{name}'.") for what, name in EVIL.items()}

    assert [what for what, error in errors.items() if not error.msg.replace("\n", "").isprintable()] == []
    assert [what for what, error in errors.items() if str(error) != error.to_fail_json()["msg"]] == []
    assert EdgeError("Two problems:\n- one\n- two").msg == "Two problems:\n- one\n- two"
