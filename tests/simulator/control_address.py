# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where ``artifactoryctl`` of a simulated node finds the simulator.

Protocol, plain HTTP on loopback, every call with ``Authorization: Bearer <token>``:

* ``POST <url>/control/nodes/<node>/start``, ``.../stop``, ``.../restart``: 200 when the command was accepted
* ``GET <url>/control/nodes/<node>/status``: 200

All four answer ``{"node": ..., "state": stopped|starting|running|failed, "reason": ...}``. A start returns while the
services are still starting, as the product's does. An unknown node gets 404, a wrong token 401.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ControlAddress:
    """``Node.install(control)`` writes this into the node's control script."""

    url: str
    token: str = field(repr=False)
