# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the platform's refusal of a registration means for the user.

One status covers a wrong body, an Edge that is not reachable and a refused or spent token; only the message differs
(control-plane-api.md 1.5 and Traps 5). The messages are matched by parts, because their envelopes are not published.
"""

from __future__ import annotations

from .._domain.errors import ApiError, EdgeError
from .._domain.trust.trust import PAIRING_TOKEN

_PLATFORM_CANNOT_CONNECT = "failed to connect to the jpd"
_CREDENTIALS_REFUSED = "failed to join the jpd"
_BODY_REFUSED = "validation constraint violation"
_NO_CREDENTIALS = "provide either a token"


def explain(error: EdgeError, *, name: str, url: str, platform: str, method: str, verb: str = "register") -> EdgeError:
    """The same error with the platform's answer quoted and what to do about this answer.

    What is no answer of the platform, or needs no other advice than the client gave, comes back as it is.
    """
    status = error.details.get("http_status")
    if isinstance(error, ApiError) and status == 404 and verb == "update":
        return ApiError(
            f"Cannot update the Edge '{name}' ({url}) at the platform {platform}: its JPD is gone, which somebody has "
            "removed meanwhile. Run again, and it is registered again.",
            **error.details,
        )
    if not isinstance(error, ApiError) or status in (401, 403, 404, 429) or status is None or status >= 500:
        return error
    said = "; ".join(error.details.get("api_errors") or ())
    quoted = f' ("{said}")' if said else ""
    return ApiError(
        f"Cannot {verb} the Edge '{name}' ({url}) at the platform {platform}: the platform answered {status}{quoted}. "
        f"{_remedy(said.lower(), status, url, method)}",
        **error.details,
    )


def may_help_to_recreate(error: ApiError) -> bool:
    """Whether the refusal of a new pairing may be one of this JPD only, so that a new JPD could be paired.

    A platform that cannot reach the Edge would refuse that one, too, and the old one would be lost for nothing; and
    what is wrong with a body, or in conflict with another JPD, stays so.
    """
    said = "; ".join(error.details.get("api_errors") or ()).lower()
    return error.details.get("http_status") == 400 and not any(
        part in said for part in (_PLATFORM_CANNOT_CONNECT, _BODY_REFUSED)
    )


def _remedy(said: str, status: int, url: str, method: str) -> str:
    if _PLATFORM_CANNOT_CONNECT in said:
        return (
            f"The platform itself must reach {url}: check DNS, firewall and the Edge's TLS certificate as seen from "
            "there. If it may not come in from outside, use a JFrog Bridge."
        )
    refused = _CREDENTIALS_REFUSED in said or (status == 400 and _says_of_token(said))
    if refused and method == PAIRING_TOKEN:
        return (
            "It refused the pairing token: check that edge_url and url lead to the same Edge, that the Edge's base URL "
            "is right, and that the clocks of the Edge and the platform agree (a pairing token lives 300 seconds)."
        )
    if refused:
        return (
            "It refused the join key: check that it is this Edge's key. Newer platforms take pairing tokens only; "
            "use trust_method=pairing_token with an Edge from Artifactory 7.29.7 on."
        )
    if _NO_CREDENTIALS in said:
        return "This platform registers no Edge without a credential: give the Edge's join key in join_key."
    if status == 409:
        return "Another deployment has this name or URL: choose another name, or correct the URL."
    return "Correct what the answer names."


def _says_of_token(said: str) -> bool:
    """Whether it speaks of a token that has ended or was used; no source has the words (control-plane-api.md 1.5)."""
    return "token" in said and any(word in said for word in ("expired", "used", "spent", "revoked", "invalid"))
