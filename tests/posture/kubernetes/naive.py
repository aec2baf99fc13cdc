"""A second answer to which connections network policies let pass, written as their documents tell it, slow and plain.

It knows objects as plain data and nothing of the project but its model, so that it can be held against the posture.
A third value stands only for what the definitions leave open, and for what nobody has told: labels of namespaces that
are not there, named ports and addresses of pods that are not known, and which node something is on.
Sources: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and
`kubernetes-sigs/network-policy-api: apis/v1alpha1/adminnetworkpolicy_types.go`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import groupby
from typing import Any

from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NETWORK_POLICY, Kind

__all__ = [
    "INGRESS",
    "Call",
    "End",
    "Object",
    "all_true",
    "any_true",
    "end_of",
    "home_of",
    "isolates",
    "judge",
    "labels_of_namespace",
    "meets",
    "name_of",
    "on_named_port",
    "on_port",
    "within",
]

Object = Mapping[str, Any]
Outcome = tuple[str, str]
INGRESS = "ingress"
_NAME = "kubernetes.io/metadata.name"
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")


@dataclass(frozen=True)
class Call:
    """A connection: a loaded pod is `home/name`, any other `home:key=value,…`, else an address, entity or DNS name."""

    client: str
    server: str
    port: int
    protocol: str = "TCP"


@dataclass(frozen=True)
class End:
    """One end: a pod, or what may be one of `entities`; None for what is not known of it."""

    home: str = ""
    labels: Mapping[str, str] | None = None
    account: str | None = None
    address: str | None = None
    ports: tuple[Object, ...] | None = None
    entities: tuple[str, ...] = ()
    host: str = ""

    @property
    def is_pod(self) -> bool:
        return not self.entities


def end_of(world: Iterable[Object], text: str) -> End:
    """The end that a text of a call means."""
    home, slash, name = text.partition("/")
    if slash:
        pod = next(one for one in world if one["kind"] == "Pod" and (home_of(one), name_of(one)) == (home, name))
        spec, address = pod["spec"], pod.get("status", {}).get("podIP")
        if spec.get("hostNetwork"):
            return End(address=address, entities=("host", "remote-node"))
        ports = tuple(port for one in spec["containers"] for port in one.get("ports", []))
        return End(home, pod["metadata"].get("labels", {}), spec.get("serviceAccountName", "default"), address, ports)
    if "=" in text:
        home, _, written = text.partition(":")
        return End(home, dict(pair.split("=") for pair in written.split(",")))
    if text[0].isdigit() or text.count(":") > 1:
        return End(address=text, entities=("world",))
    return End(entities=("world",), host=text) if "." in text else End(entities=(text,))


def judge(objects: Iterable[Object], call: Call, direction: str) -> Outcome:
    """Allowed, denied or unknown at one end of a connection, and what says so."""
    world = list(objects)
    client, server = end_of(world, call.client), end_of(world, call.server)
    subject, other = (server, client) if direction == INGRESS else (client, server)
    if not subject.is_pod:
        return "allowed", "no pod"
    flow = _Flow(world, direction, subject, other, server, call)
    found = _by_administrators(flow)
    verdicts = {verdict for verdict, _ in found}
    return verdicts.pop() if len(verdicts) == 1 else "unknown", sorted(layer for _, layer in found)[0]


@dataclass(frozen=True)
class _Flow:
    world: list[Object]
    direction: str
    subject: End
    other: End
    server: End
    call: Call

    @property
    def peers(self) -> str:
        return "from" if self.direction == INGRESS else "to"


def _by_administrators(flow: _Flow) -> set[Outcome]:
    """Every outcome that there may be: of policies with one priority, any that matches may be the one applied."""
    policies = sorted(_of(flow.world, ADMIN_NETWORK_POLICY), key=lambda one: one["spec"]["priority"])
    found: set[Outcome] = set()
    for _, group in groupby(policies, key=lambda one: one["spec"]["priority"]):
        said = [_actions(flow, policy) for policy in group]
        for action in set().union(*said):
            if action == "Pass":
                found |= _by_policies(flow)
            elif action:
                found.add(("allowed" if action == "Allow" else "denied", "admin"))
        if any("" not in actions for actions in said):
            return found
    return found | _by_policies(flow)


def _by_baseline(flow: _Flow) -> set[Outcome]:
    found: set[Outcome] = set()
    for policy in _of(flow.world, BASELINE_ADMIN_NETWORK_POLICY):
        actions = _actions(flow, policy)
        found |= {("allowed" if action == "Allow" else "denied", "baseline") for action in actions if action}
        if "" not in actions:
            return found
    return found | {("allowed", "open")}


def _actions(flow: _Flow, policy: Object) -> set[str]:
    """The actions that a policy may take: of its first rule that matches; an empty one stands for none."""
    found: set[str] = set()
    subject = _selects(flow.world, policy["spec"]["subject"], flow.subject)
    for rule in policy["spec"].get(flow.direction, []):
        other = any_true([_is_admins_peer(flow, peer) for peer in rule[flow.peers]])
        ports = [_is_admins_port(port, flow) for port in rule.get("ports", [])]
        answer = all_true([other, any_true(ports) if ports else True])
        if answer is not False and subject is not False:
            found.add(rule["action"])
        if answer:
            return found if subject else {*found, ""}
    return {*found, ""}


def _is_admins_peer(flow: _Flow, peer: Object) -> bool | None:
    other = flow.other
    if "networks" in peer:
        return any_true([_is_in_network(cidr, other) for cidr in peer["networks"]])
    if "nodes" in peer:  # which labels a node has is not known, nor what becomes of the pod's own node
        if not peer["nodes"] and other.entities == ("remote-node",):
            return True
        return None if {"host", "remote-node", "kube-apiserver"} & set(other.entities) else False
    return _selects(flow.world, peer, other)


def _is_in_network(cidr: str, other: End) -> bool | None:
    """Traffic inside the cluster is checked too; a pod of which no address is known has one that pods may have."""
    if other.address is not None:
        return within(other.address, [cidr])
    network = ip_network(cidr)
    usual = [ip_network(one) for one in _PRIVATE]
    is_private = any(network.version == one.version and network.overlaps(one) for one in usual)
    return None if not other.is_pod or is_private else False


def _selects(world: list[Object], where: Object, end: End) -> bool | None:
    """Pods by namespace, or by namespace and their own labels; what is no pod of its own is never selected."""
    if not end.is_pod:
        return False
    namespace = labels_of_namespace(world, end.home)
    if "pods" in where:
        pods = where["pods"]
        own = meets(pods["podSelector"], end.labels or {})
        return all_true([meets(pods["namespaceSelector"], *namespace), own])
    return meets(where["namespaces"], *namespace)


def _is_admins_port(port: Object, flow: _Flow) -> bool | None:
    call = flow.call
    if "namedPort" in port:
        return on_named_port(port["namedPort"], flow.server, call.port, call.protocol)
    chosen = port.get("portNumber") or port["portRange"]
    first, last = chosen.get("port", chosen.get("start")), chosen.get("port", chosen.get("end"))
    return bool(chosen.get("protocol", "TCP") == call.protocol and first <= call.port <= last)


def _by_policies(flow: _Flow) -> set[Outcome]:
    policies = [one for one in _of(flow.world, NETWORK_POLICY) if isolates(one, flow.subject, flow.direction)]
    if not policies:
        return _by_baseline(flow)
    if flow.other.entities == ("host",):
        return {("allowed", "own node")}
    answers = [_lets_pass(flow, policy, rule) for policy in policies for rule in policy["spec"].get(flow.direction, [])]
    answer = any_true(answers)
    if answer:
        return {("allowed", "rule")}
    if answer is None:
        return {("allowed", "rule"), ("denied", "isolated")}
    return {("denied", "isolated")} | ({("allowed", "own node")} if "host" in flow.other.entities else set())


def isolates(policy: Object, subject: End, direction: str) -> bool:
    """Whether a NetworkPolicy selects a pod and is about a direction."""
    spec = policy["spec"]
    if home_of(policy) != subject.home or not meets(spec["podSelector"], subject.labels or {}):
        return False
    if "policyTypes" in spec:
        return direction.capitalize() in spec["policyTypes"]
    return direction == INGRESS or bool(spec.get("egress"))


def _lets_pass(flow: _Flow, policy: Object, rule: Object) -> bool | None:
    peers = [_is_peer(flow, peer, home_of(policy)) for peer in rule.get(flow.peers, [])]
    ports = [on_port(port, flow.server, flow.call) for port in rule.get("ports", [])]
    return all_true([any_true(peers) if peers else True, any_true(ports) if ports else True])


def _is_peer(flow: _Flow, peer: Object, home: str) -> bool | None:
    """A range is for what is outside; what it does with a pod in it differs from plugin to plugin."""
    other = flow.other
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        cidr = block["cidr"]
        if other.address is None:
            is_open = not other.is_pod or ip_network(cidr).prefixlen == 0
            return None if is_open else False
        holds = within(other.address, [cidr]) and not within(other.address, block.get("except", []))
        return None if holds and other.is_pod else holds
    if not other.is_pod:
        return False
    own = meets(peer.get("podSelector", {}), other.labels or {})
    if "namespaceSelector" not in peer:
        return all_true([own, other.home == home])
    return all_true([own, meets(peer["namespaceSelector"], *labels_of_namespace(flow.world, other.home))])


def on_port(port: Object, server: End, call: Call) -> bool | None:
    """Whether one item of the ports of a NetworkPolicy is about a connection."""
    if port.get("protocol", "TCP") != call.protocol:
        return False
    if "port" not in port:
        return True
    if isinstance(port["port"], str):
        return on_named_port(port["port"], server, call.port, call.protocol)
    return bool(port["port"] <= call.port <= port.get("endPort", port["port"]))


def on_named_port(name: str, server: End, port: int, protocol: str) -> bool | None:
    """Whether a container of the server gives the port this name; not known where its containers are not."""
    if not server.is_pod:
        return False
    if server.ports is None:
        return None
    wanted = name, port, protocol
    return any((one.get("name"), one["containerPort"], one.get("protocol", "TCP")) == wanted for one in server.ports)


def meets(selector: Object, labels: Mapping[str, str], unknown: tuple[str, ...] = ()) -> bool | None:
    """Whether labels meet a LabelSelector; `unknown` are beginnings of keys of which nothing is known."""
    answers: list[bool | None] = []
    for key, value in selector.get("matchLabels", {}).items():
        answers.append(None if _is_unknown(key, labels, unknown) else labels.get(key) == value)
    for one in selector.get("matchExpressions", []):
        key, values = one["key"], one.get("values", [])
        told = {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }
        answers.append(None if _is_unknown(key, labels, unknown) else told[one["operator"]])
    return all_true(answers)


def _is_unknown(key: str, labels: Mapping[str, str], unknown: tuple[str, ...]) -> bool:
    return key not in labels and key.startswith(unknown)


def labels_of_namespace(world: Iterable[Object], name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Labels of a namespace, and which may be there beside them; every one has its name for a label."""
    for one in world:
        if one["kind"] == "Namespace" and name_of(one) == name:
            return {**one["metadata"].get("labels", {}), _NAME: name}, ()
    return {_NAME: name}, ("",)


def within(address: str, networks: Iterable[str]) -> bool:
    """Whether one of some networks holds an address."""
    return any(ip_address(address) in ip_network(one, strict=False) for one in networks)


def any_true(answers: Iterable[bool | None]) -> bool | None:
    """Yes if one is yes, else not known if one is not known."""
    found = set(answers)
    return True if True in found else None if None in found else False


def all_true(answers: Iterable[bool | None]) -> bool | None:
    """No if one is no, else not known if one is not known."""
    found = set(answers)
    return False if False in found else None if None in found else True


def _of(world: list[Object], kind: Kind) -> list[Object]:
    wanted = kind.group, kind.name
    return [one for one in world if (one["apiVersion"].rpartition("/")[0], one["kind"]) == wanted]


def home_of(one: Object) -> str:
    """The namespace of an object; empty where it has none."""
    return str(one["metadata"].get("namespace", ""))


def name_of(one: Object) -> str:
    """The name of an object."""
    return str(one["metadata"]["name"])
