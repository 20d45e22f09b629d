# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile texts by the thousand: a good sample with some changes, or what only looks like a format.

All choices are those of the ``Random`` that is passed, so that Hypothesis can make them small again, and ``make fuzz``
can have them follow what the code does.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

# What is long is in texts.py; here it is the many that count.
LONGEST = 20_000
# Characters and pieces that one of the formats, or somebody's idea of text, has a meaning for.
PIECES = (
    *"\0\t\n\r\x0b\x0c\x1b \"'#$%&*+,-./0:;<=>?@[\\]^_`{|}~\x85\xa0",
    *("\ud800", "\udfff", "\ufeff", "\u2028", "\u202e", "\u0130", "\u0660", "\U0001f4a9", "e\u0301", "\r\n", "\n\n"),
    *("---\n", "...\n", "%YAML 9.9\n---\n", "&a ", "*a", "<<: ", "!!binary ", "!!set ", "!x ", "? ", "|2-\n", ">+\n"),
    *("null", "true", "NaN", "-Infinity", "1e999", "-0", "0x1f", "1_0", "0o7", "{{x}}", "{%x%}", "${x}", "\\ud800"),
    *("\\u0000", "eyJ", "e30.e30.", "JE", "AAAA", "2026-13-45T25:61:61Z", "0000-00-00", "9999-12-31T23:59:59+23:59"),
    *("http://", "https://[::1", "//@:99999/", "[::ffff:1.2%x]"),
    *("9" * 30, "9" * 5_000, "[" * 200, "{" * 200, '{"a":' * 200, "<a>" * 200, "- " * 200, "(" * 200, "-" * 200),
    *("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n"),
    *("<!DOCTYPE x>", "<!--", "<![CDATA[", "<?xml version='1.0' encoding='utf-7'?>", "&#0;", "../", "%2e%2e%2f", "%zz"),
)
VALUES = (
    *(None, True, False, 0, -1, 1.5, 1e308, 2**31, 2**63, -(2**63) - 1, 10**30, 10**400, float("nan"), float("inf")),
    *("", " ", "x", "0", "-1", "null", "\0", "\ud800", "\u0660", "9" * 5_000, "x" * 5_000, "a b", "a\nb", "a" * 64),
    *("2026-13-45T25:61:61Z", "0001-01-01", "9999-12-31T23:59:59.999Z", "https://[::1", "http://a:99999", "../.."),
    *("{", "{}", "[]", "e30.e30.e30", [], {}, [None], [[]], [{}], ["x"], [1, "1", None], [["x"]] * 3),
    *({"": None}, {"x": {}}, {"name": 1}, {"\ud800": "\ud800"}),
)
ARMOURED = re.compile(r"(?<=-----\n)[A-Za-z0-9+/=\n]+(?=\n-----END)")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{3,}={0,2}")


def text(sample: str, random: Random) -> str:
    """A hostile text for a reader of what looks like the sample."""
    made = random.choice(SHAPES)(random) if random.randrange(8) == 7 else sample
    for _change in range(random.randint(1, 3)):
        made = random.choice(CHANGES)(made, random)
    return made[:LONGEST]


def _cut(sample: str, random: Random) -> str:
    return sample[: random.randint(0, len(sample))]


def _without_a_part(sample: str, random: Random) -> str:
    begins, ends = _part(sample, random)
    return sample[:begins] + sample[ends:]


def _part_again(sample: str, random: Random) -> str:
    begins, ends = _part(sample, random)
    return sample[:ends] + sample[begins:ends] * random.choice((1, 2, 50)) + sample[ends:]


def _parts_swapped(sample: str, random: Random) -> str:
    begins, ends = _part(sample, random)
    return sample[ends:] + sample[begins:ends] + sample[:begins]


def _with_a_piece(sample: str, random: Random) -> str:
    begins, ends = _part(sample, random)
    return sample[:begins] + random.choice(PIECES) + sample[random.choice((begins, begins + 1, ends)) :]


def _with_any_character(sample: str, random: Random) -> str:
    place = random.randint(0, len(sample))
    return (
        sample[:place] + chr(random.choice((random.randrange(256), random.randrange(0x110000)))) + sample[place + 1 :]
    )


def _lines_moved(sample: str, random: Random) -> str:
    lines = sample.splitlines(keepends=True) or [""]
    line = lines.pop(random.randrange(len(lines)))
    for _copy in range(random.randint(0, 2)):
        lines.insert(random.randint(0, len(lines)), random.choice(("", " ", "\t", "- ", "    ")) + line)
    return "".join(lines)


def _in_json(sample: str, random: Random) -> str:
    """One value of another type, or a key that is missing, has another name or is there on top."""
    try:
        found = json.loads(sample)
    except (ValueError, RecursionError):
        return _with_a_piece(sample, random)
    return json.dumps(_changed(found, random), ensure_ascii=random.randrange(2) == 0)


def _in_base64(sample: str, random: Random) -> str:
    """What is wrapped in base64 is changed, and wrapped again, so that it is read deeper than the wrapping."""
    runs = list(ARMOURED.finditer(sample)) or list(BASE64.finditer(sample))
    if not runs:
        return _with_a_piece(sample, random)
    run = random.choice(runs)
    plain = run.group().replace("\n", "").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        held = base64.b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return _with_a_piece(sample, random)
    try:
        changed = _in_json(held.decode("utf-8"), random).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        changed = _changed_bytes(held, random)
    if "\n" in run.group():
        body = base64.encodebytes(changed).decode().rstrip("\n")
    elif run.group().endswith("="):
        body = base64.b64encode(changed).decode()
    else:
        body = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    return sample[: run.start()] + body + sample[run.end() :]


def _json(random: Random) -> str:
    return json.dumps(_tree(random, 4), ensure_ascii=random.randrange(2) == 0)


def _lines(random: Random) -> str:
    """Like YAML or properties."""
    made = ""
    for _line in range(random.randint(1, 8)):
        made += " " * random.randint(0, 5) + random.choice(
            ("a", "b.c", "- ", "- a", "? a", '"a"', "a\\:b", "", "#", "!")
        )
        made += random.choice((":", ": ", "=", " = ", " ", ":\t", ""))
        made += (
            random.choice(("x", "|", ">-", "[x", "{a: b", "&a x", "*a", '"x', "'x''", "x # y", "x \\", "~", *PIECES))
            + "\n"
        )
    return made


def _armoured(random: Random) -> str:
    title = random.choice(("CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "PGP PUBLIC KEY BLOCK", "X", ""))
    body = base64.encodebytes(_der(random, 4)).decode()
    return f"-----BEGIN {title}-----\n{body}-----END {title}-----\n" * random.randint(1, 2)


def _token(random: Random) -> str:
    parts = [json.dumps(_tree(random, 3)).encode() for _part in range(random.randint(1, 4))]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


CHANGES: tuple[Callable[[str, Random], str], ...] = (
    *(_in_json, _in_json, _in_json, _in_base64, _in_base64, _with_a_piece, _with_a_piece, _with_any_character),
    *(_cut, _without_a_part, _part_again, _parts_swapped, _lines_moved),
)
SHAPES: tuple[Callable[[Random], str], ...] = (_json, _lines, _armoured, _token)


def _part(sample: str, random: Random) -> tuple[int, int]:
    begins = random.randint(0, len(sample))
    return begins, min(begins + random.choice((1, 2, 5, 20, 100)), len(sample))


def _changed(found: Any, random: Random) -> Any:
    """The same data with one change, at any depth."""
    if not isinstance(found, (dict, list)) or not found or random.randrange(4) == 0:
        return _other(found, random)
    if isinstance(found, list):
        place = random.randrange(len(found))
        inner = [_changed(found[place], random)] if random.randrange(4) else [found[place]] * random.randint(0, 3)
        return [*found[:place], *inner, *found[place + 1 :]]
    key = random.choice(list(found))
    how = random.randrange(8)
    if how == 7:
        return {each: value for each, value in found.items() if each != key}
    if how == 6:
        return {**found, random.choice(("", "x", "\ud800", key.upper(), key + " ")): _other(None, random)}
    return {**found, key: _changed(found[key], random)}


def _other(found: Any, random: Random) -> Any:
    if isinstance(found, str) and random.randrange(2):
        # Text in its own turn: JSON in a string, an address, a date, a list with commas.
        return random.choice((_in_json, _with_a_piece, _cut, _with_any_character))(found, random)
    if random.randrange(8) == 7:
        return _tree(random, 3)
    return random.choice(VALUES)


def _tree(random: Random, depth: int) -> Any:
    if depth == 0 or random.randrange(3) == 0:
        return random.choice(VALUES)
    names = ("a", "id", "name", "status", "url", "exp", "ext", "scp", "version", "")
    inner = [_tree(random, depth - 1) for _one in range(random.randint(0, 3))]
    return {random.choice(names): each for each in inner} if random.randrange(2) else inner


def _changed_bytes(held: bytes, random: Random) -> bytes:
    place = random.randint(0, len(held))
    put = random.choice(
        (b"", b"\x00", b"\xff", b"\x80", b"\x84\xff\xff\xff\xff", b"\x30\x80", bytes([random.randrange(256)]))
    )
    return held[:place] + put + held[place + random.randint(0, 2) :]


def _der(random: Random, depth: int) -> bytes:
    """Tag, length and value, whose length is sometimes wrong."""
    inner = b"".join(_der(random, depth - 1) for _one in range(random.randint(0, 3))) if depth else b"\x01\x00"
    size = random.choice((len(inner) % 128, len(inner) % 128, 0x80, 0xFF, random.randrange(256)))
    return bytes([random.choice((0x02, 0x03, 0x04, 0x06, 0x13, 0x17, 0x30, 0x31, 0xA0, 0x99)), size]) + inner
