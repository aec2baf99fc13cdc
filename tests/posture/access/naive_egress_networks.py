"""Which calls out of the cluster Linkerd's proxy lets through, written down plainly.

Source: https://linkerd.io/2-edge/reference/egress-network/
"""

from dataclasses import dataclass

from tests.posture.access.naive_values import Object, World, annotations_of, find, home_of, name_of, of_kind, within

__all__ = ["OutCall", "judge_out"]

_CLUSTER = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True)
class OutCall:
    """A call of the one workload to an address outside."""

    address: str
    port: int
    method: str
    path: str
    host: str
    is_tls: bool


def judge_out(world: World, call: OutCall) -> str:
    """`allowed`, `denied` or `unknown`; empty where no EgressNetwork is about the call."""
    client = find(world, "Deployment", "shop/web")
    namespace = next(one for one in of_kind(world, "Namespace") if name_of(one) == "shop")
    assert client is not None
    skipped = client["spec"]["template"]["metadata"]["annotations"].get("config.linkerd.io/skip-outbound-ports")
    if annotations_of(namespace).get("linkerd.io/inject") != "enabled" or skipped == str(call.port):
        return ""
    networks = list(of_kind(world, "EgressNetwork"))
    asked = [one for one in networks if home_of(one) == "shop"] or networks
    sized = [(_size(one, call.address), one) for one in asked]
    largest = max((size for size, _ in sized), default=0)
    if not largest:
        return ""
    rivals = [one for size, one in sized if size == largest]
    network = min(rivals, key=lambda one: str(one["metadata"]["creationTimestamp"]))
    rest = {"Allow": "allowed", "Deny": "denied"}[network["spec"]["trafficPolicy"]]
    return _by_routes(world, network, call, rest)


def _size(network: Object, address: str) -> int:
    """How narrow the network is that holds an address; 0 for none."""
    listed = network["spec"].get("networks")
    if listed is None:
        return 0 if within(address, _CLUSTER) else 1
    found = [
        one["cidr"] for one in listed if within(address, [one["cidr"]]) and not within(address, one.get("except", []))
    ]
    return max((int(one.partition("/")[2]) + 1 for one in found), default=0)


def _by_routes(world: World, network: Object, call: OutCall, rest: str) -> str:
    by_http, by_name, by_port = (
        _routes(world, kind, network, call.port) for kind in ("HTTPRoute", "TLSRoute", "TCPRoute")
    )
    if by_http:
        return "allowed" if not call.is_tls and any(_takes(one, call) for one in by_http) else rest
    if by_name:
        if not call.is_tls:
            return "unknown"
        return "allowed" if any(_is_named(one, call.host) for one in by_name) else rest
    return "allowed" if by_port else rest


def _routes(world: World, kind: str, network: Object, port: int) -> list[Object]:
    found = []
    for route in of_kind(world, kind):
        parent = route["spec"]["parentRefs"][0]
        is_on = parent["name"] == name_of(network) and home_of(route) == home_of(network)
        if is_on and parent.get("port", port) == port:
            found.append(route)
    return found


def _takes(route: Object, call: OutCall) -> bool:
    match = route["spec"]["rules"][0]["matches"][0]
    path = match.get("path", {"type": "PathPrefix", "value": "/"})
    begins = call.path == path["value"] or call.path.startswith(path["value"].rstrip("/") + "/")
    fits = call.path == path["value"] if path["type"] == "Exact" else begins
    return fits and match.get("method", call.method) == call.method and _is_named(route, call.host)


def _is_named(route: Object, host: str) -> bool:
    names = route["spec"].get("hostnames")
    return names is None or any(host.endswith(one[1:]) if one.startswith("*") else one == host for one in names)
