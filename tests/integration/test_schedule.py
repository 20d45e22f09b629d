# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``schedule``: what it installs is what systemd and cron understand, and its commands run for real.

Neither systemd nor cron runs here, so a test starts the commands of the unit or the line of the crontab in their place.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.fleet import ANSIBLE_PLAYBOOK, ROOT, Fleet

PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  roles:
    - hybrid.jfrog.schedule
"""
SECRET = "a \"quoted\" $HOME `id` back\\slash 's3cret' %d #1"

# Keeps the crontab in a file, with the three calls that there are: to list, to replace, to remove.
CRONTAB = """#!/bin/sh
kept='{kept}'
case "$1" in
  -l) cat "$kept" 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }} ;;
  -r) rm "$kept" ;;
  *) cat "$1" > "$kept" ;;
esac
"""
NOTE = 'import os, sys; open(sys.argv[1], "a").write(" | ".join(sys.argv[2:]) + "\\n")'


class Schedule:
    """The role, run over a folder that stands for the control host; ``variables`` may be changed between runs."""

    def __init__(self, fleet: Fleet, **variables: Any) -> None:
        self.fleet = fleet
        self.folder = fleet.folder
        self.config = self.folder / "config/report-drift"
        self.state = self.folder / "state/report-drift"
        self.units = self.folder / "units"
        self.crontab = self.folder / "crontab"
        self.notes = self.folder / "notes"
        (self.folder / "bin").mkdir(exist_ok=True)
        (self.folder / "bin/crontab").write_text(CRONTAB.format(kept=self.crontab))
        (self.folder / "bin/crontab").chmod(0o755)
        self.variables: dict[str, Any] = {
            "schedule_backend": "systemd",
            "schedule_scope": "user",
            "schedule_start": False,
            "schedule_inventory": [str(self.folder / "inventory.json")],
            "schedule_ansible_playbook": str(ANSIBLE_PLAYBOOK),
            "schedule_collections_path": [str(ROOT / ".venv/collections")],
            "schedule_config_dir": str(self.folder / "config"),
            "schedule_state_dir": str(self.folder / "state"),
            "schedule_unit_dir": str(self.units),
            "schedule_jitter": 0,
            "schedule_secrets": {"JFROG_PLATFORM_TOKEN": SECRET},
            "schedule_environment": {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "False"},
            "schedule_notify_command": [
                *(sys.executable, "-c", NOTE, str(self.notes)),
                *("{name}", "{exit_code}", "{outcome}", "{headline}", "{report}"),
            ],
            **variables,
        }

    def install(self, *arguments: str, playbook: str = PLAYBOOK, **changes: Any) -> subprocess.CompletedProcess[str]:
        (self.folder / "play.yml").write_text(playbook)
        (self.folder / "vars.json").write_text(json.dumps({**self.variables, **changes}))
        return subprocess.run(
            [str(ANSIBLE_PLAYBOOK), "play.yml", "-e", "@vars.json", *arguments],
            cwd=self.folder,
            env={**self.fleet._environment(), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def installed(self, **changes: Any) -> str:
        ended = self.install(**changes)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def unit(self, suffix: str) -> dict[str, list[str]]:
        """The settings of a unit, each with all its values."""
        found: dict[str, list[str]] = {}
        for line in (self.units / f"hybrid-jfrog-report-drift.{suffix}").read_text().splitlines():
            if "=" in line and not line.startswith("#"):
                name, value = line.split("=", 1)
                found.setdefault(name, []).append(value)
        return found

    def run_unit(self) -> subprocess.CompletedProcess[str]:
        """What systemd does when the timer elapses: the command, and whatever came of it, the one that comes after."""
        service = self.unit("service")
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **self.environment_of(service)}
        ran = self._run(words(service["ExecStart"][0]), environment)
        result = "success" if ran.returncode in (0, int(service["SuccessExitStatus"][0])) else "exit-code"
        told = {"SERVICE_RESULT": result, "EXIT_CODE": "exited", "EXIT_STATUS": str(ran.returncode)}
        after = self._run(words(service["ExecStopPost"][0]), {**environment, **told})
        return subprocess.CompletedProcess(
            ran.args, ran.returncode, ran.stdout + ran.stderr + after.stdout + after.stderr
        )

    def run_cron(self) -> int:
        """What cron does with the line of the crontab: /bin/sh, with hardly an environment."""
        (line,) = [line for line in self.crontab.read_text().splitlines() if not line.startswith("#")]
        command = line.split(None, 5)[5]
        assert "%" not in command, "cron makes a line break of it"
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "SHELL": "/bin/sh", "LOGNAME": "somebody"}
        return self._run(["/bin/sh", "-c", command], environment).returncode

    def environment_of(self, service: dict[str, list[str]]) -> dict[str, str]:
        """As a shell reads the file; the escapes are those that systemd.exec(5) knows as well."""
        script = f"set -a; . {service['EnvironmentFile'][0]}; env -0"
        listed = subprocess.run(["/bin/sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout
        return dict(entry.split("=", 1) for entry in listed.split("\0") if entry)

    @property
    def told(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def _run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.state, env=environment, capture_output=True, text=True, timeout=300, check=False
        )


def words(line: str) -> list[str]:
    """A command line as systemd.service(5) reads it: C-like escapes in double quotes, %% and $$ for themselves."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    texts = [re.sub(r"\\(.)", r"\1", quoted) or plain for quoted, plain in parts]
    assert all(not re.search(r"(?<!%)%(?!%)|(?<!\$)\$(?!\$)", text.replace("%%", "")) for text in texts)
    return [text.replace("%%", "%").replace("$$", "$") for text in texts]


def complaints(units: Path) -> list[str]:
    """What systemd finds wrong with the units; other units of the machine may be wrong as well."""
    if not shutil.which("systemd-analyze"):
        return []
    command = ["systemd-analyze", "verify", *map(str, units.iterdir())]
    verified = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return [line for line in verified.stderr.splitlines() if "hybrid-jfrog" in line]


def changed(output: str) -> int:
    return int(re.findall(r"changed=(\d+)", output)[-1])


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content of each file of the control host, without those of the test and of Ansible itself."""
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        str(name): (path.stat().st_mode & 0o777, path.read_bytes())
        for name, path in found.items()
        if name.parts[0] not in ("play.yml", "vars.json", "tmp", ".ansible", "ansible.log", "facts")
    }


@pytest.fixture
def schedule(fleet: Fleet) -> Schedule:
    fleet._write_inventory()
    return Schedule(fleet)


@pytest.mark.slow
def test_schedule_is_installed_once_moves_from_systemd_to_cron_and_is_removed_whole(schedule: Schedule) -> None:
    before = files(schedule.folder)
    arguments = ["--limit", 'lyon:!$osaka "x y" 5%\\']
    nightly = {"schedule_name": "correct-drift", "schedule_playbook": "hybrid.jfrog.correct_drift"}
    schedule.variables.update(
        schedule_scope="system",
        schedule_user=getpass.getuser(),
        schedule_arguments=arguments,
        schedule_calendar="Mon..Fri *-*-* 02:00",
        schedule_on_failure_unit="tell-operations@%n.service",
    )

    predicted = schedule.install("--check", "--diff")
    assert (predicted.returncode, files(schedule.folder)) == (0, before), predicted.stdout + predicted.stderr
    assert changed(predicted.stdout) > 0

    first = schedule.installed()
    there = files(schedule.folder)
    service, timer = schedule.unit("service"), schedule.unit("timer")
    assert complaints(schedule.units) == []
    assert words(service["ExecStart"][0])[-3:] == [*arguments, "hybrid.jfrog.report_drift"]
    assert (service["NoNewPrivileges"], timer["OnCalendar"]) == (["yes"], ["Mon..Fri *-*-* 02:00"])
    # The secret is in its own file only, and comes out of it as it was given.
    assert [(name, mode) for name, (mode, content) in there.items() if b"s3cret" in content] == [
        ("config/report-drift/environment", 0o600)
    ]
    assert schedule.environment_of(service)["JFROG_PLATFORM_TOKEN"] == SECRET
    assert [name for name, (mode, _) in there.items() if name.startswith("config") and mode & 0o077] == []

    again = schedule.install("--diff")
    assert (changed(again.stdout), files(schedule.folder)) == (0, there)
    assert "s3cret" not in predicted.stdout + first + again.stdout

    schedule.installed(**nightly)
    both = files(schedule.folder)
    beside = {name: both[name] for name in both.keys() - there.keys()}
    assert {name: both[name] for name in there} == there

    schedule.variables.update(schedule_backend="cron", schedule_start=True)
    schedule.installed()
    assert [path.name for path in schedule.units.iterdir() if "report-drift" in path.name] == []
    assert f"0 * * * * /bin/sh {schedule.config}/run.sh" in schedule.crontab.read_text().splitlines()

    schedule.installed(schedule_state="absent")
    assert "report-drift" not in schedule.crontab.read_text()
    # The other schedule stays, and others may hold the lock.
    assert files(schedule.folder).keys() - before.keys() == {*beside, "state/fleet.lock", "crontab"}
    assert {name: files(schedule.folder)[name] for name in beside} == beside
    assert changed(schedule.installed(schedule_state="absent")) == 0


WRONG = {
    "schedule_inventory is empty": {"schedule_inventory": []},
    "/nowhere/inventory.yml is not on the control host": {"schedule_inventory": ["/nowhere/inventory.yml"]},
    "Cannot use '/a b' for schedule_inventory": {"schedule_inventory": ["/a b"]},
    "Cannot use '../x' as schedule_name": {"schedule_name": "../x"},
    "Cannot use 'every hour' as schedule_calendar: Failed to parse": {"schedule_calendar": "every hour"},
    "Cannot use 'ansible-playbook' for schedule_ansible_playbook": {"schedule_ansible_playbook": "ansible-playbook"},
    "Cannot use '/var/log/100%.log' for schedule_log_file": {"schedule_log_file": "/var/log/100%.log"},
    "there is no such user on the control host": {"schedule_user": "nobody-of-that-name"},
    "with the scope user, the units are those of": {"schedule_user": "daemon"},
    "Cannot use 'hourly' as schedule_cron": {"schedule_backend": "cron", "schedule_cron": "hourly"},
    "Cannot use '0 2 * * * rm' as schedule_cron": {"schedule_backend": "cron", "schedule_cron": "0 2 * * * rm"},
    "Cannot use -1 for schedule_jitter: write a number from 0 to 86400": {"schedule_jitter": -1},
    "Cannot set the environment variable 'A B'": {"schedule_environment": {"A B": "x"}},
    "it holds a line break": {"schedule_arguments": ["a\nb"]},
    "so that others can read its secrets": {"schedule_environment_file": "/etc/hostname"},
}


def test_wrong_schedule_is_refused_with_what_to_write_before_anything_is_started(schedule: Schedule) -> None:
    tasks = [
        {
            "block": [{"ansible.builtin.include_role": {"name": "hybrid.jfrog.schedule"}, "vars": changes}],
            "rescue": [{"ansible.builtin.debug": {"msg": f"refused: {expected}"}}],
        }
        for expected, changes in WRONG.items()
    ]
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}

    # Extra variables would win over those of the tasks.
    defaults = {name: schedule.variables.pop(name) for name in {*schedule.variables}}
    ended = schedule.install(playbook=yaml.safe_dump([{**play, "vars": defaults}]))

    said = " ".join(ended.stdout.split())
    assert [expected for expected in WRONG if said.count(expected) < 2] == [], ended.stdout
    assert not schedule.units.exists() or list(schedule.units.iterdir()) == []
    assert not schedule.crontab.exists()


def test_run_of_the_unit_reports_and_tells_of_drift_until_it_is_gone(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.onboard()
    schedule = Schedule(fleet)
    schedule.installed()
    report = schedule.state / "report.json"
    lock = schedule.folder / "state/fleet.lock"

    fleet.simulator.platform.delete_jpd("lyon")
    missing = schedule.run_unit()
    again = schedule.run_unit()
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        busy = schedule.run_unit()
    fleet.run("correct_drift.yml")
    joined = schedule.run_unit()

    assert [run.returncode for run in (missing, again, busy, joined)] == [2, 2, 75, 0], missing.stdout
    assert schedule.told == [
        f"report-drift | 2 | drift | 1 Edge: 1 drifted. | {report}",
        f"report-drift | 0 | in_order | The Edge is in order. | {report}",
    ]
    assert "report-drift: 1 Edge: 1 drifted.\n" in missing.stdout
    assert busy.stdout == f"Another run holds the lock {lock}: nothing was done. The next one comes as scheduled.\n"
    assert report.stat().st_mode & 0o777 == 0o600


def test_line_of_the_crontab_runs_with_its_secret_under_the_lock_and_keeps_a_log(schedule: Schedule) -> None:
    """The playbook of this one notes the secret that it got, and whether the lock is held while it runs."""
    seen = schedule.folder / "seen"
    lock = schedule.folder / "state/fleet.lock"
    command = f'printf %s "$JFROG_PLATFORM_TOKEN" > {seen}; flock -n {lock} true || echo held >> {seen}'
    own = schedule.folder / "own.yml"
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    own.write_text(yaml.safe_dump([{**play, "tasks": [{"ansible.builtin.shell": command}]}]))
    schedule.installed(schedule_backend="cron", schedule_start=True, schedule_playbook=str(own), schedule_jitter=1)

    code = schedule.run_cron()

    log = (schedule.state / "run.log").read_text()
    assert code == 0, log
    assert seen.read_text() == f"{SECRET}held\n"
    assert "report-drift: The run ended in order, and left no report." in log


def test_run_of_cron_that_takes_too_long_is_ended_and_told(schedule: Schedule) -> None:
    slow = schedule.folder / "bin/ansible-playbook"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    schedule.installed(
        schedule_backend="cron",
        schedule_start=True,
        schedule_timeout=1,
        schedule_ansible_playbook=str(slow),
        schedule_python=sys.executable,
    )

    schedule.run_cron()

    (told,) = schedule.told
    assert "took longer than 1 seconds" in told
