"""Route for an outside host is bound to no gateway.

## Why it matters
Without `gateways` a VirtualService applies to sidecars alone. Requests from outside get 404 at the gateway; when the
field is lost by applying a shortened manifest, a site goes down. Inside the mesh such a route works on port 80 only,
unless a ServiceEntry declares the host.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop.example.com]
  http:
  - route:
    - destination: {host: shop}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
```

## When it stays quiet
A ServiceEntry declares the host; the host is a service of the cluster, a short name, an address, or ends like a name
inside a cluster; `gateways` names any gateway; there are no routes, as in a patch for another object. If the route's
namespace was not loaded as a whole, it is reported as not checked.

## Fix safety
Where exactly one gateway serves the host, binding to it and to the sidecars is offered; unsafe, because it opens the
route to the outside.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import SIDECARS, serving
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.services import declaring
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Append, Fix, Insert
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import GATEWAY, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_INSIDE = frozenset(
    {"svc", "local", "localhost", "global", "internal", "clusterset", "cluster", "mesh", "consul", "test"}
)
"""Last labels of names that are not meant for the outside."""

_PUBLIC = frozenset({"com", "org", "net", "edu", "gov", "io", "dev", "app", "cloud"})
"""Last labels that make two labels a public name; else `reviews.prod` could not be told from `example.com`."""


@rule(
    "IS111",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(VIRTUAL_SERVICE,),
    reads=(SERVICE, SERVICE_ENTRY, GATEWAY, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-gateways",
    ),
)
def external_host_without_gateway(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first outside host of a route that sidecars alone receive."""
    if any(node.text != SIDECARS for node in resource.each("spec.gateways[]")):
        return
    if not any(True for kind in ("http", "tls", "tcp") for _ in resource.each(f"spec.{kind}[]")):
        return
    for host in resource.each("spec.hosts[]"):
        name = resolve_host(host.text, resource.namespace)
        if _looks_external(name) and not declaring(mesh, name, resource.namespace, resource.cluster):
            message = (
                f"host '{name}' looks external, but the route is bound to no gateway and applies inside the mesh only"
            )
            partial = not mesh.is_complete(resource.namespace, resource.cluster)
            yield host.finding(message, fix=_fix(host, mesh), partial=partial)
            return


def _looks_external(host: str) -> bool:
    labels = host.rstrip(".").split(".")
    if "svc" in labels or labels[-1] in _INSIDE:
        return False
    return labels[-1] in _PUBLIC if len(labels) == 2 else len(labels) > 2 and labels[-1].isalpha()


def _fix(host: Node, mesh: MeshView) -> Fix | None:
    route = host.resource
    gateways = serving(mesh, host.text, route.namespace, route.cluster)
    spec, named = route.get("spec"), route.get("spec.gateways")
    if len(gateways) != 1 or spec is None:
        return None
    gateway = gateways[0]
    name = gateway.name if gateway.namespace == route.namespace else f"{gateway.namespace}/{gateway.name}"
    if named is not None and named.items:
        return Fix(f"bind to '{name}' too", False, (Append(route, named.path, name),))
    if named is not None:
        return None
    return Fix(f"bind to '{name}' and the sidecars", False, (Insert(route, spec.path, "gateways", [name, SIDECARS]),))
