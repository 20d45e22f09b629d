# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert rules in the documentation: they are about metrics that there are, and fire when they should."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.metrics import metrics
from unit.domain.fleet_shapes import NOW, plan_one, platform
from unit.domain.report_shapes import DRIFTED, ENDING, IN_ORDER, SILENT, STUCK, document, sample

RULES = Path(__file__).resolve().parents[3] / "docs/examples/prometheus-rules.yml"
# Debian has it in the package prometheus.
PROMTOOL = shutil.which("promtool")

needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool, of Prometheus, is not installed")


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def series(report: dict[str, Any], **arguments: Any) -> dict[str, float]:
    """Every series of the metrics with its value."""
    text = metrics(report, **{"earlier": "", "last_success": 0.0, "labels": {}, **arguments})
    told = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in told}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_rule_is_about_metrics_and_labels_that_there_are(rule: dict[str, Any]) -> None:
    labels: dict[str, set[str]] = {}
    for each in series(sample(30)[0]):
        name, _brace, told = each.partition("{")
        labels.setdefault(name, set()).update(re.findall(r'(\w+)="', told))

    used = set(re.findall(r"hybrid_jfrog_\w+", rule["expr"]))

    assert used <= set(labels)
    said = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"]))) | set(re.findall(r"(\w+)=~?\"", rule["expr"]))
    assert said <= set.union(*(labels[name] for name in used))


@needs_promtool
def test_rules_are_what_prometheus_takes() -> None:
    checked = promtool("check", "rules", str(RULES))

    assert (checked.returncode, "SUCCESS" in checked.stdout + checked.stderr) == (0, True), checked.stderr


ERROR = "Cannot reach https://acme.jfrog.io/: refused."
GONE = plan_one(of_platform=platform(reachable=False, error=ERROR, jpds=[]))
FAILED = [{"host": "lyon-1", "step": "jpd", "message": "refused"}]


@needs_promtool
@pytest.mark.parametrize(
    ("report", "minutes", "alerts"),
    [
        pytest.param(document(IN_ORDER), 295, set(), id="in-order"),
        pytest.param(document(DRIFTED), 55, set(), id="drift-that-was-just-found"),
        pytest.param(document(DRIFTED), 70, {"Drift"}, id="drift-for-an-hour"),
        pytest.param(document(DRIFTED), 130, {"Drift", "NoSuccess"}, id="drift-for-two-hours"),
        pytest.param(document(SILENT), 35, {"EdgeUnreachable"}, id="unreachable"),
        pytest.param(document(STUCK), 70, {"EdgeNeedsPerson"}, id="needs-a-person"),
        pytest.param(document(ENDING), 5, {"ExpiresSoon"}, id="token-that-ends"),
        pytest.param(document(DRIFTED, failures=FAILED), 5, {"StepFailed"}, id="step-that-failed"),
        pytest.param(document(GONE), 20, {"PlatformUnreachable"}, id="platform-that-is-gone"),
    ],
)
def test_rules_fire_when_a_person_should_know(
    report: dict[str, Any], minutes: int, alerts: set[str], tmp_path: Path
) -> None:
    assert fired(report, minutes, tmp_path) == {f"HybridJfrog{alert}" for alert in alerts}


@needs_promtool
def test_rules_fire_when_nothing_runs_any_more(tmp_path: Path) -> None:
    assert fired(document(IN_ORDER), 55, tmp_path, runs=False) == set()
    assert fired(document(IN_ORDER), 65, tmp_path, runs=False) == {"HybridJfrogNoRun"}
    assert fired(document(IN_ORDER), 125, tmp_path, runs=False) == {"HybridJfrogNoRun", "HybridJfrogNoSuccess"}


@needs_promtool
def test_rules_fire_where_no_run_ever_ended_well(tmp_path: Path) -> None:
    assert fired(document(DRIFTED), 5, tmp_path, last_success=0.0) == {"HybridJfrogNoSuccess"}


def fired(
    report: dict[str, Any], minutes: int, tmp_path: Path, *, runs: bool = True, last_success: float = NOW.timestamp()
) -> set[str]:
    """The alerts that fire so many minutes after a run that ended well, when runs report this every five minutes."""
    well = report["outcome"] == "in_order"
    again = ["last_run", *(["last_success"] if well else [])] if runs else []
    test = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "5m",
        "tests": [
            {
                "interval": "5m",
                "input_series": [
                    {"series": name, "values": _values(name, value, again)}
                    for name, value in series(report, last_success=last_success).items()
                ],
                # What is expected not to fire, and does, is told.
                "alert_rule_test": [
                    {"eval_time": f"{minutes}m", "alertname": rule["alert"], "exp_alerts": []} for rule in rules()
                ],
            }
        ],
    }
    (tmp_path / "test.yml").write_text(yaml.safe_dump(test))
    ended = promtool("test", "rules", str(tmp_path / "test.yml"))
    told = ended.stdout + ended.stderr
    assert "FAILED" in told or "SUCCESS" in told, told
    return set(re.findall(r"alertname: ?(\w+)", told))


def _values(name: str, value: float, again: list[str]) -> str:
    """``again``: what each run tells anew. The time in promtool begins at zero, which is when the first one ended."""
    if "timestamp" not in name:
        return f"{value}x60"
    return f"{value - NOW.timestamp()}{'+300' if any(each in name for each in again) else ''}x60"


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PROMTOOL), *arguments], capture_output=True, text=True, timeout=60, check=False)
