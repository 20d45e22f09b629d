# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of Artifactory: the base URL in its XML, and calls that a deployment makes for us."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import configuration as module
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.configuration import Configuration, read_base_url
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from simulator.simulator import Simulator
from unit.client.stub_server import Stub, serve

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = ' xmlns="http://artifactory.jfrog.org/xsd/3.1.0"'
BOMB = '<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def session(simulator: Simulator, site: Any, **options: Any) -> JFrogSession:
    return JFrogSession(site.url, site.admin_token(), verify=str(simulator.ca_path), **options)


def test_base_url_is_set_and_read_back(simulator: Simulator) -> None:
    found = Configuration(session(simulator, simulator.add_edge("lyon")))

    before = found.base_url()
    found.set_base_url("https://edge.example.net/?a=1&b=<2>")

    assert (before, found.base_url()) == (None, "https://edge.example.net/?a=1&b=<2>")
    assert [call.method for call in simulator.calls.writes] == ["PUT"]


@pytest.mark.parametrize(
    ("page", "url"),
    [
        pytest.param(f"<config{SPACE}></config>", None, id="none"),
        pytest.param(f"<config{SPACE}><urlBase/></config>", None, id="empty"),
        pytest.param(f"<config{SPACE}><urlBase>\n https://a.b/\n</urlBase></config>", "https://a.b/", id="blanks"),
        pytest.param(f"<config{SPACE}><urlBase>https://a.b/?x&amp;y</urlBase></config>", "https://a.b/?x&y", id="amp"),
        pytest.param(
            "<config><proxies><urlBase>https://x.y/</urlBase></proxies></config>", None, id="of-something-else"
        ),
        pytest.param(
            '<c:config xmlns:c="urn:c"><c:urlBase>https://a.b/</c:urlBase></c:config>', "https://a.b/", id="prefixed"
        ),
    ],
)
def test_base_url_is_found_where_it_belongs(page: str, url: str | None) -> None:
    with serve(Stub(body=(HEAD + page).encode())) as stub:
        assert read_base_url(JFrogSession(stub.url, "t", peer=EDGE)) == url


@pytest.mark.parametrize(
    ("page", "says"),
    [
        pytest.param("", "an empty body", id="empty"),
        pytest.param("<html><title>Log in</title></html>", 'a web page ("Log in")', id="login-page"),
        pytest.param("{}", "a body of an unknown shape", id="json"),
        pytest.param("<config><urlBase>", "a body of an unknown shape", id="cut-off"),
        pytest.param("<other/>", "a body of an unknown shape", id="another-document"),
        pytest.param(f"{BOMB}<config><urlBase>&b;</urlBase></config>", "a body of an unknown shape", id="entities"),
        pytest.param("<config>" + " " * 200 + "</config>", "a body of an unknown shape", id="too-large"),
    ],
)
def test_answer_that_is_no_configuration_is_refused(monkeypatch: pytest.MonkeyPatch, page: str, says: str) -> None:
    monkeypatch.setattr(module, "_LARGEST", 200)
    with serve(Stub(body=page.encode())) as stub, pytest.raises(ApiError) as caught:
        read_base_url(JFrogSession(stub.url, "t", peer=EDGE))

    assert caught.value.msg.startswith(f"Cannot read the custom base URL at the Edge {stub.url}: it answered 200 with ")
    assert says in caught.value.msg


def test_edge_calls_the_platform_for_us_and_changes_nothing(simulator: Simulator) -> None:
    lyon = simulator.add_edge("lyon")
    configuration = Configuration(session(simulator, lyon, read_only=True))

    configuration.verify_connection(f"{simulator.platform.url}/artifactory/api/system/ping")

    assert simulator.calls.writes == []
    assert [call.path for call in simulator.calls.find(site="acme")] == ["/artifactory/api/system/ping"]


def test_what_the_edge_gets_there_is_told(simulator: Simulator) -> None:
    configuration = Configuration(session(simulator, simulator.add_edge("lyon"), peer=EDGE))

    with pytest.raises(ApiError) as caught:
        configuration.verify_connection("https://127.0.0.1:1/artifactory/api/system/ping")

    assert (caught.value.details["http_status"], caught.value.details["api_errors"]) == (
        400,
        ["Received error from endpoint url: Connection refused"],
    )
