# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mission Control's licence buckets: control-plane-api.md 1.8."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Optional

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.jpd_view import OFFLINE, ONLINE, PARTIAL
from simulator.licences import Licence
from simulator.license_buckets import BadBucketFile, Bucket, NoneLeft, opened
from simulator.platform import Platform
from simulator.rest.endpoint import JSON, JSON_OR_MULTIPART, Endpoints, Incoming
from simulator.urls import is_url

ENDPOINTS = Endpoints()
PATH = "/mc/api/v1/buckets"
UNUSABLE = "Your bucket file could not be used. Please verify that the file is correct and that the key is valid."
PRODUCT, PRODUCT_ID = "Artifactory", 6


@ENDPOINTS.add("GET", PATH, "1.8")
def list_buckets(incoming: Incoming) -> Response:
    """1.8."""
    return JSONResponse(
        [
            {
                "identifier": bucket.identifier,
                "name": bucket.name,
                "size": bucket.quantity,
                "license_type": bucket.license_type,
            }
            for bucket in _platform(incoming).buckets.values()
        ]
    )


@ENDPOINTS.add("POST", PATH, "1.8", body=JSON_OR_MULTIPART)
def add_bucket(incoming: Incoming) -> Response:
    """1.8: by the URL of its file, or with the file itself."""
    platform = _platform(incoming)
    name, key, url, content = _uploaded(incoming) if incoming.content_type != "application/json" else _linked(incoming)
    with platform.buckets.lock:
        if name in platform.buckets:
            raise Refusal(409, f"Name '{name}' already exists")
        if url is not None and any(bucket.url == url for bucket in platform.buckets.values()):
            raise Refusal(409, f"Url '{url}' already exists")
        try:
            bucket = opened(content, key, name=name, url=url)
        except BadBucketFile as error:
            raise Refusal(400, UNUSABLE) from error
        platform.buckets[name] = bucket
    return JSONResponse(_shown(bucket), 201)


@ENDPOINTS.add("DELETE", PATH + "/{name}", "1.8")
def delete_bucket(incoming: Incoming) -> Response:
    """1.8: 204 without a body."""
    buckets = _platform(incoming).buckets
    with buckets.lock:
        bucket = _find(incoming)
        if bucket.used and not incoming.simulator.switches.bucket_in_use_deletable:
            raise Refusal(409, f"Bucket '{bucket.name}' has licenses in use")
        del buckets[bucket.name]
    return Response(status_code=204)


@ENDPOINTS.add("GET", PATH + "/{name}/report", "1.8")
def report(incoming: Incoming) -> Response:
    """1.8: who has licences of the bucket."""
    bucket = _find(incoming)
    parts = {
        "jpds": _counts(_jpd_counts(incoming, bucket)),
        "split_buckets": [],
        "unknown_uses": _counts({label: len(licences) for label, licences in bucket.labelled.items()}),
        "pipelines": {"execution_nodes": 0},
    }
    if incoming.simulator.switches.bucket_report_leaves_out_unused:
        parts = {name: part for name, part in parts.items() if part and name != "pipelines"}
    return JSONResponse(
        {
            "identifier": bucket.identifier,
            "name": bucket.name,
            "size": bucket.quantity,
            "valid_through": f"{bucket.valid:%Y-%m-%d}",
            "issued": f"{bucket.issued:%Y-%m-%d}",
            "type": bucket.license_type,
            "licenses": {"used": bucket.used, "available": len(bucket.free), "max_used": bucket.max_used},
            **parts,
        }
    )


@ENDPOINTS.add("POST", PATH + "/{name}/deploy", "1.8", body=JSON)
def deploy(incoming: Incoming) -> Response:
    """1.8: each call gives the JPD some more; not idempotent (trap 22)."""
    platform = _platform(incoming)
    bucket = _find(incoming)
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"jpd_id", "license_count"}))
    jpd_id, count = _text(content, "jpd_id", "attachLicense"), _count(content, "attachLicense")
    entry = next((entry for entry in platform.jpds if entry["id"] == jpd_id), None)
    if entry is None:
        raise Refusal(400, f"JPD with id {jpd_id} was not found.")
    view = incoming.simulator.jpd_view
    site = view.site(entry)
    with platform.buckets.lock:
        if site is None or view.status(entry) not in (ONLINE, PARTIAL) or count > len(bucket.free):
            raise Refusal(500, f"Cannot deploy licenses from bucket {bucket.name} to {jpd_id}")
        view.licences_change(entry)
        with site.lock:
            for licence in bucket.take(count, bucket.given, jpd_id):
                site.licences.install(_copy(licence), replaces=len(site.nodes) < 2)
        bucket.names[jpd_id] = entry["name"]
    noun = "license" if count == 1 else "licenses"
    message = f"Assigned {count} {noun} from bucket {bucket.name} to {jpd_id}."
    return JSONResponse({"success": True, "message": message})


@ENDPOINTS.add("POST", PATH + "/{name}/acquire", "1.8", body=JSON, query={"remove_new_line"})
def acquire(incoming: Incoming) -> Response:
    """1.8: the keys themselves, for a server that Mission Control does not know; counted under the label."""
    bucket = _find(incoming)
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"name", "license_count"}))
    label, count = _text(content, "name", "acquireLicense"), _count(content, "acquireLicense")
    with _platform(incoming).buckets.lock:
        try:
            taken = bucket.take(count, bucket.labelled, label)
        except NoneLeft as error:
            status = incoming.simulator.switches.acquire_none_left_status
            raise Refusal(status, f"Cannot acquire licenses from bucket {bucket.name}") from error
    compact = incoming.query.get("remove_new_line") == "true"
    return JSONResponse({"license_keys": [one.compact_key if compact else one.key for one in taken]})


@ENDPOINTS.add("POST", PATH + "/{name}/release", "1.8", body=JSON)
def release(incoming: Incoming) -> Response:
    """1.8: by JPD id, which has to be offline, or by the label of acquire."""
    platform = _platform(incoming)
    bucket = _find(incoming)
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"name"}))
    holder = _text(content, "name", "releaseLicense")
    entry = next((entry for entry in platform.jpds if entry["id"] == holder), None)
    if entry is not None and incoming.simulator.jpd_view.status(entry) != OFFLINE:
        raise Refusal(409, "The Jpd must be offline before you can detach its license")
    with platform.buckets.lock:
        if not bucket.release(holder, one=incoming.simulator.switches.release_takes_back == "one"):
            raise Refusal(409, f"No licenses to release for bucket: {bucket.identifier}, instance name: {holder}")
    return Response(status_code=204)


def _platform(incoming: Incoming) -> Platform:
    return incoming.simulator.platform


def _find(incoming: Incoming) -> Bucket:
    key, how = incoming.parameters["name"], incoming.simulator.switches.bucket_path
    bucket = _platform(incoming).buckets.find(key)
    if bucket is None or (how != "both" and getattr(bucket, how) != key):
        raise Refusal(404, f"The entity 'LicenseBucket' with identifier '{key}' was not found")
    return bucket


def _linked(incoming: Incoming) -> tuple[str, str, Optional[str], bytes]:
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"name", "url", "key"}))
    name, key, url = (_text(content, field, "addBucket") for field in ("name", "key", "url"))
    if not is_url(url):
        raise _invalid("addBucket", "url", "must be a valid URL")
    file = _platform(incoming).bucket_files.get(url)
    return name, key, url, file.content if file is not None else b""


def _uploaded(incoming: Incoming) -> tuple[str, str, Optional[str], bytes]:
    head = f"Content-Type: {incoming.headers['content-type']}\r\n\r\n".encode("latin-1")
    parsed = BytesParser(policy=HTTP).parsebytes(head + incoming.body)
    parts: dict[str, bytes] = {}
    for part in parsed.iter_parts() if parsed.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition"))
        if name == "file" and part.get_content_type() != "application/octet-stream":
            raise Refusal(incoming.simulator.switches.wrong_content_type_status)
        parts[name] = part.get_payload(decode=True)
    incoming.refuse_unknown_fields(parts, frozenset({"file", "name", "key"}))
    texts = {name: parts[name].decode("utf-8", "replace") for name in ("name", "key") if name in parts}
    if "file" not in parts:
        raise _invalid("uploadBucket", "file", "must not be empty")
    return _text(texts, "name", "uploadBucket"), _text(texts, "key", "uploadBucket"), None, parts["file"]


def _text(content: dict[str, Any], field: str, operation: str) -> str:
    value = content.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _invalid(operation, field, "must not be empty")
    return value


def _count(content: dict[str, Any], operation: str) -> int:
    value = content.get("license_count")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _invalid(operation, "license_count", "must be greater than 0")
    return value


def _invalid(operation: str, field: str, what: str) -> Refusal:
    details = [f"{operation}.req.{field} property {what}"]
    return Refusal(400, "Validation constraint violation", kind="Validation", details=details)


def _copy(licence: Licence) -> Licence:
    return Licence.of_key(licence.key)


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "license_count": count} for name, count in counts.items()]


def _jpd_counts(incoming: Incoming, bucket: Bucket) -> dict[str, int]:
    """By name, as it is now. A JPD that is gone keeps the name that it had; two of one name are counted together."""
    now = {entry["id"]: entry["name"] for entry in _platform(incoming).jpds}
    counts: dict[str, int] = {}
    for jpd_id, licences in bucket.given.items():
        name = jpd_id
        if incoming.simulator.switches.bucket_report_names == "name":
            name = now.get(jpd_id, bucket.names[jpd_id])
        counts[name] = counts.get(name, 0) + len(licences)
    return counts


def _shown(bucket: Bucket) -> dict[str, Any]:
    """Of the answer to POST: dates as RFC 3339 has them."""
    shown = {
        "identifier": bucket.identifier,
        "subject": bucket.subject,
        "product_name": PRODUCT,
        "product_id": PRODUCT_ID,
        "license_type": bucket.license_type,
        "issued_date": bucket.issued.isoformat(timespec="milliseconds"),
        "valid_date": bucket.valid.isoformat(timespec="milliseconds"),
        "quantity": bucket.quantity,
        "signature": bucket.signature,
        "name": bucket.name,
        "used": bucket.used,
    }
    return shown if bucket.url is None else {**shown, "url": bucket.url}
