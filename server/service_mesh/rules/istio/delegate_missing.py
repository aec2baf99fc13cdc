"""Route is delegated to a VirtualService that cannot take it over.

## Why it matters
istiod leaves out a rule whose delegate it does not find, finds with hosts of its own, or is not allowed to see.
Requests for it fall through to later rules or get 404, and only istiod's log says so.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - match:
    - uri: {prefix: /pay}
    delegate: {name: pay, namespace: payment}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pay, namespace: payment}
spec:
  hosts: [pay]
  http:
  - route:
    - destination: {host: pay}
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
  - match:
    - uri: {prefix: /pay}
    delegate: {name: pay, namespace: payment}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pay, namespace: payment}
spec:
  http:
  - route:
    - destination: {host: pay}
```

## When it stays quiet
The delegate exists, has no hosts and is exported to the route's namespace. If it is not loaded and neither is its
namespace as a whole, it is reported as not checked. A delegate that delegates again is reported for its own sake.

## Fix safety
Offered when exactly one delegate of the namespace has a near name; unsafe, because the route starts to work.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.mesh.visibility import visibility
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS183",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("delegate",),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/virtualservice.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate",
    ),
    upstream=("IST0101",),
)
def delegate_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each delegate that is absent, has hosts, or is not exported here."""
    if is_delegate(resource):
        return
    seen: set[tuple[str, str]] = set()
    for delegate in resource.each("spec.http[].delegate"):
        name, namespace = delegate.get("name"), delegate.get("namespace")
        place = (namespace.text if namespace is not None else "") or resource.namespace
        if name is not None and name.text and (place, name.text) not in seen:
            seen.add((place, name.text))
            yield from _judged(mesh, name, place)


def _judged(mesh: MeshView, name: Node, namespace: str) -> Iterator[Draft]:
    route = name.resource
    found = mesh.find(VIRTUAL_SERVICE, namespace, name.text, route.cluster)
    if found is None:
        message = f"delegate '{name.text}' does not exist in namespace '{namespace}', so istiod leaves the rule out"
        partial = not mesh.is_complete(namespace, route.cluster)
        yield name.finding(message, fix=_fix(mesh, name, namespace), partial=partial)
    elif not is_delegate(found):
        what = "this VirtualService itself" if found is route else f"'{found.title}'"
        message = f"{what} has hosts and so is no delegate: istiod leaves the rule out"
        yield name.finding(message, related=((found.get("spec.hosts") or found.root).note("makes it no delegate"),))
    elif not visibility(mesh, found).reaches(route.namespace):
        message = f"delegate '{found.title}' is not exported to namespace '{route.namespace}', so the rule is left out"
        yield name.finding(message, related=((found.get("spec.exportTo") or found.root).note("limits who sees it"),))


def _fix(mesh: MeshView, name: Node, namespace: str) -> Fix | None:
    cluster = name.resource.cluster
    known = [
        r.name
        for r in mesh.of_kind(VIRTUAL_SERVICE)
        if r.namespace == namespace and r.cluster == cluster and is_delegate(r)
    ]
    near = nearest(name.text, known, unique=True)
    return Fix.replace(name, near, title=f"rename to '{near}'") if near else None
