# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Libraries that Ansible does not bring, and what installs one where it is missing.

Each file can be imported without them, as ``ansible-test sanity --test import`` does: they are imported under a guard,
or where they are used. Of others' libraries, that test has Jinja2 and PyYAML for plugins, and none for modules and
module_utils. Who needs a library says that it is missing, before anything is written.
"""

from __future__ import annotations

import shlex
import sys
from typing import Final, Mapping

# The oldest versions that are enough. A test compares them with meta/ee-requirements.txt.
OLDEST: Final[Mapping[str, str]] = {
    # Still shipped with a supported distribution, and brings a urllib3 with allowed_methods.
    "requests": "2.25",
    "cryptography": "41",
    "ruamel.yaml": "0.17",
    "junitparser": "2.8",
    "prometheus-client": "0.8",
    "pygal": "3.0",
}


def installation(library: str) -> str:
    """The command that brings the library, new enough, to the Python that runs this: often not the one on PATH."""
    return f"{shlex.quote(sys.executable)} -m pip install {shlex.quote(f'{library}>={OLDEST[library]}')}"
