# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call of the client, with each status code that its page lists, and the whole text that the user reads.

Where a page has a message it is that one, in the envelope of its service (control-plane-api.md 0, "Error envelopes").
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as client
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.bridges import BridgeClient
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.configuration import Configuration
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.distribution import Distribution
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.failures import EDGE, PLATFORM, Peer
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.federation import (
    AccessFederation,
    MissionControlFederation,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.license_buckets import LicenseBuckets
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.licenses import Licenses
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.repositories import Repositories
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.router import Router
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.service_trust import ServiceTrust
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.signing_keys import SigningKeys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license.keys import LicenseKey
from unit.client.stub_server import Stub, serve

TOKEN = "an-access-token-of-these-tests"
PAIRING = "eyJhbGciOiJSUzI1NiJ9.a-pairing-token.of-these-tests"
BUCKET_KEY = "0123456789abcdef" * 4
BUCKET_URL = "https://releases.example.com/buckets/1.json?expires=2030"
KEY = LicenseKey("bGljZW5zZSBvZiB0aGUgdGVzdHMgbm90IG9mIGFueWJvZHkgZWxzZQ==")
JPD = {"name": "lyon", "url": "https://lyon.example.com/", "token": PAIRING}
RULES = [{"site_name": "lyon"}]
EDGE_URL = "https://lyon.example.com"


@dataclass(frozen=True)
class Said:
    """One documented refusal: the status, the body, and what of it the user reads."""

    status: int
    body: bytes
    shown: str

    @property
    def names_what_is_gone(self) -> bool:
        return self.status == 404 and any(words in self.shown for words in ("was not found", "Could not find"))


def artifactory(status: int, message: str, shown: str | None = None) -> Said:
    """Also of Lifecycle."""
    body = {"errors": [{"status": status, "message": message}]}
    return Said(status, json.dumps(body).encode(), shown or message)


def access(status: int, message: str, detail: str = "") -> Said:
    body = {"errors": [{"code": HTTPStatus(status).name, "message": message, "detail": detail}]}
    return Said(status, json.dumps(body).encode(), f"{message}: {detail}" if detail else message)


def mission_control(status: int, message: str, *details: str, shown: str | None = None) -> Said:
    error = {"message": message, "type": "Exception"}
    if details:
        error = {"message": message, "type": "Validation", "details": list(details)}  # type: ignore[dict-item]
    text = f"{message}: {'; '.join(details)}" if details else message
    return Said(status, json.dumps({"errors": [error]}).encode(), shown or text)


def distribution(status: int, message: str) -> Said:
    return Said(status, json.dumps({"status_code": status, "message": message, "details": None}).encode(), message)


MC_ADMIN = [mission_control(401, "HTTP 401 Unauthorized"), mission_control(403, "HTTP 403 Forbidden")]
ACCESS_ADMIN = [
    access(401, "Invalid token, expired"),
    access(401, "Invalid token, audience"),
    access(401, "Unsupported authentication method Basic"),
    access(403, "Forbidden", "the caller is no administrator"),
]
ARTIFACTORY_ADMIN = [
    artifactory(401, "Bad credentials"),
    artifactory(401, "Token failed verification: expired"),
    artifactory(401, "Token failed verification: revoked"),
    artifactory(403, "Forbidden"),
]
DISTRIBUTION_ADMIN = [distribution(401, "Bad Credentials"), distribution(403, "Forbidden")]
NOT_ON_SAAS = artifactory(400, "This operation is not supported in this environment")
NO_BUCKET = "The entity 'LicenseBucket' with identifier 'edges' was not found"
BUCKET_REFUSED = [
    *MC_ADMIN,
    mission_control(
        400, "Your bucket file could not be used. Please verify that the file is correct and that the key is valid."
    ),
    mission_control(409, "Name 'edges' already exists"),
]

REMEDIES = {
    400: "Correct what the answer names",
    401: "Use a valid {prefix}access_token: this one may be expired, revoked, or made by another deployment",
    403: "Use {prefix}access_token with admin rights; if the answer is a web page, check the platform's IP allowlist",
    404: (
        "Check that {prefix}url is the deployment's base URL (without /artifactory) and that its version has this call"
    ),
    409: "Correct what the answer names",
    422: "Correct what the answer names",
    500: "See the logs of the service",
    501: "Check that {prefix}url leads to the deployment that is meant: an Edge has only a part of these calls",
}


GONE = "Correct what the answer names; it may have been removed meanwhile"


@dataclass(frozen=True)
class Documented:
    """A method of the client, how it is called, what it is for in the user's words, and what its page lists."""

    method: Callable[..., Any]
    call: Callable[[JFrogSession], Any]
    purpose: str
    refusals: list[Said]
    peer: Peer = PLATFORM


CALLS = [
    # 1.1 to 1.7
    Documented(
        MissionControl.list_jpds,
        lambda s: MissionControl(s).list_jpds(),
        "list the JPDs",
        [*MC_ADMIN, mission_control(400, "HTTP 400 Bad Request")],
    ),
    Documented(
        MissionControl.get_jpd,
        lambda s: MissionControl(s).get_jpd("JPD-7"),
        "read the JPD JPD-7",
        [*MC_ADMIN, mission_control(404, "HTTP 404 Not Found")],
    ),
    Documented(
        MissionControl.create_jpd,
        lambda s: MissionControl(s).create_jpd(JPD),
        "register the JPD 'lyon' with the URL https://lyon.example.com/",
        [
            *MC_ADMIN,
            mission_control(400, "Provide either a token or a username/password pair."),
            mission_control(400, "Failed to join the JPD. Are the credentials correct?"),
            mission_control(
                400, "Failed to connect to the JPD. Please verify that the JPD information provided is correct"
            ),
            mission_control(
                400,
                "Validation constraint violation",
                "addInstance.req.url property must be a valid URL. Invalid value: 'the'",
            ),
            mission_control(400, f"Bad token {PAIRING}", shown="Bad token ********"),
            mission_control(409, "A JPD with name 'lyon' already exists"),
        ],
    ),
    Documented(
        MissionControl.update_jpd,
        lambda s: MissionControl(s).update_jpd("JPD-7", JPD),
        "update the JPD 'lyon' (JPD-7)",
        [
            *MC_ADMIN,
            mission_control(
                400, "Failed to connect to the JPD. Please verify that the JPD information provided is correct"
            ),
            mission_control(404, "HTTP 404 Not Found"),
            mission_control(409, "A JPD with url 'https://lyon.example.com/' already exists"),
        ],
    ),
    Documented(
        MissionControl.delete_jpd, lambda s: MissionControl(s).delete_jpd("JPD-7"), "unregister the JPD JPD-7", MC_ADMIN
    ),
    Documented(
        MissionControl.ping,
        lambda s: MissionControl(s).ping(),
        "ping Mission Control",
        [Said(404, b"404 page not found", "404 page not found")],  # by the router, when it is switched off
    ),
    # 1.8
    Documented(LicenseBuckets.list, lambda s: LicenseBuckets(s).list(), "list the licence buckets", MC_ADMIN),
    Documented(
        LicenseBuckets.report,
        lambda s: LicenseBuckets(s).report("edges"),
        "read the report of the licence bucket 'edges'",
        [*MC_ADMIN, mission_control(404, NO_BUCKET)],
    ),
    Documented(
        LicenseBuckets.add_by_url,
        lambda s: LicenseBuckets(s).add_by_url("edges", BUCKET_URL, BUCKET_KEY),
        "add the licence bucket 'edges'",
        [
            *BUCKET_REFUSED,
            mission_control(409, f"Url '{BUCKET_URL}' already exists", shown="Url '********' already exists"),
        ],
    ),
    Documented(
        LicenseBuckets.add_by_file,
        lambda s: LicenseBuckets(s).add_by_file("edges", b"content", BUCKET_KEY),
        "add the licence bucket 'edges'",
        [*BUCKET_REFUSED, mission_control(400, f"Bad key {BUCKET_KEY}", shown="Bad key ********")],
    ),
    Documented(
        LicenseBuckets.delete,
        lambda s: LicenseBuckets(s).delete("edges"),
        "delete the licence bucket 'edges'",
        MC_ADMIN,
    ),
    Documented(
        LicenseBuckets.deploy,
        lambda s: LicenseBuckets(s).deploy("edges", "JPD-7", 1),
        "attach 1 of the licence bucket 'edges' to JPD-7",
        [
            *MC_ADMIN,
            mission_control(400, "JPD with id JPD-7 was not found."),
            mission_control(404, NO_BUCKET),
            mission_control(500, "Cannot deploy licenses from bucket edges to JPD-7"),
        ],
    ),
    Documented(
        LicenseBuckets.acquire,
        lambda s: LicenseBuckets(s).acquire("edges", "ship", 2),
        "acquire 2 of the licence bucket 'edges' as 'ship'",
        [*MC_ADMIN, mission_control(404, f"{NO_BUCKET}.")],
    ),
    Documented(
        LicenseBuckets.release,
        lambda s: LicenseBuckets(s).release("edges", "JPD-7"),
        "release the licences of the bucket 'edges' from 'JPD-7'",
        [
            *MC_ADMIN,
            mission_control(404, NO_BUCKET),
            mission_control(409, "The Jpd must be offline before you can detach its license"),
            mission_control(409, "No licenses to release for bucket: 0a1b, instance name: JPD-7"),
        ],
    ),
    # 2.1
    Documented(
        Access.create_pairing_token,
        lambda s: Access(s).create_pairing_token(),
        "create a pairing token",
        [*ACCESS_ADMIN, access(404, "Not Found", "the use case mission-control is not enabled")],
        EDGE,
    ),
    # 2.5; a 404 is an answer
    Documented(
        ServiceTrust.revoke_pairings,
        lambda s: ServiceTrust(s).revoke_pairings(EDGE_URL),
        f"revoke the pairings with {EDGE_URL}",
        [*ACCESS_ADMIN, access(400, "The base URL is missing")],
    ),
    # 3
    Documented(
        Access.create_token,
        lambda s: Access(s).create_token({"expires_in": -1}),
        "create an access token",
        [*ACCESS_ADMIN, access(400, "Invalid expires_in"), access(403, "The scope is above what the caller may give")],
    ),
    Documented(Access.list_tokens, lambda s: Access(s).list_tokens(), "list the access tokens", ACCESS_ADMIN),
    Documented(
        Access.get_token, lambda s: Access(s).get_token("t-1"), "read an access token's data", ACCESS_ADMIN, EDGE
    ),
    Documented(
        Access.own_token,
        lambda s: Access(s).own_token(),
        "read the access token's own data",
        [*ACCESS_ADMIN, access(404, "Token not found")],
        EDGE,
    ),
    Documented(Access.delete_token, lambda s: Access(s).delete_token("t-1"), "revoke an access token", ACCESS_ADMIN),
    # 4
    Documented(
        Access.root_certificate, lambda s: Access(s).root_certificate(), "read the root certificate", ACCESS_ADMIN
    ),
    Documented(
        Access.ca_certificate, lambda s: Access(s).ca_certificate(), "read the CA certificate of Access", ACCESS_ADMIN
    ),
    Documented(
        Access.validate_server,
        lambda s: Access(s).validate_server(f"{EDGE_URL}/access"),
        f"test the circle of trust with {EDGE_URL}/access",
        [*ACCESS_ADMIN, access(400, "The target server URL is invalid")],
    ),
    *(
        Documented(method, call, purpose, [*ARTIFACTORY_ADMIN, *more], EDGE)
        for method, call, purpose, more in (
            (
                Artifactory.list_certificates,
                lambda s: Artifactory(s).list_certificates(),
                "list the client certificates of remote repositories",
                [artifactory(500, "Internal error")],
            ),
            (
                Artifactory.install_certificate,
                lambda s: Artifactory(s).install_certificate("up", "-----BEGIN\nc2VjcmV0LWxpbmU=\n-----END"),
                "install the client certificate 'up'",
                [
                    artifactory(400, "Cannot read c2VjcmV0LWxpbmU=", "Cannot read ********"),
                    artifactory(500, "Internal error"),
                ],
            ),
            (
                Artifactory.delete_certificate,
                lambda s: Artifactory(s).delete_certificate("up"),
                "remove the client certificate 'up'",
                [artifactory(400, "Bad alias"), artifactory(500, "Internal error")],
            ),
        )
    ),
    # 5.1 and 5.2
    Documented(Access.ping, lambda s: Access(s).ping(), "ping Access", [access(500, "Not ready")], EDGE),
    Documented(
        Artifactory.ping,
        lambda s: Artifactory(s).ping(),
        "ping Artifactory",
        [artifactory(401, "Bad credentials"), artifactory(500, "Not ready")],
        EDGE,
    ),
    Documented(
        Router.health, lambda s: Router(s).health(), "read the health", [Said(404, b"", "")], EDGE
    ),  # as on port 8081, which has no router
    Documented(
        Artifactory.version,
        lambda s: Artifactory(s).version(),
        "read the Artifactory version",
        ARTIFACTORY_ADMIN[:1],
        EDGE,
    ),
    Documented(
        Artifactory.service_id,
        lambda s: Artifactory(s).service_id(),
        "read the Artifactory service id",
        ARTIFACTORY_ADMIN,
        EDGE,
    ),
    # 5.3
    *(
        Documented(method, call, purpose, [*ARTIFACTORY_ADMIN, NOT_ON_SAAS, *more], EDGE)
        for method, call, purpose, more in (
            (Artifactory.license, lambda s: Artifactory(s).license(), "read the licence", []),
            (Licenses.current, lambda s: Licenses(s).current(), "read the licence", []),
            (Licenses.list, lambda s: Licenses(s).list(), "list the licences", []),
            (
                Licenses.install_single,
                lambda s: Licenses(s).install_single(KEY),
                "install the licence key",
                [artifactory(400, f"{KEY.text} is invalid", "******** is invalid")],
            ),
            (
                Licenses.delete,
                lambda s: Licenses(s).delete(["0a1b", "2c3d"]),
                "remove 2 of the licences",
                [artifactory(400, "License with hash '0a1b' was not found")],
            ),
        )
    ),
    # A 400 has a text of its own, see test_artifactory_license.py.
    Documented(
        Licenses.install, lambda s: Licenses(s).install([KEY]), "install the licence key", ARTIFACTORY_ADMIN, EDGE
    ),
    # 5.4
    Documented(
        Configuration.base_url,
        lambda s: Configuration(s).base_url(),
        "read the custom base URL",
        [*ARTIFACTORY_ADMIN, NOT_ON_SAAS],
        EDGE,
    ),
    Documented(
        Configuration.set_base_url,
        lambda s: Configuration(s).set_base_url(EDGE_URL),
        f"set the custom base URL to {EDGE_URL}",
        [*ARTIFACTORY_ADMIN, NOT_ON_SAAS, artifactory(400, "The URL is illegal")],
        EDGE,
    ),
    Documented(
        Configuration.verify_connection,
        lambda s: Configuration(s).verify_connection(f"{EDGE_URL}/artifactory/api/system/ping"),
        f"let it call {EDGE_URL}/artifactory/api/system/ping",
        [*ARTIFACTORY_ADMIN, NOT_ON_SAAS, artifactory(400, "Received error from endpoint url: HTTP 404 Not Found")],
        EDGE,
    ),
    # 2.6
    Documented(
        BridgeClient.debug,
        lambda s: BridgeClient(s).debug(),
        "read the bridges of the Bridge Client",
        [*ACCESS_ADMIN, access(404, "Not Found"), access(500, "Internal error")],
        EDGE,
    ),
    # 6.1
    Documented(
        Lifecycle.propagate_key,
        lambda s: Lifecycle(s).propagate_key("rb-key"),
        "propagate the signing key 'rb-key'",
        [*ARTIFACTORY_ADMIN, artifactory(404, "Could not find key pair 'rb-key'")],
    ),
    Documented(
        Distribution.propagate_keys,
        lambda s: Distribution(s).propagate_keys("rb-key"),
        "propagate the signing key 'rb-key'",
        [*DISTRIBUTION_ADMIN, distribution(404, "Key with alias 'rb-key' was not found")],
    ),
    Documented(
        SigningKeys.list_keys,
        lambda s: SigningKeys(s).list_keys(),
        "list the trusted signing keys",
        ARTIFACTORY_ADMIN,
        EDGE,
    ),
    Documented(SigningKeys.pair_names, lambda s: SigningKeys(s).pair_names(), "list the key pairs", ARTIFACTORY_ADMIN),
    Documented(
        SigningKeys.add,
        lambda s: SigningKeys(s).add("rb-key", "-----BEGIN PGP PUBLIC KEY BLOCK-----"),
        "add the trusted signing key 'rb-key'",
        [*ARTIFACTORY_ADMIN, artifactory(400, "Invalid key"), artifactory(409, "A key with this alias exists")],
        EDGE,
    ),
    Documented(
        SigningKeys.remove,
        lambda s: SigningKeys(s).remove("0a1b2c"),
        "remove the trusted signing key with the id 0a1b2c",
        ARTIFACTORY_ADMIN,
        EDGE,
    ),
    # 6.2 to 6.4
    *(
        Documented(method, call, purpose, [*ARTIFACTORY_ADMIN, *(artifactory(*one) for one in more)])
        for method, call, purpose, more in (
            (
                Lifecycle.create_bundle,
                lambda s: Lifecycle(s).create_bundle("canary", "1", [{"path": "a/b"}], "rb-key"),
                "create the release bundle canary 1",
                [
                    (400, "Invalid release bundle name: 'canary'"),
                    (404, "Could not find key pair 'rb-key'"),
                    (409, "Release bundle canary/1 already exists"),
                    (422, "Artifact a/b was not found"),
                    (501, "Part of Release Lifecycle features are not available with Edge license."),
                ],
            ),
            (
                Lifecycle.bundle_status,
                lambda s: Lifecycle(s).bundle_status("canary", "1"),
                "read the status of the release bundle canary 1",
                [],
            ),
            (
                Lifecycle.distribute,
                lambda s: Lifecycle(s).distribute("canary", "1", RULES),
                "distribute the release bundle canary 1",
                [(400, "Distribution rules must resolve to at least one edge"), (404, "Release bundle was not found")],
            ),
            (
                Lifecycle.list_trackers,
                lambda s: Lifecycle(s).list_trackers("canary", "1"),
                "list the distributions of the release bundle canary 1",
                [],
            ),
            (
                Lifecycle.tracker,
                lambda s: Lifecycle(s).tracker("canary", "1", "4"),
                "follow the distribution of the release bundle canary 1",
                [],
            ),
            (
                Lifecycle.remote_delete,
                lambda s: Lifecycle(s).remote_delete("canary", "1", RULES),
                "remove the release bundle canary 1 from the Edges",
                [(400, "Distribution rules must resolve to at least one edge")],
            ),
            (
                Lifecycle.delete_record,
                lambda s: Lifecycle(s).delete_record("canary", "1"),
                "delete the release bundle canary 1",
                [],
            ),
            (
                Lifecycle.received_status,
                lambda s: Lifecycle(s).received_status("canary", "1"),
                "read what it received of the release bundle canary 1",
                [],
            ),
            (Repositories.repository, lambda s: Repositories(s).repository("r"), "read the repository 'r'", []),
            (
                Repositories.create_local,
                lambda s: Repositories(s).create_local("r"),
                "create the repository 'r'",
                [(400, "Case insensitive repository key already exists")],
            ),
            (
                Repositories.deploy,
                lambda s: Repositories(s).deploy("r", "a.txt", "x"),
                "deploy r/a.txt",
                [
                    (404, "Could not find a local repository named r to deploy to."),
                    (409, "Checksum policy 'LocalRepoChecksumPolicy: CLIENT' rejected the artifact 'r:a.txt'."),
                ],
            ),
            (Repositories.fetch, lambda s: Repositories(s).fetch("r", "a.txt"), "fetch r/a.txt", []),
            (Repositories.files, lambda s: Repositories(s).files("r", "f"), "list r/f", []),
            (Repositories.delete, lambda s: Repositories(s).delete("r", "a.txt"), "delete r/a.txt", []),
        )
    ),
    # 5.1 and 6.5
    *(
        Documented(method, call, purpose, [*DISTRIBUTION_ADMIN, *(distribution(*one) for one in more)])
        for method, call, purpose, more in (
            (
                Distribution.version,
                lambda s: Distribution(s).version(),
                "read the version of Distribution",
                [(500, "One or more services are unavailable")],
            ),
            (
                Distribution.create_bundle,
                lambda s: Distribution(s).create_bundle("canary", "1", "items.find({})"),
                "create the release bundle canary 1",
                [
                    (400, "Failed to parse query: items.find({})"),
                    (400, "No signing key was found"),
                    (409, "Release bundle canary/1 already exists"),
                ],
            ),
            (
                Distribution.bundle,
                lambda s: Distribution(s).bundle("canary", "1"),
                "read the release bundle canary 1",
                [],
            ),
            (
                Distribution.distribute,
                lambda s: Distribution(s).distribute("canary", "1", RULES),
                "distribute the release bundle canary 1",
                [(400, "Distribution rules must resolve to at least one edge"), (404, "Release bundle was not found")],
            ),
            (
                Distribution.list_trackers,
                lambda s: Distribution(s).list_trackers("canary", "1"),
                "list the distributions of the release bundle canary 1",
                [],
            ),
            (
                Distribution.tracker,
                lambda s: Distribution(s).tracker("canary", "1", "4"),
                "follow the distribution of the release bundle canary 1",
                [],
            ),
            (
                Distribution.delete_remote,
                lambda s: Distribution(s).delete_remote("canary", "1", RULES),
                "remove the release bundle canary 1 from the Edges",
                [(400, "Distribution rules must resolve to at least one edge")],
            ),
            (
                Distribution.delete_bundle,
                lambda s: Distribution(s).delete_bundle("canary", "1"),
                "delete the release bundle canary 1",
                [],
            ),
        )
    ),
    # 7.1
    *(
        Documented(method, call, purpose, [*ACCESS_ADMIN, *(access(*one) for one in more)])
        for method, call, purpose, more in (
            (
                AccessFederation.list_targets,
                lambda s: AccessFederation(s).list_targets(),
                "list the federation targets",
                [],
            ),
            (
                AccessFederation.create_target,
                lambda s: AccessFederation(s).create_target({"name": "lyon"}),
                "register the federation target 'lyon'",
                [(400, "The target server URL is invalid"), (409, "A target named 'lyon' already exists")],
            ),
            (
                AccessFederation.update_target,
                lambda s: AccessFederation(s).update_target("lyon", {}),
                "change the federation target 'lyon'",
                [(400, "Invalid entities"), (404, "Federation target 'lyon' was not found")],
            ),
            (
                AccessFederation.delete_target,
                lambda s: AccessFederation(s).delete_target("lyon"),
                "remove the federation target 'lyon'",
                [],
            ),
            (
                AccessFederation.full_broadcast,
                lambda s: AccessFederation(s).full_broadcast("lyon"),
                "start a full broadcast to the federation target 'lyon'",
                [(400, "The server name is blank"), (404, "Federation target 'lyon' was not found")],
            ),
            (
                AccessFederation.refusal_of,
                lambda s: AccessFederation(s).refusal_of(EDGE_URL),
                f"test the circle of trust with {EDGE_URL}/access",
                [(400, "The target server URL is invalid")],
            ),
        )
    ),
    # 7.2
    *(
        Documented(method, call, purpose, [*MC_ADMIN, *(mission_control(*one) for one in more)])
        for method, call, purpose, more in (
            (
                MissionControlFederation.list_sources,
                lambda s: MissionControlFederation(s).list_sources(),
                "list the federation sources",
                [],
            ),
            (
                MissionControlFederation.configure,
                lambda s: MissionControlFederation(s).configure("JPD-7", ["users"], []),
                "federate the JPD JPD-7",
                [
                    (400, "The JPD is not a valid Access Federation candidate"),
                    (404, "JPD JPD-7 was not found"),
                    (422, "Validation constraint violation", "configureFederation.req.targets must not be null"),
                ],
            ),
            (
                MissionControlFederation.create_mesh,
                lambda s: MissionControlFederation(s).create_mesh(["JPD-1", "JPD-7"], ["users"]),
                "create a mesh of the JPDs JPD-1, JPD-7",
                [(400, "The JPD is not a valid Access Federation candidate"), (404, "JPD JPD-7 was not found")],
            ),
        )
    ),
]


def rows() -> list[Any]:
    return [
        pytest.param(one, said, id=f"{one.method.__qualname__}-{said.status}-{number}")
        for one in CALLS
        for number, said in enumerate(one.refusals)
    ]


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE_FACTOR", 0.0)


@pytest.mark.parametrize(("documented", "said"), rows())
def test_user_reads_what_we_were_doing_what_is_wrong_and_what_to_do(documented: Documented, said: Said) -> None:
    peer = documented.peer
    with serve(Stub(status=said.status, body=said.body)) as stub, JFrogSession(stub.url, TOKEN, peer=peer) as session:
        with pytest.raises(ApiError) as caught:
            documented.call(session)

        answered = f"{said.status} {HTTPStatus(said.status).phrase}" + (f' ("{said.shown}")' if said.shown else "")
        remedy = GONE if said.names_what_is_gone else REMEDIES[said.status].format(prefix=peer.prefix)
        assert caught.value.msg == (
            f"Cannot {documented.purpose} at the {peer.noun} {stub.url}: it answered {answered}. {remedy}."
        )
        # A refusal is an answer, and is not asked for again.
        assert len(stub.requests) == 1


SERVICES = (
    Access,
    AccessFederation,
    Artifactory,
    BridgeClient,
    Configuration,
    Distribution,
    LicenseBuckets,
    Licenses,
    Lifecycle,
    MissionControl,
    MissionControlFederation,
    Repositories,
    Router,
    ServiceTrust,
    SigningKeys,
)
# They are made of other methods.
COMPOSED = {LicenseBuckets.find, LicenseBuckets.names, LicenseBuckets.read}


def test_every_call_of_the_client_is_in_the_table() -> None:
    methods = {
        method.__qualname__
        for service in SERVICES
        for name, method in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_") and method not in COMPOSED
    }

    assert {one.method.__qualname__ for one in CALLS} == methods
