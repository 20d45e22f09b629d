# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody hostile, or something broken, would write."""

from __future__ import annotations

LAUGHS = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))])
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 9}">' for n in range(1, 20)).replace("&a0;", "&a;")
    + "]><x>&a19;</x>"
)
# Name, and the text. The long ones cost seconds where somebody reads them again from every place in them.
EVILS = {
    "nothing": "",
    "blanks": " \t\r\n",
    "null": "null",
    "nul": "a\0b: \0\n",
    "half-a-character": '{"a": "\\ud800", "name": "\\udfff"}',
    "half-a-character-itself": "a: \ud800",
    "byte-order-mark": '\ufeff{"a": 1}',
    "not-a-number": '{"a": NaN, "b": [Infinity, -Infinity], "c": 1e999}',
    "same-key-twice": '{"id": 1, "id": {"id": []}, "name": 1, "name": null}',
    "number-of-4000-digits": '{"a": ' + "9" * 4000 + "}",
    "number-of-200000-digits": "9" * 200_000,
    "deep-lists": "[" * 100_000,
    "deep-lists-that-end": "[" * 900 + "]" * 900,
    "deep-lists-of-100": "[" * 100 + "]" * 100,
    "deep-objects": '{"a":' * 5_000 + "1" + "}" * 5_000,
    "deep-xml": "<a>" * 50_000 + "</a>" * 50_000,
    "deep-yaml": "".join(" " * n + "a:\n" for n in range(1_500)),
    "deep-flow": "a: " + "[" * 3_000 + "]" * 3_000,
    "laughs-in-yaml": LAUGHS,
    "laughs-in-xml": ENTITIES,
    "alias-of-itself": "a: &a [*a]\n",
    "line-of-200-kb": "a" * 200_000,
    "line-of-200-kb-of-blanks": "a:" + " " * 200_000 + "b",
    "quotes-of-200-kb": 'a: "' + '\\"' * 100_000,
    "begins-of-200-kb": "-----BEGIN CERTIFICATE-----" * 8_000,
    "pgp-begins-of-500-kb": "-----BEGIN PGP PUBLIC KEY BLOCK-----\n" * 15_000,
    "titles-of-200-kb": "<html>" + "<title" * 30_000,
    "tags-of-200-kb": "<html>" + "<" * 200_000,
    "dots-of-200-kb": "eyJ" + "." * 200_000,
    "tokens-of-200-kb": "eyJ" * 66_000,
    "escape-sequences": "\x1b]0;owned\x07\x1b[2J\x9b31m",
    "html": "<html><script>alert(1)</script></html>",
    "other-direction": "\u202egnp.exe\u2066",
    "dots": "../../../etc/passwd",
}
