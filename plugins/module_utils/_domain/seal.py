# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Hides a text on its way between a node and the controller of one task.

Ansible prints what a module returns when its own debugging is on, and keeps a module's arguments on the node when it is
told to keep files. The way itself is protected by the connection; this keeps a user's file with its secrets out of
such logs. A key is made for one task, and each purpose uses it once: SHAKE-256 as a stream cipher (FIPS 202).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

FROM_NODE = "from the node"
TO_NODE = "to the node"


def new_key() -> str:
    """A key for one task."""
    return secrets.token_hex(32)


def sealed(text: str, key: str, purpose: str) -> str:
    """The hidden text."""
    return base64.b64encode(_mixed(text.encode(), key, purpose)).decode()


def opened(hidden: str, key: str, purpose: str) -> str:
    """The text again. Raises ValueError for what was not hidden with this key and for this purpose."""
    try:
        return _mixed(base64.b64decode(hidden, validate=True), key, purpose).decode()
    except binascii.Error as exc:
        raise ValueError("not base64") from exc


def _mixed(content: bytes, key: str, purpose: str) -> bytes:
    stream = hashlib.shake_256(f"hybrid.jfrog\0{purpose}\0{key}".encode()).digest(len(content))
    return bytes(left ^ right for left, right in zip(content, stream))
