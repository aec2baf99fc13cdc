"""What the sidecar of a client refuses before it leaves the pod, written down plainly.

Sources: https://istio.io/latest/docs/reference/config/networking/sidecar/ and
https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/; for plain TCP without addresses
`istio/istio: pilot/pkg/networking/core/listener.go`.
"""

from collections.abc import Iterator

from tests.posture.access.naive_values import (
    ROOT,
    Call,
    Object,
    World,
    home_of,
    labels_of,
    name_of,
    of_kind,
    selects,
    setting,
    within,
)

__all__ = ["is_blocking", "is_imported", "outside_refusal"]


def is_blocking(world: World, client: Object) -> bool:
    """Whether what a sidecar does not know is refused: its Sidecar says so, else the mesh configuration."""
    scope = _scope(world, client)
    said = scope["spec"].get("outboundTrafficPolicy") if scope is not None else None
    wide = setting(world, "outboundTrafficPolicy") or {"mode": "ALLOW_ANY"}
    return bool((wide if said is None else said).get("mode") != "ALLOW_ANY")


def is_imported(world: World, client: Object, service: Object, port: int) -> bool:
    """Whether a sidecar knows a Service or ServiceEntry on one of its ports."""
    listed = [home_of(service) if one == "." else one for one in service["spec"].get("exportTo", ["*"])]
    if "*" not in listed and home_of(client) not in listed:
        return False
    scope = _scope(world, client)
    if scope is None or "egress" not in scope["spec"]:
        return True
    for listener in scope["spec"]["egress"]:
        if "port" in listener and not listener["port"]["number"] == port in _ports(service):
            continue
        for written in listener["hosts"]:
            place, _, pattern = written.partition("/")
            place = home_of(client) if place == "." else place
            if place in ("*", home_of(service)) and any(_covers(pattern, host) for host in _hosts(service)):
                return True
    return False


def outside_refusal(world: World, client: Object, call: Call) -> str:
    """`denied` or `unknown` for what a sidecar does not know; empty where it lets the call out of the cluster pass."""
    host = call.server.removeprefix("host:")
    by_name = host != call.server
    said = []
    for entry in _known_at(world, client, call.port):
        protocol, addresses = _ports(entry)[call.port], entry["spec"].get("addresses", [])
        if any(_covers(one, host) for one in _hosts(entry)) if by_name else within(host, addresses):
            said.append("passes")
        elif protocol == "TCP" and not addresses:
            said.append("passes" if entry["spec"]["resolution"] == "NONE" else "unknown")
        elif not by_name and protocol != "TCP" and call.host is None:
            said.append("unknown")
        elif not by_name and protocol != "TCP" and any(_covers(one, call.host or "") for one in _hosts(entry)):
            said.append("passes")
    if "passes" in said or not is_blocking(world, client):
        return ""
    return "unknown" if "unknown" in said else "denied"


def _known_at(world: World, client: Object, port: int) -> Iterator[Object]:
    for entry in of_kind(world, "ServiceEntry"):
        if port in _ports(entry) and is_imported(world, client, entry, port):
            yield entry


def _scope(world: World, client: Object) -> Object | None:
    """The Sidecar that counts: one for the client, else that of its namespace, else that of the root namespace."""
    found = list(of_kind(world, "Sidecar"))
    for one in found:
        wanted = one["spec"].get("workloadSelector")
        if wanted is None or home_of(one) != home_of(client):
            continue
        if selects({"matchLabels": wanted["labels"]}, labels_of(client)):
            return one
    for home in (home_of(client), ROOT):
        for one in found:
            if home_of(one) == home and "workloadSelector" not in one["spec"]:
                return one
    return None


def _ports(service: Object) -> dict[int, str]:
    """Ports, with the protocol that a ServiceEntry declares."""
    return {one.get("number", one.get("port")): one.get("protocol", "") for one in service["spec"]["ports"]}


def _hosts(service: Object) -> list[str]:
    own = f"{name_of(service)}.{home_of(service)}.svc.cluster.local"
    return list(service["spec"].get("hosts", [own]))


def _covers(pattern: str, host: str) -> bool:
    return host.lower().endswith(pattern[1:]) if pattern.startswith("*") else pattern == host.lower()
