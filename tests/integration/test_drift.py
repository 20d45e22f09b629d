# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``report_drift.yml`` finds what somebody changed behind our back, and ``correct_drift.yml`` repairs it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.fleet import CITIES, ROLE_OF, Fleet, fleet_at
from simulator.certificates import self_signed, to_pem
from simulator.key_pool import POOL

# One worker runs all tests of this file, so that the fleet is joined once.
pytestmark = pytest.mark.xdist_group("joined")

OTHER_KEY = "0123456789abcdef" * 4
CORPORATE_CA = to_pem(self_signed("Example Corporate CA", POOL.take()))


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """A converged fleet that the tests of this file share; each leaves it as it found it."""
    folder = tmp_path_factory.mktemp("joined")
    with fleet_at(folder) as fleet:
        simulator = fleet.simulator
        # Without it, a join key that somebody has replaced is only reported.
        fleet.common["edge_policy"] = {"join_key": "correct"}
        fleet.add("lyon")
        fleet.add("osaka", nodes=2)
        fleet.add(
            "quito",
            version="7.25.7",
            edge_circle_of_trust_acknowledged=True,
            edge_tls_ca_certificates=[{"name": "corporate", "content": CORPORATE_CA}],
            edge_system_yaml={"shared": {"logging": {"consoleLog": {"enabled": True}}}},
            edge_access_config={"token": {"max-expiry": 86400}},
        )
        fleet.keep_master_key("osaka")
        fleet.onboard()
        simulator.platform.support.import_certificate(
            (folder / "controller/support_requests/quito/root.crt").read_text()
        )
        yield fleet


@dataclass(frozen=True)
class Drift:
    """Something that happens behind our back, and what the report says of it."""

    edge: str
    fact: str
    happen: Callable[[Fleet], None]
    drift: tuple[str, ...] = ()


def node_file(fleet: Fleet, node: str, path: str) -> Path:
    return fleet.simulator.edge(node.rsplit("-", 1)[0]).node(node).home / path


def forget_platform_root(fleet: Fleet) -> None:
    fleet.simulator.edge("quito").database.trusted.clear()


def edit_system_yaml(fleet: Fleet) -> None:
    path = node_file(fleet, "quito-1", "var/etc/system.yaml")
    path.write_text(path.read_text().replace("enabled: true", "enabled: false"))


def change_access_setting(fleet: Fleet) -> None:
    """Somebody else's patch, and the start that takes it."""
    node = fleet.simulator.edge("quito").node("quito-1")
    (node.home / "var/etc/access/access.config.patch.yml").write_text("token:\n  max-expiry: 60\n")
    node.restart(at_once=True)


DRIFTS = {
    "jpd-deleted": Drift("lyon", "jpd", lambda fleet: fleet.simulator.platform.delete_jpd("lyon")),
    "jpd-renamed": Drift(
        "lyon", "jpd", lambda fleet: fleet.simulator.platform.edit_jpd("lyon", name="paris"), ("name",)
    ),
    "jpd-moved": Drift(
        "lyon",
        "jpd",
        lambda fleet: fleet.simulator.platform.edit_jpd("lyon", location=CITIES["osaka"]),
        ("location",),
    ),
    "jpd-tagged": Drift(
        "osaka", "jpd", lambda fleet: fleet.simulator.platform.edit_jpd("osaka", tags=["x"]), ("tags",)
    ),
    "pairing-broken": Drift("lyon", "pairing", lambda fleet: fleet.simulator.platform.break_pairing("lyon")),
    "trust-forgotten": Drift("quito", "trusted_certificate", forget_platform_root),
    "join-key-replaced": Drift(
        "lyon", "join_key", lambda fleet: fleet.simulator.edge("lyon").replace_join_key_in_database(OTHER_KEY)
    ),
    "ha-join-key-replaced": Drift(
        "osaka", "join_key", lambda fleet: fleet.simulator.edge("osaka").replace_join_key_in_database(OTHER_KEY)
    ),
    "ha-node-without-master-key": Drift(
        "osaka",
        "master_key",
        lambda fleet: node_file(fleet, "osaka-2", "var/etc/security/master.key").unlink(),
    ),
    "tls-ca-removed": Drift(
        "quito",
        "tls_ca_certificate",
        lambda fleet: node_file(fleet, "quito-1", "var/etc/security/keys/trusted/corporate.crt").unlink(),
        ("corporate.crt",),
    ),
    "system-yaml-edited": Drift("quito", "system_yaml", edit_system_yaml, ("shared.logging.consoleLog.enabled",)),
    "access-setting-changed": Drift("quito", "access_config", change_access_setting, ("token.max-expiry",)),
    "node-stopped": Drift("osaka", "service", lambda fleet: fleet.simulator.edge("osaka").node("osaka-2").stop()),
}


# What happens at once, each to another Edge, so that one round of runs serves several.
ROUNDS = [
    ("jpd-deleted", "jpd-tagged", "trust-forgotten"),
    ("jpd-renamed", "ha-join-key-replaced", "system-yaml-edited"),
    ("jpd-moved", "ha-node-without-master-key", "tls-ca-removed"),
    ("pairing-broken", "node-stopped", "access-setting-changed"),
    ("join-key-replaced",),
]


# What lies in files on a node, and takes effect at a start.
OF_FILES = ("tls-ca-removed", "system-yaml-edited", "access-setting-changed")


def test_every_drift_is_in_one_round() -> None:
    assert sorted(name for names in ROUNDS for name in names) == sorted(DRIFTS)


@pytest.mark.parametrize("names", ROUNDS, ids=" ".join)
def test_drift_is_found_without_a_write_and_repaired(joined: Fleet, names: tuple[str, ...]) -> None:
    cases = [DRIFTS[name] for name in names]
    for case in cases:
        case.happen(joined)
    joined.simulator.calls.clear()

    found = joined.run("report_drift.yml")

    assert found.code == 2, found.output
    assert joined.simulator.calls.writes == []
    states = {edge["name"]: edge["state"] for edge in found.report["edges"]}
    drifted = {case.edge: "drifted" for case in cases}
    assert states == {**dict.fromkeys(("lyon", "osaka", "quito"), "in_order"), **drifted}
    for case in cases:
        facts = [fact for fact in found.edge(case.edge)["facts"] if fact["state"] == "drifted"]
        assert case.fact in {fact["fact"] for fact in facts}
        assert set(case.drift) <= {name for fact in facts for name in fact["drift"]}

    repaired = joined.run("correct_drift.yml")

    assert repaired.code == 0, repaired.output
    states = {edge["name"]: edge["state"] for edge in repaired.report["edges"]}
    corrected = {case.edge: "corrected" for case in cases}
    assert states == {**dict.fromkeys(("lyon", "osaka", "quito"), "in_order"), **corrected}

    after = joined.run("report_drift.yml")

    assert (after.code, after.changed) == (0, 0), after.output


def test_modules_predict_in_check_mode_just_what_the_plan_says(joined: Fleet) -> None:
    for case in ("jpd-renamed", "ha-join-key-replaced", "ha-node-without-master-key", "trust-forgotten", *OF_FILES):
        DRIFTS[case].happen(joined)
    joined.simulator.calls.clear()

    predicted = joined.run("correct_drift.yml", "--check", "--diff", verbosity=1)

    assert predicted.code == 0, predicted.output
    changes = [change for edge in predicted.report["edges"] for change in edge["changes"]]
    planned = {(ROLE_OF.get(change["step"], change["step"]), change["host"]) for change in changes}
    assert predicted.changed_steps == planned
    assert {role for role, _host in planned} == {
        "master_key",
        "join_key",
        "system_yaml",
        "tls_ca_certificate",
        "access_config",
        "artifactory_service",
        "trusted_certificate",
        "jpd",
    }
    assert joined.simulator.calls.writes == []
    assert joined.run("correct_drift.yml").code == 0


def test_report_right_after_onboarding_finds_nothing_and_writes_nothing(joined: Fleet) -> None:
    joined.simulator.calls.clear()

    report = joined.run("report_drift.yml")

    assert (report.code, report.changed) == (0, 0), report.output
    assert joined.simulator.calls.writes == []
    assert {edge["state"] for edge in report.report["edges"]} == {"in_order"}
    assert report.executions == {"lyon-1": 1, "osaka-1": 1, "osaka-2": 1, "quito-1": 1}


def test_lost_ledger_is_unknown_until_the_user_chose_to_supply_again(joined: Fleet) -> None:
    shutil.rmtree(node_file(joined, "lyon-1", "var/hybrid.jfrog"))

    unknown = joined.run("report_drift.yml")
    assert unknown.code == 2
    assert [fact["state"] for fact in unknown.edge("lyon")["facts"] if fact["fact"] == "join_key"] == ["unknown"]

    untouched = joined.run("correct_drift.yml")
    assert untouched.changed == 0

    joined.variables["lyon"]["edge_on_unknown"] = "supply"
    assert joined.run("correct_drift.yml").code == 0
    del joined.variables["lyon"]["edge_on_unknown"]
    assert joined.run("report_drift.yml").code == 0


def test_jpd_deleted_and_recreated_by_correct_drift_never_gets_a_second_one(joined: Fleet) -> None:
    names = [jpd["name"] for jpd in joined.simulator.platform.jpds if not jpd["local"]]

    assert sorted(names) == ["lyon", "osaka", "quito"]
