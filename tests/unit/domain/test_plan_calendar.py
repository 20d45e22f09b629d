# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate calendar in the plan: what lies on the nodes, how long it lasts, and what has to be done in time."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import CertificateAndKey, DesiredNode
from unit.domain.fleet_shapes import NOW, edge, facts_of, findings_of, node, plan_one, platform
from unit.domain.fleet_shapes import seen as seen_of_rest
from unit.domain.issuing import issue


def seen(file: str, *, days: float, since: float = -1) -> dict[str, Any]:
    """A certificate on a node that begins and ends so many days from now."""
    issued = issue(file, start=NOW + timedelta(days=since), end=NOW + timedelta(days=days))
    return {"file": file, "sha256": issued.sha256, "der": base64.b64encode(issued.der).decode()}


def with_certificates(*, root: Any = None, ca: Any = None, tls: Any = ()) -> Any:
    shape = node()
    shape["access_keys"] = {**shape["access_keys"], "root": root, "ca": ca}
    shape["tls_ca_certificates"] = list(tls)
    return shape


def test_calendar_of_an_edge_has_every_certificate_and_what_ends_first_comes_first() -> None:
    plan = plan_one(nodes={"lyon-1": with_certificates(root=seen("r", days=900), ca=seen("c", days=400))})

    rows = plan["edges"][0]["certificates"]
    assert [(row["where"], row["kind"], row["days_left"], row["state"]) for row in rows] == [
        ("lyon", "access_ca_certificate", 400, "ok"),
        ("lyon", "token_signing_certificate", 900, "ok"),
    ]
    assert facts_of(plan, "certificates") == {
        None: ("in_order", [], "all 2 certificates are valid for at least 30 days")
    }
    assert plan["edges"][0]["state"] == "in_order"


def test_calendar_names_what_the_nodes_share_once_and_what_is_a_node_s_own_for_each() -> None:
    root, corporate = seen("r", days=900), seen("corporate", days=800)
    nodes = {host: with_certificates(root=root, tls=[corporate]) for host in ("lyon-1", "lyon-2")}

    rows = plan_one(edge(nodes=("lyon-1", "lyon-2")), nodes)["edges"][0]["certificates"]

    assert [(row["where"], row["kind"]) for row in rows] == [
        ("lyon-1", "tls_ca_certificate"),
        ("lyon-2", "tls_ca_certificate"),
        ("lyon", "token_signing_certificate"),
    ]


@pytest.mark.parametrize(
    ("days", "since", "limit", "words"),
    [
        pytest.param(29.5, -1, 30, "in 29 days", id="below-the-limit"),
        pytest.param(89, -1, 90, "in 89 days", id="below-a-limit-of-the-user-s"),
        pytest.param(-2, -9, 30, "expired on 2026-11-20", id="expired"),
        pytest.param(-2, -9, 0, "expired on 2026-11-20", id="expired-without-a-limit"),
        pytest.param(900, 1, 30, "is not valid yet", id="not-yet-valid"),
    ],
)
def test_certificate_that_ends_soon_needs_a_person_who_is_told_what_to_do(
    days: float, since: float, limit: int, words: str
) -> None:
    shape = with_certificates(tls=[seen("corporate", days=days, since=since)])
    plan = plan_one(edge(certificate_days_left=limit), {"lyon-1": shape})

    state, drift, reason = facts_of(plan, "certificates")[None]
    assert (state, drift) == ("drifted", ["tls_ca_certificate"])
    assert words in reason
    assert findings_of(plan) == ["!certificate of lyon-1"]
    assert plan["edges"][0]["state"] == "needs_person"
    assert plan["edges"][0]["findings"][0]["remedy"] == "Put its successor into edge_tls_ca_certificates"


OWN = DesiredNode(server_certificate=CertificateAndKey("", "", "a" * 64))


@pytest.mark.parametrize(
    ("of_nodes", "remedy"),
    [
        pytest.param({"lyon-1": OWN}, "Put its successor into edge_server_certificate", id="its-own"),
        pytest.param({"lyon-1": DesiredNode()}, "Access issued it. Restart the node", id="issued-by-access"),
        pytest.param({}, "Access issued it. Restart the node", id="nothing-wanted-of-the-node"),
    ],
)
def test_certificate_of_a_router_that_ends_soon_is_replaced_by_whoever_issued_it(
    of_nodes: dict[str, DesiredNode], remedy: str
) -> None:
    shape = node()
    shape["server_certificate"] = {**shape["server_certificate"], "served": seen("tls", days=9)}
    plan = plan_one(edge(of_nodes=of_nodes), {"lyon-1": shape})

    [told] = [found for found in plan["edges"][0]["findings"] if found["what"] == "certificate of lyon-1"]
    assert told["remedy"].startswith(remedy)


def test_certificate_within_a_limit_of_zero_days_is_in_order_until_it_ends() -> None:
    plan = plan_one(edge(certificate_days_left=0), {"lyon-1": with_certificates(root=seen("r", days=0.5))})

    assert plan["edges"][0]["state"] == "in_order"


def test_file_without_a_certificate_is_not_in_the_calendar() -> None:
    plan = plan_one(nodes={"lyon-1": with_certificates(tls=[{"file": "x.crt", "sha256": None, "der": None}])})

    assert plan["edges"][0]["certificates"] == []
    assert facts_of(plan, "certificates") == {}


def test_calendar_has_the_client_certificates_that_the_controller_shows() -> None:
    ours = {"subject": "CN=ours", "issuer": "CN=acme", "serial": "1", "sha256": "0" * 64}
    times = {"not_before": "2026-01-01T00:00:00Z", "not_after": "2026-12-01T13:00:00Z"}
    rest = seen_of_rest(client_certificate={**ours, **times})
    plan = plan_one(rest=rest, of_platform=platform(client_certificate={**ours, **times}))

    assert [(row["where"], row["kind"], row["days_left"]) for row in plan["edges"][0]["certificates"]] == [
        ("lyon", "client_certificate", 9)
    ]
    assert "edge_client_certificate_path" in plan["edges"][0]["findings"][0]["remedy"]
    assert plan["platform"]["certificates"][0]["kind"] == "client_certificate"
    assert "platform_client_certificate_path" in plan["platform"]["findings"][0]


def listed(alias: str = "remote", *, until: str = "2026-12-01T13:00:00.000Z", sha256: str | None = "1" * 64) -> Any:
    """A client certificate of remote repositories, as Artifactory lists it."""
    names = {"alias": alias, "issued_to": "lyon.example.net", "issued_by": "Example CA"}
    return {**names, "issued_on": "2026-01-01T00:00:00.000Z", "valid_until": until, "sha256": sha256}


def test_calendar_has_the_client_certificates_of_remote_repositories_with_their_alias() -> None:
    plan = plan_one(rest=seen_of_rest(remote_certificates=[listed(), listed("old", until="2027-12-01T13:00:00.000Z")]))

    rows = plan["edges"][0]["certificates"]
    assert [(row["where"], row["kind"], row["alias"], row["days_left"]) for row in rows] == [
        ("lyon", "remote_repository_certificate", "remote", 9),
        ("lyon", "remote_repository_certificate", "old", 374),
    ]
    assert facts_of(plan, "certificates")[None] == (
        "drifted",
        ["remote_repository_certificate"],
        "remote repository certificate 'remote' of lyon.example.net ends on 2026-12-01T13:00:00Z, in 9 days",
    )
    assert findings_of(plan) == ["!certificate of lyon"]
    assert "artifactory_certificate" in plan["edges"][0]["findings"][0]["remedy"]


def test_calendar_of_certificates_whose_fingerprints_are_unknown_is_in_order() -> None:
    both = [listed(name, until="2027-12-01T13:00:00.000Z", sha256=None) for name in ("remote", "other")]

    assert plan_one(rest=seen_of_rest(remote_certificates=both))["edges"][0]["state"] == "in_order"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param(
            {"remote_certificates": None, "remote_certificates_error": "Cannot list them: it answered 403"},
            "Cannot list them: it answered 403",
            id="refused",
        ),
        pytest.param(
            {"remote_certificates": [listed(until="Sun May 01 2019 10:00:00 GMT +02:00 (UTC)")]},
            "how long the remote repository certificate 'remote' lasts is not clear from '2026-01-01T00:00:00.000Z' to "
            "'Sun May 01 2019 10:00:00 GMT +02:00 (UTC)'",
            id="times-of-an-unknown-form",
        ),
    ],
)
def test_certificates_of_remote_repositories_that_are_not_told_are_unknown(told: dict[str, Any], words: str) -> None:
    nodes = {"lyon-1": with_certificates(root=seen("r", days=900))}
    plan = plan_one(nodes=nodes, rest=seen_of_rest(**told))

    assert facts_of(plan, "certificates")[None] == ("unknown", [], words)
    assert plan["edges"][0]["state"] == "unknown"
    assert len(plan["edges"][0]["certificates"]) == 1


def test_certificates_that_are_not_told_hide_no_other_that_ends() -> None:
    nodes = {"lyon-1": with_certificates(root=seen("r", days=9))}
    plan = plan_one(nodes=nodes, rest=seen_of_rest(remote_certificates=None, remote_certificates_error="Not told"))

    state, _drift, reason = facts_of(plan, "certificates")[None]
    assert (state, reason.endswith("; Not told")) == ("drifted", True)


def test_platform_s_certificates_of_remote_repositories_are_in_its_calendar() -> None:
    plan = plan_one(of_platform=platform(remote_certificates=[listed()]))["platform"]

    assert [row["alias"] for row in plan["certificates"] if "alias" in row] == ["remote"]
    assert "artifactory_certificate" in plan["findings"][0]


def test_platform_that_does_not_tell_its_certificates_needs_nobody() -> None:
    plan = plan_one(of_platform=platform(remote_certificates=None, remote_certificates_error="Not on SaaS"))

    assert (plan["platform"]["findings"], plan["edges"][0]["state"]) == ([], "in_order")
