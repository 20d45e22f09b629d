# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import deployment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, DELETE, NONE, UPDATE
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Deployment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, ConflictError

LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}
NOWHERE = {"city_name": None, "country_code": None, "latitude": None, "longitude": None}
WANTED = Deployment("lyon", "https://lyon.example.net", LYON, ("prod", "hybrid"))


def jpd(identifier: str = "JPD-7", name: str = "lyon", url: str = "https://lyon.example.net/", **changed: Any) -> Any:
    answer = {"id": identifier, "name": name, "url": url, "status": {"code": "ONLINE", "message": "All services"}}
    return deployment.from_api({**answer, "location": LYON, "tags": ["hybrid", "prod"], **changed})


HOME = jpd("JPD-1", "HOME", "https://acme.example.net/", local=True)


def test_from_api_of_a_full_answer_keeps_what_is_managed_and_reported() -> None:
    answer = {
        "id": "JPD-7",
        "name": "lyon",
        "url": "HTTPS://Lyon.example.net:443",
        "base_url": "https://inner.example.net",
        "status": {"code": "ONLINE", "message": "All services are online", "warnings": []},
        "local": False,
        "services": [{"type": "ARTIFACTORY", "status": {"code": "ONLINE"}}],
        "licenses": [{"type": "EDGE_TRIAL", "expired": False, "licensed_to": "A", "license_hash": "0a", "key": "x"}],
        "location": {**LYON, "country_code": "fr", "latitude": "45.764", "region": "ARA"},
        "tags": ["prod", "hybrid", "prod"],
    }
    assert deployment.from_api(answer) == {
        "id": "JPD-7",
        "name": "lyon",
        "url": "https://lyon.example.net/",
        "status": {"code": "ONLINE", "message": "All services are online"},
        "local": False,
        "location": LYON,
        "tags": ["hybrid", "prod"],
        "licenses": [
            {"type": "EDGE_TRIAL", "expired": False, "licensed_to": "A", "license_hash": "0a", "valid_through": None}
        ],
    }


def test_from_api_of_an_empty_answer_has_every_key() -> None:
    assert deployment.from_api({}) == {
        "id": "",
        "name": "",
        "url": "",
        "status": {"code": "UNKNOWN", "message": ""},
        "local": False,
        "location": NOWHERE,
        "tags": [],
        "licenses": [],
    }


@pytest.mark.parametrize(
    ("answer", "key", "value"),
    [
        pytest.param({"status": "ONLINE"}, "status", {"code": "ONLINE", "message": ""}, id="status-as-a-word"),
        pytest.param({"status": {}}, "status", {"code": "UNKNOWN", "message": ""}, id="status-empty"),
        pytest.param({"base_url": "https://e"}, "url", "https://e/", id="only-base-url"),
        pytest.param({"local": True}, "local", True, id="local"),
        pytest.param({"is_local": True}, "local", True, id="local-in-the-ui"),
        pytest.param({"id": "JPD-1"}, "local", True, id="home-by-id"),
        pytest.param({"tags": None}, "tags", [], id="tags-null"),
        pytest.param({"licenses": [None, "x"]}, "licenses", [], id="licences-odd"),
        pytest.param({"location": "Lyon"}, "location", NOWHERE, id="location-odd"),
        pytest.param(
            {"location": {"latitude": "north", "longitude": []}},
            "location",
            {**NOWHERE, "latitude": "north", "longitude": []},
            id="coordinates-odd",
        ),
        pytest.param(
            {"location": {"latitude": 10**400, "longitude": 4}},
            "location",
            {**NOWHERE, "latitude": 10**400, "longitude": 4.0},
            id="coordinate-larger-than-a-float",
        ),
    ],
)
def test_from_api_of_an_odd_answer_is_put_into_form(answer: dict[str, Any], key: str, value: Any) -> None:
    assert dict(deployment.from_api(answer))[key] == value


@pytest.mark.parametrize("answer", [None, "JPD-1", ["JPD-1"]])
def test_from_api_of_no_object_is_refused(answer: Any) -> None:
    with pytest.raises(ApiError, match="an entry is no object"):
        deployment.from_api(answer)


def test_to_api_of_a_new_deployment_has_every_field() -> None:
    assert WANTED.to_api("secret") == {
        "name": "lyon",
        "url": "https://lyon.example.net/",
        "location": LYON,
        "tags": ["hybrid", "prod"],
        "token": "secret",
    }


@pytest.mark.parametrize(
    ("tags", "current", "sent"),
    [
        pytest.param(None, None, [], id="new-not-managed"),
        pytest.param(None, jpd(tags=["mine"]), ["mine"], id="not-managed-is-kept"),
        pytest.param((), jpd(tags=["mine"]), [], id="managed-and-empty"),
        pytest.param(("b", "a", "b"), jpd(tags=["mine"]), ["a", "b"], id="managed"),
    ],
)
def test_to_api_sends_tags_always_because_put_replaces(tags: Any, current: Any, sent: list[str]) -> None:
    body = Deployment("lyon", "https://lyon.example.net", LYON, tags).to_api(current=current)
    assert body["tags"] == sent
    assert "token" not in body


_DEPLOYMENTS = st.builds(
    Deployment,
    st.text(min_size=1),
    st.sampled_from(["https://a.example.net", "HTTP://B:80/", "http://localhost:8046/bridge-x"]),
    st.fixed_dictionaries(
        {
            "city_name": st.text(),
            "country_code": st.text("abcXYZ", min_size=2, max_size=2),
            "latitude": st.one_of(st.integers(-90, 90), st.floats(-90, 90)),
            "longitude": st.one_of(st.integers(-180, 180), st.floats(-180, 180)),
        }
    ),
    st.one_of(st.none(), st.lists(st.text(), max_size=4).map(tuple)),
)


@given(_DEPLOYMENTS)
def test_change_after_what_was_sent_came_back_is_none(wanted: Deployment) -> None:
    stored = deployment.from_api({"id": "JPD-2", **wanted.to_api()})
    assert deployment.change(stored, wanted).action == NONE


@pytest.mark.parametrize(
    ("changed", "drift"),
    [
        pytest.param({"name": "old"}, ["name"], id="name"),
        pytest.param({"url": "https://old.example.net"}, ["url"], id="url"),
        pytest.param({"location": {**LYON, "latitude": 1}}, ["location"], id="location"),
        pytest.param({"tags": ["hybrid"]}, ["tags"], id="tags"),
        pytest.param({"name": "old", "tags": []}, ["name", "tags"], id="two"),
    ],
)
def test_change_of_a_registered_jpd_names_what_differs(changed: dict[str, Any], drift: list[str]) -> None:
    found = deployment.change(jpd(**changed), WANTED)
    assert (found.action, found.drift) == (UPDATE, drift)
    assert found.after == WANTED.as_facts()


def test_change_without_a_jpd_creates_and_without_a_wish_deletes() -> None:
    assert deployment.change(None, WANTED).action == CREATE
    assert deployment.change(jpd(), None).action == DELETE
    assert deployment.change(None, None).action == NONE


def test_change_with_tags_not_managed_leaves_them() -> None:
    wanted = Deployment("lyon", "https://lyon.example.net", LYON)
    assert deployment.change(jpd(tags=["mine"]), wanted).action == NONE


@pytest.mark.parametrize(
    ("jpds", "adopt", "identifier"),
    [
        pytest.param([], False, None, id="nothing-registered"),
        pytest.param([HOME], False, None, id="only-the-platform"),
        pytest.param([HOME, jpd()], False, "JPD-7", id="url-and-name"),
        pytest.param([jpd(url="https://LYON.example.net:443")], False, "JPD-7", id="url-in-another-form"),
        pytest.param([jpd(name="old")], False, "JPD-7", id="url-only-is-a-rename"),
        pytest.param([jpd(url="https://old.example.net/")], True, "JPD-7", id="name-only-adopted"),
        pytest.param([jpd(name="Lyon", url="https://x.example.net")], False, None, id="name-in-other-case-is-another"),
    ],
)
def test_match_finds_the_edge(jpds: list[Any], adopt: bool, identifier: str | None) -> None:
    found = deployment.match(jpds, WANTED, adopt_by_name=adopt)
    assert (found and found["id"]) == identifier


@pytest.mark.parametrize(
    ("jpds", "wanted", "adopt", "words", "ids"),
    [
        pytest.param(
            [jpd(url="https://old.example.net/")],
            WANTED,
            False,
            "its name belongs to JPD-7 'lyon' with another URL, https://old.example.net/.*edge_adopt_by_name",
            ["JPD-7"],
            id="name-only",
        ),
        pytest.param(
            [jpd("JPD-7", "old"), jpd("JPD-8", "lyon", "https://x.example.net/")],
            WANTED,
            True,
            "JPD-7 'old' has its URL, but its name belongs to JPD-8 'lyon' with URL https://x.example.net/",
            ["JPD-7", "JPD-8"],
            id="url-and-name-are-two",
        ),
        pytest.param(
            [jpd("JPD-7", "a"), jpd("JPD-8", "b")],
            WANTED,
            True,
            "JPD-7 'a' and JPD-8 'b' have its URL",
            ["JPD-7", "JPD-8"],
            id="two-with-the-url",
        ),
        pytest.param(
            [jpd("JPD-7", url="https://x"), jpd("JPD-8", url="https://y")],
            WANTED,
            True,
            "JPD-7 'lyon' and JPD-8 'lyon' have its name",
            ["JPD-7", "JPD-8"],
            id="two-with-the-name",
        ),
        pytest.param(
            [HOME],
            Deployment("lyon", "https://acme.example.net", LYON),
            True,
            "JPD-1 'HOME' is the platform itself",
            ["JPD-1"],
            id="home-by-url",
        ),
        pytest.param(
            [HOME],
            Deployment("HOME", "https://lyon.example.net", LYON),
            True,
            "JPD-1 'HOME' is the platform itself",
            ["JPD-1"],
            id="home-by-name",
        ),
    ],
)
def test_match_contradiction_is_a_conflict(
    jpds: list[Any], wanted: Deployment, adopt: bool, words: str, ids: list[str]
) -> None:
    with pytest.raises(ConflictError, match=rf"^Cannot manage the JPD of Edge .*: {words}.*\.$") as refused:
        deployment.match(jpds, wanted, adopt_by_name=adopt)
    assert [found["id"] for found in refused.value.details["jpds"]] == ids
