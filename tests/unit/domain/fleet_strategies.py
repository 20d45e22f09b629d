# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any Edge of two nodes, for what has to hold whatever was wanted and seen: keywords of ``fleet_shapes``."""

from __future__ import annotations

from hypothesis import strategies as st

from unit.domain.fleet_shapes import CIRCLE, DOWN, HOME, KEY, MASTER, OTHER_KEY, OTHER_MASTER, SICK, T3, jpd
from unit.domain.node_shapes import key_file

NODES = st.fixed_dictionaries(
    {},
    optional={
        "started": st.booleans(),
        "running": st.sampled_from([True, False, None]),
        "entry": st.none(),
        "pending": st.sampled_from([KEY, OTHER_KEY]),
        "refused_at": st.just(T3),
        "restart_due": st.just({"tls": T3}),
        "control": st.sampled_from(["systemd", "command", "none"]),
        "health": st.sampled_from([None, SICK]),
        "version": st.sampled_from([None, "7.25.7", "7.61.0"]),
        "installed": st.booleans(),
        "master_key": st.sampled_from([key_file(MASTER), key_file(OTHER_MASTER), key_file(None, "it is empty")]),
    },
)
EDGES = st.fixed_dictionaries(
    {},
    optional={
        "join_key": st.sampled_from([KEY, OTHER_KEY, None]),
        "join_key_file": st.just("secrets/lyon"),
        "master_key": st.sampled_from([MASTER, OTHER_MASTER]),
        "repair": st.sampled_from(["never", "always"]),
        "on_unknown": st.just("supply"),
        "acknowledged": st.booleans(),
        "trust_method": st.sampled_from(["join_key", "circle_of_trust", "pairing_token"]),
        "tags": st.none(),
    },
)
REST = st.sampled_from([{}, CIRCLE, DOWN, {"admin": False}, {**CIRCLE, "trusted_by_platform": False}])
JPDS = st.sampled_from(
    [[HOME], [jpd()], [jpd(status="UNAUTHORIZED")], [jpd(status="OFFLINE", tags=[])], [jpd(url="https://x")]]
)
