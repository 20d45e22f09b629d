# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and files whose content is of the right form and the wrong type: a designed error, and no traceback."""

from __future__ import annotations

import json
import os
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.plain_file import NoPlainFileError, read_plain
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import preflight
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.license_buckets import LicenseBuckets
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access import AccessGroups, AccessUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy import LegacyGroups, LegacyUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import deployment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import propagation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, ConflictError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license import seen
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import cipher_texts, layout, master_key_reset
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files import key_version
from unit.client.stub_server import Stub, serve
from unit.hostile.answers import Answers

CIPHER_TEXT = "JE" + "2" * 40

# Groups and members


MIXED = [[1, "dev"], [None, "dev"], [["dev"], "ops"], [{"name": "dev"}], [True], "dev", 7, {"dev": 1}]


@pytest.mark.parametrize("said", MIXED, ids=str)
@pytest.mark.parametrize("kind", [AccessUsers, AccessGroups, LegacyUsers, LegacyGroups])
def test_groups_and_members_that_are_no_texts_are_refused(kind: Any, said: Any) -> None:
    body = {"username": "ann", "name": "ann", "groups": said, "members": said, "userNames": said}

    with pytest.raises(ApiError, match=r"^Cannot read the (user|group) 'ann' "):
        kind(Answers(json.dumps(body))).read("ann")


# Errors about what is in an answer, which have no status


ABOUT_CONTENT: dict[str, Callable[[], Any]] = {
    "jpd": lambda: deployment.from_api([]),
    "bucket": lambda: seen.bucket([], {}),
    "propagation": lambda: propagation.from_api({}),
    "id-of-a-jpd": lambda: MissionControl(Answers("{}")).get_jpd("../x"),
    "somebody-elses-jpd": lambda: MissionControl(Answers('{"id": "JPD-3"}')).get_jpd("JPD-2"),
    "bucket-without-a-name": lambda: LicenseBuckets(Answers("{}")).read({}),
}


@pytest.mark.parametrize("read", ABOUT_CONTENT.values(), ids=list(ABOUT_CONTENT))
def test_error_about_content_has_no_status_and_says_so(read: Callable[[], Any]) -> None:
    with pytest.raises(ApiError) as caught:
        read()

    assert caught.value.to_fail_json()["http_status"] is None


def test_preflight_of_a_platform_whose_list_of_jpds_is_none_tells_what_is_wrong() -> None:
    source = preflight.Source("acme", "http://127.0.0.1", lambda: pytest.fail("it is open"), "token")
    with serve(Stub(body=b"[7]")) as stub, JFrogSession(stub.url, "token") as session:
        site = preflight._Site(source, lambda: pytest.fail("no time is needed"))
        call = site.ask(lambda: [deployment.from_api(one) for one in MissionControl(session).list_jpds()])

    assert call["value"] is call["status"] is None
    assert "an entry is no object" in str(call["error"])


# Files that tell how far something is


MARK = {"begun_at": "2026-11-22T10:00:00.000Z", "new": "sha256:1", "old": None, "backup": None}


@pytest.mark.parametrize("name", MARK)
@pytest.mark.parametrize("said", [7, True, ["x"], {"x": 1}], ids=str)
def test_mark_of_a_rotation_with_a_value_that_is_no_text_is_damaged(tmp_path: Path, name: str, said: Any) -> None:
    store = tmp_path / "key"
    (tmp_path / "key.rotation").write_text(json.dumps(MARK))
    assert key_version.under_way(store) == key_version.Rotation(**MARK)
    (tmp_path / "key.rotation").write_text(json.dumps({**MARK, name: said}))

    with pytest.raises(ConflictError, match="cannot be read"):
        key_version.under_way(store)


RESET = {"begun_at": "2026-11-22T10:00:00.000Z", "replaced_at": None, "trusted_at": None}
NO_TIMES = [7, True, ["x"], "", "../../x", "2026-11-22/10:00:00.000Z", "2026-11-22T10:00:00.000Z\0", "soon"]


@pytest.mark.parametrize("name", RESET)
@pytest.mark.parametrize("said", NO_TIMES, ids=repr)
def test_note_of_a_reset_with_what_is_no_time_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: Any
) -> None:
    monkeypatch.setattr(master_key_reset, "folder", lambda _layout: tmp_path)
    monkeypatch.setattr(layout.Layout, "master_key", tmp_path / "master.key", raising=False)
    node: Any = layout.Layout
    (tmp_path / "reset.json").write_text(json.dumps(RESET))
    assert master_key_reset.read(node) == RESET
    (tmp_path / "reset.json").write_text(json.dumps({**RESET, name: said}))

    with pytest.raises(ConflictError, match="is damaged"):
        master_key_reset.read(node)


def test_cipher_texts_one_in_each_of_very_many_levels_take_no_memory() -> None:
    """The path of each would be as long as the document: half a gigabyte of a file with half a megabyte."""
    deep = f"<a>{CIPHER_TEXT}" * 8_000 + "</a>" * 8_000
    tracemalloc.start()

    found = cipher_texts._keys(Path("binarystore.xml"), deep)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == ["line 1"]
    assert most < 20 << 20


# Pipes


@pytest.mark.parametrize("writer", [False, True], ids=["nobody-writes", "somebody-writes"])
def test_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path, writer: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR) if writer else None
    refused: list[OSError] = []

    def read() -> None:
        try:
            read_plain(pipe, limit=10)
        except OSError as exc:
            refused.append(exc)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(5)
    waits = reader.is_alive()
    # Whoever waits is let go.
    os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK) if held is None else held)

    assert not waits
    assert [type(one) for one in refused] == [NoPlainFileError]
