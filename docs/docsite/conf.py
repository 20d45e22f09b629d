# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the documentation's site. Nothing is fetched: the site can be built without a network."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text())

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
author = copyright = ", ".join(GALAXY["authors"])
version = release = GALAXY["version"]
html_title = html_short_title = project

extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
myst_heading_anchors = 3
# A guide may show YAML with templates, a shell session, and an excerpt of either.
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "display_version": True,
    "vcs_pageview_mode": "blob",
    "swift_id": "",
    "documentation_home_url": "",
}
html_show_sphinx = False
html_copy_source = False
html_use_index = False
default_role = "any"
nitpicky = True
# Excerpts are shown, which are no whole documents, and pictures in words.
suppress_warnings = ["misc.highlighting_failure"]

# The pages of ansible-core that are referred to. Its own inventory of them would have to be fetched.
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_collections.ansible.builtin.get_url_module": "collections/ansible/builtin/get_url_module.html",
    "ansible_collections.ansible.builtin.uri_module": "collections/ansible/builtin/uri_module.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "callback_plugins": "plugins/callback.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
VARIABLES = ["", "_CONNECTION", "_PREFIX", "_TIMEOUT"]


def _inventory(file: Path) -> Path:
    lines = [f"{label} std:label -1 {page} {label}" for label, page in PAGES.items()]
    for name in (f"ANSIBLE_CACHE_PLUGIN{part}" for part in VARIABLES):
        lines.append(f"{name} std:envvar 1 reference_appendices/config.html#envvar-{name} -")
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: \n"
    head += "# The remainder of this file is compressed using zlib.\n"
    file.write_bytes(head.encode() + zlib.compress("".join(f"{line}\n" for line in lines).encode()))
    return file


def _link(match: re.Match[str]) -> str:
    """A link of a guide to a file outside docs/: to the role's page, or to the file in the repository."""
    path, anchor = match[1], match[2] or ""
    role = re.fullmatch(r"roles/(\w+)/README\.md", path)
    return f"](../reference/{role[1]}_role.rst)" if role else f"]({GALAXY['repository']}/blob/main/{path}{anchor})"


def _outward(_app: Any, name: str, source: list[str]) -> None:
    if name.startswith("guides/"):
        source[0] = re.sub(r"\]\(\.\./([^)#]+)(#[^)]*)?\)", _link, source[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _outward)


intersphinx_mapping = {"ansible": (ANSIBLE, str(_inventory(ROOT / ".docs/ansible.inv")))}
