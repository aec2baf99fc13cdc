"""Annotation for Linkerd's proxy has a value of the wrong form.

## Why it matters
The injector logs a value that it cannot read and goes on with the default, so that the setting is silently lost; a
wrong entry among ports to skip keeps the pod from starting, because the init container stops over it.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    linkerd.io/inject: enabled
    config.linkerd.io/skip-outbound-ports: mysql
spec:
  containers:
  - {name: cart, image: example.com/cart:1}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    linkerd.io/inject: enabled
    config.linkerd.io/skip-outbound-ports: "3306"
spec:
  containers:
  - {name: cart, image: example.com/cart:1}
```

## When it stays quiet
Ranges of ports, and names of ports among opaque ports where a container of the pod, or the Service itself, has one of
that name; on a namespace names are not looked at. The default policy for inbound traffic is another rule's. Annotations
that stand where nothing reads them.

## Fix safety
None is offered: the value is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.port_lists import ranges_in
from service_mesh.posture.linkerd.ports import OPAQUE_PORTS
from service_mesh.rules.linkerd._annotated import BEARERS, OWNERS, Place, places
from service_mesh.rules.linkerd._annotations import FORMS
from service_mesh.rules.rule import rule


@rule(
    "LD175",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    where=has_linkerd,
    reads=OWNERS,
    sources=(
        "linkerd/linkerd2: pkg/inject/inject.go",
        "linkerd/linkerd2: pkg/util/parsing.go",
        "https://linkerd.io/2/reference/proxy-configuration/",
    ),
)
def proxy_annotation_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each value that is none, where the annotation is read."""
    for place in places(resource, mesh):
        for annotation in place.annotations:
            name = str(annotation.path[-1])
            if name == OPAQUE_PORTS and (place.is_pod or resource.kind in (SERVICE, NAMESPACE)):
                yield from _opaque(annotation, resource, mesh)
            elif name in FORMS and annotation.text and _is_read(place):
                is_right, fault = FORMS[name]
                if not is_right(annotation.text):
                    yield annotation.finding(f"'{annotation.text[:80]}' in '{name}' {fault}")


def _is_read(place: Place) -> bool:
    return place.is_pod or place.kind == NAMESPACE.name


def _opaque(annotation: Node, resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    wrong = ranges_in(annotation.text, _names(resource, mesh)).unreadable
    # Names on a namespace are those of whatever pod or Service they are copied to.
    shown = [entry for entry in wrong if resource.kind != NAMESPACE or not _is_name(entry)]
    if shown:
        message = f"'{shown[0][:80]}' among the opaque ports is no port number, no range and no name of a port here"
        yield annotation.finding(message)


def _is_name(entry: str) -> bool:
    return any(character.isalpha() for character in entry)


def _names(resource: Resource, mesh: MeshView) -> Mapping[str, int]:
    ports: tuple[Node, ...] = ()
    if resource.kind == SERVICE:
        ports = tuple(resource.each("spec.ports[]"))
    elif resource.kind != NAMESPACE:
        workload = workload_of(mesh, resource)
        ports = workload.container_ports if workload is not None else ()
    names = (port.get("name") for port in ports)
    return {node.text: 1 for node in names if node is not None and node.text}
