# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An object in another shape than its page's is an error; read wrongly, it would look like a right that was lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access import AccessGroups, AccessUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access_permissions import AccessPermissions
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy import LegacyGroups, LegacyUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy_permissions import (
    LegacyPermissionsV1,
    LegacyPermissionsV2,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from unit.hostile.answers import Answers


@pytest.mark.parametrize(
    ("api", "body"),
    [
        pytest.param(AccessUsers, {"groups": "dev"}, id="groups-as-a-text"),
        pytest.param(AccessUsers, {"groups": ["dev", None]}, id="group-without-a-name"),
        pytest.param(LegacyUsers, {"groups": [{"name": "dev"}]}, id="groups-as-objects"),
        pytest.param(AccessGroups, {"members": True}, id="members-are-no-list"),
        pytest.param(LegacyGroups, {"userNames": {"ann": {}}}, id="members-as-an-object"),
        pytest.param(AccessPermissions, {"resources": ["artifact"]}, id="resources-as-a-list"),
        pytest.param(AccessPermissions, {"resources": {"artifact": {"targets": ["r"]}}}, id="targets-as-a-list"),
        pytest.param(
            AccessPermissions,
            {"resources": {"artifact": {"actions": {"users": {"ann": "READ"}}}}},
            id="actions-as-a-text",
        ),
        pytest.param(LegacyPermissionsV2, {"repo": True}, id="section-is-no-object"),
        pytest.param(LegacyPermissionsV2, {"build": {"actions": {"groups": {"dev": [1]}}}}, id="action-as-a-number"),
        pytest.param(LegacyPermissionsV1, {"principals": {"users": ["ann"]}}, id="principals-as-a-list"),
        pytest.param(LegacyPermissionsV1, {"includesPattern": ["**"]}, id="patterns-as-a-list"),
    ],
)
def test_object_of_another_shape_is_refused(api: Any, body: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match=r"Cannot read the .* with a body of an unknown shape"):
        api(Answers(json.dumps(body))).read("x")


@pytest.mark.parametrize(
    "api", [AccessUsers, AccessGroups, AccessPermissions, LegacyUsers, LegacyGroups, LegacyPermissionsV2]
)
@pytest.mark.parametrize(
    "body", [{}, {"groups": None, "members": None, "userNames": None, "resources": None, "repo": None, "new": [{}]}]
)
def test_object_without_what_a_version_does_not_tell_is_taken(api: Any, body: dict[str, Any]) -> None:
    assert api(Answers(json.dumps(body))).read("x").raw == body
