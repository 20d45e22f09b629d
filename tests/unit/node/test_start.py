# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a node that does not come up."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import start
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service
from unit.node.node_tree import put, seven

BEGUN = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
LOGGED = "2026-11-22T10:00:01.000Z [jfac ] [ERROR] [1f2e3d4c5b6a7988] [A:1] [main] - cannot open the database\n"


class Unit(Service):
    """A unit whose process ended before it was the product's."""

    def running(self) -> bool | None:
        return False

    def complaints(self, since: datetime) -> list[str]:
        assert since == BEGUN
        return ["artifactory.service: Failed at step USER spawning /opt/jfrog/artifactory/app/bin/artifactoryManage.sh"]


@pytest.mark.parametrize(
    ("log", "said"),
    [
        pytest.param("", "Failed at step USER spawning", id="only-the-journal-knows"),
        pytest.param(LOGGED, "cannot open the database", id="its-own-logs-come-first"),
    ],
)
def test_start_that_failed_is_told_with_its_reasons(tmp_path: Path, log: str, said: str) -> None:
    layout = layouts.require(str(seven(tmp_path)))
    put(layout.logs[0], log)
    with pytest.raises(ServiceError) as caught:
        start.wait_until_healthy(
            layout, Unit(), "http://127.0.0.1:1", None, since=BEGUN, timeout=60, clock=lambda: 0.0, sleep=lambda _: None
        )
    assert f"Cannot bring the node in {layout.home} up: it stopped again." in caught.value.msg
    assert f"Its logs say: {said}" in caught.value.msg.replace("artifactory.service: ", "")
