# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can do to a running simulator from a shell. Each takes plain values and returns something for JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Optional, get_args, get_type_hints

from simulator.licences import KEY_TYPES
from simulator.sites import DELIVERIES, LOAD_BALANCERS
from simulator.switches import Switches

if TYPE_CHECKING:
    from simulator.simulator import Simulator


def delete_jpd(simulator: Simulator, *, name: str) -> None:
    """Remove a JPD from the platform, by its name or id."""
    simulator.platform.delete_jpd(name)


def edit_jpd(simulator: Simulator, *, name: str, changes: dict[str, Any]) -> None:
    """Change a JPD at the platform: name, url, tags, city_name, country_code, latitude, longitude."""
    values = dict(changes)
    for key in ("latitude", "longitude"):
        if key in values:
            values[key] = float(values[key])
    if "tags" in values:
        values["tags"] = [tag for tag in values["tags"].split(",") if tag]
    simulator.platform.edit_jpd(name, **values)


def break_pairing(simulator: Simulator, *, name: str) -> None:
    """Make the platform's credential for a JPD worthless."""
    simulator.platform.break_pairing(name)


def replace_join_key(simulator: Simulator, *, edge: str, key: Optional[str] = None) -> None:
    """Put another join key into an Edge's database."""
    simulator.edge(edge).replace_join_key_in_database(key)


def reset_master_key(simulator: Simulator, *, edge: str) -> None:
    """Play the DBA: run the statements of a reset of the master key on an Edge's database."""
    database = simulator.edge(edge).database
    database.reset_master_key(renew_ca=simulator.switches.master_key_reset_renews_ca)


def forget_trusted(simulator: Simulator, *, edge: str) -> None:
    """Drop the trusted root certificates from an Edge's database."""
    simulator.edge(edge).forget_trusted()


def support_import(simulator: Simulator, *, pem: str) -> str:
    """Play JFrog Support: make the platform trust a root certificate."""
    return simulator.platform.support.import_certificate(pem)


def license_bucket(simulator: Simulator, *, quantity: int) -> dict[str, str]:
    """Play the vendor: make a licence bucket with so many licences for Edges, as a file and a URL, and its key."""
    made = simulator.platform.make_license_bucket(quantity)
    return {"identifier": made.identifier, "url": made.url, "path": str(made.path), "key": made.key}


def license_key(simulator: Simulator, *, kind: str) -> str:
    """Play the vendor: make a licence key of a type, such as Edge."""
    if kind not in KEY_TYPES:
        raise ValueError(f"a licence is one of {', '.join(KEY_TYPES)}")
    return simulator.make_license_key(kind)


def start_node(simulator: Simulator, *, node: str) -> dict[str, Any]:
    """Start a node."""
    simulator.node(node).start()
    return simulator.node(node).status()


def stop_node(simulator: Simulator, *, node: str) -> dict[str, Any]:
    """Stop a node."""
    simulator.node(node).stop()
    simulator.refresh()
    return simulator.node(node).status()


def node_environment(simulator: Simulator, *, node: str, name: str, value: Optional[str] = None) -> dict[str, str]:
    """Set a variable in the environment of a node's service, from its next start on, or unset it without a value."""
    environment = simulator.node(node).environment
    if value is None:
        environment.pop(name, None)
    else:
        environment[name] = value
    return dict(environment)


def load_balancer(simulator: Simulator, *, edge: str, scheme: str) -> None:
    """Let an Edge's load balancer speak http or https to the routers from now on, or any for whatever they speak."""
    if scheme not in LOAD_BALANCERS:
        raise ValueError(f"a load balancer speaks one of {', '.join(LOAD_BALANCERS)}")
    simulator.edge(edge).load_balancer = scheme


def delivery(simulator: Simulator, *, edge: str, how: str) -> None:
    """Let release bundles reach an Edge as normal, or be slow, stuck, or file_fails from now on."""
    if how not in DELIVERIES:
        raise ValueError(f"a delivery is one of {', '.join(DELIVERIES)}")
    simulator.edge(edge).delivery = how


def service(simulator: Simulator, *, site: str, prefix: str, message: Optional[str] = None) -> None:
    """Take a service of a site down with a message for the health page, or up again without one."""
    unhealthy = simulator.site(site).unhealthy
    if message is None:
        unhealthy.pop(prefix, None)
    else:
        unhealthy[prefix] = message


def calls(simulator: Simulator, *, writes: bool = False, site: Optional[str] = None) -> list[dict[str, Any]]:
    """The log of calls."""
    return [
        {
            "at": f"{call.at:%Y-%m-%dT%H:%M:%SZ}",
            "site": call.node or call.site,
            "method": call.method,
            "path": call.path + (f"?{call.query}" if call.query else ""),
            "status": call.status,
            "who": call.who,
            "fault": call.fault,
        }
        for call in (simulator.calls.writes if writes else simulator.calls)
        if site is None or site in (call.site, call.node)
    ]


def clear_calls(simulator: Simulator) -> None:
    """Forget the log of calls."""
    simulator.calls.clear()


def fault(simulator: Simulator, **arguments: Any) -> None:
    """Switch a fault on."""
    simulator.faults.add(**arguments)


def clear_faults(simulator: Simulator) -> None:
    """Switch all faults off."""
    simulator.faults.clear()


def advance(simulator: Simulator, *, seconds: float) -> None:
    """Move the simulator's clock forward."""
    simulator.clock.advance(seconds)


def skew(simulator: Simulator, *, site: str, seconds: float) -> None:
    """Let one site's clock be ahead, or behind with a negative number."""
    simulator.clock.skew[simulator.site(site).name] = seconds


def switch(simulator: Simulator, *, name: str, value: str) -> Any:
    """Set one of the switches."""
    set_switch(simulator.switches, name, value)
    return getattr(simulator.switches, name)


def token(
    simulator: Simulator,
    *,
    site: str,
    username: str = "admin",
    scope: str = "applied-permissions/admin",
    expires_in: int = 3600,
) -> str:
    """Issue an access token of a site."""
    return simulator.site(site).admin_token(username=username, scope=scope, expires_in=expires_in)


def stop(simulator: Simulator) -> None:
    """End the simulator."""
    simulator.stop_requested.set()


def set_switch(switches: Switches, name: str, value: str) -> None:
    """Set a switch from text, in the type that it has. Raises ValueError."""
    known = {one.name for one in fields(switches)}
    if name not in known:
        raise ValueError(f"there is no switch {name!r}")
    current = getattr(switches, name)
    words = get_args(get_type_hints(Switches)[name])
    if words and value not in words:
        raise ValueError(f"the switch {name} is one of {', '.join(words)}")
    if isinstance(current, bool):
        if value.lower() not in ("true", "false"):
            raise ValueError(f"the switch {name} is true or false")
        setattr(switches, name, value.lower() == "true")
    else:
        setattr(switches, name, type(current)(value))


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        delete_jpd,
        edit_jpd,
        break_pairing,
        replace_join_key,
        reset_master_key,
        forget_trusted,
        support_import,
        license_bucket,
        license_key,
        start_node,
        stop_node,
        node_environment,
        load_balancer,
        delivery,
        service,
        calls,
        clear_calls,
        fault,
        clear_faults,
        advance,
        skew,
        switch,
        token,
        stop,
    )
}
