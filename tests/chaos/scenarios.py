# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state from which each playbook starts, and what has to be true at the servers when it has done its work."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chaos import stranger
from chaos.schedule import ALONE, HA, PLATFORM
from chaos.world import STRANGER, World
from integration.fleet import CITIES
from integration.platform_state import described_tokens
from integration.test_access_tokens import LOOKED_UP, put_token, token_id
from integration.test_offboard_edge import add_token
from integration.test_reset_master_key import BREAKS, NEW_KEY
from simulator import pgp
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.commands import COMMANDS
from simulator.key_pool import POOL
from simulator.license_buckets import opened
from simulator.node.testing import authority
from simulator.security.state import new_user
from simulator.signing_keys import KeyPair
from simulator.urls import normal
from unit.modules.distribution_cases import files_of, trust_key
from unit.simulator.calling import Client
from unit.simulator.federating import circle

BUCKET = "edges"
KEY = "release-key"
CORPORATE = authority("Example Corporate CA")
RESET = {
    "edge_master_key": NEW_KEY,
    "edge_master_key_reset_acknowledged": [*BREAKS, "ldap_settings"],
    "edge_master_key_reset_database_backup": "pg_dump of that morning",
    "edge_master_key_reset_stop": True,
}
ACKNOWLEDGED = {"edge_circle_of_trust_acknowledged": True}


@dataclass(frozen=True)
class Scenario:
    """``converged`` says what is missing; [] when the playbook's work is done.

    ``warning``: what a run says that did its work and leaves the rest to the next one.
    """

    build: Callable[[World], None]
    converged: Callable[[World], list[str]]
    warning: str | None = None


def missing(**facts: bool) -> list[str]:
    """The names of the facts that are not true."""
    return [name.replace("_", " ") for name, true in facts.items() if not true]


# What scenarios are made of


def bucket(world: World, count: int = 6) -> None:
    file = world.platform.make_license_bucket(count)
    world.platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)


def key_pair(world: World) -> None:
    public, private = pgp.sample("canary")
    world.platform.key_pairs[KEY] = KeyPair(KEY, KEY, "GPG", public, private)


def registered(world: World, name: str, **options: Any) -> Any:
    """An Edge that is joined; its join key is nobody's business."""
    edge = world.add(name, edge_join_key_file=None, **options)
    Client(world.simulator).register(edge, location=CITIES[name])
    return edge


def root_of(site: Any) -> str:
    return str(sha256(site.database.root_certificate))


def running(world: World) -> bool:
    return all(node.state == "running" and node.trouble is None for node in world.nodes)


def joined(world: World) -> list[str]:
    """What is missing for all Edges of the inventory to be registered, paired, licensed and up."""
    platform, left = world.platform, []
    for edge in world.edges:
        entries = [jpd for jpd in platform.jpds if normal(jpd["url"]) == normal(edge.url)]
        if len(entries) != 1:
            left.append(f"{edge.name} has {len(entries)} JPDs")
            continue
        entry = entries[0]
        status = world.simulator.jpd_view.status(entry)
        wanted = world.fleet.variables[edge.name]
        facts = {
            "is ONLINE": status == "ONLINE",
            "has its name": entry["name"] == edge.name,
            "has its tags": sorted(entry["tags"]) == sorted(wanted["edge_tags"]),
            "has a licence for each node": len(edge.licences) == len(edge.nodes),
        }
        left += [f"{edge.name}: not true that it {what}" for what, true in facts.items() if not true]
    return left + missing(nodes_run=running(world))


# The playbooks


def build_onboarding(world: World) -> None:
    bucket(world)
    world.fleet.common |= {"edge_license_bucket": BUCKET, "edge_base_url": "{{ edge_url }}"}
    for name in (ALONE, HA):
        world.add(name, licensed=False, edge_system_yaml={"shared.logging.consoleLog.enabled": True})


def onboarded(world: World) -> list[str]:
    keys = all(
        (store := world.fleet.folder / f"secrets/{edge.name}.join.key").exists()
        and edge.database.join_key == store.read_text()
        for edge in world.edges
    )
    urls = all(normal(edge.custom_base_url or "") == normal(edge.url) for edge in world.edges)
    return joined(world) + missing(join_keys_of_the_store_are_in_use=keys, base_urls_are_set=urls)


def build_drift(world: World) -> None:
    bucket(world)
    world.fleet.common |= {"edge_license_bucket": BUCKET, "edge_base_url": "{{ edge_url }}"}
    registered(world, ALONE)
    registered(world, HA, licensed=False)
    world.platform.edit_jpd(ALONE, tags=["wrong"], city_name="Nowhere")
    world.platform.break_pairing(HA)


def corrected(world: World) -> list[str]:
    urls = all(normal(edge.custom_base_url or "") == normal(edge.url) for edge in world.edges)
    city = any(jpd["location"]["city_name"] == "Lyon" for jpd in world.platform.jpds if jpd["name"] == ALONE)
    return joined(world) + missing(base_urls_are_set=urls, location_is_right=city)


def build_join_key(world: World) -> None:
    for name in (ALONE, HA):
        edge = world.add(name)
        (world.fleet.folder / f"secrets/{name}.join.key").write_text(edge.database.join_key)
        world.notes[name] = edge.database.join_key


def join_keys_rotated(world: World) -> list[str]:
    left = missing(nodes_run=running(world))
    for edge in world.edges:
        store = world.fleet.folder / f"secrets/{edge.name}.join.key"
        left += [
            f"{edge.name}: {what}"
            for what in missing(
                has_the_key_of_the_store=store.exists() and edge.database.join_key == store.read_text(),
                has_another_key_than_before=edge.database.join_key != world.notes[edge.name],
                has_no_key_that_waits=not any(node.layout.bootstrap_join_key.exists() for node in edge.nodes),
                has_joined_with_it=not any(node.join_refused for node in edge.nodes),
                keeps_the_former_key=world.notes[edge.name]
                in [path.read_text() for path in store.parent.glob("*.backup")],
            )
        ]
    return left


def build_tls(world: World) -> None:
    for name in (ALONE, HA):
        edge = registered(world, name, routers=True, edge_node_ca_path="", edge_tls=True)
        corporate = [{"name": "corporate", "content": CORPORATE.pem}]
        world.fleet.variables[name]["edge_tls_ca_certificates"] = corporate
        for node in edge.nodes:
            certificate, key = CORPORATE.server_pair("127.0.0.1")
            world.fleet.node_variables[node.name] |= {
                "edge_server_certificate": certificate,
                "edge_server_private_key": key,
            }


def tls_enabled(world: World) -> list[str]:
    routers = [node.router for node in world.nodes]
    return joined(world) + missing(
        routers_speak_https=all(router is not None and router.scheme == "https" for router in routers),
        certificates_are_our_own=all(
            router is not None
            and router.certificate is not None
            and router.certificate.issuer.rfc4514_string() == "CN=Example Corporate CA"
            for router in routers
        ),
    )


def build_access_ca(world: World) -> None:
    for name in (ALONE, HA):
        registered(world, name, routers=True, edge_node_ca_path="")
        key = POOL.take()
        own = self_signed(f"{name} CA", key)
        world.notes[name] = sha256(own)
        world.fleet.variables[name] |= {
            "edge_access_ca_certificate": to_pem(own),
            "edge_access_ca_private_key": key_to_pem(key),
        }


def access_ca_rotated(world: World) -> list[str]:
    return joined(world) + missing(
        authorities_are_ours=all(sha256(edge.database.ca_certificate) == world.notes[edge.name] for edge in world.edges)
    )


def build_root(world: World) -> None:
    for name in (ALONE, HA):
        world.add(name, edge_join_key_file=None, **ACKNOWLEDGED)
    circle(*world.edges)
    edge = world.simulator.edge(HA)
    key = POOL.take()
    certificate = self_signed(f"JFrog Token Issuer {HA} 2", key)
    world.notes |= {"old": root_of(edge), "new": sha256(certificate)}
    world.fleet.variables[HA] |= {
        "edge_token_signing_certificate": to_pem(certificate),
        "edge_token_signing_private_key": key_to_pem(key),
    }


def root_rotated(world: World) -> list[str]:
    alone, ha = world.edges
    both = {world.notes["old"], world.notes["new"]}
    return missing(
        nodes_run=running(world),
        tokens_are_signed_by_the_new_root=root_of(ha) == world.notes["new"],
        peer_trusts_both_roots=both <= set(alone.database.trusted),
        old_root_is_trusted=world.notes["old"] in ha.database.trusted,
        peer_is_trusted=root_of(alone) in ha.database.trusted,
    )


def build_tokens(world: World) -> None:
    secrets = world.fleet.folder / "secrets"
    for name in (ALONE, HA):
        world.add(name)
        world.fleet.variables[name] |= {
            "edge_access_token_file": str(secrets / f"{name}.token"),
            "edge_access_token": LOOKED_UP % "edge_access_token_file",
        }
    world.fleet.common |= {
        "platform_access_token_file": str(secrets / f"{PLATFORM}.token"),
        "platform_access_token": LOOKED_UP % "platform_access_token_file",
    }
    for site in (world.platform, *world.edges):
        put_token(site, secrets / f"{site.name}.token")
        world.notes[site.name] = token_id(secrets / f"{site.name}.token")


def tokens_rotated(world: World) -> list[str]:
    left = []
    for site in (world.platform, *world.edges):
        path = world.fleet.folder / f"secrets/{site.name}.token"
        alive = [
            one.token_id
            for one in site.database.tokens.values()
            if one.description not in (None, stranger.TOKEN) and not one.revoked
        ]
        mine = token_id(path)
        left += [
            f"{site.name}: {what}"
            for what in missing(
                token_in_the_file_works=mine in alive,
                token_is_another_one=mine != world.notes[site.name],
                former_token_is_revoked=world.notes[site.name] not in alive,
                no_further_token_is_left=len(alive) == 1,
            )
        ]
    return left


def build_master_key(world: World) -> None:
    """The first run is done, and so is the work of the DBA: the second has to give all nodes the new key."""
    edge = world.add(HA, **RESET)
    (world.fleet.folder / f"secrets/{HA}.join.key").write_text(edge.database.join_key)
    world.notes["former"] = edge.nodes[0].layout.master_key.read_text()
    first = world.fleet.run("reset_master_key.yml")
    assert first.code == 0, first.output
    COMMANDS["reset-master-key"](world.simulator, edge=HA)
    world.fleet.variables[HA]["edge_master_key_reset_database_done"] = True


def master_key_reset(world: World) -> list[str]:
    kept = [path for node in world.nodes for path in (node.layout.var / "hybrid.jfrog").glob("master_key_reset-*")]
    return missing(
        nodes_run=running(world),
        nodes_have_the_new_key=all(node.layout.master_key.read_text() == NEW_KEY for node in world.nodes),
        former_key_is_kept=any((path / "master.key").read_text() == world.notes["former"] for path in kept),
    )


def build_trust(world: World) -> None:
    for name in (ALONE, HA):
        world.add(name, edge_join_key_file=None, **ACKNOWLEDGED)


def trusting(world: World) -> list[str]:
    one, other = world.edges
    return missing(
        nodes_run=running(world),
        trust_is_mutual=root_of(one) in other.database.trusted and root_of(other) in one.database.trusted,
    )


def build_federation(world: World) -> None:
    for name in (ALONE, HA):
        edge = registered(world, name, edge_federation=["users", "groups"], **ACKNOWLEDGED)
        edge.custom_base_url = edge.url
        circle(edge, world.platform)


def federated(world: World) -> list[str]:
    targets = {target.url.removesuffix("/access") for target in world.platform.federation.targets.values()}
    return missing(targets_are_the_edges=targets == {edge.url for edge in world.edges})


def build_canary(world: World) -> None:
    key_pair(world)
    world.fleet.common |= {
        "platform_canary_repository": "canary-local",
        "platform_canary_create_repository": True,
        "platform_canary_signing_key": KEY,
    }
    for name in (ALONE, HA):
        edge = registered(world, name, edge_signing_key=KEY)
        trust_key(edge, KEY)


def canary_gone(world: World) -> list[str]:
    files = [path for site in (world.platform, *world.edges) for path in files_of(site)]
    return missing(no_bundle_is_left=world.platform.release_bundles.all == [], no_file_is_left=files == [])


def build_security(world: World) -> None:
    for name in (ALONE, HA):
        world.add(name)
    world.platform.security.put("users", "alice", new_user(email="alice@example.com"))
    world.simulator.edge(ALONE).security.put("users", "bob", new_user(email="bob@example.com"))
    world.fleet.common |= {
        "security_replication_level": 1,
        "security_replication_instances": [
            {
                "name": site.name,
                "url": site.url,
                "access_token": site.admin_token(),
                "ca_path": str(world.simulator.ca_path),
                "join": "union",
            }
            for site in (world.platform, *world.edges)
        ],
    }


def build_in_step(world: World) -> None:
    build_security(world)
    for site in (world.platform, *world.edges):
        for name in ("alice", "bob"):
            site.security.put("users", name, new_user(email=f"{name}@example.com"))


def in_step(world: World) -> list[str]:
    left = []
    for site in (world.platform, *world.edges):
        for name in ("alice", "bob"):
            found = site.security.get("users", name)
            if found is None or found["email"] != f"{name}@example.com":
                left.append(f"{site.name} lacks {name}")
    return left


def build_offboarding(world: World) -> None:
    bucket(world)
    for name in (ALONE, HA):
        edge = registered(world, name, licensed=False, edge_license_bucket=BUCKET)
        Client(world.simulator)(
            world.platform,
            "POST",
            f"/mc/api/v1/buckets/{BUCKET}/deploy",
            json={"jpd_id": world.platform.jpd(name)["id"], "license_count": len(edge.nodes)},
        )
        add_token(edge, "hybrid.jfrog run_token anna /edges")
        add_token(world.platform, f"hybrid.jfrog edge {name}")
    world.arguments = ("-e", json.dumps({"edge_hosts": f"{ALONE},{HA}", "edge_offboard_acknowledged": [ALONE, HA]}))


def offboarded(world: World) -> list[str]:
    tokens = [one for site in (world.platform, *world.edges) for one in described_tokens(site) if "hybrid" in one]
    names = {jpd["name"] for jpd in world.platform.jpds}
    return missing(
        no_jpd_is_left=names == {"HOME", STRANGER},
        no_licence_is_given=world.platform.buckets[BUCKET].used == 0,
        no_token_of_ours_is_left=tokens == [],
        nodes_stand_still=all(node.state == "stopped" for node in world.nodes),
    )


def nothing(world: World) -> list[str]:
    """What only reads has nothing to finish."""
    return missing(nodes_run=running(world))


def build_joined(world: World) -> None:
    for name in (ALONE, HA):
        registered(world, name)


def build_explained(world: World) -> None:
    build_joined(world)
    world.arguments = ("-e", f"edge_explain={HA}")


SCENARIOS: dict[str, Scenario] = {
    "onboard_edge": Scenario(build_onboarding, onboarded),
    "correct_drift": Scenario(build_drift, corrected),
    "rotate_join_key": Scenario(build_join_key, join_keys_rotated),
    "enable_tls": Scenario(build_tls, tls_enabled),
    "offboard_edge": Scenario(build_offboarding, offboarded),
    "rotate_root_certificate": Scenario(build_root, root_rotated),
    "rotate_access_ca": Scenario(build_access_ca, access_ca_rotated),
    "rotate_access_token": Scenario(build_tokens, tokens_rotated),
    "trust_edges": Scenario(build_trust, trusting),
    "federate_access": Scenario(build_federation, federated),
    "reset_master_key": Scenario(build_master_key, master_key_reset),
    "prove_distribution": Scenario(build_canary, canary_gone, warning="The canary is left behind"),
    "replicate_security": Scenario(build_security, in_step),
    "report_drift": Scenario(build_joined, nothing),
    "explain_edge": Scenario(build_explained, nothing),
    "preflight": Scenario(build_joined, nothing),
    "report_security": Scenario(build_in_step, nothing),
}
