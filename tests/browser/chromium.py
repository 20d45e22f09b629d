# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system's Chromium: where it is, and how it is told to stay off the network."""

from __future__ import annotations

import shutil

ARGUMENTS = [
    "--no-sandbox",  # which does not run as root
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
]


def find() -> str | None:
    """The path of Chromium, by the names that distributions give it; None when it is not there."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
