# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other products of a deployment (Xray, Distribution, Insight …): a directory tree, and a start that joins the Edge.

Only what has to do with the join key is here (node-files.md 1.1, 1.2, 1.5, 1.8). Their own router, database and REST
interface are not.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import yaml

from simulator.control_address import ControlAddress
from simulator.node import cipher, control_script, system_yaml
from simulator.node.installation import write_private

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.sites import Edge
    from simulator.switches import Switches

# The codes under which they log and register.
CODES = {"xray": "jfxr", "distribution": "jfds", "insight": "jfint"}
STOPPED, RUNNING, FAILED = "stopped", "running", "failed"
_RETRY_SECONDS = 0.5  # between two complaints about a refused join; the product's own pace is not known
_SETTINGS = """\
## Settings of this product. A setting applies after a restart.
configVersion: 1
shared:
  jfrogUrl: {url}
  security:
{join_key}
"""


class Product:
    """One node of another product. ``home`` is ``$JFROG_HOME/<product>``."""

    def __init__(
        self,
        name: str,
        kind: str,
        home: Path,
        edge: Edge,
        switches: Switches,
        clock: Clock,
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.kind = kind
        self.home = home
        self.edge = edge
        self.switches = switches
        self.starts = 0
        self._clock = clock
        self._timer = timer
        self._state = STOPPED
        self._reason: Optional[str] = None
        self._own_key: Optional[str] = None
        self._joined_key: Optional[str] = None
        self._retries = 0
        self._next_retry = 0.0
        self._lock = threading.RLock()

    @property
    def control_script(self) -> Path:
        """As JFrog's installation pages call it: xray/app/bin/xray.sh."""
        return self.home / f"app/bin/{self.kind}.sh"

    @property
    def system_yaml(self) -> Path:
        return self.home / "var/etc/system.yaml"

    @property
    def join_key_file(self) -> Path:
        return self.home / "var/etc/security/join.key"

    @property
    def master_key_file(self) -> Path:
        return self.home / "var/etc/security/master.key"

    @property
    def log(self) -> Path:
        return self.home / "var/log/router-service.log"

    @property
    def joined(self) -> bool:
        """Whether the Edge takes what this product signs: the same join key on both sides (manage-keys page)."""
        with self._lock:
            return self._state == RUNNING and self._joined_key == self.edge.database.join_key

    def install(self, control: Optional[ControlAddress], *, in_settings: bool) -> None:
        """Lay the product out with the Edge's join key, in system.yaml or in the file with a line end (1.1)."""
        key = self.edge.database.join_key or ""
        setting = f'    joinKey: "{key}"' if in_settings else "  #  joinKey: "
        self.system_yaml.parent.mkdir(parents=True)
        self.system_yaml.write_text(_SETTINGS.format(url=self.edge.url, join_key=setting), encoding="utf-8")
        write_private(self.master_key_file, secrets.token_hex(32) + "\n", mode=0o640)
        if not in_settings:
            write_private(self.join_key_file, key + "\n", mode=0o640)
        self.log.parent.mkdir(parents=True)
        control_script.write(self.control_script, self.name, control or ControlAddress("", ""))
        text = self.control_script.read_text(encoding="utf-8")
        self.control_script.write_text(text.replace("Artifactory Tomcat", self.kind), encoding="utf-8")

    def start(self) -> None:
        """Read the key, encrypt it where it lies, and join the Edge, or try again until that works (1.8)."""
        with self._lock:
            if self._state == RUNNING:
                return
            self.starts += 1
            self._own_key = self._read_key()
            self._retries, self._next_retry = 0, 0.0
            if self._own_key is None:
                path = self.join_key_file
                self._write("INFO", "Cluster join: Join key is missing. Pending for 1 seconds with 2m0s timeout")
                self._write(
                    "FATAL",
                    "Cluster join: Failed resolving join key: failed resolving 'shared.security.joinKey' key; "
                    f"file does not exist: {path}",
                )
                self._state, self._reason = FAILED, "Missing join key"
                return
            self._state, self._reason = RUNNING, None
            self._joined_key = None
            self.tick()

    def stop(self) -> None:
        with self._lock:
            self._state, self._reason, self._joined_key = STOPPED, None, None

    def restart(self) -> None:
        with self._lock:
            self.stop()
            self.start()

    def status(self) -> dict[str, Any]:
        """What the control script is told."""
        with self._lock:
            return {"node": self.name, "state": self._state, "reason": self._reason}

    def tick(self) -> None:
        """Try to join, as long as that did not work or does not hold any more."""
        with self._lock:
            if self._state != RUNNING or self.joined or self._timer() < self._next_retry:
                return
            self._next_retry = self._timer() + _RETRY_SECONDS
            up = any(node.service_states.get("jfac") == "HEALTHY" for node in self.edge.nodes)
            if up and self._own_key == self.edge.database.join_key:
                self._joined_key = self._own_key
                code = CODES.get(self.kind, "jfrou")
                self._write(
                    "INFO", f"Cluster join: Successfully joined {code}@{secrets.token_hex(8)} with node id {self.name}"
                )
                self._write("INFO", "Cluster join: Successfully joined the cluster")
                return
            self._retries += 1
            what = "join" if up else "ping"
            self._write("WARN", f"Cluster join: Retry {self._retries}: Service registry {what} failed, will retry")

    def _read_key(self) -> Optional[str]:
        """``joinKey`` of system.yaml wins over the file (node-files.md 1.2); line ends are no part of it (1.1)."""
        master_key = self.master_key_file.read_text(encoding="ascii").strip()
        document = yaml.safe_load(self.system_yaml.read_text(encoding="utf-8")) or {}
        setting = ((document.get("shared") or {}).get("security") or {}).get("joinKey")
        if setting:
            system_yaml.encrypt_in_place(self.system_yaml, lambda text: cipher.encrypt(master_key, text))
            return self._plain(master_key, str(setting))
        if not self.join_key_file.exists():
            return None
        text = self.join_key_file.read_text(encoding="utf-8").rstrip("\r\n")
        if self.switches.product_join_key_encrypted and not cipher.is_encrypted(text):
            write_private(self.join_key_file, cipher.encrypt(master_key, text), mode=0o640)
        return self._plain(master_key, text)

    @staticmethod
    def _plain(master_key: str, text: str) -> str:
        return cipher.decrypt(master_key, text) if cipher.is_encrypted(text) else text

    def _write(self, level: str, message: str) -> None:
        """A line in the shape of node-files.md 10."""
        at = self._clock.now(self.edge.name)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
        head = f"{stamp} [jfrou] [{level:<5}] [{secrets.token_hex(8)}] [{'bootstrap.go:1':<30}] [{'main':<20}]"
        for path in (self.log, self.log.with_name("console.log")):
            with path.open("a", encoding="utf-8") as stream:
                stream.write(f"{head} - {message}\n")
