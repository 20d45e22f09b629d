# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python imports this before anything else where its folder is on the path: the controller's disk begins here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if fault := os.environ.get("CHAOS_DISK"):
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from chaos import disk

    disk.play(fault)
