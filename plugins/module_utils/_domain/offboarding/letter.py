# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is sent to JFrog Support so that a platform stops to trust an Edge that is gone."""

from __future__ import annotations

import base64
import textwrap
from typing import Dict

from ..observed import CertificateFile
from ..trust.support_request import colons
from ..wording import printable

LETTER = "withdrawal.txt"
CERTIFICATE = "withdrawn-root.crt"


def files(*, platform: str, name: str, url: str, root: CertificateFile | None) -> Dict[str, str]:
    """The files by their names; without the certificate when the Edge's nodes do not have it any more."""
    if root is None or root["der"] is None:
        return {LETTER: _letter(platform, name, url, "  unknown; it was issued by this Edge node's Access service")}
    pem = f"-----BEGIN CERTIFICATE-----\n{_lines(root['der'])}\n-----END CERTIFICATE-----\n"
    shown = f"  SHA-256:    {root['sha256']} (of the DER form)\n              {colons(root['sha256'] or '')}"
    return {LETTER: _letter(platform, name, url, shown), CERTIFICATE: pem}


def _lines(der: str) -> str:
    return "\n".join(textwrap.wrap(base64.b64encode(base64.b64decode(der)).decode("ascii"), 64))


def _letter(platform: str, name: str, url: str, certificate: str) -> str:
    return f"""\
Subject: Remove the root certificate of the Edge node {printable(name)} from the trusted certificates

The Edge node below has left our platform. Please remove its root certificate from the trusted certificates of our
platform, so that tokens that were signed with it are not accepted any more, and confirm it.

Platform:     {printable(platform)}
Edge node:    {printable(name)}
Edge URL:     {printable(url)}
Certificate:  {CERTIFICATE}
{certificate}
"""
