# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The documented reset of a master key: what it breaks, what speaks against it, and what the DBA has to run.

JFrog's page "How to recover the master key" has the procedure for 7.x and for 6.x (node-files.md 2, "Reset /
rotation"). Every value that the old key encrypted is deleted, because nothing can read it any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from ..errors import EdgeError
from ..observed import Node
from ..version import parse
from ..wording import printable

# LDAP settings moved into Access's tables, where they are encrypted as well (the page's note on 7.71).
LDAP_IN_ACCESS = (7, 71, 0)

_CONSEQUENCES = {
    "join_key": "a new join key is made, unless the inventory manages it; other products of the Edge need the new one",
    "root_certificate": "a new root certificate is made, with which tokens are signed",
    "access_tokens": "tokens that were issued before are accepted only while the former root certificate is trusted",
    "circle_of_trust": "peers do not trust the new root certificate; on the SaaS side that is another support request",
    "pairing": "the platform's master token for this Edge is gone; onboard_edge.yml pairs again",
    "encrypted_settings": "encrypted passwords in the configuration are deleted and have to be entered again",
    "ldap_settings": "LDAP settings have to be entered again, so keep a local administrator (7.71 and newer)",
    "mission_control": "rows of the embedded Mission Control are deleted, too (mc.enabled)",
}


@dataclass(frozen=True)
class ResettingEdge:
    """An Edge as this run sees it. ``seen`` is what master_key_reset_info returned per host."""

    name: str
    nodes: Mapping[str, Node]
    seen: Mapping[str, Mapping[str, Any]]
    unreachable: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()
    key_known: bool = False
    # All nodes have the key that the inventory calls the new one.
    key_in_use: bool = False

    @property
    def generation(self) -> str:
        return str(next(iter(self.nodes.values()))["layout"]["generation"])

    @property
    def mission_control(self) -> bool:
        return any(seen["mission_control"] for seen in self.seen.values())

    @property
    def prepared(self) -> bool:
        """Whether every node has its backups and stands still for the DBA."""
        return all(seen["reset"] is not None for seen in self.seen.values())

    @property
    def under_way(self) -> bool:
        """Whether any node is in the middle of a reset."""
        return any(seen["reset"] is not None for seen in self.seen.values())

    @property
    def replaced(self) -> bool:
        """Whether any node has its new key already, so that the database was done."""
        return any(seen["reset"] is not None and seen["reset"]["replaced_at"] for seen in self.seen.values())


@dataclass(frozen=True)
class Wishes:
    """What the user said."""

    acknowledged: Tuple[str, ...] = ()
    database_backup: str = ""
    stop: bool = False
    database_done: bool = False


def is_done(edge: ResettingEdge, wishes: Wishes) -> bool:
    """Whether the reset that the user says is for its second run has been ended by a run before."""
    return wishes.database_done and edge.key_in_use and not edge.under_way and not _presence(edge)


def consequences(edge: ResettingEdge) -> dict[str, str]:
    """What the reset breaks on this Edge, by the word that acknowledges it."""
    left_out = set()
    if not any(_is_at_least(node["version"], LDAP_IN_ACCESS) for node in edge.nodes.values()):
        left_out.add("ldap_settings")
    if not edge.mission_control:
        left_out.add("mission_control")
    return {word: text for word, text in _CONSEQUENCES.items() if word not in left_out}


def obstacles(edge: ResettingEdge, wishes: Wishes, *, statements_written: bool) -> List[str]:
    """Everything that speaks against going on, each with what to do; nothing may be written while there is one."""
    found = _presence(edge)
    if found:
        return found
    missing = [word for word in consequences(edge) if word not in wishes.acknowledged]
    if missing:
        told = "; ".join(f"{word}: {consequences(edge)[word]}" for word in missing)
        found.append(
            f"the reset breaks what is not acknowledged yet ({told}). Acknowledge it by these words in the list "
            f"edge_master_key_reset_acknowledged: {', '.join(missing)}"
        )
    if not wishes.database_backup:
        found.append(
            "no backup of the database is confirmed. Make one, and name it in edge_master_key_reset_database_backup"
        )
    if len(edge.nodes) > 1 and not edge.key_known:
        found.append(
            "an Edge with several nodes needs the same new key on all of them. Make one with 'openssl rand -hex 32', "
            "and set edge_master_key or edge_master_key_file to it"
        )
    if edge.key_in_use and not edge.under_way:
        found.append(
            "the key in edge_master_key or edge_master_key_file is the one that its nodes have. Put the new one there"
        )
    found += [_plain_text_wanted(host, one) for host, seen in edge.seen.items() for one in seen["cipher_texts"]]
    if not edge.replaced:
        found += _standing_still(edge, wishes)
        if wishes.database_done and not (edge.prepared and statements_written):
            found.append(
                "the database cannot be done yet, because the statements for it were not written by this controller. "
                "Run without edge_master_key_reset_database_done first"
            )
    return found


def _presence(edge: ResettingEdge) -> List[str]:
    found = []
    if edge.absent:
        found.append(f"this run leaves out {', '.join(edge.absent)}. Run it with all nodes of the Edge")
    found += [f"{host} cannot be reached: {reason}. Repair that" for host, reason in edge.unreachable.items()]
    for host, node in edge.nodes.items():
        if not node["layout"]["installed"]:
            found.append(f"Artifactory is not installed on {host} at {node['layout']['home']}. Correct the inventory")
        elif not node["service"]["ever_started"]:
            found.append(f"{host} has never started: its master key can simply be replaced. Run onboard_edge.yml")
    return found


def _standing_still(edge: ResettingEdge, wishes: Wishes) -> List[str]:
    """The statements are for a database that no node uses, and this collection has to know that."""
    unknown = [host for host, node in edge.nodes.items() if node["service"]["running"] is None]
    running = [host for host, node in edge.nodes.items() if node["service"]["running"]]
    if unknown:
        return [
            f"whether {', '.join(unknown)} run cannot be told. Set edge_service_control to systemd or artifactoryctl"
        ]
    if not running or (wishes.stop and not wishes.database_done):
        return []
    told = ", ".join(running)
    if wishes.database_done:
        return [f"{told} run, and the statements are for a database that no node uses. Stop them, and run them again"]
    return [f"{told} run. Stop them, or set edge_master_key_reset_stop to true"]


def _plain_text_wanted(host: str, found: Mapping[str, Any]) -> str:
    return (
        f"{found['file']} on {host} has cipher text in {found['key']}, which nothing can read after the reset. "
        f"{plain_text_hint(str(found['key']))}"
    )


def plain_text_hint(key: str) -> str:
    """What a person has to put in the place of cipher text."""
    if key.endswith("security.joinKey"):
        return "Remove that line; the join key comes from the inventory, or is made anew"
    if key.endswith("security.masterKey"):
        return "Remove that line; the new key lies in master.key"
    return "Put the plain text there, as it was when the file was written; the product encrypts it again at its start"


def statements(name: str, generation: str, *, mission_control: bool, backup: str, now: str) -> str:
    """The file for the DBA: counts, deletions and counts again, in one transaction that the DBA ends."""
    rows = _rows(generation, mission_control)
    counted = "\n".join(f"SELECT COUNT(*) FROM {table} WHERE {condition};" for table, condition, _what in rows)  # noqa: S608
    deleted = "\n\n".join(f"-- {why}\nDELETE FROM {table} WHERE {condition};" for table, condition, why in rows)
    # Both stand in a comment, which ends with its line: what came after would be a statement.
    said = {"name": printable(name), "backup": printable(backup)}
    return _TEMPLATE.format(**said, generation=generation, now=now, counted=counted, deleted=deleted)


def _rows(generation: str, mission_control: bool) -> List[Tuple[str, str, str]]:
    """Table, condition and why, in the order of JFrog's page."""
    configs = "data LIKE 'JE%'" if generation == "7" else "data LIKE 'JE%' OR data LIKE 'AM%'"
    rows = [
        (
            "access_configs",
            "data LIKE 'JE%'",
            "Keys and settings of Access: the join key and the root's key among them",
        ),
        ("access_users_custom_data", "PROP_VALUE LIKE 'JE%'", "Secrets of users, such as API keys"),
        ("access_master_key_status", "status = 'on'", "The fingerprint of the old key, as Access keeps it"),
        ("configs", configs, "Encrypted files of the configuration"),
        (
            "master_key_status",
            "status = 'on'",
            "The same fingerprint, as Artifactory keeps it (6.x may lack the table)",
        ),
    ]
    if mission_control:
        rows += [
            ("mc_cluster_info", "property_key = 'master_key_hash'", "The fingerprint, as Mission Control keeps it"),
            ("mc_token", "token LIKE 'JE%'", "Tokens of Mission Control; compare the column with JFrog's page"),
        ]
    return rows


_TEMPLATE = """\
-- Reset of the master key of the Edge {name} (Artifactory {generation}.x), written {now}
-- Procedure: JFrog, "How to recover the master key". Backup of the database, as confirmed: {backup}
--
-- 1. No node of the Edge may run. 2. Begin one transaction, as your database does it:
--      PostgreSQL, MySQL, MariaDB: START TRANSACTION;   SQL Server: BEGIN TRANSACTION;
--      Oracle begins one by itself; on Derby switch autocommit off.
-- 3. Compare the counts with what you expect. A condition that matches nothing, or a whole table, is a reason to stop.
-- 4. Run the deletions and the counts again, which have to be 0. 5. COMMIT; or ROLLBACK; when anything is odd.

-- Before
{counted}

{deleted}

-- After: each has to be 0
{counted}

COMMIT;
"""


def instructions(edge: ResettingEdge, wishes: Wishes, *, statements_file: str) -> str:
    """What the people around have to do now, as a text to pass on."""
    broken = "\n".join(f"- {text}" for text in consequences(edge).values())
    return (
        f"Reset of the master key of the Edge {printable(edge.name)}\n\n"
        f"Its nodes ({printable(', '.join(edge.nodes))}) stand still, and copies of their keys and settings lie in the "
        "folder hybrid.jfrog/master_key_reset of each.\n\n"
        f"1. Check that the backup of the database can be restored: {printable(wishes.database_backup)}\n"
        f"2. Let a DBA run {statements_file}, which says how.\n"
        "3. Run reset_master_key.yml again with edge_master_key_reset_database_done=true.\n\n"
        f"What the reset breaks:\n{broken}\n\n"
        "To give the reset up before step 2: remove that folder on every node, and start the nodes.\n"
    )


def left_to_people(edge: ResettingEdge, *, join_key_managed: bool) -> List[str]:
    """What is left after the nodes are up."""
    left = [
        "Run onboard_edge.yml: it pairs the Edge with the platform again",
        "Give the new root certificate to every peer of a circle of trust; on SaaS that is a support request",
        "Enter encrypted settings again: passwords of remote repositories, mail, replications",
    ]
    if not join_key_managed:
        left.insert(0, "Give the new join key to the other products: Administration, Security, Connection Details")
    if "ldap_settings" in consequences(edge):
        left.append("Enter the LDAP settings again")
    return left


def _is_at_least(version: Optional[str], wanted: Tuple[int, int, int]) -> bool:
    try:
        return version is None or parse(version) >= wanted
    except EdgeError:
        return True
