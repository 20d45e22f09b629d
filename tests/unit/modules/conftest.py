# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts are tested with the session; here they would only take time."""
    monkeypatch.setattr(session, "PAUSE_FACTOR", 0.01)
