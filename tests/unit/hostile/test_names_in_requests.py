# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in URLs: a server reads exactly the name, in the one place where it belongs, or nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.distribution import Distribution
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.federation import (
    AccessFederation,
    MissionControlFederation,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.license_buckets import LicenseBuckets
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.licenses import Licenses
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.repositories import Repositories
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access import AccessGroups, AccessUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access_permissions import AccessPermissions
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.api import Held
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy import LegacyGroups, LegacyUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy_permissions import (
    LegacyPermissionsV1,
    LegacyPermissionsV2,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.signing_keys import SigningKeys
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.user_plugins import UserPlugins
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError
from unit.client.stub_server import Stub, serve
from unit.hostile.names import EVIL, HARMLESS

Call = Callable[[JFrogSession, str], Any]

NO_PART_OF_A_PATH = {"empty", "dot", "dots", "half-a-character"}
KINDS = (
    *(AccessUsers, AccessGroups, AccessPermissions, LegacyUsers, LegacyGroups),
    *(LegacyPermissionsV1, LegacyPermissionsV2),
)
SECTION = {"targets": {"r": {"includes": ["**"], "excludes": []}}, "users": {"ann": "r"}, "groups": {}}
CHANGES = {
    "users": ({"email": "a@example.com", "groups": []}, {"email": "b@example.com", "groups": ["dev"]}),
    "groups": ({"description": "x"}, {"description": "y"}),
    "permissions": (SECTION, {**SECTION, "users": {"ann": "rw"}}),
}


def _security(kind: Any) -> dict[str, Call]:
    before, after = CHANGES[kind.kind]
    held = Held({}, {})
    return {
        f"{kind.__name__}-read": lambda session, name: kind(session).read(name),
        f"{kind.__name__}-update": lambda session, name: kind(session).update(name, held, before, after),
        f"{kind.__name__}-delete": lambda session, name: kind(session).delete(name),
    }


IN_PATH: dict[str, Call] = {
    "token": lambda session, name: Access(session).get_token(name),
    "token-deleted": lambda session, name: Access(session).delete_token(name),
    "certificate": lambda session, name: Artifactory(session).install_certificate(name, "pem"),
    "certificate-deleted": lambda session, name: Artifactory(session).delete_certificate(name),
    "bundle": lambda session, name: Lifecycle(session).bundle_status(name, "1"),
    "version": lambda session, name: Lifecycle(session).bundle_status("a", name),
    "bundle-distributed": lambda session, name: Lifecycle(session).distribute(name, "1", []),
    "trackers": lambda session, name: Lifecycle(session).list_trackers(name, "1"),
    "tracker": lambda session, name: Lifecycle(session).tracker("a", "1", name),
    "bundle-removed": lambda session, name: Lifecycle(session).remote_delete(name, "1", []),
    "bundle-deleted": lambda session, name: Lifecycle(session).delete_record(name, "1"),
    "bundle-received": lambda session, name: Lifecycle(session).received_status(name, "1"),
    "key-propagated": lambda session, name: Lifecycle(session).propagate_key(name),
    "old-bundle": lambda session, name: Distribution(session).bundle(name, "1"),
    "old-bundle-distributed": lambda session, name: Distribution(session).distribute(name, "1", []),
    "old-trackers": lambda session, name: Distribution(session).list_trackers(name, "1"),
    "old-tracker": lambda session, name: Distribution(session).tracker("a", "1", name),
    "old-bundle-removed": lambda session, name: Distribution(session).delete_remote(name, "1", []),
    "old-bundle-deleted": lambda session, name: Distribution(session).delete_bundle(name, "1"),
    "signing-key-deleted": lambda session, name: SigningKeys(session).remove(name),
    "target": lambda session, name: AccessFederation(session).update_target(name, {}),
    "target-deleted": lambda session, name: AccessFederation(session).delete_target(name),
    "broadcast": lambda session, name: AccessFederation(session).full_broadcast(name),
    "source": lambda session, name: MissionControlFederation(session).configure(name, [], []),
    "repository": lambda session, name: Repositories(session).repository(name),
    "repository-made": lambda session, name: Repositories(session).create_local(name),
    "file-deployed": lambda session, name: Repositories(session).deploy(name, "f", "x"),
    "file": lambda session, name: Repositories(session).fetch(name, "f"),
    "files": lambda session, name: Repositories(session).files(name, "f"),
    "file-deleted": lambda session, name: Repositories(session).delete(name, "f"),
    "bucket": lambda session, name: LicenseBuckets(session).report(name),
    "bucket-deleted": lambda session, name: LicenseBuckets(session).delete(name),
    "bucket-deployed": lambda session, name: LicenseBuckets(session).deploy(name, "JPD-2", 1),
    "bucket-acquired": lambda session, name: LicenseBuckets(session).acquire(name, "x", 1),
    "bucket-released": lambda session, name: LicenseBuckets(session).release(name, "x"),
    "account": lambda session, name: UserPlugins(session).is_admin(name),
    **{key: call for kind in KINDS for key, call in _security(kind).items()},
}
IN_QUERY: dict[str, Call] = {
    "tokens-of": lambda session, name: Access(session).list_tokens(description=name),
    "old-key-propagated": lambda session, name: Distribution(session).propagate_keys(name),
    "licence-removed": lambda session, name: Licenses(session).delete([name]),
}
BY_MISSION_CONTROL: dict[str, Call] = {
    "jpd": lambda session, name: MissionControl(session).get_jpd(name),
    "jpd-changed": lambda session, name: MissionControl(session).update_jpd(name, {}),
    "jpd-deleted": lambda session, name: MissionControl(session).delete_jpd(name),
}


def sent(stub: Stub, call: Call, name: str) -> tuple[list[tuple[str, str]], EdgeError | None]:
    """What the server got, by method and target, and the error; anything that is not designed is raised."""
    stub.requests.clear()
    error = None
    with JFrogSession(stub.url, "token") as session:
        try:
            call(session, name)
        except EdgeError as exc:  # also for the answer, which is none of the documented ones
            error = exc
    return [(method, target) for method, target, _headers in stub.requests], error


def parts(target: str) -> list[str]:
    path, mark, query = target.partition("?")
    return [*(unquote(part) for part in path.split("/")), mark + query]


@pytest.mark.parametrize("call", IN_PATH.values(), ids=list(IN_PATH))
def test_name_in_a_path_is_one_part_of_it_or_nothing_is_sent(call: Call) -> None:
    wrong: dict[str, Any] = {}
    with serve(Stub(body=b"{}")) as stub:
        usual, _error = sent(stub, call, HARMLESS)
        assert usual
        assert all(HARMLESS in parts(target) for _method, target in usual)
        for what, name in EVIL.items():
            got, error = sent(stub, call, name)
            expected = [
                (method, [name if part == HARMLESS else part for part in parts(target)]) for method, target in usual
            ]
            refused = got == [] and isinstance(error, ApiError) and error.details["http_status"] is None
            exact = [(method, parts(target)) for method, target in got] == expected
            if not (refused if what in NO_PART_OF_A_PATH else exact):
                wrong[what] = (got, error)
    assert wrong == {}


@pytest.mark.parametrize("call", IN_QUERY.values(), ids=list(IN_QUERY))
def test_name_in_a_query_is_one_value_of_it_or_nothing_is_sent(call: Call) -> None:
    wrong: dict[str, Any] = {}
    with serve(Stub(body=b"{}")) as stub:
        ((_method, usual),), _error = sent(stub, call, HARMLESS)
        path, _mark, query = usual.partition("?")
        fields = parse_qsl(query)
        assert [value for _key, value in fields].count(HARMLESS) == 1
        for what, name in EVIL.items():
            got, error = sent(stub, call, name)
            if not name or what == "half-a-character":
                fine = error is not None or len(got) == 1
            else:
                expected = [(key, name if value == HARMLESS else value) for key, value in fields]
                fine = [target.partition("?")[0] for _method, target in got] == [path] and (
                    parse_qsl(got[0][1].partition("?")[2], keep_blank_values=True) == expected
                )
            if not fine:
                wrong[what] = (got, error)
    assert wrong == {}


@pytest.mark.parametrize("call", BY_MISSION_CONTROL.values(), ids=list(BY_MISSION_CONTROL))
def test_id_of_a_jpd_that_is_none_is_refused_before_anything_is_sent(call: Call) -> None:
    plain = {"device", "option", "all", "long", "long-for-a-file"}
    with serve(Stub(body=b"{}")) as stub:
        assert [what for what, name in EVIL.items() if bool(sent(stub, call, name)[0]) != (what in plain)] == []


def test_name_in_a_header_is_one_header_or_nothing_is_sent() -> None:
    wrong: dict[str, Any] = {}
    with serve(Stub(status=201, body=b"{}")) as stub, JFrogSession(stub.url, "token") as session:
        Lifecycle(session).create_bundle("a", "1", [], HARMLESS)
        usual = stub.requests.pop()[2]
        for what, name in EVIL.items():
            with suppress(EdgeError):
                Lifecycle(session).create_bundle("a", "1", [], name)
            for _method, _target, headers in stub.requests:
                if {key for key in headers if key not in usual}:
                    wrong[what] = headers
            stub.requests.clear()
    assert wrong == {}


def test_error_about_a_name_does_not_steer_the_terminal() -> None:
    with serve(Stub(status=403)) as stub:
        errors = [sent(stub, call, name)[1] for name in EVIL.values() for call in (IN_PATH["AccessUsers-read"],)]

    assert None not in errors
    assert [error.msg for error in errors if error and not "".join(error.msg.split("\n")).isprintable()] == []
