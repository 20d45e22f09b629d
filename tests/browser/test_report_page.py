# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report as a person uses it, in a real browser: with the mouse, the keyboard, a screen reader, on paper.

Every test ends with the proof that the page asked for nothing but itself, and that its policy found nothing to refuse.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.html import page as render
from unit.domain.made_up_fleet import MadeUpFleet, history

DRIFTED = ["cork", "ghent", "graz", "pune", "toledo"]
NEEDING = ["cebu", "durban", "haifa", "leeds", "merida", "turin"]
THEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("tole", ["toledo"], id="name"),
        pytest.param("AUDITED", ["cork", "graz"], id="tag"),
        pytest.param("edge-quito-1.example", ["quito"], id="host"),
        pytest.param("medellin, co", ["medellin"], id="city"),
        pytest.param("japan", ["nagoya", "osaka"], id="country"),
        pytest.param("certificates apac", [], id="fact-that-no-such-edge-has-out-of-order"),
        pytest.param("certificates eu", ["leeds", "turin"], id="fact-and-tag"),
    ],
)
def test_search_shows_the_edges_that_have_all_words(open_page: Any, forty: str, words: str, found: list[str]) -> None:
    opened = open_page(forty)

    opened.page.get_by_label("Search").fill(words)

    expect(opened.page.locator("#hits")).to_have_text(f"{len(found)} of 40 Edges")
    assert opened.rows() == found
    assert opened.page.locator("#nothing").is_visible() == (not found)


def test_filters_narrow_the_table_together_and_a_link_to_that_shows_the_same(open_page: Any, forty: str) -> None:
    opened = open_page(forty)
    opened.page.get_by_role("button", name="drifted").click()
    assert opened.rows() == DRIFTED

    opened.page.get_by_role("button", name="needs a person").click()
    assert opened.rows() == [*NEEDING, *DRIFTED]

    opened.page.get_by_label("Tag", exact=True).select_option("eu")
    assert opened.rows() == ["leeds", "turin", "cork", "ghent", "graz"]

    opened.page.get_by_label("Not in order", exact=True).select_option("jpd")
    opened.page.get_by_label("Country").select_option("Austria (AT)")
    assert opened.rows() == ["graz"]
    assert opened.address == "#country=AT&tag=eu&fact=jpd&state=drifted%2Cneeds_person"

    again = open_page(forty, opened.address)
    assert again.rows() == ["graz"]
    expect(again.page.get_by_role("button", name="drifted")).to_have_attribute("aria-pressed", "true")
    again.page.get_by_role("button", name="Show all").first.click()
    assert len(again.rows()) == 40


def test_sorting_is_told_and_puts_numbers_in_their_order(open_page: Any, forty: str) -> None:
    opened = open_page(forty)
    heading = opened.page.get_by_role("columnheader", name="Next end")

    opened.page.get_by_role("button", name="Next end").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert opened.rows()[:4] == ["durban", "leeds", "merida", "turin"]

    opened.page.get_by_role("button", name="Next end").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert opened.page.locator("#fleet [aria-sort]").count() == 1
    assert open_page(forty, opened.address).rows() == opened.rows()


def test_detail_is_opened_walked_and_closed_with_the_keyboard_only(open_page: Any, forty: str) -> None:
    opened = open_page(forty, "#state=drifted")
    keyboard, drawer = opened.page.keyboard, opened.page.get_by_role("dialog")
    opened.page.get_by_label("Search").focus()
    for _key in range(60):
        keyboard.press("Tab")
        if opened.page.evaluate("document.activeElement.textContent") == "cork":
            break

    keyboard.press("Enter")
    expect(drawer).to_be_visible()
    expect(drawer).to_have_accessible_name("cork drifted")
    expect(opened.page.locator("#title")).to_be_focused()
    assert opened.address == "#state=drifted&edge=cork"

    keyboard.press("Shift+Tab")
    expect(opened.page.get_by_role("button", name="Close")).to_be_focused()
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(drawer).to_have_accessible_name("ghent drifted")
    expect(drawer).to_contain_text("2 of 5")

    keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opened.page.locator("#fleet").get_by_role("link", name="cork")).to_be_focused()
    assert opened.address == "#state=drifted"


def test_first_stop_of_the_keyboard_leads_past_the_head(open_page: Any, forty: str) -> None:
    opened = open_page(forty)

    opened.page.keyboard.press("Tab")
    expect(opened.page.get_by_role("link", name="To what is to do")).to_be_focused()
    opened.page.keyboard.press("Enter")

    expect(opened.page.locator("#todo")).to_be_focused()


def test_link_to_an_edge_shows_its_plan_facts_ends_and_last_runs_and_back_closes_it(open_page: Any, forty: str) -> None:
    opened = open_page(forty)
    opened.page.goto(f"{opened.file.as_uri()}#edge=toledo")
    drawer = opened.page.get_by_role("dialog")

    for text in (
        "not registered at the platform",
        "hybrid.jfrog.correct_drift --limit edge-toledo-1.example.com",
        "location, name, tags, URL",
        "Artifactory 7.104.2 in /opt/jfrog/artifactory",
        "token signing certificate CN=Access root of toledo",
        "since 2026-11-18",
        "at least from 2026-11-16",
        "Toledo, US (41.65, -83.54)",
    ):
        expect(drawer).to_contain_text(text)
    assert opened.page.locator("#details article").count() == 39

    opened.page.go_back()
    expect(drawer).to_be_hidden()
    assert opened.page.locator("#details article").count() == 40


def test_command_is_copied_whole(open_page: Any, forty: str) -> None:
    opened = open_page(forty, "#edge=pune", permissions=["clipboard-read", "clipboard-write"])
    drawer = opened.page.get_by_role("dialog")

    drawer.get_by_role("button", name="Copy").click()

    expect(opened.page.locator("#told")).to_have_text("Copied")
    assert opened.page.evaluate("navigator.clipboard.readText()") == (
        "ansible-playbook -i inventory.yml hybrid.jfrog.correct_drift --limit edge-pune-1.example.com"
    )


def test_city_in_the_table_of_places_shows_its_edges(open_page: Any, forty: str) -> None:
    opened = open_page(forty, "#state=drifted")

    opened.page.locator("#places").get_by_role("link", name="Osaka").click()

    assert opened.rows() == ["osaka"]


def test_page_without_script_has_everything_and_nothing_that_does_not_work(open_page: Any, forty: str) -> None:
    opened = open_page(forty, java_script_enabled=False)
    page = opened.page

    assert page.locator("#fleet tbody tr").count() == 40
    for gone in ("Search", "Theme", "Tag"):
        expect(page.get_by_label(gone, exact=True)).to_be_hidden()
    assert page.locator("button:enabled:visible").count() == 0
    expect(page.locator("article >> text=not registered at the platform").first).to_be_hidden()

    page.locator("#fleet").get_by_role("link", name="toledo").click()

    article = page.locator('[id="edge=toledo"]')
    expect(article).to_be_visible()
    expect(article).to_contain_text("not registered at the platform")


@THEMES
@pytest.mark.parametrize("address", ["", "#edge=toledo"], ids=["all", "edge"])
def test_page_has_no_violation_of_accessibility_rules(open_page: Any, forty: str, scheme: str, address: str) -> None:
    opened = open_page(forty, address, color_scheme=scheme, reduced_motion="reduce")
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    found = Axe().run(opened.page)

    assert [f"{one['id']}: {node['html']}" for one in found.response["violations"] for node in one["nodes"]] == []
    assert "color-contrast" in {rule["id"] for rule in found.response["passes"]}


def test_theme_follows_the_system_until_one_is_chosen_which_is_kept(open_page: Any, forty: str) -> None:
    opened = open_page(forty, color_scheme="dark")
    page, background = opened.page, "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)

    page.get_by_label("Theme").select_option("light")
    light = page.evaluate(background)
    page.reload()

    assert (dark, light) == ("rgb(20, 23, 28)", "rgb(245, 246, 248)")
    assert page.evaluate(background) == light


def test_phone_scrolls_in_one_direction_only(open_page: Any, forty: str) -> None:
    opened = open_page(forty, width=360, height=740)
    too_wide = "document.documentElement.scrollWidth - innerWidth"
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert opened.page.evaluate(too_wide) <= 0
    expect(opened.page.get_by_role("columnheader", name="State", exact=True)).to_be_visible()
    expect(opened.page.get_by_role("columnheader", name="Place")).to_be_hidden()

    opened.page.locator("#fleet").get_by_role("link", name="turin").click()
    inside = "drawer => drawer.scrollWidth - drawer.clientWidth"
    assert opened.page.get_by_role("dialog").evaluate(inside) <= 0


def test_paper_has_the_table_in_light_colours_and_no_controls(open_page: Any, forty: str) -> None:
    opened = open_page(forty, color_scheme="dark")

    opened.page.emulate_media(media="print")

    expect(opened.page.get_by_label("Search")).to_be_hidden()
    expect(opened.page.locator("#fleet")).to_be_visible()
    assert opened.page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 32, 40)"


def test_reduced_motion_is_respected(open_page: Any, forty: str) -> None:
    opened = open_page(forty, reduced_motion="reduce")

    assert opened.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


HOSTILE = "</script><img src=x onerror=alert(1)>\"']]>--> \u202eniloc <b>&amp;"


def test_hostile_texts_are_shown_as_texts_and_can_be_searched_and_opened(open_page: Any) -> None:
    fleet = MadeUpFleet(3)
    fleet.break_some_names(HOSTILE)
    report = fleet.report()
    report["platform"]["findings"] = [HOSTILE]
    opened = open_page(render(report, history(report)))
    name = HOSTILE.replace("\u202e", " ")

    assert opened.rows()[0] == name
    assert opened.page.locator("img, b >> text=niloc").count() == 0
    opened.page.get_by_label("Search").fill("onerror=alert(1)")
    assert opened.rows() == [name]

    opened.page.locator("#fleet tbody tr:visible a").click()
    expect(opened.page.get_by_role("dialog")).to_contain_text(name)
    expect(open_page(render(report, []), opened.address).page.get_by_role("dialog")).to_contain_text(name)


def test_thousand_edges_fit_into_two_mebibytes_and_are_filtered(open_page: Any) -> None:
    fleet = MadeUpFleet(1000)
    fleet.break_some()
    report = fleet.report()
    html = render(report, history(report))
    opened = open_page(html)

    opened.page.get_by_label("Search").fill("edge-osaka-17-2")

    assert opened.rows() == ["osaka-17"]
    expect(opened.page.locator("#hits")).to_have_text("1 of 1000 Edges")
    opened.page.get_by_role("button", name="Show all").first.click()
    assert len(opened.rows()) == 200
    opened.page.get_by_role("button", name="Show all 1000").click()
    assert len(opened.rows()) == 1000
    assert len(html.encode()) < 2 * 1024 * 1024
