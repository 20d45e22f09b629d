# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Artifactory node on disk: see README.md in this folder."""

from __future__ import annotations

from .node import FAILED, RUNNING, STARTING, STOPPED, Node

__all__ = ["FAILED", "RUNNING", "STARTING", "STOPPED", "Node"]
