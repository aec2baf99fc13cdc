"""Route of the Gateway API means a Server as its parent, and names the group or the kind of another.

## Why it matters
A parent without a kind is a Gateway, and `Server` is a kind of `policy.linkerd.io` alone, not of the core group, where
Services are. Such a route is attached to nothing, and what is authorized on it is granted to nobody.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /admin}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /admin}
```

## When it stays quiet
Group and kind are right. A reference without a group, and HTTPRoutes of `policy.linkerd.io`, are the business of
another rule. A parent of Linkerd's group without a kind is told of where a Server of its name is loaded.

## Fix safety
What is missing or wrong is offered; unsafe, because requests that meet no route are answered with 404 then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, LINKERD_SERVER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.rule import rule


@rule(
    "LD142",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    reads=(LINKERD_SERVER,),
    needs=("parentRefs",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/routes.rs",
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/httproute.rs",
        "https://linkerd.io/2/reference/httproute/#parentreference",
    ),
)
def route_server_misnamed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a parent that is a Server but for its group or its kind."""
    for parent in resource.each("spec.parentRefs[]"):
        kind, group = parent.get("kind"), parent.get("group")
        if group is None or group.text == resource.group:
            continue
        if kind is None and group.text == LINKERD_SERVER.group and _is_server(mesh, parent):
            insert = Insert(resource, parent.path, "kind", LINKERD_SERVER.name)
            fix = Fix(f"set kind '{LINKERD_SERVER.name}'", False, (insert,))
            yield group.finding("parent without a kind is a Gateway, not the Server of that name", fix=fix)
        elif kind is not None and kind.text == LINKERD_SERVER.name and not refers_to(parent, LINKERD_SERVER):
            message = f"group '{group.text[:60] or 'core'}' has no kind 'Server', so the route is attached to nothing"
            yield group.finding(message, fix=Fix.replace(group, LINKERD_SERVER.group))


def _is_server(mesh: MeshView, parent: Node) -> bool:
    place = parent.resource
    return mesh.find(LINKERD_SERVER, place.namespace, parent.text_at("name"), place.cluster) is not None
