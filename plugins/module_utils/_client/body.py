# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The body of an answer, with a limit to its size and to the time that it takes.

The time limit of requests counts from one piece to the next, so a server that sends a byte now and then would hold a
run for ever.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    import requests

# A JPD takes about a kilobyte, and the longest list is that of some thousand JPDs.
LARGEST = 64 << 20
_PIECE = 16 << 10


class AnswerTooLarge(OSError):
    """A body that is larger than any that is documented."""


class IncompleteRead(OSError):
    """A body that ended before its announced length. By its name the clause of the error is found."""


def read_body(response: requests.Response, seconds: float) -> bytes:
    """The whole body, after which the connection can be used again. Raises OSError, or what urllib3 raises."""
    ends = time.monotonic() + seconds
    body = bytearray()
    with response:
        for piece in _pieces(response):
            body += piece
            if len(body) > LARGEST:
                raise AnswerTooLarge
            if time.monotonic() > ends:
                raise TimeoutError("timed out")
        # read1 takes the end of the connection for that of the body.
        if getattr(response.raw, "length_remaining", None):
            raise IncompleteRead
    return bytes(body)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """What has arrived, as it arrives; urllib3 before 2.3 can only wait for whole pieces."""
    read1 = getattr(response.raw, "read1", None)
    if read1 is None:
        yield from response.iter_content(_PIECE)
        return
    while True:
        piece = read1(decode_content=True)
        if not piece:
            return
        yield piece
