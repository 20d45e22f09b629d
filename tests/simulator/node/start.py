# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of one start know and pass on to each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Protocol, Union

from cryptography import x509

from simulator.access_database import AccessDatabase, SigningPair
from simulator.switches import Switches

from .failure import StartFailed
from .layout import Layout
from .logs import Logs

if TYPE_CHECKING:
    from .router import Router
    from .settings import Settings
    from .user_plugins import Loaded

_HEX_KEY = re.compile(r"[0-9a-fA-F]{32}(?:[0-9a-fA-F]{32})?")


class MintToken(Protocol):
    """Signs a token with the site's root key; the REST side of the simulator has it."""

    def __call__(self, *, subject: str, audience: str, expires_in: int) -> str: ...


@dataclass
class Start:
    """One start of one node. Created when the process is launched, dropped when it ends."""

    node: str
    version: tuple[int, ...]
    version_text: str
    layout: Layout
    database: AccessDatabase
    switches: Switches
    logs: Logs
    now: Callable[[], datetime]
    mint_token: Optional[MintToken]
    address: str  # of the machine, as the start script finds it out
    environment: Mapping[str, str]  # of the service, before any script adds to it
    settings: Settings
    first: bool  # this node has never come as far as its live files
    fresh_database: bool  # no node has come as far as the master key
    master_key: str = field(default="", repr=False)
    join_key: str = field(default="", repr=False)
    join_key_source: Union[Path, str, None] = None  # None: the database, or made here
    joined_key: Optional[str] = field(default=None, repr=False)  # what the services other than Access join with
    token_expires_at: Optional[datetime] = None
    signing_pair: Optional[SigningPair] = None  # as the database had it at this start
    router: Optional[Router] = None
    tomcat_certificate: Optional[x509.Certificate] = None  # on port 8443; None: that port is closed
    plugins: dict[str, Loaded] = field(default_factory=dict)  # user plugins in memory, by name; 6.x only

    @property
    def master_key_file(self) -> Path:
        elsewhere = self.settings.text("shared.security.masterKeyFile")
        return Path(elsewhere) if elsewhere else self.layout.master_key

    @property
    def live_join_key(self) -> Path:
        elsewhere = self.settings.text("shared.security.joinKeyFile")
        return Path(elsewhere) if elsewhere else self.layout.live_join_key

    @property
    def node_id(self) -> str:
        """``shared.node.id``, or the name."""
        return self.settings.node_id or self.node

    @property
    def node_ip(self) -> str:
        """``shared.node.ip``, or the machine's own address (node-files.md 9)."""
        return self.settings.node_ip or self.address

    @property
    def has_join_key(self) -> bool:
        """6.8 brought the join key (node-files.md 1.2)."""
        return self.version >= (6, 8)


def key_text(start: Start, text: Any, what: str) -> str:
    """A key as the server takes it (node-files.md 1.1, 2 'Format'). Raises StartFailed for text that it refuses.

    What it refuses is mostly UNCONFIRMED; the switches ``odd_key_text_accepted`` and ``key_line_end_stripped`` say.
    """
    if isinstance(text, str):
        key = text.rstrip("\r\n") if start.switches.key_line_end_stripped else text
        if _HEX_KEY.fullmatch(key) or (start.switches.odd_key_text_accepted and key.strip()):
            return key
    # The words are this simulator's; no log of a refused text was found.
    raise StartFailed(f"Invalid {what}: 32 or 64 hexadecimal digits are expected", waiting_for=what)


def same_key(start: Start, one: Optional[str], other: Optional[str]) -> bool:
    """Whether two join keys are one to the server."""
    return comparable(start.switches, one) == comparable(start.switches, other)


def comparable(switches: Switches, key: Optional[str]) -> Optional[str]:
    """A key in the form in which it is compared (switch ``key_case_matters``)."""
    return key if key is None or switches.key_case_matters else key.lower()
