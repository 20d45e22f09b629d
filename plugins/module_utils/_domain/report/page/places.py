# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where the Edges are: a table by country and city, and points on a map."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log2
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from .assets import text
from .edges import STATES, EdgeView

# Tenths of degrees, as in the outline of the land. Nobody lives further north or south.
_WEST, _NORTH, _EAST, _SOUTH = -1800, -840, 1800, 600
_NARROWEST = 700
_SHAPE = 0.42
_MARGIN = 120
_STEPS = (100, 200, 300)


@dataclass(frozen=True)
class Place:
    """A city and how many Edges there are in which state; ``worst`` is the state that its point shows."""

    country: str
    city: str
    point: Tuple[float, float] | None
    states: Mapping[str, int]
    scale: float = 1.0

    @property
    def count(self) -> int:
        return sum(self.states.values())

    @property
    def worst(self) -> str:
        return next(state for state in STATES if state in self.states)


@dataclass(frozen=True)
class World:
    """The places, and the part of the map that shows them all: its box, and the lines of its grid."""

    places: List[Place]
    box: Tuple[int, int, int, int]
    meridians: List[int]
    parallels: List[int]
    size: float
    land: str

    @property
    def dots(self) -> List[Place]:
        """The places to draw, the worst last and so on top."""
        order = list(STATES)
        return sorted((place for place in self.places if place.point), key=lambda place: -order.index(place.worst))


def world(edges: Sequence[EdgeView]) -> World:
    """All places, by country and city."""
    found: Dict[Tuple[str, str], List[EdgeView]] = {}
    for view in edges:
        location = view.edge["location"] or {}
        found.setdefault((location.get("country_code") or "", str(location.get("city_name") or "")), []).append(view)
    places = [_place(country, city, views) for (country, city), views in sorted(found.items())]
    box = _box([place.point for place in places if place.point])
    left, top, width, height = box
    step = next((step for step in _STEPS if width / step <= 12), _STEPS[-1])
    return World(
        places=places,
        box=box,
        meridians=[x for x in range(_WEST, _EAST + 1, step) if left < x < left + width],
        parallels=[y for y in range(-900, 901, step) if top < y < top + height],
        size=width / 1000,
        land=text("land.path"),
    )


def _place(country: str, city: str, views: Sequence[EdgeView]) -> Place:
    counted = Counter(view.edge["state"] for view in views)
    points = [point for view in views for point in [_point(view.edge["location"] or {})] if point]
    return Place(country, city, points[0] if points else None, counted, round(1 + log2(len(views)) / 6, 2))


def _point(location: Mapping[str, Any]) -> Tuple[float, float] | None:
    """Where the place is on the map, an equirectangular one: a degree is as long everywhere."""
    try:
        longitude, latitude = float(location["longitude"]), float(location["latitude"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    inside = -180 <= longitude <= 180 and -90 <= latitude <= 90
    return (round(longitude * 10, 1), round(-latitude * 10, 1)) if inside else None


def _box(points: Sequence[Tuple[float, float]]) -> Tuple[int, int, int, int]:
    """The smallest part of the map that has the same shape for every fleet and shows all points with a margin."""
    if not points:
        return _WEST, _NORTH, _EAST - _WEST, _SOUTH - _NORTH
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    high = max(ys) - min(ys) + 2 * _MARGIN
    width = min(max(max(xs) - min(xs) + 2 * _MARGIN, high / _SHAPE, _NARROWEST), _EAST - _WEST)
    height = width * _SHAPE
    left = min(max((max(xs) + min(xs) - width) / 2, _WEST), _EAST - width)
    top = min(max((max(ys) + min(ys) - height) / 2, _NORTH), max(_SOUTH - height, _NORTH))
    return round(left), round(top), round(width), round(height)
