# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of the Artifactory Query Language as finds files by where they are: ``items.find({...})``, and ``include``.

JFrog's page "Artifactory Query Language": all fields must hold, values compare with $eq or $match, $and and $or take
lists.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

from simulator.repositories import Item

FIELDS = ("repo", "path", "name", "sha256", "actual_sha1", "actual_md5", "type")
_QUERY = re.compile(r"\s*items\.find\((?P<criteria>.*?)\)\s*(\.include\((?P<fields>[^)]*)\))?\s*", re.DOTALL)


class BadQuery(ValueError):
    """The query is beyond what is simulated, or is none."""


def find(query: str, files: list[Item]) -> list[Item]:
    """The files that a query means. Raises BadQuery."""
    match = _QUERY.fullmatch(query)
    if match is None:
        raise BadQuery("only items.find(...) is simulated")
    try:
        criteria = json.loads(match["criteria"] or "{}")
    except ValueError as error:
        raise BadQuery("the criteria are no JSON") from error
    return [one for one in files if _fits(criteria, domain(one))]


def domain(item: Item) -> dict[str, str]:
    """A file as queries see it: in the root the path is a dot."""
    assert item.checksums is not None
    folder, _, name = item.path.rpartition("/")
    return {
        "repo": item.repo,
        "path": folder or ".",
        "name": name,
        "type": "file",
        "sha256": item.checksums.sha256,
        "actual_sha1": item.checksums.sha1,
        "actual_md5": item.checksums.md5,
    }


def _fits(criteria: Any, item: dict[str, str]) -> bool:
    if not isinstance(criteria, dict):
        raise BadQuery("criteria must be an object")
    return all(_holds(key, wanted, item) for key, wanted in criteria.items())


def _holds(key: str, wanted: Any, item: dict[str, str]) -> bool:
    if key in ("$and", "$or"):
        if not isinstance(wanted, list):
            raise BadQuery(f"{key} takes a list")
        results = [_fits(one, item) for one in wanted]
        return all(results) if key == "$and" else any(results)
    if key not in FIELDS:
        raise BadQuery(f"the field {key} is not simulated")
    if isinstance(wanted, str):
        return item[key] == wanted or (key == "type" and wanted == "any")
    if not isinstance(wanted, dict) or len(wanted) != 1:
        raise BadQuery(f"{key} takes a text or one comparison")
    comparison, value = next(iter(wanted.items()))
    if comparison == "$eq":
        return item[key] == value
    if comparison == "$match":
        return fnmatchcase(item[key], str(value).replace("[", "[[]"))
    raise BadQuery(f"the comparison {comparison} is not simulated")
