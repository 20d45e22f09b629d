# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A certificate and its private key, as texts or as files on the controller."""

from __future__ import annotations


class ModuleDocFragment:
    # The certificate itself is described by each module: what has to be in it is not the same.
    DOCUMENTATION = r"""
options:
  certificate_path:
    description:
      - File on the controller with the certificate, plain or encrypted with Ansible Vault.
      - A relative path is seen from the folder of the inventory.
    type: str
  private_key:
    description:
      - The private key that belongs to the certificate, in PEM form and without a password.
      - Mutually exclusive with O(private_key_path). Where a certificate is given, one of the two is required.
    type: str
  private_key_path:
    description:
      - File on the controller with the private key, plain or encrypted with Ansible Vault.
      - A relative path is seen from the folder of the inventory.
    type: str
"""

    # For a pair that Access takes out of its bootstrap folder.
    ACCESS = r"""
options:
  on_unknown:
    description:
      - What to do where a person should look first.
      - With V(report), the module fails and changes nothing when a start did not do what was supplied, and when
        something of somebody else's waits in the bootstrap folder.
      - With V(supply), it is supplied again, and what waits is replaced. A copy of a pair is kept in the folder of
        this collection on the node.
    type: str
    choices: [report, supply]
    default: report
  served:
    description:
      - The certificate that is in use, in PEM form.
      - This is set on the way to the node from what the Edge showed; do not set it yourself.
    type: str
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Certificates appear as SHA-256, and the private key does not.
notes:
  - The files are read and checked, and the Edge is asked, on the controller.
"""
