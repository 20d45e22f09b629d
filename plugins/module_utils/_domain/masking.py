# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What of an answer may not be shown: tokens wherever they stand, and values by their keys or paths."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from .foreign_json import parsed

MASK = "********"

# A JSON Web Token: three base64url parts, of which the first is a JSON object ("eyJ").
_JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")
# A reference token is the base64 of a text that begins with "reftkn:" (JFrog docs, "Reference Tokens").
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_-])cmVmdGtuO[A-Za-z0-9+/_-]{8,}={0,2}")

# As keys of answers and of bodies, without case, '_' and '-'. Replies to licence calls echo the keys
# (control-plane-api.md, Traps 23); the others are those of Access and of the repositories' configuration.
SECRET_KEYS = frozenset(
    (
        *("accesstoken", "refreshtoken", "referencetoken", "pairingtoken", "mastertoken", "idtoken", "token"),
        *("password", "passphrase", "privatekey", "secret", "clientsecret", "apikey"),
        *("joinkey", "masterkey", "licensekey", "licensekeys"),
    )
)

# What is shorter would be found in texts that have nothing to do with it.
SHORTEST = 8
ANY = "*"

_NAME, _ITEM = r"[^.\[\]$]+", r"\[(?:[0-9]+|\*)\]"
_PATH = re.compile(rf"(?:\$\.{_NAME}|\$?{_ITEM}|{_NAME})(?:\.{_NAME}|{_ITEM})*")
_STEP = re.compile(_NAME)


@dataclass(frozen=True)
class Rule:
    """A key at any depth, or the steps of one path from the top, of which ``*`` is any."""

    steps: Tuple[str, ...]
    anywhere: bool = False

    def fits(self, path: Sequence[str]) -> bool:
        if self.anywhere:
            return bool(path) and path[-1] == self.steps[0]
        return len(path) == len(self.steps) and all(step in (ANY, here) for step, here in zip(self.steps, path))


@dataclass
class Masked:
    """The data without what may not be shown, and the texts that were hidden by a rule or a key."""

    data: Any
    hidden: Set[str] = field(default_factory=set)


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets and without anything that looks like a token."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _REFERENCE.sub(MASK, _JWT.sub(MASK, text))


def rule(text: str) -> Optional[Rule]:
    """The rule that is written as ``key``, ``$.list[*].key`` or ``object.key``; None when it is none of them."""
    if _PATH.fullmatch(text) is None:
        return None
    steps = tuple(_STEP.findall(text))
    return Rule(steps, anywhere=len(steps) == 1 and not text.startswith("$"))


def mask(data: Any, rules: Sequence[Rule], *, tokens: bool = True) -> Masked:
    """The data with what the rules mean masked; ``tokens``: tokens and the values of SECRET_KEYS as well."""
    found = Masked(None)
    found.data = _mask(data, (), rules, tokens, found.hidden)
    return found


def secrets_in(data: Any) -> Set[str]:
    """The texts under SECRET_KEYS, of data or of a text that is JSON, that are long enough to be looked for."""
    if isinstance(data, str):
        try:
            data = parsed(data)
        except ValueError:
            return set()
    return {text for text in mask(data, ()).hidden if len(text) >= SHORTEST}


def _mask(value: Any, path: Tuple[str, ...], rules: Sequence[Rule], tokens: bool, hidden: Set[str]) -> Any:
    if value is not None and path and (any(one.fits(path) for one in rules) or (tokens and _is_secret(path, value))):
        hidden.update(_texts(value))
        return MASK
    if isinstance(value, Mapping):
        return {_key(key, tokens): _mask(item, (*path, str(key)), rules, tokens, hidden) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask(item, (*path, str(index)), rules, tokens, hidden) for index, item in enumerate(value)]
    return hide(value) if tokens and isinstance(value, str) else value


def _key(key: Any, tokens: bool) -> Any:
    return hide(key) if tokens and isinstance(key, str) else key


def _is_secret(path: Sequence[str], value: Any) -> bool:
    """A number or a truth value, such as ``"password": true``, is none; nor is an object with a name like one."""
    name = path[-1].replace("_", "").replace("-", "").lower()
    return name in SECRET_KEYS and isinstance(value, (str, list))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def rules_of(texts: Iterable[str]) -> Tuple[List[Rule], List[str]]:
    """The rules, and the texts that are none."""
    rules: List[Rule] = []
    wrong: List[str] = []
    for text in texts:
        found = rule(text)
        if found is None:
            wrong.append(text)
        else:
            rules.append(found)
    return rules, wrong
