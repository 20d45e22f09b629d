# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source of the rulebooks: what is news, and what it asks the simulated platform for."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from simulator.simulator import Simulator

EDA = Path(__file__).resolve().parents[3] / "extensions/eda"
PATH = EDA / "plugins/event_source/jpd_status.py"
URL = "https://acme.jfrog.io"
AT = "2026-11-22T12:00:00Z"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("jpd_status", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["jpd_status"] = module  # its dataclasses look for it there
    spec.loader.exec_module(module)
    return module


source = load()


def jpd(number: int, name: str, status: str) -> dict[str, Any]:
    url = f"https://{name}.example.com/"
    return {"id": f"JPD-{number}", "name": name, "url": url, "local": number == 1, "status": {"code": status}}


def told(events: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    return [(event["jpd"]["name"], event["was"], event["status"]) for event in events]


HOME = jpd(1, "acme", "ONLINE")


# --- what is news


@pytest.mark.parametrize(
    ("initial", "expected"),
    [
        ("not_online", [("osaka", None, "OFFLINE")]),
        ("all", [("lyon", None, "ONLINE"), ("osaka", None, "OFFLINE")]),
        ("none", []),
    ],
)
def test_first_answer_tells_of_the_edges_that_were_asked_for_and_never_of_the_platform_itself(
    initial: str, expected: list[tuple[str, str | None, str]]
) -> None:
    watch = source.Watch(URL, initial)

    assert told(watch.answered([HOME, jpd(2, "lyon", "ONLINE"), jpd(3, "osaka", "OFFLINE")], AT)) == expected


def test_answer_without_a_change_makes_no_event() -> None:
    watch = source.Watch(URL)
    watch.answered([HOME, jpd(3, "osaka", "OFFLINE")], AT)

    assert watch.answered([HOME, jpd(3, "osaka", "OFFLINE")], AT) == []


def test_changed_status_makes_one_event_with_what_it_was() -> None:
    watch = source.Watch(URL)
    watch.answered([HOME, jpd(2, "lyon", "ONLINE")], AT)

    assert watch.answered([HOME, jpd(2, "lyon", "UNAUTHORIZED")], AT) == [
        {
            "jpd": {"id": "JPD-2", "name": "lyon", "group": "lyon", "url": "https://lyon.example.com"},
            "status": "UNAUTHORIZED",
            "was": "ONLINE",
            "at": AT,
        }
    ]


def test_edge_that_left_the_list_is_unregistered_and_one_that_came_was_not_there() -> None:
    watch = source.Watch(URL)
    watch.answered([HOME, jpd(2, "lyon", "ONLINE")], AT)

    events = watch.answered([HOME, jpd(4, "quito", "PARTIAL")], AT)

    assert told(events) == [("quito", None, "PARTIAL"), ("lyon", "ONLINE", "UNREGISTERED")]


def test_platform_that_fails_is_told_once_and_then_what_happened_meanwhile() -> None:
    watch = source.Watch(URL)
    watch.answered([HOME, jpd(2, "lyon", "ONLINE")], AT)
    refused = source.Unavailable("the platform answered 503")

    first, again = watch.failed(refused, AT), watch.failed(refused, AT)
    after = watch.answered([HOME, jpd(2, "lyon", "OFFLINE")], AT)

    assert first == [
        {
            "platform": {"url": URL},
            "status": "UNREACHABLE",
            "was": "REACHABLE",
            "reason": "the platform answered 503",
            "at": AT,
        }
    ]
    assert again == []
    assert (after[0]["platform"], after[0]["status"], after[0]["was"]) == ({"url": URL}, "REACHABLE", "UNREACHABLE")
    assert told(after[1:]) == [("lyon", "ONLINE", "OFFLINE")]


def test_platform_that_was_never_reached_is_told_and_then_the_edges_as_at_a_start() -> None:
    watch = source.Watch(URL)

    assert [event["was"] for event in watch.failed(source.Unavailable("no connection"), AT)] == [None]
    assert told(watch.answered([HOME, jpd(3, "osaka", "OFFLINE")], AT)[1:]) == [("osaka", None, "OFFLINE")]


def test_status_as_a_bare_word_and_a_missing_one_are_read() -> None:
    watch = source.Watch(URL, "all")

    events = watch.answered(
        [{"id": 2, "name": "a", "url": None, "status": "ONLINE"}, {"id": 3, "name": "b", "status": None}], AT
    )

    assert told(events) == [("a", None, "ONLINE"), ("b", None, "UNKNOWN")]


@pytest.mark.parametrize(
    ("failures", "retry_after", "expected"),
    [(0, 0, 60), (1, 0, 120), (3, 0, 480), (4, 0, 900), (10_000, 0, 900), (1, 300, 300), (1, 86_400, 900)],
)
def test_wait_doubles_with_each_failure_honours_what_was_asked_for_and_has_an_end(
    failures: int, retry_after: float, expected: float
) -> None:
    watch = source.Watch(URL)
    for _ in range(failures):
        watch.failed(source.Unavailable("no connection"), AT)

    assert watch.wait(60, 900, retry_after) == expected


def test_wait_is_the_interval_again_after_an_answer() -> None:
    watch = source.Watch(URL)
    watch.failed(source.Unavailable("no connection"), AT)
    watch.answered([HOME], AT)

    assert watch.wait(60, 900) == 60


def test_group_of_an_edge_is_no_pattern_of_hosts() -> None:
    events = source.Watch(URL, "all").answered([jpd(2, "edge-fra.1", "OFFLINE"), jpd(3, "x,all:!é", "OFFLINE")], AT)

    assert [event["jpd"]["group"] for event in events] == ["edge_fra_1", "x_all__é"]


# --- its arguments


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"platform_url": ""}, "platform_url is not set, and neither is JFROG_PLATFORM_URL in the environment"),
        ({"platform_url": "acme"}, "platform_url is 'acme': write it as in https://acme.jfrog.io"),
        ({"platform_url": "https://user:pass@acme.jfrog.io"}, "write it as in https://acme.jfrog.io"),
        ({"platform_access_token": ""}, "there is no token: set JFROG_PLATFORM_TOKEN"),
        ({"platform_access_token_file": "/run/token"}, "are both set: give one"),
        ({"interval": 0}, "interval is 0: write a number of seconds, at least 1"),
        ({"interval": "soon"}, "interval is 'soon': write a number of seconds"),
        ({"timeout": True}, "timeout is True: write a number of seconds"),
        ({"initial": "some"}, "initial is 'some': write one of not_online, all, none"),
        ({"platform_validate_certs": "no"}, "platform_validate_certs is 'no': write true or false"),
        ({"platform_ca_path": "/nowhere/ca.pem"}, "platform_ca_path is '/nowhere/ca.pem': there is no such file"),
        ({"intervall": 5}, "intervall is no argument of this source; it has platform_url,"),
    ],
)
def test_wrong_argument_is_refused_with_what_to_write(args: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match="Cannot watch the JPDs: ") as refused:
        source.Settings.of({"platform_url": URL, "platform_access_token": "s3cret-token", **args}, {})

    assert problem in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_all_problems_of_the_arguments_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"platform_url is not set.*there is no token.*initial is 'x'"):
        source.Settings.of({"initial": "x"}, {})


def test_url_token_and_ca_file_come_from_the_environment(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()

    settings = source.Settings.of(
        {}, {"JFROG_PLATFORM_URL": URL + "/", "JFROG_PLATFORM_TOKEN": "of-env", "JFROG_PLATFORM_CA_PATH": str(ca)}
    )

    assert (settings.platform_url, settings.read_token(), settings.ca_path) == (URL, "of-env", str(ca))


def test_documented_options_are_the_arguments() -> None:
    documented = yaml.safe_load(source.DOCUMENTATION)["options"]
    defaults = {name: option["default"] for name, option in documented.items() if "default" in option}

    assert list(documented) == list(source._ARGUMENTS)
    assert defaults == {
        **{name: default for name, (default, _least) in source._NUMBERS.items()},
        "initial": source.INITIAL[0],
        "platform_validate_certs": True,
    }


# --- its rulebook


def test_each_status_that_is_not_in_order_is_answered_by_one_rule() -> None:
    (rulebook,) = yaml.safe_load((EDA / "rulebooks/edge_offline.yml").read_text())
    answered = [status for rule in rulebook["rules"] for status in re.findall(r'"(\w+)"', rule["condition"])]

    assert sorted(answered) == [
        "OFFLINE",
        "PARTIAL",
        source.REFUSED,
        "UNAUTHORIZED",
        source.UNREACHABLE,
        source.UNREGISTERED,
    ]


# --- with a platform


class Collected:
    """The queue of ansible-rulebook; ``then`` is done after the events that it names, and the last ends the source."""

    def __init__(self, *then: Callable[[], None]) -> None:
        self.events: list[dict[str, Any]] = []
        self._then = list(then)

    async def put(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if not self._then:
            raise asyncio.CancelledError
        self._then.pop(0)()


def watch_platform(collected: Collected, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, **args: Any) -> None:
    """Run the source until the queue has what the test waits for, without waiting between its requests."""
    real_sleep = asyncio.sleep
    monkeypatch.setattr(source.asyncio, "sleep", lambda seconds: real_sleep(0.01))
    given = {
        "platform_url": simulator.platform.url,
        "platform_access_token": simulator.platform.admin_token(),
        "platform_ca_path": str(simulator.ca_path),
        "initial": "all",
        **args,
    }
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(asyncio.wait_for(source.main(collected, given), timeout=30))


def register(simulator: Simulator, name: str) -> None:
    edge = simulator.add_edge(name)
    entry = {"name": name, "url": edge.url, "location": {}, "tags": []}
    simulator.platform.jpds.append({**simulator.platform.jpds[0], **entry, "id": f"JPD-{name}", "local": False})


def test_source_tells_of_an_edge_from_its_registration_to_its_end(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(simulator, "lyon")
    register(simulator, "osaka")
    collected = Collected(lambda: None, lambda: simulator.platform.delete_jpd("lyon"))

    watch_platform(collected, simulator, monkeypatch)

    first, _second, third = collected.events
    url = simulator.edge("lyon").url
    assert first["jpd"] == {"id": "JPD-lyon", "name": "lyon", "group": "lyon", "url": url}
    assert (third["jpd"]["name"], third["was"], third["status"]) == ("lyon", first["status"], "UNREGISTERED")


def test_source_asks_once_per_interval_and_writes_nothing(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lyon", "osaka", "quito"):
        register(simulator, name)
    collected = Collected(lambda: None, lambda: None)
    simulator.calls.clear()

    watch_platform(collected, simulator, monkeypatch)

    assert [(call.method, call.path) for call in simulator.calls] == [("GET", "/mc/api/v1/jpds")]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("503", "the platform answered 503"),
        ("429_retry_after", "the platform answered 429"),
        ("hang_up", "the connection was closed without an answer"),
    ],
)
def test_platform_that_fails_and_recovers_is_told(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, fault: str, reason: str
) -> None:
    simulator.faults.add(site="acme", path="/mc/api/v1/jpds", kind=fault, times=3)
    collected = Collected(lambda: None)

    watch_platform(collected, simulator, monkeypatch)

    assert [(event["status"], event["was"], event["reason"]) for event in collected.events] == [
        ("UNREACHABLE", None, reason),
        ("REACHABLE", "UNREACHABLE", None),
    ]


def test_refused_token_is_told_and_shown_nowhere(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    collected = Collected()
    caplog.set_level(logging.DEBUG)

    watch_platform(collected, simulator, monkeypatch, platform_access_token="s3cret-token")

    (event,) = collected.events
    assert (event["status"], event["reason"]) == ("REFUSED", "the platform answered 401: it does not take the token")
    assert "s3cret-token" not in caplog.text + str(collected.events)


def test_rotated_token_of_a_file_is_used_without_a_restart(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("an old one\n")
    collected = Collected(lambda: file.write_text(simulator.platform.admin_token() + "\n"))

    watch_platform(collected, simulator, monkeypatch, platform_access_token=None, platform_access_token_file=str(file))

    assert [event["status"] for event in collected.events] == ["REFUSED", "REACHABLE"]


def test_certificate_that_is_not_trusted_is_named(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = Collected()

    watch_platform(collected, simulator, monkeypatch, platform_ca_path=None)

    assert collected.events[0]["reason"] == "the platform's TLS certificate is not trusted; see platform_ca_path"


def test_platform_that_does_not_listen_is_named(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = Collected()

    watch_platform(collected, simulator, monkeypatch, platform_url="https://127.0.0.1:1")

    assert collected.events[0]["reason"] == "no connection: Connection refused"


def test_credentials_of_netrc_do_not_replace_the_token(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    register(simulator, "lyon")
    collected = Collected()

    watch_platform(collected, simulator, monkeypatch)

    assert collected.events[0]["jpd"]["name"] == "lyon"
