# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which settings of the product's YAML files are secrets, by their name and by their value.

When in doubt a setting is a secret: then it is not shown, which is the smaller harm.
"""

from __future__ import annotations

import re
from typing import Any

PLAIN = "plain"
SECRET = "secret"  # noqa: S105, a class of settings
ENCRYPTED = "encrypted"

# The last part of the path, without - and _. Names that go on, such as joinKeyFile and masterKeyExternal, are none.
_SECRET_NAME = re.compile(
    r"(?:password|passwd|pwd|pass|passphrase|passcode|secret|token|signature|credentials?|(?:join|master|api|access|private|secret|licen[sc]e"
    r"|encryption|signing|account|certificate|cert)key)s?$"
)
_SECRET_SECTION = re.compile(r"(?:passwords|secrets|credentials)$")
# A password in a URL (it may hold a slash), in Oracle's short form, in options and in a header, a private key, a JSON
# Web Token.
_SECRET_VALUE = re.compile(
    r"""//[^\s"'@]*@|\b(?i:thin|oci8?):[^\s"'@]+/[^\s"'@]+@"""
    r"""|(?i:password|passwd|pwd|pass|passphrase|passcode|secret|token|signature)["']?\s*=\s*\S"""
    r"""|\b(?i:basic|bearer)\s+[\w+/=.~-]{4}"""
    r"""|-----BEGIN [A-Z ]*PRIVATE KEY|(?<![\w-])eyJ[\w-]+\.[\w.-]+"""
)
# Marks of cipher text: node-files.md 2. A node's name may begin like that as well, so the text has to be long, too.
_CIPHER = re.compile(r"(?:JE|AM|JS\.)[A-Za-z0-9+/=_.-]{20,}")
_LONG_CIPHER = 40
# A switch with such a name, such as allowToken, is not secret; neither is nothing.
_NO_SECRETS = ("", "true", "false")


def kind_of(path: str, value: Any) -> str:
    """PLAIN, SECRET or ENCRYPTED: what a setting is, by its dotted path and its text or list of texts."""
    texts = [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]
    named = is_secret_name(path)
    if any(is_cipher_text(text) if named else _is_random_cipher_text(text) for text in texts):
        return ENCRYPTED
    if named and any(text not in _NO_SECRETS for text in texts):
        return SECRET
    return SECRET if any(_SECRET_VALUE.search(text) for text in texts) else PLAIN


def is_secret_name(path: str) -> bool:
    """Whether a setting of this dotted path holds a secret, whatever its value is."""
    *sections, name = (re.sub(r"[-_\"\[\]\d]", "", part).lower() for part in path.split("."))
    if name.endswith(("file", "path")):
        return False
    return _SECRET_NAME.search(name) is not None or any(_SECRET_SECTION.fullmatch(section) for section in sections)


def is_cipher_text(text: str) -> bool:
    """Whether the text of a secret is one that the product has encrypted."""
    return _CIPHER.fullmatch(text) is not None


def _is_random_cipher_text(text: str) -> bool:
    """Where the name tells of no secret, which the product would not encrypt, it must look random as well."""
    mixed = all(re.search(kind, text) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return is_cipher_text(text) and len(text) >= _LONG_CIPHER and mixed
