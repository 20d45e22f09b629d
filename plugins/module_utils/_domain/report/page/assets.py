# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The files that lie beside this one: templates, style, script and the outline of the land."""

from __future__ import annotations

import pkgutil
from base64 import b64encode
from hashlib import sha256


def text(name: str) -> str:
    """The content of one of the files. Read by the loader of this module, so wherever the collection is installed."""
    content = pkgutil.get_data(__name__, name)
    if content is None:
        raise FileNotFoundError(name)
    return content.decode("utf-8")


def hashed(source: str) -> str:
    """What a Content Security Policy names to allow an inline style or script (CSP level 3, 2.3.1)."""
    return "sha256-" + b64encode(sha256(source.encode("utf-8")).digest()).decode("ascii")
