"""A second answer to which connections Cilium lets pass, written down as its documents tell it, slow and plain.

It knows objects as plain data and nothing of the project but its model, so that it can be held against the posture.
What is not known is tried out: every combination of what may be so gives an outcome, and several verdicts are none.
The connection is one question and the request in it the next: where the first is open the second is not asked.
Sources: https://docs.cilium.io/en/stable/security/policy/, and of `cilium/cilium`: `pkg/policy/repository.go`,
`pkg/policy/api/`, `pkg/k8s/apis/cilium.io/utils/utils.go`, `pkg/k8s/network_policy.go`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY, NETWORK_POLICY, Kind
from tests.posture.cilium.naive_peers import (
    NAMESPACE,
    PEERS,
    Flow,
    Request,
    is_kubernetes_peer,
    is_peer,
    openings,
    selects,
)
from tests.posture.kubernetes.naive import (
    INGRESS,
    Call,
    Object,
    all_true,
    any_true,
    end_of,
    home_of,
    isolates,
    name_of,
    on_port,
)

__all__ = ["judge"]

Outcome = tuple[str, str]
_SECTIONS = ("ingress", "ingressDeny", "egress", "egressDeny")
_ENTITIES = (
    *("all", "none", "world", "world-ipv4", "world-ipv6", "cluster", "cluster-mesh", "host", "remote-node"),
    *("kube-apiserver", "ingress", "health", "init", "unmanaged"),
)


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


def judge(objects: Iterable[Object], call: Call, direction: str, request: Request, release: tuple[int, int]) -> Outcome:
    """Allowed, denied or unknown at one end of a connection, and what says so."""
    world = list(objects)
    client, server = end_of(world, call.client), end_of(world, call.server)
    subject, other = (server, client) if direction == INGRESS else (client, server)
    flow = Flow(world, direction, subject, other, server, call, request, release)
    found: set[Outcome] = set()
    for entity in other.entities or ("",):
        end = replace(other, entities=(entity,) if entity else ())
        server = end if direction != INGRESS else server
        found |= set(_outcomes(replace(flow, other=end, server=server)))
    connections = {verdict if layer != "request" else "allowed" for verdict, layer in found}
    verdicts = {verdict for verdict, _ in found} if len(connections) == 1 else connections
    return verdicts.pop() if len(verdicts) == 1 else "unknown", sorted(layer for _, layer in found)[0]


def _outcomes(flow: Flow) -> Iterator[Outcome]:
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


def _enforced(flow: Flow) -> Iterator[Outcome]:
    rules = [(rule, home, _is_for(flow, rule, home)) for rule, home in _rules(flow.world)]
    said = [one for number, (rule, home, _) in enumerate(rules) for one in _of_rule(flow, rule, home, number)]
    policies, doubtful = _network_policies(flow), {number for number, one in enumerate(rules) if one[2] is None}
    for choice in product(*[[True, False] if is_for is None else [is_for] for _, _, is_for in rules]):
        mine = [one for one in said if choice[one.rule]]
        mine += [one for policy in policies for one in _of_network_policy(flow, policy)]
        taken = [rule for (rule, _, _), is_in in zip(rules, choice, strict=True) if is_in]
        is_closed = bool(policies) or any(_closes(flow, rule) for rule in taken)
        sees_names = any(map(_shows_names, taken))
        for about in product(*[_readings(one, one.rule in doubtful) for one in mine]):
            yield from _concluded(flow, [one for one in about if one], is_closed, sees_names)


def _readings(said: _Said, is_doubtful: bool) -> tuple[_Said | None, ...]:
    """What an item may come to; where it or its rule is only perhaps about it, its requests are not asked for."""
    wide = replace(said, rules=None)
    if said.answer:
        return (said, wide) if is_doubtful else (said,)
    return None, said, wide


def _concluded(flow: Flow, about: list[_Said], is_closed: bool, sees_names: bool) -> Iterator[Outcome]:
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
    is_by_name = all(one.is_by_name for one in about)
    if is_by_name and not sees_names:
        yield from (("allowed", "name"), ("denied", "name"))
        return
    yield from _requested(flow, rules) if binds else [("allowed", "name" if is_by_name else "rule")]


def _requested(flow: Flow, rules: list[Any]) -> Iterator[Outcome]:
    """One entry of one list is enough; what is not HTTP cannot be told."""
    answers = [
        any_true(_meets(entry, flow.request) for entry in one["http"]) if "http" in one else _asks_any_name(one)
        for one in rules
    ]
    answer = any_true(answers)
    for verdict, is_it in (("allowed", answer is not False), ("denied", not answer)):
        if is_it:
            yield verdict, "request"


def _asks_any_name(rules: Object) -> bool | None:
    return True if {"matchPattern": "*"} in rules.get("dns", ()) else None


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
    if sum(bool(item.get(f"{start}{peer}")) for peer in PEERS) > 1 or (item.get("icmps") and item.get("toPorts")):
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


def _is_for(flow: Flow, rule: Object, home: str) -> bool | None:
    """Whether a rule is for the subject; of nodes no labels are known."""
    if not flow.subject.is_pod:
        return False if "nodeSelector" not in rule else True if not rule["nodeSelector"] else None
    if "endpointSelector" not in rule or home not in ("", flow.subject.home):
        return False
    selector = rule["endpointSelector"]
    written = selector.get("matchLabels", {})
    if home and f"k8s:{NAMESPACE}" in written:  # the agent puts the policy's own in its place
        selector = {**selector, "matchLabels": {**written, f"k8s:{NAMESPACE}": home}}
    return selects(flow, selector, flow.subject)


def _closes(flow: Flow, rule: Object) -> bool:
    """Whether a rule turns on default deny: it says something on the direction, and is not told otherwise."""
    says = bool(rule.get(flow.direction) or rule.get(f"{flow.direction}Deny"))
    return says and rule.get("enableDefaultDeny", {}).get(flow.direction, True) is not False


def _shows_names(rule: Object) -> bool:
    ports = [one for item in rule.get("egress", []) for one in item.get("toPorts", [])]
    return any(one.get("rules", {}).get("dns") for one in ports)


def _of_rule(flow: Flow, rule: Object, home: str, number: int) -> Iterator[_Said]:
    for section in (flow.direction, f"{flow.direction}Deny"):
        for item in rule.get(section, []):
            peer = is_peer(flow, item, rule, home)
            for answer, rules in openings(flow, item):
                both = all_true([peer, answer])
                if both is not False:
                    yield _Said(number, both, section.endswith("Deny"), rules, "toFQDNs" in item)


def _network_policies(flow: Flow) -> list[Object]:
    if flow.told("enable-k8s-networkpolicy") == "false" or not flow.subject.is_pod:
        return []
    return [one for one in _of(flow.world, NETWORK_POLICY) if isolates(one, flow.subject, flow.direction)]


def _of_network_policy(flow: Flow, policy: Object) -> Iterator[_Said]:
    peers = "from" if flow.direction == INGRESS else "to"
    for rule in policy["spec"].get(flow.direction, []):
        who = [is_kubernetes_peer(flow, peer, home_of(policy)) for peer in rule.get(peers, [])]
        ports = [on_port(port, flow.server, flow.call) for port in rule.get("ports", [])]
        answer = all_true([any_true(who) if who else True, any_true(ports) if ports else True])
        if answer is not False:
            yield _Said(-1, answer, is_deny=False)


def _of(world: list[Object], kind: Kind) -> list[Object]:
    wanted = kind.group, kind.name
    found = [one for one in world if (one["apiVersion"].rpartition("/")[0], one["kind"]) == wanted]
    return sorted(found, key=name_of)
