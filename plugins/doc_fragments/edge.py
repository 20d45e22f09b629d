# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How to reach an Edge."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  edge_url:
    description:
      - Base URL of the Edge, as the host that runs the module reaches it, without C(/artifactory).
    type: str
  edge_access_token:
    description:
      - Access token of the Edge with admin scope.
    type: str
  edge_ca_path:
    description:
      - File with the CA certificates, in PEM format, that the Edge's TLS certificate is verified with.
      - The authorities that Python trusts, when not given.
    type: path
  edge_validate_certs:
    description:
      - Whether the Edge's TLS certificate is verified.
      - Switching it off gives a warning, because whoever answers can read the access token then.
    type: bool
    default: true
"""
