# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding files with a query: JFrog's page "Artifactory Query Language"; bundles v1 are made of such queries (6.5)."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator import aql
from simulator.envelopes import Refusal
from simulator.repositories import Item
from simulator.rest.artifactory_files import time_of
from simulator.rest.endpoint import ANYTHING, USER, Endpoints, Incoming

ENDPOINTS = Endpoints()


@ENDPOINTS.add("POST", "/artifactory/api/search/aql", "6.5", access=USER, body=ANYTHING, reads=True)
def search(incoming: Incoming) -> Response:
    """6.5: results, and their range. The page has text/plain; dohq-artifactory names no type at all."""
    try:
        found = aql.find(incoming.body.decode("utf-8", "replace"), incoming.site.repositories.files())
    except aql.BadQuery as error:
        raise Refusal(400, f"Failed to parse query: {error}") from error
    total = len(found)
    return JSONResponse(
        {
            "results": [_result(one) for one in found],
            "range": {"start_pos": 0, "end_pos": total, "total": total},
        }
    )


def _result(item: Item) -> dict[str, Any]:
    seen = aql.domain(item)
    moment = time_of(item.created)
    return {
        **{key: seen[key] for key in ("repo", "path", "name", "type")},
        "size": item.size,
        "created": moment,
        "created_by": item.created_by,
        "modified": moment,
        "modified_by": item.created_by,
        "updated": moment,
    }
