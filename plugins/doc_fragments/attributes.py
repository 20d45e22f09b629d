# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What modules promise, in Ansible's words."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode and predict the change without changing anything.
  diff_mode:
    description: Returns what has changed, or would be changed, in diff mode.
  idempotent:
    description: Running it again with nothing changed in between changes nothing.
"""

    API = r"""
attributes:
  action_group:
    description: Use C(group/hybrid.jfrog.api) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - hybrid.jfrog.api
"""

    INFO = r"""
attributes:
  check_mode:
    description: Can run in check mode and predict the change without changing anything.
    support: full
    details:
      - It only reads, so it does the same in check mode.
  diff_mode:
    description: Returns what has changed, or would be changed, in diff mode.
    support: none
    details:
      - It only reads, so there is no difference to show.
  idempotent:
    description: Running it again with nothing changed in between changes nothing.
    support: full
    details:
      - It only reads.
"""
