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
  edge_proxy_url:
    description:
      - The proxy through which the Edge is called, for example V(http://proxy.example.com:3128).
      - It may hold user and password, as V(http://user:password@proxy.example.com:3128), with C(%40) for C(@).
        They are never shown.
      - Proxies that speak C(http) or C(https) can be used.
      - The environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) of the host that runs the module count
        when this is not given, and do not count when it is.
    type: str
  edge_no_proxy:
    description:
      - Hosts that are called without a proxy, neither that of O(edge_proxy_url) nor that of the environment.
      - A name stands for itself and all names below it, a port can follow it. IP addresses, networks such as
        V(192.0.2.0/24), and V(*) for all hosts are possible.
    type: list
    elements: str
  edge_client_certificate_path:
    description:
      - File with the TLS client certificate, in PEM format, for the Edge or the reverse proxy in front of it.
      - The certificates of CAs between may follow it in the file.
      - It is checked before the first call, which needs the library C(cryptography).
    type: path
  edge_client_key_path:
    description:
      - File with the private key of O(edge_client_certificate_path), in PEM format and without a password.
    type: path
"""
