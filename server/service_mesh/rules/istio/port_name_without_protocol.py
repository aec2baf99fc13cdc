"""Service port does not say its protocol.

## Why it matters
The sidecar has to detect from the first bytes whether a connection is HTTP. Protocols in which the server speaks first
are delayed until the detection times out, HTTP routing and metrics depend on the detection, and gateways treat the port
as plain TCP or HTTP without being told.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  ports:
  - name: web
    port: 9080
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  ports:
  - name: http-web
    port: 9080
```

## When it stays quiet
The namespace is not loaded with a label that puts it into the mesh; system namespaces; UDP; an `appProtocol` or a name
that begins with a protocol; the ports 25, 53, 3306 and 27017, which are TCP by default; ExternalName services.

## Fix safety
No fix is offered: the protocol is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.enrolment import is_labelled_for_istio
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._protocols import has_known_protocol
from service_mesh.rules.rule import rule

_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage", "istio-system"})


@rule(
    "IS110",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(SERVICE,),
    reads=(NAMESPACE,),
    sources=(
        "istio/istio: pkg/config/kube/conversion.go",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    ),
    upstream=("IST0118", "KIA0601"),
)
def port_name_without_protocol(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each TCP port of a service in the mesh whose protocol has to be detected."""
    if resource.namespace in _SYSTEM or _is_external(resource):
        return
    if not is_labelled_for_istio(mesh, resource.namespace, resource.cluster):
        return
    for port in resource.each("spec.ports[]"):
        number = port.get("port")
        if number is not None and number.number is not None and not has_known_protocol(port):
            name = port.get("name")
            named = f"'{name.text}'" if name is not None and name.text else "without a name"
            message = f"port {number.number} {named} does not say its protocol, so it is detected per connection"
            yield (name or number).finding(message)


def _is_external(service: Resource) -> bool:
    kind = service.get("spec.type")
    return kind is not None and kind.value == "ExternalName"
