# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call that writes, when its answer does not arrive: what was done is found by reading, nothing is done twice.

Each write is broken once in three ways, and run once more when all is well. A PUT and a DELETE are sent again at once,
so that run succeeds in all three; a POST and a PATCH are sent once, so what was not done is told and done by the next
run. What cannot be settled so, as pairing tokens and acquired keys, has tests of its own beside its module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.federation import AccessFederation
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.licenses import Licenses
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError
from ansible_collections.hybrid.jfrog.plugins.modules import (
    artifactory_license,
    jpd,
    jpd_license,
    license_acquisition,
    license_bucket,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution import canary, propagation
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.canary_maker import maker
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.access_token import (
    ACCESS_TOKEN_OPTIONS,
    ensure_access_token,
)
from simulator import pgp
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from unit.client.client_certificates import Company
from unit.modules.distribution_cases import (
    KEY,
    REPOSITORY,
    SimulatedTime,
    add_key_pair,
    edge_of,
    files_of,
    platform_of,
    register,
    trust_key,
    trusted,
)
from unit.modules.federation_cases import mesh_options, star_options
from unit.modules.license_cases import add_bucket, registered, stop
from unit.modules.rest_cases import FastClock, edge_options, jpd_options, platform_options
from unit.modules.run_module import run_module
from unit.modules.token_cases import TokenKeeper
from unit.simulator.federating import add_edge, mesh

DROPPED, HUNG_UP, BAD_GATEWAY = KINDS = ("drop_answer", "hang_up", "502_html")

MC = "/mc/api/v1"
ACCESS = "/access/api/v1"
ARTIFACTORY = "/artifactory/api"
LIFECYCLE = "/lifecycle/api/v2"
DISTRIBUTION = "/distribution/api/v1"

Result = Mapping[str, Any]
Run = Callable[[], Result]


@dataclass(frozen=True)
class Write:
    """One call that writes: ``prepare`` gives what runs the module, ``state`` what there is then.

    ``repeated``: sent again at once, so that the first run succeeds however its answer was lost.
    """

    method: str
    path: str
    prepare: Callable[[Simulator, Path], Run]
    state: Callable[[Simulator], Any]
    done: Any
    site: str = "acme"
    repeated: bool = False


def of_module(name: str, options: Mapping[str, Any]) -> Run:
    return lambda: run_module(name, options)


# Registration


def to_register(simulator: Simulator, _folder: Path) -> Run:
    simulator.add_edge("lyon")
    return of_module("jpd", jpd_options(simulator))


def to_update(simulator: Simulator, _folder: Path) -> Run:
    register(simulator, "lyon")
    return of_module("jpd", jpd_options(simulator, tags=["changed"]))


def to_pair_again(simulator: Simulator, _folder: Path) -> Run:
    register(simulator, "lyon")
    simulator.platform.break_pairing("lyon")
    return of_module("jpd", jpd_options(simulator))


def to_unregister(simulator: Simulator, _folder: Path) -> Run:
    register(simulator, "lyon")
    return of_module("jpd", jpd_options(simulator, state="absent"))


def jpds(simulator: Simulator) -> list[tuple[str, list[str]]]:
    return [(one["name"], one["tags"]) for one in simulator.platform.jpds if not one["local"]]


def statuses(simulator: Simulator) -> list[tuple[str, str]]:
    return [(one["name"], simulator.jpd_view.status(one)) for one in simulator.platform.jpds if not one["local"]]


# Licences


def to_add_bucket(simulator: Simulator, _folder: Path) -> Run:
    file = simulator.platform.make_license_bucket()
    return of_module(
        "license_bucket", {**platform_options(simulator), "name": "edges", "url": file.url, "key": file.key}
    )


def to_upload_bucket(simulator: Simulator, _folder: Path) -> Run:
    file = simulator.platform.make_license_bucket()
    return of_module(
        "license_bucket", {**platform_options(simulator), "name": "edges", "file": str(file.path), "key": file.key}
    )


def to_delete_bucket(simulator: Simulator, _folder: Path) -> Run:
    add_bucket(simulator)
    return of_module("license_bucket", {**platform_options(simulator), "name": "edges", "state": "absent"})


def jpd_license_options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    return {**platform_options(simulator), "name": "lyon", "bucket": "edges", **changes}


def to_attach(simulator: Simulator, _folder: Path) -> Run:
    add_bucket(simulator)
    registered(simulator)
    return of_module("jpd_license", jpd_license_options(simulator))


def to_release(simulator: Simulator, _folder: Path) -> Run:
    edge_ready = to_attach(simulator, _folder)
    assert edge_ready()["changed"]
    stop(simulator, simulator.edge("lyon"))
    return of_module("jpd_license", jpd_license_options(simulator, state="absent"))


def to_release_label(simulator: Simulator, folder: Path) -> Run:
    add_bucket(simulator)
    options = {**platform_options(simulator), "bucket": "edges", "label": "ship", "path": str(folder / "keys")}
    assert run_module("license_acquisition", options)["changed"]
    return of_module("license_acquisition", {**options, "state": "absent"})


def buckets(simulator: Simulator) -> list[str]:
    return list(simulator.platform.buckets)


def given(simulator: Simulator) -> dict[str, int]:
    bucket = simulator.platform.buckets["edges"]
    return {holder: len(found) for holder, found in {**bucket.given, **bucket.labelled}.items()}


def to_install(simulator: Simulator, _folder: Path) -> Run:
    simulator.add_edge("osaka", nodes=2, licensed=False)
    options = {**edge_options(simulator, "osaka"), "keys": [simulator.make_license_key()]}
    return of_module("artifactory_license", options)


def to_install_without_a_list(simulator: Simulator, _folder: Path) -> Run:
    simulator.switches.licenses_without_ha = False
    simulator.add_edge("osaka", licensed=False)
    options = {**edge_options(simulator, "osaka"), "keys": [simulator.make_license_key()]}

    def refuse(service: Licenses, keys: Any) -> bool:
        raise ApiError("Cannot install the licence key.", http_status=400)

    def run() -> Result:
        with pytest.MonkeyPatch.context() as patch:
            # Its path begins as that of the call that is broken, and faults know beginnings only.
            patch.setattr(Licenses, "install", refuse)
            return run_module("artifactory_license", options)

    return run


def to_remove_licence(simulator: Simulator, folder: Path) -> Run:
    install = to_install(simulator, folder)
    assert install()["changed"]
    hashes = [one.hash for one in simulator.edge("osaka").licences]
    return of_module("artifactory_license", {**edge_options(simulator, "osaka"), "state": "absent", "hashes": hashes})


def licences(simulator: Simulator) -> int:
    return len(simulator.edge("osaka").licences)


# Certificates that remote repositories show


def to_install_certificate(simulator: Simulator, folder: Path) -> Run:
    simulator.add_edge("lyon")
    certificate, key = Company(folder).client("anna")
    options = {**edge_options(simulator, "lyon"), "alias": "upstream"}
    return of_module(
        "artifactory_certificate",
        {**options, "certificate": certificate.read_text(), "private_key": key.read_text()},
    )


def to_remove_certificate(simulator: Simulator, folder: Path) -> Run:
    install = to_install_certificate(simulator, folder)
    assert install()["changed"]
    options = {**edge_options(simulator, "lyon"), "alias": "upstream", "state": "absent"}
    return of_module("artifactory_certificate", options)


def certificates(simulator: Simulator) -> list[str]:
    return list(simulator.edge("lyon").client_certificates)


# Base URL and tokens


def to_set_base_url(simulator: Simulator, _folder: Path) -> Run:
    edge = simulator.add_edge("lyon")
    return of_module("base_url", {**edge_options(simulator, "lyon"), "base_url": edge.url})


def keeper(simulator: Simulator, folder: Path) -> TokenKeeper:
    return TokenKeeper(simulator, folder, ensure_access_token, ACCESS_TOKEN_OPTIONS)


def to_create_token(simulator: Simulator, folder: Path) -> Run:
    kept = keeper(simulator, folder)
    return lambda: kept.run(description="of the tests")


def to_revoke_token(simulator: Simulator, folder: Path) -> Run:
    kept = keeper(simulator, folder)
    kept.run(description="of the tests")
    return lambda: kept.run(description="of the tests", state="absent")


def tokens(simulator: Simulator) -> int:
    found = simulator.edge("lyon").database.tokens.values()
    return len([one for one in found if one.description == "of the tests" and not one.revoked])


# Signing keys


def to_trust_key(simulator: Simulator, _folder: Path) -> Run:
    simulator.add_edge("lyon")
    options = {**edge_options(simulator, "lyon"), "alias": KEY, "public_key": pgp.sample("canary")[0]}
    return of_module("trusted_signing_key", options)


def to_forget_key(simulator: Simulator, _folder: Path) -> Run:
    trust_key(simulator.add_edge("lyon"))
    return of_module("trusted_signing_key", {**edge_options(simulator, "lyon"), "alias": KEY, "state": "absent"})


def propagated(simulator: Simulator) -> Result:
    asked = [propagation.Asked("lyon", KEY, edge_of(simulator, "lyon"))]
    outcome = propagation.propagate(
        platform_of(simulator), asked, release_bundle="auto", read_only=False, max_parallel=1
    )
    told = outcome.edges["lyon"]
    return {"changed": bool(outcome.before), **({} if told["ok"] else {"failed": True, "msg": told["reason"]})}


def to_propagate(simulator: Simulator, _folder: Path) -> Run:
    add_key_pair(simulator)
    register(simulator, "lyon")
    return lambda: propagated(simulator)


def to_propagate_v1(simulator: Simulator, _folder: Path) -> Run:
    make_older(simulator)
    register(simulator, "lyon")
    return lambda: propagated(simulator)


def keys(simulator: Simulator) -> list[str]:
    return list(trusted(simulator.edge("lyon")))


# The canary


def make_older(simulator: Simulator) -> None:
    """A platform with the Distribution of before v2, which signs with a key of its own."""
    public, private = pgp.sample("canary")
    simulator.platform.distribution = "2.13.2"
    simulator.platform.distribution_keys[KEY] = KeyPair(KEY, KEY, "GPG", public, private)
    simulator.platform.default_distribution_key = KEY


def to_prove(simulator: Simulator, folder: Path) -> Run:
    add_key_pair(simulator)
    simulator.platform.repositories.create(REPOSITORY, simulator.platform.now(), "admin")
    register(simulator, "lyon")
    trust_key(simulator.edge("lyon"))
    settings = canary.Settings(REPOSITORY, KEY, "auto", False, 60.0, 1)

    def prove() -> Result:
        proof = canary.prove(
            platform_of(simulator),
            [canary.Asked("lyon", edge_of(simulator, "lyon"), REPOSITORY)],
            settings,
            read_only=False,
            clock=SimulatedTime(simulator),  # type: ignore[arg-type]
        )
        problems = [*(verdict.text for verdict in proof.failed), *proof.left]
        return {"changed": not problems, **({"failed": True, "msg": "; ".join(problems)} if problems else {})}

    return prove


def to_prove_v1(simulator: Simulator, folder: Path) -> Run:
    prove = to_prove(simulator, folder)
    make_older(simulator)
    return prove


def left_of_canaries(simulator: Simulator) -> Any:
    sites = (simulator.platform, simulator.edge("lyon"))
    return ([name for site in sites for name in files_of(site)], len(simulator.platform.release_bundles))


# Access Federation


def to_federate(simulator: Simulator, _folder: Path) -> Run:
    add_edge(simulator, "lyon")
    return of_module("access_federation", star_options(simulator, "lyon"))


def to_federate_at_the_source(simulator: Simulator, _folder: Path) -> Run:
    """By two targets with different entities, of which one is there."""
    for name in ("osaka", "lyon"):
        add_edge(simulator, name)
    assert run_module("access_federation", star_options(simulator, "osaka", entities=["tokens"]))["changed"]
    options = star_options(simulator, "lyon")

    def run() -> Result:
        with pytest.MonkeyPatch.context() as patch:
            # Its path begins as that of the call that is broken, and faults know beginnings only.
            patch.setattr(AccessFederation, "refusal_of", lambda *_: None)
            return run_module("access_federation", options)

    return run


def to_switch_off(simulator: Simulator, folder: Path) -> Run:
    assert to_federate(simulator, folder)()["changed"]
    return of_module("access_federation", star_options(simulator, "lyon", active=False))


def to_end_federation(simulator: Simulator, folder: Path) -> Run:
    assert to_federate(simulator, folder)()["changed"]
    return of_module("access_federation", star_options(simulator, "lyon", state="absent"))


def to_broadcast(simulator: Simulator, folder: Path) -> Run:
    assert to_federate(simulator, folder)()["changed"]
    return of_module("access_federation", star_options(simulator, "lyon", full_broadcast="always"))


def to_make_a_mesh(simulator: Simulator, _folder: Path) -> Run:
    mesh(simulator, "lyon", "osaka")
    return of_module("access_federation", mesh_options(simulator, "lyon", "osaka"))


def federated(simulator: Simulator) -> dict[str, list[tuple[int, bool]]]:
    """By source the number of entities of each target, and whether it is active."""
    return {
        site.name: [(len(one.entities), one.active) for one in site.federation.targets.values()]
        for site in (simulator.platform, *simulator.edges)
        if site.federation.targets
    }


REGISTERED = [("lyon", ["hybrid", "prod"])]

WRITES = [
    pytest.param(Write("POST", f"{MC}/jpds", to_register, jpds, REGISTERED), id="register"),
    pytest.param(
        Write("PUT", f"{MC}/jpds", to_update, jpds, [("lyon", ["changed"])], repeated=True), id="update-the-jpd"
    ),
    # Once, because the first attempt may have spent the token.
    pytest.param(Write("PUT", f"{MC}/jpds", to_pair_again, statuses, [("lyon", "ONLINE")]), id="pair-again"),
    pytest.param(Write("DELETE", f"{MC}/jpds", to_unregister, jpds, [], repeated=True), id="unregister"),
    pytest.param(Write("POST", f"{MC}/buckets", to_add_bucket, buckets, ["edges"]), id="add-a-bucket"),
    pytest.param(Write("POST", f"{MC}/buckets", to_upload_bucket, buckets, ["edges"]), id="upload-a-bucket"),
    pytest.param(Write("DELETE", f"{MC}/buckets", to_delete_bucket, buckets, [], repeated=True), id="delete-a-bucket"),
    pytest.param(Write("POST", f"{MC}/buckets/edges/deploy", to_attach, given, {"JPD-2": 1}), id="attach"),
    pytest.param(Write("POST", f"{MC}/buckets/edges/release", to_release, given, {}), id="release"),
    pytest.param(Write("POST", f"{MC}/buckets/edges/release", to_release_label, given, {}), id="release-a-label"),
    pytest.param(
        Write("POST", f"{ARTIFACTORY}/system/licenses", to_install, licences, 1, "osaka"), id="install-a-licence"
    ),
    pytest.param(
        Write("POST", f"{ARTIFACTORY}/system/license", to_install_without_a_list, licences, 1, "osaka"),
        id="install-a-licence-where-there-is-no-list",
    ),
    pytest.param(
        Write("DELETE", f"{ARTIFACTORY}/system/licenses", to_remove_licence, licences, 0, "osaka"),
        id="remove-a-licence",
    ),
    pytest.param(
        Write(
            "PUT",
            f"{ARTIFACTORY}/system/configuration/baseUrl",
            to_set_base_url,
            lambda sim: sim.edge("lyon").custom_base_url == sim.edge("lyon").url,
            True,
            "lyon",
            repeated=True,
        ),
        id="base-url",
    ),
    pytest.param(
        Write(
            "POST",
            f"{ARTIFACTORY}/system/security/certificates",
            to_install_certificate,
            certificates,
            ["upstream"],
            "lyon",
        ),
        id="install-a-certificate",
    ),
    pytest.param(
        Write(
            "DELETE",
            f"{ARTIFACTORY}/system/security/certificates",
            to_remove_certificate,
            certificates,
            [],
            "lyon",
            repeated=True,
        ),
        id="remove-a-certificate",
    ),
    # A token's value is told once, so one whose answer was lost is revoked, and another one is made.
    pytest.param(
        Write("POST", f"{ACCESS}/tokens", to_create_token, tokens, 1, "lyon", repeated=True), id="create-a-token"
    ),
    pytest.param(
        Write("DELETE", f"{ACCESS}/tokens", to_revoke_token, tokens, 0, "lyon", repeated=True), id="revoke-a-token"
    ),
    pytest.param(
        Write("POST", f"{ARTIFACTORY}/security/keys/trusted", to_trust_key, keys, [KEY], "lyon"), id="trust-a-key"
    ),
    pytest.param(
        Write("DELETE", f"{ARTIFACTORY}/security/keys/trusted", to_forget_key, keys, [], "lyon", repeated=True),
        id="forget-a-key",
    ),
    pytest.param(
        Write("POST", f"{LIFECYCLE}/distribution/key/propagate", to_propagate, keys, [KEY]), id="propagate-a-key"
    ),
    pytest.param(Write("POST", f"{DISTRIBUTION}/keys", to_propagate_v1, keys, [KEY]), id="propagate-a-key-v1"),
    *(
        pytest.param(
            Write(method, path, prepare, left_of_canaries, ([], 0), repeated=method != "POST"), id=f"canary-{what}"
        )
        for what, method, path, prepare in (
            ("deploy", "PUT", f"/artifactory/{REPOSITORY}", to_prove),
            ("create", "POST", f"{LIFECYCLE}/release_bundle", to_prove),
            ("distribute", "POST", f"{LIFECYCLE}/distribution/distribute", to_prove),
            ("remove", "POST", f"{LIFECYCLE}/distribution/remote_delete", to_prove),
            ("forget", "DELETE", f"{LIFECYCLE}/release_bundle/records", to_prove),
            ("delete-the-file", "DELETE", f"/artifactory/{REPOSITORY}", to_prove),
            ("create-v1", "POST", f"{DISTRIBUTION}/release_bundle", to_prove_v1),
            ("distribute-v1", "POST", f"{DISTRIBUTION}/distribution", to_prove_v1),
            ("forget-v1", "DELETE", f"{DISTRIBUTION}/release_bundle", to_prove_v1),
        )
    ),
    pytest.param(
        Write("PUT", f"{MC}/federation/JPD-1", to_federate, federated, {"acme": [(2, True)]}, repeated=True),
        id="federate",
    ),
    pytest.param(
        Write(
            "POST",
            f"{ACCESS}/system/federation",
            to_federate_at_the_source,
            federated,
            {"acme": [(1, True), (2, True)]},
        ),
        id="federate-at-the-source",
    ),
    pytest.param(
        Write("PATCH", f"{ACCESS}/system/federation", to_switch_off, federated, {"acme": [(2, False)]}),
        id="switch-a-target-off",
    ),
    pytest.param(
        Write("DELETE", f"{ACCESS}/system/federation", to_end_federation, federated, {}, repeated=True),
        id="end-a-federation",
    ),
    pytest.param(
        Write("PUT", f"{ACCESS}/system/federation", to_broadcast, federated, {"acme": [(2, True)]}, repeated=True),
        id="full-broadcast",
    ),
    pytest.param(
        Write(
            "POST",
            f"{MC}/federation/create_mesh",
            to_make_a_mesh,
            federated,
            {"lyon": [(2, True)], "osaka": [(2, True)]},
            repeated=True,  # by the calls for single sources
        ),
        id="make-a-mesh",
    ),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clock = FastClock()
    for module in (artifactory_license, jpd, jpd_license, license_acquisition, license_bucket):
        monkeypatch.setattr(module, "Clock", lambda: clock, raising=False)
    monkeypatch.setattr(canary, "maker", lambda: maker(str(tmp_path / "canary.lock")))


def ended(run: Run) -> Result:
    try:
        return run()
    except EdgeError as error:
        return {"failed": True, "msg": error.msg, "changed": False}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("write", WRITES)
def test_answer_that_does_not_arrive_leads_to_the_state_that_was_wanted_and_to_nothing_twice(
    simulator: Simulator, tmp_path: Path, write: Write, kind: str
) -> None:
    run = write.prepare(simulator, tmp_path)
    simulator.calls.clear()
    simulator.faults.add(site=write.site, method=write.method, path=write.path, kind=kind)

    first = ended(run)
    assert simulator.faults.active == []

    if kind == DROPPED or write.repeated:
        assert (first.get("msg"), first["changed"]) == (None, True)
        assert write.state(simulator) == write.done
    else:
        # What was not done is told, with the reason.
        assert "Cannot " in first["msg"]
        assert ("answered 502" if kind == BAD_GATEWAY else "before an answer came") in first["msg"]
        assert len(simulator.calls.find(site=write.site, method=write.method, path=write.path)) == 1

    second = ended(run)
    assert second.get("msg") is None
    assert write.state(simulator) == write.done
