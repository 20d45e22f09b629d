# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in repositories: control-plane-api.md 6.4 "Simplest proof".

JFrog's pages "Deploy Artifact", "Deploy Artifact by Checksum", "Create Directory", "Retrieve Artifact", "File Info",
"Folder Info", "File List" and "Delete Item" have the shapes. The text of a wrong checksum is in
jfrog/artifactory-client-java #367; that an Edge takes uploads in one repository only stands on the page "JFrog
Artifactory Edge".
"""

from __future__ import annotations

import mimetypes
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.filestore import Checksums
from simulator.repositories import EDGE_UPLOADS, Item, NoSuchItem
from simulator.rest.endpoint import ANYTHING, USER, Endpoints, Incoming
from simulator.sites import Edge

ENDPOINTS = Endpoints()
STORAGE = "/artifactory/api/storage/{repo}"
LIST_QUERY = {"list", "deep", "depth", "listFolders"}
# What clients send along, and the names that the three have here.
SENT = {"x-checksum-sha1": "sha1", "x-checksum-md5": "md5", "x-checksum-sha256": "sha256"}


class RepositoryConvertor(StringConvertor):
    """The key of a repository: no repository is called "api", which begins the paths of Artifactory's own calls."""

    regex = r"(?!api/)[^/]+"


register_url_convertor("repository", RepositoryConvertor())
FILE = "/artifactory/{repo:repository}/{path:path}"


@ENDPOINTS.add("GET", STORAGE, "6.4", access=USER, query=LIST_QUERY)
def root_info(incoming: Incoming) -> Response:
    """6.4: the repository itself, as a folder."""
    return info(incoming)


@ENDPOINTS.add("GET", STORAGE + "/{path:path}", "6.4", access=USER, query=LIST_QUERY)
def info(incoming: Incoming) -> Response:
    """6.4: "File Info" with checksums, or "Folder Info" with children; with "list" all that is in a folder."""
    item = _item(incoming)
    return JSONResponse(_list(incoming, item) if "list" in incoming.query else _info(incoming, item))


@ENDPOINTS.add("GET", FILE, "6.4", access=USER)
def download(incoming: Incoming) -> Response:
    """6.4: the bytes, with their checksums in headers. HEAD has the headers only."""
    item = _item(incoming)
    if item.checksums is None:
        raise Refusal(404, f"{incoming.path} is a folder: folders are not listed here")
    headers = {
        "X-Checksum-Sha1": item.checksums.sha1,
        "X-Checksum-Md5": item.checksums.md5,
        "X-Checksum-Sha256": item.checksums.sha256,
        "X-Artifactory-Filename": item.name,
        "ETag": item.checksums.sha1,
    }
    return Response(incoming.site.repositories.content(item), headers=headers, media_type=_mime_type(item))


@ENDPOINTS.add("PUT", FILE, "6.4", body=ANYTHING)
def deploy(incoming: Incoming) -> Response:
    """6.4: a file, a file by its checksum alone, or with a slash at the end a folder. 201 with what was stored."""
    site = incoming.site
    repo, path = incoming.parameters["repo"], incoming.parameters["path"]
    if ";" in path:
        raise Refusal(400, "Properties are not simulated")
    if repo not in site.repositories:
        raise Refusal(404, f"Could not find a local repository named {repo} to deploy to.")
    if isinstance(site, Edge) and repo != EDGE_UPLOADS and not incoming.simulator.switches.edge_takes_uploads:
        raise Refusal(403, f"An Edge takes uploads in {EDGE_UPLOADS} only")
    if path.endswith("/"):
        item = site.repositories.make_folder(repo, path.strip("/"), site.now(), incoming.user.username)
    else:
        item = _store(incoming, repo, path)
    return JSONResponse(_info(incoming, item), 201, {"Location": _url(incoming, item)})


@ENDPOINTS.add("DELETE", FILE, "6.4")
def delete(incoming: Incoming) -> Response:
    """6.4: 204 without a body, also for a folder with all that is in it."""
    item = _item(incoming)
    incoming.site.repositories.delete(item.repo, item.path)
    return Response(status_code=204)


def _store(incoming: Incoming, repo: str, path: str) -> Item:
    repositories = incoming.site.repositories
    sent = {name: incoming.headers[header].lower() for header, name in SENT.items() if header in incoming.headers}
    content = incoming.body
    if incoming.headers.get("x-checksum-deploy", "").lower() == "true":
        digests = [*sent.values(), incoming.headers.get("x-checksum", "").lower()]
        known = next((one for digest in digests if (one := repositories.with_checksum(digest)) is not None), None)
        if known is None:
            raise Refusal(404, "Checksum deploy failed. No existing file with the checksums is found")
        content = repositories.content(known)
    actual = Checksums.of(content).shown()
    if any(actual[name] != digest for name, digest in sent.items()):
        raise Refusal(409, _rejected(f"{repo}:{path}", sent, actual))
    return repositories.store(repo, path, content, incoming.site.now(), incoming.user.username, sent)


def _rejected(where: str, sent: dict[str, str], actual: dict[str, str]) -> str:
    names = {"SHA-1": "sha1", "MD5": "md5", "SHA-256": "sha256"}
    infos = ", ".join(
        f"{kind}=ChecksumInfo{{type={kind}, original='{sent.get(name, 'null')}', actual='{actual[name]}'}}"
        for kind, name in names.items()
    )
    policy = "Checksum policy 'LocalRepoChecksumPolicy: CLIENT'"
    return f"{policy} rejected the artifact '{where}'. Checksums info: ChecksumsInfo{{checksums={{{infos}}}}}"


def _item(incoming: Incoming) -> Item:
    repo, path = incoming.parameters["repo"], incoming.parameters.get("path", "").strip("/")
    try:
        return incoming.site.repositories.item(repo, path)
    except NoSuchItem as error:
        raise Refusal(404, "Unable to find item" if "/api/storage/" in incoming.path else "File not found.") from error


def _info(incoming: Incoming, item: Item) -> dict[str, Any]:
    stamp = time_of(item.created)
    shown: dict[str, Any] = {
        "repo": item.repo,
        "path": f"/{item.path}",
        "created": stamp,
        "createdBy": item.created_by,
        "lastModified": stamp,
        "modifiedBy": item.created_by,
        "lastUpdated": stamp,
        "uri": _url(incoming, item, "/api/storage"),
    }
    if item.checksums is None:
        children = incoming.site.repositories.children(item)
        return {**shown, "children": [{"uri": f"/{one.name}", "folder": not one.is_file} for one in children]}
    return {
        **shown,
        "downloadUri": _url(incoming, item),
        "mimeType": _mime_type(item),
        "size": str(item.size),
        "checksums": item.checksums.shown(),
        "originalChecksums": item.original,
    }


def _list(incoming: Incoming, folder: Item) -> dict[str, Any]:
    """ "File List": below the folder, as deep as it is asked for. An item's "uri" is its path in the folder."""
    if folder.is_file:
        raise Refusal(400, "Expected a folder but found a file")
    query, repositories = incoming.query, incoming.site.repositories
    found = repositories.below(folder) if query.get("deep", "0") == "1" else repositories.children(folder)
    deepest = int(query["depth"]) if query.get("depth", "").isdigit() and query["depth"] != "0" else None
    shown = []
    for one in found:
        uri = one.path[len(folder.path) :].strip("/")
        if (one.is_file or query.get("listFolders") == "1") and (deepest is None or uri.count("/") < deepest):
            sums = {"sha1": one.checksums.sha1, "sha2": one.checksums.sha256} if one.checksums is not None else {}
            entry = {"uri": f"/{uri}", "size": one.size if one.is_file else -1, "lastModified": time_of(one.created)}
            shown.append({**entry, "folder": not one.is_file, **sums})
    created = time_of(incoming.site.now())
    return {"uri": _url(incoming, folder, "/api/storage"), "created": created, "files": shown}


def _url(incoming: Incoming, item: Item, prefix: str = "") -> str:
    base = incoming.site.base_url_at(incoming.node)
    return f"{base}/artifactory{prefix}/{quote(item.repo)}/{quote(item.path)}".rstrip("/")


def _mime_type(item: Item) -> str:
    return mimetypes.guess_type(item.name)[0] or "application/octet-stream"


def time_of(moment: datetime) -> str:
    """As Artifactory writes a time."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
