"""Whether NetworkPolicies let one connection pass, written down plainly.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.posture.access.naive_values import (
    Object,
    World,
    every,
    home_of,
    labels_of,
    namespace_labels,
    of_kind,
    selects,
    some,
    within,
)

__all__ = ["End", "network_steps"]


@dataclass(frozen=True)
class End:
    """One end of a connection: a pod, or an address outside. `ports` are its named ports, None where not known."""

    namespace: str
    labels: Mapping[str, str]
    account: str
    address: str | None
    ports: Sequence[Object] | None = ()
    is_pod: bool = True

    @staticmethod
    def of(pod: Object) -> "End":
        spec = pod["spec"]
        ports = spec["containers"][0].get("ports", [])
        account, address = spec.get("serviceAccountName", "default"), pod.get("status", {}).get("podIP")
        return End(home_of(pod), labels_of(pod), account, address, ports)


def network_steps(world: World, client: End, server: End, port: int) -> Iterator[tuple[str, str, bool]]:
    """Layer, verdict, and whether a rule lets it pass: the client's policies, then the server's."""
    for direction, subject, other in (("egress", client, server), ("ingress", server, client)):
        if subject.is_pod:
            verdict, speaks = _decided(world, direction, subject, other, server, port)
            yield f"network-{direction}", verdict, speaks


def _decided(world: World, direction: str, subject: End, other: End, server: End, port: int) -> tuple[str, bool]:
    policies = [one for one in of_kind(world, "NetworkPolicy") if _isolates(one, direction, subject)]
    if not policies:
        return "allowed", False
    peers = "from" if direction == "ingress" else "to"
    found = []
    for policy in policies:
        for rule in policy["spec"].get(direction, []):
            others = [_is_peer(world, peer, home_of(policy), other) for peer in rule.get(peers, [])]
            ports = [_is_port(one, server, port) for one in rule.get("ports", [])]
            found.append(every((some(others) if others else True, some(ports) if ports else True)))
    answer = some(found)
    return {True: "allowed", False: "denied", None: "unknown"}[answer], answer is True


def _isolates(policy: Object, direction: str, subject: End) -> bool:
    spec = policy["spec"]
    if home_of(policy) != subject.namespace or not selects(spec["podSelector"], subject.labels):
        return False
    if "policyTypes" in spec:
        return direction.capitalize() in spec["policyTypes"]
    return direction == "ingress" or bool(spec.get("egress"))


def _is_peer(world: World, peer: Object, home: str, other: End) -> bool | None:
    if "ipBlock" in peer:
        return _is_in(peer["ipBlock"], other)
    if not other.is_pod or not selects(peer.get("podSelector"), other.labels):
        return False
    if "namespaceSelector" not in peer:
        return other.namespace == home
    labels = {**namespace_labels(world, other.namespace), "kubernetes.io/metadata.name": other.namespace}
    return selects(peer["namespaceSelector"], labels)


def _is_in(block: Object, other: End) -> bool | None:
    """Ranges are for what is outside; what they do with a pod in them differs from plugin to plugin."""
    if other.address is None:
        return None if not other.is_pod or block["cidr"].endswith("/0") else False
    holds = within(other.address, [block["cidr"]]) and not within(other.address, block.get("except", []))
    return None if holds and other.is_pod else holds


def _is_port(wanted: Object, server: End, port: int) -> bool | None:
    if wanted.get("protocol", "TCP") != "TCP":
        return False
    if isinstance(wanted["port"], str):
        if server.ports is None:
            return None
        return any(one.get("name") == wanted["port"] and one["containerPort"] == port for one in server.ports)
    return bool(wanted["port"] <= port <= wanted.get("endPort", wanted["port"]))
