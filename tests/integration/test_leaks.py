# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets do not show: not on the terminal at the highest verbosity, in a log, in a report, or in a file on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

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


def secrets_of(fleet: Fleet) -> dict[str, str]:
    """Every secret of the run, by what it is. Of a licence key each line is one, however the lines are put together."""
    known = {
        "join key": JOIN_KEY,
        "platform token": fleet.common["platform_access_token"],
        **{f"token of {name}": variables["edge_access_token"] for name, variables in fleet.variables.items()},
        "master key of osaka": fleet.variables["osaka"]["edge_master_key"],
    }
    stores = {str(path): path.read_text() for path in (fleet.folder / "secrets").iterdir()}
    bucket = fleet.simulator.platform.buckets["edges"]
    given = [*bucket.free, *(licence for licences in bucket.given.values() for licence in licences)]
    keys = [*fleet.variables["lyon"]["edge_license_keys"], *(licence.key for licence in given)]
    lines = {f"line {line} of licence key {key}": text for key, all in enumerate(keys) for line, text in whole(all)}
    return {**known, **stores, **lines}


def whole(key: str) -> list[tuple[int, str]]:
    """The lines of a licence key but the last, which may be of a few letters."""
    return list(enumerate(key.splitlines()))[:-1]


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


def written_files(fleet: Fleet) -> Iterator[Path]:
    """Everything that the controller wrote, but for the user's own inventory and key stores."""
    for path in fleet.folder.rglob("*"):
        if path.is_file() and path.name != "inventory.json" and path.parent.name != "secrets":
            yield path


@pytest.mark.parametrize("arguments", [("--diff",), ("--check", "--diff")], ids=["for-real", "check-mode"])
def test_onboarding_at_the_highest_verbosity_shows_no_secret(fleet: Fleet, arguments: tuple[str, ...]) -> None:
    fleet.add("lyon", licensed=False, edge_join_key=JOIN_KEY, edge_join_key_file=None, edge_on_unknown="supply")
    fleet.add("osaka", nodes=2, licensed=False)
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    fleet.keep_master_key("osaka")
    equip(fleet)
    fleet.common["platform_access_token"] = fleet.simulator.platform.admin_token()
    log = fleet.folder / "ansible.log"
    check = "--check" in arguments

    arguments += ("-e", f"edge_plan_path={fleet.folder / 'plan.json'}", "-e", "edge_explain=lyon")

    run = fleet.run("onboard_edge.yml", *arguments, verbosity=4, ANSIBLE_LOG_PATH=str(log))

    assert run.code == 0, run.output[-3000:]
    assert {
        change["step"] for edge in run.report["edges"] for change in edge["changes" if check else "corrected"]
    } >= OF_PLATFORM
    # What else works with these secrets, on Edges that are joined.
    others = [] if check else ["preflight.yml", "prove_distribution.yml", "federate_access.yml", "explain_edge.yml"]
    ended = [fleet.run(other, *arguments, verbosity=4, ANSIBLE_LOG_PATH=str(log)) for other in others]
    places = {"the terminal": run.output, **{other: one.output for other, one in zip(others, ended)}}
    places.update({str(path): path.read_text(errors="replace") for path in written_files(fleet)})
    ledgers = (node.home / "var/hybrid.jfrog/ledger.json" for edge in fleet.simulator.edges for node in edge.nodes)
    places.update({str(path): path.read_text() for path in ledgers if path.exists()})
    found = [(what, where) for what, secret in secrets_of(fleet).items() for where in places if secret in places[where]]
    assert found == []
    # A pairing token is known to nobody, so every token that is shown would be one.
    assert [where for where, text in places.items() if re.search(r"eyJ[\w-]{10,}\.eyJ", text)] == []


def test_leak_test_would_find_a_secret(fleet: Fleet) -> None:
    fleet.add("lyon", edge_name=JOIN_KEY)

    run = fleet.run("report_drift.yml", verbosity=4)

    assert JOIN_KEY in run.output
