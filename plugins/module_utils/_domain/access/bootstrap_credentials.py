# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The text of ``bootstrap.creds``: one administrator per line, as ``user@address=password`` (node-files.md 9).

A password has too little in it for a fingerprint to be harmless, so nothing here ever shows more than whether two are
the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional, Sequence, Tuple

from ..errors import ConflictError, EdgeError
from ..observed import Node

EVERYWHERE = "*"
# What every installation has before anybody changes it (node-files.md 9 "First admin").
_KNOWN_TO_ALL = ("password",)

_LINE = re.compile(r"(?P<user>[^@=\s]+)(?:@(?P<address>[^=\s]+))?=(?P<password>\S+)")
_USER = re.compile(r"[^@=\s\x00-\x1f]+")
_ADDRESS = re.compile(r"\*|[0-9A-Za-z.:_-]+")
_PLAIN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Credentials:
    """One administrator, who may log in from one address or from everywhere."""

    user: str
    address: str
    password: str = field(repr=False)

    @property
    def line(self) -> str:
        return f"{self.user}@{self.address}={self.password}"


def check(user: str, address: str, password: Optional[str]) -> Credentials:
    """The wanted administrator. Raises EdgeError, whose text does not show the password."""
    problem = _problem(user, address, password)
    if problem is not None:
        raise EdgeError(f"Cannot write the first administrator's credentials: {problem}.")
    return Credentials(user, address, password or "")


def warnings(wanted: Credentials) -> list[str]:
    """What may be read otherwise than it is meant: the encoding of the file is not documented."""
    if _PLAIN.fullmatch(wanted.password) and not set(wanted.password) & set("\\#"):
        return []
    return [
        f"The password of '{wanted.user}' has a backslash, a '#' or letters beyond ASCII in it. How Access reads them "
        "from bootstrap.creds is not documented: try the login after the first start, or choose another password."
    ]


def parse(text: str) -> Tuple[Credentials, ...]:
    """The administrators in a file. Raises ConflictError for a line that Access would refuse, without showing it."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or "\ufffd" in line:  # what could not be read as UTF-8 could not be written again
            raise ConflictError(
                f"Cannot read bootstrap.creds: line {number} is not of the form user@address=password, so Access would "
                "not start with it. Correct that line, or remove the file."
            )
        found.append(Credentials(match["user"], match["address"] or EVERYWHERE, match["password"]))
    return tuple(found)


def find(listed: Sequence[Credentials], wanted: Credentials) -> Optional[Credentials]:
    """The entry of the same user and address."""
    return next((one for one in listed if (one.user, one.address) == (wanted.user, wanted.address)), None)


def merged(listed: Sequence[Credentials], wanted: Credentials) -> str:
    """The text with the wanted administrator in it, and with the others as they were."""
    others = [one for one in listed if (one.user, one.address) != (wanted.user, wanted.address)]
    return "".join(f"{one.line}\n" for one in (*others, wanted))


def why_not(ever_started: bool, peers: Sequence[Node]) -> Optional[str]:
    """Why no administrator is written for this node; None before the first start of an Edge.

    Access reads the file at every start and gives the user that password then (JFrog's knowledge base, 000005479). On
    an Edge that has started, that would take back what its administrators changed since.
    """
    if ever_started:
        return "the node has started, so it has its administrators"
    if any(peer["service"]["ever_started"] for peer in peers):
        return "another node of the Edge has started, so its database has its administrators"
    return None


def _problem(user: str, address: str, password: Optional[str]) -> Optional[str]:
    if not _USER.fullmatch(user):
        return "the username is empty or has one of '@', '=' and blanks in it. Give a plain name such as admin"
    if not _ADDRESS.fullmatch(address):
        return "the address is no IP address. Give one, or * for logins from everywhere"
    if not password:
        return "no password was given. Set password"
    if re.search(r"[\s\x00-\x1f\x7f]", password):
        return "the password has blanks, line ends or control characters in it. Choose one without them"
    if password.lower() in _KNOWN_TO_ALL:
        return "the password is the product's default, which everybody knows. Choose another one"
    return None
