# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the modules for tokens share: a controller that keeps a token of a site in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader

from simulator import tokens
from simulator.simulator import Simulator
from unit.modules.rest_cases import FastClock

TOKENS = "/access/api/v1/tokens"
ADMIN = "applied-permissions/admin"
USER = "applied-permissions/user"
A_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")
HOURS, DAYS = 3600, 86_400

Ensure = Callable[..., "dict[str, Any]"]


class TokenKeeper:
    """The controller, one server, and an action's own function as a task would call it."""

    def __init__(
        self, simulator: Simulator, folder: Path, ensure: Ensure, spec: dict[str, Any], *, of: str = "edge", **edge: Any
    ) -> None:
        self.simulator = simulator
        self.of = of
        self.site: Any = simulator.platform if of == "platform" else simulator.add_edge("lyon", **edge)
        self.authority = self.site.admin_token()
        self.store = folder / "secrets" / "a.token"
        self.loader = DataLoader()
        self.clock = FastClock()
        self.warnings: list[str] = []
        self.results: list[dict[str, Any]] = []
        self.variables: dict[str, Any] = {}
        self._ensure = ensure
        self._defaults = {name: option.get("default") for name, option in spec.items()}

    def run(self, *, check: bool = False, **changes: Any) -> dict[str, Any]:
        """The result of one run; its options are the defaults, the connection, the file, and what is given."""
        self.warnings.clear()
        params = {
            **self._defaults,
            "of": self.of,
            f"{self.of}_url": self.site.url,
            f"{self.of}_access_token": self.authority,
            f"{self.of}_ca_path": str(self.simulator.ca_path),
            "token_file": str(self.store),
            **changes,
        }
        result = self._ensure(
            params,
            loader=self.loader,
            variables=self.variables,
            warn=self.warnings.append,
            check_mode=check,
            clock=self.clock,
        )
        self.results.append(result)
        return result

    def token(self, *, description: str | None = None, scope: str = ADMIN, life: int | None = 30 * DAYS) -> str:
        """A token of the site's administrator that somebody else made."""
        database = self.site.database
        return tokens.issue(
            database,
            subject=f"{database.service_id}/users/admin",
            scope=scope,
            audience="*@*",
            lifetime=life,
            now=self.site.now(),
            description=description,
        )[0]

    def put(self, token: str) -> None:
        """Somebody puts a token into the file."""
        self.store.parent.mkdir(parents=True, exist_ok=True)
        self.store.write_text(token)
        self.store.chmod(0o600)

    def lose(self, *, times: int = 1, kind: str = "drop_answer") -> None:
        """The next answers to requests for a token do not arrive."""
        self.simulator.faults.add(site=self.site.name, method="POST", path=TOKENS, kind=kind, times=times)

    def alive(self, description: str) -> list[str]:
        """Ids of the tokens with this description that the server keeps and takes."""
        now = self.site.now()
        return [
            record.token_id
            for record in self.site.database.tokens.values()
            if record.description == description
            and not record.revoked
            and (record.expires_at is None or record.expires_at > now)
        ]

    def mints(self) -> int:
        return len(self.simulator.calls.find(method="POST", path=TOKENS))

    def assert_no_token_was_told(self) -> None:
        told = json.dumps([self.results, self.warnings, [f"{call.path}?{call.query}" for call in self.simulator.calls]])
        assert A_TOKEN.search(told) is None
        values = [self.authority, *(path.read_text() for path in self.store.parent.glob("*"))]
        assert [value for value in values if value in told] == []
