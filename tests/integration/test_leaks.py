# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets do not show: not on the terminal at the highest verbosity, in a log, in a report, or in a file on the way.

``Fleet.run`` looks for them after every run of every test. Here are runs that have many of them, as noisy as can be.
"""

from __future__ import annotations

import time

import pytest

from integration.fleet import Fleet
from simulator import pgp
from simulator.license_buckets import opened
from simulator.signing_keys import KeyPair
from unit.simulator.federating import circle

JOIN_KEY = "5ec2e7" * 10 + "0a1b"
OF_PLATFORM = {
    "artifactory_license",
    "base_url",
    "jpd_license",
    "signing_key",
    "trusted_signing_key",
    "access_federation",
}


def equip(fleet: Fleet) -> None:
    """Licences, keys and federation for the Edges, and a canary for all of them."""
    platform = fleet.simulator.platform
    file = platform.make_license_bucket(2)
    platform.buckets["edges"] = opened(file.content, file.key, name="edges", url=file.url)
    public, private = pgp.sample("canary")
    platform.key_pairs["release-key"] = KeyPair("release-key", "release-key", "GPG", public, private)
    fleet.variables["lyon"]["edge_license_keys"] = [fleet.simulator.make_license_key()]
    fleet.variables["osaka"]["edge_license_bucket"] = "edges"
    for name in ("lyon", "osaka"):
        circle(fleet.simulator.edge(name), platform)
        fleet.variables[name] |= {"edge_federation": ["users", "tokens"], "edge_circle_of_trust_acknowledged": True}
        fleet.variables[name] |= {"edge_signing_key": "release-key", "edge_canary": True}
        fleet.variables[name]["edge_base_url"] = "{{ edge_url }}"
    fleet.common |= {
        "edge_trusted_signing_keys": [{"alias": "partner-key", "public_key": pgp.sample("other")[0]}],
        "platform_canary_repository": "canary-local",
        "platform_canary_create_repository": True,
        "platform_canary_signing_key": "release-key",
    }


@pytest.mark.parametrize("arguments", [("--diff",), ("--check", "--diff")], ids=["for-real", "check-mode"])
def test_onboarding_at_the_highest_verbosity_shows_no_secret(fleet: Fleet, arguments: tuple[str, ...]) -> None:
    fleet.add("lyon", licensed=False, edge_join_key=JOIN_KEY, edge_join_key_file=None, edge_on_unknown="supply")
    fleet.add("osaka", nodes=2, licensed=False)
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    fleet.keep_master_key("osaka")
    equip(fleet)
    fleet.common["platform_access_token"] = fleet.simulator.platform.admin_token()
    fleet.noisy = True
    check = "--check" in arguments
    arguments += ("-e", f"edge_plan_path={fleet.folder / 'plan.json'}", "-e", "edge_explain=lyon")

    run = fleet.run("onboard_edge.yml", *arguments)

    assert run.code == 0, run.output[-3000:]
    assert {
        change["step"] for edge in run.report["edges"] for change in edge["changes" if check else "corrected"]
    } >= OF_PLATFORM
    # What else works with these secrets, on Edges that are joined.
    for other in (
        [] if check else ["preflight.yml", "prove_distribution.yml", "federate_access.yml", "explain_edge.yml"]
    ):
        fleet.run(other, *arguments)
    ledgers = [node.home / "var/hybrid.jfrog/ledger.json" for edge in fleet.simulator.edges for node in edge.nodes]
    assert fleet.leaked("".join(path.read_text() for path in ledgers if path.exists()), time.time(), {}) == []


def test_modules_with_secrets_are_not_sent_where_their_files_would_be_kept(fleet: Fleet) -> None:
    fleet.add("lyon", edge_join_key=JOIN_KEY, edge_join_key_file=None)
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)

    run = fleet.run("onboard_edge.yml", ANSIBLE_KEEP_REMOTE_FILES="1")

    # That nothing was left is what every run is searched for.
    assert list(fleet.folder.glob("tmp/ansible-tmp-*/AnsiballZ_*.py"))
    assert run.code == 2
    assert "Cannot run join_key: ANSIBLE_KEEP_REMOTE_FILES is set" in run.output


def test_leak_test_would_find_a_secret(fleet: Fleet) -> None:
    fleet.add("lyon", edge_name=JOIN_KEY, edge_join_key=JOIN_KEY, edge_join_key_file=None)

    with pytest.raises(AssertionError, match=r"secrets show: .*edge_join_key.*the terminal"):
        fleet.run("report_drift.yml")
