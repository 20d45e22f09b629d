# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One browser for all tests, kept off the network as far as it can be told, and pages that tell on themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.html import page as render
from browser.chromium import ARGUMENTS, find
from unit.domain.made_up_fleet import broken_fleet


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    executable = find()
    if executable is None:
        message = "Chromium was not found; install it, on Debian: apt-get install chromium"
        # In the pipeline a test that is skipped is a test that nobody misses.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    with sync_playwright() as playwright:
        expect.set_options(timeout=30_000)
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()


@dataclass
class Opened:
    """A page in the browser, and what it did that nobody asked for: it must stay empty."""

    page: Page
    file: Path
    misdeeds: list[str] = field(default_factory=list)

    def rows(self) -> list[str]:
        """The names of the Edges that the table shows."""
        shown = "rows => rows.filter(row => !row.hidden).map(row => row.querySelector('a').textContent)"
        return list(self.page.eval_on_selector_all("#fleet tbody tr", shown))

    @property
    def address(self) -> str:
        """What the address says after the name of the file."""
        return str(self.page.evaluate("location.hash"))


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a report as a file, in a profile of its own. At the end, it must have asked for nothing but itself."""
    opened: list[Opened] = []

    def open_it(html: str, address: str = "", *, width: int = 1280, height: int = 900, **options: Any) -> Opened:
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        one = Opened(context.new_page(), file)
        one.page.set_default_timeout(60_000)  # a machine that does much else is slow
        one.page.on("request", lambda request: note(one, request.url))
        one.page.on("console", lambda message: one.misdeeds.append(f"console: {message.text}"))
        one.page.on("pageerror", lambda error: one.misdeeds.append(f"error: {error}"))
        one.page.on("dialog", lambda dialog: one.misdeeds.append(f"dialog: {dialog.message}") or dialog.dismiss())
        opened.append(one)
        one.page.goto(f"{file.as_uri()}{address}")
        return one

    def note(one: Opened, url: str) -> None:
        if url.split("#")[0] != one.file.as_uri() and not url.startswith("data:"):
            one.misdeeds.append(f"request: {url}")

    yield open_it
    for one in opened:
        one.page.context.close()
        assert one.misdeeds == []


@pytest.fixture(scope="session")
def forty() -> str:
    """The page of forty Edges of which some are not in order."""
    report, history = broken_fleet()
    return render(report, history)
