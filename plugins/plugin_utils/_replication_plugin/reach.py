# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The instances of a mesh of the plugin as the controller reaches them, with the plugin's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional

from ...module_utils._adapter.sessions import Connection, connect, proxy_and_client_problems
from ...module_utils._client.credentials import Account
from ...module_utils._client.failures import INSTANCE
from ...module_utils._client.user_plugins import UserPlugins
from ...module_utils._domain.errors import ApiError, EdgeError, InventoryError, TransportError
from ...module_utils._domain.replication_plugin.configuration import url_problem
from ...module_utils._domain.replication_plugin.mesh import InstanceSeen, MeshSeen, instance, mesh
from ...module_utils._domain.replication_plugin.versions import check_artifactory


@dataclass(frozen=True)
class Standing:
    """How one instance stands before the plugin comes to it. ``problem``: why it cannot take part."""

    url: str
    reachable: bool
    version: Optional[str] = None
    plugin_loaded: Optional[bool] = None
    problem: Optional[str] = None


class Reach:
    """Calls to instances by their URLs, over sessions that are made on first need."""

    def __init__(self, options: Mapping[str, Any], *, read_only: bool) -> None:
        self._options = options
        self._read_only = read_only
        self._known: Dict[str, UserPlugins] = {}
        for setting, problem in proxy_and_client_problems(options, INSTANCE):
            raise InventoryError(f"Cannot call the instances: {setting} {problem}.", setting=setting)

    def at(self, url: str) -> UserPlugins:
        """The calls to one instance or node. Raises InventoryError for what is no URL of one."""
        if url not in self._known:
            wrong = url_problem(url)
            if wrong is not None:
                raise InventoryError(f"Cannot call the instance '{url}': it {wrong}.", setting="urls")
            self._known[url] = UserPlugins(self._connection(url).session(read_only=self._read_only))
        return self._known[url]

    def warnings(self, urls: List[str]) -> List[str]:
        """What is risky about the connections."""
        return [warning for url in urls for warning in self._connection(url).warnings()]

    def standing(self, url: str) -> Standing:
        """Whether an instance answers, may be changed by the account, and can load the plugin."""
        calls = self.at(url)
        try:
            version = calls.version()
            check_artifactory(version, url)
        except TransportError as exc:
            return Standing(url, reachable=False, problem=exc.msg)
        except EdgeError as exc:
            return Standing(url, reachable=True, version=exc.details.get("version"), problem=exc.msg)
        try:
            if not calls.is_admin(self._options["username"]):
                return Standing(url, reachable=True, version=version, problem=self._no_admin(url))
            return Standing(url, reachable=True, version=version, plugin_loaded=calls.is_loaded())
        except (ApiError, TransportError) as exc:
            return Standing(url, reachable=True, version=version, problem=exc.msg)

    def instance(self, url: str) -> InstanceSeen:
        """What the plugin of an instance tells of its nodes. Raises ApiError and TransportError."""
        return instance(url, self.at(url).instance())

    def mesh(self, url: str) -> MeshSeen:
        """What the plugin of an instance sees of its mesh. Raises ApiError and TransportError."""
        return mesh(self.at(url).mesh())

    def _no_admin(self, url: str) -> str:
        return (
            f"The account '{self._options['username']}' is no admin of the instance {url}. Make it one: the plugin's "
            "account has to be an admin of every instance."
        )

    def _connection(self, url: str) -> Connection:
        account = Account(self._options["username"], self._options["password"])
        return connect(self._options, INSTANCE, url=url, who=account, timeout=self._options["timeout"])


def demand_ready(standings: List[Standing]) -> None:
    """Raises InventoryError with what keeps instances from taking part, of all of them at once."""
    problems = [standing.problem for standing in standings if standing.problem]
    if problems:
        raise InventoryError(
            f"Cannot use the plugin between these instances: {' '.join(problems)} Nothing was written.",
            problems=problems,
        )
