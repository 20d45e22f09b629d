# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.seal import new_key, opened, sealed


@given(st.text())
def test_sealed_text_opens_again(text: str) -> None:
    key = new_key()
    assert opened(sealed(text, key, "read"), key, "read") == text


def test_sealed_text_shows_nothing_and_differs_by_key_and_purpose() -> None:
    key, text = new_key(), "password: hunter2\n" * 20
    hidden = [sealed(text, key, "read"), sealed(text, key, "write"), sealed(text, new_key(), "read")]

    assert len(set(hidden)) == 3
    assert [each for each in hidden if b"hunter2" in base64.b64decode(each)] == []


def test_opened_rubbish_is_an_error() -> None:
    with pytest.raises(ValueError, match="not base64"):
        opened("a", new_key(), "read")
