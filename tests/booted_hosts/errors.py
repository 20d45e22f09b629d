# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong with the hosts, said to whoever runs them."""


class HostError(Exception):
    """The message says what could not be done, why, and what to do about it."""
