# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access tokens as their server lists them and as they describe themselves (control-plane-api.md 3)."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ..observed import TokenSeen
from .admin_token import claims_of, from_claims

ADMIN_SCOPE = "applied-permissions/admin"


def token_seen(token: str) -> Optional[TokenSeen]:
    """What the token says of itself, without a request. None for a reference token, which says nothing.

    The signature is not verified: whoever holds the token may believe it (control-plane-api.md 3.2, "Other
    introspection").
    """
    claims: Mapping[str, Any] = claims_of(token)
    if not claims:
        return None
    seen = from_claims(token)
    if seen.expires_at is None and claims.get("exp") is not None:
        return None  # an end that cannot be read is not "never"
    facts = seen.facts()
    return {
        "token_id": facts["token_id"],
        "subject": facts["subject"],
        "scope": facts["scope"] or "",
        "expires_at": facts["expires_at"],
    }


def has_admin_scope(scope: str) -> bool:
    """Whether the scope names admin rights. A token without it may have them all the same, by its user or a group."""
    return ADMIN_SCOPE in scope.split()
