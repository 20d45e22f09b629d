# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where a report goes: a file that is whole or not there."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any, Mapping

from .._domain.errors import EdgeError


def write_document(document: Mapping[str, Any], path: str) -> None:
    """Write the report as JSON, readable by its owner only. Raises EdgeError when the file cannot be written."""
    target = os.path.abspath(os.path.expanduser(path))
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".report-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(document, stream, indent=2, sort_keys=True)
                stream.write("\n")
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as exc:
        raise EdgeError(
            f"Cannot write the report to {target}: {exc.strerror}. Choose a path on the controller that you may write.",
            path=target,
        ) from exc
