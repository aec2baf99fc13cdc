"""Route names a Service as its parent and leaves the group to the default.

## Why it matters
The group of a parent defaults to that of the Gateway API, also where the kind is set. A parent with `kind: Service` and
no group is a Service of `gateway.networking.k8s.io`, which is nothing: no mesh reads the route, it gets no status, and
requests go on as before. Services are of the core group, which is written as an empty text.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart, port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart, port: 80}]
```

## When it stays quiet
Parents of other kinds; the group `core`, which Linkerd takes for the core group. Where the input shows Linkerd, the
parent is reported by LD168.

## Fix safety
The empty group is added. It puts the route into effect, so it is not marked as safe.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import LINKERD, READER_KINDS, meshes
from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_GROUP = "gateway.networking.k8s.io"


@rule(
    "GW139",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=READER_KINDS,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (toInternalParentReference)",
        "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
    ),
)
def service_parent_without_group(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent of kind Service that is not of the core group."""
    named = [parent for parent in resource.each("spec.parentRefs[]") if parent.text_at("kind") == SERVICE.name]
    if not named or LINKERD in meshes(mesh, resource.cluster):
        return
    for parent in named:
        kind, group = parent.get("kind"), parent.get("group")
        if kind is not None and (group is None or group.text in (_GROUP, "v1")):
            held = group.text if group is not None else _GROUP
            message = f"a Service of group '{held}' is nothing, so no mesh reads the route at this parent"
            yield (group or kind).finding(message, fix=_fix(parent, group))


def _fix(parent: Node, group: Node | None) -> Fix:
    resource = parent.resource
    edit = Replace(resource, group.path, "") if group is not None else Insert(resource, parent.path, "group", "")
    return Fix("name the core group: ''", safe=False, edits=(edit,))
