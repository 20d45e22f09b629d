# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which CA certificates a node accepts when it is the TLS client: those in one folder, whatever their files are called.

The folder keeps its files (node-files.md 3, column b), so the folder itself is the truth. It has nothing to do with the
token issuers in ``trust.py``: those are imported into a database, and make their administrators ours.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..change import NONE, UPDATE, Change
from ..errors import CertificateError
from ..observed import AccessKeys, CertificateFile, Ledger, Node

ENDING = ".crt"
_Files = Mapping[str, Sequence[str]]


def judge_tls_trust(seen: Sequence[CertificateFile], wanted: Sequence[tuple[str, str]], *, prune: bool) -> Change:
    """What is missing of the wanted certificates, given as name and SHA-256, and with prune what is superfluous.

    Facts are files with the SHA-256 of their certificates. A certificate that is there under another name is in
    order. Pruning takes a file away that holds anything else, and gives what was wanted of it a file of its own. A file
    without a certificate is never touched.
    """
    files = _files(seen)
    gone = superfluous(seen, wanted) if prune else []
    missing = _missing(files, wanted, gone)
    before: dict[str, Any] = {name: list(files[name]) for name in gone}
    after: dict[str, Any] = dict.fromkeys(gone)
    for name, sha256 in missing:
        before[name + ENDING] = list(files[name + ENDING]) if name + ENDING in files else None
        after[name + ENDING] = [sha256]
    if before:
        return Change(UPDATE, before, after)
    there = {name: list(held) for name, held in files.items() if set(held) & {sha256 for _name, sha256 in wanted}}
    return Change(NONE, there, there)


def superfluous(seen: Sequence[CertificateFile], wanted: Sequence[tuple[str, str]]) -> list[str]:
    """Files that hold a certificate that nobody asked for, sorted."""
    asked = {sha256 for _name, sha256 in wanted}
    return sorted(name for name, held in _files(seen).items() if set(held) - asked)


def refuse_token_issuers(wanted: Sequence[tuple[str, str]], issuers: Mapping[str, str]) -> None:
    """Raises CertificateError for a certificate that signs access tokens: ``issuers`` says by SHA-256 whose.

    Putting one into the folder of the other is a real, repeated mistake (node-files.md 3).
    """
    for name, sha256 in wanted:
        if sha256 in issuers:
            raise CertificateError(
                f"Cannot use '{name}' as a TLS CA certificate: with it {issuers[sha256]} signs access tokens, and no "
                "server shows one that it issued. Supply it with trusted_certificate if its tokens are to be "
                "accepted. For TLS, give the CA that issued the server's certificate; where Access is that CA, it "
                "lies in etc/access/keys/ca.crt on the peer's node.",
                sha256=sha256,
            )


def token_issuers(node: Node) -> dict[str, str]:
    """Whose tokens are signed with what a node knows, by SHA-256: its own, and those of the peers that it was given."""
    return token_issuers_among(node["access_keys"], node["trusted_certificates"], node["ledger"])


def token_issuers_among(access: AccessKeys, waiting: Sequence[CertificateFile], ledger: Ledger) -> dict[str, str]:
    """The same of its parts; ``waiting`` are the certificates in its drop box for token issuers."""
    known = {entry["sha256"]: f"the peer '{name}'" for name, entry in ledger["trusted_certificates"].items()}
    known.update({file["sha256"]: "a peer" for file in waiting if file["sha256"]})
    if access["root"] is not None and access["root"]["sha256"]:
        known[access["root"]["sha256"]] = "the node itself"
    return known


def _files(seen: Sequence[CertificateFile]) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for file in seen:
        if file["sha256"] is not None:
            held.setdefault(file["file"], []).append(file["sha256"])
    return held


def _missing(files: _Files, wanted: Sequence[tuple[str, str]], gone: Sequence[str]) -> list[tuple[str, str]]:
    """What has to be written. A file that is written over may have held another wanted certificate, so look again."""
    kept = {name: set(held) for name, held in files.items() if name not in gone}
    while True:
        there: set[str] = set().union(*kept.values())
        missing = list({sha256: (name, sha256) for name, sha256 in reversed(wanted) if sha256 not in there}.values())
        over = [name + ENDING for name, _sha256 in missing if name + ENDING in kept]
        if not over:
            return missing[::-1]
        for name in over:
            del kept[name]
