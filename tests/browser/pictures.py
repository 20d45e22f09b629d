# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pictures of the HTML report the documentation has, and what they are pictures of."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs/images"
# Beside the pictures, so that a page that was changed after them is noticed.
STAMP = IMAGES / "report.sha256"
LARGEST = 300_000

_REPORT = ROOT / "plugins/module_utils/_domain/report"


@dataclass(frozen=True)
class Picture:
    """One picture: what of the page is seen, by the address, at what size, and from which element on."""

    name: str
    address: str = ""
    size: tuple[int, int] = (1280, 1180)
    element: str = ""
    options: dict[str, Any] = field(default_factory=dict)


PICTURES = (
    Picture("report-light"),
    Picture("report-dark", "#tag=eu&sort=end", element="#edges", options={"color_scheme": "dark"}),
    Picture("report-edge", "#state=drifted&edge=toledo", (1280, 900)),
    Picture("report-places", size=(1280, 500), element="#places"),
    Picture("report-phone", size=(390, 844), options={"device_scale_factor": 2}),
)


def fingerprint() -> str:
    """Of everything that decides how the pictures look: the page, the fleet that is on it, and this file."""
    files = [
        _REPORT / "html.py",
        *_REPORT.glob("page/*.*"),
        ROOT / "tests/unit/domain/made_up_fleet.py",
        Path(__file__),
    ]
    found = sha256()
    for file in sorted(files):
        found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return found.hexdigest()
