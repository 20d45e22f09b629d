# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Everything that this collection expects to go wrong.

An error's text follows one pattern: what we were doing, to what: what happened. What to do about it.
The fields in ``details`` are for machines; they never hold a secret.
"""

from __future__ import annotations

from typing import Any, Optional

from .wording import printable_lines


class EdgeError(Exception):
    """Base of all designed errors. Anything else that escapes a module is a bug."""

    def __init__(self, msg: str, **details: Any) -> None:
        # Names in it are somebody else's, and must not steer the terminal that shows it.
        self.msg = printable_lines(msg)
        super().__init__(self.msg)
        self.details = details

    def to_fail_json(self) -> dict[str, Any]:
        """The keyword arguments for ``fail_json``."""
        return {"msg": self.msg, **self.details}


class InventoryError(EdgeError):
    """The inventory asks for something that cannot be meant. ``problems`` lists all of it at once."""


class PlanError(EdgeError):
    """A saved plan that cannot be carried out. ``moved`` says, by Edge, what is not as it was."""


class KeyFormatError(EdgeError):
    """A join key or master key that the product or we refuse."""


class KeyMismatchError(EdgeError):
    """A node that has started holds another master key."""


class CertificateError(EdgeError):
    """A certificate that cannot be used for what was asked."""


class ConflictError(EdgeError):
    """Two facts contradict each other, and guessing would damage one of them."""


class PairingError(EdgeError):
    """A pairing token that cannot work."""


class TrustError(EdgeError):
    """Trust between two sides that could not be established or proven."""


class LayoutError(EdgeError):
    """A folder that is not an Artifactory node, or not one that we understand."""


class LedgerError(EdgeError):
    """A ledger that cannot be read. It is never overwritten on a guess."""


class ServiceError(EdgeError):
    """A service that could not be controlled, or did not become healthy."""


class TransportError(EdgeError):
    """No HTTP answer at all: name, port, TLS, time limit or a dropped connection."""


class ApiError(EdgeError):
    """An HTTP answer that was not expected. ``http_status`` holds its code; None where its content was wrong."""

    def __init__(self, msg: str, *, http_status: Optional[int] = None, **details: Any) -> None:
        super().__init__(msg, http_status=http_status, **details)
