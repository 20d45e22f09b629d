# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the HTML report in the documentation: all there, small, and of the page as it is now."""

from __future__ import annotations

import re

from browser.pictures import IMAGES, LARGEST, PICTURES, ROOT, STAMP, fingerprint

GUIDE = ROOT / "docs/report-page.md"


def test_screenshots_are_of_the_current_page() -> None:
    assert STAMP.read_text().strip() == fingerprint(), "the page was changed: run 'make screenshots' and look at them"


def test_guide_shows_every_screenshot_with_a_description_and_none_is_large() -> None:
    shown = re.findall(r"!\[(.+?)\]\(images/(.+?)\.png\)", GUIDE.read_text())

    assert sorted(name for _description, name in shown) == sorted(picture.name for picture in PICTURES)
    assert [path.name for path in IMAGES.glob("report-*.png") if path.stat().st_size > LARGEST] == []
    assert {f"{picture.name}.png" for picture in PICTURES} <= {path.name for path in IMAGES.iterdir()}
