"""Route is attached to a Gateway, or to a section of one, that does not exist.

## Why it matters
A route takes effect only through its parents. Where the parent is not there, nothing serves the route: requests get
the gateway's 404, or nobody listens at all. The API server accepts the route, and only its status tells.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  parentRefs:
  - name: publik
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  parentRefs:
  - name: public
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
Parents of other kinds than Gateway, ListenerSet and Service. Where the parent's namespace was not loaded as a whole,
and where files hold no object of the parent's kind at all, said to be complete or not, the finding is reported as not
checked: routes are often kept apart from the Gateways of a platform.

## Fix safety
Offered when exactly one Gateway of the namespace, or one listener, has a near name; unsafe, because the intent is
guessed.
"""

from collections.abc import Iterable, Iterator

from service_mesh.mesh.known_names import is_surely_absent, object_names
from service_mesh.mesh.listeners import WITH_LISTENERS
from service_mesh.mesh.route_references import ROUTES, Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW101",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(*WITH_LISTENERS, SERVICE),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/route_collections.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
    ),
    upstream=("KIA1401",),
)
def route_parent_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent, and each named section of a parent, that is not there."""
    for parent in parents(resource):
        if parent.kind not in (*WITH_LISTENERS, SERVICE) or not parent.name:
            continue
        found = mesh.find(parent.kind, parent.namespace, parent.name, resource.cluster)
        if found is None:
            yield _missing(parent, mesh)
        elif parent.kind != SERVICE:
            yield from _section(parent, found)


def _missing(parent: Reference, mesh: MeshView) -> Draft:
    cluster = parent.node.resource.cluster
    names = object_names(mesh, parent.kind, parent.namespace, cluster)
    message = f"{parent.kind.name} '{parent.namespace}/{parent.name}' does not exist, so the route serves nothing there"
    partial = not is_surely_absent(mesh, parent.kind, parent.namespace, cluster)
    return parent.name_node.finding(message, fix=_fix(parent.name_node, names), partial=partial)


def _section(parent: Reference, gateway: Resource) -> Iterator[Draft]:
    section = parent.node.get("sectionName")
    names = [node.text for node in gateway.each("spec.listeners[].name")]
    if section is not None and section.text and section.text not in names:
        message = f"'{gateway.title}' has no listener '{section.text}', so the route serves nothing there"
        related = ((gateway.get("spec.listeners") or gateway.root).note("its listeners"),)
        yield section.finding(message, fix=_fix(section, names), related=related)


def _fix(node: Node, names: Iterable[str]) -> Fix | None:
    near = nearest(node.text, names, unique=True)
    return Fix.replace(node, near, title=f"rename to '{near}'") if near else None
