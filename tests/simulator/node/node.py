# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated Artifactory node: a directory tree and a state machine stopped, starting, running or failed.

Time passes in ``tick``, which the simulator calls about ten times a second. Every public method may be called from any
thread. The one lock is that of the database, which the nodes of an HA Edge share, so no two locks can be taken in
opposite orders.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from cryptography import x509

from simulator.access_database import AccessDatabase, SigningPair
from simulator.clock import Clock
from simulator.control_address import ControlAddress
from simulator.switches import Switches

from . import condition, control_script, installation, registry, sequence, services, user_plugins
from .failure import Crashed, StartFailed
from .layout import layout_of
from .logs import ACCESS, ARTIFACTORY, ROUTER, Logs
from .router import Router
from .settings import Settings
from .start import MintToken, Start
from .user_plugins import Loaded
from .watcher import TrustedFolder

STOPPED = "stopped"
STARTING = "starting"
RUNNING = "running"
FAILED = "failed"
_RETRY_SECONDS = 1.0  # between two complaints about a refused join; the product's own pace is not known


class Node:
    """A node of an Edge (or of a platform). Its files are under ``home``; ``layout`` knows each of them."""

    def __init__(
        self,
        name: str,
        home: Path,
        generation: str,
        version: str,
        database: AccessDatabase,
        switches: Switches,
        clock: Clock,
        site_name: str,
        *,
        mint_token: Optional[MintToken] = None,
        address: str = "127.0.0.1",
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.home = home
        self.generation = generation
        self.version = version
        self.database = database
        self.switches = switches
        self.clock = clock
        self.site_name = site_name
        self.mint_token = mint_token
        self.address = address
        # Variables of the unit or container that the node runs in, from the next start on.
        self.environment: dict[str, str] = {}
        # Those of whoever called the control script last.
        self.inherited: dict[str, str] = {}
        self._timer = timer
        self.layout = layout_of(generation, home)
        self.logs = Logs(self.layout, self._now)
        self.reason: Optional[str] = None
        # Set to the name of a step: the next start dies right before it, once, and leaves all files as they are then.
        self.crash_at: Optional[str] = None
        self._state = STOPPED
        self._lock = database.lock
        self._start: Optional[Start] = None
        self._steps: list[sequence.Step] = []
        self._passed: set[str] = set()
        self._launched_at = 0.0
        self._token_expires_at: Optional[datetime] = None
        self._retries = 0
        self._next_retry = 0.0
        self._seen_router_trouble: Optional[str] = None
        self._trusted = self._new_watcher()

    # Installing

    def install(
        self, control: Optional[ControlAddress] = None, *, ha: bool = False, product_properties: bool = True
    ) -> None:
        """Lay out a node that was never started. Without ``control`` its control script reaches nobody."""
        with self._lock:
            installation.install(self.layout, self.version, ha=ha, product_properties=product_properties)
            control_script.write(self.layout.control_script, self.name, control or ControlAddress("", ""))

    # Controlling

    @property
    def state(self) -> str:
        """stopped, starting, running or failed."""
        return self._state

    @property
    def steps(self) -> tuple[str, ...]:
        """Names of the steps of a start, in order: what ``crash_at`` can be."""
        return tuple(step.name for step in sequence.steps_of(self.generation))

    def start(self, *, at_once: bool = False) -> None:
        """Launch the process, unless it is there. ``at_once`` goes through the rest of the start before returning."""
        with self._lock:
            self._begin(at_once)
        self.changed()

    def stop(self) -> None:
        """End the process, also in the middle of a start; the files stay as they are."""
        with self._lock:
            self._end(STOPPED, None)
        self.changed()

    def restart(self, *, at_once: bool = False) -> None:
        """Stop and start."""
        with self._lock:
            self._end(STOPPED, None)
            self._begin(at_once)
        self.changed()

    def changed(self) -> None:
        """Called without the lock after somebody has controlled the node: for whoever has to look at it at once."""

    def status(self) -> dict[str, Any]:
        """What the control script is told."""
        with self._lock:
            return {"node": self.name, "state": self._state, "reason": self.reason}

    def tick(self) -> None:
        """Let time pass: go on with a start, look into the watched folder, delete what has expired."""
        with self._lock:
            if self._state == STARTING:
                duration = self.switches.start_duration
                passed = self._timer() - self._launched_at
                self._proceed(1.0 if duration <= 0 else passed / duration)
            if self._state == RUNNING:
                self._watch()

    def wait(self, timeout: float = 10.0) -> str:
        """Tick until a start has ended, one way or the other. For use where nobody else ticks."""
        deadline = time.monotonic() + timeout
        while self._state == STARTING and time.monotonic() < deadline:
            self.tick()
            time.sleep(0.005)
        return self._state

    # What it looks like from outside

    @property
    def service_states(self) -> dict[str, str]:
        """HEALTHY or UNHEALTHY by service code (jfrt, jfac, …); empty when the process is not there."""
        with self._lock:
            if self._state not in (STARTING, RUNNING):
                return {}
            names = services.SERVICES_7 if self.generation == "7" else services.SERVICES_6
            well = self.trouble is None
            return {name: self._service_state(name, well) for name in names}

    @property
    def trouble(self) -> Optional[services.Trouble]:
        """Why all services but Access are not well although the node runs. None: they are."""
        with self._lock:
            return condition.trouble(self._start) if self._start is not None else None

    @property
    def router_trouble(self) -> Optional[str]:
        """What the router says of an entry point that it cannot reach. None: it finds all, or does not run."""
        with self._lock:
            up = self._start is not None and sequence.ROUTER_UP in self._passed
            return condition.router_trouble(self._start) if up and self._start is not None else None

    @property
    def join_refused(self) -> bool:
        """Whether the services joined with another key than the database holds by now (node-files.md 1.8)."""
        with self._lock:
            return self._start is not None and condition.join_refused(self._start)

    @property
    def node_id(self) -> str:
        """``shared.node.id``, or the name."""
        return self._start.node_id if self._start else self.name

    @property
    def signing_pair(self) -> Optional[SigningPair]:
        """What this node signs tokens with; None: what the database holds now (switch ``signing_pair_of_nodes``)."""
        with self._lock:
            kept = self.switches.signing_pair_of_nodes == "of_their_start"
            return self._start.signing_pair if kept and self._start is not None else None

    @property
    def plugins(self) -> dict[str, Loaded]:
        """User plugins in the memory of the running node, by name."""
        with self._lock:
            return dict(self._start.plugins) if self._start is not None else {}

    def deploy_plugin(self, name: str, text: str, *, loads: bool) -> None:
        """Write a user plugin's file, as the deploy call does; ``loads``: into the memory as well."""
        with self._lock:
            path = self.layout.plugins / f"{name}.groovy"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if loads and self._start is not None:
                user_plugins.load_one(self._start, path)

    def reload_plugins(self, *, only_modified: bool) -> list[str]:
        """Load user plugins anew; the names of the files that were loaded."""
        with self._lock:
            return [] if self._start is None else user_plugins.load(self._start, only_modified=only_modified)

    @property
    def router(self) -> Optional[Router]:
        """What the router's port speaks now; None while nothing listens. 6.x has no router."""
        with self._lock:
            up = self._start is not None and sequence.ROUTER_UP in self._passed
            return self._start.router if up and self._start is not None else None

    @property
    def tomcat_certificate(self) -> Optional[x509.Certificate]:
        """What Tomcat's own TLS port 8443 shows; None while that port is closed."""
        with self._lock:
            return self._start.tomcat_certificate if self._start else None

    def health(self) -> Optional[tuple[int, dict[str, Any]]]:
        """The router's health page; None while nothing listens.

        6.x has no router: its port answers 404 (control-plane-api.md 0, 'Platform base').
        """
        with self._lock:
            if sequence.ROUTER_UP not in self._passed or self._start is None:
                return None
            if self.generation == "6":
                return 404, {"errors": [{"status": 404, "message": "File not found."}]}
            return services.health_page(
                self.database,
                self.node_id,
                self.service_states,
                trouble=self.trouble,
                router_trouble=self.router_trouble,
            )

    # Inside

    def _begin(self, at_once: bool) -> None:
        if self._state not in (STARTING, RUNNING):
            self._launch()
        if at_once and self._state == STARTING:
            self._proceed(1.0)

    def _launch(self) -> None:
        self._state = STARTING
        self.reason = None
        self._start = self._new_start()
        self._steps = list(sequence.steps_of(self.generation))
        self._passed = set()
        self._launched_at = self._timer()
        self._trusted = self._new_watcher()
        self._retries = 0
        self._seen_router_trouble = None

    def _now(self) -> datetime:
        return self.clock.now(self.site_name)

    def _new_watcher(self) -> TrustedFolder:
        return TrustedFolder(self.layout.trusted, self.database, self.switches, self.logs, self._timer)

    def _new_start(self) -> Start:
        return Start(
            node=self.name,
            version=tuple(int(number) for number in re.findall(r"\d+", self.version)[:3]),
            version_text=self.version,
            layout=self.layout,
            database=self.database,
            switches=self.switches,
            logs=self.logs,
            now=self._now,
            mint_token=self.mint_token,
            address=self.address,
            environment={**self.inherited, **self.environment},
            settings=Settings(),
            first=not (self.layout.access_keys / "README.md").exists(),
            fresh_database=self.database.master_key_fingerprint is None,
        )

    def _proceed(self, progress: float) -> None:
        """Do the steps whose time has come."""
        start = self._start
        assert start is not None
        try:
            while self._steps and self._steps[0].at <= progress:
                step = self._steps[0]
                if self.crash_at == step.name:
                    self.crash_at = None
                    raise Crashed(step.name)
                step.run(start)
                self._passed.add(step.name)
                self._steps.pop(0)
        except Crashed as exc:
            self._end(FAILED, str(exc))
        except StartFailed as exc:
            self._fail(start, exc)
        except OSError as exc:
            # A file that cannot be read or written, for example a folder where a key should be.
            self._fail(start, StartFailed(f"{exc.strerror}: {exc.filename}"))
        except ValueError as exc:
            # A file or a setting with something in it that is no text, or no number.
            self._fail(start, StartFailed(str(exc)))
        self._token_expires_at = start.token_expires_at or self._token_expires_at
        self._note_router_trouble()
        if not self._steps and self._state == STARTING:
            self._state = RUNNING

    def _fail(self, start: Start, failure: StartFailed) -> None:
        services.report_failed_start(start, failure)
        self._end(FAILED, failure.reason)

    def _end(self, state: str, reason: Optional[str]) -> None:
        self._state = state
        self.reason = reason
        self._steps = []
        self._passed = set()
        self._start = None
        registry.leave(self.database, self.name)

    def _watch(self) -> None:
        self._trusted.look()
        if self._token_expires_at is not None and self._now() >= self._token_expires_at:
            self._token_expires_at = None
            with contextlib.suppress(OSError):
                self.layout.token_file.unlink()
        self._note_router_trouble()
        self._join_if_free()
        trouble = self.trouble
        if trouble is None:
            if self._retries:
                services.report_joined(self.logs, self.generation, self.database, self.node_id)
            self._retries = 0
        elif self._timer() >= self._next_retry:
            self._retries += 1
            self._next_retry = self._timer() + _RETRY_SECONDS
            trouble.report(self.logs, self.generation, self._retries)

    def _join_if_free(self) -> None:
        """The router goes on trying to join, and gets its place when the other node with its id is gone."""
        start = self._start
        assert start is not None
        if start.node_id not in self.database.registry and registry.holder(start) is None:
            registry.register(start)

    def _note_router_trouble(self) -> None:
        """One line when an entry point cannot be reached any more."""
        seen, self._seen_router_trouble = self._seen_router_trouble, self.router_trouble
        if self._seen_router_trouble is not None and self._seen_router_trouble != seen:
            self.logs.error(ROUTER, self._seen_router_trouble)

    def _service_state(self, name: str, well: bool) -> str:
        if name == ACCESS:
            up = sequence.ACCESS_UP in self._passed
        elif name == ARTIFACTORY:
            up = sequence.ARTIFACTORY_UP in self._passed and well
        else:
            up = sequence.ACCESS_UP in self._passed and well
        return services.HEALTHY if up else services.UNHEALTHY

    def __repr__(self) -> str:
        return f"Node({self.name!r}, {self._state})"
