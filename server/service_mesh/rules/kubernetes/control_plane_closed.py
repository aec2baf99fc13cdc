"""NetworkPolicy closes a port of a mesh's control plane.

## Why it matters
Proxies fetch their certificates and settings from the control plane, and the API server asks its webhooks before pods
are made. A policy for istiod or for a part of Linkerd that opens other ports alone leaves new pods without a proxy, or
running proxies without a certificate once theirs ends.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod, istio: pilot}}
    spec:
      containers: [{name: discovery, image: "pilot:1.28.0"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: istiod, namespace: istio-system}
spec:
  podSelector: {matchLabels: {app: istiod}}
  ingress:
  - ports:
    - {port: 15012}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod, istio: pilot}}
    spec:
      containers: [{name: discovery, image: "pilot:1.28.0"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: istiod, namespace: istio-system}
spec:
  podSelector: {matchLabels: {app: istiod}}
  ingress:
  - ports:
    - {port: 15012}
    - {port: 15017}
```

## When it stays quiet
Some policy for the pods opens the port, in a range too, or has a rule without ports, whose peers are not looked at; a
policy without rules, since others may come; control planes on the network of their node. That workloads may reach the
control plane is IS228's and LD183's matter. Where the namespace is not loaded as a whole it is reported as not checked.

## Fix safety
Opening the ports in the first rule is offered; unsafe, because it opens them for the peers of that rule.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import COMPONENT_KINDS, Component, components
from service_mesh.mesh.network_policies import is_port_open, pod_selector, policy_rules
from service_mesh.mesh.selection import is_selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_USES: Mapping[tuple[str, str], Mapping[int, str]] = {
    ("istio", "istiod"): {
        15012: "proxies ask for certificates and settings",
        15017: "the API server asks its webhooks",
    },
    ("linkerd", "identity"): {8080: "proxies ask for certificates"},
    ("linkerd", "destination"): {8086: "proxies ask for endpoints", 8090: "proxies ask for policies"},
    ("linkerd", "proxy-injector"): {8443: "the API server asks its webhook"},
}
"""Mesh and role -> what comes in at which port.

(`istio/istio: manifests/charts/istio-control/istio-discovery/templates/{service,deployment}.yaml`,
`linkerd/linkerd2: charts/linkerd-control-plane/templates/{identity,destination,proxy-injector}.yaml`)
"""


@rule(
    "K8122",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=COMPONENT_KINDS,
    needs=("ports",),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/service.yaml",
        "linkerd/linkerd2: charts/linkerd-control-plane/templates",
        "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
    ),
)
def control_plane_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the ports of each control plane that a policy selects and that no policy opens."""
    rules = tuple(policy_rules(resource, "ingress"))
    if not rules or resource.get("spec.ingress[].ports[]") is None:
        return
    selector = pod_selector(resource)
    for component in mesh.index(_by_place).get((resource.cluster, resource.namespace), ()):
        workload = component.workload
        uses = _USES[component.mesh, component.role] if is_selected(selector, workload) else {}
        closed = [port for port in uses if not is_port_open(mesh, workload, "ingress", port)]
        if closed and not workload.uses_host_network:
            partial = not mesh.is_complete(resource.namespace, resource.cluster)
            yield _draft(workload, rules[0], {port: uses[port] for port in closed}, partial=partial)
            return


def _by_place(mesh: MeshView) -> Mapping[tuple[str, str], list[Component]]:
    """The parts of control planes that are known here, by cluster and namespace."""
    found: dict[tuple[str, str], list[Component]] = {}
    for component in components(mesh):
        if (component.mesh, component.role) in _USES:
            found.setdefault((component.workload.cluster, component.workload.namespace), []).append(component)
    return found


def _draft(workload: Workload, first: Node, closed: Mapping[int, str], *, partial: bool) -> Draft:
    ports = first.get("ports") or first
    said = " and ".join(f"port {port}, where {what}" for port, what in closed.items())
    edits = tuple(Append(ports.resource, ports.path, {"protocol": "TCP", "port": port}) for port in closed)
    fix = Fix(f"open port {' and '.join(map(str, closed))}", False, edits)
    return ports.finding(f"nothing opens {said}, of {workload.title}", fix=fix, partial=partial)
