#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: base_url
short_description: Set the custom base URL of an Edge
version_added: 1.0.0
description:
  - Sets what a deployment calls itself. An Edge writes it into its pairing tokens, and the platform looks for the Edge
    there, so it has to be right before the Edge is paired.
  - After a change the deployment is asked again, and the module fails when it does not show the new URL.
  - A pairing does not outlive a change. Pair a registered Edge again with M(hybrid.jfrog.jpd) and C(repair=always).
  - A URL with C(/artifactory) at its end is the same as the one without it, and is left as it is.
  - A reverse proxy can send another URL in the header C(X-JFrog-Override-Base-Url), which wins over this one. No call
    shows that.
  - On JFrog SaaS the base URL belongs to JFrog, and the call is refused.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  of:
    description:
      - Whose base URL is set.
      - With V(edge), O(edge_url) and O(edge_access_token) are needed, with V(platform), which has to be self-hosted,
        O(platform_url) and O(platform_access_token).
    type: str
    choices: [edge, platform]
    default: edge
  base_url:
    description:
      - The URL under which others reach the deployment, usually the same as O(edge_url).
    type: str
    required: true
seealso:
  - module: hybrid.jfrog.jpd
  - module: hybrid.jfrog.preflight_info
"""

EXAMPLES = r"""
- name: Let the Edge call itself what the platform calls it
  hybrid.jfrog.base_url:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    base_url: https://edge-lyon.example.com
  delegate_to: localhost

- name: The same for a self-hosted platform
  hybrid.jfrog.base_url:
    of: platform
    platform_url: https://artifactory.example.com
    platform_access_token: "{{ vault_platform_access_token }}"
    base_url: https://artifactory.example.com
  delegate_to: localhost
"""

RETURN = r"""
base_url:
  description: The custom base URL as it is now, or as it would be in check mode.
  returned: success
  type: str
  sample: https://edge-lyon.example.com
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [base_url]
"""

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock, poll
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.configuration import Configuration
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import base_url as base_urls
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, ConflictError

# The nodes of an HA deployment learn of a change of the configuration one after the other.
CONFIRM_SECONDS = 10.0
PAUSE_SECONDS = 1.0
OPTIONS: dict[str, dict[str, Any]] = {
    "of": {"type": "str", "choices": ["edge", "platform"], "default": "edge"},
    "base_url": {"type": "str", "required": True},
}


def ensure_set(configuration: Configuration, wanted: str, *, who: str, check_mode: bool, clock: Clock) -> Outcome:
    change = base_urls.change(configuration.base_url(), wanted)
    if change.changed and not check_mode:
        set_base_url(configuration, wanted, who=who)
        confirm(configuration, wanted, who=who, clock=clock)
    return Outcome(change, {"base_url": change.after["base_url"]}, subject=f"custom base URL of {who}")


def set_base_url(configuration: Configuration, wanted: str, *, who: str) -> None:
    """Raises ApiError, with the reason when the deployment is one whose base URL cannot be set."""
    try:
        configuration.set_base_url(wanted)
    except ApiError as exc:
        # The text is documented for licences, which SaaS refuses as well; the code is not known (Traps 26).
        said = "; ".join(exc.details.get("api_errors", []))
        if "not supported in this environment" not in said:
            raise
        raise ApiError(
            f'Cannot set the custom base URL of {who}: it answered {exc.details["http_status"]} ("{said}"). Only '
            "self-hosted deployments take one; on JFrog SaaS it is JFrog's. Leave edge_base_url out for it, and use "
            "the URL under which JFrog serves it.",
            **exc.details,
        ) from None


def confirm(configuration: Configuration, wanted: str, *, who: str, clock: Clock) -> None:
    """Look whether the deployment shows what it has taken. Raises ConflictError."""
    shown = poll(
        configuration.base_url,
        lambda seen: base_urls.same_base_url(seen, wanted),
        seconds=CONFIRM_SECONDS,
        pause=PAUSE_SECONDS,
        clock=clock,
    )
    if not base_urls.same_base_url(shown, wanted):
        raise ConflictError(
            f"Cannot set the custom base URL of {who} to {wanted}: it took it, and shows {shown or 'none'} "
            f"{CONFIRM_SECONDS:g} seconds later. See whether somebody else manages it, and artifactory-service.log."
        )


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        EDGE_OPTIONS,
        OPTIONS,
        required_if=[
            ("of", "platform", ["platform_url", "platform_access_token"]),
            ("of", "edge", ["edge_url", "edge_access_token"]),
        ],
    )
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        wanted = base_urls.check_base_url(params["base_url"], "base_url")
        connection = connection_of(params["of"], params)
        warn(module, connection.warnings())
        with connection.session(read_only=check_mode) as session:
            return ensure_set(Configuration(session), wanted, who=connection.url, check_mode=check_mode, clock=Clock())

    run(module, ensure)


if __name__ == "__main__":
    main()
