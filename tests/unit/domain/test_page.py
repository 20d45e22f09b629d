# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML page as text: complete, closed to the outside, and nothing in it that a name could have put there.

How it behaves is in tests/browser.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.html import page
from unit.domain.made_up_fleet import MadeUpFleet, broken_fleet, history
from unit.domain.report_shapes import DRIFTED, SILENT, document, fleet_plan, named, sample

REPORT, HISTORY = broken_fleet()
PAGE = page(REPORT, HISTORY)
HOSTILE = "</script></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>]]>-->{{ 7*7 }}{% raw %}"


class Read(HTMLParser):
    """The elements of a page with their attributes, its visible text, and the contents of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.inline.append((self.cdata_elem, data))
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _tag, attributes in self.elements if name in attributes]


def test_page_loads_nothing_and_links_only_into_itself() -> None:
    read = Read(PAGE)

    assert {value[0] for value in read.attributes("href") if not value.startswith("data:image/svg+xml,")} == {"#"}
    assert read.attributes("src") == []
    assert not {"img", "iframe", "object", "embed", "base"} & {tag for tag, _attributes in read.elements}
    assert re.findall(r"@import|url\(", "".join(text for _tag, text in read.inline)) == []


def test_policy_of_the_page_allows_its_own_style_and_scripts_by_hash_and_nothing_else() -> None:
    read = Read(PAGE)
    policy = next(of["content"] or "" for tag, of in read.elements if of.get("http-equiv") == "Content-Security-Policy")
    hashes = [(tag, b64encode(sha256(text.encode()).digest()).decode()) for tag, text in read.inline]

    assert [tag for tag, _hash in hashes] == ["style", "script", "script"]
    style, early, script = (f"'sha256-{value}'" for _tag, value in hashes)
    assert policy.startswith(f"default-src 'none'; style-src {style}; script-src {early} {script}; img-src data:; ")
    assert "unsafe" not in policy
    # What such a policy refuses must not be there.
    assert read.attributes("style") == []
    assert [name for _tag, attributes in read.elements for name in attributes if name.startswith("on")] == []


def test_all_ids_are_unique_and_every_link_leads_somewhere() -> None:
    read = Read(PAGE)
    ids = read.attributes("id")

    assert len(ids) == len(set(ids))
    assert {value[1:] for value in read.attributes("href") if value.startswith("#")} <= set(ids)


def test_page_has_every_text_of_the_report_without_its_script() -> None:
    text = Read(PAGE).text

    told = [fact["reason"] for edge in REPORT["edges"] for fact in edge["facts"]]
    told += [finding[key] for edge in REPORT["edges"] for finding in edge["findings"] for key in ("reason", "remedy")]
    told += [change["reason"] for edge in REPORT["edges"] for change in edge["changes"]]
    told += [row["subject"] for edge in REPORT["edges"] for row in edge["certificates"]]
    told += [host for edge in REPORT["edges"] for host in edge["nodes"]] + [REPORT["headline"]]
    assert [each for each in told if each not in text] == []


def test_page_of_a_run_in_waves_tells_what_failed_what_was_held_and_what_was_not_begun() -> None:
    report, runs = sample(60)
    text = Read(page(report, runs)).text

    for told in (
        "it stopped after wave 2 of 3",
        "was not begun",
        "Cannot reach the platform: timed out.",
        "another join key was supplied on the controller (waits for an approval)",
        "(waits for join key)",
        "Corrected in this run",
        "carried the plan out",
    ):
        assert told in text


@pytest.mark.parametrize(
    "where",
    ["name", "url", "city", "tag", "host", "reason", "remedy", "subject", "platform", "version", "message", "run"],
)
def test_hostile_text_stays_text_wherever_it_stands(where: str) -> None:
    report, runs = sample(24)
    edge = next(edge for edge in report["edges"] if edge["failed"])
    harmless = page(report, runs)
    if where == "name":
        edge["name"] = HOSTILE
    elif where == "city":
        edge["location"] = {**edge["location"], "city_name": HOSTILE, "country_code": HOSTILE}
    elif where == "tag":
        edge["tags"] = [HOSTILE]
    elif where == "host":
        edge["nodes"] = [HOSTILE]
    elif where == "reason":
        edge["facts"][0].update(reason=HOSTILE, fact=HOSTILE, drift=[HOSTILE])
    elif where == "remedy":
        edge["findings"] = [{"what": HOSTILE, "reason": HOSTILE, "remedy": HOSTILE, "needs_person": True}]
    elif where == "subject":
        edge["certificates"][0].update(subject=HOSTILE, where=HOSTILE)
    elif where == "platform":
        report["platform"].update(url=HOSTILE, error=HOSTILE, findings=[HOSTILE])
    elif where == "message":
        edge["failed"][0].update(message=HOSTILE)
    elif where == "run":
        runs[0]["edges"][edge["name"]] = {"state": HOSTILE, "drifted": [HOSTILE]}
        runs[0].update(outcome=HOSTILE, mode=HOSTILE)
    else:
        edge[where] = HOSTILE

    read, before = Read(page(report, runs)), Read(harmless)

    assert "alert(1)" in read.text
    assert read.inline == before.inline
    assert {tag for tag, _attributes in read.elements} == {tag for tag, _attributes in before.elements}
    assert [name for _tag, attributes in read.elements for name in attributes if name.startswith("on")] == []


def test_characters_that_would_turn_the_writing_direction_are_not_in_the_page() -> None:
    report = document(fleet_plan(named(DRIFTED, "lyon\u202egpj.exe\u2066\x1b[31m")))

    assert re.findall("[\u202a-\u202e\u2066-\u2069\x1b]", page(report, [])) == []


def test_single_edge_without_a_history_has_no_trend_and_is_told_how_to_get_one() -> None:
    html = page(MadeUpFleet(1).report(), [])

    assert "<svg viewBox" not in html
    assert "edge_report_history_path" in html
    assert "Nothing.</p>" in html


def test_platform_that_could_not_be_read_is_the_first_thing_to_do() -> None:
    report = document(fleet_plan(named(SILENT, "lyon"), reachable=False, error="connection refused"))

    text = Read(page(report, [])).text

    assert "Bring the platform back" in text
    assert text.index("connection refused") < text.index("no route to host")


def test_report_without_edges_times_places_or_versions_is_a_page_too() -> None:
    report = document(fleet_plan(named(SILENT, "lyon")))
    edge = {**report["edges"][0], "location": {}, "version": None, "jpd": None, "tags": None, "trust_method": None}
    unknown = {**report, "duration_seconds": None, "phases": {}, "edges": [edge]}

    assert "unknown" in Read(page(unknown, [])).text
    assert "All 0 Edges" not in Read(page({**unknown, "edges": []}, [])).text


def test_same_report_gives_the_same_page() -> None:
    assert page(REPORT, HISTORY) == PAGE


def test_page_grows_by_less_than_two_kilobytes_with_each_edge_in_order() -> None:
    """So that a thousand of them stay below two megabytes or so; tests/browser opens such a page."""
    sizes = []
    for count in (40, 80):
        report = MadeUpFleet(count).report()
        sizes.append(len(page(report, history(report)).encode()))

    assert (sizes[1] - sizes[0]) / 40 < 2000
