"""Small clusters with network policies made by chance, each with a connection: the same seed gives the same world."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.posture.kubernetes.naive import Call

__all__ = [
    "NAMESPACES",
    "World",
    "chosen",
    "is_so",
    "made",
    "network_policy",
    "pods",
    "random_admin",
    "random_policy",
    "random_world",
    "selector",
    "some",
]

NAMESPACES = ("shop", "bank", "far")
"""Two whose objects are loaded, and one of which only the name is known."""

_ADMIN = "policy.networking.k8s.io/v1alpha1"
_CIDRS = ("10.0.0.0/8", "10.1.0.0/16", "10.1.0.7/32", "192.0.2.0/24", "192.0.2.0/25", "0.0.0.0/0", "203.0.113.0/24")
_PODS = (*("shop/a", "shop/b", "bank/a") * 4, "bank/b", "bank/c", "far:app=a,tier=x", "far:app=b,tier=y")
_OUTSIDE = (*("192.0.2.9",) * 4, "203.0.113.9", "api.example.com", "world")
_OTHERS = (*("host",) * 6, "shop/n", *("remote-node",) * 3, "kube-apiserver", *_OUTSIDE)
_PORTS = (*((80, "TCP"),) * 4, (8080, "TCP"), (80, "UDP"), (53, "UDP"), (90, "TCP"), (132, "SCTP"))


@dataclass(frozen=True)
class World:
    """Objects as plain data, and a connection among them."""

    objects: tuple[dict[str, Any], ...]
    call: Call


def random_world(seed: int) -> World:
    """The world of a seed."""
    chance = random.Random(seed)
    objects = [
        *pods(chance),
        *(network_policy(chance, index) for index in range(chance.randint(1, 4))),
        *some(chance, 3, _admin),
        *([_baseline(chance)] if is_so(chance, 0.5) else []),
    ]
    ends = [chance.choice(_PODS), chance.choice(_PODS if is_so(chance, 0.75) else _OTHERS)]
    chance.shuffle(ends)
    port, protocol = chance.choice(_PORTS)
    return World(tuple(objects), Call(ends[0], ends[1], port, protocol))


def random_policy(seed: int) -> dict[str, Any]:
    """One more NetworkPolicy, of a name of its own."""
    return network_policy(random.Random(seed), 99)


def random_admin(seed: int) -> dict[str, Any]:
    """One more AdminNetworkPolicy, of a name and a priority of its own."""
    found = _admin(random.Random(seed), 99)
    return {**found, "spec": {**found["spec"], "priority": random.Random(seed).choice((1, 15, 99))}}


def some(
    chance: random.Random, most: int, make: Callable[[random.Random, int], dict[str, Any]]
) -> list[dict[str, Any]]:
    """A few objects of one kind."""
    return [make(chance, index) for index in range(chance.randint(0, most))]


def is_so(chance: random.Random, share: float) -> bool:
    """Yes in a share of all cases."""
    return chance.random() < share


def chosen(chance: random.Random, make: Callable[[random.Random], Any], most: int = 2) -> list[Any]:
    """One or more of something."""
    return [make(chance) for _ in range(chance.randint(1, most))]


def made(version: str, kind: str, title: str, **fields: Any) -> dict[str, Any]:
    """An object named `namespace/name` or `name`."""
    home, _, name = title.rpartition("/")
    metadata: dict[str, Any] = {"name": name, **({"namespace": home} if home else {})}
    metadata.update(fields.pop("metadata", {}))
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def pods(chance: random.Random) -> list[dict[str, Any]]:
    """Two namespaces, pods in them, and one on the network of its node."""
    teams = [{"team": chance.choice(("blue", "red"))}, {"team": "red", "tier": "x"}]
    found = [
        made("v1", "Namespace", name, metadata={"labels": labels})
        for name, labels in zip(NAMESPACES, teams, strict=False)
    ]
    names = ("shop/a", "shop/b", "bank/a", "bank/b", "bank/c")
    found += [_pod(chance, title, f"10.{1 + number % 2}.0.{number}") for number, title in enumerate(names, 7)]
    spec = {"hostNetwork": True, "containers": [{"name": "app", "image": "app"}]}
    address = {"status": {"podIP": "10.5.0.1"}} if is_so(chance, 0.5) else {}
    return [*found, made("v1", "Pod", "shop/n", metadata={"labels": {"app": "n"}}, spec=spec, **address)]


def _pod(chance: random.Random, title: str, address: str) -> dict[str, Any]:
    named = [{"name": "web", "containerPort": chance.choice((80, 8080))}]
    named += [{"name": "dns", "containerPort": 53, "protocol": "UDP"}] if is_so(chance, 0.5) else []
    containers = [{"name": "app", "image": "app", "ports": named}]
    spec = {"serviceAccountName": chance.choice(("default", "cart")), "containers": containers}
    labels = {"app": title[-1], "tier": chance.choice(("x", "y"))}
    status = {"status": {"podIP": address}} if is_so(chance, 0.6) else {}
    return made("v1", "Pod", title, metadata={"labels": labels}, spec=spec, **status)


def selector(chance: random.Random, of_namespaces: bool) -> dict[str, Any]:
    """A LabelSelector."""
    values: dict[str, tuple[str, ...]] = {"team": ("blue", "red"), "tier": ("x", "y")}
    if of_namespaces:
        values["kubernetes.io/metadata.name"] = NAMESPACES
    else:
        values = {"app": ("a", "b"), "tier": ("x", "y")}
    if is_so(chance, 0.3):
        return {}
    key = chance.choice(tuple(values))
    if is_so(chance, 0.6):
        return {"matchLabels": {key: chance.choice(values[key])}}
    operator = chance.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    listed = {"values": [chance.choice(values[key])]} if operator in ("In", "NotIn") else {}
    return {"matchExpressions": [{"key": key, "operator": operator, **listed}]}


def network_policy(chance: random.Random, index: int) -> dict[str, Any]:
    """A NetworkPolicy of one of the loaded namespaces."""
    spec: dict[str, Any] = {"podSelector": selector(chance, of_namespaces=False)}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        if is_so(chance, 0.6):
            spec[direction] = [_rule(chance, peers) for _ in range(chance.randint(0, 2))]
    if is_so(chance, 0.4):
        spec["policyTypes"] = chance.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    return made("networking.k8s.io/v1", "NetworkPolicy", f"{chance.choice(('shop', 'bank'))}/p{index}", spec=spec)


def _rule(chance: random.Random, peers: str) -> dict[str, Any]:
    found: dict[str, Any] = {peers: chosen(chance, _peer)} if is_so(chance, 0.85) else {}
    return {**found, **({"ports": chosen(chance, _port)} if is_so(chance, 0.4) else {})}


def _peer(chance: random.Random) -> dict[str, Any]:
    if is_so(chance, 0.3):
        return {"ipBlock": _block(chance)}
    found = {"podSelector": selector(chance, of_namespaces=False)} if is_so(chance, 0.6) else {}
    if not found or is_so(chance, 0.5):
        found["namespaceSelector"] = selector(chance, of_namespaces=True)
    return found


def _block(chance: random.Random) -> dict[str, Any]:
    left_out = {"except": [chance.choice(("192.0.2.0/25", "10.1.0.7/32"))]} if is_so(chance, 0.5) else {}
    return {"cidr": chance.choice(_CIDRS), **left_out}


def _port(chance: random.Random) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [
        {"port": 80},
        {"port": 80},
        {"port": "web"},
        {"port": 53, "protocol": "UDP"},
        {"port": "dns", "protocol": "UDP"},
        {"port": 80, "endPort": 100},
        {},
        {"protocol": "UDP"},
        {"port": 132, "protocol": "SCTP"},
    ]
    return chance.choice(kinds)


def _admin(chance: random.Random, index: int) -> dict[str, Any]:
    actions = ("Allow", "Deny", "Pass")
    spec = {"priority": chance.choice((10, 20, 30, 40, 50)), **_admins_spec(chance, actions)}
    return made(_ADMIN, "AdminNetworkPolicy", f"p{index}", spec=spec)


def _baseline(chance: random.Random) -> dict[str, Any]:
    return made(_ADMIN, "BaselineAdminNetworkPolicy", "default", spec=_admins_spec(chance, ("Allow", "Deny")))


def _admins_spec(chance: random.Random, actions: tuple[str, ...]) -> dict[str, Any]:
    spec: dict[str, Any] = {"subject": _pods_by(chance)}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        if is_so(chance, 0.7):
            spec[direction] = [_admins_rule(chance, peers, actions) for _ in range(chance.randint(1, 2))]
    return spec


def _admins_rule(chance: random.Random, peers: str, actions: tuple[str, ...]) -> dict[str, Any]:
    make = _admins_destination if peers == "to" else _pods_by
    found = {"action": chance.choice(actions), peers: chosen(chance, make)}
    return {**found, **({"ports": chosen(chance, _admins_port)} if is_so(chance, 0.4) else {})}


def _pods_by(chance: random.Random) -> dict[str, Any]:
    if is_so(chance, 0.5):
        return {"namespaces": selector(chance, of_namespaces=True)}
    own = selector(chance, of_namespaces=False)
    return {"pods": {"namespaceSelector": selector(chance, of_namespaces=True), "podSelector": own}}


def _admins_destination(chance: random.Random) -> dict[str, Any]:
    if is_so(chance, 0.7):
        return _pods_by(chance)
    kinds: list[dict[str, Any]] = [
        {"networks": [chance.choice(_CIDRS)]},
        {"networks": ["::/0"]},
        {"nodes": {}},
        {"nodes": {"matchLabels": {"pool": "x"}}},
    ]
    return chance.choice(kinds)


def _admins_port(chance: random.Random) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [
        {"portNumber": {"port": 80, "protocol": "TCP"}},
        {"portNumber": {"port": 80}},
        {"portNumber": {"port": 53, "protocol": "UDP"}},
        {"portRange": {"start": 80, "end": 100}},
        {"portRange": {"start": 50, "end": 100, "protocol": "UDP"}},
        {"namedPort": "web"},
        {"namedPort": "dns"},
    ]
    return chance.choice(kinds)
