# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session whose every answer has the same body, which somebody hostile wrote. Nothing is sent."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import PLATFORM, Attempt
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import Answer

URL = "https://acme.example.com"


class Answers:
    """What ``JFrogSession`` offers its users."""

    url = URL
    peer = PLATFORM
    account = None

    def __init__(self, body: str) -> None:
        # As the session decodes what came: no half of a character is left in it.
        self._content = body.encode("utf-8", "replace")

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""

    def call(self, method: str, path: str, *, purpose: str, ok: tuple[int, ...] = (200,), **_options: Any) -> Answer:
        attempt = Attempt(PLATFORM, URL, method, path, purpose, frozenset())
        return Answer(ok[0], self._content.decode("utf-8"), attempt.unexpected, self._content)
