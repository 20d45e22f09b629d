# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The custom base URL of a deployment: which texts can be one, and which two are the same.

The pairing token of an Edge carries it (control-plane-api.md 2.2), so it has to be right before the Edge is paired.
"""

from __future__ import annotations

from .change import Change, reconcile
from .errors import InventoryError
from .url import base_url_problem, normal

# Admins like to add the context of Artifactory, and servers take it (control-plane-api.md 5.4, Traps 6).
_CONTEXT = "/artifactory/"


def check_base_url(text: str, what: str) -> str:
    """The base URL as it is sent: normal, without a slash at its end. Raises InventoryError.

    ``what`` names the setting that holds it.
    """
    problem = base_url_problem(without_context(text))
    if problem is not None:
        raise InventoryError(f"Cannot use {what}: {problem}.", setting=what)
    return normal(text).rstrip("/")


def without_context(text: str) -> str:
    """The base URL that all services of the deployment share, in its normal form."""
    plain = normal(text.strip())
    slashed = plain if plain.endswith("/") else f"{plain}/"
    return normal(slashed[: -len(_CONTEXT)]) if slashed.endswith(_CONTEXT) else plain


def same_base_url(left: str | None, right: str | None) -> bool:
    """Whether two custom base URLs are the same; None is none."""
    if left is None or right is None:
        return left is right
    return without_context(left) == without_context(right)


def change(current: str | None, wanted: str) -> Change:
    """What has to happen to the custom base URL."""
    kept = current if same_base_url(current, wanted) else wanted
    return reconcile({"base_url": current}, {"base_url": kept})
