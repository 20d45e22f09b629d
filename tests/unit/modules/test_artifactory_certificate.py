# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from simulator.simulator import Simulator
from unit.client.client_certificates import PASSWORD, Company
from unit.client.stub_server import Stub, serve
from unit.modules.play import play
from unit.modules.rest_cases import assert_no_secret, edge_options, platform_options
from unit.modules.run_module import run_module

PATH = "/artifactory/api/system/security/certificates"
ALIAS = "platform-mtls"
LONG_AGO = datetime.now(timezone.utc) - timedelta(days=4000)


@pytest.fixture
def lyon(simulator: Simulator) -> Any:
    return simulator.add_edge("lyon")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def pair(company: Company, name: str = "anna") -> dict[str, str]:
    certificate, key = company.client(name)
    return {"certificate": certificate.read_text(), "private_key": key.read_text()}


def run(simulator: Simulator, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    options = {**edge_options(simulator, "lyon"), "alias": ALIAS, **changes}
    return run_module("artifactory_certificate", options, check=check)


def lines_of(key: str) -> list[str]:
    return [line for line in key.splitlines() if not line.startswith("-----")]


def test_five_runs(simulator: Simulator, lyon: Any, company: Company) -> None:
    wanted = pair(company)

    predicted = run(simulator, check=True, **wanted)
    assert predicted["changed"]
    assert simulator.calls.writes == []

    real = run(simulator, **wanted)
    assert (real["diff"], real["drift"]) == (predicted["diff"], ["sha256"])
    assert lyon.client_certificates == {ALIAS: wanted["private_key"] + wanted["certificate"]}
    sent = len(simulator.calls.writes)

    again = run(simulator, **wanted)
    assert (again["changed"], again["drift"], len(simulator.calls.writes)) == (False, [], sent)
    assert again["certificate"] == real["certificate"] == predicted["certificate"]

    other = pair(company, "otto")
    lyon.client_certificates[ALIAS] = other["private_key"] + other["certificate"]
    found = run(simulator, check=True, **wanted)
    assert (found["drift"], len(simulator.calls.writes)) == (["sha256"], sent)

    assert run(simulator, **wanted)["diff"] == found["diff"]
    last = run(simulator, **wanted)
    assert not last["changed"]
    results = [predicted, real, again, found, last]
    assert_no_secret(results, simulator, wanted["private_key"], *lines_of(wanted["private_key"]))


def test_removed_once(simulator: Simulator, lyon: Any, company: Company) -> None:
    run(simulator, **pair(company))

    predicted = run(simulator, check=True, state="absent")
    removed = run(simulator, state="absent")

    assert lyon.client_certificates == {}
    assert (removed["changed"], removed["diff"], removed["certificate"]) == (True, predicted["diff"], None)
    assert run(simulator, state="absent")["changed"] is False


@pytest.mark.parametrize("form", ["SHA256", "sha256", "bare sha256"])
def test_second_run_changes_nothing_in_whatever_form_the_fingerprint_is(
    simulator: Simulator, lyon: Any, company: Company, form: str
) -> None:
    simulator.switches.certificate_fingerprint = form  # type: ignore[assignment]
    wanted = pair(company)
    run(simulator, **wanted)

    assert run(simulator, **wanted)["changed"] is False


def test_fingerprint_of_an_unknown_form_is_left_alone_with_a_warning(
    simulator: Simulator, lyon: Any, company: Company
) -> None:
    simulator.switches.certificate_fingerprint = "SHA1"
    first = run(simulator, **pair(company))
    second = run(simulator, **pair(company, "otto"))

    assert (first["changed"], second["changed"]) == (True, False)
    assert "cannot be compared" in second["warnings"][0]
    assert run(simulator, state="absent")["changed"] is True


def test_certificates_of_authorities_behind_it_are_installed_too(
    simulator: Simulator, lyon: Any, company: Company
) -> None:
    wanted = pair(company)
    wanted["certificate"] += company.ca_path.read_text()

    run(simulator, **wanted)

    assert lyon.client_certificates[ALIAS].count("BEGIN CERTIFICATE") == 2
    assert run(simulator, **wanted)["changed"] is False


@pytest.mark.parametrize("chain", [True, False], ids=["chain", "alone"])
@pytest.mark.parametrize(
    ("option", "form", "says"),
    [
        pytest.param("certificate", lambda text: "\ufeff" + text, "byte order mark", id="mark-in-certificate"),
        pytest.param("private_key", lambda text: "\ufeff" + text, "byte order mark", id="mark-in-private-key"),
        pytest.param("certificate", lambda text: text + "\r\n", "Windows line ends", id="line-ends-in-certificate"),
        pytest.param(
            "private_key", lambda text: text.replace("\n", "\r\n"), "Windows line ends", id="line-ends-in-private-key"
        ),
    ],
)
def test_what_windows_left_is_refused_before_anything_is_sent(
    simulator: Simulator, lyon: Any, company: Company, chain: bool, option: str, form: Any, says: str
) -> None:
    wanted = pair(company)
    wanted["certificate"] += company.ca_path.read_text() if chain else ""
    wanted[option] = form(wanted[option])

    result = run(simulator, **wanted)

    assert (result["failed"], says in result["msg"], f"'{ALIAS}'" in result["msg"]) == (True, True, True)
    assert lyon.client_certificates == {}


def test_platform_can_have_one_too(simulator: Simulator, company: Company) -> None:
    options = {**platform_options(simulator), "of": "platform", "alias": ALIAS, **pair(company)}

    assert run_module("artifactory_certificate", options)["changed"]
    assert list(simulator.platform.client_certificates) == [ALIAS]


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        ("wrong-pair", "the private key belongs to another certificate"),
        ("expired", "it expired on"),
        ("encrypted", "it is encrypted"),
        ("swapped", "it holds a private key"),
        ("no-key", "private_key is missing"),
        ("no-certificate", "certificate is missing"),
        ("der", "DER"),
        ("alias", "as an alias"),
    ],
)
def test_mistake_is_told_before_anything_is_sent(
    simulator: Simulator, lyon: Any, company: Company, mistake: str, says: str
) -> None:
    wanted: dict[str, Any] = pair(company)
    if mistake == "wrong-pair":
        wanted["private_key"] = pair(company, "otto")["private_key"]
    elif mistake in ("expired", "encrypted"):
        options: Any = {"now": LONG_AGO} if mistake == "expired" else {"password": PASSWORD}
        files = company.client("otto", **options)
        wanted = {"certificate": files[0].read_text(), "private_key": files[1].read_text()}
    elif mistake == "swapped":
        wanted = {"certificate": wanted["private_key"], "private_key": wanted["certificate"]}
    elif mistake == "no-key":
        del wanted["private_key"]
    elif mistake == "no-certificate":
        del wanted["certificate"]
    elif mistake == "der":
        wanted["certificate"] = "0\x82\x01\x00\x00"
    elif mistake == "alias":
        wanted["alias"] = "a/b"

    result = run(simulator, **wanted)

    assert result["failed"]
    assert says in result["msg"]
    assert list(simulator.calls) == []


def test_refusal_that_echoes_the_key_does_not_show_it(company: Company) -> None:
    wanted = pair(company)
    pem = wanted["private_key"] + wanted["certificate"]
    echo = json.dumps({"errors": [{"status": 400, "message": f"bad {lines_of(pem)[1]} and {pem}"}]}).encode()

    with serve(Stub(status=400, body=echo)) as stub, pytest.raises(ApiError) as caught:
        Artifactory(JFrogSession(stub.url, "t" * 20)).install_certificate(ALIAS, pem)

    assert stub.requests[0][2]["Content-Type"] == "application/text"
    shown = json.dumps(caught.value.to_fail_json())
    assert [line for line in lines_of(wanted["private_key"]) if line in shown] == []


def test_certificate_that_somebody_else_replaces_meanwhile_is_told(
    simulator: Simulator, lyon: Any, company: Company
) -> None:
    simulator.switches.certificate_alias_reusable = True
    other = pair(company, "otto")
    wanted = pair(company)

    class Elsewhere(dict[str, str]):
        def __setitem__(self, alias: str, _pem: str) -> None:
            super().__setitem__(alias, other["private_key"] + other["certificate"])

    lyon.client_certificates = Elsewhere()
    result = run(simulator, **wanted)

    assert result["failed"]
    assert "lists another one" in result["msg"]


@pytest.fixture
def played(simulator: Simulator, lyon: Any, company: Company, tmp_path: Path) -> Any:
    """A run of tasks whose options are given on top of the connection's."""

    def run_tasks(*arguments: str, **tasks: dict[str, Any]) -> Any:
        common = {**edge_options(simulator, "lyon"), "alias": ALIAS}
        written = {
            name: {"hybrid.jfrog.artifactory_certificate": {**common, **options}} for name, options in tasks.items()
        }
        return play(tmp_path, written, *arguments)

    return run_tasks


def test_files_on_the_controller_are_seen_from_the_inventory_and_never_shown(
    played: Any, company: Company, lyon: Any
) -> None:
    certificate, key = company.client("anna")
    key.chmod(0o644)
    files = {"certificate_path": certificate.name, "private_key_path": str(key)}

    done = played("-vvvv", "--diff", first=files, second=files)

    assert [done.results[name]["changed"] for name in ("first", "second")] == [True, False]
    assert "Everybody on the controller may read the private key" in " ".join(done.output.split())
    told = done.output + json.dumps(done.results)
    assert [line for line in lines_of(key.read_text()) if line in told] == []
    assert key.read_text() in lyon.client_certificates[ALIAS]


def test_file_that_is_missing_is_told_before_the_module_runs(played: Any, company: Company) -> None:
    certificate, _key = company.client("anna")

    done = played(only={"certificate_path": str(certificate), "private_key_path": "nowhere.key"})

    assert "Cannot read the private key of 'platform-mtls'" in done.results["only"]["msg"]


def test_content_and_file_together_are_refused(played: Any, company: Company) -> None:
    certificate, key = company.client("anna")
    both = {"certificate": certificate.read_text(), "certificate_path": str(certificate), "private_key_path": str(key)}

    done = played(only=both)

    assert "mutually exclusive" in done.results["only"]["msg"]
