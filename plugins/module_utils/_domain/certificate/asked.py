# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a text is to be used as, so that every refusal names it, its cause and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import CertificateError


@dataclass(frozen=True)
class Asked:
    """``what`` the text is, in words ("the platform's root certificate"), and the ``use`` that was asked of it."""

    what: str
    use: str

    def refused(self, happened: str, remedy: str, facts: dict[str, Any] | None = None) -> CertificateError:
        """The error to raise. ``facts`` are a certificate's, never a key's."""
        said = f"Cannot use {self.what} as {self.use}: {happened}"
        details = {"certificate": facts} if facts is not None else {}
        return CertificateError(f"{said}. {remedy}.", happened=said, remedy=remedy, **details)
