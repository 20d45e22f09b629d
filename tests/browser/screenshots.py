#!/usr/bin/env python3
# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the pictures of the HTML report for the documentation. Started by ``make screenshots``."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.html import page
from browser.chromium import ARGUMENTS, find
from browser.pictures import IMAGES, LARGEST, PICTURES, STAMP, Picture, fingerprint
from unit.domain.made_up_fleet import broken_fleet

# When somebody looks at the report, some hours after the run.
LOOKED_AT = "2026-11-22T15:40:00Z"


def main() -> int:
    executable = find()
    if executable is None:
        sys.exit("Chromium was not found; install it, on Debian: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    report, history = broken_fleet()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(page(report, history), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for picture in PICTURES:
            content = small(taken(browser, file, picture))
            if len(content) > LARGEST:
                sys.exit(f"{picture.name} has {len(content)} bytes, which is more than {LARGEST}")
            (IMAGES / f"{picture.name}.png").write_bytes(content)
            print(f"docs/images/{picture.name}.png  {len(content) // 1000} KB")
        browser.close()
    STAMP.write_text(f"{fingerprint()}\n")
    return 0


def taken(browser: Browser, file: Path, picture: Picture) -> bytes:
    """The picture as the browser makes it."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", **picture.options
    )
    opened = context.new_page()
    opened.clock.set_fixed_time(LOOKED_AT)
    opened.goto(f"{file.as_uri()}{picture.address}")
    if picture.element:
        opened.locator(picture.element).evaluate("element => scrollTo(0, element.offsetTop - 16)")
    content = opened.screenshot()
    context.close()
    return content


def small(content: bytes) -> bytes:
    """The same picture, packed as well as PNG can; a palette would cost the rarer of the states their colours."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
