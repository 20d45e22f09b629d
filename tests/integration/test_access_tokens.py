# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens as a user works with them: the rotation of those in files, and one that ends with the run."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_token import of_claims
from integration.fleet import ROOT, Fleet
from integration.killing import EVERY, run_until_task
from simulator import tokens

PLAYBOOK = "rotate_access_token.yml"
TOKENS = "/access/api/v1/tokens"
A_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")
LOOKED_UP = "{{ lookup('ansible.builtin.file', %s) }}"


def put_token(site: Any, path: Path) -> None:
    """A token of the site's administrator in a file, as somebody has put it there."""
    database = site.database
    text, _record = tokens.issue(
        database,
        subject=f"{database.service_id}/users/admin",
        scope="applied-permissions/admin",
        audience="*@*",
        lifetime=30 * 86_400,
        now=site.now(),
        description="made by hand",
    )
    path.write_text(text)
    path.chmod(0o600)


def token_id(path: Path) -> str:
    found = of_claims(path.read_text())
    assert found is not None
    return found.token_id


def alive(site: Any) -> list[str]:
    """Ids of the access tokens that the site keeps and takes."""
    return [one.token_id for one in site.database.tokens.values() if one.kind == "access" and not one.revoked]


class Rotating:
    """A platform and two Edges, one of them with two nodes, whose tokens are in files."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.files: dict[str, Path] = {}
        for name, nodes in (("lyon", 1), ("osaka", 2)):
            fleet.add(name, nodes=nodes)
            self.files[name] = fleet.folder / "secrets" / f"{name}.token"
            fleet.variables[name] |= {
                "edge_access_token_file": str(self.files[name]),
                "edge_access_token": LOOKED_UP % "edge_access_token_file",
            }
        self.files["acme"] = fleet.folder / "secrets" / "platform.token"
        fleet.common = {
            "platform_access_token_file": str(self.files["acme"]),
            "platform_access_token": LOOKED_UP % "platform_access_token_file",
        }
        for name, file in self.files.items():
            put_token(self.site(name), file)

    def site(self, name: str) -> Any:
        return self.fleet.simulator.platform if name == "acme" else self.fleet.simulator.edge(name)

    @property
    def ids(self) -> dict[str, str]:
        return {name: token_id(file) for name, file in self.files.items()}

    def let_time_pass(self) -> None:
        """So that what a killed run has left beside the files is no longer taken for that of a run that goes on."""
        for file in self.files.values():
            for left in file.parent.glob(".*"):
                os.utime(left, (0, 0))

    def assert_rotated(self, former: dict[str, str]) -> None:
        for name, file in self.files.items():
            assert alive(self.site(name)) == [token_id(file)] != [former[name]]
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert [path.name for path in file.parent.glob(".*")] == []


@pytest.fixture
def rotating(fleet: Fleet) -> Rotating:
    return Rotating(fleet)


def is_rest(fact: dict[str, Any]) -> bool:
    """Whether it says that the Edge takes our token."""
    return bool(fact["fact"] == "rest")


def mints(rotating: Rotating) -> dict[str, int]:
    calls = rotating.fleet.simulator.calls
    return {name: len(calls.find(site=name, method="POST", path=TOKENS)) for name in rotating.files}


def test_tokens_in_files_are_replaced_once_each_and_the_next_playbook_works_with_the_new_ones(
    rotating: Rotating,
) -> None:
    fleet, former = rotating.fleet, rotating.ids

    predicted = fleet.run(PLAYBOOK, "--check")
    assert (predicted.code, mints(rotating), rotating.ids) == (0, {"lyon": 0, "osaka": 0, "acme": 0}, former)
    real = fleet.run(PLAYBOOK, "--diff", verbosity=4)
    assert real.code == 0, real.output[-3000:]
    assert mints(rotating) == {"lyon": 1, "osaka": 1, "acme": 1}
    rotating.assert_rotated(former)
    assert predicted.changed == real.changed == 3
    assert A_TOKEN.search(predicted.output + real.output) is None

    drift = fleet.run("report_drift.yml")
    assert drift.report["platform"]["reachable"], drift.output[-3000:]
    facts = [(edge["name"], fact["state"]) for edge in drift.report["edges"] for fact in edge["facts"] if is_rest(fact)]
    assert facts == [("lyon", "in_order"), ("osaka", "in_order")]
    assert fleet.run(PLAYBOOK, "-e", "edge_token_renew_before=2592000").changed == 0
    limited = fleet.run(PLAYBOOK, "--limit", "osaka-2")
    assert (limited.code, mints(rotating)) == (0, {"lyon": 1, "osaka": 2, "acme": 1}), limited.output[-3000:]
    asked = fleet.run(PLAYBOOK, "--limit", "osaka-2", "-e", "platform_token_rotate=true")
    assert (asked.code, mints(rotating)) == (0, {"lyon": 1, "osaka": 3, "acme": 2}), asked.output[-3000:]


@pytest.mark.slow
def test_run_that_is_killed_at_a_task_is_finished_by_the_next_one(rotating: Rotating) -> None:
    number = 1
    while run_until_task(rotating.fleet, PLAYBOOK, number) is not None:
        former = rotating.ids
        assert all(rotating.ids[name] in alive(rotating.site(name)) for name in rotating.files)
        done = rotating.fleet.run(PLAYBOOK)
        assert done.code == 0, done.output[-3000:]
        rotating.assert_rotated(dict.fromkeys(former, ""))
        number += max(1, EVERY // 2)


@pytest.mark.slow
@pytest.mark.parametrize("site", ["acme", "osaka"])
def test_run_that_is_killed_right_after_a_token_was_made_is_finished_by_the_next_one(
    rotating: Rotating, site: str
) -> None:
    former = rotating.ids
    calls = rotating.fleet.simulator.calls

    rotating.fleet.run_until(PLAYBOOK, lambda: bool(calls.find(site=site, method="POST", path=TOKENS)))
    assert all(token_id(file) in alive(rotating.site(name)) for name, file in rotating.files.items())
    rotating.let_time_pass()
    done = rotating.fleet.run(PLAYBOOK)

    assert done.code == 0, done.output[-3000:]
    rotating.assert_rotated(former)


def documented_playbook(role: str) -> str:
    """The example in the role's README."""
    found = re.search(r"## Example\n\n```yaml\n(.*?)```", (ROOT / "roles" / role / "README.md").read_text(), re.DOTALL)
    assert found is not None
    return found[1]


class RunToken:
    """The documented playbook, with the inventory of a fleet."""

    def __init__(self, fleet: Fleet, *, work: str = "hybrid.jfrog.jpd_info") -> None:
        fleet.add("lyon")
        self.fleet = fleet
        self.site = fleet.simulator.platform
        self.playbook = fleet.folder / "run_token.yml"
        text = documented_playbook("run_token")
        assert "hybrid.jfrog.jpd_info" in text
        self.playbook.write_text(text.replace("hybrid.jfrog.jpd_info", work))
        self.file = fleet.folder / ".ansible" / "hybrid.jfrog" / "run.token"
        # The play is for localhost, which is in no group of the inventory. On the command line, a token would be seen.
        given = fleet.folder / "secrets" / "platform.json"
        given.write_text(
            json.dumps(
                {
                    "platform_url": self.site.url,
                    "platform_ca_path": str(fleet.simulator.ca_path),
                    "platform_access_token": self.site.admin_token(),
                }
            )
        )
        self.variables = ["-e", f"@{given}"]

    def run(self, *arguments: str, verbosity: int = 4) -> Any:
        environment = {"JFROG_PLATFORM_CA_PATH": str(self.fleet.simulator.ca_path)}
        return self.fleet.run(str(self.playbook), *self.variables, *arguments, verbosity=verbosity, **environment)

    def own(self) -> list[Any]:
        found = self.site.database.tokens.values()
        return [one for one in found if (one.description or "").startswith("hybrid.jfrog run_token")]


def test_token_of_a_run_is_used_and_revoked_at_its_end(fleet: Fleet) -> None:
    run_token = RunToken(fleet)

    done = run_token.run()

    assert done.code == 0, done.output[-3000:]
    made = run_token.own()
    assert [(one.revoked, one.scope) for one in made] == [(True, "applied-permissions/admin")]
    lists = fleet.simulator.calls.find(site="acme", method="GET", path="/mc/api/v1/jpds")
    assert [call.status for call in lists] == [200]
    assert made[0].last_used is not None
    assert not run_token.file.exists()
    assert re.findall(A_TOKEN, done.output) == []


def test_token_of_a_run_is_revoked_after_a_failure(fleet: Fleet) -> None:
    run_token = RunToken(fleet)
    fleet.simulator.faults.add(site="acme", path="/mc", kind="502_html", times=None)

    failed = run_token.run()

    assert failed.code == 2
    assert "it answered 502" in failed.output
    assert [one.revoked for one in run_token.own()] == [True]
    assert not run_token.file.exists()


@pytest.mark.slow
def test_token_of_a_run_that_was_killed_is_revoked_by_the_next_one(fleet: Fleet) -> None:
    run_token = RunToken(fleet)
    fleet.simulator.faults.add(site="acme", path="/mc", kind="slow", seconds=60, times=1)
    arguments = (*run_token.variables,)
    original = fleet._command
    fleet._command = lambda playbook: [*original(playbook), *arguments]  # type: ignore[method-assign]
    fleet.run_until(str(run_token.playbook), run_token.file.exists)
    fleet._command = original  # type: ignore[method-assign]
    fleet.simulator.faults.clear()
    assert [one.revoked for one in run_token.own()] == [False]
    run_token.file.unlink()

    done = run_token.run()

    assert done.code == 0, done.output[-3000:]
    assert [one.revoked for one in run_token.own()] == [True, True]
    assert not run_token.file.exists()


PIPELINE = """
- name: Keep a token for the pipeline of an Edge
  hosts: edge_nodes
  gather_facts: false
  roles:
    - role: hybrid.jfrog.access_token
      vars:
        access_token_of: edge
        access_token_description: "pipeline of {{ edge_name }}"
        access_token_username: pipeline
        access_token_scope: applied-permissions/groups:readers
        access_token_file: "{{ pipeline_token_file }}"
"""


@pytest.mark.slow
def test_role_keeps_a_token_of_an_edge_and_takes_it_away_again(fleet: Fleet) -> None:
    edge = fleet.add("lyon")
    file = fleet.folder / "secrets" / "pipeline.token"
    fleet.variables["lyon"]["pipeline_token_file"] = str(file)
    playbook = fleet.folder / "pipeline.yml"
    playbook.write_text(PIPELINE)

    made = fleet.run(str(playbook), "--diff", verbosity=4)
    token = file.read_text()
    again = fleet.run(str(playbook))
    gone = fleet.run(str(playbook), "-e", "access_token_state=absent")
    still_gone = fleet.run(str(playbook), "-e", "access_token_state=absent")

    assert [run.code for run in (made, again, gone, still_gone)] == [0] * 4, made.output[-3000:] + gone.output[-3000:]
    assert [run.changed for run in (made, again, gone, still_gone)] == [1, 0, 1, 0]
    assert (alive(edge), file.exists()) == ([], False)
    assert token not in made.output + again.output + gone.output
