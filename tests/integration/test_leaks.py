# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets do not show: not on the terminal at the highest verbosity, in a log, in a report, or in a file on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.fleet import Fleet

JOIN_KEY = "5ec2e7" * 10 + "0a1b"


def secrets_of(fleet: Fleet) -> dict[str, str]:
    """Every secret of the run, by what it is."""
    known = {
        "join key": JOIN_KEY,
        "platform token": fleet.common["platform_access_token"],
        **{f"token of {name}": variables["edge_access_token"] for name, variables in fleet.variables.items()},
        "master key of osaka": fleet.variables["osaka"]["edge_master_key"],
    }
    stores = {str(path): path.read_text() for path in (fleet.folder / "secrets").iterdir()}
    return {**known, **stores}


def written_files(fleet: Fleet) -> Iterator[Path]:
    """Everything that the controller wrote, but for the user's own inventory and key stores."""
    for path in fleet.folder.rglob("*"):
        if path.is_file() and path.name != "inventory.json" and path.parent.name != "secrets":
            yield path


@pytest.mark.parametrize("arguments", [("--diff",), ("--check", "--diff")], ids=["for-real", "check-mode"])
def test_onboarding_at_the_highest_verbosity_shows_no_secret(fleet: Fleet, arguments: tuple[str, ...]) -> None:
    fleet.add("lyon", edge_join_key=JOIN_KEY, edge_join_key_file=None, edge_on_unknown="supply")
    fleet.add("osaka", nodes=2)
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    fleet.keep_master_key("osaka")
    fleet.common["platform_access_token"] = fleet.simulator.platform.admin_token()
    log = fleet.folder / "ansible.log"

    run = fleet.run("onboard_edge.yml", *arguments, verbosity=4, ANSIBLE_LOG_PATH=str(log))

    assert run.code == 0, run.output[-3000:]
    places = {"the terminal": run.output}
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
