# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user gets who installs the collection: what is in it, that it is complete, and that it runs by itself."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from package.conftest import ROOT, TOOLS, run

# The folders and files that a user needs or reads.
SHIPPED = {
    *(
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "COPYING",
        "FILES.json",
        "LICENSES",
        "MANIFEST.json",
        "README.md",
        "REUSE.toml",
        "changelogs",
    ),
    *("docs", "extensions", "meta", "playbooks", "plugins", "roles"),
}
UNREACHABLE = """
edge_nodes:
  vars:
    platform_url: https://127.0.0.1:9
    platform_access_token: not-a-token
    edge_name: lyon
    edge_url: https://127.0.0.1:10
    edge_access_token: not-a-token
    edge_location: {city_name: Lyon, country_code: FR, latitude: 45.764, longitude: 4.8357}
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  hosts:
    lyon-1:
"""


def contents(artifact: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of each file of the artifact."""
    with tarfile.open(artifact) as tar:
        return {m.name: (m.mode, f.read()) for m in tar if (f := tar.extractfile(m)) is not None}


def test_artifact_has_what_a_user_needs_and_nothing_of_the_workshop(artifact: Path) -> None:
    names = list(contents(artifact))

    assert {name.split("/")[0] for name in names} == SHIPPED
    assert [name for name in names if "test" in Path(name).name or "/." in name or name.endswith(".pyc")] == []
    assert {name.split("/")[1] for name in names if name.startswith("extensions/")} == {"awx", "eda"}


def test_two_builds_differ_in_nothing_but_times(build: Callable[[], Path], artifact: Path) -> None:
    assert contents(build()) == contents(artifact)


def test_version_is_semantic() -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]

    assert [part.isdigit() for part in version.partition("-")[0].split(".")] == [True] * 3


@pytest.mark.parametrize("kind", ["module", "inventory", "callback", "filter", "role"])
def test_installed_collection_documents_all_of_a_kind(installed: Path, source: Path, kind: str) -> None:
    there = {path.stem for path in (source / "plugins" / f"{kind}s").glob("*.py")}
    there |= {path.stem for path in (source / "plugins" / kind).glob("*.py")}
    there = {path.name for path in (source / "roles").iterdir()} if kind == "role" else there

    documented = run("ansible-doc", "--json", "-t", kind, "-l", "hybrid.jfrog", ANSIBLE_COLLECTIONS_PATH=str(installed))
    names = [f"hybrid.jfrog.{name}" for name in there]
    shown = run("ansible-doc", "-t", kind, *names, ANSIBLE_COLLECTIONS_PATH=str(installed))

    assert set(json.loads(documented.stdout)) >= set(names), documented.stderr
    assert (shown.returncode, shown.stderr) == (0, "")


def test_installed_playbook_with_an_unreachable_platform_says_what_is_wrong_and_what_to_do(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "inventory.yml").write_text(UNREACHABLE)

    ran = run(
        *("ansible-playbook", "-i", "inventory.yml", "hybrid.jfrog.report_drift"),
        cwd=tmp_path,
        ANSIBLE_COLLECTIONS_PATH=str(installed),
    )

    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "https://127.0.0.1:9" in ran.stdout
    assert "connection refused" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "not-a-token" not in ran.stdout + ran.stderr


def test_execution_environment_is_built_with_what_the_collection_needs(artifact: Path, tmp_path: Path) -> None:
    shutil.copy(artifact, tmp_path)
    wanted = {"version": 3, "dependencies": {"galaxy": {"collections": [{"name": artifact.name, "type": "file"}]}}}
    (tmp_path / "execution-environment.yml").write_text(yaml.safe_dump(wanted))

    created = run(TOOLS / "ansible-builder", "create", "-f", "execution-environment.yml", cwd=tmp_path)

    assert created.returncode == 0, created.stdout + created.stderr
    assert "introspect" in (tmp_path / "context/Dockerfile").read_text()


def test_execution_environment_gets_the_python_packages_that_the_readme_names(installed: Path) -> None:
    found = run(TOOLS / "ansible-builder", "introspect", installed)

    assert found.returncode == 0, found.stderr
    packages = [line.partition(">=") for line in (ROOT / "meta/ee-requirements.txt").read_text().splitlines()]
    readme = (ROOT / "README.md").read_text()
    assert {name for name, least, _ in packages if least} <= set(re.findall(r"[\w.-]+", found.stdout))
    assert [name for name, least, lowest in packages if least and f"`{name}` {lowest}+" not in readme] == []


def test_importer_of_galaxy_takes_the_artifact(artifact: Path, tmp_path: Path) -> None:
    settings = tmp_path / "galaxy-importer.cfg"
    # Its own run of ansible-lint would ask Galaxy for news; 'make lint' has the same rules.
    settings.write_text("[galaxy-importer]\nRUN_ANSIBLE_LINT = False\nCHECK_REQUIRED_TAGS = True\n")

    told = run(
        *(TOOLS / "python", "-m", "galaxy_importer.main", artifact),
        cwd=tmp_path,
        GALAXY_IMPORTER_CONFIG=str(settings),
    )

    said = told.stdout + told.stderr
    assert "Importer processing completed successfully" in said, said
    assert [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))] == []


def test_changelog_can_be_released(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ansible_collections/hybrid/jfrog"
    shutil.copytree(source, folder)

    linted = run(TOOLS / "antsibull-changelog", "lint", cwd=folder)
    released = run(TOOLS / "antsibull-changelog", "release", cwd=folder)

    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert released.returncode == 0, released.stdout + released.stderr
    assert "joins Artifactory Edge nodes" in (folder / "CHANGELOG.md").read_text()


def test_licence_of_every_file_is_declared(source: Path) -> None:
    checked = run(TOOLS / "reuse", "lint", cwd=source)

    assert checked.returncode == 0, checked.stdout + checked.stderr
