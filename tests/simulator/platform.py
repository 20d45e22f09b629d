# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JFrog platform: the site in the centre, with Mission Control and its list of JPDs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Optional

from cryptography import x509

from simulator.licences import EDGE
from simulator.license_buckets import BucketFile, Buckets, make_file
from simulator.release_bundles import ReleaseBundles
from simulator.signing_keys import KeyPair
from simulator.sites import HEALTHY, LIFECYCLE_SINCE, UNHEALTHY, Health, Site, healthy
from simulator.urls import normal, with_slash
from simulator.versions import at_least

HOME_ID = "JPD-1"
DISTRIBUTION = "2.33.1"
SERVICES = ("jfrt", "jfac", "jfmc", "jfds", "jffe", "jfmd", "jfevt", "jfob")
LOCATION_FIELDS = ("city_name", "country_code", "latitude", "longitude")


@dataclass
class Support:
    """JFrog Support, who do on a SaaS platform what its customers cannot (control-plane-api.md 4)."""

    platform: Platform

    def import_certificate(self, pem: str) -> str:
        """Make the platform trust an Edge's root certificate, as after a support request."""
        return self.platform.database.trust(x509.load_pem_x509_certificate(pem.encode("ascii")))


@dataclass
class Credential:
    """What Mission Control keeps to talk to a JPD: a master token, if it is not one of the two special cases."""

    master_token: Optional[str]
    circle_of_trust: bool = False
    legacy: bool = False


@dataclass
class Platform(Site):
    """``jpds`` are stored as shown, but for what is computed on reading: status, services, licences.

    A self-hosted one has one node, through whose trusted folder its customers do themselves what Support does on SaaS.
    """

    jpds: list[dict[str, Any]] = field(default_factory=list)
    credentials: dict[str, Credential] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    # What a JPD's licences were before the last change, until they are refreshed (1.4).
    stale_licences: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    last_number: int = 1
    # The version of Distribution. None: it is not installed.
    distribution: Optional[str] = DISTRIBUTION
    # What Distribution signs bundles v1 with, by alias.
    distribution_keys: dict[str, KeyPair] = field(default_factory=dict, repr=False)
    default_distribution_key: Optional[str] = None
    release_bundles: ReleaseBundles = field(default_factory=ReleaseBundles, repr=False)
    buckets: Buckets = field(default_factory=Buckets)
    # Files of buckets by the URLs at which the vendor has them for download.
    bucket_files: dict[str, BucketFile] = field(default_factory=dict)
    license_folder: Path = field(default_factory=Path)

    @property
    def services(self) -> tuple[str, ...]:
        distribution = ("distribution",) if self.distribution is not None else ()
        lifecycle = ("lifecycle",) if at_least(self.version, LIFECYCLE_SINCE) else ()
        return ("access", "artifactory", "router", "mc", *distribution, *lifecycle)

    @property
    def support(self) -> Support:
        return Support(self)

    def health(self, node: Optional[str] = None) -> Health:
        if not self.listens(node):
            return None
        node_id = f"{self.name}-1"
        states = self._states()
        well = healthy(states)
        services = [
            {"service_id": self.database.service(prefix), "node_id": node_id, "state": state, "message": "OK"}
            for prefix, state in states.items()
        ]
        router = {"node_id": node_id, "state": HEALTHY if well else UNHEALTHY, "message": "OK"}
        return self._with_overlay((200 if well else 503, {"router": router, "services": services}))

    def listens(self, node: Optional[str] = None) -> bool:
        return all(one.health() is not None for one in self.nodes)

    def service_states(self, node: Optional[str] = None) -> dict[str, str]:
        return self._with_unhealthy(self._states())

    def _states(self) -> dict[str, str]:
        """Without a node all is well always. With one, what an Edge does not have is up when Access is."""
        states = self.nodes[0].service_states if self.nodes else dict.fromkeys(SERVICES, HEALTHY)
        return {prefix: states.get(prefix, states["jfac"]) for prefix in SERVICES} if states else {}

    def install_home(self) -> None:
        """The platform's own entry, which is there from the beginning (control-plane-api.md 1.4)."""
        self.jpds.append(
            {
                "id": HOME_ID,
                "name": "HOME",
                "url": with_slash(self.url),
                "base_url": self.url,
                "local": True,
                "location": {"city_name": "Ashburn", "country_code": "US", "latitude": 39.04, "longitude": -77.49},
                "tags": [],
                "is_cold_storage": False,
            }
        )

    def jpd(self, name: str) -> dict[str, Any]:
        for entry in self.jpds:
            if name in (entry["name"], entry["id"]):
                return entry
        raise KeyError(name)

    def make_license_bucket(
        self,
        quantity: int = 3,
        *,
        license_type: str = "EDGE",
        kind: str = EDGE,
        valid_through: Optional[datetime] = None,
    ) -> BucketFile:
        """What the vendor sends to a customer (control-plane-api.md 1.8): a file, its URL, and the key to open it."""
        now = self.now()
        valid = valid_through or now + timedelta(days=365)
        made = make_file(
            self.license_folder, quantity=quantity, license_type=license_type, kind=kind, now=now, valid=valid
        )
        self.bucket_files[made.url] = made
        return made

    def add_jpd(self, entry: dict[str, Any], credential: Credential) -> dict[str, Any]:
        """Give the next id, which is never used again, and keep the entry."""
        with self.lock:
            self.last_number += 1
            stored = {"id": f"JPD-{self.last_number}", **entry, "local": False, "is_cold_storage": False}
            self.jpds.append(stored)
            self.credentials[stored["id"]] = credential
        return stored

    def delete_jpd(self, name: str) -> None:
        """Remove a JPD as somebody else would: by its name or id."""
        with self.lock:
            entry = self.jpd(name)
            self.jpds.remove(entry)
            self.credentials.pop(entry["id"], None)
            self.reads.pop(entry["id"], None)
            self.stale_licences.pop(entry["id"], None)

    def edit_jpd(self, current_name: str, /, **changes: Any) -> None:
        """Change a JPD as somebody else would. Fields of the location can be given by themselves."""
        with self.lock:
            entry = self.jpd(current_name)
            unknown = changes.keys() - {"name", "url", "location", "tags", *LOCATION_FIELDS}
            if unknown:
                raise ValueError(f"a JPD has no field {', '.join(sorted(unknown))}")
            for key, value in changes.items():
                if key in LOCATION_FIELDS:
                    entry["location"] = {**entry["location"], key: value}
                else:
                    entry[key] = with_slash(value) if key == "url" else value

    def break_pairing(self, name: str) -> None:
        """Make the platform's credential for a JPD worthless: its status becomes UNAUTHORIZED."""
        with self.lock:
            self.credentials[self.jpd(name)["id"]] = Credential(None)

    def forget_pairing(self, base_url: str) -> int:
        """What revoking a pairing at the platform does (control-plane-api.md 2.5). Returns how many it broke."""
        with self.lock:
            others = [entry for entry in self.jpds if not entry["local"]]
            mine = [entry for entry in others if normal(entry["base_url"]) == normal(base_url)]
            found = [entry for entry in mine if self.credentials.get(entry["id"]) != Credential(None)]
            for entry in found:
                self.credentials[entry["id"]] = Credential(None)
        return len(found)
