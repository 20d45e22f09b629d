#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: api
short_description: Call any endpoint of the platform or of an Edge
version_added: 1.0.0
description:
  - Calls one endpoint of the platform or of an Edge with the connection of the other modules, which means access token,
    CA, proxy, client certificate, time limit and retries, their error texts, and their care for secrets.
  - It is for what no module of this collection does. Where there is one, use that, because it compares before it
    changes.
  - The call is made from the host that runs the task. That is rarely an Edge's node, so delegate it to a host that
    reaches the REST interface, as the examples do, and add C(run_once) when it is not about each host.
  - Redirects are not followed. The answer is kept in memory, so take M(ansible.builtin.get_url) for large files.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  side:
    description:
      - Who is called. V(platform) needs O(platform_url), V(edge) needs O(edge_url).
      - Without an access token of that side, the call is made without credentials.
    type: str
    choices: [platform, edge]
    default: platform
  method:
    description:
      - The method of the call.
      - GET, HEAD, PUT and DELETE, and with O(safe=true) all others, are tried up to three times more after 502, 503,
        504 or a lost connection. POST and PATCH are sent once.
      - After 429, which says that nothing was done, every call is made again, for two minutes at most.
    type: str
    choices: [GET, HEAD, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - The path below the base URL. It begins with C(/) and the service, for example V(/artifactory/api/system/ping).
      - It can be no full URL, has no query and no C(..) in it, so that the access token stays with the deployment.
    type: str
    required: true
  query:
    description:
      - Parameters of the query. A list repeats its parameter, a parameter that is V(null) is left out.
    type: dict
    default: {}
  headers:
    description:
      - More headers of the request. Those of the connection, such as C(Authorization), cannot be set.
    type: dict
    default: {}
  body:
    description:
      - The body of the request, as O(body_format) says. It can be used with DELETE, too.
    type: raw
  body_format:
    description:
      - With V(json), O(body) is any value, or a text that is JSON already.
      - With V(form-urlencoded), it is a dictionary of fields. With V(raw), it is a text that is sent as it is.
    type: str
    choices: [json, form-urlencoded, raw]
    default: json
  content_type:
    description:
      - The content type of the body.
      - Without it, it follows from O(body_format), with V(text/plain) for V(raw), and is V(application/octet-stream)
        for O(src).
    type: str
  src:
    description:
      - A file on the host that runs the module, which is sent as the body as it is.
    type: path
  status_code:
    description:
      - The statuses that are a success. Any other makes the task fail.
      - A status that is named here is never a reason to try again. With V(503), the JSON of an unhealthy router can be
        read.
    type: list
    elements: int
    default: [200, 201, 202, 204]
  safe:
    description:
      - Whether a call that is neither GET nor HEAD changes nothing all the same, such as a search with POST.
      - It is made in check mode then, and is no change.
    type: bool
    default: false
  changed_status_code:
    description:
      - The statuses that mean that something was changed. An empty list means that nothing ever is.
      - Without it, GET, HEAD and calls with O(safe=true) change nothing, and all others do, but for a DELETE that is
        answered with 404 and anything that is answered with 304.
    type: list
    elements: int
  mask:
    description:
      - What of a JSON answer is not shown. A word, such as V(signature), means the values of that key at any depth.
      - A path, such as V($.tokens[*].subject) or V(user.email), means one place from the top. C(*) is any item.
      - When an answer is no JSON, none of it is shown.
    type: list
    elements: str
    default: []
  mask_secrets:
    description:
      - Whether anything that looks like a token is masked in the answer, and in JSON the values of keys such as
        C(password), C(pairing_token), C(private_key) or C(license_keys).
      - Where you need such a value, set it to V(false), and C(no_log=true) for the task.
    type: bool
    default: true
  secrets:
    description:
      - Texts that are never shown, wherever they stand, for example passwords that are part of O(body).
      - Values of keys such as C(password) in O(body) and O(query) are kept out of the result without it, but not out of
        the log of the host that runs the module.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: partial
    details:
      - GET, HEAD, and calls with O(safe=true) are made. Others are not, and are reported as a change.
  diff_mode:
    support: none
    details:
      - What an endpoint changes is not known here.
  idempotent:
    support: partial
    details:
      - As far as the endpoint is. Nothing is compared before the call.
seealso:
  - module: ansible.builtin.uri
  - module: hybrid.jfrog.health_info
  - module: hybrid.jfrog.jpd_info
"""

EXAMPLES = r"""
- name: Read the version of the platform
  hybrid.jfrog.api:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    path: /artifactory/api/system/version
  delegate_to: localhost
  run_once: true
  register: version

- name: Read the health of an Edge, which an unhealthy router answers with 503
  hybrid.jfrog.api:
    side: edge
    edge_url: https://edge-lyon.example.com
    path: /router/api/v1/system/health
    status_code: [200, 503]
  delegate_to: localhost

- name: Ask whether the Edge reaches the platform, which changes nothing
  hybrid.jfrog.api:
    side: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    method: POST
    path: /artifactory/api/system/verifyconnection
    body:
      endpoint: https://acme.jfrog.io/artifactory/api/system/ping
    safe: true
  delegate_to: localhost

- name: Set the life of access tokens, when it is another one
  hybrid.jfrog.api:
    side: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    method: PUT
    path: /access/api/v1/config/token/default_expiry
    body:
      default_token_expiration: 3600
  delegate_to: localhost

- name: Withdraw the pairing with a platform that is gone; 404 says that there is none
  hybrid.jfrog.api:
    side: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    method: DELETE
    path: /access/api/v1/service_trust/pairings/*
    body:
      base_url: https://old.jfrog.io
    status_code: [200, 404]
  delegate_to: localhost
"""

RETURN = r"""
sent:
  description: Whether the call was made; V(false) for a call that changes something in check mode.
  returned: success
  type: bool
  sample: true
status:
  description: The status of the answer; V(null) without one.
  returned: success
  type: int
  sample: 200
json:
  description: The answer, when it is JSON, with what is masked; otherwise V(null).
  returned: success
  type: raw
  sample: {version: 7.104.2, revision: "80402900"}
text:
  description: The answer, when it is no JSON, with what is masked; otherwise V(null).
  returned: success
  type: str
  sample: OK
headers:
  description:
    - Headers of the answer by their names in lower case, those that tell of content, dates, places, pauses and
      checksums, and JFrog's own.
  returned: success
  type: dict
  sample: {content-type: application/json}
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.patience import BUSY
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import Answer, JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import api_request as requests
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import masking
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError

OPTIONS: dict[str, dict[str, Any]] = {
    "side": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "method": {"type": "str", "choices": list(requests.METHODS), "default": "GET"},
    "path": {"type": "str", "required": True},
    "query": {"type": "dict", "default": {}},
    "headers": {"type": "dict", "default": {}},
    "body": {"type": "raw"},
    "body_format": {"type": "str", "choices": [requests.JSON, requests.FORM, requests.RAW], "default": requests.JSON},
    "content_type": {"type": "str"},
    "src": {"type": "path"},
    "status_code": {"type": "list", "elements": "int", "default": [200, 201, 202, 204]},
    "safe": {"type": "bool", "default": False},
    "changed_status_code": {"type": "list", "elements": "int"},
    "mask": {"type": "list", "elements": "str", "default": []},
    "mask_secrets": {"type": "bool", "default": True, "no_log": False},
    "secrets": {"type": "list", "elements": "str", "default": [], "no_log": True},
}


def check(params: Mapping[str, Any]) -> list[masking.Rule]:
    """The rules of the mask. Raises InventoryError for what cannot be meant."""
    rules, wrong = masking.rules_of(params["mask"])
    for option, problem in (
        ("path", requests.path_problem(params["path"])),
        ("headers", requests.header_problem(params["headers"])),
        ("mask", f"{wrong[0]!r} is no key and no path. Write it as key or as $.list[*].key" if wrong else None),
    ):
        if problem is not None:
            raise InventoryError(f"Cannot use {option}: {problem}.", setting=option)
    return rules


def content_of(params: Mapping[str, Any]) -> tuple[str, str | bytes] | None:
    """The content type and the body of the request. Raises EdgeError."""
    kind = params["content_type"]
    if params["src"] is not None:
        try:
            with open(params["src"], "rb") as file:
                return kind or requests.FILE_TYPE, file.read()
        except OSError as exc:
            raise EdgeError(
                f"Cannot send the file {params['src']}: {exc.strerror}. Name a file that can be read on the host that "
                "runs the module in src.",
                path=params["src"],
            ) from exc
    if params["body"] is None:
        return None
    try:
        body = requests.encode(params["body"], params["body_format"])
    except requests.Unusable as exc:
        raise InventoryError(f"Cannot send body: {exc}.", setting="body") from None
    return kind or requests.CONTENT_TYPES[params["body_format"]], body


def send(session: JFrogSession, params: Mapping[str, Any], secrets: set[str]) -> Answer:
    method, path, expected = params["method"], params["path"], tuple(params["status_code"])
    return session.call(
        method,
        path,
        purpose=f"call {method} {path}",
        content=content_of(params),
        query=requests.query_of(params["query"]),
        headers={name: str(value) for name, value in params["headers"].items()},
        ok=expected,
        safe=params["safe"],
        # What the user expects is an answer, however busy it sounds.
        once=bool({*expected} & {*BUSY}),
        secrets=secrets,
    )


def shown(answer: Answer, params: Mapping[str, Any], rules: list[masking.Rule]) -> tuple[dict[str, Any], set[str]]:
    """The result keys of an answer, and what was masked in it."""
    tokens = params["mask_secrets"]
    headers = requests.told_headers(answer.headers)
    data = requests.decoded(answer.text, headers.get("content-type", ""))
    found = masking.mask(data, rules, tokens=tokens)
    text = masking.MASK if rules and answer.text else masking.hide(answer.text) if tokens else answer.text
    return {
        "sent": True,
        "status": answer.status,
        "json": found.data,
        "text": text if data is None else None,
        "headers": {name: masking.hide(value) if tokens else value for name, value in headers.items()},
    }, found.hidden


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        EDGE_OPTIONS,
        OPTIONS,
        required_if=[("side", "platform", ["platform_url"]), ("side", "edge", ["edge_url"])],
        mutually_exclusive=[("body", "src")],
    )
    params = module.params

    def ensure() -> Outcome:
        rules = check(params)
        secrets = {*params["secrets"], *masking.secrets_in(params["body"]), *masking.secrets_in(params["query"])}
        module.no_log_values.update(secrets)
        connection = connection_of(params["side"], params)
        warn(module, connection.warnings())
        method, safe, changing = params["method"], params["safe"], params["changed_status_code"]
        if module.check_mode and method not in requests.READS and not safe:
            content_of(params)
            predicted = requests.changes(method, safe=safe, status=None, changing=changing)
            nothing = {"sent": False, "status": None, "json": None, "text": None, "headers": {}}
            return Outcome(facts={**nothing, "changed": predicted})
        with connection.session(read_only=module.check_mode) as session:
            answer = send(session, params, secrets)
        facts, hidden = shown(answer, params, rules)
        module.no_log_values.update(text for text in hidden if len(text) >= masking.SHORTEST)
        changed = requests.changes(method, safe=safe, status=answer.status, changing=changing)
        return Outcome(facts={**facts, "changed": changed})

    run(module, ensure)


if __name__ == "__main__":
    main()
