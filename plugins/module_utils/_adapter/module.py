# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Ansible in, Ansible out: how a module is created and the one place where it ends.

Runs on nodes as well, so Python 3.9 and the standard library are enough for it.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

from ansible.module_utils.basic import AnsibleModule

from .._domain.change import Change
from .._domain.errors import EdgeError
from .._domain.wording import printable

_maker: Callable[..., Any] = AnsibleModule


@dataclass(frozen=True)
class Outcome:
    """What a module found or did.

    ``change`` is None for a module that only reads: such a result has no ``drift`` and no ``diff``.
    ``facts`` are the result keys of the module. ``subject`` names the file or URL in the diff's headers.
    ``diff`` replaces the diff that is made of ``change``, for modules that show more than one.
    """

    change: Optional[Change] = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    subject: Optional[str] = None
    diff: Optional[Union[Dict[str, Any], List[Dict[str, Any]]]] = None


def merge_options(*families: Mapping[str, Mapping[str, Any]]) -> Dict[str, Dict[str, Any]]:
    """One argument spec of several families of options; an option has exactly one owner."""
    merged: Dict[str, Dict[str, Any]] = {}
    for family in families:
        for name, spec in family.items():
            if name in merged:
                raise AssertionError(f"two families define the option {name}")
            merged[name] = dict(spec)
    return merged


def create_module(*families: Mapping[str, Mapping[str, Any]], check_mode: bool = True, **rules: Any) -> AnsibleModule:
    """An AnsibleModule of families of options; ``rules`` are AnsibleModule's ``required_if`` and the like."""
    return _maker(argument_spec=merge_options(*families), supports_check_mode=check_mode, **rules)


@contextlib.contextmanager
def made_of(maker: Callable[..., Any]) -> Iterator[None]:
    """Let modules be made of something else than AnsibleModule, in a process that is not the module's own."""
    global _maker
    usual, _maker = _maker, maker
    try:
        yield
    finally:
        _maker = usual


def run(module: AnsibleModule, ensure: Callable[[], Outcome]) -> None:
    """Do the module's work and end the module: the only caller of ``exit_json`` and ``fail_json``.

    A designed error becomes a failure with its fields. Anything else is a bug and shows its traceback.
    """
    failure: Optional[EdgeError] = None
    try:
        outcome = ensure()
    except EdgeError as exc:
        failure = exc
    # Outside of the handler: fail_json would add the traceback of a designed error to the result otherwise.
    if failure is not None:
        module.fail_json(**failure.to_fail_json())
    warn(module, outcome.warnings)
    module.exit_json(**result(outcome, with_diff=bool(module._diff)))


def warn(module: AnsibleModule, warnings: Iterable[str]) -> None:
    """Show warnings, whatever the module's end will be. ``Outcome.warnings`` are shown on success only."""
    for warning in warnings:
        module.warn(printable(warning))


def result(outcome: Outcome, *, with_diff: bool) -> Dict[str, Any]:
    """The keys that a module returns for this outcome."""
    answer: Dict[str, Any] = {"changed": False, **outcome.facts}
    if outcome.change is None:
        return answer
    answer["changed"] = outcome.change.changed
    answer["drift"] = outcome.change.drift
    if with_diff:
        answer["diff"] = outcome.diff if outcome.diff is not None else diff_of(outcome.change, outcome.subject)
    return answer


def diff_of(change: Change, subject: Optional[str] = None) -> Dict[str, Any]:
    """The managed facts before and after, sorted by name."""
    diff: Dict[str, Any] = {"before": _sorted(change.before), "after": _sorted(change.after)}
    if subject is not None:
        diff["before_header"] = diff["after_header"] = subject
    return diff


def _sorted(facts: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: facts[name] for name in sorted(facts)}
