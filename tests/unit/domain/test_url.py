# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import url
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        pytest.param("https://edge.example.net", "https://edge.example.net/", id="no-slash"),
        pytest.param("https://edge.example.net///", "https://edge.example.net/", id="many-slashes"),
        pytest.param("HTTPS://Edge.Example.NET/", "https://edge.example.net/", id="case-of-scheme-and-host"),
        pytest.param("https://edge.example.net:443", "https://edge.example.net/", id="default-port"),
        pytest.param("http://edge.example.net:80/", "http://edge.example.net/", id="default-port-of-http"),
        pytest.param("http://edge.example.net:443", "http://edge.example.net:443/", id="the-other-default-port"),
        pytest.param("https://10.0.0.5:8082", "https://10.0.0.5:8082/", id="address-and-port"),
        pytest.param("https://[2001:DB8::1]:8082", "https://[2001:db8::1]:8082/", id="ipv6"),
        pytest.param("http://localhost:8046/bridge-x", "http://localhost:8046/bridge-x/", id="bridge"),
        pytest.param("https://h/Path", "https://h/Path/", id="case-of-the-path-counts"),
        pytest.param("https://h/?q=1", "https://h/?q=1", id="query-is-left-alone"),
        pytest.param("https://u:p@h/", "https://u:p@h/", id="credentials-are-left-alone"),
        pytest.param("https://h:99999/", "https://h:99999/", id="impossible-port-is-left-alone"),
        pytest.param("ftp://H/", "ftp://H/", id="other-scheme-is-left-alone"),
        pytest.param("https://[::g]/", "https://[::g]/", id="impossible-ipv6-is-left-alone"),
        pytest.param("not a URL", "not a URL", id="text"),
        pytest.param("", "", id="empty"),
    ],
)
def test_normal_gives_one_form(text: str, normal: str) -> None:
    assert url.normal(text) == normal


_URLS = st.builds(
    "{}://{}{}/{}".format,
    st.sampled_from(["http", "HTTPS", "https"]),
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,8}", fullmatch=True),
    st.sampled_from(["", ":80", ":443", ":8082", ":x"]),
    st.text(max_size=12),
)


@given(st.one_of(st.text(), _URLS))
def test_normal_is_idempotent_for_any_text(text: str) -> None:
    assert url.normal(url.normal(text)) == url.normal(text)


@given(_URLS)
def test_base_url_accepted_is_normal_and_accepted_again(text: str) -> None:
    if url.base_url_problem(text) is None:
        accepted = url.base_url(text, "edge_url")
        assert url.base_url(accepted, "edge_url") == accepted
        assert url.same(accepted, text)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        pytest.param("https://Edge.example.net:443", "https://edge.example.net/", True, id="same"),
        pytest.param("https://edge.example.net", "http://edge.example.net", False, id="scheme"),
        pytest.param("https://edge.example.net", "https://edge.example.net:8443", False, id="port"),
        pytest.param("http://localhost:8046/bridge-a", "http://localhost:8046/bridge-b", False, id="path"),
    ],
)
def test_same_compares_deployments(left: str, right: str, same: bool) -> None:
    assert url.same(left, right) is same


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        pytest.param("https://acme.jfrog.io", "https://acme.jfrog.io/", id="saas"),
        pytest.param("http://edge:8082/", "http://edge:8082/", id="http-and-port"),
        pytest.param("http://localhost:8046/bridge-x", "http://localhost:8046/bridge-x/", id="bridge"),
        pytest.param("https://edge_1.example.net", "https://edge_1.example.net/", id="underscore"),
        pytest.param("https://[::1]:8082", "https://[::1]:8082/", id="ipv6"),
        pytest.param("https://artifactory.example.net", "https://artifactory.example.net/", id="service-in-host-name"),
    ],
)
def test_base_url_of_a_deployment_is_accepted(text: str, accepted: str) -> None:
    assert url.base_url(text, "edge_url") == accepted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param("https://edge.example.net/artifactory", "has /artifactory in it", id="artifactory"),
        pytest.param("https://edge.example.net/artifactory/", "has /artifactory in it", id="artifactory-slash"),
        pytest.param("https://e.example.net/Artifactory/api/system", "has /artifactory in it", id="artifactory-deeper"),
        pytest.param("https://acme.jfrog.io/ui/login", "has /ui in it", id="browser-address"),
        pytest.param("https://edge.example.net/access", "has /access in it", id="federation-address"),
        pytest.param("https://edge.example.net?x=1", "query or a fragment", id="query"),
        pytest.param("https://edge.example.net/#", "query or a fragment", id="fragment"),
        pytest.param("https://admin:hunter2@edge.example.net", "it holds credentials", id="credentials"),
        pytest.param("https://edge.example.net\n", "line ends", id="line-end"),
        pytest.param(" https://edge.example.net", "blanks", id="blank"),
        pytest.param("https://edge.\u00a0example.net", "blanks", id="no-break-space"),
        pytest.param("edge.example.net", "not a URL", id="no-scheme"),
        pytest.param("ftp://edge.example.net", "not a URL", id="other-scheme"),
        pytest.param("https:///x", "not a URL", id="no-host"),
        pytest.param("https://edge:80x", "not a URL", id="port-no-number"),
        pytest.param("https://edge:0", "not a URL", id="port-zero"),
        pytest.param("https://[::1", "not a URL", id="half-ipv6"),
        pytest.param("https://[v1.x]/", "not a URL|no host name", id="impossible-ipv6"),
        pytest.param("https://édge.example.net", "no host name", id="not-ascii"),
        pytest.param("https://-edge", "no host name", id="hyphen-first"),
        pytest.param("https://edge/a/../b", "path .* is not plain", id="dots"),
        pytest.param("https://edge/a//b", "path .* is not plain", id="double-slash"),
        pytest.param("https://edge/a{b}", "path .* is not plain", id="template-left-over"),
    ],
)
def test_base_url_of_something_else_is_refused_with_a_remedy(text: str, words: str) -> None:
    with pytest.raises(InventoryError, match=rf"^Cannot use edge_url: .*({words})") as refused:
        url.base_url(text, "edge_url")
    assert refused.value.details == {"setting": "edge_url"}
    assert "hunter2" not in refused.value.msg


@pytest.mark.parametrize(
    ("text", "bridge"),
    [
        pytest.param("http://localhost:8046/bridge-acme-1", True, id="bridge"),
        pytest.param("http://127.0.0.1:8046/bridge-a/", True, id="bridge-by-address"),
        pytest.param("http://localhost:8046/", False, id="no-bridge-id"),
        pytest.param("http://localhost:8082/bridge-a", False, id="other-port"),
        pytest.param("https://edge.example.net/bridge-a", False, id="other-host"),
    ],
)
def test_is_bridge_recognises_the_bridge_address(text: str, bridge: bool) -> None:
    assert url.is_bridge(text) is bridge


def test_host_of_no_url_is_none() -> None:
    assert (url.host("https://[::1"), url.host("rubbish"), url.host("https://E:1/")) == (None, None, "e")
