# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings V1 to V9, and the steps that remove them, from what the plugin's validation tells."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import (
    configuration,
    findings,
    mesh,
    steps,
)

LYON, OSAKA = "https://lyon.example.com/artifactory", "https://osaka.example.com/artifactory"
SECRET = "marked-s3cret"
CRON = "0 0 0/1 * * ?"
SETTINGS = configuration.Settings("admin", SECRET, (LYON, OSAKA), 1, CRON, True)
WANTED = steps.Wanted(SETTINGS, "5.10.4")


def node(url: str, **changed: Any) -> dict[str, Any]:
    return {
        "version": "5.10.4",
        "fsversion": "5.10.4",
        "cron": CRON,
        "json": configuration.document(SETTINGS, url),
        "!status": 200,
        "!state": "Running",
        **changed,
    }


def in_order() -> dict[str, Any]:
    return {url: {"n1": node(url), "!status": 200} for url in (LYON, OSAKA)}


def with_osaka(**changed: Any) -> dict[str, Any]:
    return {**in_order(), OSAKA: {"n1": node(OSAKA, **changed), "!status": 200}}


def told(data: dict[str, Any]) -> list[findings.Finding]:
    return findings.of_mesh(mesh.mesh(data), LYON)


def document_with(**changed: Any) -> dict[str, Any]:
    found = copy.deepcopy(configuration.document(SETTINGS, OSAKA))
    found["securityReplication"].update(changed)
    return found


def test_findings_of_a_mesh_in_order_are_none() -> None:
    assert told(in_order()) == []


@pytest.mark.parametrize(
    ("data", "code", "where", "cause"),
    [
        pytest.param({"!message": f"at {SECRET}"}, "V1", LYON, "missing, or is no JSON", id="V1"),
        pytest.param({**in_order(), OSAKA: {"!status": 502}}, "V2", OSAKA, "status 502", id="V2-down"),
        pytest.param({**in_order(), OSAKA: {"!status": 404}}, "V2", OSAKA, "not loaded there", id="V2-not-loaded"),
        pytest.param(
            {**in_order(), OSAKA: {"!status": 401}}, "V2", OSAKA, "answered 401 to the account", id="V2-account"
        ),
        pytest.param(with_osaka(**{"!state": "Stopped"}), "V3", OSAKA, "state Stopped", id="V3"),
        pytest.param(with_osaka(version="5.6.2"), "V5", OSAKA, "version 5.6.2 of the plugin is loaded", id="V5"),
        pytest.param(
            with_osaka(version="5.6.2", fsversion="5.6.2"), "V6", OSAKA, "5.6.2 of the plugin lies there", id="V6"
        ),
        pytest.param(with_osaka(json=None, jsonerr=f"at {SECRET}"), "V7", OSAKA, "missing, or is no JSON", id="V7"),
        pytest.param(with_osaka(json=document_with(filter=3)), "V8", OSAKA, "first node in filter", id="V8"),
        pytest.param(
            with_osaka(json=document_with(authorization={"username": "admin", "password": "other-s3cret"})),
            "V8",
            OSAKA,
            "first node in authorization",
            id="V8-password",
        ),
        pytest.param(
            with_osaka(json=document_with(whoami=OSAKA + "/")), "V8", OSAKA, f"calls itself '{OSAKA}/'", id="V8-whoami"
        ),
        pytest.param(with_osaka(cron="0 0 1 * * ?"), "V9", OSAKA, "runs by the cron expression '0 0 1 * * ?'", id="V9"),
    ],
)
def test_findings_name_what_is_wrong_where_and_what_to_do(
    data: dict[str, Any], code: str, where: str, cause: str
) -> None:
    (found,) = told(data)

    assert (found.code, found.instance) == (code, where)
    assert cause in found.cause
    assert found.remedy
    assert "s3cret" not in found.line() + str(found.told())


def test_findings_of_an_unreadable_version_are_also_a_difference() -> None:
    data = with_osaka(fsversionerr="Cannot find version string in plugin file.")

    assert [found.code for found in told(data)] == ["V4", "V6"]


def test_findings_of_a_configuration_without_cron_job_say_why_it_is_always_found() -> None:
    data = in_order()
    for url in data:
        del data[url]["n1"]["json"]["securityReplication"]["cron_job"]

    assert [found.code for found in told(data)] == ["V9", "V9"]
    assert "has no cron_job" in told(data)[0].cause


def test_findings_of_several_who_were_asked_are_told_once() -> None:
    found = told(with_osaka(cron="0 0 1 * * ?"))
    (one,) = findings.together({LYON: found, OSAKA: found})

    assert one["seen_from"] == [LYON, OSAKA]
    assert one["code"] == "V9"


def seen(data: dict[str, Any]) -> dict[str, mesh.InstanceSeen]:
    return {url: mesh.instance(url, one) for url, one in data.items()}


LOADED_NOWHERE = {LYON: {"!status": 404}, OSAKA: {"!status": 404}}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(in_order(), [], id="in-order"),
        pytest.param(LOADED_NOWHERE, [("reload", LYON), ("reload", OSAKA)], id="loaded-nowhere"),
        pytest.param(with_osaka(json=document_with(filter=3)), [("distribute", LYON)], id="another-configuration"),
        pytest.param(with_osaka(fsversion="5.6.2"), [("distribute", LYON)], id="another-plugin"),
        pytest.param(with_osaka(cron="0 0 1 * * ?"), [("reload", OSAKA)], id="another-cron-loaded"),
        pytest.param(with_osaka(version="5.6.2"), [("reload", OSAKA)], id="another-plugin-loaded"),
        pytest.param(
            {**in_order(), LYON: {"n1": node(LYON, cron="0 0 1 * * ?"), "!status": 200}},
            [("reload", LYON)],
            id="another-cron-loaded-at-the-first",
        ),
        pytest.param(with_osaka(**{"!state": "Stopped"}, cron="0 0 1 * * ?"), [], id="node-that-is-down-is-left"),
    ],
)
def test_plan_has_the_steps_that_are_needed(data: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    planned = steps.plan(seen(data), WANTED, LYON)

    assert [(step.action, step.url) for step in planned] == expected
    assert all(step.why for step in planned)


def test_plan_of_what_a_reload_did_not_load_is_a_distribution() -> None:
    left = {**in_order(), OSAKA: {"!status": 404}}
    planned = steps.plan(seen(left), WANTED, LYON, reloaded={OSAKA})

    assert [(step.action, step.url) for step in planned] == [("distribute", LYON), ("reload", OSAKA)]


def test_plan_does_not_show_the_password_that_differs() -> None:
    other = document_with(authorization={"username": "admin", "password": "other-s3cret"})
    (step,) = steps.plan(seen(with_osaka(json=other)), WANTED, LYON)

    assert "differs in password" in step.why
    assert "s3cret" not in str(step.told())
