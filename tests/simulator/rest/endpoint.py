# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an endpoint declares about itself, and what its handler gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import Response

from simulator.envelopes import Refusal

if TYPE_CHECKING:
    from simulator.access_database import SigningPair
    from simulator.simulator import Simulator
    from simulator.sites import Site
    from simulator.tokens import Caller

ANYONE = "anyone"
USER = "user"
ADMIN = "admin"

NONE = "none"
JSON = "json"
JSON_OR_FORM = "json or form"
JSON_OR_MULTIPART = "json or multipart"
TEXT = "text"
PEM = "pem"
# Content of any type, or none: an empty file is a file.
ANYTHING = "anything"

CONTENT_TYPES = {
    JSON: ("application/json",),
    JSON_OR_FORM: ("application/json", "application/x-www-form-urlencoded"),
    JSON_OR_MULTIPART: ("application/json", "multipart/form-data"),
    TEXT: ("text/plain",),
    # The page says application/text; the vendor's Terraform provider has always sent text/plain, with success.
    PEM: ("application/text", "text/plain"),
}


@dataclass
class Incoming:
    """One request that fits its endpoint's declaration. ``caller`` is set when credentials were asked for."""

    simulator: Simulator
    site: Site
    node: Optional[str]
    method: str
    path: str
    parameters: dict[str, str]
    query_pairs: list[tuple[str, str]]
    headers: Headers
    body: bytes = field(repr=False)
    caller: Optional[Caller] = None

    @property
    def user(self) -> Caller:
        """The caller at an endpoint that has one for certain."""
        assert self.caller is not None
        return self.caller

    @property
    def signing_pair(self) -> SigningPair:
        """What the node that is asked signs and checks tokens with."""
        return self.site.signing_pair(self.node)

    @property
    def query(self) -> dict[str, str]:
        return dict(self.query_pairs)

    def json(self) -> Any:
        """The body as RFC 8259 has it. Python alone also takes NaN, half characters, and numbers beyond a float."""
        try:
            content = json.loads(self.body, parse_constant=_refuse_constant, object_pairs_hook=self._object)
            json.dumps(content, allow_nan=False, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise Refusal(400, "Malformed JSON in the request body") from error
        return content

    def json_object(self) -> dict[str, Any]:
        content = self.json()
        if not isinstance(content, dict):
            raise Refusal(400, "The request body must be a JSON object")
        return content

    def fields(self) -> dict[str, Any]:
        """The fields of a JSON object or of a form."""
        if self.content_type == "application/x-www-form-urlencoded":
            return self._object(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        return self.json_object()

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def refuse_unknown_fields(self, content: dict[str, Any], known: frozenset[str]) -> None:
        """The documented contract is all there is: a field beyond it is an error, not a hint."""
        unknown = sorted(content.keys() - known)
        if unknown and self.simulator.switches.refuse_unknown_fields:
            raise Refusal(400, f'Unrecognized field "{unknown[0]}"', detail=", ".join(unknown))

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) < len(pairs) and self.simulator.switches.refuse_unknown_fields:
            raise Refusal(400, f'Duplicate field "{repeated(pairs)[0]}"')
        return content


def repeated(pairs: list[tuple[str, Any]]) -> list[str]:
    """The names that stand there more than once."""
    names = [name for name, _ in pairs]
    return sorted({name for name in names if names.count(name) > 1})


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


Handler = Callable[[Incoming], Response]


@dataclass(frozen=True)
class Endpoint:
    """``reads``: a POST that changes nothing. ``dials``: the handler calls other sites and may wait for them."""

    method: str
    path: str
    handler: Handler
    section: str
    access: str = ADMIN
    body: str = NONE
    query: frozenset[str] = frozenset()
    since: str = "0.0"
    reads: bool = False
    dials: bool = False
    # A scope that opens an admin's endpoint to others, and a switch that opens it to everyone.
    scope: str = ""
    open_by: str = ""
    # Of the platform's Distribution, besides that of Artifactory.
    distribution_since: str = "0.0"
    # Whether an Edge has it, of a service that only platforms have in full.
    on_edges: bool = False

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD") and not self.reads


class Endpoints(list[Endpoint]):
    """The endpoints of one file, filled by decorating its handlers."""

    def add(self, method: str, path: str, section: str, **declared: Any) -> Callable[[Handler], Handler]:
        """``section`` is the part of the reference that the endpoint follows."""

        def register(handler: Handler) -> Handler:
            query = frozenset(declared.pop("query", ()))
            self.append(Endpoint(method, path, handler, section, query=query, **declared))
            return handler

        return register
