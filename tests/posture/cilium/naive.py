"""A second answer to which connections Cilium lets pass, written down as its documents tell it, slow and plain.

It knows objects as plain data and nothing of the project but its model, so that it can be held against the posture.
What is not known is tried out: every combination of what may be so gives an outcome, and several verdicts are none.
Sources: https://docs.cilium.io/en/stable/security/policy/, and of `cilium/cilium`: `pkg/policy/repository.go`,
`pkg/policy/api/`, `pkg/k8s/apis/cilium.io/utils/utils.go`, `pkg/k8s/network_policy.go`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY, NETWORK_POLICY, Kind
from tests.posture.kubernetes.naive import (
    INGRESS,
    Call,
    End,
    Object,
    all_true,
    any_true,
    end_of,
    home_of,
    isolates,
    labels_of_namespace,
    meets,
    name_of,
    on_named_port,
    on_port,
    within,
)

__all__ = ["Request", "judge"]

Outcome = tuple[str, str]
_NAMESPACE = "io.kubernetes.pod.namespace"
_OF_NAMESPACE = "io.cilium.k8s.namespace.labels."
_CLUSTER = "io.cilium.k8s.policy.cluster"
_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
_SECTIONS = ("ingress", "ingressDeny", "egress", "egressDeny")
_PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "FQDNs")
_ENTITIES = (
    *("all", "none", "world", "world-ipv4", "world-ipv6", "cluster", "cluster-mesh", "host", "remote-node"),
    *("kube-apiserver", "ingress", "health", "init", "unmanaged"),
)
_FAMILIES = {"ICMP": "IPv4", "ICMPv6": "IPv6"}


@dataclass(frozen=True)
class Request:
    """A request in the connection; None for what is not told of it."""

    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Flow:
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


@dataclass(frozen=True)
class _Said:
    """What one item allows or denies, if its rule is for the subject and it is about the connection.

    `rule` is the number of its rule; `answer` is None where it is not known whether it is about the connection.
    """

    rule: int
    answer: bool | None
    is_deny: bool
    rules: Any = None
    is_by_name: bool = False


def judge(
    objects: Iterable[Object], call: Call, direction: str, request: Request, release: tuple[int, int]
) -> Outcome:
    """Allowed, denied or unknown at one end of a connection, and what says so."""
    world = list(objects)
    client, server = end_of(world, call.client), end_of(world, call.server)
    subject, other = (server, client) if direction == INGRESS else (client, server)
    flow = _Flow(world, direction, subject, other, server, call, request, release)
    found: set[Outcome] = set()
    for entity in other.entities or ("",):
        end = replace(other, entities=(entity,) if entity else ())
        server = end if direction != INGRESS else server
        found |= set(_outcomes(replace(flow, other=end, server=server)))
    verdicts = {verdict for verdict, _ in found}
    return verdicts.pop() if len(verdicts) == 1 else "unknown", sorted(layer for _, layer in found)[0]


def _outcomes(flow: _Flow) -> Iterator[Outcome]:
    is_node = bool({"host", "remote-node"} & set(flow.subject.entities))
    if flow.told("enable-policy") == "never":
        yield "allowed", "mode"
        return
    if is_node and (flow.options is None or flow.told("enable-host-firewall") != "true"):
        yield "allowed", "no pod"
        if flow.options is not None:
            return
    if not flow.subject.is_pod and not is_node:
        yield "allowed", "no pod"
        return
    yield from _enforced(flow)


def _enforced(flow: _Flow) -> Iterator[Outcome]:
    rules = [(rule, home, _is_for(flow, rule, home)) for rule, home in _rules(flow.world)]
    said = [one for number, (rule, home, _) in enumerate(rules) for one in _of_rule(flow, rule, home, number)]
    policies = _network_policies(flow)
    for choice in product(*[[True, False] if is_for is None else [is_for] for _, _, is_for in rules]):
        mine = [one for one in said if choice[one.rule]]
        mine += [one for policy in policies for one in _of_network_policy(flow, policy)]
        is_closed = bool(policies) or any(_closes(flow, rule) for (rule, _, _), is_in in zip(rules, choice) if is_in)
        sees_names = any(_shows_names(rule) for (rule, _, _), is_in in zip(rules, choice) if is_in)
        open_ = [one for one in mine if one.answer is None]
        for answers in product([True, False], repeat=len(open_)):
            taken = dict(zip(map(id, open_), answers))
            about = [one for one in mine if one.answer or taken.get(id(one))]
            yield from _concluded(flow, about, is_closed, sees_names)


def _concluded(flow: _Flow, about: list[_Said], is_closed: bool, sees_names: bool) -> Iterator[Outcome]:
    """Deny first, then the own node, then what no policy closes, then what a rule allows."""
    if any(one.is_deny for one in about):
        yield "denied", "deny"
        return
    is_from_host = flow.direction == INGRESS and flow.other.entities == ("host",) and flow.subject.is_pod
    if is_from_host and flow.told("allow-localhost") != "policy":
        yield "allowed", "own node"
        return
    rules = [one.rules for one in about]
    binds = bool(rules) and all(rules)
    if flow.told("enable-policy") != "always" and not is_closed:
        if binds and flow.release < (1, 18):
            yield from _requested(flow, rules)
        else:
            yield "allowed", "open"
        return
    if not about:
        yield "denied", "closed"
        return
    if all(one.is_by_name for one in about) and not sees_names:
        yield from (("allowed", "name"), ("denied", "name"))
        return
    yield from _requested(flow, rules) if binds else [("allowed", "rule")]


def _requested(flow: _Flow, rules: list[Any]) -> Iterator[Outcome]:
    """One entry of one list is enough; what is not HTTP cannot be told."""
    answers = [any_true(_meets(entry, flow.request) for entry in one["http"]) if "http" in one else None for one in rules]
    answer = any_true(answers)
    for verdict, is_it in (("allowed", answer is not False), ("denied", not answer)):
        if is_it:
            yield verdict, "request"


def _meets(entry: Object, request: Request) -> bool | None:
    texts = (("method", request.method), ("path", request.path), ("host", request.host))
    answers = [None if text is None else bool(re.fullmatch(entry[name], text)) for name, text in texts if name in entry]
    for header in entry.get("headers", []):
        name, _, value = header.partition(": ")
        answers.append(request.headers.get(name) == value if value else name in request.headers)
    return all_true(answers)


def _rules(world: list[Object]) -> list[tuple[Object, str]]:
    """The rules of all policies that the agent takes, with their namespaces."""
    found = []
    for kind in (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY):
        for policy in _of(world, kind):
            rules = [*([policy["spec"]] if "spec" in policy else []), *policy.get("specs", [])]
            if all(_is_valid(rule, home_of(policy)) for rule in rules):
                found += [(rule, home_of(policy)) for rule in rules]
    return found


def _is_valid(rule: Object, home: str) -> bool:
    is_for_nodes = "nodeSelector" in rule
    if is_for_nodes == ("endpointSelector" in rule) or (home and is_for_nodes):
        return False
    if not any(rule.get(section) for section in _SECTIONS):
        return False
    items = [(section, item) for section in _SECTIONS for item in rule.get(section, [])]
    return all(_is_valid_item(item, section, is_for_nodes) for section, item in items)


def _is_valid_item(item: Object, section: str, is_for_nodes: bool) -> bool:
    start = "from" if section.startswith(INGRESS) else "to"
    if sum(bool(item.get(f"{start}{peer}")) for peer in _PEERS) > 1 or (item.get("icmps") and item.get("toPorts")):
        return False
    if any(entity not in _ENTITIES for entity in item.get(f"{start}Entities", [])):
        return False
    for one in item.get("toPorts", []):
        rules = one.get("rules", {})
        if any(rules.values()) and is_for_nodes:
            return False
        if rules.get("dns") and start == "from":
            return False
        if rules.get("http") and any(port.get("protocol", "ANY") != "TCP" for port in one["ports"]):
            return False
        if any(rules.values()) and any(port["port"] == "0" for port in one["ports"]):
            return False
    return True


def _is_for(flow: _Flow, rule: Object, home: str) -> bool | None:
    """Whether a rule is for the subject; of nodes no labels are known."""
    if not flow.subject.is_pod:
        return False if "nodeSelector" not in rule else True if not rule["nodeSelector"] else None
    if "endpointSelector" not in rule or home not in ("", flow.subject.home):
        return False
    selector = rule["endpointSelector"]
    written = selector.get("matchLabels", {})
    if home and f"k8s:{_NAMESPACE}" in written:  # the agent puts the policy's own in its place
        selector = {**selector, "matchLabels": {**written, f"k8s:{_NAMESPACE}": home}}
    return _selects(flow, selector, flow.subject)


def _selects(flow: _Flow, selector: Object, end: End) -> bool | None:
    """Whether a selector without more added to it selects an end, by the labels that the agent gives it."""
    labels, unknown = _labels(flow, end)
    own = {_bare(key): value for key, value in selector.get("matchLabels", {}).items()}
    expressions = [{**one, "key": _bare(one["key"])} for one in selector.get("matchExpressions", [])]
    return meets({"matchLabels": own, "matchExpressions": expressions}, labels, unknown)


def _labels(flow: _Flow, end: End) -> tuple[dict[str, str], tuple[str, ...]]:
    if not end.is_pod:
        more = ("reserved:",) if end.entities == ("kube-apiserver",) else ("\0",)
        return {f"reserved:{end.entities[0]}": ""}, more
    of_namespace, unknown = labels_of_namespace(flow.world, end.home)
    labels = {**(end.labels or {}), _NAMESPACE: end.home}
    labels |= {f"{_OF_NAMESPACE}{key}": value for key, value in of_namespace.items()}
    left = [_OF_NAMESPACE] if unknown else ["\0"]
    for key, value in ((_CLUSTER, _cluster(flow)), (_ACCOUNT, end.account)):
        if value:
            labels[key] = value
        else:
            left.append(key)
    return labels, tuple(left)


def _cluster(flow: _Flow) -> str:
    return "" if flow.options is None else flow.told("cluster-name", "default")


def _bare(key: str) -> str:
    return key.removeprefix("k8s:").removeprefix("any:")


def _closes(flow: _Flow, rule: Object) -> bool:
    """Whether a rule turns on default deny: it says something on the direction, and is not told otherwise."""
    says = bool(rule.get(flow.direction) or rule.get(f"{flow.direction}Deny"))
    return says and rule.get("enableDefaultDeny", {}).get(flow.direction, True) is not False


def _shows_names(rule: Object) -> bool:
    ports = [one for item in rule.get("egress", []) for one in item.get("toPorts", [])]
    return any(one.get("rules", {}).get("dns") for one in ports)


def _of_rule(flow: _Flow, rule: Object, home: str, number: int) -> Iterator[_Said]:
    for section in (flow.direction, f"{flow.direction}Deny"):
        for item in rule.get(section, []):
            peer = _is_peer(flow, item, rule, home)
            for answer, rules in _openings(flow, item):
                both = all_true([peer, answer])
                if both is not False:
                    yield _Said(number, both, section.endswith("Deny"), rules, "toFQDNs" in item)


def _openings(flow: _Flow, item: Object) -> Iterator[tuple[bool | None, Any]]:
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


def _is_port(flow: _Flow, port: Object) -> bool | None:
    if port.get("protocol", "ANY") not in ("ANY", flow.call.protocol):
        return False
    if not port["port"].isdigit():
        return on_named_port(port["port"], flow.server, flow.call.port, flow.call.protocol)
    first = int(port["port"])
    return first == 0 or first <= flow.call.port <= port.get("endPort", first)


def _is_peer(flow: _Flow, item: Object, rule: Object, home: str) -> bool | None:
    """Without any field everybody if there are ports, else nobody; an empty list is nobody."""
    start = "from" if flow.direction == INGRESS else "to"
    written = [peer for peer in _PEERS if f"{start}{peer}" in item]
    if not written:
        return bool(item.get("toPorts") or item.get("icmps"))
    return any_true(_is_one(flow, peer, one, rule, home) for peer in written for one in item[f"{start}{peer}"])


def _is_one(flow: _Flow, peer: str, one: Any, rule: Object, home: str) -> bool | None:
    if peer == "Endpoints":
        return _is_endpoint(flow, one, rule, home)
    if peer == "Entities":
        return _is_entity(one, flow.other)
    if peer == "FQDNs":
        return _has_name(flow, one)
    cidr, left_out = (one, []) if peer == "CIDR" else (one["cidr"], one.get("except", []))
    return _is_in_range(flow, cidr, left_out)


def _is_endpoint(flow: _Flow, selector: Object, rule: Object, home: str) -> bool | None:
    """The own namespace unless one is written; in a policy of the whole cluster everything that has a namespace."""
    keys = [_bare(key) for key in selector.get("matchLabels", {})]
    keys += [_bare(one["key"]) for one in selector.get("matchExpressions", [])]
    found = _selects(flow, selector, flow.other)
    if any(key.startswith("reserved:") for key in keys) or _NAMESPACE in keys:
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


def _is_in_range(flow: _Flow, cidr: str, left_out: list[str]) -> bool | None:
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


def _has_name(flow: _Flow, one: Object) -> bool | None:
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


def _network_policies(flow: _Flow) -> list[Object]:
    if flow.told("enable-k8s-networkpolicy") == "false" or not flow.subject.is_pod:
        return []
    return [one for one in _of(flow.world, NETWORK_POLICY) if isolates(one, flow.subject, flow.direction)]


def _of_network_policy(flow: _Flow, policy: Object) -> Iterator[_Said]:
    peers = "from" if flow.direction == INGRESS else "to"
    for rule in policy["spec"].get(flow.direction, []):
        who = [_is_kubernetes_peer(flow, peer, home_of(policy)) for peer in rule.get(peers, [])]
        ports = [on_port(port, flow.server, flow.call) for port in rule.get("ports", [])]
        answer = all_true([any_true(who) if who else True, any_true(ports) if ports else True])
        if answer is not False:
            yield _Said(-1, answer, is_deny=False)


def _is_kubernetes_peer(flow: _Flow, peer: Object, home: str) -> bool | None:
    other = flow.other
    if "ipBlock" in peer:
        return _is_in_range(flow, peer["ipBlock"]["cidr"], peer["ipBlock"].get("except", []))
    if not other.is_pod:
        return False
    own = meets(peer.get("podSelector", {}), other.labels or {})
    if "namespaceSelector" not in peer:
        return all_true([own, other.home == home])
    return all_true([own, meets(peer["namespaceSelector"], *labels_of_namespace(flow.world, other.home))])


def _of(world: list[Object], kind: Kind) -> list[Object]:
    wanted = kind.group, kind.name
    found = [one for one in world if (one["apiVersion"].rpartition("/")[0], one["kind"]) == wanted]
    return sorted(found, key=name_of)
