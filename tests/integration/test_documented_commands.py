# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call of a playbook that README and docs show ends as it should, one after the other on a fleet like theirs.

Those that end a page's story of its own are in that page's test: see ``unit/meta/examples.py``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.fleet import Fleet, fleet_at
from simulator.security.state import new_user
from unit.meta.examples import COMMANDS, tried_by

pytestmark = pytest.mark.xdist_group("documented commands")


@dataclass(frozen=True)
class Command:
    """What is typed after ``ansible-playbook -i inventory``, and how it ends. ``first``: what happened before."""

    typed: str
    code: int = 0
    says: str = ""
    first: Callable[[Fleet], None] | None = None


def somebody_meddled(fleet: Fleet) -> None:
    fleet.simulator.platform.edit_jpd("lyon", tags=["wrong"])


def a_user_is_new(fleet: Fleet) -> None:
    """Instances whose users are to be in step, and are not."""
    sites = [fleet.simulator.platform, fleet.simulator.edge("lyon")]
    sites[0].security.put("users", "alice", new_user(email="alice@example.com"))
    ca_path = str(fleet.simulator.ca_path)
    fleet.common["security_replication_instances"] = [
        {"name": site.name, "url": site.url, "access_token": site.admin_token(), "ca_path": ca_path, "join": "union"}
        for site in sites
    ]


def there_are_slices(fleet: Fleet) -> None:
    fleet.other_groups |= {
        "edge_slice_1": {"hosts": {"lyon-1": {}}},
        "edge_slice_2": {"hosts": {"osaka-1": {}, "osaka-2": {}}},
    }


def a_password_is_kept(fleet: Fleet) -> None:
    (fleet.folder / ".vault-password").write_text("swordfish")


DRIFT = "hybrid.jfrog.report_drift"
OFFBOARD = "hybrid.jfrog.offboard_edge -e edge_hosts=osaka"
# In this order: what a command leaves is what the next one finds.
STORY = [
    Command("hybrid.jfrog.preflight", says="lyon"),
    Command("hybrid.jfrog.onboard_edge --check", says="lyon"),
    Command("hybrid.jfrog.onboard_edge --check --diff", says="lyon"),
    Command("hybrid.jfrog.onboard_edge", says="osaka"),
    Command("hybrid.jfrog.explain_edge -e edge_explain=lyon", says="lyon is in order"),
    Command(f"{DRIFT} -e edge_plan_path=plan.json", 2, says="lyon", first=somebody_meddled),
    Command("hybrid.jfrog.correct_drift -e edge_apply_plan=plan.json", says="lyon"),
    Command(DRIFT),
    Command("hybrid.jfrog.correct_drift", says="lyon", first=somebody_meddled),
    Command("hybrid.jfrog.correct_drift -e edge_hosts=edge_slice_1", first=there_are_slices),
    Command("hybrid.jfrog.correct_drift -e edge_hosts=edge_slice_2"),
    Command(f"{DRIFT} --vault-password-file ~/.vault-password", first=a_password_is_kept),
    Command(f"{DRIFT} -e edge_report_html_path=report.html -e edge_report_history_path=history.json"),
    Command(
        f"{DRIFT} -e edge_report_html_path=/srv/www/edges/index.html"
        " -e edge_report_metrics_path=/var/lib/prometheus/node-exporter/hybrid_jfrog.prom"
        " -e edge_report_history_path=/var/lib/hybrid-jfrog/history.json"
    ),
    Command(f"{DRIFT} -e edge_report_junit_path=$CI_PROJECT_DIR/drift.xml"),
    Command(f"{DRIFT} -e edge_report_junit_path=$WORKSPACE/drift.xml"),
    Command("hybrid.jfrog.replicate_security --check --diff", says="alice", first=a_user_is_new),
    Command("hybrid.jfrog.replicate_security"),
    Command("hybrid.jfrog.report_security"),
    Command("hybrid.jfrog.rotate_join_key -e edge_hosts=osaka --check", says="osaka"),
    Command("hybrid.jfrog.rotate_join_key -e edge_hosts=osaka", says="The former key is kept"),
    Command(f"{OFFBOARD} --check", says="osaka"),
    # Its hosts live, so nothing is done as if they were dead.
    Command(f"{OFFBOARD} -e edge_offboard_host_is_dead=osaka -e edge_offboard_acknowledged=osaka", 2, "it answers"),
    Command(f"{OFFBOARD} -e edge_offboard_acknowledged=osaka", says="osaka"),
]


def documented() -> set[str]:
    """What README and docs type, without the inventory."""
    lines = [
        line
        for block in tried_by(COMMANDS)
        for line in re.findall(r"\bansible-playbook [^\n']*", block.text.replace("\\\n", " "))
    ]
    typed = {" ".join(shlex.split(line, comments=True)[1:]) for line in lines}
    return {re.sub(r"^-i \S+ | -i \S+", "", one) for one in typed}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("commands")
    with fleet_at(folder) as found:
        found.add("lyon")
        found.add("osaka", nodes=2)
        yield found


def arguments_at(folder: Path, typed: str) -> list[str]:
    """As the shell gives them, with all paths in a folder of the test."""
    at_home = re.sub(r"~|\$\w+|(?<==)(?=/)", str(folder), typed).split()
    for path in (Path(one.partition("=")[2]) for one in at_home if f"={folder}" in one):
        path.parent.mkdir(parents=True, exist_ok=True)
    return at_home


@pytest.mark.parametrize("command", STORY, ids=lambda command: command.typed.removeprefix("hybrid.jfrog."))
def test_documented_command_ends_as_it_should(fleet: Fleet, command: Command) -> None:
    if command.first is not None:
        command.first(fleet)
    playbook, *arguments = arguments_at(fleet.folder, command.typed)

    run = fleet.run(f"{playbook.removeprefix('hybrid.jfrog.')}.yml", *arguments)

    assert run.code == command.code, run.output
    assert command.says in " ".join(run.output.split())
    for path in (one.partition("=")[2] for one in arguments if "_path=" in one):
        assert (fleet.folder / path).stat().st_size > 0


def test_story_has_every_command_of_readme_and_docs() -> None:
    assert {command.typed for command in STORY} == documented()
