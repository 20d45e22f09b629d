# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``generate.token.json``: a short-lived admin token without any credential (node-files.md 3.4, Traps 3)."""

from __future__ import annotations

import json
from datetime import timedelta

from . import access_settings, installation
from .start import Start

SINCE = (7, 38, 4)
LIFETIME = 15 * 60
_DELETE_IN_MINUTES = "bootstrap-token-delete-in-minutes"


def create(start: Start) -> None:
    """Answer a request file with ``token.json``. Its one key ``token`` is what scripts in public read from it [3P]."""
    folder = start.layout.bootstrap_keys
    if folder is None or start.mint_token is None or start.version < SINCE:
        return
    request = folder / "generate.token.json"
    if not request.exists():
        return
    token = start.mint_token(subject="admin", audience="jfac@*", expires_in=LIFETIME)
    installation.write_private(start.layout.token_file, json.dumps({"token": token}))
    request.unlink()
    minutes = access_settings.find(start.database.access_config, _DELETE_IN_MINUTES)
    start.token_expires_at = start.now() + timedelta(minutes=1 if minutes is None else float(minutes))
