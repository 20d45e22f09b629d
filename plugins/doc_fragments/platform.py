# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How to reach the platform."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  platform_url:
    description:
      - Base URL of the JFrog platform, for example V(https://acme.jfrog.io), without C(/artifactory).
      - If not given, the environment variable E(JFROG_PLATFORM_URL) is used.
    type: str
  platform_access_token:
    description:
      - Access token of the platform with admin scope.
      - If not given, the environment variable E(JFROG_PLATFORM_TOKEN) is used.
    type: str
  platform_ca_path:
    description:
      - File with the CA certificates, in PEM format, that the platform's TLS certificate is verified with.
      - The authorities that Python trusts, when not given.
      - If not given, the environment variable E(JFROG_PLATFORM_CA_PATH) is used.
    type: path
  platform_validate_certs:
    description:
      - Whether the platform's TLS certificate is verified.
      - Switching it off gives a warning, because whoever answers can read the access token then.
    type: bool
    default: true
    aliases: [validate_certs]
  timeout:
    description:
      - For how many seconds an answer may keep us waiting. A connection may take 10 seconds at most.
    type: float
    default: 60.0
requirements:
  - requests >= 2.25 on the host that runs the module
"""
