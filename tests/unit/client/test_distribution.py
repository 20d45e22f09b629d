# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of distribution: each documented refusal as the user reads it, and answers that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as client
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.distribution import Distribution
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE, PLATFORM
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.repositories import Repositories
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.signing_keys import SigningKeys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from unit.client.stub_server import Stub, serve

Call = Callable[[JFrogSession], Any]
ARTIFACT = [{"path": "a/b", "sha256": "0" * 64}]
TOKEN = "an-access-token-of-these-tests"
RULES = [{"site_name": "lyon"}]


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE_FACTOR", 0.0)


def create(session: JFrogSession) -> None:
    Lifecycle(session).create_bundle("canary", "1", ARTIFACT, "release-key")


def create_v1(session: JFrogSession) -> None:
    Distribution(session).create_bundle("canary", "1", "items.find({})")


# Artifactory and Lifecycle say it one way, Distribution another (control-plane-api.md 0, "Error envelopes").
def lifecycle_error(status: int, message: str) -> bytes:
    return json.dumps({"errors": [{"status": status, "message": message}]}).encode()


def distribution_error(status: int, message: str, detail: str = "") -> bytes:
    return json.dumps({"status_code": status, "message": message, "details": [detail] if detail else None}).encode()


CREATE = "Cannot create the release bundle canary 1 at the platform"
DISTRIBUTE = "Cannot distribute the release bundle canary 1 at the platform"


@pytest.mark.parametrize(
    ("call", "status", "body", "says"),
    [
        pytest.param(
            create, 400, lifecycle_error(400, "Bad name"), [CREATE, "400", "Bad name", "Correct"], id="create-400"
        ),
        pytest.param(
            create, 401, lifecycle_error(401, "Bad credentials"), [CREATE, "401", "Use a valid"], id="create-401"
        ),
        pytest.param(create, 403, lifecycle_error(403, "Forbidden"), [CREATE, "403", "admin rights"], id="create-403"),
        pytest.param(create, 404, lifecycle_error(404, "No such key"), [CREATE, "404", "No such key"], id="create-404"),
        pytest.param(create, 409, lifecycle_error(409, "Already exists"), [CREATE, "409", "Already"], id="create-409"),
        pytest.param(
            create, 422, lifecycle_error(422, "No artifacts"), [CREATE, "422", "No artifacts"], id="create-422"
        ),
        pytest.param(create, 500, b"<html><title>Oops</title></html>", [CREATE, "500", "Oops"], id="create-500-page"),
        pytest.param(
            lambda session: Lifecycle(session).bundle_status("canary", "1"),
            403,
            lifecycle_error(403, "Forbidden"),
            ["Cannot read the status of the release bundle canary 1", "403"],
            id="status-403",
        ),
        pytest.param(
            lambda session: Lifecycle(session).distribute("canary", "1", RULES),
            400,
            lifecycle_error(400, "Distribution rules must resolve to at least one edge"),
            [DISTRIBUTE, "must resolve to at least one edge"],
            id="distribute-400",
        ),
        pytest.param(
            lambda session: Lifecycle(session).distribute("canary", "1", RULES),
            404,
            lifecycle_error(404, "not found"),
            [DISTRIBUTE, "404"],
            id="distribute-404",
        ),
        pytest.param(
            lambda session: Lifecycle(session).list_trackers("canary", "1"),
            401,
            lifecycle_error(401, "Token failed verification: expired"),
            ["Cannot list the distributions of the release bundle canary 1", "Token failed verification: expired"],
            id="trackers-401",
        ),
        pytest.param(
            lambda session: Lifecycle(session).remote_delete("canary", "1", RULES),
            403,
            lifecycle_error(403, "Permission denied"),
            ["Cannot remove the release bundle canary 1 from the Edges", "Permission denied"],
            id="remote-delete-403",
        ),
        pytest.param(
            lambda session: Lifecycle(session).delete_record("canary", "1"),
            403,
            lifecycle_error(403, "Permission denied"),
            ["Cannot delete the release bundle canary 1", "Permission denied"],
            id="delete-403",
        ),
        pytest.param(
            lambda session: Lifecycle(session).propagate_key("release-key"),
            403,
            lifecycle_error(403, "Forbidden"),
            ["Cannot propagate the signing key 'release-key'", "platform_access_token with admin rights"],
            id="propagate-403",
        ),
        pytest.param(
            create_v1,
            400,
            distribution_error(400, "Bad AQL", "line 1"),
            [CREATE, "Bad AQL: line 1"],
            id="v1-create-400",
        ),
        pytest.param(create_v1, 409, distribution_error(409, "exists"), [CREATE, "409", "exists"], id="v1-create-409"),
        pytest.param(
            lambda session: Distribution(session).distribute("canary", "1", RULES),
            404,
            distribution_error(404, "Release bundle not found"),
            [DISTRIBUTE, "Release bundle not found"],
            id="v1-distribute-404",
        ),
        pytest.param(
            lambda session: Distribution(session).distribute("canary", "1", RULES),
            403,
            distribution_error(403, "No destination permission"),
            [DISTRIBUTE, "No destination permission"],
            id="v1-distribute-403",
        ),
        pytest.param(
            lambda session: Distribution(session).propagate_keys("release-key"),
            404,
            distribution_error(404, "Key with alias 'release-key' was not found"),
            ["Cannot propagate the signing key 'release-key'", "was not found"],
            id="v1-propagate-404",
        ),
        pytest.param(
            lambda session: Distribution(session).propagate_keys(None),
            500,
            distribution_error(500, "One or more services are unavailable"),
            ["Cannot propagate the default signing key", "services are unavailable"],
            id="v1-propagate-500",
        ),
        pytest.param(
            lambda session: Repositories(session).deploy("canary-local", "a/b.txt", "x"),
            403,
            lifecycle_error(403, "Not enough permissions"),
            ["Cannot deploy canary-local/a/b.txt", "Not enough permissions"],
            id="deploy-403",
        ),
        pytest.param(
            lambda session: Repositories(session).deploy("canary-local", "a/b.txt", "x"),
            409,
            lifecycle_error(409, "Checksum policy rejected the artifact"),
            ["Cannot deploy canary-local/a/b.txt", "Checksum policy rejected"],
            id="deploy-409",
        ),
        pytest.param(
            lambda session: Repositories(session).create_local("canary-local"),
            400,
            lifecycle_error(400, "Case insensitive repository key already exists"),
            ["Cannot create the repository 'canary-local'", "already exists"],
            id="create-repository-400",
        ),
    ],
)
def test_refusal_says_what_was_refused_and_why(call: Call, status: int, body: bytes, says: list[str]) -> None:
    with serve(Stub(status=status, body=body)) as stub, JFrogSession(stub.url, TOKEN, peer=PLATFORM) as session:
        with pytest.raises(ApiError) as caught:
            call(session)

        assert [part for part in says if part not in caught.value.msg] == []
        assert caught.value.details["http_status"] == status
        # What may have been carried out is sent once.
        assert len(stub.requests) == 1


@pytest.mark.parametrize(
    ("call", "body"),
    [
        pytest.param(lambda session: Lifecycle(session).distribute("c", "1", RULES), b"{}", id="distribute-no-id"),
        pytest.param(lambda session: Lifecycle(session).list_trackers("c", "1"), b"{}", id="trackers-no-list"),
        pytest.param(lambda session: Lifecycle(session).bundle_status("c", "1"), b"[]", id="status-no-object"),
        pytest.param(lambda session: SigningKeys(session).list_keys(), b'{"keys": {}}', id="keys-no-list"),
        pytest.param(
            lambda session: Repositories(session).files("r", "f"), b'{"children": "x"}', id="children-no-list"
        ),
        pytest.param(lambda session: Lifecycle(session).propagate_key("k"), b"<html></html>", id="login-page"),
        pytest.param(lambda session: Distribution(session).version(), b"{}", id="info-without-a-version"),
    ],
)
def test_answer_that_is_none_is_an_error(call: Call, body: bytes) -> None:
    with serve(Stub(body=body)) as stub, JFrogSession(stub.url, TOKEN) as session, pytest.raises(ApiError):
        call(session)


@pytest.mark.parametrize(
    ("call", "status", "expected"),
    [
        pytest.param(lambda session: Lifecycle(session).bundle_status("c", "1"), 404, None, id="no-bundle"),
        pytest.param(lambda session: Lifecycle(session).list_trackers("c", "1"), 404, [], id="no-trackers"),
        pytest.param(lambda session: Lifecycle(session).tracker("c", "1", "4"), 404, None, id="no-tracker"),
        pytest.param(lambda session: Lifecycle(session).remote_delete("c", "1", RULES), 404, None, id="nothing-there"),
        pytest.param(lambda session: Lifecycle(session).delete_record("c", "1"), 404, None, id="record-gone"),
        pytest.param(lambda session: Lifecycle(session).received_status("c", "1"), 404, None, id="not-received"),
        pytest.param(
            lambda session: Lifecycle(session).received_status("c", "1"), 501, None, id="edge-without-the-call"
        ),
        pytest.param(lambda session: Distribution(session).version(), 404, None, id="no-distribution"),
        pytest.param(lambda session: Distribution(session).bundle("c", "1"), 404, None, id="v1-no-bundle"),
        pytest.param(lambda session: Distribution(session).list_trackers("c", "1"), 404, [], id="v1-no-trackers"),
        pytest.param(lambda session: Distribution(session).delete_bundle("c", "1"), 404, None, id="v1-bundle-gone"),
        pytest.param(lambda session: Repositories(session).repository("r"), 400, None, id="no-repository-400"),
        pytest.param(lambda session: Repositories(session).repository("r"), 404, None, id="no-repository-404"),
        pytest.param(lambda session: Repositories(session).fetch("r", "f"), 404, None, id="no-file"),
        pytest.param(lambda session: Repositories(session).files("r", "f"), 404, [], id="no-folder"),
        pytest.param(lambda session: Repositories(session).delete("r", "f"), 404, None, id="file-gone"),
        pytest.param(lambda session: SigningKeys(session).remove("0a1b2c"), 404, None, id="key-gone"),
    ],
)
def test_what_is_not_there_is_no_error(call: Call, status: int, expected: Any) -> None:
    with serve(Stub(status=status)) as stub, JFrogSession(stub.url, TOKEN, peer=EDGE) as session:
        assert call(session) == expected


def test_bytes_come_as_they_are() -> None:
    with serve(Stub(body=b"\xff\x00\xfe")) as stub, JFrogSession(stub.url, TOKEN, peer=EDGE) as session:
        assert Repositories(session).fetch("r", "f") == b"\xff\x00\xfe"


def test_signing_key_is_named_in_a_header() -> None:
    with serve(Stub(status=201)) as stub, JFrogSession(stub.url, TOKEN) as session:
        create(session)
        Lifecycle(session).create_bundle("canary", "2", ARTIFACT, None)

    headers = [headers.get("X-JFrog-Signing-Key-Name") for _method, _path, headers in stub.requests]
    assert headers == ["release-key", None]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        pytest.param(
            lambda session: Lifecycle(session).propagate_key("a/../b"),
            "/lifecycle/api/v2/distribution/key/propagate/a%2F..%2Fb",
            id="key-name",
        ),
        pytest.param(
            lambda session: SigningKeys(session).remove("../x"),
            "/artifactory/api/security/keys/trusted/..%2Fx",
            id="key-id",
        ),
    ],
)
def test_name_leads_nowhere_else(call: Call, path: str) -> None:
    with serve(Stub(body=b'{"status": "SUCCESS"}')) as stub, JFrogSession(stub.url, TOKEN) as session:
        call(session)

    assert stub.requests[0][1] == path
