# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import hashlib
import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import pem
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError

DER = b"\x30\x82\x01\x00" + b"\x07" * 256
OTHER_DER = b"\x30\x03\x02\x01\x05"
DIGEST = hashlib.sha256(DER).hexdigest()


def armoured(der: bytes, label: str = "CERTIFICATE", line_end: str = "\n") -> str:
    body = base64.encodebytes(der).decode().replace("\n", line_end)
    return f"-----BEGIN {label}-----{line_end}{body}-----END {label}-----{line_end}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(armoured(DER), id="plain"),
        pytest.param(armoured(DER, line_end="\r\n"), id="windows-line-ends"),
        pytest.param("# acme\n" + armoured(DER), id="words-before"),
        pytest.param(armoured(DER).rstrip("\n"), id="no-newline-at-the-end"),
    ],
)
def test_der_sha256_one_certificate_is_the_hash_of_its_der(text: str) -> None:
    assert pem.der_sha256(text) == DIGEST


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "no certificate in PEM form", id="empty"),
        pytest.param(base64.b64encode(DER).decode(), "no certificate in PEM form", id="bare-base64"),
        pytest.param(armoured(DER) + armoured(OTHER_DER), "2 certificates", id="several"),
        pytest.param(armoured(DER) + armoured(DER, "PRIVATE KEY"), "holds a private key", id="private-key"),
        pytest.param(armoured(DER, "RSA PRIVATE KEY"), "holds a private key", id="rsa-private-key"),
        pytest.param(armoured(DER, "ENCRYPTED PRIVATE KEY"), "holds a private key", id="encrypted-private-key"),
        pytest.param(armoured(DER[:-5]), "cut short or is no DER", id="cut-short"),
        pytest.param(armoured(DER + b"\0"), "cut short or is no DER", id="trailing-bytes"),
        pytest.param("-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----", "is not base64", id="not-base64"),
        pytest.param(
            "-----BEGIN CERTIFICATE-----\n\ufeffMIIC\n-----END CERTIFICATE-----", "is not base64", id="no-ascii"
        ),
        pytest.param("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "cut short", id="nothing-inside"),
    ],
)
def test_der_sha256_unusable_text_is_refused(text: str, words: str) -> None:
    with pytest.raises(CertificateError) as caught:
        pem.der_sha256(text)
    assert words in caught.value.msg


def test_all_der_bundle_is_listed_in_order() -> None:
    found = pem.all_der(armoured(OTHER_DER) + armoured(DER))
    assert found == [OTHER_DER, DER]


def test_holds_private_key_certificate_is_none() -> None:
    assert not pem.holds_private_key(armoured(DER))


def test_all_der_of_a_text_made_to_be_slow_comes_at_once() -> None:
    begun = time.process_time()

    assert pem.all_der("-----BEGIN CERTIFICATE-----\n" * 40_000) == []
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(armoured(DER), None, id="plain"),
        pytest.param("", None, id="empty"),
        pytest.param("\ufeff" + armoured(DER), "it starts with a byte order mark", id="byte-order-mark"),
        pytest.param("\xef\xbb\xbf" + armoured(DER), "it starts with a byte order mark", id="mark-read-as-latin-1"),
        pytest.param(armoured(DER, line_end="\r\n"), "it has Windows line ends (CRLF)", id="windows-line-ends"),
        pytest.param("\ufeff" + armoured(DER, line_end="\r\n"), "it starts with a byte order mark", id="both"),
    ],
)
def test_mark_of_windows_is_found(text: str, said: str | None) -> None:
    mark = pem.mark_of_windows(text)

    assert (mark[0] if mark else None) == said


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + armoured(DER), id="byte-order-mark"),
        pytest.param(armoured(DER, line_end="\r\n"), id="windows-line-ends"),
    ],
)
def test_mark_of_windows_is_taken_off_by_the_command_that_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "FILE").write_bytes(text.encode())
    _said, remedy = pem.mark_of_windows(text) or ("", "")

    subprocess.run(["sh", "-c", remedy.partition(": ")[2]], cwd=tmp_path, check=True, timeout=10)

    assert (tmp_path / "NEW").read_bytes() == armoured(DER).encode()


def test_plain_answer_has_neither_mark_nor_windows_line_ends() -> None:
    assert pem.plain("\ufeff" + armoured(DER, line_end="\r\n")) == armoured(DER)
