# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Lifecycle: release bundles v2, their distribution, and the propagation of their keys. One method per endpoint."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from .segment import segment
from .session import Answer, JFrogSession

BASE = "/lifecycle/api/v2"
# Statuses of the answer to a request that is taken on, whether it is done already or not.
ACCEPTED = (200, 201, 202)


class Lifecycle:
    """The Lifecycle service of the platform, or the small part of it that an Edge has."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def propagate_key(self, name: str) -> Any:
        """POST /lifecycle/api/v2/distribution/key/propagate/{name} ("Propagate Public Signing Key").

        To all JPDs at once (control-plane-api.md 6.1).
        """
        return self._session.call(
            "POST",
            f"{BASE}/distribution/key/propagate/{segment(name)}",
            ok=ACCEPTED,
            purpose=f"propagate the signing key '{name}'",
        ).object()

    def create_bundle(self, name: str, version: str, artifacts: Sequence[Mapping[str, str]], key: str | None) -> None:
        """POST /lifecycle/api/v2/release_bundle ("Create Release Bundle v2 Version"; control-plane-api.md 6.2)."""
        self._session.call(
            "POST",
            f"{BASE}/release_bundle",
            json={
                "release_bundle_name": name,
                "release_bundle_version": version,
                "skip_docker_manifest_resolution": True,
                "source_type": "artifacts",
                "source": {"artifacts": [dict(artifact) for artifact in artifacts]},
            },
            query={"async": "false"},
            headers={"X-JFrog-Signing-Key-Name": key} if key else None,
            ok=ACCEPTED,
            purpose=f"create the release bundle {name} {version}",
        )

    def bundle_status(self, name: str, version: str) -> Mapping[str, Any] | None:
        """GET /lifecycle/api/v2/release_bundle/statuses/{name}/{version} (6.2); None when there is none."""
        answer = self._session.call(
            "GET",
            f"{BASE}/release_bundle/statuses/{_of(name, version)}",
            ok=(200, 404),
            purpose=f"read the status of the release bundle {name} {version}",
        )
        return None if answer.status == 404 else answer.object("status")

    def distribute(
        self, name: str, version: str, rules: Sequence[Mapping[str, str]], mappings: Sequence[Mapping[str, str]] = ()
    ) -> Any:
        """POST /lifecycle/api/v2/distribution/distribute/{name}/{version} ("Distribute Release Bundle Version (v2)").

        Control-plane-api.md 6.3. Repositories that are missing at a target are created there.
        """
        body: dict[str, Any] = {"auto_create_missing_repositories": True, "distribution_rules": list(rules)}
        if mappings:
            body["modifications"] = {"mappings": list(mappings)}
        return self._session.call(
            "POST",
            f"{BASE}/distribution/distribute/{_of(name, version)}",
            json=body,
            ok=ACCEPTED,
            purpose=f"distribute the release bundle {name} {version}",
        ).object("id")

    def list_trackers(self, name: str, version: str) -> list[Any]:
        """GET /lifecycle/api/v2/distribution/trackers/{name}/{version} (6.4); none for an unknown bundle."""
        answer = self._session.call(
            "GET",
            f"{BASE}/distribution/trackers/{_of(name, version)}",
            ok=(200, 404),
            purpose=f"list the distributions of the release bundle {name} {version}",
        )
        return [] if answer.status == 404 else answer.array()

    def tracker(self, name: str, version: str, tracker_id: str) -> Any:
        """GET /lifecycle/api/v2/distribution/trackers/{name}/{version}/{id} (6.4); None when it is not known."""
        answer = self._session.call(
            "GET",
            f"{BASE}/distribution/trackers/{_of(name, version)}/{segment(tracker_id)}",
            ok=(200, 404),
            purpose=f"follow the distribution of the release bundle {name} {version}",
        )
        return None if answer.status == 404 else answer.object("status")

    def remote_delete(self, name: str, version: str, rules: Sequence[Mapping[str, str]]) -> None:
        """POST /lifecycle/api/v2/distribution/remote_delete/{name}/{version} (6.4).

        The rules are described at "Remote Delete Release Bundle V2 Distribution".
        """
        self._session.call(
            "POST",
            f"{BASE}/distribution/remote_delete/{_of(name, version)}",
            json={"distribution_rules": list(rules)},
            ok=(*ACCEPTED, 404),
            purpose=f"remove the release bundle {name} {version} from the Edges",
        )

    def delete_record(self, name: str, version: str) -> None:
        """DELETE /lifecycle/api/v2/release_bundle/records/{name}/{version} (6.4). Gone is fine."""
        self._session.call(
            "DELETE",
            f"{BASE}/release_bundle/records/{_of(name, version)}",
            query={"async": "false"},
            ok=(200, 202, 204, 404),
            purpose=f"delete the release bundle {name} {version}",
        )

    def received_status(self, name: str, version: str) -> Mapping[str, Any] | None:
        """GET /lifecycle/api/v2/release_bundle/received/{name}/{version}/status, at an Edge (6.4); None: not there.

        An Edge that is too old answers 501, as for most of Lifecycle.
        """
        answer: Answer = self._session.call(
            "GET",
            f"{BASE}/release_bundle/received/{_of(name, version)}/status",
            ok=(200, 404, 501),
            purpose=f"read what it received of the release bundle {name} {version}",
        )
        return answer.object("status") if answer.status == 200 else None


def _of(name: str, version: str) -> str:
    return f"{segment(name)}/{segment(version)}"
