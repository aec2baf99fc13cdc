"""Cilium policy for a meshed workload leaves out a port that Linkerd's proxies need.

## Why it matters
Since 2.18 connections between meshed pods arrive at port 4143 of the server's proxy, whatever port the application has;
a policy that names the application's ports alone refuses all meshed clients. Every proxy also needs the control plane,
at 8080, 8086 and 8090, for its certificate, its destinations and its policies.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}, {port: "4143", protocol: TCP}]
```

## When it stays quiet
Some policy for the workload allows the port, in a range too, or has a rule without ports, whose peers are not looked
at; no policy for it turns the default deny on; a rule allows nothing at all, since others may come; the workload is not
in the mesh for certain; the port is one that the pods take from the proxy; releases before 2.18, and
`proxy.outboundTransportMode: transparent`. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
Adding the ports to the first rule is offered; unsafe, because it opens them for the peers of that rule.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_endpoints import CILIUM_POLICIES, selected_by_rule
from service_mesh.mesh.cilium_ports import is_open_in_cilium, port_lists
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.ports import port_in
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.linkerd.ports import PORT_KINDS
from service_mesh.posture.linkerd.transport import arrival_port
from service_mesh.rules.linkerd._proxy_ports import (
    CONTROL_PLANE,
    MOST_WORKLOADS,
    blocked_from_control_plane,
    blocked_inbound,
)
from service_mesh.rules.rule import rule


@rule(
    "LD184",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=CILIUM_POLICIES,
    where=has_linkerd,
    reads=(*dict.fromkeys((*ENROLMENT_KINDS, *PORT_KINDS)),),
    sources=(
        "linkerd/linkerd2: charts/linkerd-control-plane/values.yaml (proxy.outboundTransportMode)",
        "cilium/cilium: pkg/policy/repository.go",
        "https://linkerd.io/2/reference/controlplane-port-names/",
    ),
)
def cilium_policy_blocks_proxy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each direction in which the allowed ports leave out those of the proxies."""
    for policy_rule in (*resource.each("spec"), *resource.each("specs[]")):
        if port_lists(policy_rule, "ingress") or port_lists(policy_rule, "egress"):
            yield from _judged(policy_rule, mesh)


def _judged(policy_rule: Node, mesh: MeshView) -> Iterator[Draft]:
    for number, workload in enumerate(selected_by_rule(mesh, policy_rule)):
        if number == MOST_WORKLOADS:
            return
        if not enrolment(mesh, workload).is_meshed:
            continue
        found = [*_inbound(policy_rule, workload, mesh), *_outbound(policy_rule, workload, mesh)]
        yield from found
        if found:
            return


def _inbound(policy_rule: Node, workload: Workload, mesh: MeshView) -> Iterator[Draft]:
    for ports in port_lists(policy_rule, "ingress"):
        for port in ports.each("[].port"):
            number = port_in(port.text) or workload.port_number(port.text)
            arrival = arrival_port(mesh, workload, number) if number else None
            if arrival not in (None, number) and not is_open_in_cilium(mesh, workload, "ingress", arrival or 0):
                partial = not mesh.is_complete(workload.namespace, workload.cluster)
                yield blocked_inbound(workload, arrival or 0, ports, _entry(arrival or 0), partial=partial)
                return


def _outbound(policy_rule: Node, workload: Workload, mesh: MeshView) -> Iterator[Draft]:
    closed = [port for port in CONTROL_PLANE if not is_open_in_cilium(mesh, workload, "egress", port)]
    lists = port_lists(policy_rule, "egress")
    if closed and lists:
        partial = not mesh.is_complete(workload.namespace, workload.cluster)
        yield blocked_from_control_plane(workload, closed, lists[0], map(_entry, closed), partial=partial)


def _entry(port: int) -> dict[str, object]:
    return {"port": str(port), "protocol": "TCP"}
