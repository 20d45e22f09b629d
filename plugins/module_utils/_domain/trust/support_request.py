# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is sent to JFrog Support so that a platform in the cloud trusts Edges: texts to paste, and certificates.

Customers cannot write the trusted certificates of a platform in the cloud (control-plane-api.md 4). The texts depend on
nothing but the Edges that wait, so the same state always gives the same files.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Mapping, Optional, Sequence

from ..file_name import folder_name
from ..foreign_json import parsed
from ..url import host
from ..wording import printable

LETTER = "request.txt"
CERTIFICATE = "root.crt"
DATA = "request.json"

_CLOUD = ".jfrog.io"
_FACTS = ("subject", "serial", "not_before", "not_after", "sha256")


@dataclass(frozen=True)
class Waiting:
    """An Edge whose root certificate the platform does not trust yet.

    ``present`` is the SHA-256 of the certificate that the Edge signs with until the platform trusts this one, in a
    rotation; None when this one is in use.
    """

    platform: str
    name: str
    url: str
    pem: str
    subject: str
    serial: str
    not_before: str
    not_after: str
    sha256: str
    present: Optional[str] = None


def waiting(
    *, platform: str, name: str, url: str, pem: str, facts: Mapping[str, str], present: str | None = None
) -> Waiting:
    """An Edge that waits. Raises InventoryError when its name cannot be that of a folder."""
    known = {key: facts[key] for key in _FACTS}
    return Waiting(platform=platform, name=folder_name(name), url=url, pem=pem, present=present, **known)


def files_of_one(edge: Waiting) -> dict[str, str]:
    """The files of one Edge's folder. The data is for ourselves: the common request is made of it."""
    return {CERTIFICATE: edge.pem, LETTER: _letter(edge), DATA: serialise(edge)}


def files_of_all(edges: Sequence[Waiting]) -> dict[str, str]:
    """The files of the common folder: one request for many Edges. Nothing for fewer than two."""
    if len(edges) < 2:
        return {}
    ordered = sorted(edges, key=lambda edge: edge.name)
    return {LETTER: _common_letter(ordered), **{f"{edge.name}.crt": edge.pem for edge in ordered}}


def serialise(edge: Waiting) -> str:
    """The Edge as text, without its certificate, which has a file of its own."""
    told = {key: value for key, value in asdict(edge).items() if key != "pem"}
    return json.dumps(told, indent=2, sort_keys=True) + "\n"


def parse(text: str, pem: str) -> Waiting | None:
    """The Edge in a text of ``serialise``; None when it is something else, so that the file is written anew."""
    try:
        edge = Waiting(pem=pem, **parsed(text))
    except (ValueError, TypeError):
        return None
    told = {key: value for key, value in asdict(edge).items() if key != "present" or value is not None}
    return edge if all(isinstance(value, str) for value in told.values()) else None


def colons(sha256: str) -> str:
    """A fingerprint as web pages and openssl show it."""
    upper = sha256.upper()
    return ":".join(upper[at : at + 2] for at in range(0, len(upper), 2))


def is_cloud(platform_url: str) -> bool:
    """Whether the platform is certainly JFrog's; one under a name of the customer's own may be either."""
    return (host(platform_url) or "").endswith(_CLOUD)


def _letter(edge: Waiting) -> str:
    return f"""\
Subject: Trust the root certificate of the Edge node {printable(edge.name)}

Please import the attached root certificate ({CERTIFICATE}) as a trusted certificate of our platform, to complete a
circle of trust for Hybrid Distribution.

Platform:     {printable(edge.platform)}
Edge node:    {printable(edge.name)}
Edge URL:     {printable(edge.url)}
Certificate:  {CERTIFICATE}
  subject:    {printable(edge.subject)}
  serial:     {edge.serial}
  valid:      {edge.not_before} to {edge.not_after}
  SHA-256:    {edge.sha256} (of the DER form)
              {colons(edge.sha256)}

{_where_it_stands(edge)}
{_by_yourself(edge.platform, f"{CERTIFICATE} as {edge.name}.crt")}"""


def _common_letter(edges: Sequence[Waiting]) -> str:
    columns = ("Edge node", "Edge URL", "Certificate", "Valid from", "Valid to")
    rows = [
        tuple(map(printable, (edge.name, edge.url, f"{edge.name}.crt", edge.not_before, edge.not_after)))
        for edge in edges
    ]
    widths = [max(len(row[column]) for row in [columns, *rows]) for column in range(len(columns))]
    table = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in [columns, *rows]
    )
    prints = "\n\n".join(
        f"{printable(edge.name)}.crt  (subject {printable(edge.subject)}, serial {edge.serial})\n"
        f"  {edge.sha256}\n  {colons(edge.sha256)}\n  {_where_it_stands(edge)}"
        for edge in edges
    )
    return f"""\
Subject: Trust the root certificates of {len(edges)} Edge nodes

Please import the {len(edges)} attached root certificates as trusted certificates of our platform, to complete
circles of trust for Hybrid Distribution.

Platform:  {printable(edges[0].platform)}

{table}

SHA-256 fingerprints, of the DER form:

{prints}
{_by_yourself(edges[0].platform, "each certificate")}"""


def _where_it_stands(edge: Waiting) -> str:
    if edge.present is None:
        return "The Edge node signs with this certificate."
    return (
        f"The Edge node signs with another certificate ({edge.present[:16]}...) until you confirm this one; "
        "please go on trusting that, too."
    )


def _by_yourself(platform: str, what: str) -> str:
    """The other way, for a platform that may be the customer's own."""
    if is_cloud(platform):
        return ""
    return f"""
If this platform is self-hosted, nobody has to be asked: copy {what} into access/keys/trusted
below $JFROG_HOME/artifactory/var/etc on one of its nodes, with the owner of the files beside it, and wait until it has
vanished, which is how the product imports it. With the platform's nodes in the inventory's group platform_nodes, this
collection does it.
"""
