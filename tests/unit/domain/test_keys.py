# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import KeyFormatError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys

GOOD_32 = "0123456789abcdef0123456789ABCDEF"
GOOD_64 = GOOD_32 + "fedcba9876543210fedcba9876543210"

# The two values that releases of the vendor's collection had in group_vars/all/vars.yml; everybody can read them.
VENDOR_MASTER_KEY = "ee69d96880726d3abf6b42b97d2ae589" + "111ea95c2a8bd5876ec5cd9e8ee34f86"
VENDOR_JOIN_KEY = "83da88eaaa08dfed5b86888fcec85f19" + "ace0c3ff8747bcefcec2c9769ad4043d"


@pytest.mark.parametrize("key", [pytest.param(GOOD_32, id="128-bit"), pytest.param(GOOD_64, id="256-bit")])
@pytest.mark.parametrize("kind", [keys.JOIN_KEY, keys.MASTER_KEY])
def test_check_key_documented_form_is_returned_unchanged(key: str, kind: str) -> None:
    assert keys.check_key(key, kind) == key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param(GOOD_32 + GOOD_32[:16], "48 hexadecimal digits (192 bits)", id="48-characters"),
        pytest.param(GOOD_32[:-1], "31 hexadecimal digits instead of 32 or 64", id="one-short"),
        pytest.param(GOOD_64 + "0", "65 hexadecimal digits instead of 32 or 64", id="one-long"),
        pytest.param("g" + GOOD_32[1:], "no hexadecimal text (32 characters", id="not-hexadecimal"),
        pytest.param("\u0661" * 32, "no hexadecimal text", id="digits-of-another-script"),
        pytest.param(GOOD_32 + "\n", "ends with a line end", id="trailing-newline"),
        pytest.param(GOOD_32 + "\r\n", "Windows line ends", id="crlf"),
        pytest.param(" " + GOOD_32, "white space around it", id="leading-space"),
        pytest.param(GOOD_32 + "\t", "white space around it", id="trailing-tab"),
        pytest.param("\n" + GOOD_32 + "\n", "white space around it", id="newlines-around"),
        pytest.param("\ufeff" + GOOD_32, "byte order mark", id="bom"),
        pytest.param("\xef\xbb\xbf" + GOOD_32, "byte order mark", id="bom-read-as-latin-1"),
        pytest.param("E" * 32, "published as an example", id="chart-placeholder-join-key"),
        pytest.param("e" * 64, "published as an example", id="all-e-64-lower"),
        pytest.param("F" * 64, "published as an example", id="chart-placeholder-master-key"),
        pytest.param("f" * 32, "published as an example", id="all-f-32-lower"),
        pytest.param(VENDOR_MASTER_KEY, "published as an example", id="vendor-collection-master-key"),
        pytest.param(VENDOR_JOIN_KEY, "published as an example", id="vendor-collection-join-key"),
        pytest.param(VENDOR_JOIN_KEY.upper(), "published as an example", id="vendor-collection-upper-case"),
    ],
)
def test_check_key_unusable_text_is_refused_without_showing_it(text: str, words: str) -> None:
    with pytest.raises(KeyFormatError) as caught:
        keys.check_key(text, keys.JOIN_KEY)
    assert words in caught.value.msg
    assert caught.value.msg.startswith("Cannot use the given text as a join key: ")
    assert caught.value.msg.endswith(".")
    assert not text.strip() or text.strip() not in caught.value.msg
    assert caught.value.details == {}


@pytest.mark.parametrize(
    "text", [GOOD_32 + "\r\n", "\ufeff" + GOOD_32, GOOD_32 + "\n"], ids=["crlf", "bom", "line-end"]
)
def test_check_key_that_only_has_to_be_saved_anew_is_no_reason_to_make_another(text: str) -> None:
    with pytest.raises(KeyFormatError) as caught:
        keys.check_key(text, keys.JOIN_KEY)
    assert "openssl rand" not in caught.value.msg


def test_fingerprint_same_key_is_stable_and_short() -> None:
    assert keys.fingerprint(GOOD_32) == keys.fingerprint(GOOD_32)
    assert keys.fingerprint(GOOD_32) != keys.fingerprint(GOOD_32.lower())
    assert keys.fingerprint(GOOD_32).startswith("sha256:")
    assert len(keys.fingerprint(GOOD_32)) == len("sha256:") + 16


def test_new_entry_recognises_only_its_key_and_is_salted() -> None:
    now = datetime(2026, 11, 22, 12, 0, 0, 5000, tzinfo=timezone.utc)
    first, second = keys.new_entry(GOOD_64, now), keys.new_entry(GOOD_64, now)
    assert keys.matches(first, GOOD_64)
    assert keys.matches(second, GOOD_64)
    assert not keys.matches(first, GOOD_32)
    assert first["hash"] != second["hash"]
    assert first["supplied_at"] == "2026-11-22T12:00:00.005Z"
    assert first["confirmed_at"] is None
    assert GOOD_64 not in str(first)
