# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Propagation of a signing key by the platform: its answer in both shapes, and what it means for each Edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence, Tuple

from ..errors import ApiError
from ..observed import SigningKeySeen
from ..wording import printable
from .trusted_key import difference, named

SUCCESS = "SUCCESS"
# The statuses of the whole answer (control-plane-api.md 6.1) that tell more than that something failed.
_MEANINGS = {
    "PROPAGATION_NOT_REQUESTED": "the platform was not asked to propagate it",
    "PROPAGATION_NOT_SUPPORTED_BY_MISSION_CONTROL": (
        "the platform's Mission Control is too old to propagate keys; it needs version 4.5.0. "
        "Put the public key on the Edge with edge_trusted_signing_keys instead"
    ),
    "NO_GPG_KEY_TO_PROPAGATE": "the platform has no key to propagate. Upload a key pair there first",
}


@dataclass(frozen=True)
class JpdAnswer:
    """What the platform says of one deployment."""

    jpd_id: str
    name: str
    alias: str
    status: str
    message: str = ""

    @property
    def succeeded(self) -> bool:
        return self.status == SUCCESS


@dataclass(frozen=True)
class Propagation:
    """What the platform says of all deployments."""

    status: str
    message: str
    jpds: Tuple[JpdAnswer, ...]

    def of(self, name: str, key: str) -> Optional[JpdAnswer]:
        """The answer for one deployment; that about the wanted key counts when there are several."""
        found = [jpd for jpd in self.jpds if jpd.name == name]
        return next((jpd for jpd in found if jpd.alias == key), found[0] if found else None)


def from_api(data: Any) -> Propagation:
    """The answer of a propagation, with or without the wrapper ``report`` (control-plane-api.md 6.1, trap 28)."""
    body = data.get("report", data) if isinstance(data, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(body.get("status"), str):
        raise ApiError(
            "Cannot tell whether the signing key was propagated: the platform's answer has no status. "
            "See the logs of Distribution, and run again."
        )
    details = body.get("details")
    items = details if isinstance(details, list) else []
    return Propagation(
        status=body["status"].upper(),
        message=printable(str(body.get("message") or "")),
        jpds=tuple(_jpd(item) for item in items if isinstance(item, Mapping)),
    )


def lacks(key: str, keys: Optional[Sequence[SigningKeySeen]], source: Sequence[SigningKeySeen]) -> Optional[str]:
    """Why an Edge that trusts ``keys`` needs the key; None when it has it.

    ``source`` is what the platform itself trusts: the key that it propagates is among that, so its fingerprint is known
    (control-plane-api.md 6.1). ``keys`` None: the Edge could not be asked, so that it has the key is not known.
    """
    if keys is None:
        return "which keys it trusts could not be read"
    own = named(source, key)
    # Of several, nobody tells which one the platform signs with today.
    return difference(key, own[0]["fingerprint"] if len(own) == 1 else None, keys)


def failure(answer: Propagation, name: str, key: str) -> Optional[str]:
    """Why the Edge did not get the key, in words that say what to do; None when it did."""
    jpd = answer.of(name, key)
    if jpd is not None and jpd.succeeded:
        return None
    said = f' ("{answer.message}")' if answer.message else ""
    if jpd is not None:
        own = f' ("{jpd.message}")' if jpd.message else said
        return (
            f"the platform answered {jpd.status} for it{own}. Check that the platform shows it as ONLINE, that it is "
            "licensed, and that its pairing works"
        )
    if answer.status in _MEANINGS:
        return f"{_MEANINGS[answer.status]}{said}"
    return (
        f"the platform propagated the key and did not name this Edge ({answer.status}{said}). Check that its JPD has "
        "this name, and that the platform shows it as ONLINE"
    )


def _jpd(item: Mapping[str, Any]) -> JpdAnswer:
    text = {name: printable(str(item.get(name) or "")) for name in ("jpd_id", "name", "key_alias", "status", "message")}
    return JpdAnswer(text["jpd_id"], text["name"], text["key_alias"], text["status"].upper(), text["message"])
