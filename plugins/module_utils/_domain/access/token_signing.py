# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a new token signing pair does to tokens and peers, and when it may be supplied (node-files.md 6, trap 30)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from ..errors import TrustError
from ..observed import Ledger


@dataclass(frozen=True)
class Previous:
    """The root certificate that a new one is about to replace. ``sha256`` is None where it cannot be told."""

    started: bool  # tokens were issued with it, for all that can be known
    sha256: Optional[str]
    kept: bool  # it was supplied as a trusted certificate

    @property
    def name(self) -> str:
        """Its name among the trusted certificates: the same in every run, so that it is supplied once."""
        return f"previous-root-{(self.sha256 or '')[:8]}"


def previous_root(ledger: Ledger, *, started: bool, in_use: Optional[str]) -> Previous:
    """What is known of the current root, whoever supplied it as trusted, under whatever name."""
    entries = ledger["trusted_certificates"].values()
    return Previous(started, in_use, in_use is not None and any(entry["sha256"] == in_use for entry in entries))


def demand_overlap(previous: Previous, *, keep: bool, acknowledged: bool) -> None:
    """Raises TrustError when all tokens of an Edge would end and nobody has agreed to that."""
    if not previous.started or acknowledged or (keep and previous.sha256 is not None):
        return
    why = "keep_previous is false" if not keep else "its current root certificate cannot be read, so it cannot be kept"
    remedy = "set keep_previous to true" if not keep else "give edge_url and edge_access_token, so that it is asked for"
    raise TrustError(
        f"Cannot replace the token signing certificate: all access tokens of this Edge would end, because {why}. "
        f"To keep them valid, {remedy}; to let them end, set acknowledge_tokens_end to true."
    )


def consequences(previous: Previous, *, kept: bool, sha256: str) -> List[str]:
    """What the change of the root means, and who has to do something."""
    if not previous.started:
        return []
    tokens = (
        f"Access tokens that were issued so far stay valid, because the previous root certificate "
        f"({(previous.sha256 or '')[:16]}) is kept as a trusted certificate. There is no documented way to withdraw it."
        if kept
        else "All access tokens that were issued so far end with the next start; new ones have to be made."
    )
    return [
        tokens,
        f"Every peer that trusts this Edge's tokens needs the new root certificate ({sha256[:16]}): other Edges and "
        "self-hosted platforms in their folder access/keys/trusted, a platform in the cloud through JFrog Support.",
    ]
