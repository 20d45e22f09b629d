# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import jpd_inventory as jpds
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError

LYON = {
    "id": "JPD-7",
    "name": "lyon",
    "url": "https://edge-lyon.example.net",
    "base_url": "https://edge-lyon.example.net",
    "status": {"code": "ONLINE", "message": "fine", "warnings": []},
    "local": False,
    "services": [{"type": "ARTIFACTORY", "status": {"code": "ONLINE"}}],
    "licenses": [{"type": "EDGE_TRIAL", "expired": False, "license_key": "marked-secret"}],
    "location": {"city_name": "Lyon", "country_code": "fr", "latitude": 45.764, "longitude": 4.8357},
    "tags": ["prod"],
    "token": "marked-secret",
}


def known(**changes: Any) -> jpds.Known:
    return jpds.known({**LYON, **changes})


@pytest.mark.parametrize(
    ("changes", "variable", "expected"),
    [
        pytest.param({}, "status", "ONLINE", id="status-object"),
        pytest.param({"status": "PARTIAL"}, "status", "PARTIAL", id="status-word"),
        pytest.param({"status": None}, "status", "UNKNOWN", id="no-status"),
        pytest.param({"services": None}, "services", [], id="no-services"),
        pytest.param(
            {"services": [{"type": "JFMC", "status": "OFFLINE"}, 1]},
            "services",
            [{"type": "JFMC", "status": "OFFLINE"}],
            id="service-with-a-word",
        ),
        pytest.param({"base_url": None}, "base_url", "", id="no-base-url"),
        pytest.param({"licenses": None}, "licenses", [], id="no-licences"),
    ],
)
def test_fields_that_may_be_missing_or_differ(changes: dict[str, Any], variable: str, expected: Any) -> None:
    """control-plane-api.md, Traps 10."""
    assert jpds.variables(known(**changes), "x_")[f"x_{variable}"] == expected


def test_only_known_fields_are_kept() -> None:
    assert "marked-secret" not in str(known())


@pytest.mark.parametrize("item", [None, "text", 7, []])
def test_entry_that_is_no_object_is_an_error(item: Any) -> None:
    with pytest.raises(ApiError, match="an entry is no object"):
        jpds.known(item)


def test_groups_leave_out_what_is_not_known() -> None:
    bare = known(location=None, tags=[], status={"code": "OFFLINE"})

    assert jpds.group_names(bare, "x_", ["tag", "city", "country", "status"]) == ["x_status_OFFLINE"]
    assert jpds.group_names(known(), "x_", ["country", "tag"]) == ["x_country_FR", "x_tag_prod"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "edge-lyon.example.net", id="direct"),
        pytest.param({"url": "http://localhost:8046/bridge-lyon/"}, "edge-lyon.example.net", id="behind-a-bridge"),
        pytest.param(
            {"url": "http://localhost:8046/bridge-lyon/", "base_url": None}, "localhost", id="bridge-without-base-url"
        ),
        pytest.param({"url": None, "base_url": None}, "", id="nothing"),
    ],
)
def test_host_of_the_url(changes: dict[str, Any], expected: str) -> None:
    assert jpds.url_host(known(**changes)) == expected
