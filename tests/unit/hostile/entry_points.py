# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every place that reads what somebody else wrote: how to call it, and a text that looks like what it reads.

An entry does with a text what the collection does with it, up to plain data. It may raise ``EdgeError`` and what the
entry names; anything else is a bug. ``test_entry_points`` finds a place in plugins/ that no entry covers.
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import failures, problems, session
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.bridges import read_bridges
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.configuration import read_base_url
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.distribution import Distribution
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.federation import read_federation
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.health import read_health
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.license_buckets import read_license_buckets
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.licenses import Licenses, read_licenses
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.lifecycle import Lifecycle
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.repositories import Repositories
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access import AccessGroups, AccessUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access_permissions import AccessPermissions
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy import LegacyGroups, LegacyUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy_permissions import (
    LegacyPermissionsV1,
    LegacyPermissionsV2,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.reading import read_repositories
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.signing_keys import (
    SigningKeys,
    read_trusted_signing_keys,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.user_plugins import UserPlugins
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import (
    api_request,
    bridge,
    deployment,
    jpd_inventory,
    jpd_status,
    ledger,
    masking,
    pairing,
    pem,
    proxy,
    url,
    version,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import access_config as access_settings
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import (
    access_token,
    admin_token,
    bootstrap_credentials,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate import load
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.pair import SERVER, load_pair
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import VARIABLES, parse_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution import openpgp, propagation, tracker
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation.results import read_steps
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license import keys as license_keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.license import seen as license_seen
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import record
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan import saved, waves
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication import canonical
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import (
    configuration,
    cron,
    findings,
    mesh,
    versions,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import history
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings import system_yaml
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import support_request
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import (
    addresses,
    cipher_texts,
    environment,
    health,
    logs,
    yaml_block,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action import node_script
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files import key_version
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.lock import Lock
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.store import Store
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._yaml import edit, tree
from simulator import pgp
from simulator.user_plugins.testing import plugin_text
from unit.domain.issuing import issue
from unit.hostile.answers import URL, Answers

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
MESH = "corp"
JPD = {
    "id": "JPD-2",
    "name": "lyon",
    "url": "https://lyon.example.net/",
    "base_url": "https://lyon.example.net/",
    "status": {"code": "ONLINE", "message": ""},
    "local": False,
    "location": {"city_name": "Lyon", "country_code": "FR", "latitude": 45.7, "longitude": 4.8},
    "tags": ["emea"],
    "licenses": [{"type": "Edge", "expired": False, "valid_through": "2027-01-01T00:00:00Z", "license_hash": "ab"}],
    "services": [{"type": "ARTIFACTORY", "status": {"code": "ONLINE"}}],
}
USER = {"username": "ann", "name": "ann", "email": "a@example.com", "admin": True, "groups": ["dev"], "realm": "x"}
GROUP = {"group_name": "dev", "name": "dev", "description": "x", "members": ["ann"], "userNames": ["ann"]}
ACTIONS = {"users": {"ann": ["READ"]}, "groups": {"dev": ["WRITE"]}}
ACCESS_PERMISSION = {
    "name": "p",
    "resources": {
        "artifact": {"actions": ACTIONS, "targets": {"r": {"include_patterns": ["**"], "exclude_patterns": []}}}
    },
}
PERMISSION_V2 = {
    "name": "p",
    "repo": {"include-patterns": ["**"], "exclude-patterns": [], "repositories": ["r"], "actions": ACTIONS},
}
PERMISSION_V1 = {
    "name": "p",
    "includesPattern": "**",
    "excludesPattern": "",
    "repositories": ["r"],
    "principals": {"users": {"ann": ["r", "w"]}, "groups": {"dev": ["r"]}},
}
HOST = {
    "platform_url": URL,
    "platform_access_token": "x",
    "edge_name": "lyon",
    "edge_url": "https://lyon.example.net",
    "edge_access_token": "y",
    "edge_location": JPD["location"],
    "edge_tags": ["emea"],
    "edge_system_yaml": {"shared": {"node": {"ip": "10.0.0.1"}}},
    "edge_router_proxy": {"http_url": "http://proxy:3128"},
    "edge_federation": {"entities": ["users"]},
    "edge_license_bucket": "edges",
    "edge_license_count": 1,
}
PLUGIN = {
    "securityReplication": {
        "whoami": URL,
        "urls": [URL, "https://lyon.example.net/artifactory"],
        "username": "a",
        "password": "b",
        "cron_job": "0 0 0/1 * * ?",
        "filter": 3,
        "safety": True,
    }
}


@dataclass(frozen=True)
class Entry:
    """``read``: what is done with a text. ``sample``: one that looks right. ``raises``: designed besides EdgeError.

    ``whole``: whether the sample is taken, as it is unless it would need a digest of ours or two answers in one text.
    ``covers``: the files in plugins/, from there, whose calls of parsers this entry runs.
    """

    name: str
    read: Callable[[str], Any]
    sample: str
    covers: tuple[str, ...]
    raises: tuple[type[Exception], ...] = ()
    whole: bool = True

    @property
    def slug(self) -> str:
        """The name, as a test, a file and an option can have it."""
        return re.sub(r"[^\w.]+", "-", self.name)


def _in_file(read: Callable[[Path], Any], name: str = "file") -> Callable[[str], Any]:
    """What reads a file, as something that reads a text."""

    def run(text: str) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            return read(path)

    return run


def _as_read(text: str) -> str:
    """As the node's files are decoded: no half of a character is left in it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _answered(read: Callable[[Any], Any]) -> Callable[[str], Any]:
    """What asks a service, as something that reads a text."""
    return lambda text: read(Answers(text))


def _data(read: Callable[[Any], Any]) -> Callable[[str], Any]:
    """What reads values that Ansible or YAML made, as something that reads JSON of them."""

    def run(text: str) -> Any:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = text
        return read(data)

    return run


def _jpds(session: Any) -> Any:
    listed = MissionControl(session).list_jpds()
    jpds = [deployment.from_api(one) for one in listed]
    known = [jpd_inventory.known(one) for one in listed]
    wanted = deployment.Deployment("lyon", "https://lyon.example.net", JPD["location"], ("emea",))
    return (
        deployment.change(deployment.Registered(jpds).find(wanted), wanted),
        [license_seen.of_jpd(jpd["licenses"]) for jpd in jpds],
        [jpd_status.sick_services(one) for one in listed],
        [(jpd_inventory.variables(one, "jpd_"), jpd_inventory.edge_variables(one)) for one in known],
        [jpd_inventory.group_names(one, "jpd_", ["status", "tag", "country", "city"]) for one in known],
        [jpd_inventory.url_host(one) for one in known],
    )


def _canonical(snapshot: Any) -> Any:
    return canonical.canonicalise(snapshot, repositories={"r": "LOCAL"})


def _of_kind(api: Any, kind: str) -> Callable[[Any], Any]:
    def read(session: Any) -> Any:
        held = api(session).read("x")
        return held and _canonical({kind: {"x": dict(held.record)}})

    return read


def _plugin_configuration(text: str) -> Any:
    settings = configuration.read({**PLUGIN["securityReplication"], "credential": "plain"})
    return configuration.facts(configuration.parsed(text), settings)


def _plugin_mesh(session: Any) -> Any:
    return findings.of_mesh(mesh.mesh(UserPlugins(session).mesh()), URL)


def _token(text: str) -> Any:
    seen = admin_token.from_claims(text)
    return (
        seen,
        access_token.of_claims(text),
        access_token.token_seen(text),
        admin_token.state_of(True, seen, scope="applied-permissions/admin", renew_before=7, now=NOW),
    )


def _pairing_token(text: str) -> Any:
    return pairing.check(pairing.claims(text), edge_url="https://lyon.example.net", now=NOW)


def _certificate(text: str) -> Any:
    found = load.load_trusted(text, now=NOW, what="x")
    return found.facts()


def _pair(text: str) -> Any:
    return load_pair(text, text, now=NOW, what="x", purpose=SERVER, address="10.0.0.1")


def _history(text: str) -> Any:
    found = history.parse(text)
    return history.last_success(found), history.render(found)


def _ledger(text: str) -> Any:
    return ledger.serialise(ledger.parse(text))


def _record(text: str) -> Any:
    return record.serialise(record.parse(text))


def _request(text: str) -> Any:
    edge = support_request.parse(text, "pem")
    return edge and (
        support_request.files_of_one(edge),
        support_request.files_of_all([edge, edge]),
        url.normal(edge.platform),
    )


def _tokens(session: Any) -> Any:
    return [(access_token.from_api(one), admin_token.from_api(one)) for one in Access(session).list_tokens()]


def _trackers(session: Any) -> Any:
    found = [*Lifecycle(session).list_trackers("a", "1"), *Distribution(session).list_trackers("a", "1")]
    return tracker.all_from_api(found)


def _fleet(data: Any) -> Any:
    return parse_fleet({"h": data if isinstance(data, dict) else {"edge_name": data}})


def _rollout(data: Any) -> Any:
    rollout = waves.read_rollout(data, data, data, known=["a", "b", "c"])
    return rollout.divide(["a", "b", "c"])


def _settings(data: Any) -> Any:
    wanted = system_yaml.check_settings(data, "x")
    return edit.edited("shared:\n  node:\n    ip: 10.0.0.1\n", wanted, "system.yaml")


def _edited(text: str) -> Any:
    return edit.edited(text, {"shared.node.ip": "10.0.0.2", "router.a.b": [1, "x"]}, "system.yaml")


def _lock(path: Path) -> Any:
    lock = Lock(str(path), owner="me", seconds=60, clock=_Clock(), warn=lambda text: None)
    with lock.held():
        return lock


class _Clock:
    def now(self) -> datetime:
        return NOW


def _masked(text: str) -> Any:
    answered = api_request.decoded(text, "application/json")
    return masking.mask(answered, [masking.Rule(("a", "b"), anywhere=False)]).data, masking.secrets_in(text)


JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqZmFjQHgvdXNlcnMvYWRtaW4iLCJzY3AiOiJhIiwiZXhwIjoxfQ.c2ln"
CLAIMS = {
    "ext": json.dumps({"base_url": "https://lyon.example.net", "exchange_url": "https://lyon.example.net/x"}),
    "exp": int(NOW.timestamp()) + 300,
}
PAIRING = f"e30.{base64.urlsafe_b64encode(json.dumps(CLAIMS).encode()).decode().rstrip('=')}.c2ln"
PEM = issue().pem
STARTED = "2026-11-22T10:00:00.123Z [jfrt ] [ERROR] [0a] Master key mismatch\n"
U, C, N, D = "plugin_utils/", "module_utils/_client/", "module_utils/_node/", "module_utils/_domain/"

ENTRIES = [
    # What services answer
    Entry("jpds", _answered(_jpds), json.dumps([JPD]), (C + "session.py", D + "deployment.py", D + "url.py")),
    Entry("jpd", _answered(lambda s: deployment.from_api(MissionControl(s).get_jpd("JPD-2"))), json.dumps(JPD), ()),
    Entry(
        "buckets",
        _answered(read_license_buckets),
        json.dumps([{"name": "b", "size": 5, "license_type": "Edge"}]),
        (D + "license/dates.py",),
        whole=False,
    ),
    Entry("licences", _answered(read_licenses), json.dumps({"licenses": [{"type": "Edge"}]}), ()),
    Entry(
        "installed licences",
        _answered(lambda s: Licenses(s).install([])),
        json.dumps({"status": 200, "messages": {"k": "OK"}}),
        (C + "licenses.py",),
    ),
    Entry("licence", _answered(lambda s: Artifactory(s).license()), json.dumps({"type": "Edge"}), ()),
    Entry("certificates", _answered(lambda s: Artifactory(s).list_certificates()), '[{"certificateAlias": "a"}]', ()),
    Entry("federation", _answered(read_federation), json.dumps([{"id": "JPD-1", "targets": [{"name": "a"}]}]), ()),
    Entry("federation steps", _data(lambda d: read_steps(d if isinstance(d, list) else [d])), '[{"status": "OK"}]', ()),
    Entry(
        "bridges", _answered(read_bridges), json.dumps({"bridges": [{"id": "b", "status": "x"}]}), (D + "bridge.py",)
    ),
    Entry("bridge URL", lambda text: (bridge.bridge_id(text), bridge.id_problem(text)), URL, (D + "bridge.py",)),
    Entry(
        "trusted keys",
        _answered(read_trusted_signing_keys),
        json.dumps({"keys": [{"kid": "a", "alias": "b", "fingerprint": "c"}]}),
        (),
    ),
    Entry("key pairs", _answered(lambda s: SigningKeys(s).pair_names()), '[{"pairName": "a"}]', ()),
    Entry("health page", _answered(read_health), json.dumps({"router": {"state": "HEALTHY"}, "services": []}), ()),
    Entry("base URL", _answered(read_base_url), "<config><urlBase>x</urlBase></config>", (C + "configuration.py",)),
    Entry("pairing token", _answered(lambda s: Access(s).create_pairing_token()), '{"pairing_token": "x"}', ()),
    Entry("made token", _answered(lambda s: Access(s).create_token({})), '{"access_token": "x", "token_id": "y"}', ()),
    Entry("tokens", _answered(_tokens), json.dumps({"tokens": [{"token_id": "a", "scope": "x", "expiry": 1}]}), ()),
    Entry("root certificate", _answered(lambda s: _certificate(Access(s).root_certificate())), PEM, ()),
    Entry(
        "version",
        _answered(lambda s: version.parse(str(Artifactory(s).version()["version"]))),
        '{"version": "7.1"}',
        (),
    ),
    Entry("trackers", _answered(_trackers), json.dumps([{"distribution_tracker_friendly_id": 1, "status": "x"}]), ()),
    Entry("bundle", _answered(lambda s: Lifecycle(s).bundle_status("a", "1")), '{"status": "x"}', ()),
    Entry(
        "propagation",
        _data(propagation.from_api),
        json.dumps({"status": "SUCCESS", "details": [{"name": "a", "status": "x"}]}),
        (),
    ),
    Entry("folder", _answered(lambda s: Repositories(s).files("r", "f")), '{"children": [{"uri": "/a"}]}', ()),
    Entry("repositories", _answered(read_repositories), '[{"key": "r", "type": "LOCAL"}]', ()),
    Entry("user list", _answered(lambda s: AccessUsers(s).names()), '{"users": [{"username": "ann"}]}', ()),
    Entry("user", _answered(_of_kind(AccessUsers, "users")), json.dumps(USER), ()),
    Entry("group", _answered(_of_kind(AccessGroups, "groups")), json.dumps(GROUP), ()),
    Entry("permission", _answered(_of_kind(AccessPermissions, "permissions")), json.dumps(ACCESS_PERMISSION), ()),
    Entry("old user", _answered(_of_kind(LegacyUsers, "users")), json.dumps(USER), ()),
    Entry("old group", _answered(_of_kind(LegacyGroups, "groups")), json.dumps(GROUP), ()),
    Entry("permission v2", _answered(_of_kind(LegacyPermissionsV2, "permissions")), json.dumps(PERMISSION_V2), ()),
    Entry("permission v1", _answered(_of_kind(LegacyPermissionsV1, "permissions")), json.dumps(PERMISSION_V1), ()),
    Entry("plugin's mesh", _answered(_plugin_mesh), json.dumps({URL: {"!status": 200, "n1": {"!status": 200}}}), ()),
    Entry("plugin list", _answered(lambda s: UserPlugins(s).is_loaded()), '{"executions": [{"name": "a"}]}', ()),
    Entry(
        "refusal",
        lambda text: (
            problems.messages(text),
            failures.Attempt(failures.PLATFORM, URL, "GET", "/", "x", frozenset())
            .refusal(400, text, {"Location": text}, text)
            .msg,
        ),
        json.dumps({"errors": [{"status": 400, "message": "no"}]}),
        (C + "problems.py",),
    ),
    Entry("Date header", session._http_date, "Sun, 22 Nov 2026 10:00:00 GMT", (C + "session.py",)),
    Entry("answer of any kind", _masked, '{"a": {"b": 1}, "password": "x"}', (D + "api_request.py", D + "masking.py")),
    Entry(
        "body of a request",
        lambda text: api_request.encode(text, "json"),
        "{}",
        (D + "api_request.py",),
        (api_request.Unusable,),
    ),
    # Tokens, certificates and keys
    Entry("token", _token, JWT, (D + "access/claims.py",)),
    Entry("token to pair with", _pairing_token, PAIRING, (D + "pairing.py",)),
    Entry("admin token file", admin_token.token_in, '{"token": "x"}', (D + "access/admin_token.py",)),
    Entry(
        "certificate",
        _certificate,
        PEM,
        (D + "certificate/armour.py", D + "certificate/load.py", D + "certificate/reading.py"),
    ),
    Entry("certificate and key", _pair, PEM, (D + "certificate/reading.py", D + "certificate/armour.py"), whole=False),
    Entry("DER in base64", load.from_der, "".join(PEM.splitlines()[1:-1]), (D + "certificate/load.py",)),
    Entry(
        "PEM",
        lambda text: (pem.all_der(text), pem.plain(text), pem.mark_of_windows(text), pem.der_sha256(text)),
        PEM,
        (D + "pem.py",),
    ),
    Entry(
        "OpenPGP key",
        openpgp.fingerprint,
        pgp.sample("canary")[0],
        (D + "distribution/openpgp.py",),
    ),
    Entry("key", lambda text: (keys.key_problem(text), keys.check_key(text, "join key")), "ab" * 16, ()),
    Entry("licence key", lambda text: license_keys.check(text, "x"), "QUJD" * 80, (D + "license/keys.py",)),
    # Files of ours that others may have written to
    Entry("ledger", _ledger, ledger.serialise(ledger.empty()), (D + "ledger.py",)),
    Entry(
        "offboarding",
        _record,
        json.dumps(
            {
                "version": 1,
                "edge": "a",
                "platform": URL,
                "jpd_id": None,
                "left_at": "2026-11-22T10:00:00.000Z",
                "trusts_platform": True,
                "trusted_by_platform": None,
                "supplied": {},
                "closed_at": None,
            }
        ),
        (D + "offboarding/record.py",),
    ),
    Entry(
        "history",
        _history,
        json.dumps(
            {
                "version": 1,
                "runs": [
                    {
                        "at": "2026-11-22T10:00:00Z",
                        "mode": "x",
                        "outcome": "y",
                        "duration_seconds": 1.5,
                        "edges": {"a": {"state": "x", "drifted": []}},
                    }
                ],
            }
        ),
        (D + "report/history.py", D + "moment.py"),
        (ValueError,),
    ),
    Entry(
        "saved plan",
        lambda text: saved.parse(text, "plan.json"),
        json.dumps({"format": saved.FORMAT, "version": saved.VERSION, "edges": {}}),
        (D + "plan/saved.py",),
        whole=False,
    ),
    Entry(
        "support request",
        _request,
        json.dumps(
            {
                "platform": URL,
                "name": "a",
                "url": URL,
                "subject": "s",
                "serial": "1",
                "not_before": "x",
                "not_after": "y",
                "sha256": "ab",
            }
        ),
        (D + "trust/support_request.py",),
    ),
    Entry(
        "plugin's configuration",
        _plugin_configuration,
        json.dumps(PLUGIN),
        (D + "replication_plugin/configuration.py",),
    ),
    Entry(
        "replication's state",
        _in_file(lambda path: Store(str(path), mesh=MESH, keep=1).load()),
        '{"format": "x"}',
        (U + "_replication/store.py",),
        whole=False,
    ),
    Entry(
        "replication's lock",
        _in_file(_lock),
        json.dumps(
            {
                "owner": "a",
                "process": "b 1 c",
                "token": "t",
                "since": "2026-11-22T10:00:00.000Z",
                "expires": "2026-01-22T10:00:00.000Z",
            }
        ),
        (U + "_replication/lock.py",),
    ),
    Entry(
        "rotation's marker",
        _in_file(lambda path: key_version.under_way(path.with_name("key")), ".key.rotation"),
        '{"begun_at": "x", "new": "y", "old": null, "backup": null}',
        (U + "_files/key_version.py",),
    ),
    Entry(
        "node's output", node_script.answers_in, node_script.MARK + '{"changed": true}', (U + "_action/node_script.py",)
    ),
    # Files of the product on a node
    Entry(
        "system.yaml on the controller",
        lambda text: tree.texts(tree.parse(text, "p"), "p"),
        "shared:\n  node:\n    ip: 10.0.0.1\n",
        (U + "_yaml/tree.py",),
    ),
    Entry("system.yaml, edited", _edited, "shared:\n  node:\n    ip: 10.0.0.1 # x\n", (U + "_yaml/edit.py",)),
    Entry("system.yaml on the node", yaml_block.read, "shared:\n  node:\n    ip: 10.0.0.1\n", (N + "yaml_block.py",)),
    *(
        Entry(
            f"cipher texts of {name}",
            lambda text, name=name: cipher_texts._keys(Path(name), _as_read(text)),
            sample,
            (N + "cipher_texts.py",),
        )
        for name, sample in (
            ("system.yaml", "a: JE" + "x" * 30),
            ("binarystore.xml", "<a><b>JExxx</b></a>"),
            ("db.properties", "password=JExxx"),
        )
    ),
    Entry("bootstrap credentials", bootstrap_credentials.parse, "admin@*=password", ()),
    Entry(
        "log",
        _in_file(lambda path: (logs.start_failure([path], NOW), logs.joined_at([path]), logs.join_key_times([path]))),
        STARTED,
        (N + "logs.py",),
    ),
    Entry("environment", environment.hosts_of, "a,b", ()),
    Entry("addresses", addresses.ipv6, "fe800000000000000000000000000001 02 40 20 80 eth0\n", (N + "addresses.py",)),
    Entry(
        "health page of a node",
        lambda text: health._answered(URL, 200, text.encode("utf-8", "surrogatepass")),
        json.dumps({"router": {"state": "HEALTHY"}, "services": [{"service_id": "jfrt@1", "state": "HEALTHY"}]}),
        (N + "health.py",),
    ),
    # What users and inventories say
    Entry(
        "inventory",
        _data(_fleet),
        json.dumps(HOST),
        (D + "desired/values.py", D + "desired/joined.py"),
    ),
    Entry(
        "every variable of the inventory",
        _data(_fleet),
        json.dumps({**dict.fromkeys(VARIABLES, "x"), **HOST}),
        (),
        whole=False,
    ),
    Entry("waves", _data(_rollout), json.dumps(["10%", 2]), (D + "plan/waves.py",), whole=False),
    Entry("settings", _data(_settings), json.dumps({"shared": {"node": {"ip": "x"}}}), (U + "_yaml/scalar_text.py",)),
    Entry("settings of Access", _data(access_settings.check_settings), json.dumps({"security": {"tls": True}}), ()),
    Entry(
        "proxy",
        lambda text: (
            proxy.proxy_problem(text),
            proxy.exceptions_problem(text),
            proxy.proxy_problem(text) or proxy.Proxy(text, ()).way_to(URL),
        ),
        "http://a:b@proxy:3128",
        (D + "proxy.py",),
    ),
    Entry(
        "URL",
        lambda text: (url.base_url_problem(text), url.normal(text), url.host(text), url.same(text, URL)),
        URL,
        (D + "url.py", D + "host_name.py"),
    ),
    Entry("cron", cron.problem, "0 0 0/1 * * ?", (D + "replication_plugin/cron.py",)),
    Entry("plugin's source", lambda text: versions.check_plugin(text, "x"), plugin_text("6.23.1"), ()),
]
