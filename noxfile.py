# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make lint`` has antsibull-nox check. The configuration is in antsibull-nox.toml."""

from __future__ import annotations

import antsibull_nox

antsibull_nox.load_antsibull_nox_toml()
