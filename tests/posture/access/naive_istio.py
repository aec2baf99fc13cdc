"""A second answer to who may call whom in Istio's mesh, written down as its documents tell it, slow and plain.

It knows objects as plain data and nothing of the project, so that the engine of access can be held against it. The way
of a call: network policies at both ends of each connection, what the connection carries, the waypoint, the proxy of the
server. (https://istio.io/latest/docs/ambient/architecture/data-plane/,
https://istio.io/latest/docs/ambient/usage/networkpolicy/, https://istio.io/latest/docs/ambient/usage/waypoint/)
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tests.posture.access.naive_egress import outside_refusal
from tests.posture.access.naive_matching import Seen
from tests.posture.access.naive_networks import End, network_steps
from tests.posture.access.naive_policies import Proxy, decided
from tests.posture.access.naive_transport import (
    carried,
    egress_refusal,
    entry_of,
    from_waypoint,
    is_headless,
    pass_by,
    plane,
    protocol_of,
)
from tests.posture.access.naive_values import (
    Call,
    Object,
    World,
    annotations_of,
    find,
    home_of,
    labels_of,
    name_of,
    namespace_labels,
    of_kind,
    setting,
)

__all__ = ["NEWEST", "Ruling", "judge"]

NEWEST = (1, 31, 2)

_TUNNEL = 15008
_USE = "istio.io/use-waypoint"
_GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"


class Ruling(NamedTuple):
    """What a layer says, or the whole.

    `stage` is the part of the layer that says it, at the kind of `proxy`; `speaks` tells whether a policy lets the call
    pass there.
    """

    verdict: str
    layer: str
    stage: str = ""
    proxy: str = ""
    speaks: bool = True


def judge(world: World, call: Call, release: tuple[int, ...] = NEWEST) -> Ruling:
    """The layer that decides: the first that denies, else the first that is not known, else the last to speak."""
    steps = list(_steps(world, call, release))
    for verdict in ("denied", "unknown"):
        for step in steps:
            if step.verdict == verdict:
                return step
    return next((step for step in reversed(steps) if step.speaks), Ruling("allowed", ""))


def _steps(world: World, call: Call, release: tuple[int, ...]) -> Iterator[Ruling]:
    if "/" not in call.server:
        yield from _out_of_the_cluster(world, call)
        return
    server = _pod(world, call.server)
    refusal = egress_refusal(world, call)
    if refusal:
        yield Ruling(refusal, "mesh-egress")
    waypoint = _waypoint(world, call, server)
    if waypoint is None:
        last = carried(world, call, release)
    else:
        service = find(world, "Service", _meant(world, call))
        last = from_waypoint(world, waypoint, server, call.port, release, service)
    ports = {_TUNNEL if one == "hbone" else call.port for one in last}
    client, end = _end(world, call.client), End.of(server)
    if waypoint is None:
        yield from _on_network(world, client, end, ports)
    else:
        between = _end_of(world, waypoint)
        yield from _on_network(world, client, between, {_TUNNEL})
        yield from _on_network(world, between, end, ports)
    if refusal == "denied":
        return
    fails = {"broken"} & last
    yield Ruling("denied" if last == {"broken"} else "unknown" if fails else "allowed", "transport", speaks=False)
    if last != {"broken"}:
        yield from _at_proxies(world, call, server, waypoint, last)


def _out_of_the_cluster(world: World, call: Call) -> Iterator[Ruling]:
    """The client's own proxy, then its network policies: nothing else is on the way."""
    client = _pod(world, call.client)
    ports = annotations_of(client).get("traffic.sidecar.istio.io/excludeOutboundPorts", "").split(",")
    if plane(world, client) == "sidecar" and str(call.port) not in ports:
        refusal = outside_refusal(world, client, call)
        if refusal:
            yield Ruling(refusal, "mesh-egress")
    address = None if call.server.startswith("host:") else call.server
    server = End("", {}, "", address, is_pod=False)
    yield from _on_network(world, End.of(client), server, {call.port})


def _at_proxies(world: World, call: Call, server: Object, waypoint: Object | None, last: set[str]) -> Iterator[Ruling]:
    client = _end(world, call.client)
    if waypoint is not None:
        proxy = Proxy("waypoint", home_of(waypoint), gateway=name_of(waypoint), service=_meant(world, call))
        service = find(world, "Service", proxy.service)
        entry = entry_of(service, server, call.port) if service is not None else None
        port = entry["port"] if entry is not None else call.port
        address = service["spec"].get("clusterIP") if service is not None else End.of(server).address
        seen = _seen(world, call, client, port, address)
        protocol = protocol_of(entry) if entry is not None else None
        yield _ruled(decided(world, proxy, seen, protocol or _sniffed(call)), "waypoint", proxy)
        client = _end_of(world, waypoint)
    kind = plane(world, server)
    if kind == "none" or (last != {"hbone"} and pass_by(world, server, call.port)):
        return
    seen = _seen(world, call, client, call.port, End.of(server).address)
    proxy = Proxy({"ambient": "ztunnel"}.get(kind, kind), home_of(server), labels_of(server))
    protocol = _protocol(world, call, server, last)
    found = [decided(world, proxy, one, protocol) for one in _identified(seen, last)]
    is_open = len({verdict for verdict, _ in found}) > 1
    yield _ruled(("unknown", found[0][1]) if is_open else found[0], "authorization", proxy)


def _identified(seen: Seen, edge: set[str]) -> list[Seen]:
    """The call with an identity, without, or both where it is not known what it carries."""
    nobody = replace(seen, principal="")
    if len(edge) > 1:
        return [seen, nobody]
    return [seen] if edge <= {"mtls", "hbone"} else [nobody]


def _ruled(found: tuple[str, str], layer: str, proxy: Proxy) -> Ruling:
    return Ruling(found[0], layer, found[1], proxy.kind, bool(found[1]))


def _protocol(world: World, call: Call, server: Object, last: set[str]) -> str | None:
    """What the server's sidecar takes the connection for: what the Services in front of it say, else what it sees."""
    if last == {"app_tls"}:
        return "tcp"
    said = set()
    for service in of_kind(world, "Service"):
        wanted, entry = service["spec"]["selector"], entry_of(service, server, call.port)
        is_behind = all(labels_of(server).get(key) == text for key, text in wanted.items())
        if entry is not None and is_behind and home_of(service) == home_of(server):
            said.add(protocol_of(entry))
    if len(said) > 1:
        return None
    return (said.pop() if said else None) or _sniffed(call)


def _sniffed(call: Call) -> str | None:
    return "http" if call.method is not None or call.path is not None else None


def _seen(world: World, call: Call, client: End, port: int, address: str | None) -> Seen:
    """The call as a proxy has it, where the connection carries the client's identity."""
    domain = setting(world, "trustDomain") or "cluster.local"
    named = f"{domain}/ns/{client.namespace}/sa/{client.account}" if client.is_pod else ""
    return Seen(
        named,
        client.address,
        port,
        address,
        call.method,
        call.path,
        call.host,
        call.headers,
        call.claims,
        (domain, *(setting(world, "trustDomainAliases") or [])),
        (setting(world, "pathNormalization") or {}).get("normalization", ""),
    )


def _meant(world: World, call: Call) -> str:
    """The Service that a waypoint sees addressed: one without an address of its own is none to ztunnel."""
    service = find(world, "Service", call.service)
    return "" if service is None or is_headless(service) else call.service


def _waypoint(world: World, call: Call, server: Object) -> Object | None:
    """The waypoint that a call of an ambient client passes; others pass none."""
    client = find(world, "Pod", call.client)
    if client is None or plane(world, client) != "ambient":
        return None
    service = find(world, "Service", _meant(world, call))
    target, traffic = (service, "service") if service is not None else (server, "workload")
    labels = labels_of(target)
    if _USE not in labels:
        labels = namespace_labels(world, home_of(target))
    home = labels.get(f"{_USE}-namespace", home_of(target))
    waypoint = find(world, "Gateway", f"{home}/{labels.get(_USE, 'none')}")
    if waypoint is None:
        return None
    takes = labels_of(waypoint).get("istio.io/waypoint-for", "service") in (traffic, "all")
    allowed = waypoint["spec"]["listeners"][0].get("allowedRoutes", {}).get("namespaces", {}).get("from")
    return waypoint if takes and (home == home_of(target) or allowed == "All") else None


def _on_network(world: World, client: End, server: End, ports: set[int]) -> Iterator[Ruling]:
    """What both ends say of the ports that the connection may arrive at: not known where that differs."""
    for steps in zip(*(network_steps(world, client, server, port) for port in sorted(ports)), strict=True):
        verdicts = {verdict for _, verdict, _ in steps}
        yield Ruling(verdicts.pop() if len(verdicts) == 1 else "unknown", steps[0][0], speaks=steps[0][2])


def _pod(world: World, title: str) -> Object:
    found = find(world, "Pod", title)
    assert found is not None
    return found


def _end(world: World, title: str) -> End:
    pod = find(world, "Pod", title)
    return End.of(pod) if pod is not None else End("", {}, "", title, is_pod=False)


def _end_of(world: World, waypoint: Object) -> End:
    """The pods of a waypoint; where none is there, as istiod makes them."""
    name = name_of(waypoint)
    for pod in of_kind(world, "Pod"):
        if home_of(pod) == home_of(waypoint) and labels_of(pod).get(_GATEWAY_NAME) == name:
            return End.of(pod)
    made = {_GATEWAY_NAME: name, "gateway.istio.io/managed": "istio.io-mesh-controller"}
    return End(home_of(waypoint), {**labels_of(waypoint), **made}, name, None, ports=None)
