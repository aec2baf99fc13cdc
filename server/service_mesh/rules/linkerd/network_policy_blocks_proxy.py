"""NetworkPolicy leaves out a port that Linkerd's proxies need.

## Why it matters
Since 2.18 connections between meshed pods arrive at port 4143 of the server's proxy, whatever port the application has;
a policy that opens the application's ports alone refuses all meshed clients and lets those outside the mesh in. Every
proxy also needs the control plane, at 8080, 8086 and 8090, for its certificate, its destinations and its policies.

## Wrong
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - {protocol: TCP, port: 8080}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - {protocol: TCP, port: 8080}
    - {protocol: TCP, port: 4143}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
Some policy for the workload allows the port, in a range too, or has a rule without ports, whose peers are not looked
at; a policy denies everything, since others may come; the workload is not in the mesh for certain; the port is one that
the pods take from the proxy; releases before 2.18, and `proxy.outboundTransportMode: transparent`, where only opaque
ports arrive at 4143. Of the servers in rules for egress, pods of the same namespace are looked at, and whether the
control plane's own namespace lets the proxies and the API server in is not. In a namespace that is not loaded as a
whole it is reported as not checked.

## Fix safety
Adding the ports to the first rule is offered; unsafe, because it opens them for the peers of that rule.
"""

from collections.abc import Iterator

from service_mesh.mesh.network_policies import is_port_open, policy_rules, selected_by_policy
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.linkerd.ports import PORT_KINDS
from service_mesh.posture.linkerd.transport import arrival_port
from service_mesh.rules.linkerd._proxy_ports import (
    CONTROL_PLANE,
    MOST_WORKLOADS,
    blocked_from_control_plane,
    blocked_inbound,
    blocked_outbound,
)
from service_mesh.rules.rule import rule


@rule(
    "LD183",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    where=has_linkerd,
    reads=(*dict.fromkeys((*ENROLMENT_KINDS, *PORT_KINDS)),),
    sources=(
        "linkerd/linkerd2: charts/linkerd-control-plane/values.yaml (proxy.outboundTransportMode)",
        "linkerd/linkerd2: charts/partials/templates/_proxy.tpl",
        "https://linkerd.io/2/reference/controlplane-port-names/",
    ),
)
def network_policy_blocks_proxy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each direction in which the allowed ports leave out those of the proxies."""
    inbound, outbound = ([*policy_rules(resource, way)] for way in ("ingress", "egress"))
    if not inbound and not outbound:
        return
    for workload in selected_by_policy(mesh, resource)[:MOST_WORKLOADS]:
        if not enrolment(mesh, workload).is_meshed:
            continue
        found = [*_inbound(inbound, workload, mesh), *_outbound(outbound, workload, mesh)]
        found += _to_servers(outbound, workload, mesh)
        yield from found
        if found:
            return


def _inbound(rules: list[Node], workload: Workload, mesh: MeshView) -> Iterator[Draft]:
    for item in rules:
        for port in item.each("ports[].port"):
            number = port.value if type(port.value) is int else workload.port_number(port.text)
            arrival = arrival_port(mesh, workload, number) if number else None
            if arrival not in (None, number) and not is_port_open(mesh, workload, "ingress", arrival or 0):
                entry: dict[str, object] = {"protocol": "TCP", "port": arrival}
                ports = item.get("ports") or item
                yield blocked_inbound(workload, arrival or 0, ports, entry, partial=_is_partial(workload, mesh))
                return


def _outbound(rules: list[Node], workload: Workload, mesh: MeshView) -> Iterator[Draft]:
    closed = [port for port in CONTROL_PLANE if not is_port_open(mesh, workload, "egress", port)]
    ports = rules[0].get("ports") if rules else None
    if closed and ports is not None:
        entries: list[dict[str, object]] = [{"protocol": "TCP", "port": port} for port in closed]
        yield blocked_from_control_plane(workload, closed, ports, entries, partial=_is_partial(workload, mesh))


def _to_servers(rules: list[Node], workload: Workload, mesh: MeshView) -> Iterator[Draft]:
    """Rules for pods of the same namespace that are meshed, and that name the ports of their applications alone."""
    for item in rules:
        numbers = [port.value for port in item.each("ports[].port") if type(port.value) is int]
        for peer in item.each("to[]"):
            if peer.get("podSelector") is None or peer.get("namespaceSelector") is not None:
                continue
            selector = label_selector(peer.get("podSelector"))
            for server in selected(mesh, selector, workload.namespace, workload.cluster)[:MOST_WORKLOADS]:
                arrival = _arrival(server, numbers, mesh)
                if arrival and not is_port_open(mesh, workload, "egress", arrival):
                    entry: dict[str, object] = {"protocol": "TCP", "port": arrival}
                    ports, partial = item.get("ports") or item, _is_partial(workload, mesh)
                    yield blocked_outbound(workload, server, arrival, ports, entry, partial=partial)
                    return


def _arrival(server: Workload, numbers: list[int], mesh: MeshView) -> int:
    """Where connections to the ports of a meshed server arrive, if it is not the ports themselves; 0 otherwise."""
    if not enrolment(mesh, server).is_meshed:
        return 0
    found = ((number, arrival_port(mesh, server, number)) for number in numbers if number > 0)
    return next((arrival for number, arrival in found if arrival not in (None, number)), 0) or 0


def _is_partial(workload: Workload, mesh: MeshView) -> bool:
    return not mesh.is_complete(workload.namespace, workload.cluster)
