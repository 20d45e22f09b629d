# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Licences of a self-hosted Artifactory (control-plane-api.md 5.3). One method per endpoint."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from .._domain.errors import ApiError
from .._domain.foreign_json import parsed
from .._domain.license import seen
from .._domain.license.keys import LicenseKey
from .._domain.observed import LicenseSeen
from .session import Answer, JFrogSession

LICENSES = "/artifactory/api/system/licenses"
ALREADY_THERE = "license already exists"
_INSTALLED = "ok"


class Licenses:
    """The licences of one deployment."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def list(self) -> Any:
        """GET /artifactory/api/system/licenses ("HA License Information"). Admins, or scope system:info/licenses:r."""
        answer = self._session.call("GET", LICENSES, purpose="list the licences")
        data = _json(answer.text)
        if not isinstance(data, (list, dict)):
            raise answer.refused()
        return data

    def current(self) -> Mapping[str, Any]:
        """GET /artifactory/api/system/license ("License Information"). Users of HA saw a list under "licenses"."""
        answer = self._session.call("GET", "/artifactory/api/system/license", purpose="read the licence")
        found = answer.object()
        if "type" not in found and "licenses" not in found:
            raise answer.refused()
        return found

    def install(self, keys: Sequence[LicenseKey]) -> bool:
        """POST /artifactory/api/system/licenses ("Install HA Cluster Licenses"), on a server of one node as well.

        Whether one of them was installed; False when Artifactory had all of them: it answers 400 and "License already
        exists." then, by the key. Raises ApiError for a key that it refuses.
        """
        answer = self._session.call(
            "POST",
            LICENSES,
            json=[{"licenseKey": key.text} for key in keys],
            ok=(200, 400),
            secrets=[secret for key in keys for secret in key.secrets],
            purpose=_purpose(keys),
        )
        data = _json(answer.text)
        messages = data.get("messages") if isinstance(data, dict) else None
        if not isinstance(messages, dict) or not messages:
            if answer.status == 200:
                return True
            raise self._refused(keys, answer, _errors(data))
        said = [" ".join(str(message).split()) for message in messages.values()]
        wrong = [text for text in said if not _is(text, _INSTALLED) and not _is(text, ALREADY_THERE)]
        if wrong:
            raise self._refused(keys, answer, wrong)
        return any(_is(text, _INSTALLED) for text in said)

    def install_single(self, key: LicenseKey) -> None:
        """POST /artifactory/api/system/license ("Install License"), for a server that has no list of licences."""
        self._session.call(
            "POST",
            "/artifactory/api/system/license",
            json={"licenseKey": key.text},
            secrets=key.secrets,
            purpose=_purpose([key]),
        )

    def delete(self, hashes: Sequence[str]) -> None:
        """DELETE /artifactory/api/system/licenses?licenseHash=h1,h2 ("Delete HA Cluster License")."""
        self._session.call(
            "DELETE",
            LICENSES,
            query={"licenseHash": ",".join(hashes)},
            # A second attempt after a lost answer would be refused, because the hash is gone by then.
            once=True,
            purpose=f"remove {len(hashes)} of the licences",
        )

    def _refused(self, keys: Sequence[LicenseKey], answer: Answer, said: List[str]) -> ApiError:
        shown = "; ".join(_without(text, keys) for text in dict.fromkeys(said))
        quoted = f' ("{shown}")' if shown else ""
        return ApiError(
            f"Cannot {_purpose(keys)} at the {self._session.peer.noun} {self._session.url}: it answered "
            f"{answer.status}{quoted}. Check that each key is complete, still valid, and one for an Edge; a platform "
            "in the cloud takes none.",
            http_method="POST",
            http_url=self._session.url + LICENSES,
            http_status=answer.status,
            api_errors=[_without(text, keys) for text in said],
        )


def read_licenses(session: JFrogSession) -> List[LicenseSeen]:
    """The licences of an Edge; by the other call where a server of one node has no list."""
    licenses = Licenses(session)
    try:
        return seen.of_artifactory(licenses.list())
    except ApiError as exc:
        if exc.details["http_status"] not in (400, 404, 405, 501):
            raise
        return seen.of_artifactory(licenses.current())


def _purpose(keys: Sequence[LicenseKey]) -> str:
    return "install the licence key" if len(keys) == 1 else f"install {len(keys)} licence keys"


def _is(text: str, expected: str) -> bool:
    return text.lower().rstrip(".") == expected


def _errors(data: Any) -> List[str]:
    if not isinstance(data, dict):
        return []
    errors = data.get("errors")
    found = [error.get("message") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return [str(message) for message in [*found, data.get("message")] if message]


def _without(text: str, keys: Sequence[LicenseKey]) -> str:
    for secret in sorted((one for key in keys for one in key.secrets), key=len, reverse=True):
        text = text.replace(secret, "********")
    return " ".join(text.split())[:300]


def _json(text: str) -> Any:
    try:
        return parsed(text)
    except ValueError:
        return None
