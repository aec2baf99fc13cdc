"""Backend Service of a route is named without a port.

## Why it matters
Linkerd's admission webhook refuses the route. With an empty group the CRD of the Gateway API refuses it first; written
as `group: core`, which Linkerd reads as the same group, only the webhook does.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - backendRefs:
    - {group: core, kind: Service, name: cart}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - backendRefs:
    - {group: core, kind: Service, name: cart, port: 8080}
```

## When it stays quiet
Backends of other kinds; an empty group, which the schema rules report; HTTPRoutes of the group `policy.linkerd.io`,
where the port is not asked for. Where the only parents are Services, which other meshes take too, it is a warning.

## Fix safety
None is offered: the port is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._routes import grade
from service_mesh.rules.rule import rule


@rule(
    "LD113",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(HTTP_ROUTE, GRPC_ROUTE),
    sources=("linkerd/linkerd2: policy-controller/runtime/src/admission.rs",),
)
def service_backend_port_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each backend Service of the group `core` without a port."""
    severity = grade(resource)
    if severity is None:
        return
    for backend in resource.each("spec.rules[].backendRefs[]"):
        port, name = backend.get("port"), backend.get("name")
        if _is_core_service(backend) and (port is None or port.value is None):
            shown = name.text if name is not None else ""
            yield (name or backend).finding(f"backend Service '{shown}' is named without a port", severity=severity)


def _is_core_service(backend: Node) -> bool:
    group, kind = backend.get("group"), backend.get("kind")
    return group is not None and group.text == "core" and (kind is None or kind.value in (None, "Service"))
