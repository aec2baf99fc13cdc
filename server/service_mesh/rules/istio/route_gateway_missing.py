"""Route is bound to a gateway that does not exist.

## Why it matters
No proxy receives the route: requests that arrive at the real gateway get 404. A name without a namespace is looked up
in the route's own namespace, which is the usual reason.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [publik]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
```

## When it stays quiet
The reserved name `mesh`; a Gateway of the Gateway API has the name; the name is one that istiod gave to a gateway it
made of a Gateway API object. If the gateway's namespace was not loaded as a whole, it is reported as not checked; it is
only counted so where the input has no gateway of the cluster at all.

## Fix safety
Offered when exactly one gateway of that namespace has a near name, or exactly one gateway of another namespace has this
very name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import (
    GENERATED_MARK,
    GatewayName,
    find_gateway,
    gateway_name,
    gateway_names,
    gateways_named,
)
from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, VIRTUAL_SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._routes import gateway_references
from service_mesh.rules.rule import rule


@rule(
    "IS104",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("gateways",),
    reads=(GATEWAY, GATEWAY_API_GATEWAY),
    sources=(
        "istio/istio: pilot/pkg/model/config.go",
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/gateways.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-gateways",
    ),
    upstream=("IST0101", "IST0132", "KIA1102"),
)
def route_gateway_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each reference to a gateway that is not there, once per name in the object."""
    by_name: dict[GatewayName, list[Node]] = {}
    for reference in gateway_references(resource):
        wanted = gateway_name(reference.text, resource.namespace)
        if wanted is not None and GENERATED_MARK not in wanted.name:
            by_name.setdefault(wanted, []).append(reference)
    for wanted, references in by_name.items():
        if find_gateway(mesh, wanted, resource.cluster) is None:
            yield _missing(references, wanted, mesh)


def _missing(references: list[Node], wanted: GatewayName, mesh: MeshView) -> Draft:
    cluster = references[0].resource.cluster
    elsewhere = gateways_named(mesh, wanted.name, cluster)
    near = nearest(wanted.name, gateway_names(mesh, wanted.namespace, cluster), unique=True)
    fix = None
    if near:
        fix = _everywhere(references, near, f"rename to '{near}'")
    elif len(elsewhere) == 1:
        full = f"{elsewhere[0].namespace}/{wanted.name}"
        fix = Fix(f"refer to '{full}'", False, tuple(Replace(r.resource, r.path, full) for r in references))
    is_alone = not holds_any(mesh, (GATEWAY, GATEWAY_API_GATEWAY), cluster)
    return references[0].finding(
        f"gateway '{wanted.name}' does not exist in namespace '{wanted.namespace}'",
        fix=fix,
        related=tuple((r.get("metadata.name") or r.root).note("has this name") for r in elsewhere[:3]),
        partial=is_alone or not mesh.is_complete(wanted.namespace, cluster),
        tacit=is_alone,
    )


def _everywhere(references: list[Node], name: str, title: str) -> Fix:
    scopes = (reference.text.rpartition("/")[:2] for reference in references)
    texts = ("".join((*scope, name)) for scope in scopes)
    edits = (Replace(r.resource, r.path, text) for r, text in zip(references, texts, strict=True))
    return Fix(title, False, tuple(edits))
