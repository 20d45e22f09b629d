# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the product refuses at its start is refused here before it is written, and nothing else is (node-files.md 4).

The simulator was written from the reference by others; so this compares two readings of the same page.
"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.pair import SERVER, load_pair
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from simulator.node.node import RUNNING
from simulator.node.testing import Workbench, put, supply_server_pair
from unit.domain.issuing import DAY, Issued, ec_key, issue, server

NOW = datetime.now(timezone.utc).replace(microsecond=0)
TIMES = {"start": NOW - DAY, "end": NOW + 100 * DAY}
CA = issue("acme CA", **TIMES)
HERE = "127.0.0.1"


def pair(address: str = HERE, **changes: object) -> Issued:
    return server(CA, address, **{**TIMES, **changes})


@pytest.mark.parametrize(
    ("issued", "good"),
    [
        pytest.param(pair(), True, id="meets-all"),
        pytest.param(pair(key=rsa.generate_private_key(65537, 1024)), True, id="weak-key"),  # noqa: S505
        pytest.param(pair(sans=(HERE,)), True, id="address-alone"),
        pytest.param(pair(key=ec_key()), False, id="ec-key"),
        pytest.param(pair(end=NOW - DAY / 2), False, id="expired"),
        pytest.param(pair(start=NOW + DAY), False, id="not-yet-valid"),
        pytest.param(pair("10.20.0.5"), False, id="another-address"),
        pytest.param(pair(sans=()), False, id="no-alternative-names"),
        pytest.param(pair(sans=("localhost",)), False, id="address-not-among-them"),
        pytest.param(pair(usages=None), False, id="no-key-usage"),
        pytest.param(pair(critical=False), False, id="key-usage-not-critical"),
        pytest.param(pair(usages=("digital_signature",)), False, id="no-key-encipherment"),
        pytest.param(pair(usages=("key_encipherment",)), False, id="no-digital-signature"),
        pytest.param(pair(extended=None), False, id="no-extended-usage"),
        pytest.param(pair(extended=("serverAuth",)), False, id="no-client-auth"),
        pytest.param(pair(extended=("clientAuth",)), False, id="no-server-auth"),
    ],
)
def test_pair_is_accepted_here_exactly_when_the_product_accepts_it(tmp_path: Path, issued: Issued, good: bool) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.tls_trusted / "acme.crt", CA.pem)
    supply_server_pair(node, issued.pem, issued.key_pem)
    node.start(at_once=True)

    assert (node.state == RUNNING) is good
    assert accepted(issued) is good


def accepted(issued: Issued) -> bool:
    try:
        load_pair(issued.pem, issued.key_pem, now=NOW, what="it", purpose=SERVER, address=HERE)
    except CertificateError:
        return False
    return True
