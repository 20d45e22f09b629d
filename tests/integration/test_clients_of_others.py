# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that others wrote for the real product, against the simulator: a check on that, not on this collection."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from artifactory import ArtifactoryPath
from dohq_artifactory import RepositoryLocal
from pyartifactory import Artifactory
from pyartifactory.exception import ArtifactNotFoundError, RepositoryAlreadyExistsError, RepositoryNotFoundError
from pyartifactory.models import LocalRepository
from pyartifactory.models.repository import PackageTypeEnum

from simulator.simulator import Simulator

FOLDER = Path(__file__).parent / "clients"
MODULES = Path(__file__).resolve().parents[2] / ".venv/clients/node_modules"
NODE = shutil.which("node")
PROOF = b"here I am\n"
SUMS = {name: hashlib.new(name, PROOF).hexdigest() for name in ("sha1", "md5", "sha256")}
# npm is no part of what `make` installs on a developer's machine; the pipeline has it.
needs_node = pytest.mark.skipif(
    (NODE is None or not MODULES.exists()) and not os.environ.get("CI"),
    reason="jfrog-client-js is not installed (apt-get install nodejs npm, then make integration)",
)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("simulator")) as running:
        running.add_platform("acme")
        yield running


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "proof.txt"
    path.write_bytes(PROOF)
    return path


@pytest.fixture(params=["platform", "edge"])
def place(simulator: Simulator, request: pytest.FixtureRequest) -> tuple[str, str, str]:
    """The base URL, an admin's token, and a repository that takes uploads: of the platform, and of an Edge."""
    if request.param == "platform":
        site = simulator.platform
        site.repositories.create("generic-local", site.now(), "admin")
        return site.url, site.admin_token(), "generic-local"
    names = {edge.name for edge in simulator.edges}
    edge = simulator.edge("lyon") if "lyon" in names else simulator.add_edge("lyon")
    return edge.url, edge.admin_token(), "artifactory-edge-uploads"


# pyartifactory


@pytest.fixture
def pyartifactory(simulator: Simulator, place: tuple[str, str, str]) -> Artifactory:
    return Artifactory(url=f"{place[0]}/artifactory", access_token=place[1], verify=str(simulator.ca_path))


def test_pyartifactory_deploys_shows_downloads_and_deletes(
    pyartifactory: Artifactory, place: tuple[str, str, str], proof: Path, tmp_path: Path
) -> None:
    where = f"{place[2]}/py/proof.txt"
    deployed = pyartifactory.artifacts.deploy(proof, where)
    assert deployed.checksums.model_dump() == SUMS
    assert (deployed.size, deployed.originalChecksums.sha256) == (len(PROOF), SUMS["sha256"])
    shown = pyartifactory.artifacts.info(where)
    assert shown == deployed
    folder = pyartifactory.artifacts.info(f"{place[2]}/py")
    assert [(child.uri, child.folder) for child in folder.children] == [("/proof.txt", False)]
    assert pyartifactory.artifacts.download(where, str(tmp_path / "down")).read_bytes() == PROOF
    listed = pyartifactory.artifacts.list(f"{place[2]}/py")
    assert [(one.uri, one.size, one.sha2) for one in listed.files] == [("/proof.txt", len(PROOF), SUMS["sha256"])]
    pyartifactory.artifacts.delete(where)
    with pytest.raises(ArtifactNotFoundError):
        pyartifactory.artifacts.info(where)


def test_pyartifactory_deploys_by_checksum(
    pyartifactory: Artifactory, place: tuple[str, str, str], proof: Path
) -> None:
    where = f"{place[2]}/py"
    pyartifactory.artifacts.deploy(proof, f"{where}/one.txt")
    assert pyartifactory.artifacts.deploy(proof, f"{where}/two.txt", checksum_enabled=True).size == len(PROOF)
    proof.write_bytes(b"never seen")
    with pytest.raises(ArtifactNotFoundError):
        pyartifactory.artifacts.deploy(proof, f"{where}/three.txt", checksum_enabled=True)


def test_pyartifactory_makes_lists_and_removes_repositories(pyartifactory: Artifactory) -> None:
    wanted = LocalRepository(key="py-local", packageType=PackageTypeEnum.generic, description="for pyartifactory")
    made = pyartifactory.repositories.create_repo(wanted)
    assert (made.key, made.description) == ("py-local", "for pyartifactory")
    with pytest.raises(RepositoryAlreadyExistsError):
        pyartifactory.repositories.create_repo(wanted)
    wanted.description = "changed"
    assert pyartifactory.repositories.update_repo(wanted).description == "changed"
    assert "py-local" in [one.key for one in pyartifactory.repositories.list()]
    pyartifactory.repositories.delete("py-local")
    with pytest.raises(RepositoryNotFoundError):
        pyartifactory.repositories.get_repo("py-local")


def test_pyartifactory_makes_tokens_and_cannot_revoke_them(simulator: Simulator, place: tuple[str, str, str]) -> None:
    # It puts the path of Access behind its URL, so that has to be the platform's and not Artifactory's.
    client = Artifactory(url=place[0], access_token=place[1], verify=str(simulator.ca_path))
    made = client.security.create_access_token("admin", expires_in=36_000, scope="applied-permissions/admin")
    assert made.scope == "applied-permissions/admin"
    as_its_owner = Artifactory(
        url=f"{place[0]}/artifactory", access_token=made.access_token, verify=str(simulator.ca_path)
    )
    assert as_its_owner.repositories.list()
    # It sends a form, where the page about revoking has a JSON object (control-plane-api.md 3.2).
    assert client.security.revoke_access_token(made.access_token) is False


# dohq-artifactory


@pytest.fixture
def dohq(simulator: Simulator, place: tuple[str, str, str]) -> Callable[[str], ArtifactoryPath]:
    # Its calls for repositories and queries verify with the session's CA, and take the token of a session from there.
    session = requests.Session()
    session.verify = str(simulator.ca_path)
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {place[1]}"

    def path(where: str) -> ArtifactoryPath:
        return ArtifactoryPath(f"{place[0]}/artifactory/{where}", verify=session.verify, session=session)

    return path


def test_dohq_deploys_shows_downloads_and_deletes(
    dohq: Callable[[str], ArtifactoryPath], place: tuple[str, str, str], proof: Path, tmp_path: Path
) -> None:
    path = dohq(f"{place[2]}/dohq/proof.txt")
    assert not path.exists()
    path.deploy_file(str(proof))
    shown = path.stat()
    assert {"sha1": shown.sha1, "md5": shown.md5, "sha256": shown.sha256} == SUMS
    assert (shown.size, shown.is_dir, shown.created_by) == (len(PROOF), False, "admin")
    assert path.read_bytes() == PROOF
    path.writeto(str(tmp_path / "down.txt"), progress_func=None)
    assert (tmp_path / "down.txt").read_bytes() == PROOF
    path.unlink()
    assert not path.exists()


def test_dohq_deploys_by_checksum(
    dohq: Callable[[str], ArtifactoryPath], place: tuple[str, str, str], proof: Path
) -> None:
    dohq(f"{place[2]}/dohq/one.txt").deploy_file(str(proof))
    copy = dohq(f"{place[2]}/dohq/two.txt")
    copy.deploy_by_checksum(sha1=SUMS["sha1"])
    assert copy.read_bytes() == PROOF


def test_dohq_makes_walks_and_removes_folders(
    dohq: Callable[[str], ArtifactoryPath], place: tuple[str, str, str], proof: Path
) -> None:
    folder = dohq(f"{place[2]}/tree/inner")
    folder.mkdir(parents=True)
    (folder / "empty").touch()
    (folder / "proof.txt").deploy_file(str(proof))
    assert folder.is_dir()
    assert sorted(one.name for one in folder) == ["empty", "proof.txt"]
    assert [one.name for one in dohq(f"{place[2]}/tree").glob("**/*.txt")] == ["proof.txt"]
    folder.rmdir()
    assert not folder.exists()


def test_dohq_makes_finds_and_removes_repositories(dohq: Callable[[str], ArtifactoryPath]) -> None:
    root = dohq("")
    assert root.find_repository_local("dohq-local") is None
    repository = RepositoryLocal(root, "dohq-local", package_type=RepositoryLocal.GENERIC)
    repository.create()
    found = root.find_repository_local("dohq-local")
    assert (found.name, found.package_type) == ("dohq-local", "generic")
    assert "dohq-local" in [one.name for one in root.get_repositories(lazy=True)]
    repository.delete()
    assert root.find_repository_local("dohq-local") is None


def test_dohq_finds_files_with_a_query(
    dohq: Callable[[str], ArtifactoryPath], place: tuple[str, str, str], proof: Path
) -> None:
    dohq(f"{place[2]}/query/found.txt").deploy_file(str(proof))
    criteria = {"repo": place[2], "path": "query", "name": {"$match": "f*.txt"}}
    assert [one["name"] for one in dohq("").aql("items.find", criteria)] == ["found.txt"]


# jfrog-client-js


@pytest.fixture
def jfrog_client_js(simulator: Simulator, place: tuple[str, str, str]) -> Callable[..., dict[str, Any]]:
    def do(what: str, *arguments: str, token: str = place[1]) -> dict[str, Any]:
        environment = {
            "PATH": os.environ["PATH"],
            "NODE_PATH": str(MODULES),
            "NODE_EXTRA_CA_CERTS": str(simulator.ca_path),
            "TOKEN": token,
        }
        done = subprocess.run(
            [str(NODE), str(FOLDER / "jfrog_client.js"), place[0], what, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    return do


@needs_node
def test_jfrog_client_js_pings_and_reads_the_version(
    jfrog_client_js: Callable[..., dict[str, Any]], simulator: Simulator, place: tuple[str, str, str]
) -> None:
    site = next(one for one in simulator.sites if one.url == place[0])
    assert jfrog_client_js("ping") == {"result": "OK"}
    assert jfrog_client_js("version")["result"]["version"] == site.version
    assert jfrog_client_js("version", token="rubbish")["status"] == 401


@needs_node
def test_jfrog_client_js_finds_downloads_and_reads_checksums(
    jfrog_client_js: Callable[..., dict[str, Any]],
    pyartifactory: Artifactory,
    place: tuple[str, str, str],
    proof: Path,
    tmp_path: Path,
) -> None:
    where = f"{place[2]}/js/proof.txt"
    pyartifactory.artifacts.deploy(proof, where)
    assert jfrog_client_js("download", where) == {"result": PROOF.decode()}
    assert jfrog_client_js("checksum", where) == {"result": SUMS}
    jfrog_client_js("downloadToFile", where, str(tmp_path / "down.txt"))
    assert (tmp_path / "down.txt").read_bytes() == PROOF
    query = json.dumps({"repo": place[2], "path": "js"})
    found = jfrog_client_js("search", f"items.find({query})")["result"]["results"]
    assert [(one["repo"], one["path"], one["name"]) for one in found] == [(place[2], "js", "proof.txt")]
    assert jfrog_client_js("download", f"{place[2]}/js/nope")["status"] == 404
