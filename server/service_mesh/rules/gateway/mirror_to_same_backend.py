"""Requests are mirrored to the backend that serves them, so it gets each of them twice.

## Why it matters
A mirror is meant for another version or another system. Where it names the backend that the rule sends to, that backend
gets the request and its copy: the load doubles, and whatever a request changes is changed twice.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - filters:
    - type: RequestMirror
      requestMirror: {backendRef: {name: web, port: 80}}
    backendRefs: [{name: web, port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - filters:
    - type: RequestMirror
      requestMirror: {backendRef: {name: web-next, port: 80}}
    backendRefs: [{name: web, port: 80}]
```

## When it stays quiet
The backend has weight 0, or another port than the mirror.

## Fix safety
Taking the filter away is offered; unsafe, since another backend may have been meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.route_references import Reference, reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW116",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    needs=("requestMirror",),
    sources=("https://gateway-api.sigs.k8s.io/reference/spec/#httprequestmirrorfilter",),
)
def mirror_to_same_backend(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report each mirror of a rule, or of a backend, that sends copies where the requests go."""
    for found in resource.each("spec.rules[]"):
        serving = {_target(reference(node, "", SERVICE.name)) for node in found.each("backendRefs[]") if _serves(node)}
        filters = [(node, serving) for node in found.each("filters[]")]
        for backend in found.each("backendRefs[]"):
            own = {_target(reference(backend, "", SERVICE.name))}
            filters += [(node, own) for node in backend.each("filters[]")]
        for node, targets in filters:
            mirror = node.get("requestMirror.backendRef")
            if mirror is not None and _target(reference(mirror, "", SERVICE.name)) in targets:
                yield _draft(node, mirror)


def _serves(backend: Node) -> bool:
    weight = backend.get("weight")
    return weight is None or weight.number != 0


def _target(backend: Reference) -> tuple[object, ...]:
    port = backend.node.get("port")
    return backend.kind, backend.namespace, backend.name, port.number if port is not None else None


def _draft(filtered: Node, mirror: Node) -> Draft:
    named = reference(mirror, "", SERVICE.name)
    message = f"{named.kind.name} '{named.namespace}/{named.name}' serves these requests and gets a copy of each too"
    return named.name_node.finding(message, fix=Fix.remove(filtered, title="take the mirror away"))
