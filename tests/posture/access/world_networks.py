"""NetworkPolicies made by chance, most of them about one end of a call."""

import random
from typing import Any

from tests.posture.access.world_objects import Object, is_so, made
from tests.posture.access.world_policies import Scene

__all__ = ["network_policy", "network_rule"]


def network_policy(chance: random.Random, scene: Scene, index: int) -> Object:
    """A policy about the server, the client or anybody."""
    direction = chance.choice(("ingress", "ingress", "egress"))
    home = scene.home if direction == "ingress" else scene.client_home or scene.home
    labels = scene.labels if direction == "ingress" else scene.client_labels
    selector = chance.choice(({}, {"matchLabels": {"app": labels.get("app", "")}}, {"matchLabels": {"tier": "front"}}))
    rules = [network_rule(chance, scene, direction) for _ in range(chance.choice((0, 1, 1, 2)))]
    spec: Object = {"podSelector": selector, direction: rules}
    if direction == "egress":
        spec["policyTypes"] = ["Egress"]
    elif is_so(chance, 0.3):
        spec["policyTypes"] = chance.choice((["Ingress"], ["Ingress", "Egress"]))
    return made("networking.k8s.io/v1", "NetworkPolicy", f"{home}/np{index}", spec=spec)


def network_rule(chance: random.Random, scene: Scene, direction: str) -> Object:
    """One rule for a direction."""
    rule: Object = {}
    if is_so(chance, 0.7):
        peers = [_peer(chance, scene, direction) for _ in range(chance.randint(1, 2))]
        rule["from" if direction == "ingress" else "to"] = peers
    if is_so(chance, 0.7):
        rule["ports"] = [_port(chance) for _ in range(chance.randint(1, 2))]
    return rule


def _peer(chance: random.Random, scene: Scene, direction: str) -> Object:
    home, labels = (scene.client_home, scene.client_labels) if direction == "ingress" else (scene.home, scene.labels)
    named = {"matchLabels": {"kubernetes.io/metadata.name": home or "shop"}}
    peers: list[Object] = [
        {"podSelector": {}},
        {"podSelector": {"matchLabels": {"app": labels.get("app", "web")}}, "namespaceSelector": named},
        {"namespaceSelector": {}},
        {"namespaceSelector": {"matchLabels": {"team": chance.choice(("red", "blue"))}}},
        {"ipBlock": {"cidr": chance.choice(("192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/16"))}},
        {"ipBlock": {"cidr": "192.0.0.0/8", "except": ["192.0.2.0/24"]}},
        {"ipBlock": {"cidr": "::/0"}},
    ]
    return chance.choice(peers)


def _port(chance: random.Random) -> Object:
    ports: list[dict[str, Any]] = [
        {"port": 8080},
        {"port": 8080},
        {"port": 15008},
        {"port": 15008},
        {"port": "main"},
        {"port": "mesh"},
        {"port": 8000, "endPort": 9999},
        {"port": 8080, "protocol": "UDP"},
        {"port": 9090, "protocol": "TCP"},
    ]
    return chance.choice(ports)
