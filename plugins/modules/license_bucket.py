#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: license_bucket
short_description: Add a licence bucket to the platform, or delete it
version_added: 1.0.0
description:
  - Adds a licence bucket to Mission Control, by the URL of its file or with the file itself, and the key that opens it.
  - A bucket that is there already is left as it is. The platform tells neither the URL nor the key of a bucket, so
    these cannot be compared; give a new bucket a new name.
  - A bucket of which licences are in use is not deleted, unless O(force=true).
  - Adding is tried once. After an unclear answer the list of buckets is read.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform.required
  - hybrid.jfrog.platform
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  state:
    description:
      - Whether the bucket is to be there.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the bucket at the platform.
    type: str
    required: true
  url:
    description:
      - URL from which the platform loads the bucket's file, as the vendor sent it.
    type: str
  file:
    description:
      - The bucket's file on the host that runs the module, for a platform that cannot load it by O(url).
    type: path
  key:
    description:
      - The key that opens the file, as the vendor sent it. Required when the bucket is to be added.
    type: str
  force:
    description:
      - Whether a bucket is deleted although licences of it are in use. The platform does not count them any more then.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Whether the file and the key go together is known to the platform only, so it is not told in check mode.
  diff_mode:
    support: full
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.license_bucket_info
  - module: hybrid.jfrog.jpd_license
  - name: Create Bucket
    description: The REST call that adds a bucket.
    link: https://jfrog.com/help/r/jfrog-rest-apis/create-bucket
"""

EXAMPLES = r"""
- name: Add the bucket that the vendor sent
  hybrid.jfrog.license_bucket:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    name: edges-2030
    url: "{{ vault_bucket_url }}"
    key: "{{ vault_bucket_key }}"
  delegate_to: localhost

- name: Add a bucket from a file
  hybrid.jfrog.license_bucket:
    platform_url: https://platform.example.com
    platform_access_token: "{{ vault_platform_access_token }}"
    name: edges-2030
    file: /srv/licenses/728939433.json
    key: "{{ vault_bucket_key }}"
  delegate_to: localhost

- name: Delete a bucket that is not used any more
  hybrid.jfrog.license_bucket:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    name: edges-2027
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
bucket:
  description: The bucket as it is now; V(null) after O(state=absent), and in check mode when it would be added.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the bucket.
      type: str
    identifier:
      description: Identifier that the vendor gave to it.
      type: str
    license_type:
      description: Type of its licences, for example V(EDGE).
      type: str
    size:
      description: How many licences it has in all.
      type: int
    used:
      description: How many of them are in use.
      type: int
    available:
      description: How many are free.
      type: int
    valid_through:
      description: Last day of its licences.
      type: str
    jpds:
      description: How many licences each JPD has, by its name.
      type: dict
    unknown_uses:
      description: How many licences were acquired under each label.
      type: dict
  sample:
    name: edges
    identifier: 5fa8c1d20b7e4a6d93c0ffee
    license_type: EDGE
    size: 10
    used: 3
    available: 7
    valid_through: "2030-02-14"
    jpds: {lyon: 1, osaka: 2}
    unknown_uses: {}
drift:
  description: Names of the managed facts that differed, C(name).
  returned: success
  type: list
  elements: str
  sample: [name]
"""

from typing import Any, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS, required
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.plain_file import read_plain
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import platform_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock, poll
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.license_buckets import LicenseBuckets
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, DELETE, NONE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    ConflictError,
    EdgeError,
    InventoryError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import BucketSeen

# How long a lost answer may take to show in the list.
SETTLE_SECONDS = 15.0
PAUSE_SECONDS = 2.0
LARGEST = 32 << 20

OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    # Whoever has the URL can load the file.
    "url": {"type": "str", "no_log": True},
    "file": {"type": "path"},
    "key": {"type": "str", "no_log": True},
    "force": {"type": "bool", "default": False},
}


def content_of(path: str) -> bytes:
    """The bucket's file. Raises EdgeError."""
    try:
        content, _status = read_plain(path, limit=LARGEST)
    except OSError as exc:
        reason = (exc.strerror or "unknown").lower()
        raise EdgeError(f"Cannot read the bucket's file {path}: {reason}. Correct file.", path=path) from exc
    if not content:
        raise EdgeError(f"Cannot use the bucket's file {path}: it is empty. Correct file.", path=path)
    return content


def check_source(params: Mapping[str, Any]) -> None:
    """What adding needs. Raises InventoryError."""
    missing = [
        names
        for names, there in (("key", params["key"]), ("url or file", params["url"] or params["file"]))
        if not there
    ]
    if missing:
        raise InventoryError(
            f"Cannot add the licence bucket '{params['name']}': {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing. Give what the vendor sent."
        )


def add(params: Mapping[str, Any], buckets: LicenseBuckets, content: Optional[bytes], clock: Clock) -> None:
    """Add the bucket with one attempt. Raises EdgeError."""
    name = params["name"]
    try:
        if content is None:
            buckets.add_by_url(name, params["url"], params["key"])
        else:
            buckets.add_by_file(name, content, params["key"])
    except (ApiError, TransportError) as exc:
        status = exc.details.get("http_status")
        if status in (400, 401, 403, 429) or not appeared(buckets, name, clock, sure=status == 409):
            raise explained(exc, name) from exc


def appeared(buckets: LicenseBuckets, name: str, clock: Clock, *, sure: bool) -> bool:
    """Whether a failed call has added the bucket all the same, or somebody else has."""
    try:
        return poll(
            lambda: any(isinstance(item, dict) and item.get("name") == name for item in buckets.list()),
            bool,
            seconds=0.0 if sure else SETTLE_SECONDS,
            pause=PAUSE_SECONDS,
            clock=clock,
        )
    except (ApiError, TransportError):
        # The first error says more than that the platform still does not answer.
        return False


def explained(exc: EdgeError, name: str) -> EdgeError:
    """The same error with what to do about what Mission Control says of buckets (control-plane-api.md 1.8)."""
    said = "; ".join(exc.details.get("api_errors") or ())
    if "bucket file could not be used" in said.lower():
        remedy = "Check that the key belongs to this file, and that the platform itself can load it when it is a url"
    elif exc.details.get("http_status") == 409:
        remedy = "Another bucket has been made of the same file: use that one, or delete it first"
    else:
        return exc
    return ApiError(
        f"Cannot add the licence bucket '{name}': the platform answered {exc.details['http_status']} (\"{said}\"). "
        f"{remedy}.",
        **exc.details,
    )


def ensure_present(params: Mapping[str, Any], buckets: LicenseBuckets, *, check_mode: bool) -> Outcome:
    name = params["name"]
    current = buckets.find(name)
    change = Change(NONE if current is not None else CREATE, before=facts(current), after={"name": name})
    if not change.changed:
        change = Change(NONE, before=facts(current), after=facts(current))
    else:
        check_source(params)
        content = content_of(params["file"]) if params["file"] else None
        if not check_mode:
            add(params, buckets, content, Clock())
            current = buckets.find(name)
    return Outcome(change, {"bucket": current}, subject=f"licence bucket {name}")


def ensure_absent(params: Mapping[str, Any], buckets: LicenseBuckets, *, check_mode: bool) -> Outcome:
    name = params["name"]
    current = buckets.find(name)
    change = Change(NONE) if current is None else Change(DELETE, before=facts(current))
    if current is not None:
        if current["used"] and not params["force"]:
            raise ConflictError(
                f"Cannot delete the licence bucket '{name}': {in_use(current)}. Release them with jpd_license or "
                "license_acquisition and state=absent first, or set force to true.",
                bucket=dict(current),
            )
        if not check_mode:
            buckets.delete(current["name"])
    return Outcome(change, {"bucket": None}, subject=f"licence bucket {name}")


def facts(bucket: Optional[BucketSeen]) -> dict[str, Any]:
    return {} if bucket is None else {"name": bucket["name"]}


def in_use(bucket: BucketSeen) -> str:
    users = {**bucket["jpds"], **bucket["unknown_uses"]}
    listed = ", ".join(f"'{name}': {count}" for name, count in sorted(users.items()))
    return f"{bucket['used']} of its licences {'is' if bucket['used'] == 1 else 'are'} in use" + (
        f" ({listed})" if listed else ""
    )


def main() -> None:
    module = create_module(
        required(PLATFORM_OPTIONS, "platform_url", "platform_access_token"),
        OPTIONS,
        mutually_exclusive=[("url", "file")],
    )
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        platform = platform_connection(params)
        warn(module, platform.warnings())
        act = ensure_present if params["state"] == "present" else ensure_absent
        with platform.session(read_only=check_mode) as session:
            return act(params, LicenseBuckets(session), check_mode=check_mode)

    run(module, ensure)


if __name__ == "__main__":
    main()
