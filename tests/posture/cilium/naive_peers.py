"""Who is meant by one item of a policy, and which ports: a part of the naive evaluator of Cilium's policies."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.posture.kubernetes.naive import (
    INGRESS,
    Call,
    End,
    Object,
    all_true,
    any_true,
    labels_of_namespace,
    meets,
    on_named_port,
    within,
)

__all__ = ["NAMESPACE", "PEERS", "Flow", "Request", "is_kubernetes_peer", "is_peer", "openings", "selects"]

NAMESPACE = "io.kubernetes.pod.namespace"
PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "FQDNs")
_OF_NAMESPACE = "io.cilium.k8s.namespace.labels."
_CLUSTER = "io.cilium.k8s.policy.cluster"
_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
_FAMILIES = {"ICMP": "IPv4", "ICMPv6": "IPv6"}


@dataclass(frozen=True)
class Request:
    """A request in the connection; None for what is not told of it."""

    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flow:
    world: list[Object]
    direction: str
    subject: End
    other: End
    server: End
    call: Call
    request: Request
    release: tuple[int, int]

    @property
    def options(self) -> Mapping[str, str] | None:
        """What the agents are told; None where that is not loaded."""
        found = [one["data"] for one in self.world if one["kind"] == "ConfigMap"]
        return found[0] if found else None

    def told(self, name: str, usual: str = "") -> str:
        return str((self.options or {}).get(name, usual))


def selects(flow: Flow, selector: Object, end: End) -> bool | None:
    """Whether a selector without more added to it selects an end, by the labels that the agent gives it."""
    labels, unknown = _labels(flow, end)
    own = {_bare(key): value for key, value in selector.get("matchLabels", {}).items()}
    expressions = [{**one, "key": _bare(one["key"])} for one in selector.get("matchExpressions", [])]
    return meets({"matchLabels": own, "matchExpressions": expressions}, labels, unknown)


def _labels(flow: Flow, end: End) -> tuple[dict[str, str], tuple[str, ...]]:
    if not end.is_pod:
        more = ("reserved:",) if end.entities == ("kube-apiserver",) else ()
        return {f"reserved:{end.entities[0]}": ""}, more
    of_namespace, unknown = labels_of_namespace(flow.world, end.home)
    labels = {**(end.labels or {}), NAMESPACE: end.home}
    labels |= {f"{_OF_NAMESPACE}{key}": value for key, value in of_namespace.items()}
    left = [_OF_NAMESPACE] if unknown else []
    for key, value in ((_CLUSTER, _cluster(flow)), (_ACCOUNT, end.account)):
        if value:
            labels[key] = value
        else:
            left.append(key)
    return labels, tuple(left)


def _cluster(flow: Flow) -> str:
    return "" if flow.options is None else flow.told("cluster-name", "default")


def _bare(key: str) -> str:
    return key.removeprefix("k8s:").removeprefix("any:")


def openings(flow: Flow, item: Object) -> Iterator[tuple[bool | None, Any]]:
    """What an item says on the port: nothing written is everything, ICMP included; ports say nothing on ICMP."""
    if not item.get("toPorts") and not item.get("icmps"):
        yield True, None
    elif flow.call.protocol in _FAMILIES:
        wanted = _FAMILIES[flow.call.protocol], flow.call.port
        for one in item.get("icmps", []):
            yield any((entry.get("family", "IPv4"), entry["type"]) == wanted for entry in one["fields"]), None
    else:
        for one in item.get("toPorts", []):
            rules = one.get("rules", {})
            answer = any_true(_is_port(flow, port) for port in one["ports"])
            yield answer, rules if any(rules.values()) else None


def _is_port(flow: Flow, port: Object) -> bool | None:
    if port.get("protocol", "ANY") not in ("ANY", flow.call.protocol):
        return False
    if not port["port"].isdigit():
        return on_named_port(port["port"], flow.server, flow.call.port, flow.call.protocol)
    first = int(port["port"])
    return first == 0 or first <= flow.call.port <= port.get("endPort", first)


def is_peer(flow: Flow, item: Object, rule: Object, home: str) -> bool | None:
    """Without any field everybody if there are ports, else nobody; an empty list is nobody."""
    start = "from" if flow.direction == INGRESS else "to"
    written = [peer for peer in PEERS if f"{start}{peer}" in item]
    if not written:
        return bool(item.get("toPorts") or item.get("icmps"))
    return any_true(_is_one(flow, peer, one, rule, home) for peer in written for one in item[f"{start}{peer}"])


def _is_one(flow: Flow, peer: str, one: Any, rule: Object, home: str) -> bool | None:
    if peer == "Endpoints":
        return _is_endpoint(flow, one, rule, home)
    if peer == "Entities":
        return _is_entity(one, flow.other)
    if peer == "FQDNs":
        return _has_name(flow, one)
    cidr, left_out = (one, []) if peer == "CIDR" else (one["cidr"], one.get("except", []))
    return _is_in_range(flow, cidr, left_out)


def _is_endpoint(flow: Flow, selector: Object, rule: Object, home: str) -> bool | None:
    """The own namespace unless one is written; in a policy of the whole cluster everything that has a namespace."""
    keys = [_bare(key) for key in selector.get("matchLabels", {})]
    keys += [_bare(one["key"]) for one in selector.get("matchExpressions", [])]
    found = selects(flow, selector, flow.other)
    if any(key.startswith("reserved:") for key in keys):
        return found
    is_local = flow.told("policy-default-local-cluster", "true" if flow.release >= (1, 19) else "false") == "true"
    if is_local and not flow.other.is_pod and _CLUSTER not in keys:  # it has no cluster, so it is not of the own one
        return False
    if NAMESPACE in keys:
        return found
    if not home:
        starting = any("reserved:init" in key for key in rule.get("endpointSelector", {}).get("matchLabels", {}))
        return all_true([found, flow.other.is_pod or starting])
    if any(key.startswith(_OF_NAMESPACE) for key in keys):
        return found
    return all_true([found, flow.other.is_pod and flow.other.home == home])


def _is_entity(name: str, end: End) -> bool | None:
    """What an end belongs to; the API server is on a node or outside, and a node may be that of an API server."""
    if name == "all":
        return True
    if end.is_pod:
        return name in ("cluster", "cluster-mesh")
    (entity,) = end.entities
    if name in ("cluster", "cluster-mesh"):
        return entity != "world"
    if entity == "kube-apiserver" and name in ("host", "remote-node", "world", "world-ipv4", "world-ipv6"):
        return None
    if entity in ("host", "remote-node") and name == "kube-apiserver":
        return None
    if entity == "world" and name in ("world-ipv4", "world-ipv6"):
        return None if end.address is None else (":" in end.address) == (name == "world-ipv6")
    return name == entity


def _is_in_range(flow: Flow, cidr: str, left_out: list[str]) -> bool | None:
    """Never a pod, and nodes only where the agents are told so."""
    other = flow.other
    if other.is_pod:
        return False
    (entity,) = other.entities
    takes_nodes = entity in ("host", "remote-node") and "nodes" in flow.told("policy-cidr-match-mode")
    if entity not in ("world", "kube-apiserver") and not takes_nodes:
        return False
    if other.address is None:
        return None
    return within(other.address, [cidr]) and not within(other.address, left_out)


def _has_name(flow: Flow, one: Object) -> bool | None:
    """Only what is outside has names; which names an address has is not known."""
    other = flow.other
    if other.is_pod or other.entities[0] not in ("world", "kube-apiserver"):
        return False
    if not other.host:
        return None
    if "matchName" in one:
        return bool(one["matchName"].lower().rstrip(".") == other.host)
    pattern = one["matchPattern"].lower().rstrip(".")
    if pattern == "*":
        return True
    some = "[-a-z0-9_]"
    rest, deep = pattern, ""
    if pattern.startswith("**."):
        rest, deep = pattern[3:], rf"({some}+\.)+" if flow.release >= (1, 19) else rf"{some}*\."
    form = deep + re.escape(rest).replace(r"\*", f"{some}*")
    return bool(re.fullmatch(form, other.host))


def is_kubernetes_peer(flow: Flow, peer: Object, home: str) -> bool | None:
    other = flow.other
    if "ipBlock" in peer:
        return _is_in_range(flow, peer["ipBlock"]["cidr"], peer["ipBlock"].get("except", []))
    if not other.is_pod:
        return False
    own = meets(peer.get("podSelector", {}), other.labels or {})
    if "namespaceSelector" not in peer:
        return all_true([own, other.home == home])
    return all_true([own, meets(peer["namespaceSelector"], *labels_of_namespace(flow.world, other.home))])
