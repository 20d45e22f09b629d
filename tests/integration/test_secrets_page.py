# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/secrets.md: a token comes from each of the stores as the page says, and is shown nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.fleet import Fleet, fleet_at

PAGE = (Path(__file__).resolve().parents[2] / "docs/secrets.md").read_text()
COLLECTIONS = Path(__file__).resolve().parents[2] / ".venv/collections"
ANSIBLE_VAULT = Path(sys.executable).parent / "ansible-vault"


def example(heading: str) -> dict[str, Any]:
    """The variables under a heading of the page."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    [block] = re.findall(r"```yaml\n(.*?)```", section, flags=re.DOTALL)
    found: dict[str, Any] = yaml.safe_load(block)
    return found


# What the lookup of community.hashi_vault returns for a path, by its documentation; the collection is the user's.
HASHI_VAULT = """
from ansible.plugins.lookup import LookupBase

class LookupModule(LookupBase):
    def run(self, terms, variables=None, engine_mount_point="secret"):
        with open(f"{variables['inventory_dir']}/{engine_mount_point}/{terms[0]}") as file:
            data = {"data": {"access_token": file.read()}, "metadata": {"version": 1}}
        return [{"raw": {"data": data}, "data": data, "secret": data["data"], "metadata": data["metadata"]}]
"""


def install_hashi_vault(folder: Path) -> None:
    plugin = folder / "ansible_collections/community/hashi_vault/plugins/lookup/vault_kv2_get.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(HASHI_VAULT)


# One worker runs all tests of this file, so that the Edge is joined once.
pytestmark = pytest.mark.xdist_group("secrets")


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("secrets")
    with fleet_at(folder) as fleet:
        fleet.add("lyon")
        fleet.onboard()
        yield fleet


@pytest.fixture
def stores(joined: Fleet) -> Iterator[Fleet]:
    """Each test has stores of its own."""
    yield joined
    shutil.rmtree(joined.folder / "group_vars", ignore_errors=True)


@pytest.mark.parametrize("heading", ["Ansible Vault", "The environment", "Files", "HashiCorp Vault"])
def test_token_comes_from_the_store_as_the_page_says(stores: Fleet, heading: str) -> None:
    token = stores.simulator.platform.admin_token()
    stores.common |= example(heading)
    arguments, environment = [], {}
    if heading == "Ansible Vault":
        password, vault = stores.folder / "vault-password", stores.folder / "group_vars/all/vault.yml"
        password.write_text("swordfish")
        vault.parent.mkdir(parents=True)
        vault.write_text(f"vault_platform_access_token: {token}\n")
        encrypt = [str(ANSIBLE_VAULT), "encrypt", "--vault-password-file", str(password), str(vault)]
        subprocess.run(encrypt, check=True, capture_output=True)
        assert token not in vault.read_text()
        arguments = ["--vault-password-file", str(password)]
    elif heading == "The environment":
        environment["JFROG_PLATFORM_TOKEN"] = token
    elif heading == "HashiCorp Vault":
        install_hashi_vault(stores.folder / "collections")
        environment["ANSIBLE_COLLECTIONS_PATH"] = f"{COLLECTIONS}:{stores.folder / 'collections'}"
        kept = stores.folder / "secret/jfrog/platform"
        kept.parent.mkdir(parents=True)
        kept.write_text(token)
    else:
        file = stores.folder / "secrets/platform.token"
        file.write_text(f"{token}\n")
        # As the page says of paths: the same everywhere.
        lookup = stores.common["platform_access_token"]
        stores.common["platform_access_token"] = lookup.replace("'secrets/", f"'{stores.folder}/secrets/")

    run = stores.run("report_drift.yml", *arguments, verbosity=4, **environment)

    assert (run.code, Fleet.edge_states(run)) == (0, {"lyon": "in_order"}), run.output
    assert token not in run.output
    # The token of the example was the one that was used, and no other.
    assert run.report["platform"]["reachable"]


def test_token_of_an_environment_that_lacks_it_is_told_before_the_platform_is_called(joined: Fleet) -> None:
    joined.common |= example("The environment")
    joined.simulator.calls.clear()

    run = joined.run("report_drift.yml", JFROG_PLATFORM_TOKEN="")

    assert run.code == 2
    assert "platform_access_token" in run.output
    assert [call for call in joined.simulator.calls if call.site == "acme"] == []
