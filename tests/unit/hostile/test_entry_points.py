# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever somebody else wrote is taken, or refused with a designed error, in bounded time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unit.hostile import oracle
from unit.hostile.entry_points import ENTRIES, Entry
from unit.hostile.texts import EVILS

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
# What reads a format that others write. A file that calls one of them is covered by an entry, or named below.
PARSERS = re.compile(
    r"\b(parsed|json\.loads?|fromstring|XMLParser|safe_load|compose|load_pem_\w+|load_der_\w+|(urlsafe_)?b64decode)\("
)
NOT_FOREIGN = {
    "module_utils/_domain/foreign_json.py": "is what the others call",
    "module_utils/_domain/offboarding/letter.py": "a certificate that was parsed before",
    "module_utils/_domain/replication/state.py": "a copy of its own data",
    "module_utils/_domain/seal.py": "what the same task has sealed",
    "module_utils/_node/master_key_reset.py": "takes any value, and a damaged file is a failure of its own",
    "modules/replication_plugin.py": "calls the entry of the plugin's configuration",
}
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.whole], ids=lambda entry: entry.slug)
def test_sample_is_taken(entry: Entry) -> None:
    """So an evil text is read as far as a good one, and not refused before it is looked at."""
    entry.read(entry.sample)


@every_entry
@pytest.mark.parametrize("evil", EVILS.values(), ids=EVILS)
def test_evil_text_ends_as_designed(entry: Entry, evil: str) -> None:
    oracle.read(entry, evil)


def test_every_file_that_parses_is_covered_by_an_entry() -> None:
    parsing = {str(path.relative_to(PLUGINS)) for path in PLUGINS.rglob("*.py") if PARSERS.search(path.read_text())}
    covered = {file for entry in ENTRIES for file in entry.covers}

    assert parsing - covered == set(NOT_FOREIGN)
    assert [file for file in covered if not (PLUGINS / file).is_file()] == []
