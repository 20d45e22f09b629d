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
  platform_proxy_url:
    description:
      - The proxy through which the platform is called, for example V(http://proxy.example.com:3128).
      - It may hold user and password, as V(http://user:password@proxy.example.com:3128), with C(%40) for C(@).
        They are never shown.
      - Proxies that speak C(http) or C(https) can be used.
      - The environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) of the host that runs the module count
        when this is not given, and do not count when it is.
    type: str
  platform_no_proxy:
    description:
      - Hosts that are called without a proxy, neither that of O(platform_proxy_url) nor that of the environment.
      - A name stands for itself and all names below it, a port can follow it. IP addresses, networks such as
        V(192.0.2.0/24), and V(*) for all hosts are possible.
    type: list
    elements: str
  platform_client_certificate_path:
    description:
      - File with the TLS client certificate, in PEM format, for the platform or the reverse proxy in front of it.
      - The certificates of CAs between may follow it in the file.
      - It is checked before the first call, which needs the library C(cryptography).
    type: path
  platform_client_key_path:
    description:
      - File with the private key of O(platform_client_certificate_path), in PEM format and without a password.
    type: path
  timeout:
    description:
      - For how many seconds an answer may keep us waiting. A connection may take 10 seconds at most.
    type: float
    default: 60.0
requirements:
  - requests >= 2.25 on the host that runs the module
"""

    # Where nothing is done without the platform. It stands before the fragment above, because the first one wins.
    REQUIRED = r"""
options:
  platform_url:
    description:
      - Base URL of the JFrog platform, for example V(https://acme.jfrog.io), without C(/artifactory).
      - If not given, the environment variable E(JFROG_PLATFORM_URL) is used.
    type: str
    required: true
  platform_access_token:
    description:
      - Access token of the platform with admin scope.
      - If not given, the environment variable E(JFROG_PLATFORM_TOKEN) is used.
    type: str
    required: true
"""
