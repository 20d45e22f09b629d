# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation's site in a real browser: pages show, and no link of the site leads nowhere. See ``make docs``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

SITE = Path(__file__).resolve().parents[2] / ".docs/html"


@pytest.fixture(scope="module")
def site() -> Path:
    if not (SITE / "index.html").is_file():
        message = "The site was not built; 'make docs' does it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return SITE


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain, and must not ask for a file of the site that is not there."""
    context = browser.new_context()
    shown = context.new_page()
    misdeeds: list[str] = []
    # Some themes load a font or a script from elsewhere; the site has to work without.
    shown.route("http*://**", lambda route: misdeeds.append(f"asked for {route.request.url}") or route.abort())
    shown.on("requestfailed", lambda request: misdeeds.append(f"missing: {request.url}"))
    shown.on("console", lambda m: misdeeds.append(m.text) if m.type == "error" else None)
    shown.on("pageerror", lambda error: misdeeds.append(str(error)))
    yield shown
    context.close()
    assert misdeeds == []


@pytest.mark.parametrize(
    ("file", "heading", "text"),
    [
        pytest.param("index.html", "hybrid.jfrog", "Who trusts whom", id="index"),
        pytest.param("guides/trust.html", "Who trusts whom", "pairing token", id="guide"),
        pytest.param("reference/jpd_module.html", "hybrid.jfrog.jpd module", "platform_url", id="module"),
        pytest.param("reference/jpd_role.html", "hybrid.jfrog.jpd role", "jpd_platform_url", id="role"),
        pytest.param("reference/jpd_inventory.html", "hybrid.jfrog.jpd inventory", "hostnames", id="plugin"),
    ],
)
def test_page_shows_its_text_and_complains_of_nothing(
    site: Path, page: Page, file: str, heading: str, text: str
) -> None:
    page.goto((site / file).as_uri())

    assert heading in page.locator("h1").first.inner_text()
    assert text in page.locator("[role=main]").inner_text()


class Links(HTMLParser):
    """Where a page leads to, and which names are in it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.names: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.targets |= {found[key] or "" for key in ("href", "src") if key in found}
        self.names |= {found[key] or "" for key in ("id", "name") if key in found}


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    pages = {file: Links(file) for file in site.rglob("*.html")}
    broken = []
    for file, links in pages.items():
        for target in links.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = pages[there].names if there in pages else set()
            if not there.is_file() or (there in pages and parts.fragment and unquote(parts.fragment) not in known):
                broken.append(f"{file.relative_to(site)}: {target}")

    assert len(pages) > 100
    assert broken == []
