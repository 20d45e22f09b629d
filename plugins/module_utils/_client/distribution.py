# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Distribution: its version, and release bundles v1 of platforms that are older than v2. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from .segment import segment
from .session import JFrogSession

BASE = "/distribution/api/v1"


class Distribution:
    """The Distribution service of the platform."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def version(self) -> str | None:
        """GET /distribution/api/v1/system/info (control-plane-api.md 5.1); None when there is no such service."""
        answer = self._session.call(
            "GET", f"{BASE}/system/info", ok=(200, 404), purpose="read the version of Distribution"
        )
        return None if answer.status == 404 else str(answer.object("version")["version"])

    def propagate_keys(self, alias: str | None) -> Any:
        """POST /distribution/api/v1/keys/gpg/propagate, with an alias keys/pgp/propagate?alias=... (6.1)."""
        what = f"the signing key '{alias}'" if alias else "the default signing key"
        return self._session.call(
            "POST",
            f"{BASE}/keys/{'pgp' if alias else 'gpg'}/propagate",
            query={"alias": alias} if alias else None,
            ok=(200, 201, 202),
            purpose=f"propagate {what}",
        ).object()

    def create_bundle(self, name: str, version: str, aql: str, mappings: Sequence[Mapping[str, str]] = ()) -> None:
        """POST /distribution/api/v1/release_bundle: 201 ("Create Release Bundle v1 Version").

        The body is that of GO distribution/services/create.go. It is signed with the default key.
        """
        query: dict[str, Any] = {"aql": aql}
        if mappings:
            query["mappings"] = list(mappings)
        self._session.call(
            "POST",
            f"{BASE}/release_bundle",
            json={
                "name": name,
                "version": version,
                "dry_run": False,
                "sign_immediately": True,
                "spec": {"queries": [query]},
            },
            ok=(200, 201, 202),
            purpose=f"create the release bundle {name} {version}",
        )

    def bundle(self, name: str, version: str) -> Mapping[str, Any] | None:
        """GET /distribution/api/v1/release_bundle/{name}/{version}; None when there is none."""
        answer = self._session.call(
            "GET",
            f"{BASE}/release_bundle/{_of(name, version)}",
            ok=(200, 404),
            purpose=f"read the release bundle {name} {version}",
        )
        return None if answer.status == 404 else answer.object()

    def distribute(self, name: str, version: str, rules: Sequence[Mapping[str, str]]) -> Any:
        """POST /distribution/api/v1/distribution/{name}/{version} (6.5). Distribution 1.x takes no dry_run for true."""
        return self._session.call(
            "POST",
            f"{BASE}/distribution/{_of(name, version)}",
            json={"dry_run": False, "auto_create_missing_repositories": True, "distribution_rules": list(rules)},
            ok=(200, 202),
            purpose=f"distribute the release bundle {name} {version}",
        ).object("id")

    def list_trackers(self, name: str, version: str) -> list[Any]:
        """GET /distribution/api/v1/release_bundle/{name}/{version}/distribution (6.5): an array."""
        answer = self._session.call(
            "GET",
            f"{BASE}/release_bundle/{_of(name, version)}/distribution",
            ok=(200, 404),
            purpose=f"list the distributions of the release bundle {name} {version}",
        )
        return [] if answer.status == 404 else answer.array()

    def tracker(self, name: str, version: str, tracker_id: str) -> Any:
        """GET /distribution/api/v1/release_bundle/{name}/{version}/distribution/{id} (6.5): an object."""
        answer = self._session.call(
            "GET",
            f"{BASE}/release_bundle/{_of(name, version)}/distribution/{segment(tracker_id)}",
            ok=(200, 404),
            purpose=f"follow the distribution of the release bundle {name} {version}",
        )
        return None if answer.status == 404 else answer.object("status")

    def delete_remote(self, name: str, version: str, rules: Sequence[Mapping[str, str]]) -> None:
        """POST /distribution/api/v1/distribution/{name}/{version}/delete (6.5). Distribution keeps the bundle."""
        self._session.call(
            "POST",
            f"{BASE}/distribution/{_of(name, version)}/delete",
            json={"dry_run": False, "distribution_rules": list(rules), "on_success": "keep"},
            ok=(200, 202, 404),
            purpose=f"remove the release bundle {name} {version} from the Edges",
        )

    def delete_bundle(self, name: str, version: str) -> None:
        """DELETE /distribution/api/v1/release_bundle/{name}/{version}: 204. Gone is fine."""
        self._session.call(
            "DELETE",
            f"{BASE}/release_bundle/{_of(name, version)}",
            ok=(200, 202, 204, 404),
            purpose=f"delete the release bundle {name} {version}",
        )


def _of(name: str, version: str) -> str:
    return f"{segment(name)}/{segment(version)}"
