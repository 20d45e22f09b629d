# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Public keys that a deployment trusts for release bundles. One method per endpoint.

They are OpenPGP keys, and have nothing to do with the trusted certificates of Access or TLS (control-plane-api.md 4).
"""

from __future__ import annotations

from typing import Any

from .._domain.distribution.trusted_key import from_api
from .._domain.observed import SigningKeySeen
from .segment import segment
from .session import JFrogSession

KEYS = "/artifactory/api/security/keys/trusted"
PAIRS = "/artifactory/api/security/keypair"
# What a request calls the key's text: the first by control-plane-api.md 6.1, TF-RT and GO tests/distribution_test.go,
# the second by GO artifactory/services/trustedkeys.go.
FIELDS = ("public_key", "key")


class SigningKeys:
    """The trusted signing keys of one deployment. Admins only."""

    def __init__(self, session: JFrogSession) -> None:
        self._session = session

    def list_keys(self) -> list[Any]:
        """GET /artifactory/api/security/keys/trusted: 200 ``{"keys": [...]}``.

        The reference has the path (control-plane-api.md 6.1), the shape is in the official clients: GO
        artifactory/services/trustedkeys.go and TF-RT resource_artifactory_distribution_public_key.go.
        """
        answer = self._session.call("GET", KEYS, purpose="list the trusted signing keys")
        keys = answer.object("keys")["keys"]
        if not isinstance(keys, list):
            raise answer.refused()
        return keys

    def pair_names(self) -> list[str]:
        """GET /artifactory/api/security/keypair ("Get Key Pairs"): names of the key pairs that release bundles v2 are
        signed with."""
        listed = self._session.call("GET", PAIRS, purpose="list the key pairs").array()
        return [str(pair["pairName"]) for pair in listed if isinstance(pair, dict) and pair.get("pairName")]

    def add(self, alias: str, public_key: str, *, field: str = FIELDS[0]) -> None:
        """POST /artifactory/api/security/keys/trusted (control-plane-api.md 6.1): 200 or 201.

        ``field`` names the key's text, see FIELDS.
        """
        self._session.call(
            "POST",
            KEYS,
            json={"alias": alias, field: public_key},
            ok=(200, 201),
            purpose=f"add the trusted signing key '{alias}'",
        )

    def remove(self, key_id: str) -> None:
        """DELETE /artifactory/api/security/keys/trusted/{kid}: 204 (GO tests/distribution_test.go). Gone is fine."""
        self._session.call(
            "DELETE",
            f"{KEYS}/{segment(key_id)}",
            ok=(200, 204, 404),
            purpose=f"remove the trusted signing key with the id {key_id}",
        )


def read_trusted_signing_keys(session: JFrogSession) -> list[SigningKeySeen]:
    """The public keys that this deployment trusts for release bundles, sorted by alias."""
    return from_api(SigningKeys(session).list_keys())
