"""HTTP rules stand on a port where Istio's sidecars speak mTLS.

## Why it matters
HTTP rules send a port through the Envoy of the node, which expects requests in the clear. From another sidecar the port
of a workload with a sidecar gets mTLS, of which that Envoy sees no request: it refuses the bytes as malformed, and
connections inside the mesh fail.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart, sidecar.istio.io/inject: "true"}}
spec:
  containers:
  - {name: app, image: cart, ports: [{containerPort: 8080}]}
  - {name: istio-proxy, image: istio/proxyv2}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart, sidecar.istio.io/inject: "true"}}
spec:
  containers:
  - {name: app, image: cart, ports: [{containerPort: 8080}]}
  - {name: istio-proxy, image: istio/proxyv2}
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

## When it stays quiet
The workload has no sidecar of Istio, or it is not known; mTLS is off for the port; the pod says which ports its sidecar
takes; ambient mode and Linkerd, whose traffic arrives on ports of their own; ports that are a name or a range.

## Fix safety
None is offered: rules for requests belong into Istio's AuthorizationPolicy, which is another object.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS, candidates
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.peer_authentication import MODE_KINDS, MtlsMode, server_mode
from service_mesh.rules.cilium._policies import POLICIES, is_filled, policy_rules
from service_mesh.rules.cilium._ports import port_number
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 20
_CAPTURED = frozenset({"traffic.sidecar.istio.io/includeInboundPorts", "traffic.sidecar.istio.io/excludeInboundPorts"})
_WITH_TLS = frozenset({MtlsMode.STRICT, MtlsMode.PERMISSIVE})


@rule(
    "CI159",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*ENDPOINT_KINDS, *ENROLMENT_KINDS, *MODE_KINDS))),
    needs=("http",),
    sources=("https://docs.cilium.io/en/stable/network/servicemesh/istio/",),
)
def http_rules_on_mesh_traffic(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first HTTP rules of each rule whose port gets mTLS."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        lists = [
            (port_rule, rules)
            for port_rule in one.each("ingress[].toPorts[]")
            if (rules := port_rule.get("rules.http")) is not None and is_filled(rules)
        ]
        for port_rule, rules in lists:
            found = _meshed(mesh, one, port_rule)
            if found is not None:
                workload, port = found
                place = f"port {port} of {workload.title}"
                message = f"{place} gets mTLS from other sidecars, of which HTTP rules see no request"
                yield rules.finding(message, related=(workload.labels_node.note("has a sidecar"),), anchor=Anchor.KEY)
                break


def _meshed(mesh: MeshView, one: Node, port_rule: Node) -> tuple[Workload, int] | None:
    """A workload of a rule and a port of an item on which it takes mTLS."""
    resource = one.resource
    ports = [number for port in port_rule.each("ports[]") if (number := _single(port))]
    pods = candidates(mesh, endpoint_selector(one), resource.namespace, resource.cluster).endpoints() if ports else ()
    for workload in islice(pods, _MOST_WORKLOADS):
        if enrolment(mesh, workload).mode is Enrolled.SIDECAR and not _CAPTURED.intersection(workload.annotations):
            for port in ports:
                if server_mode(mesh, workload, port).mode in _WITH_TLS:
                    return workload, port
    return None


def _single(port: Node) -> int | None:
    number = port.get("port")
    return port_number(str(number.value)) if number is not None and not port.get("endPort") else None
