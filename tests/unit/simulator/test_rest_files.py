# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories and the files in them: control-plane-api.md 6.4 and 6.6, and JFrog's pages about both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.repositories import EDGE_UPLOADS
from simulator.simulator import Simulator
from simulator.sites import Edge, Site
from unit.simulator.calling import Client, message

REPOSITORIES = "/artifactory/api/repositories"
STORAGE = "/artifactory/api/storage"
PROOF = b"here I am\n"
SHA1, MD5, SHA256 = (hashlib.new(name, PROOF).hexdigest() for name in ("sha1", "md5", "sha256"))
LOCAL = {"rclass": "local", "packageType": "generic"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulator, Client]]:
    """Platform acme with a proof in generic-local, for tests that only look."""
    with Simulator(tmp_path_factory.mktemp("simulator")) as running:
        platform = running.add_platform("acme")
        platform.repositories.create("generic-local", platform.now(), "admin")
        platform.repositories.store("generic-local", "a/b/proof.txt", PROOF, platform.now(), "admin")
        yield running, Client(running)


def stored(site: Site, folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_repository_is_created_listed_shown_and_deleted(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    made = call(acme, "PUT", f"{REPOSITORIES}/generic-local", json={**LOCAL, "description": "for proofs"})
    assert (made.status_code, made.text) == (200, "Successfully created repository 'generic-local' \n")
    assert call(acme, "GET", REPOSITORIES).json() == [
        {
            "key": "generic-local",
            "description": "for proofs",
            "type": "LOCAL",
            "url": f"{acme.url}/artifactory/generic-local",
            "packageType": "Generic",
        }
    ]
    shown = call(acme, "GET", f"{REPOSITORIES}/generic-local").json()
    assert shown == {"key": "generic-local", "description": "for proofs", **LOCAL}
    assert call(acme, "DELETE", f"{REPOSITORIES}/generic-local").status_code == 200
    assert call(acme, "GET", REPOSITORIES).json() == []


def test_repository_is_updated_field_by_field(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    call(acme, "PUT", f"{REPOSITORIES}/generic-local", json={**LOCAL, "description": "old", "notes": "stay"})
    call(acme, "POST", f"{REPOSITORIES}/generic-local", json={"description": "new"})
    shown = call(acme, "GET", f"{REPOSITORIES}/generic-local").json()
    assert (shown["description"], shown["notes"]) == ("new", "stay")


@pytest.mark.parametrize(
    ("method", "key", "body", "status", "text"),
    [
        pytest.param("PUT", "Generic-Local", LOCAL, 400, "Case insensitive repository key already exists", id="twice"),
        pytest.param("PUT", "x", {**LOCAL, "rclass": "remote"}, 400, "No valid rclass 'remote'", id="remote"),
        pytest.param("PUT", "x", {**LOCAL, "key": "y"}, 400, "The repository key in the body differs", id="two-keys"),
        pytest.param("PUT", "x", {**LOCAL, "colour": "red"}, 400, 'Unrecognized field "colour"', id="unknown-field"),
        pytest.param("POST", "x", LOCAL, 400, "Bad Request", id="update-of-nothing"),
        pytest.param("DELETE", "x", None, 404, "Not Found", id="delete-of-nothing"),
    ],
)
def test_repository_call_is_refused(
    shared: tuple[Simulator, Client], method: str, key: str, body: dict[str, str] | None, status: int, text: str
) -> None:
    running, call = shared
    response = call(running.platform, method, f"{REPOSITORIES}/{key}", json=body)
    assert response.status_code == status
    assert message(response).startswith(text)


@pytest.mark.parametrize("status", [400, 404])
def test_unknown_repository_has_one_of_two_answers(shared: tuple[Simulator, Client], status: int) -> None:
    running, call = shared
    running.switches.unknown_repository_status = status
    response = call(running.platform, "GET", f"{REPOSITORIES}/nope")
    running.switches.unknown_repository_status = 400
    assert response.status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"type": "local"}, ["generic-local"]),
        ({"packageType": "GENERIC"}, ["generic-local"]),
        ({"type": "remote"}, []),
    ],
)
def test_list_of_repositories_is_filtered(
    shared: tuple[Simulator, Client], query: dict[str, str], found: list[str]
) -> None:
    running, call = shared
    assert [one["key"] for one in call(running.platform, "GET", REPOSITORIES, params=query).json()] == found


def test_file_is_deployed_with_its_checksums_computed(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    acme.repositories.create("generic-local", acme.now(), "admin")
    sent = {"X-Checksum-Sha256": SHA256}
    response = call(acme, "PUT", "/artifactory/generic-local/a/proof.txt", data=PROOF, headers=sent)
    body = response.json()
    assert response.status_code == 201
    assert (body["repo"], body["path"], body["size"]) == ("generic-local", "/a/proof.txt", "10")
    assert body["checksums"] == {"sha1": SHA1, "md5": MD5, "sha256": SHA256}
    assert body["originalChecksums"] == {"sha256": SHA256}
    assert body["downloadUri"] == f"{acme.url}/artifactory/generic-local/a/proof.txt"
    assert body["uri"] == f"{acme.url}/artifactory/api/storage/generic-local/a/proof.txt"
    assert stored(acme, acme.storage) == [PROOF]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_download_has_the_checksums_in_headers(shared: tuple[Simulator, Client], method: str) -> None:
    running, call = shared
    response = call(running.platform, method, "/artifactory/generic-local/a/b/proof.txt")
    names = ("X-Checksum-Sha1", "X-Checksum-Md5", "X-Checksum-Sha256")
    assert [response.headers[name] for name in names] == [SHA1, MD5, SHA256]
    assert (response.content, response.headers["content-length"]) == (PROOF if method == "GET" else b"", "10")


def test_folder_shows_its_children(shared: tuple[Simulator, Client]) -> None:
    running, call = shared
    body = call(running.platform, "GET", f"{STORAGE}/generic-local/a/b").json()
    assert (body["path"], body["children"]) == ("/a/b", [{"uri": "/proof.txt", "folder": False}])
    root = call(running.platform, "GET", f"{STORAGE}/generic-local").json()
    assert (root["path"], root["children"]) == ("/", [{"uri": "/a", "folder": True}])
    assert "checksums" not in root


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("list", [], id="files-of-the-folder-itself"),
        pytest.param("list&listFolders=1", ["/b"], id="and-its-folders"),
        pytest.param("list&deep=1", ["/b/proof.txt"], id="deep"),
        pytest.param("list&deep=1&listFolders=1&depth=1", ["/b"], id="not-so-deep"),
    ],
)
def test_folder_is_listed_as_deep_as_asked(shared: tuple[Simulator, Client], query: str, found: list[str]) -> None:
    running, call = shared
    body = call(running.platform, "GET", f"{STORAGE}/generic-local/a?{query}").json()
    assert [one["uri"] for one in body["files"]] == found
    assert all(one["sha2"] == SHA256 for one in body["files"] if not one["folder"])


def test_file_is_no_folder_to_list(shared: tuple[Simulator, Client]) -> None:
    running, call = shared
    response = call(running.platform, "GET", f"{STORAGE}/generic-local/a/b/proof.txt?list")
    assert (response.status_code, message(response)) == (400, "Expected a folder but found a file")


def test_file_info_is_what_the_deployment_said(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    acme.repositories.create("generic-local", acme.now(), "admin")
    said = call(acme, "PUT", "/artifactory/generic-local/proof.txt", data=PROOF).json()
    assert call(acme, "GET", f"{STORAGE}/generic-local/proof.txt").json() == said


def test_folder_can_be_made_and_goes_with_all_that_is_in_it(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    acme.repositories.create("generic-local", acme.now(), "admin")
    assert call(acme, "PUT", "/artifactory/generic-local/a/").status_code == 201
    call(acme, "PUT", "/artifactory/generic-local/a/proof.txt", data=PROOF)
    assert call(acme, "DELETE", "/artifactory/generic-local/a").status_code == 204
    assert call(acme, "GET", f"{STORAGE}/generic-local").json()["children"] == []
    assert stored(acme, acme.storage) == []


def test_bytes_stay_as_long_as_one_file_has_them(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    acme.repositories.create("generic-local", acme.now(), "admin")
    for name in ("one", "two"):
        call(acme, "PUT", f"/artifactory/generic-local/{name}", data=PROOF)
    call(acme, "DELETE", "/artifactory/generic-local/one")
    assert call(acme, "GET", "/artifactory/generic-local/two").content == PROOF


@pytest.mark.parametrize(
    ("digest", "status"),
    [pytest.param(SHA1, 201, id="known"), pytest.param("0" * 40, 404, id="unknown")],
)
def test_deployment_by_checksum_needs_a_file_that_is_there(
    simulator: Simulator, call: Client, digest: str, status: int
) -> None:
    acme = simulator.platform
    acme.repositories.create("generic-local", acme.now(), "admin")
    acme.repositories.store("generic-local", "proof.txt", PROOF, acme.now(), "admin")
    headers = {"X-Checksum-Deploy": "true", "X-Checksum-Sha1": digest}
    assert call(acme, "PUT", "/artifactory/generic-local/copy.txt", headers=headers).status_code == status
    found = call(acme, "GET", "/artifactory/generic-local/copy.txt")
    assert found.content == PROOF if status == 201 else found.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "text"),
    [
        pytest.param("GET", "generic-local/nope", {}, 404, "File not found.", id="no-file"),
        pytest.param("GET", "nope/proof.txt", {}, 404, "File not found.", id="no-repository"),
        pytest.param("GET", "api/storage/generic-local/nope", {}, 404, "Unable to find item", id="no-info"),
        pytest.param("DELETE", "generic-local/nope", {}, 404, "File not found.", id="nothing-to-delete"),
        pytest.param(
            "PUT", "nope/x", {}, 404, "Could not find a local repository named nope to deploy to.", id="deploy-nowhere"
        ),
        pytest.param(
            "PUT",
            "generic-local/x",
            {"X-Checksum-Sha256": "0" * 64},
            409,
            "Checksum policy 'LocalRepoChecksumPolicy: CLIENT' rejected the artifact 'generic-local:x'.",
            id="wrong-checksum",
        ),
        pytest.param("PUT", "generic-local/x;colour=red", {}, 400, "Properties are not simulated", id="properties"),
    ],
)
def test_file_call_is_refused(
    shared: tuple[Simulator, Client], method: str, path: str, headers: dict[str, str], status: int, text: str
) -> None:
    running, call = shared
    response = call(running.platform, method, f"/artifactory/{path}", headers=headers)
    assert response.status_code == status
    assert message(response).startswith(text)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/artifactory/generic-local/a/b/proof.txt", 200, id="read"),
        pytest.param("GET", REPOSITORIES, 200, id="list"),
        pytest.param("PUT", "/artifactory/generic-local/x", 403, id="deploy"),
        pytest.param("DELETE", "/artifactory/generic-local/a", 403, id="delete"),
        pytest.param("DELETE", f"{REPOSITORIES}/generic-local", 403, id="delete-repository"),
    ],
)
def test_only_admins_change_things(shared: tuple[Simulator, Client], method: str, path: str, status: int) -> None:
    running, call = shared
    reader = running.platform.admin_token(username="reader", scope="applied-permissions/user")
    assert call(running.platform, method, path, token=reader).status_code == status
    assert call(running.platform, method, path, token="").status_code == 401


@pytest.mark.parametrize(("taken", "status"), [(False, 403), (True, 201)])
def test_edge_takes_uploads_in_one_repository_only(
    simulator: Simulator, call: Client, lyon: Edge, taken: bool, status: int
) -> None:
    simulator.switches.edge_takes_uploads = taken
    assert call(lyon, "PUT", f"{REPOSITORIES}/generic-local", json=LOCAL).status_code == 200
    assert call(lyon, "PUT", "/artifactory/generic-local/x", data=PROOF).status_code == status
    assert call(lyon, "PUT", f"/artifactory/{EDGE_UPLOADS}/x", data=PROOF).status_code == 201


@pytest.mark.parametrize(
    ("version", "folder"),
    [
        pytest.param("7.104.2", "var/data/artifactory/filestore", id="7"),
        pytest.param("6.23.1", "data/filestore", id="6"),
    ],
)
def test_bytes_of_an_edge_are_in_its_tree(simulator: Simulator, call: Client, version: str, folder: str) -> None:
    edge = simulator.add_edge("porto", version=version)
    call(edge, "PUT", f"/artifactory/{EDGE_UPLOADS}/x", data=PROOF)
    assert (edge.nodes[0].home / folder / SHA1[:2] / SHA1).read_bytes() == PROOF


def test_nodes_of_an_edge_have_one_set_of_files(simulator: Simulator, call: Client) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    call(osaka, "PUT", f"/artifactory/{EDGE_UPLOADS}/x", data=PROOF, url=osaka.nodes[0].url)
    assert call(osaka, "GET", f"/artifactory/{EDGE_UPLOADS}/x", url=osaka.nodes[1].url).content == PROOF
