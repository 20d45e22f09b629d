# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Settings of system.yaml: what may be asked for, and whether the file says so (node-files.md 9).

Settings are compared as texts, because that is what a node can read without a YAML library: ``true`` and ``"true"``
are the same here, as they are to the product. The type that was asked for counts when a setting is written.
"""

from __future__ import annotations

import math
import re
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional, Union

from ..change import NONE, UPDATE, Change
from ..errors import InventoryError
from ..observed import SystemYaml
from .secret_settings import ENCRYPTED, PLAIN, SECRET, is_cipher_text, kind_of

Texts = Dict[str, Any]  # dotted path: text, or list of texts

# How secrets look in results and diffs.
SHOWN_SECRET = "(secret)"  # noqa: S105
SHOWN_OTHER_SECRET = "(another secret)"  # noqa: S105
SHOWN_ENCRYPTED = "(encrypted)"

# Documented for a node that was never started only; later the database wins, or the start fails (trap 7).
KEYS_OF_THE_FIRST_START = {
    "shared.security.joinKey": "hybrid.jfrog.join_key",
    "shared.security.masterKey": "hybrid.jfrog.master_key",
}

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def flatten(settings: Mapping[str, Any]) -> Dict[str, Any]:
    """Settings by their dotted path, from nested or dotted ones or a mixture. What is None is not to be there.

    Raises ValueError with words that name the path, never the value.
    """
    found: Dict[str, Any] = {}
    for path, value in _leaves(settings, ""):
        if path in found:
            raise ValueError(f"'{path}' stands there twice")
        found[path] = value
    for path in found:
        outer = next((other for other in _sections(path) if other in found), None)
        if outer is not None:
            raise ValueError(f"'{outer}' is a value, and a section with '{path}' in it as well")
    return found


def check_settings(settings: Any, what: str) -> Dict[str, Any]:
    """The settings by their dotted path. Raises InventoryError for unusable ones, and for secrets.

    ``what`` names the variable or option that holds them.
    """
    flat = _usable(settings, what)
    for path, value in flat.items():
        if value is None or kind_of(path, value) == PLAIN:
            continue
        if path in KEYS_OF_THE_FIRST_START:
            raise _refused(what, f"'{path}' is a key. Supply it with {KEYS_OF_THE_FIRST_START[path]}")
        raise _refused(
            what,
            f"'{path}' holds a secret, and what is set here is shown in diffs and reports. Give it to the option "
            "secrets of hybrid.jfrog.system_yaml, and leave it out here",
        )
    return flat


def check_secrets(secrets: Any, what: str) -> Dict[str, str]:
    """Secret settings by their dotted path. Raises InventoryError for what cannot be one."""
    flat = _usable(secrets, what)
    for path, value in flat.items():
        if not isinstance(value, str) or not value:
            raise _refused(what, f"'{path}' is no text. Put a number into quotes; name what has to go under absent")
    return flat


def check_absent(paths: Iterable[Any], what: str) -> Dict[str, Any]:
    """Settings or whole sections that are not to be there. Raises InventoryError for what is no dotted path."""
    for path in paths:
        if not isinstance(path, str):
            raise _refused(what, "it holds something that is no dotted path such as router.proxy.httpUrl")
    return _usable(dict.fromkeys(paths), what)


def seen_in(path: Optional[str], texts: Mapping[str, Any], problem: Optional[str] = None) -> SystemYaml:
    """What may be told of a file's settings: the secrets among them by their paths only."""
    kinds = {name: kind_of(name, value) for name, value in texts.items()}
    return {
        "path": path,
        "settings": {name: value for name, value in texts.items() if kinds[name] == PLAIN},
        "encrypted": sorted(name for name, kind in kinds.items() if kind == ENCRYPTED),
        "secrets": sorted(name for name, kind in kinds.items() if kind == SECRET),
        "problem": problem,
    }


def blocked(seen: SystemYaml, wanted: Mapping[str, Any]) -> Optional[str]:
    """Why nothing can be decided or written; None when it can. To be asked before ``judge_system_yaml``."""
    if seen["path"] is None:
        return "6.x has no system.yaml. Leave the settings out for this node"
    if seen["problem"] is not None:
        return f"{seen['path']} cannot be compared: {seen['problem']}"
    known = _known(seen)
    for path, value in wanted.items():
        if value is None:
            continue
        if any(_is_below(name, path) for name in known):
            return f"'{path}' is a section in {seen['path']}, not a setting. Name the settings in it"
        outer = next((section for section in _sections(path) if section in known), None)
        if outer is not None:
            return f"'{outer}' is a value in {seen['path']}, so that '{path}' cannot be in it. Correct the file by hand"
    return None


def judge_system_yaml(seen: SystemYaml, wanted: Mapping[str, Any]) -> Change:
    """What differs between the managed settings in the file and the wanted ones.

    Cipher text is never drift: the product encrypts what was supplied in plain text (trap 10), so it cannot be told
    from the wanted value.
    """
    before: Texts = {}
    after: Texts = {}
    known = _known(seen)
    for path, value in sorted(wanted.items()):
        if value is None:
            before.update({name: known[name] for name in known if name == path or _is_below(name, path)})
            continue
        if path in known:
            before[path] = known[path]
        after[path] = SHOWN_ENCRYPTED if path in seen["encrypted"] else text_of(value)
    return Change(NONE if before == after else UPDATE, before, after)


def judge_secrets(texts: Mapping[str, Any], wanted: Mapping[str, str], *, rewrite: bool) -> Change:
    """What differs between the secrets in a file, given with all its texts, and the wanted ones.

    Cipher text counts as the wanted secret, unless all of it is to be written anew.
    """
    before: Texts = {}
    after: Texts = {}
    for path, secret in sorted(wanted.items()):
        current = texts.get(path)
        after[path] = SHOWN_SECRET
        if current == secret:
            before[path] = SHOWN_SECRET
        elif isinstance(current, str) and is_cipher_text(current):
            before[path] = SHOWN_ENCRYPTED
            after[path] = SHOWN_SECRET if rewrite else SHOWN_ENCRYPTED
        elif current is not None:
            before[path] = SHOWN_OTHER_SECRET
    return Change(NONE if before == after else UPDATE, before, after)


def text_of(value: Any) -> Any:
    """A wanted value as the text, or list of texts, by which it is compared."""
    if isinstance(value, (list, tuple)):
        return [text_of(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def environment_name(path: str) -> str:
    """The environment variable that hides a setting (node-files.md 9: JF_ and the path in capitals with _)."""
    return "JF_" + path.replace(".", "_").upper()


def _known(seen: SystemYaml) -> Texts:
    """All settings of the file as they may be shown."""
    return {
        **seen["settings"],
        **dict.fromkeys(seen["encrypted"], SHOWN_ENCRYPTED),
        **dict.fromkeys(seen["secrets"], SHOWN_SECRET),
    }


def _is_below(name: str, section: str) -> bool:
    """Whether a setting lies in a section, or in a list of sections."""
    return name.startswith((f"{section}.", f"{section}["))


def _sections(path: str) -> Iterator[str]:
    """The sections around a setting, the outermost one first."""
    parts = path.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _leaves(settings: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if not isinstance(key, str):
            raise ValueError(f"below '{prefix.rstrip('.')}' a name is no text. Put it into quotes")
        path = prefix + key
        if isinstance(value, Mapping):
            if not value:
                raise ValueError(f"'{path}' is an empty section. Name the settings in it, or leave it out")
            yield from _leaves(value, f"{path}.")
        else:
            yield path, value


def _usable(settings: Any, what: str) -> Dict[str, Any]:
    if not isinstance(settings, Mapping):
        raise _refused(what, "it is no mapping of settings such as {router: {proxy: {httpUrl: …}}}")
    try:
        flat = flatten(settings)
    except ValueError as exc:
        raise _refused(what, str(exc)) from None
    for path, value in flat.items():
        if not all(_PART.fullmatch(part) for part in path.split(".")):
            raise _refused(what, f"{path!r} is no dotted path such as router.proxy.httpUrl")
        problem = _value_problem(value)
        if problem is not None:
            raise _refused(what, f"'{path}' {problem}")
    return flat


def _value_problem(value: Union[Any, list[Any]]) -> Optional[str]:
    if isinstance(value, (list, tuple)):
        if any(isinstance(item, (list, tuple, Mapping)) or item is None for item in value):
            return "is a list of more than single values, which cannot be managed. Leave it to the file"
        return next((problem for problem in map(_value_problem, value) if problem), None)
    if value is None or isinstance(value, (bool, int)):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else "is no finite number"
    if not isinstance(value, str):
        return "is neither text, number, true nor false. Put a date into quotes"
    if _CONTROL.search(value):
        return "has a control character in it"
    return None


def _refused(what: str, why: str) -> InventoryError:
    return InventoryError(f"Cannot use {what}: {why}.", setting=what)
