# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The file on the controller in which a token is kept, plain with mode 0600, or vaulted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.parsing.vault import VaultLib, match_encrypt_secret

from ...module_utils._adapter.drafts import Draft
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.wording import token_problem
from .._files.pem_source import read_pem


class TokenStore:
    """One token's file. Nothing of it is shown by its ``repr``."""

    def __init__(self, path: str, *, vault: bool, loader: Any, what: str = "admin token") -> None:
        self.path = Path(path)
        self._what = what
        self._vault = vault
        self._loader = loader
        self._draft = Draft(self.path)

    def read(self) -> tuple[str | None, tuple[str, ...]]:
        """The token, None when there is no file, and warnings. Raises EdgeError for a file that holds no token."""
        if not os.path.lexists(self.path):
            return None, ()
        text, warnings = read_pem(str(self.path), what=f"the {self._what}", private=True, loader=self._loader)
        token = text[:-1] if text.endswith("\n") else text
        problem = token_problem(token)
        if problem is not None:
            raise EdgeError(
                f"Cannot use the {self._what} in {self.path}: it {problem}. Correct token_file, or remove the file.",
                path=str(self.path),
            )
        return token, warnings

    def reserve(self) -> None:
        """Make sure that a token could be written, before one is made. Raises EdgeError."""
        if self._vault and not self._secrets():
            raise EdgeError(
                f"Cannot keep the {self._what} in {self.path}: vault is true and this run has no vault secret to "
                "encrypt with. Give one, for example by --vault-id, or set vault to false for a plain file of mode "
                "0600."
            )
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._draft.reserve()
        except OSError as exc:
            raise self._refused(exc) from exc

    def release(self) -> None:
        """Take back what was reserved and not written."""
        self._draft.release()

    def write(self, token: str) -> None:
        """Replace the file by one with this token, after ``reserve``. Raises EdgeError."""
        content = self._encrypted(token)
        try:
            self._draft.replace(content)
        except OSError as exc:
            raise self._refused(exc) from exc

    def remove(self) -> None:
        """Take the file away; one that is gone already is fine. Raises EdgeError."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as exc:
            reason = (exc.strerror or "unknown").lower()
            raise EdgeError(
                f"Cannot remove the {self._what} {self.path}: {reason}. Correct that on the controller.",
                path=str(self.path),
            ) from exc

    def _encrypted(self, token: str) -> bytes:
        if not self._vault:
            return token.encode()
        vault_id, secret = match_encrypt_secret(self._secrets())
        return bytes(VaultLib().encrypt(token, secret, vault_id=vault_id if vault_id != "default" else None))

    def _secrets(self) -> list[Any]:
        # The loader of the run is the only place that knows them; no public way leads there.
        return list(self._loader._vault.secrets or [])

    def _refused(self, exc: OSError) -> EdgeError:
        reason = (exc.strerror or "unknown").lower()
        return EdgeError(
            f"Cannot write the {self._what} to {self.path}: {reason}. Correct that on the controller.",
            path=str(self.path),
        )
