# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Licences and buckets as the product tells them, in one form (control-plane-api.md 1.4, 1.8, 5.3)."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ..errors import ApiError
from ..observed import BucketSeen, LicenseSeen
from ..wording import printable
from .dates import iso_date

# What Artifactory writes where no node uses a licence (5.3).
_NOT_IN_USE = "not in use"
# What it calls the type where there is no licence.
_NO_TYPES = ("", "n/a", "none")


def of_artifactory(items: Any) -> List[LicenseSeen]:
    """What GET /artifactory/api/system/licenses or /license answers: a list, an object with a list, or one licence."""
    if isinstance(items, Mapping):
        items = items["licenses"] if isinstance(items.get("licenses"), list) else [items]
    found = (_of_artifactory(item) for item in items if isinstance(item, Mapping))
    return [license for license in found if license["type"].lower() not in _NO_TYPES]


def of_jpd(items: Any) -> List[LicenseSeen]:
    """The licences of a JPD."""
    return [
        {
            "type": _text(item.get("type")),
            "valid_through": iso_date(item.get("valid_through")),
            "licensed_to": _text(item.get("licensed_to")),
            "hash": _text(item.get("license_hash")) or None,
            "node_id": None,
            "expired": _flag(item.get("expired")),
        }
        for item in items
        if isinstance(item, Mapping)
    ]


def bucket(listed: Any, report: Any) -> BucketSeen:
    """A bucket of the list with its report, of which parts may be missing when they are unused (1.8). Raises ApiError.

    The page "Get Buckets" calls the identifier so in its description, and id in its sample.
    """
    if not isinstance(listed, Mapping) or not isinstance(report, Mapping) or not _text(listed.get("name")):
        raise ApiError(
            "Cannot read the platform's licence buckets: an entry is no bucket. "
            "Check that platform_url leads to the platform itself and not to a proxy's page."
        )
    numbers = _mapping(report.get("licenses"))
    size = _number(report.get("size", listed.get("size")))
    jpds, labels = _counts(report.get("jpds")), _counts(report.get("unknown_uses"))
    used = _number(numbers.get("used")) if "used" in numbers else sum([*jpds.values(), *labels.values()])
    return {
        "name": _text(listed.get("name")),
        "identifier": _text(listed.get("identifier") or listed.get("id") or report.get("identifier")),
        "license_type": _text(report.get("type") or listed.get("license_type")),
        "size": size,
        "used": used,
        "available": _number(numbers.get("available")) if "available" in numbers else max(0, size - used),
        "valid_through": iso_date(report.get("valid_through")),
        "jpds": jpds,
        "unknown_uses": labels,
    }


def is_edge_type(kind: str) -> bool:
    """Whether a licence is one for Edges: "Edge", "Edge Trial", EDGE_TRIAL (5.2)."""
    return "edge" in kind.lower()


def _of_artifactory(item: Mapping[str, Any]) -> LicenseSeen:
    node = _text(item.get("nodeId"))
    return {
        "type": _text(item.get("type")),
        "valid_through": iso_date(item.get("validThrough")),
        "licensed_to": _text(item.get("licensedTo")),
        "hash": _text(item.get("licenseHash")) or None,
        "node_id": None if node.lower() in ("", _NOT_IN_USE) else node,
        "expired": _flag(item.get("expired")),
    }


def _counts(items: Any) -> Dict[str, int]:
    counts: Dict[str, int] = {}
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping):
            name = _text(item.get("name"))
            counts[name] = counts.get(name, 0) + _number(item.get("license_count"))
    return counts


def _text(value: Any) -> str:
    return "" if value is None else printable(str(value))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _flag(value: Any) -> Optional[bool]:
    return value if isinstance(value, bool) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
