# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cgroups a host gets, from what the kernel tells."""

from __future__ import annotations

import pytest

from booted_hosts import cgroups

HYBRID = """\
9:name=systemd:/
4:memory:/a/b
0::/
"""
HYBRID_MOUNTS = """\
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
"""
UNIFIED_MOUNTS = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n"


@pytest.mark.parametrize(
    ("own", "mounts", "parents"),
    [
        pytest.param(HYBRID, HYBRID_MOUNTS, ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"], id="hybrid"),
        pytest.param("0::/ci/job\n", UNIFIED_MOUNTS, ["/sys/fs/cgroup/ci/job"], id="unified"),
        pytest.param("0::/\n", "", [], id="not-mounted"),
    ],
)
def test_cgroups_of_hosts_are_made_where_systemd_looks_for_its_units(own: str, mounts: str, parents: list[str]) -> None:
    assert [str(parent) for parent in cgroups.parents(own, mounts)] == parents
