# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Client certificates that remote repositories show to their sources, as Artifactory lists them.

Artifactory tells a fingerprint, never the certificate. Its page "Get Certificates" calls that the SHA-256 fingerprint;
how it is written is not said: with or without colons, in small letters or capitals. The page calls the field
fingerPrint, the source of the open source edition fingerprint. The times are ISO 8601 by the page's description, which
a client confirms (pull request 130 of peimanja/artifactory_exporter: 2023-10-10T00:00:00.000Z), but not by its sample.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Mapping, Optional, Sequence

from ..certificate.reading import Certificate
from ..change import NONE, Change, reconcile
from ..errors import CertificateError
from ..moment import moment
from ..observed import RemoteCertificate
from ..wording import printable

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ALIAS = re.compile(r"[^\s/\\%?#](?:[^/\\%?#\x00-\x1f]*[^\s/\\%?#])?")
UNREADABLE = "a fingerprint of an unknown form"


def check_alias(alias: str) -> str:
    """The alias, which becomes a step of a URL's path. Raises CertificateError."""
    if _ALIAS.fullmatch(alias) is None or alias in (".", ".."):
        raise CertificateError(
            f"Cannot use {alias!r} as an alias: it is empty, has a blank at an end, or has one of / \\ % ? # in it. "
            "Choose a name of letters, digits, dots and hyphens."
        )
    return alias


def from_api(item: Mapping[str, Any]) -> RemoteCertificate:
    """The facts of one listed certificate. ``sha256`` is None when its fingerprint has an unknown form."""
    return {
        "alias": _text(item, "certificateAlias"),
        "issued_to": _text(item, "issuedTo"),
        "issued_by": _text(item, "issuedBy"),
        "issued_on": _text(item, "issuedOn"),
        "valid_until": _text(item, "validUntil"),
        "sha256": sha256_of(_text(item, "fingerPrint") or _text(item, "fingerprint")),
    }


def read(facts: RemoteCertificate) -> Optional[Certificate]:
    """The certificate, as far as it was told; None when its times have an unknown form."""
    try:
        begin, end = _moment(facts["issued_on"]), _moment(facts["valid_until"])
    except ValueError:
        return None
    return Certificate(
        pem="",
        sha256=facts["sha256"] or "",
        subject=facts["issued_to"],
        issuer=facts["issued_by"],
        serial="",
        not_before=begin,
        not_after=end,
    )


def sha256_of(fingerprint: str) -> Optional[str]:
    """The fingerprint in lower-case hexadecimal without colons; None when it is no SHA-256."""
    bare = re.sub(r"^sha-?256[:=]?|[\s:]", "", fingerprint.strip().lower())
    return bare if _SHA256.fullmatch(bare) else None


def find(listed: Sequence[Mapping[str, Any]], alias: str) -> Optional[RemoteCertificate]:
    """The certificate with this alias. Its case counts: Artifactory's pages do not say whether it does there."""
    return next((facts for facts in map(from_api, listed) if facts["alias"] == alias), None)


def change(current: Optional[Mapping[str, Any]], wanted: Optional[str]) -> Change:
    """What has to happen so that the certificate with this SHA-256 is installed, or none (None).

    One whose fingerprint cannot be read is never replaced: that would be a change with every run.
    """
    before = None if current is None else {"sha256": current["sha256"] or UNREADABLE}
    if wanted is not None and current is not None and current["sha256"] is None:
        return Change(NONE, dict(before or {}), dict(before or {}))
    return reconcile(before, None if wanted is None else {"sha256": wanted})


def is_unknown(current: Optional[Mapping[str, Any]]) -> bool:
    """Whether it cannot be told which certificate is installed."""
    return current is not None and current["sha256"] is None


def _moment(text: str) -> datetime:
    """Raises ValueError. An offset without a colon, as the page's pattern has it, is nothing to Python before 3.11."""
    return moment(re.sub(r"(?<=[+-]\d\d)(?=\d\d$)", ":", text.strip()))


def _text(item: Mapping[str, Any], name: str) -> str:
    return printable(str(item.get(name) or ""))
