# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""admin_token: the node's short-lived token, its exchange on the controller, and the file."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import ADMIN_TOKEN_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    EdgeError,
    InventoryError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import fingerprint
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.seal import new_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import admin_token as node_side
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token import admin_token as action
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.client.connect_proxy import ConnectProxy, proxying
from unit.modules.ansible_inventory import SECRETS
from unit.modules.node_cases import KEY
from unit.modules.play import play
from unit.modules.rest_cases import FastClock
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

ADMIN = "applied-permissions/admin"
TOKENS = "/access/api/v1/tokens"
A_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One for all tests of this file; each adds an Edge of its own."""
    folder = tmp_path_factory.mktemp("simulator")
    with pytest.MonkeyPatch.context() as patch, Simulator(folder, switches=Switches(start_duration=0.05)) as running:
        # The control script asks env for its Python; this one starts faster than a version manager's.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        running.add_platform("acme")
        yield running


@pytest.fixture(autouse=True)
def fresh(simulator: Simulator) -> Iterator[None]:
    simulator.calls.clear()
    simulator.faults.clear()
    yield
    simulator.switches.access_settling_time = 0.0


class Controller:
    """The controller with one Edge, and the action's own function as a task would call it."""

    def __init__(self, simulator: Simulator, folder: Path, **edge: Any) -> None:
        self.simulator = simulator
        self.edge = simulator.add_edge(f"edge{len(simulator.edges)}", **edge)
        self.node = self.edge.nodes[0]
        self.store = folder / "secrets" / "edge.token"
        self.loader = DataLoader()
        self.clock = FastClock()
        self.executed: list[Mapping[str, Any]] = []
        self.warnings: list[str] = []

    def params(self, **changes: Any) -> dict[str, Any]:
        return {
            **{name: option.get("default") for name, option in ADMIN_TOKEN_OPTIONS.items()},
            "artifactory_home": str(self.node.home),
            "control": "artifactoryctl",
            "node_url": self.node.url,
            "node_ca_path": str(self.simulator.ca_path),
            "edge_url": self.edge.url,
            "edge_ca_path": str(self.simulator.ca_path),
            "token_file": str(self.store),
            "wait_timeout": 30,
            **changes,
        }

    def run(self, *, check: bool = False, **changes: Any) -> dict[str, Any]:
        def execute(arguments: Mapping[str, Any]) -> dict[str, Any]:
            self.executed.append(arguments)
            given = {name: value for name, value in arguments.items() if value is not None}
            return run_module("admin_token", given, check=check)

        return action.ensure_admin_token(
            self.params(**changes),
            execute,
            loader=self.loader,
            variables={},
            warn=self.warnings.append,
            check_mode=check,
            clock=self.clock,  # type: ignore[arg-type]
        )

    @property
    def starts(self) -> int:
        return len(self.executed)

    def mints(self) -> int:
        return len([call for call in self.simulator.calls if call.method == "POST" and call.path == TOKENS])

    def kept(self) -> list[Any]:
        """The access tokens of this collection at the Edge that still work."""
        found = self.edge.database.tokens.values()
        return [one for one in found if (one.description or "").startswith("hybrid.jfrog") and not one.revoked]


@pytest.fixture
def controller(simulator: Simulator, tmp_path: Path) -> Controller:
    return Controller(simulator, tmp_path)


def test_five_runs(controller: Controller) -> None:
    before = snapshot(controller.node.home)
    predicted = controller.run(check=True)
    assert (predicted["changed"], predicted["drift"], predicted["node"]) == (True, ["state"], {"started": True})
    assert not controller.store.exists()
    assert snapshot(controller.node.home) == before
    assert controller.mints() == 0

    real = controller.run()
    token = controller.store.read_text()
    assert (real["changed"], real["diff"]) == (True, predicted["diff"])
    assert stat.S_IMODE(controller.store.stat().st_mode) == 0o600
    assert real["admin_token"]["fingerprint"] == fingerprint(token)
    assert (real["admin_token"]["scope"], controller.mints()) == (ADMIN, 1)

    again = controller.run()
    assert (again["changed"], again["drift"], again["node"]) == (False, [], {"started": False})
    assert again["admin_token"] == real["admin_token"]

    controller.kept()[0].revoked = True
    found = controller.run(check=True)
    assert (found["changed"], found["drift"]) == (True, ["state"])
    assert controller.store.read_text() == token

    repaired = controller.run()
    assert repaired["diff"] == found["diff"]
    assert repaired["diff"]["before"] == {"state": "refused"}
    assert controller.store.read_text() != token
    assert controller.run()["changed"] is False
    results = [predicted, real, again, found, repaired]
    assert A_TOKEN.search(json.dumps(results)) is None
    assert controller.store.read_text() not in json.dumps(results)


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_node_is_started_in_whatever_state_it_is(controller: Controller, running: bool) -> None:
    if not running:
        controller.node.stop()

    assert controller.run()["node"] == {"started": True}
    assert not controller.node.layout.bootstrap_keys.joinpath("generate.token.json").exists()


def test_edge_that_was_never_started_gets_its_first_token(simulator: Simulator, tmp_path: Path) -> None:
    controller = Controller(simulator, tmp_path, started=False)

    assert controller.run()["admin_token"]["subject"].endswith("/users/admin")


def test_start_settles_what_was_due_for_one(controller: Controller) -> None:
    home = {"artifactory_home": str(controller.node.home)}
    run_module("join_key", {**home, "key": KEY, "on_unknown": "supply"})

    controller.run()

    service = {"control": "artifactoryctl", "node_url": controller.node.url}
    service["node_ca_path"] = str(controller.simulator.ca_path)
    assert run_module("artifactory_service", {**home, **service})["changed"] is False
    assert controller.edge.database.join_key == KEY


def test_token_near_its_end_mints_its_successor_without_a_start(controller: Controller) -> None:
    controller.run(valid_days=20, renew_before=10)
    first = controller.store.read_text()

    renewed = controller.run(renew_before=30)

    assert (renewed["changed"], renewed["node"], controller.starts) == (True, {"started": False}, 1)
    assert renewed["diff"]["before"] == {"state": "ends_soon"}
    assert controller.store.read_text() != first
    assert controller.run()["changed"] is False


def test_token_of_another_scope_is_replaced_by_way_of_the_node(controller: Controller) -> None:
    controller.store.parent.mkdir(parents=True)
    controller.store.write_text(controller.edge.admin_token(scope="applied-permissions/user"))
    controller.store.chmod(0o600)

    result = controller.run()

    assert (result["diff"]["before"], result["admin_token"]["scope"]) == ({"state": "other_scope"}, ADMIN)


@pytest.mark.parametrize("version", ["7.38.4", "7.50.3", "7.146.7"])
def test_every_version_that_makes_tokens_is_served(simulator: Simulator, tmp_path: Path, version: str) -> None:
    controller = Controller(simulator, tmp_path, version=version)

    made = controller.run()
    again = controller.run()

    assert (made["changed"], again["changed"]) == (True, False)
    assert again["admin_token"]["token_id"] == controller.kept()[0].token_id


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "run"])
@pytest.mark.parametrize(
    ("edge", "changes", "says"),
    [
        pytest.param({"version": "7.38.3"}, {}, "its version is 7.38.3", id="too-old"),
        pytest.param({"version": "6.23.1", "generation": "6"}, {}, "its version is 6.23.1", id="generation-6"),
        pytest.param({}, {"control": "none"}, "no control is set", id="no-control"),
        pytest.param({}, {"control": "command"}, "Set restart_command", id="no-command"),
    ],
)
def test_node_that_can_make_none_is_told_before_anything_is_written(
    simulator: Simulator, tmp_path: Path, edge: dict[str, Any], changes: dict[str, Any], says: str, check: bool
) -> None:
    controller = Controller(simulator, tmp_path, **edge)
    before = snapshot(controller.node.home)

    result = controller.run(check=check, **changes)

    assert result["failed"]
    assert says in result["msg"]
    assert snapshot(controller.node.home) == before
    assert list(controller.store.parent.glob("*")) == []


def test_days_that_do_not_fit_are_told_first(controller: Controller) -> None:
    with pytest.raises(InventoryError, match="renewed with every run"):
        controller.run(valid_days=30, renew_before=30)

    assert controller.executed == []


def test_store_without_a_name_is_told_first(controller: Controller) -> None:
    with pytest.raises(InventoryError, match="token_file is empty"):
        controller.run(token_file="")

    assert controller.executed == []


def test_connection_that_is_not_verified_is_warned_about(controller: Controller) -> None:
    controller.run(check=True, edge_validate_certs=False)

    assert any("is not verified" in warning for warning in controller.warnings)


def test_store_that_cannot_be_written_is_told_before_the_node_is_started(controller: Controller) -> None:
    controller.store.parent.write_text("a file where the folder should be")

    with pytest.raises(EdgeError, match="Cannot write the admin token to"):
        controller.run()

    assert controller.executed == []


def test_store_with_something_else_in_it_is_told_and_kept(controller: Controller) -> None:
    controller.store.parent.mkdir(parents=True)
    controller.store.write_text("marked secret notes\n")

    with pytest.raises(EdgeError) as caught:
        controller.run()

    assert "has blanks, line ends or other characters" in caught.value.msg
    assert "marked" not in caught.value.msg
    assert (controller.executed, controller.store.read_text()) == ([], "marked secret notes\n")


def test_vaulted_store_holds_no_token_in_plain_text(controller: Controller) -> None:
    with pytest.raises(EdgeError, match="this run has no vault secret"):
        controller.run(vault=True)
    assert controller.executed == []
    controller.loader.set_vault_secrets(SECRETS)
    context = getattr(vault, "VaultSecretsContext", None)
    if context is not None and context.current(optional=True) is None:
        context.initialize(context(SECRETS))

    made = controller.run(vault=True)

    assert controller.store.read_text().startswith("$ANSIBLE_VAULT;")
    again = controller.run(vault=True)
    assert (again["changed"], again["admin_token"]) == (False, made["admin_token"])


def test_store_that_everybody_can_read_is_warned_about(controller: Controller) -> None:
    controller.run()
    controller.store.chmod(0o644)

    controller.run()

    assert any("Everybody on the controller may read the admin token" in warning for warning in controller.warnings)


def test_access_that_settles_is_asked_again_and_not_started_again(controller: Controller) -> None:
    controller.run()
    path = f"{TOKENS}/me"
    simulator = controller.simulator
    refused = {"count": 0}
    original = controller.edge.access_settled

    def unsettled(_time: float) -> bool:
        refused["count"] += 1
        return refused["count"] > 2

    controller.edge.access_settled = unsettled  # type: ignore[method-assign]
    try:
        again = controller.run()
    finally:
        controller.edge.access_settled = original  # type: ignore[method-assign]

    assert (again["changed"], controller.starts) == (False, 1)
    assert len([call for call in simulator.calls if call.path == path and call.status == 401]) == 2


@pytest.mark.parametrize("kind", ["drop_answer", "503"])
def test_answer_that_was_lost_leaves_no_token_behind(controller: Controller, kind: str) -> None:
    controller.simulator.faults.add(site=controller.edge.name, path=TOKENS, kind=kind, times=1)

    with pytest.raises((ApiError, TransportError)) as caught:
        controller.run()

    assert "Cannot create an access token at the Edge" in caught.value.msg
    assert controller.mints() == 1
    assert controller.kept() == []
    assert list(controller.store.parent.glob("*")) == []
    assert controller.run()["changed"]


def test_token_that_cannot_be_kept_is_revoked(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)

    with pytest.raises(EdgeError, match="no space left on device"):
        controller.run()

    assert (controller.mints(), controller.kept()) == (1, [])
    assert list(controller.store.parent.glob("*")) == []


def test_only_the_lost_token_is_revoked_by_a_server_that_ignores_the_filter(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.rest.access_tokens._wanted", lambda *_arguments: True)
    controller.run()
    other = controller.kept()[0].token_id
    controller.store.unlink()
    controller.simulator.faults.add(site=controller.edge.name, path=TOKENS, kind="drop_answer", times=1)

    with pytest.raises(TransportError):
        controller.run()

    assert [one.token_id for one in controller.kept()] == [other]


def test_old_answer_on_the_disk_is_not_taken_for_the_new_one(controller: Controller) -> None:
    controller.node.layout.token_file.parent.mkdir(parents=True, exist_ok=True)
    controller.node.layout.token_file.write_text('{"token": "marked-old-token"}')

    assert controller.run()["admin_token"]["state"] == "works"


def test_start_that_leaves_no_token_ends_with_the_reason_and_without_a_request(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_side, "GRACE", 1.0)
    monkeypatch.setattr("simulator.node.admin_token.SINCE", (99, 0, 0))

    result = controller.run()

    assert result["failed"]
    assert "it is healthy, and has written no token" in result["msg"]
    assert not controller.node.layout.bootstrap_keys.joinpath("generate.token.json").exists()
    assert not controller.store.exists()


def test_link_in_place_of_the_answer_is_not_followed(controller: Controller, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text('{"token": "marked-foreign-token"}')
    layout = controller.node.layout
    params = controller.params(seal=new_key())
    given = {name: value for name, value in params.items() if value is not None}
    layout.token_file.unlink(missing_ok=True)
    original = node_side.ask

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.node.admin_token.SINCE", (99, 0, 0))

        def ask_and_link(*arguments: Any) -> Any:
            mark = original(*arguments)
            layout.token_file.symlink_to(elsewhere)
            return mark

        patch.setattr(node_side, "ask", ask_and_link)
        result = run_module("admin_token", given)

    assert "it is a symbolic link" in result["msg"]
    assert "marked-foreign-token" not in json.dumps(result)


def test_module_alone_refuses_to_show_a_token(controller: Controller) -> None:
    given = {name: value for name, value in controller.params().items() if value is not None}

    result = run_module("admin_token", given)

    assert "Cannot get an admin token by this module alone" in result["msg"]


def test_token_is_exchanged_through_the_proxy_of_the_edge(controller: Controller) -> None:
    with proxying(ConnectProxy("anna:marked-word")) as proxy:
        controller.run(edge_proxy_url=proxy.url_with("anna:marked-word"))

    assert proxy.asked
    assert [name for name in controller.executed[0] if "proxy" in name or "client" in name] == []


def test_play_at_the_highest_verbosity_shows_no_token(controller: Controller, tmp_path: Path) -> None:
    given = {name: value for name, value in controller.params().items() if value is not None and name != "seal"}
    task = {"hybrid.jfrog.admin_token": given}

    done = play(tmp_path / "play", {"make": task, "again": task}, "-vvvv", "--diff")

    assert [done.results[name].get("changed") for name in ("make", "again")] == [True, False], done.output[-3000:]
    told = done.output + json.dumps(done.results)
    assert controller.store.read_text() not in told
    assert A_TOKEN.search(told) is None
    for folder in (tmp_path / "play", controller.node.home / "var/hybrid.jfrog"):
        texts = [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]
        assert [text for text in texts if A_TOKEN.search(text)] == []
