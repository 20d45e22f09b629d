# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows of the reports is what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sample_reports
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.labels import OWN

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "reports.md").read_text()
EXCERPTS = re.findall(r"<!-- from (\S+) -->\n```\w+\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    assert sample_reports.write(folder, 40) == []
    return folder


@pytest.mark.parametrize(("file", "excerpt"), EXCERPTS, ids=[file for file, _text in EXCERPTS])
def test_excerpt_is_what_make_reports_writes(written: Path, file: str, excerpt: str) -> None:
    """Line breaks between elements of XML are for the reader; … stands for what is left out."""
    whole = (written / file).read_text()
    position = 0
    for part in excerpt.strip().split("…\n"):
        found = whole.find(re.sub(r">\n<", "><", part.strip("\n")), position)
        assert found >= 0, f"{part!r} is not in {file}, or not there"
        position = found


def test_every_metric_is_in_the_table_with_its_labels(written: Path) -> None:
    text = (written / "hybrid_jfrog.prom").read_text()
    metrics: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(hybrid_jfrog_\w+)\{(.*)\} ", text, flags=re.MULTILINE):
        metrics.setdefault(name, set()).update(set(re.findall(r'(\w+)="', labels)) - {"platform"})

    rows = re.findall(r"^\| `(hybrid_jfrog_\w+)` \|(.*?)\| ", PAGE, flags=re.MULTILINE)

    assert {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == metrics
    assert set().union(*metrics.values()) < set(OWN)


def test_every_variable_of_the_reports_is_documented() -> None:
    playbook = (DOCS.parent / "playbooks/shared/report.yml").read_text()

    used = set(re.findall(r"\b(edge_report_(?!mode)\w+) \| default\(omit\)", playbook))

    assert len(used) == 8
    assert used == set(re.findall(r"^\| `(edge_report_\w+)` \|", PAGE, flags=re.MULTILINE))


def test_variables_are_checked_when_a_run_begins_as_they_are_used_when_it_ends() -> None:
    def passed(name: str) -> set[str]:
        text = (DOCS.parent / "playbooks/shared" / name).read_text()
        return set(re.findall(r"(\w+): \"\{\{ (edge_report_\w+) \| default\(omit\) \}\}\"", text))

    assert passed("report.yml") - passed("observe.yml") == {("edges", "edge_report_edges")}
