# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The short-lived admin token that a start leaves on a node's disk for a minute, when it was asked for (trap 3)."""

from __future__ import annotations

import os
from typing import Callable, Optional, Tuple

from .._domain.access import admin_token as model
from .._domain.errors import LayoutError, ServiceError
from .._domain.health import HEALTHY
from .._domain.observed import Health
from .._domain.version import ADMIN_TOKEN_SINCE, supports_admin_token
from . import files, start, version
from .layout import Layout
from .service import Service

FILE_MODE = 0o600  # what the vendor's own role gives the request (node-files.md 10)
PAUSE = 0.5
# Access writes the token while it starts, so a node that has been healthy for so long will not write one any more.
GRACE = 10.0

Mark = Optional[Tuple[int, int]]


def demand_version(layout: Layout) -> None:
    """Raises LayoutError for a node that knows nothing of such tokens, before anything is written."""
    found = version.read(layout)
    if layout.token_request is None or supports_admin_token(found) is False:
        since = ".".join(map(str, ADMIN_TOKEN_SINCE))
        raise LayoutError(
            f"Cannot get an admin token from the node in {layout.home}: its version is {found or layout.generation}, "
            f"and {since} is the first that makes one at a start. Log in with the first administrator (see the module "
            "bootstrap_credentials), create a token in the web page, and put it into edge_access_token."
        )


def ask(layout: Layout) -> Mark:
    """Ask the next start for a token; a mark by which a new answer is told from one that lies there already."""
    if layout.token_request is None:
        raise AssertionError("demand_version has to be first")
    account = layout.account()
    files.make_folder(layout.token_request.parent, account)
    mark = _mark(layout)
    files.write_atomically(layout.token_request, "", account=account, mode=FILE_MODE)
    return mark


def withdraw(layout: Layout) -> None:
    """Take the request back, so that no later start leaves a token for which nobody waits."""
    if layout.token_request is not None:
        files.remove(layout.token_request)


def wait_for_answer(
    layout: Layout,
    service: Service,
    before: Mark,
    *,
    health: Callable[[], Optional[Health]],
    timeout: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> str:
    """The token, as soon as it is there. Raises ServiceError."""
    begun, healthy_since, stopped = clock(), None, 0
    while True:
        token = _answer(layout, before)
        if token is not None:
            return token
        now = clock()
        seen = health()
        if seen is None or seen["state"] != HEALTHY:
            healthy_since = None
        elif healthy_since is None:
            healthy_since = now
        elif now - healthy_since > GRACE:
            raise _none(layout, "it is healthy, and has written no token")
        stopped = stopped + 1 if service.running() is False else 0
        if stopped >= start.STOPPED_IN_A_ROW:
            raise _none(layout, "it stopped again")
        if now - begun >= timeout:
            raise _none(layout, f"it has written no token within {timeout:g} seconds")
        sleep(PAUSE)


def _answer(layout: Layout, before: Mark) -> str | None:
    mark = _mark(layout)
    if mark is None or mark == before:
        return None
    text = files.read_text(layout.token_file, limit=1 << 16)
    return None if text is None else model.token_in(text)


def _mark(layout: Layout) -> Mark:
    try:
        status = os.lstat(layout.token_file)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _none(layout: Layout, what: str) -> ServiceError:
    return ServiceError(
        f"Cannot get an admin token from the node in {layout.home}: {what}. Look for its reason in "
        f"{layout.logs[0].parent}/access-service.log. The request for a token was taken back."
    )
