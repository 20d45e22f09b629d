# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to a folder of a node, and the links on them."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import folders
from unit.node.node_tree import as_nobody, folder_for_all, put

SERVICE, OTHER = 12345, 4711
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give links away, and be led where others may not")


def inside(folder: Path) -> list[str]:
    """The names in the folder that the way leads to."""
    with folders.opened(folder) as descriptor, folders.readable(descriptor) as listed:
        return os.listdir(listed)


def a_link(path: Path, target: str, owner: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    if os.geteuid() == 0:
        os.chown(path, owner, owner, follow_symlinks=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    put(tmp_path / "real/keys/here", "x")
    return tmp_path


@pytest.mark.parametrize(
    ("link", "target", "way"),
    [
        pytest.param(None, "", "real/keys", id="no-link"),
        pytest.param("keys", "real/keys", "keys", id="relative"),
        pytest.param("a/keys", "../real/keys", "a/keys", id="relative-upwards"),
        pytest.param("var", "real", "var/keys", id="in-the-middle"),
        pytest.param("real/up", "..", "real/up/real/keys", id="upwards"),
        pytest.param("keys", "{tree}/real/./keys/", "keys", id="absolute"),
        pytest.param(None, "", "real/keys/../keys", id="dots"),
    ],
)
def test_opened_leads_where_the_system_would(tree: Path, link: str | None, target: str, way: str) -> None:
    if link is not None:
        a_link(tree / link, target.format(tree=tree))
    assert inside(tree / way) == os.listdir(tree / way) == ["here"]


def test_opened_relative_way_begins_in_the_current_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "real")
    assert inside(Path("keys")) == ["here"]
    assert inside(Path()) == ["keys"]


def test_opened_links_in_links_are_followed_as_far_as_the_system_does(tree: Path) -> None:
    a_link(tree / "0", "real/keys")
    for number in range(folders.MOST_LINKS):
        a_link(tree / str(number + 1), str(number))

    assert inside(tree / str(folders.MOST_LINKS - 1)) == ["here"]
    with pytest.raises(OSError, match="Too many links"):
        inside(tree / str(folders.MOST_LINKS))


@pytest.mark.parametrize(
    ("plant", "number"),
    [
        pytest.param(lambda path: None, errno.ENOENT, id="nothing"),
        pytest.param(lambda path: put(path, "x"), errno.ENOTDIR, id="file"),
        pytest.param(os.mkfifo, errno.ENOTDIR, id="pipe"),
        pytest.param(lambda path: path.symlink_to("nowhere"), errno.ENOENT, id="dangling-link"),
        pytest.param(lambda path: path.symlink_to(path.name), errno.EMLINK, id="link-to-itself"),
    ],
)
@pytest.mark.parametrize("below", ["", "deeper"], ids=["itself", "below-it"])
def test_opened_what_is_no_folder_says_what_it_is(
    tree: Path, plant: Callable[[Path], object], number: int, below: str
) -> None:
    plant(tree / "planted")
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match=r".+") as caught:
        inside(tree / "planted" / below)

    assert caught.value.errno == number
    assert len(os.listdir("/proc/self/fd")) == before


@as_root
@pytest.mark.parametrize(
    ("link_of", "folder_of", "refused"),
    [
        pytest.param(0, OTHER, False, id="roots"),
        pytest.param(SERVICE, SERVICE, False, id="to-its-own"),
        pytest.param(SERVICE, 0, True, id="to-roots"),
        pytest.param(SERVICE, OTHER, True, id="to-somebody-elses"),
    ],
)
@pytest.mark.parametrize("outer", [False, True], ids=["on-the-way", "behind-a-link-of-roots"])
def test_opened_link_leads_root_only_where_its_owner_may_go(
    tree: Path, link_of: int, folder_of: int, refused: bool, outer: bool
) -> None:
    a_link(tree / "data/keys", "../real/keys", link_of)
    os.chown(tree / "real/keys", folder_of, folder_of)
    a_link(tree / "var", "data")
    way = tree / ("var/keys" if outer else "data/keys")
    if not refused:
        assert inside(way) == ["here"]
        return

    with pytest.raises(folders.Detour) as caught:
        inside(way)
    assert caught.value.link == way
    assert f"{way} is a symbolic link of {SERVICE}, and leads to a folder of {name(folder_of)}" in str(caught.value)


def name(uid: int) -> str:
    return "root" if uid == 0 else str(uid)


@as_root
@pytest.mark.parametrize(
    ("target", "way"),
    [
        pytest.param("{tree}/data", "home/var/keys", id="absolute"),
        pytest.param("../data/keys", "home/var", id="at-the-end-of-a-relative-one"),
        pytest.param("{tree}/data/keys", "home/var", id="at-the-end-of-an-absolute-one"),
    ],
)
def test_opened_link_behind_a_link_of_roots_is_named_where_it_is(tree: Path, target: str, way: str) -> None:
    a_link(tree / "data/keys", "../real/keys", SERVICE)
    a_link(tree / "home/var", target.format(tree=tree))
    with pytest.raises(folders.Detour) as caught:
        inside(tree / way)

    # Its own path, or one that leads there: chown -h changes the same link.
    assert os.path.samestat(os.lstat(caught.value.link), os.lstat(tree / "data/keys"))


@as_root
def test_opened_others_than_root_are_led_by_any_link() -> None:
    with folder_for_all() as folder:
        (folder / "real").mkdir(mode=0o755)
        put(folder / "real/here", "x")
        a_link(folder / "link", "real", SERVICE)
        with as_nobody():
            assert inside(folder / "link") == ["here"]
