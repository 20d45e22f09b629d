# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Mission Control's licence buckets (control-plane-api.md 1.8). One method per endpoint."""

from __future__ import annotations

import secrets
from typing import Any, List, Sequence

from .._domain.errors import ApiError
from .._domain.license import seen
from .._domain.observed import BucketSeen
from .segment import segment
from .session import JFrogSession

BUCKETS = "/mc/api/v1/buckets"


class LicenseBuckets:
    """The licence buckets of the platform.

    The pages show both the name and the identifier of a bucket in paths, so what a bucket's report was found under is
    used for its other calls.
    """

    def __init__(self, session: JFrogSession) -> None:
        self._session = session
        self._keys: dict[str, str] = {}

    def find(self, key: str) -> BucketSeen | None:
        """The bucket with this name, else with this identifier, and its report."""
        items = [item for item in self.list() if isinstance(item, dict)]
        for names in (("name",), ("identifier", "id")):
            for item in items:
                if any(item.get(name) == key for name in names):
                    return self.read(item)
        return None

    def read(self, listed: Any) -> BucketSeen:
        """A bucket of the list with its report."""
        entry = listed if isinstance(listed, dict) else {}
        name, identifier = (str(entry.get(key) or "") for key in ("name", "identifier"))
        try:
            report = self.report(name)
        except ApiError as exc:
            if exc.details["http_status"] != 404 or not identifier:
                raise
            self._keys[name] = identifier
            report = self.report(name)
        return seen.bucket(listed, report)

    def names(self) -> List[str]:
        """Names and identifiers of all buckets: either may stand for one."""
        items = [item for item in self.list() if isinstance(item, dict)]
        return [str(item[key]) for item in items for key in ("name", "identifier", "id") if item.get(key)]

    def list(self) -> List[Any]:
        """GET /mc/api/v1/buckets ("Get Buckets"): all of them, there are no pages."""
        return self._session.call("GET", BUCKETS, purpose="list the licence buckets").array()

    def report(self, name: str) -> Any:
        """GET /mc/api/v1/buckets/{name}/report ("Get Bucket Status")."""
        return self._session.call(
            "GET", f"{self._path(name)}/report", purpose=f"read the report of the licence bucket '{name}'"
        ).object()

    def add_by_url(self, name: str, url: str, key: str) -> Any:
        """POST /mc/api/v1/buckets ("Create Bucket"): 201 with the bucket. The platform loads the file itself."""
        return self._session.call(
            "POST",
            BUCKETS,
            json={"name": name, "url": url, "key": key},
            ok=(201,),
            # The URL lets anybody load the file (the page's sample has an expiry and an id in it).
            secrets=[key, url],
            purpose=f"add the licence bucket '{name}'",
        ).object("name")

    def add_by_file(self, name: str, content: bytes, key: str) -> Any:
        """POST /mc/api/v1/buckets ("Upload Bucket") as multipart/form-data: 201 with the bucket."""
        kind, body = _multipart(name, content, key)
        return self._session.call(
            "POST",
            BUCKETS,
            content=(kind, body),
            ok=(201,),
            secrets=[key],
            purpose=f"add the licence bucket '{name}'",
        ).object("name")

    def delete(self, name: str) -> bool:
        """DELETE /mc/api/v1/buckets/{name} ("Delete Bucket"): 204, or 404 when it was gone."""
        answer = self._session.call(
            "DELETE", self._path(name), ok=(204, 404), purpose=f"delete the licence bucket '{name}'"
        )
        return answer.status == 204

    def deploy(self, name: str, jpd_id: str, count: int) -> None:
        """POST /mc/api/v1/buckets/{name}/deploy ("Attach License"). Each call attaches some more."""
        self._session.call(
            "POST",
            f"{self._path(name)}/deploy",
            json={"jpd_id": jpd_id, "license_count": count},
            purpose=f"attach {count} of the licence bucket '{name}' to {jpd_id}",
        )

    def acquire(self, name: str, label: str, count: int) -> Sequence[str]:
        """POST /mc/api/v1/buckets/{name}/acquire ("Acquire License"): keys in one line each. Each call gives others."""
        answer = self._session.call(
            "POST",
            f"{self._path(name)}/acquire",
            json={"name": label, "license_count": count},
            query={"remove_new_line": "true"},
            purpose=f"acquire {count} of the licence bucket '{name}' as '{label}'",
        )
        keys = answer.object("license_keys")["license_keys"]
        if not isinstance(keys, list) or not all(isinstance(key, str) and key.strip() for key in keys):
            raise answer.refused()
        return keys

    def release(self, name: str, holder: str) -> None:
        """POST /mc/api/v1/buckets/{name}/release ("Release License"): 204; the CLI takes 200, too.

        ``holder`` is the id of a JPD, which has to be offline, or the label of an acquisition.
        """
        self._session.call(
            "POST",
            f"{self._path(name)}/release",
            json={"name": holder},
            ok=(204, 200),
            purpose=f"release the licences of the bucket '{name}' from '{holder}'",
        )

    def _path(self, name: str) -> str:
        return f"{BUCKETS}/{segment(self._keys.get(name, name))}"


def read_license_buckets(session: JFrogSession) -> List[BucketSeen]:
    """Every bucket with its report: one request and one per bucket, however many Edges there are."""
    buckets = LicenseBuckets(session)
    return [buckets.read(listed) for listed in buckets.list()]


def _multipart(name: str, content: bytes, key: str) -> tuple[str, bytes]:
    """The three parts of the page "Upload Bucket"; the file has a name, as from a form."""
    mark = secrets.token_hex(16)
    parts = [
        (f'form-data; name="file"; filename="{_file_name(name)}"', "application/octet-stream", content),
        ('form-data; name="key"', "text/plain; charset=utf-8", key.encode()),
        ('form-data; name="name"', "text/plain; charset=utf-8", name.encode()),
    ]
    body = b"".join(
        f"--{mark}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n".encode() + value + b"\r\n"
        for disposition, kind, value in parts
    )
    return f"multipart/form-data; boundary={mark}", body + f"--{mark}--\r\n".encode()


def _file_name(name: str) -> str:
    """A file name without what would need quoting in a header."""
    return "".join(character if character.isalnum() and character.isascii() else "-" for character in name) + ".json"
