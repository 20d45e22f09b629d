# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""securityReplication.json: what is refused before it is written, and what is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import configuration

LYON, OSAKA = "https://lyon.example.com/artifactory", "https://osaka.example.com/artifactory"
SECRET = "marked-s3cret"


def options(**changed: Any) -> dict[str, Any]:
    return {
        "username": "replicator",
        "password": SECRET,
        "urls": [LYON, OSAKA],
        "filter": 3,
        "cron_job": "0 0 0/1 * * ?",
        "safety": True,
        "credential": "password",
        **changed,
    }


def test_text_has_every_field_of_the_plugins_page() -> None:
    settings = configuration.read(options())

    assert json.loads(configuration.text(settings, OSAKA)) == {
        "securityReplication": {
            "authorization": {"username": "replicator", "password": SECRET},
            "urls": [LYON, OSAKA],
            "whoami": OSAKA,
            "filter": 3,
            "cron_job": "0 0 0/1 * * ?",
            "safety": True,
        }
    }


def test_text_without_safety_has_the_one_word_that_switches_it_off() -> None:
    settings = configuration.read(options(safety=False))

    assert json.loads(configuration.text(settings, LYON))["securityReplication"]["safety"] == "off"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"username": ""}, "username is empty", id="no-user"),
        pytest.param({"username": "a:b"}, "username has a colon", id="colon"),
        pytest.param({"password": " "}, "password is empty", id="blank-password"),
        pytest.param({"password": "a\nb"}, "password has a line end", id="line-end"),
        pytest.param({"urls": [LYON]}, "fewer than two instances", id="alone"),
        pytest.param({"urls": [LYON, OSAKA + "/"]}, "ends with a slash", id="slash"),
        pytest.param({"urls": [LYON, "osaka.example.com"]}, "'osaka.example.com' of urls is no URL", id="no-scheme"),
        pytest.param({"urls": [LYON, "https://x:99999/artifactory"]}, "is no URL", id="port"),
        pytest.param({"urls": [LYON, "https://u:p@x/artifactory"]}, "holds credentials", id="credentials"),
        pytest.param({"urls": [LYON, OSAKA + "?a=b"]}, "a query, a fragment", id="query"),
        pytest.param({"urls": [LYON, OSAKA, LYON]}, "names one instance twice", id="twice"),
        pytest.param({"urls": [LYON, "https://LYON.example.com:443/artifactory"]}, "twice", id="twice-in-other-words"),
        pytest.param({"cron_job": "*/5 * * * *"}, "cron_job '*/5 * * * *' has 5 fields", id="cron"),
    ],
)
def test_read_settings_that_cannot_work_are_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InventoryError, match="Cannot use these settings of the plugin") as refused:
        configuration.read(options(**changed))

    assert told in refused.value.msg
    assert SECRET not in refused.value.msg


def test_read_several_problems_are_told_at_once() -> None:
    with pytest.raises(InventoryError) as refused:
        configuration.read(options(username="", cron_job="never", urls=[]))

    assert len(refused.value.details["problems"]) == 3


@pytest.mark.parametrize(
    ("whoami", "told"),
    [
        pytest.param(LYON + "/", f"It means '{LYON}' perhaps", id="slash"),
        pytest.param(LYON.replace("lyon", "Lyon"), f"It means '{LYON}' perhaps", id="case"),
        pytest.param("https://quito.example.com/artifactory", "Add it to urls", id="another"),
    ],
)
def test_whoami_that_is_no_entry_of_urls_is_refused(whoami: str, told: str) -> None:
    with pytest.raises(InventoryError, match="character for character") as refused:
        configuration.check_whoami(whoami, [LYON, OSAKA])

    assert told in refused.value.msg


def test_whoami_that_is_an_entry_of_urls_passes() -> None:
    configuration.check_whoami(OSAKA, [LYON, OSAKA])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({}, ["password encryption policy"], id="password"),
        pytest.param({"credential": "api_key"}, [], id="api-key"),
        pytest.param({"credential": "api_key", "safety": False}, ["safety is off"], id="unsafe"),
        pytest.param(
            {"credential": "api_key", "urls": [LYON, "http://osaka/artifactory"]}, ["without TLS"], id="no-tls"
        ),
    ],
)
def test_warnings_name_what_is_risky(changed: dict[str, Any], told: list[str]) -> None:
    found = configuration.warnings(configuration.read(options(**changed)))

    assert len(found) == len(told)
    assert all(word in warning for word, warning in zip(told, found))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("{", None, id="broken"),
        pytest.param("[]", None, id="no-object"),
        pytest.param("{}", {}, id="empty"),
    ],
)
def test_parsed_takes_objects_only(content: str, expected: Any) -> None:
    assert configuration.parsed(content) == expected


def test_facts_never_hold_a_password() -> None:
    settings = configuration.read(options())
    same = configuration.facts(configuration.document(settings, LYON), settings)
    other = configuration.facts(
        configuration.document(configuration.read(options(password="other-s3cret")), LYON), settings
    )

    assert (same["password"], other["password"]) == ("as wanted", "another one")
    assert "s3cret" not in str((same, other))


@pytest.mark.parametrize("found", [None, {}, {"securityReplication": "text"}], ids=["nothing", "empty", "text"])
def test_facts_of_what_is_no_configuration_say_so(found: Any) -> None:
    assert configuration.facts(found, configuration.read(options())) == {"readable": False}


def test_facts_name_keys_that_nobody_knows() -> None:
    settings = configuration.read(options())
    found = configuration.document(settings, LYON)
    found["securityReplication"]["startTime"] = 1

    assert configuration.facts(found, settings)["other_keys"] == ["startTime"]
