# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from simulator.node.node import Node
from simulator.node.testing import Workbench
from simulator.user_plugins.testing import plugin_text
from unit.modules.play import play
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

LYON, OSAKA = "https://lyon.example.com/artifactory", "https://osaka.example.com/artifactory"
SECRET = "marked-s3cret-of-the-mesh"
PLUGIN = plugin_text("6.23.1")


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Workbench(tmp_path).started(generation="6")


def options(node: Node, **params: Any) -> dict[str, Any]:
    return {
        "artifactory_home": str(node.home),
        "username": "replicator",
        "password": SECRET,
        "urls": [LYON, OSAKA],
        "whoami": OSAKA,
        "plugin": PLUGIN,
        **params,
    }


def run(node: Node, *, check: bool = False, **params: Any) -> dict[str, Any]:
    result = run_module("replication_plugin", options(node, **params), check=check)
    assert SECRET not in json.dumps(result)
    return result


def files(node: Node) -> tuple[Path, Path]:
    return tuple(node.layout.plugins / f"securityReplication.{end}" for end in ("json", "groovy"))  # type: ignore[return-value]


def content(node: Node) -> Any:
    return json.loads(files(node)[0].read_text())["securityReplication"]


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_five_runs(node: Node) -> None:
    before = snapshot(node.home)
    predicted = run(node, check=True)
    assert predicted["changed"]
    assert snapshot(node.home) == before

    real = run(node)
    assert (real["diff"], real["drift"]) == (predicted["diff"], predicted["drift"])
    configuration, plugin = files(node)
    assert (mode_of(configuration), plugin.read_text()) == (0o600, PLUGIN)
    assert content(node)["authorization"] == {"username": "replicator", "password": SECRET}
    assert content(node)["whoami"] == OSAKA

    again = run(node)
    assert (again["changed"], again["drift"]) == (False, [])

    configuration.chmod(0o644)
    configuration.write_text(configuration.read_text().replace(SECRET, "another-s3cret"))
    found = run(node, check=True)
    assert found["drift"] == ["mode", "password"]
    assert "another-s3cret" not in json.dumps(found)
    assert run(node)["diff"] == found["diff"]
    assert content(node)["authorization"]["password"] == SECRET
    assert run(node)["changed"] is False


def test_another_cron_expression_makes_the_plugin_a_modified_file(node: Node) -> None:
    run(node)
    written = files(node)[1].stat().st_mtime_ns

    assert run(node, filter=3)["drift"] == ["filter"]
    assert files(node)[1].stat().st_mtime_ns == written
    assert run(node, filter=3, cron_job="0 15 4 * * ?")["drift"] == ["cron_job"]
    assert files(node)[1].stat().st_mtime_ns > written
    assert files(node)[1].read_text() == PLUGIN


def test_replaced_files_are_kept_once_where_nobody_else_looks(node: Node) -> None:
    run(node)
    run(node, password="second-marked-s3cret")
    backup = Path(run(node, password="third-marked-s3cret")["backup_file"])

    assert "second-marked-s3cret" in backup.read_text()
    assert (mode_of(backup), mode_of(backup.parent)) == (0o600, 0o700)
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    assert sorted(path.name for path in node.layout.plugins.iterdir()) == [path.name for path in sorted(files(node))]


def test_removed_plugin_needs_a_restart_which_is_noted(node: Node) -> None:
    run(node)
    result = run(node, state="absent")

    assert (result["changed"], result["restart_due"], result["configuration"]) == (True, True, None)
    assert [path.exists() for path in files(node)] == [False, False]
    assert Path(result["backup_file"]).read_text() == PLUGIN
    assert not list((node.home / "hybrid.jfrog/backups/replication_plugin").glob("*.json.*"))
    again = run(node, state="absent")
    assert (again["changed"], again["restart_due"]) == (False, True)


def test_other_folder_of_plugins_is_used(node: Node, tmp_path: Path) -> None:
    run(node, plugins_folder=str(tmp_path / "plugins"))

    assert {path.name for path in (tmp_path / "plugins").iterdir()} == {path.name for path in files(node)}


@pytest.mark.parametrize(
    ("params", "told"),
    [
        pytest.param({"whoami": OSAKA + "/"}, "character for character", id="whoami-with-a-slash"),
        pytest.param({"urls": [LYON, OSAKA + "/"], "whoami": LYON}, "ends with a slash", id="url-with-a-slash"),
        pytest.param({"urls": [OSAKA]}, "fewer than two instances", id="alone"),
        pytest.param({"cron_job": "*/5 * * * *"}, "that of a Unix crontab has five", id="cron"),
        pytest.param({"plugin": "<html>"}, "this collection brings none", id="not-the-plugin"),
        pytest.param({"plugin": None}, "plugin_path is missing", id="no-plugin"),
        pytest.param({"plugins_folder": "plugins"}, "not an absolute path", id="relative-folder"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_written(node: Node, params: dict[str, Any], told: str) -> None:
    before = snapshot(node.home)
    result = run(node, **params)

    assert result["failed"]
    assert told in result["msg"]
    assert snapshot(node.home) == before


def test_node_of_seven_is_refused_with_the_ways_out(tmp_path: Path) -> None:
    seven = Workbench(tmp_path).started()
    result = run(seven)

    assert result["failed"]
    assert "hybrid.jfrog.security_replication" in result["msg"]
    assert "Access Federation" in result["msg"]


def test_link_in_place_of_the_configuration_is_refused(node: Node, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    files(node)[0].symlink_to(tmp_path / "elsewhere")

    assert "symbolic link" in run(node)["msg"]
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_warnings_name_what_is_risky(node: Node) -> None:
    run(node, plugin=plugin_text("6.24.0"), credential="api_key")
    result = run(node, plugin=plugin_text("6.0.0"))

    words = (
        "password encryption policy",
        "newer than the plugin (6.0.0)",
        "older than the one that lies there (6.24.0)",
    )
    assert len(result["warnings"]) == len(words)
    assert all(word in warning for word, warning in zip(words, result["warnings"]))


def test_task_reads_the_users_copy_beside_the_inventory_and_shows_no_password(node: Node, tmp_path: Path) -> None:
    (tmp_path / "play/files").mkdir(parents=True)
    (tmp_path / "play/files/my.groovy").write_text(PLUGIN)
    given = {**options(node), "plugin_path": "files/my.groovy"}
    del given["plugin"]
    missing = {**given, "plugin_path": "files/other.groovy"}

    done = play(
        tmp_path / "play",
        {
            "Put": {"hybrid.jfrog.replication_plugin": given},
            "Again": {"hybrid.jfrog.replication_plugin": given},
            "Missing": {"hybrid.jfrog.replication_plugin": missing},
        },
        *("--diff", "-vvvv"),
    )
    assert [done.results[name]["changed"] for name in ("Put", "Again")] == [True, False]
    assert files(node)[1].read_text() == PLUGIN
    assert "no such file" in done.results["Missing"]["msg"]
    assert SECRET not in done.output
