# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and private keys in files on the controller."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.pem_source import read_pem
from unit.domain.issuing import ec_key, issue

ISSUED = issue(key=ec_key())
WHAT = "the CA certificate of lyon"
SECRET = VaultSecret(b"a vault password")


def put(path: Path, data: bytes, mode: int = 0o600) -> str:
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def loader(*secrets: VaultSecret) -> DataLoader:
    one = DataLoader()
    one.set_vault_secrets([("default", secret) for secret in secrets])
    return one


def test_read_pem_gives_the_text(tmp_path: Path) -> None:
    assert read_pem(put(tmp_path / "ca.pem", ISSUED.pem.encode(), 0o644), what=WHAT) == (ISSUED.pem, ())


def test_read_pem_link_is_followed_on_the_controller(tmp_path: Path) -> None:
    put(tmp_path / "ca-2026.pem", ISSUED.pem.encode())
    (tmp_path / "ca.pem").symlink_to("ca-2026.pem")
    assert read_pem(str(tmp_path / "ca.pem"), what=WHAT)[0] == ISSUED.pem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(None, "there is no such file on the controller. Create it", id="missing"),
        pytest.param(b"", "it is empty. Put", id="empty"),
        pytest.param(b" \n", "it is empty. Put", id="blank"),
        pytest.param(ISSUED.der, "it is binary (DER), not text. Convert it to PEM: openssl x509 -inform", id="der"),
        pytest.param(b"PK\0\3", "it is binary (DER), not text. Convert", id="rubbish"),
        pytest.param(
            b"\xef\xbb\xbf" + ISSUED.pem.encode(),
            "it starts with a byte order mark. Take its three bytes off: tail -c +4 FILE > NEW",
            id="byte-order-mark",
        ),
        pytest.param(
            ISSUED.pem.replace("\n", "\r\n").encode(),
            "it has Windows line ends (CRLF). Convert it: tr -d '\\r' < FILE > NEW",
            id="windows-line-ends",
        ),
        pytest.param(
            ISSUED.pem.encode("utf-16"), "it is text in UTF-16. Convert it: iconv -f UTF-16 -t UTF-8", id="utf-16"
        ),
        pytest.param(b"caf\xe9", "it is no text in UTF-8. Save", id="latin-1"),
        pytest.param(b"x" * ((1 << 20) + 1), "it is larger than 1 MiB", id="huge"),
        pytest.param(b"$ANSIBLE_VAULT;1.1;AES256\n61", "it is vaulted and this run has no vault secret", id="vaulted"),
    ],
)
def test_read_pem_what_is_no_text_is_refused(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = str(tmp_path / "ca.pem") if data is None else put(tmp_path / "ca.pem", data)
    with pytest.raises(CertificateError) as refused:
        read_pem(path, what=WHAT)

    assert refused.value.msg.startswith(f"Cannot read {WHAT} from {path}: {words}")
    assert refused.value.msg.endswith(".")
    assert refused.value.details == {"path": path}


def test_read_pem_private_key_as_der_is_told_how_to_convert_it(tmp_path: Path) -> None:
    path = put(tmp_path / "key", ISSUED.private(der=True))
    with pytest.raises(CertificateError, match="openssl pkey -inform der"):
        read_pem(path, what=WHAT, private=True)


def test_read_pem_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match=r"it is (a folder|no plain file)"):
        read_pem(str(tmp_path), what=WHAT)


def test_read_pem_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CertificateError, match="it is no plain file"):
        read_pem(str(tmp_path / "pipe"), what=WHAT)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(PermissionError(13, "Permission denied"), "the user who runs Ansible may not", id="closed"),
        pytest.param(OSError(5, "Input/output error"), "input/output error. Correct that", id="disk"),
    ],
)
def test_read_pem_file_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> int:
        raise error

    path = put(tmp_path / "key", ISSUED.key_pem.encode())
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CertificateError, match=words):
        read_pem(path, what=WHAT, private=True)


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True), (0o604, True)])
def test_read_pem_private_key_that_everybody_may_read_is_warned_about(tmp_path: Path, mode: int, warned: bool) -> None:
    path = put(tmp_path / "key", ISSUED.key_pem.encode(), mode)
    expected = f"Everybody on the controller may read {WHAT} in {path} (mode {mode:04o}). Take that away: chmod 0600."

    assert read_pem(path, what=WHAT, private=True) == (ISSUED.key_pem, (expected,) if warned else ())


def test_read_pem_vaulted_private_key_is_decrypted_and_may_be_read_by_everybody(tmp_path: Path) -> None:
    path = put(tmp_path / "key", VaultLib().encrypt(ISSUED.key_pem, SECRET), 0o644)

    assert read_pem(path, what=WHAT, private=True, loader=loader(SECRET)) == (ISSUED.key_pem, ())
    with pytest.raises(CertificateError, match="no vault secret of this run opens it"):
        read_pem(path, what=WHAT, private=True, loader=loader(VaultSecret(b"another")))
