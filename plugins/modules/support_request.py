#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: support_request
short_description: Keep the request that makes a platform in the cloud trust Edges
version_added: 1.0.0
description:
  - Customers cannot make a JFrog platform in the cloud trust the root certificate of an Edge; JFrog Support does it.
    This writes what they need, on the controller.
  - Each Edge that waits gets a folder of its name with its certificate and a text to paste. When two or more wait,
    the folder C(_all) has one text with a table of all of them, and their certificates.
  - The common request is made of all Edges of the same platform whose requests lie in the folder, so runs over a part
    of the fleet keep it whole.
  - A file is rewritten only when it changes. The requests of Edges that the platform trusts by now are removed.
  - A private key is refused, so there never is one in it.
  - It works on the controller, whatever the host of the task. Several hosts may do it at once.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
options:
  path:
    description: Folder on the controller that holds the requests. It is made when it is missing.
    type: path
    required: true
  platform:
    description: Base URL of the platform.
    type: str
    required: true
  waiting:
    description: The Edges that the platform does not trust yet.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the Edge, and of its folder.
        type: str
        required: true
      url:
        description: Base URL of the Edge.
        type: str
        required: true
      certificate:
        description: Its root certificate in PEM form.
        type: str
        required: true
      present:
        description:
          - SHA-256 of the certificate that the Edge signs with until the platform trusts this one, when the root
            certificate is being rotated.
        type: str
  settled:
    description: Names of Edges that the platform trusts by now, whose requests are removed.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.root_certificate_info
  - module: hybrid.jfrog.trusted_certificate
"""

EXAMPLES = r"""
- name: Read the Edge's root certificate
  hybrid.jfrog.root_certificate_info:
    of: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ lyon_access_token }}"
  delegate_to: localhost
  register: lyon_root

- name: Write the request to JFrog Support
  hybrid.jfrog.support_request:
    path: support_requests
    platform: https://acme.jfrog.io
    waiting:
      - name: lyon
        url: https://edge-lyon.example.com
        certificate: "{{ lyon_root.certificate.pem }}"
"""

RETURN = r"""
request:
  description: The requests that lie in the folder.
  returned: success
  type: dict
  contains:
    path:
      description: The folder.
      type: str
    waiting:
      description: Names of the Edges that wait.
      type: list
      elements: str
    common:
      description: The text about all of them; V(null) when fewer than two wait.
      type: str
  sample:
    path: support_requests
    waiting: [lyon, quito]
    common: support_requests/_all/request.txt
drift:
  description: The Edges whose requests differed, and V(files) when files were written or removed.
  returned: success
  type: list
  elements: str
  sample: []
"""
