"""Small clusters with policies of Cilium made by chance, each with a connection: the same seed gives the same world."""

import random
from dataclasses import dataclass
from typing import Any

from tests.posture.cilium.naive_peers import Request
from tests.posture.kubernetes.naive import Call
from tests.posture.kubernetes.random_worlds import chosen, is_so, made, network_policy, pods, some

__all__ = ["RELEASES", "World", "random_cilium_policy", "random_cilium_world"]

RELEASES = ((1, 17), (1, 18), (1, 19), (1, 20))
_PODS = (*("shop/a", "shop/b", "bank/a") * 4, "bank/b", "far:app=a,tier=x", "far:app=b,tier=y")
_OUTSIDE = ("192.0.2.9", "203.0.113.9", "2001:db8::9", "world", *("api.example.com", "a.b.example.com") * 4)
_OTHERS = (*("host",) * 5, *("shop/n",) * 2, "remote-node", "kube-apiserver", "ingress", "health", *_OUTSIDE)
_ICMP = ((8, "ICMP"), (8, "ICMPv6")) * 2
_PORTS = (*((80, "TCP"),) * 9, (8080, "TCP"), (80, "UDP"), (53, "UDP"), *_ICMP, (132, "SCTP"))
_ENTITIES = (
    *("all", "world", "cluster", "host", "remote-node", "kube-apiserver", "ingress", "health", "none"),
    *("world-ipv4", "world-ipv6", "cluster", "world", "all"),
)
_CIDRS = ("192.0.2.0/24", "192.0.2.0/25", "0.0.0.0/0", "10.0.0.0/8", "203.0.113.9", "::/0")
_NAMESPACE = "io.kubernetes.pod.namespace"


@dataclass(frozen=True)
class World:
    """Objects as plain data, a connection among them, and the release of Cilium."""

    objects: tuple[dict[str, Any], ...]
    call: Call
    request: Request
    release: tuple[int, int]


def random_cilium_world(seed: int) -> World:
    """The world of a seed."""
    chance = random.Random(seed)
    ends = [chance.choice(_PODS), chance.choice(_PODS if is_so(chance, 0.6) else _OTHERS)]
    chance.shuffle(ends)
    has_nodes = bool({"shop/n", "host", "remote-node"} & set(ends))
    if ends[0] in _OUTSIDE[4:]:
        ends.reverse()  # only servers are known by name
    objects = [
        *([_config(chance, has_nodes)] if is_so(chance, 0.8) else []),
        *pods(chance),
        *(_policy(chance, index) for index in range(chance.randint(1, 4))),
        *(some(chance, 2, _for_nodes) if has_nodes else []),
        *([_for_names(chance, ends[0].split("/")[0])] if ends[1] in _OUTSIDE[4:] and "/" in ends[0] else []),
        *some(chance, 1, network_policy),
    ]
    port, protocol = chance.choice(_PORTS)
    call = Call(ends[0], ends[1], port, protocol)
    return World(tuple(objects), call, _request(chance), chance.choice(RELEASES))


def random_cilium_policy(seed: int) -> dict[str, Any]:
    """One more policy, of a name of its own."""
    return _policy(random.Random(seed), 99)


def _request(chance: random.Random) -> Request:
    host = chance.choice(("web.shop", None, None))
    headers = {"x-a": "1"} if is_so(chance, 0.5) else {}
    return Request(chance.choice(("GET", "GET", "POST")), chance.choice(("/api", "/api/x", "/x?q=1")), host, headers)


def _config(chance: random.Random, has_nodes: bool) -> dict[str, Any]:
    data: dict[str, str] = {}
    if is_so(chance, 0.2):
        data["enable-policy"] = chance.choice(("default", "always", "always", "never"))
    if is_so(chance, 0.7 if has_nodes else 0.1):
        data["enable-host-firewall"] = chance.choice(("true", "true", "false"))
    if is_so(chance, 0.5):
        data["cluster-name"] = "west"
    rare = {
        "policy-cidr-match-mode": "nodes",
        "enable-k8s-networkpolicy": "false",
        "allow-localhost": chance.choice(("policy", "auto")),
        "policy-default-local-cluster": "false",
    }
    data |= {key: value for key, value in rare.items() if is_so(chance, 0.1)}
    return made("v1", "ConfigMap", "kube-system/cilium-config", data=data)


def _policy(chance: random.Random, index: int) -> dict[str, Any]:
    home = chance.choice(("shop", "shop", "shop", "bank", "far", "", ""))
    kind = "CiliumNetworkPolicy" if home else "CiliumClusterwideNetworkPolicy"
    title = f"{home}/p{index}" if home else f"p{index}"
    if is_so(chance, 0.15):
        return made("cilium.io/v2", kind, title, specs=chosen(chance, lambda chance: _rule(chance, home)))
    return made("cilium.io/v2", kind, title, spec=_rule(chance, home))


def _for_nodes(chance: random.Random, index: int) -> dict[str, Any]:
    spec = {"nodeSelector": chance.choice(({}, {}, {"matchLabels": {"pool": "edge"}})), **_sections(chance, 0.0)}
    return made("cilium.io/v2", "CiliumClusterwideNetworkPolicy", f"n{index}", spec=spec)


def _for_names(chance: random.Random, home: str) -> dict[str, Any]:
    """A policy as it is written for names, often with the rule for DNS that these need."""
    ports = {"toPorts": [{"ports": [_port(chance)]}]} if is_so(chance, 0.3) else {}
    items: list[dict[str, Any]] = [{"toFQDNs": chosen(chance, _name), **ports}]
    if is_so(chance, 0.6):
        dns = {"ports": [{"port": "53", "protocol": "ANY"}], "rules": {"dns": [{"matchPattern": "*"}]}}
        items.append({"toEndpoints": [{}], "toPorts": [dns]})
    spec = {"endpointSelector": _subject(chance, home), "egress": items}
    return made("cilium.io/v2", "CiliumNetworkPolicy", f"{home}/names", spec=spec)


def _rule(chance: random.Random, home: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"endpointSelector": _subject(chance, home), **_sections(chance, 0.55)}
    if is_so(chance, 0.3):
        directions = chance.choice((("ingress",), ("egress",), ("ingress", "egress")))
        rule["enableDefaultDeny"] = {direction: chance.choice((False, False, True)) for direction in directions}
    if is_so(chance, 0.02):
        rule["nodeSelector"] = {}
    return rule


def _sections(chance: random.Random, requests: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section, share in (("ingress", 0.6), ("egress", 0.6), ("ingressDeny", 0.15), ("egressDeny", 0.15)):
        if is_so(chance, share):
            found[section] = [
                _item(chance, section, requests if section in ("ingress", "egress") else 0.0)
                for _ in range(chance.choice((0, 1, 1, 1, 2)))
            ]
    return found


def _subject(chance: random.Random, home: str) -> dict[str, Any]:
    if is_so(chance, 0.45):
        return {}
    labels: list[dict[str, Any]] = [
        {"app": "a"},
        {"app": "a"},
        {"k8s:app": "b"},
        {"any:tier": "x"},
        {"container:app": "a"},
        {f"k8s:{_NAMESPACE}": "bank"},
        {_NAMESPACE: "shop"},
    ]
    if is_so(chance, 0.3) or not home:
        labels += [{"io.cilium.k8s.namespace.labels.team": "red"}, {"io.cilium.k8s.policy.serviceaccount": "cart"}]
    if is_so(chance, 0.2):
        return {"matchExpressions": [_expression(chance)]}
    return {"matchLabels": chance.choice(labels)}


def _expression(chance: random.Random) -> dict[str, Any]:
    key = chance.choice(("app", "k8s:tier", "any:app", f"k8s:{_NAMESPACE}"))
    operator = chance.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    values = ["shop", "far"] if key.endswith(_NAMESPACE) else ["a", "x"]
    return {"key": key, "operator": operator, **({"values": values} if operator in ("In", "NotIn") else {})}


def _item(chance: random.Random, section: str, requests: float) -> dict[str, Any]:
    start = "from" if section.startswith("ingress") else "to"
    item = _peers(chance, start, can_name=section == "egress")
    if is_so(chance, 0.02):
        item[f"{start}CIDR"] = ["192.0.2.0/24"]
    if is_so(chance, 0.15):
        item["icmps"] = [{"fields": [_icmp(chance)]}]
    if is_so(chance, 0.6) and ("icmps" not in item or is_so(chance, 0.1)):
        item["toPorts"] = [_ports(chance, start, requests) for _ in range(chance.choice((1, 1, 1, 2)))]
    return item


def _icmp(chance: random.Random) -> dict[str, Any]:
    family = {"family": chance.choice(("IPv4", "IPv6"))} if is_so(chance, 0.6) else {}
    return {"type": chance.choice((8, 8, 0)), **family}


def _peers(chance: random.Random, start: str, *, can_name: bool) -> dict[str, Any]:
    kind = chance.choice(("Endpoints",) * 7 + ("Entities",) * 5 + ("CIDR", "CIDRSet", "none", "none", "empty list"))
    if can_name and is_so(chance, 0.3):
        return {"toFQDNs": chosen(chance, _name)}
    if kind == "Endpoints":
        return {f"{start}Endpoints": chosen(chance, _endpoint)}
    if kind == "Entities":
        listed = chosen(chance, lambda chance: chance.choice(_ENTITIES))
        return {f"{start}Entities": [*listed, "kube-dns"] if is_so(chance, 0.02) else listed}
    if kind == "CIDR":
        return {f"{start}CIDR": chosen(chance, lambda chance: chance.choice(_CIDRS))}
    if kind == "CIDRSet":
        left_out = {"except": ["192.0.2.0/25"]} if is_so(chance, 0.5) else {}
        return {f"{start}CIDRSet": [{"cidr": chance.choice(("192.0.2.0/24", "0.0.0.0/0")), **left_out}]}
    return {f"{start}Endpoints": []} if kind == "empty list" else {}


def _endpoint(chance: random.Random) -> dict[str, Any]:
    if is_so(chance, 0.3):
        return {}
    if is_so(chance, 0.2):
        return {"matchExpressions": [_expression(chance)]}
    labels: list[dict[str, Any]] = [
        {"app": "a"},
        {"k8s:app": "b"},
        {"any:tier": "x"},
        {f"k8s:{_NAMESPACE}": "bank"},
        {_NAMESPACE: "far", "tier": "x"},
        {"k8s:io.cilium.k8s.namespace.labels.team": "red"},
        {"io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name": "far"},
        {"io.cilium.k8s.policy.serviceaccount": "cart"},
        {"io.cilium.k8s.policy.cluster": "west"},
        {"reserved:world": ""},
        {"reserved:remote-node": ""},
        {"reserved:kube-apiserver": ""},
    ]
    return {"matchLabels": chance.choice(labels)}


def _name(chance: random.Random) -> dict[str, Any]:
    kinds = [
        {"matchName": "api.example.com"},
        {"matchName": "API.example.com."},
        {"matchPattern": "*.example.com"},
        {"matchPattern": "**.example.com"},
        {"matchPattern": "*"},
        {"matchPattern": "ap*.example.com"},
    ]
    return chance.choice(kinds)


def _ports(chance: random.Random, start: str, requests: float) -> dict[str, Any]:
    if is_so(chance, requests):
        is_dns = start == "to" and is_so(chance, 0.4)
        port = {"port": "53", "protocol": "ANY"} if is_dns else {"port": "80", "protocol": "TCP"}
        if is_so(chance, 0.05):
            port["protocol"] = "UDP"
        rules = {"dns": [{"matchPattern": "*"}]} if is_dns else {"http": chosen(chance, _http)}
        return {"ports": [port], "rules": rules}
    empty: dict[str, Any] = {"rules": {"http": []}} if is_so(chance, 0.05) else {}
    return {"ports": chosen(chance, _port), **empty}


def _http(chance: random.Random) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "method": chance.choice(("GET", "GET|HEAD", "POST")),
        "path": chance.choice(("/api", "/api/.*", "/x", "/x.*")),
        "host": "web.shop",
        "headers": [chance.choice(("x-a", "x-a: 1", "x-a: 2", "x-b"))],
    }
    shares = {"method": 0.6, "path": 0.5, "host": 0.1, "headers": 0.2}
    return {name: value for name, value in parts.items() if is_so(chance, shares[name])}


def _port(chance: random.Random) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [
        *({"port": "80", "protocol": "TCP"}, {"port": "80"}) * 2,
        {"port": "80", "endPort": 140},
        {"port": "50", "endPort": 100, "protocol": "UDP"},
        {"port": "web", "protocol": "TCP"},
        {"port": "web"},
        {"port": "dns", "protocol": "UDP"},
        {"port": "0", "protocol": "TCP"},
        {"port": "8080", "protocol": "ANY"},
    ]
    return chance.choice(kinds)
