# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data for AWX has the documented fields only, names nothing that is not there, and parts no Edge."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
AWX = ROOT / "extensions/awx"


class Loader(yaml.SafeLoader):
    """With the tag by which Ansible leaves a text as it is."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))  # type: ignore[arg-type]

DATA: dict[str, Any] = yaml.load((AWX / "controller.yml").read_text(), Loader)  # noqa: S506
STRING, FLAG, NUMBER, STRINGS, MAPPING = (
    {"type": "string"},
    {"type": "boolean"},
    {"type": "integer", "minimum": 0},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object"},
)
TEMPLATE = {"name": STRING, "description": STRING, "organization": STRING}
NOTIFICATIONS = {f"notification_templates_{when}": STRINGS for when in ("started", "success", "error")}
PROMPTS = {
    f"ask_{what}_on_launch": FLAG
    for what in ("job_type", "diff_mode", "variables", "limit", "inventory", "credential", "verbosity", "forks", "tags")
}
QUESTION = {
    "question_name": STRING,
    "question_description": STRING,
    "type": {"enum": ["text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"]},
    "variable": {"type": "string", "pattern": "^[a-z_]+$"},
    "required": FLAG,
    "default": {"type": ["string", "integer"]},
    "choices": STRINGS,
    "min": NUMBER,
    "max": NUMBER,
}


def exactly(fields: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": [*required], "additionalProperties": False}


SURVEY = exactly(
    {
        "name": STRING,
        "description": STRING,
        "spec": {"type": "array", "items": exactly(QUESTION, "question_name", "type", "variable", "required")},
    },
    "name",
    "description",
    "spec",
)
NODE = exactly(
    {
        "identifier": STRING,
        "unified_job_template": exactly({"name": STRING, "type": STRING, "organization": MAPPING}, "name", "type"),
        "extra_data": MAPPING,
        "related": exactly(
            {
                f"{kind}": {"type": "array"}
                for kind in ("success_nodes", "failure_nodes", "always_nodes", "credentials")
            },
            "success_nodes",
            "failure_nodes",
            "always_nodes",
            "credentials",
        ),
    },
    "identifier",
    "unified_job_template",
    "related",
)
# The options of the modules of awx.awx 24.6.1 that such data may use, as their documentation has them.
SCHEMA = {
    "controller_credential_types": exactly(
        {
            "name": STRING,
            "description": STRING,
            "kind": {"enum": ["cloud", "net", "vault", "ssh", "scm", "insights", "kubernetes", "galaxy"]},
            "inputs": exactly(
                {
                    "fields": {
                        "type": "array",
                        "items": exactly(
                            {"id": STRING, "type": {"enum": ["string", "boolean"]}, "label": STRING, "secret": FLAG},
                            "id",
                            "label",
                        ),
                    },
                    "required": STRINGS,
                },
                "fields",
            ),
            "injectors": exactly({"env": MAPPING, "extra_vars": MAPPING, "file": MAPPING}),
        },
        "name",
        "kind",
    ),
    "controller_credentials": exactly(
        {**TEMPLATE, "credential_type": STRING, "inputs": MAPPING}, "name", "credential_type"
    ),
    "controller_projects": exactly(
        {
            **TEMPLATE,
            "scm_type": {"enum": ["manual", "git", "svn", "insights", "archive"]},
            "scm_url": STRING,
            "scm_branch": STRING,
            "scm_update_on_launch": FLAG,
            "scm_update_cache_timeout": NUMBER,
        },
        "name",
        "scm_type",
    ),
    "controller_inventories": exactly({**TEMPLATE, "variables": MAPPING}, "name", "organization"),
    "controller_inventory_sources": exactly(
        {
            **TEMPLATE,
            "inventory": STRING,
            "source": {"enum": ["scm"]},
            "source_project": STRING,
            "source_path": STRING,
            "source_vars": MAPPING,
            "credential": STRING,
            "overwrite": FLAG,
            "overwrite_vars": FLAG,
            "update_on_launch": FLAG,
            "update_cache_timeout": NUMBER,
        },
        "name",
        "inventory",
        "source",
    ),
    "controller_notifications": exactly(
        {
            **TEMPLATE,
            "notification_type": {"enum": ["email", "mattermost", "pagerduty", "slack", "webhook"]},
            "notification_configuration": MAPPING,
            "messages": exactly({"started": MAPPING, "success": MAPPING, "error": MAPPING}),
        },
        "name",
        "notification_type",
    ),
    "controller_templates": exactly(
        {
            **TEMPLATE,
            **NOTIFICATIONS,
            **PROMPTS,
            "project": STRING,
            "playbook": STRING,
            "inventory": STRING,
            "credentials": STRINGS,
            "job_type": {"enum": ["run", "check"]},
            "forks": NUMBER,
            "timeout": NUMBER,
            "limit": STRING,
            "extra_vars": MAPPING,
            "become_enabled": FLAG,
            "diff_mode": FLAG,
            "allow_simultaneous": FLAG,
            "job_slice_count": NUMBER,
            "survey_enabled": FLAG,
            "survey_spec": SURVEY,
        },
        "name",
        "project",
        "playbook",
        "inventory",
        "job_slice_count",
    ),
    "controller_workflows": exactly(
        {
            **TEMPLATE,
            **NOTIFICATIONS,
            "allow_simultaneous": FLAG,
            "extra_vars": MAPPING,
            "workflow_nodes": {"type": "array", "items": NODE},
        },
        "name",
        "organization",
        "workflow_nodes",
    ),
    "controller_schedules": exactly(
        {
            **TEMPLATE,
            "unified_job_template": STRING,
            "rrule": {
                "type": "string",
                "pattern": r"^DTSTART:\d{8}T\d{6}Z RRULE:FREQ=(HOURLY|DAILY|WEEKLY);INTERVAL=\d+$",
            },
            "extra_data": MAPPING,
            "enabled": FLAG,
        },
        "name",
        "unified_job_template",
        "rrule",
    ),
}


def names(part: str) -> set[str]:
    return {item["name"] for item in DATA[part]}


def test_every_part_is_known() -> None:
    assert DATA.keys() == SCHEMA.keys()


@pytest.mark.parametrize("part", SCHEMA)
def test_data_has_the_documented_fields_only(part: str) -> None:
    jsonschema.validate(DATA[part], {"type": "array", "minItems": 1, "items": SCHEMA[part]})


def test_whatever_is_named_is_there() -> None:
    named = {
        "controller_credential_types": {item["credential_type"] for item in DATA["controller_credentials"]}
        - {"Machine"},
        "controller_projects": {item["project"] for item in DATA["controller_templates"]}
        | {item["source_project"] for item in DATA["controller_inventory_sources"]},
        "controller_inventories": {item["inventory"] for item in DATA["controller_templates"]},
        "controller_credentials": {name for item in DATA["controller_templates"] for name in item["credentials"]}
        | {item["credential"] for item in DATA["controller_inventory_sources"] if "credential" in item},
        "controller_notifications": {
            name
            for part in ("controller_templates", "controller_workflows")
            for item in DATA[part]
            for name in item.get("notification_templates_error", ())
        },
        "controller_templates": {
            node["unified_job_template"]["name"]
            for item in DATA["controller_workflows"]
            for node in item["workflow_nodes"]
        },
    }
    scheduled = {item["unified_job_template"] for item in DATA["controller_schedules"]}

    assert {part: missing for part, wanted in named.items() if (missing := wanted - names(part))} == {}
    assert scheduled <= names("controller_templates") | names("controller_workflows")


def test_playbooks_and_inventories_are_in_the_project_and_import_those_of_the_collection() -> None:
    for item in DATA["controller_templates"]:
        ((play),) = yaml.safe_load((AWX / "project" / item["playbook"]).read_text())
        imported = play["ansible.builtin.import_playbook"]
        assert (ROOT / "playbooks" / f"{imported.removeprefix('hybrid.jfrog.')}.yml").exists()
    for item in DATA["controller_inventory_sources"]:
        assert (AWX / "project" / item["source_path"]).exists()


def test_credential_types_hand_on_only_what_they_ask_for_and_hide_each_token() -> None:
    for item in DATA["controller_credential_types"]:
        fields = {field["id"]: field for field in item["inputs"]["fields"]}
        used = {name for text in item["injectors"]["env"].values() for name in re.findall(r"{{ (\w+) }}", text)}
        assert used == fields.keys() == {*item["inputs"]["required"]}
        assert [name for name, field in fields.items() if "token" in name and not field.get("secret")] == []


def test_no_secret_stands_in_the_data() -> None:
    secret = re.compile("token|key|password", re.IGNORECASE)
    given = {
        f"{item['name']}: {name}": value
        for item in DATA["controller_credentials"]
        for name, value in item["inputs"].items()
        if secret.search(name)
    }

    assert [where for where, value in given.items() if "lookup('ansible.builtin.env'" not in value] == []


def test_slices_part_no_edge_and_the_workflow_has_each_once() -> None:
    """AWX deals out hosts, not Edges. The groups are those of the inventory, and of the page."""
    (groups,) = re.findall(r"% (\d+) \+ 1", (AWX / "project/inventory/zz_groups.yml").read_text())
    page = re.findall(r"% (\d+) \+ 1", (ROOT / "docs/schedules.md").read_text())
    (workflow,) = DATA["controller_workflows"]
    slices = [node["extra_data"]["edge_hosts"] for node in workflow["workflow_nodes"]]

    assert {item["job_slice_count"] for item in DATA["controller_templates"]} == {1}
    assert page == [groups]
    assert slices == [f"edge_slice_{number}" for number in range(1, int(groups) + 1)]


def test_only_the_template_of_the_slices_runs_more_than_once_at_a_time_and_takes_their_variable() -> None:
    (workflow,) = DATA["controller_workflows"]
    template = workflow["workflow_nodes"][0]["unified_job_template"]["name"]
    at_once = [item for item in DATA["controller_templates"] if item.get("allow_simultaneous")]

    assert [(item["name"], item["ask_variables_on_launch"]) for item in at_once] == [(template, True)]
    assert workflow["allow_simultaneous"] is False


def test_readme_names_each_part_of_the_data() -> None:
    assert re.findall(r"^\| `(controller_\w+)` \|", (AWX / "README.md").read_text(), re.MULTILINE) == [*DATA]
