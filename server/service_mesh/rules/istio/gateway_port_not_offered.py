"""Gateway listens on a port that no Service of its pods leads to.

## Why it matters
The proxy opens the port, but nobody outside can reach it: a Service passes on only the ports that it lists.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 8443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: v1
kind: Service
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector: {app: public-gateway}
  ports:
  - {name: https, port: 443, targetPort: 443}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  template:
    metadata:
      labels: {app: public-gateway}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: v1
kind: Service
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector: {app: public-gateway}
  ports:
  - {name: https, port: 443, targetPort: 443}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  template:
    metadata:
      labels: {app: public-gateway}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## When it stays quiet
A Service of the pods has the number as its port, or leads to it as target port: istiod opens the target port for the
first, and the written number for the second, which Istio's own analyzer reports nevertheless. Pods on the network of
their node, and host ports, need no Service. No workload is selected, which is reported for its own sake. If no Service
of the pods is loaded and their namespace is not loaded as a whole, it is reported as not checked.

## Fix safety
The only port of the Service is offered where there is just one; unsafe, because the port is opened.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import gateway_workloads
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MOST = 50
"""Workloads of one Gateway that are looked at."""

_NO_TRANSLATION = "experimental.istio.io/disable-gateway-port-translation"


@rule(
    "IS126",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GATEWAY,),
    reads=(SERVICE, *WORKLOAD_KINDS, *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS)),
    sources=(
        "istio/istio: pilot/pkg/model/gateway.go",
        "istio/istio: pkg/config/analysis/analyzers/gateway/gateway.go",
        "https://istio.io/latest/docs/reference/config/analysis/ist0162/",
    ),
    upstream=("IST0162",),
)
def gateway_port_not_offered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port number of a Gateway that leads from no Service to its pods, once."""
    pods = [pod for pod in gateway_workloads(mesh, resource)[:_MOST] if not pod.is_machine]
    if not pods or any(pod.uses_host_network for pod in pods):
        return
    services = {service.key: service for pod in pods for service in services_of(mesh, pod)}
    reachable = frozenset().union(*(mesh.once(_reachable, pod) for pod in pods))
    partial = not services and not all(mesh.is_complete(pod.namespace, pod.cluster) for pod in pods)
    ports = {n.value: n for n in resource.each("spec.servers[].port.number") if type(n.value) is int}
    for number, node in ports.items():
        if number not in reachable:
            yield _draft(node, tuple(services.values()), partial=partial)


def _draft(node: Node, services: tuple[Resource, ...], *, partial: bool) -> Draft:
    named = f"'{services[0].name}'" if len(services) == 1 else "any of their Services" if services else "any Service"
    message = f"port {node.value} of this gateway cannot be reached: {named} of its pods does not lead to it"
    if not services:
        message = f"port {node.value} of this gateway cannot be reached: no Service selects its pods"
    offered = {n for service in services for port in service.each("spec.ports[]") if (n := port_number(port))}
    only = offered.pop() if len(offered) == 1 else None
    fix = Fix.replace(node, only) if only is not None else None
    notes = tuple((s.get("spec.ports") or s.root).note("are the ports that lead to the pods") for s in services[:3])
    return node.finding(message, fix=fix, related=notes, partial=partial)


def _reachable(mesh: MeshView, pod: Workload) -> frozenset[int]:
    """The numbers that a server may have to be reached on a pod."""
    found = {port.number for node in pod.container_ports if (port := node.get("hostPort")) is not None}
    for service in services_of(mesh, pod):
        translated = _NO_TRANSLATION not in service.labels
        for port in service.each("spec.ports[]"):
            transport = port.get("protocol")
            if transport is None or transport.value in (None, "TCP"):
                found |= {target_number(port, pod), port_number(port) if translated else None}
    return frozenset(number for number in found if isinstance(number, int))
