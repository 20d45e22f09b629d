# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import TrustError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import trust
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import DRIFTED, IN_ORDER, UNKNOWN

NEW = "a" * 64
OLD = "b" * 64


@pytest.mark.parametrize(
    ("requested", "version", "acknowledged", "method", "words"),
    [
        pytest.param("auto", "7.29.7", False, "pairing_token", "7.29.7 has pairing tokens", id="auto-new-enough"),
        pytest.param("auto", "7.104.2", True, "pairing_token", "7.104.2 has", id="auto-acknowledgement-not-needed"),
        pytest.param("auto", "7.25.7", True, "circle_of_trust", "7.25.7 is older", id="auto-older"),
        pytest.param("pairing_token", "7.104.2", False, "pairing_token", "asks for it", id="pairing-asked"),
        pytest.param("pairing_token", None, False, "pairing_token", "asks for it", id="pairing-version-not-known"),
        pytest.param("join_key", "7.104.2", False, "join_key", "asks for it", id="join-key-asked"),
        pytest.param("join_key", None, False, "join_key", "asks for it", id="join-key-version-not-known"),
        pytest.param("circle_of_trust", "7.104.2", True, "circle_of_trust", "asks for it", id="circle-asked"),
        pytest.param("circle_of_trust", None, True, "circle_of_trust", "asks for it", id="circle-version-not-known"),
    ],
)
def test_choose_method_gives_method_and_reason(
    requested: str, version: str | None, acknowledged: bool, method: str, words: str
) -> None:
    choice = trust.choose_method(requested, version, acknowledged=acknowledged)
    assert choice.method == method
    assert words in choice.reason


@pytest.mark.parametrize(
    ("requested", "version", "acknowledged", "words"),
    [
        pytest.param("auto", None, True, "the version of the Edge is not known", id="auto-version-not-known"),
        pytest.param("auto", "7.25.7", False, "nobody has agreed to that", id="auto-older-not-acknowledged"),
        pytest.param("pairing_token", "7.29.6", True, "is older than 7.29.7", id="pairing-older"),
        pytest.param("circle_of_trust", "7.104.2", False, "nobody has agreed to that", id="circle-not-acknowledged"),
        pytest.param("circle_of_trust", None, False, "nobody has agreed to that", id="circle-nothing-known"),
    ],
)
def test_choose_method_impossible_is_refused(
    requested: str, version: str | None, acknowledged: bool, words: str
) -> None:
    with pytest.raises(TrustError, match=rf"^Cannot .*{words}.*\. [A-Z].*\.$"):
        trust.choose_method(requested, version, acknowledged=acknowledged)


@pytest.mark.parametrize(
    ("requested", "instead"),
    [
        pytest.param("auto", "upgrade the Edge", id="edge-without-pairing-tokens"),
        pytest.param("circle_of_trust", "set edge_trust_method to auto", id="asked-for"),
    ],
)
def test_choose_method_not_acknowledged_names_the_other_way(requested: str, instead: str) -> None:
    with pytest.raises(TrustError, match=rf"Set edge_circle_of_trust_acknowledged to true, or {instead}\.$"):
        trust.choose_method(requested, "7.25.7", acknowledged=False)


@pytest.mark.parametrize(
    ("recorded", "pending", "probe", "repair", "state", "words"),
    [
        pytest.param(None, None, None, "when_broken", DRIFTED, "never supplied", id="first-run"),
        pytest.param(None, None, False, "when_broken", DRIFTED, "never supplied", id="first-run-refused"),
        pytest.param(None, None, False, "never", DRIFTED, "never supplied", id="first-run-is-no-repair"),
        pytest.param(None, None, True, "when_broken", IN_ORDER, "accepts the platform", id="supplied-by-somebody"),
        pytest.param(None, NEW, None, "when_broken", IN_ORDER, "not imported it yet", id="crash-before-the-record"),
        pytest.param(NEW, None, True, "when_broken", IN_ORDER, "accepts the platform", id="imported-and-accepted"),
        pytest.param(NEW, NEW, False, "when_broken", IN_ORDER, "not imported it yet", id="import-pending"),
        pytest.param(NEW, NEW, False, "always", IN_ORDER, "not imported it yet", id="import-pending-always"),
        pytest.param(OLD, NEW, True, "when_broken", IN_ORDER, "not imported it yet", id="new-root-pending"),
        pytest.param(NEW, OLD, True, "when_broken", DRIFTED, "another certificate waits", id="other-one-pending"),
        pytest.param(NEW, OLD, True, "never", DRIFTED, "another certificate waits", id="other-one-pending-never"),
        pytest.param(NEW, None, False, "when_broken", DRIFTED, "any more", id="lost-in-the-service"),
        pytest.param(NEW, None, False, "never", UNKNOWN, "edge_repair is never", id="lost-but-told-not-to"),
        pytest.param(OLD, None, True, "when_broken", DRIFTED, "another root", id="platform-rotated-its-root"),
        pytest.param(OLD, None, False, "never", DRIFTED, "another root", id="rotation-is-no-repair"),
        pytest.param(NEW, None, None, "when_broken", IN_ORDER, "could not be asked", id="record-counts"),
        pytest.param(NEW, None, None, "never", IN_ORDER, "could not be asked", id="record-counts-never"),
        pytest.param(NEW, None, True, "never", IN_ORDER, "accepts the platform", id="accepted-never"),
        pytest.param(NEW, None, True, "always", DRIFTED, "edge_repair is always", id="accepted-always"),
    ],
)
def test_judge_trusted_certificate_weighs_the_witnesses(
    recorded: str | None, pending: str | None, probe: bool | None, repair: str, state: str, words: str
) -> None:
    verdict = trust.judge_trusted_certificate(probe, pending, recorded, NEW, repair=repair)
    assert verdict.state == state
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("probe", "pending", "recorded", "state", "imported"),
    [
        pytest.param(None, None, None, IN_ORDER, False, id="nothing-known"),
        pytest.param(False, None, None, IN_ORDER, False, id="not-accepted"),
        pytest.param(None, NEW, NEW, DRIFTED, False, id="waits"),
        pytest.param(False, NEW, None, DRIFTED, False, id="waits-without-a-record"),
        pytest.param(None, NEW, OLD, DRIFTED, True, id="waits-after-another-one"),
        pytest.param(True, NEW, NEW, DRIFTED, True, id="waits-and-is-accepted"),
        pytest.param(None, None, NEW, DRIFTED, True, id="recorded-and-gone"),
        pytest.param(False, None, NEW, DRIFTED, True, id="recorded-and-not-accepted"),
        pytest.param(True, None, None, DRIFTED, True, id="accepted-without-a-record"),
    ],
)
def test_judge_withdrawal_tells_what_can_be_undone(
    probe: bool | None, pending: str | None, recorded: str | None, state: str, imported: bool
) -> None:
    found = trust.judge_withdrawal(probe, pending, recorded)
    assert (found.verdict.state, found.imported) == (state, imported)
