"""Selector of a Gateway matches no workload.

## Why it matters
No proxy opens the ports of the Gateway, so that nothing that is bound to it can be reached.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gatway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
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
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
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
A pod, or the template of one, of any namespace has the labels; with `PILOT_SCOPE_GATEWAY_TO_NAMESPACE` only pods in the
Gateway's own namespace count, and a pod elsewhere is named. A Gateway without a selector is meant for every gateway.
Unless everything is said to be loaded and holds a workload (with that flag: the Gateway's namespace), it is reported as
not checked; so it is for the labels that Istio's own installation uses, because installers rarely leave files. An
IstioOperator of the input makes a gateway with the labels. Where the input has no workload of the cluster at all, it is
only counted as not checked.

## Fix safety
Offered when exactly one value of the label is near the written one; unsafe, because the ports are opened.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import gateway_scope, gateway_workloads
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.known_names import holds_any, label_values
from service_mesh.mesh.selection import gateway_selector, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._ordered_gateways import ordered_gateways
from service_mesh.rules.rule import rule

_OWN = frozenset({"ingressgateway", "egressgateway", "eastwestgateway"})
"""Values of the label `istio` that Istio's installers set."""


@rule(
    "IS123",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(GATEWAY,),
    reads=(*WORKLOAD_KINDS, *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS)),
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "istio/istio: pkg/config/analysis/analyzers/gateway/gateway.go",
        "https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway",
    ),
    upstream=("IST0101", "KIA0302"),
)
def gateway_selects_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a selector that no workload in the Gateway's scope has the labels of."""
    selector, node = gateway_selector(resource), resource.get("spec.selector")
    if node is None or selector.is_empty or selector.nothing or gateway_workloads(mesh, resource):
        return
    if any(selector.matches(ordered.labels) for ordered in ordered_gateways(mesh, resource.cluster)):
        return
    scope = gateway_scope(mesh, resource)
    elsewhere = selected(mesh, selector, None, resource.cluster) if scope is not None else ()
    where = f" in namespace '{scope}', where alone istiod looks for it" if scope is not None else ""
    yield node.finding(
        f"no workload has the labels '{selector.text}'{where}",
        fix=None if elsewhere else _fix(mesh, node),
        related=tuple(one.labels_node.note("has the labels") for one in elsewhere[:3]),
        partial=not elsewhere and not _is_loaded(mesh, resource, scope),
        tacit=not holds_any(mesh, WORKLOAD_KINDS, resource.cluster),
    )


def _is_loaded(mesh: MeshView, gateway: Resource, scope: str | None) -> bool:
    if gateway_selector(gateway).equal.get("istio") in _OWN:
        return False
    if scope is None:
        return mesh.is_whole and bool(workloads(mesh))
    return mesh.is_complete(scope, gateway.cluster) and bool(workloads_in(mesh, scope, gateway.cluster))


def _fix(mesh: MeshView, selector: Node) -> Fix | None:
    labels = list(selector.each("{}"))
    if len(labels) != 1:
        return None
    near = nearest(labels[0].text, label_values(mesh, str(labels[0].path[-1]), selector.resource.cluster), unique=True)
    return Fix.replace(labels[0], near, title=f"select '{near}'") if near else None
