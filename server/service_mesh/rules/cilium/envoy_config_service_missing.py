"""An Envoy configuration is about a Service that does not exist.

## Why it matters
`services` are redirected to a listener and `backendServices` are what its routes lead to. An entry whose Service is not
there does nothing: traffic is not redirected, or the cluster behind the route has no endpoint and requests fail.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  services:
  - {name: cart, namespace: shop}
  resources:
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: cart
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  services:
  - {name: cart, namespace: shop}
  resources:
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: cart
```

## When it stays quiet
The Service is in the namespace that Cilium looks in. In a namespace that is not loaded as a whole it is reported as not
checked.

## Fix safety
None is offered: which Service was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._envoy import ENVOY_CONFIGS, ENVOY_TYPES, service_namespace
from service_mesh.rules.rule import rule


@rule(
    "CI134",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=ENVOY_CONFIGS,
    reads=(SERVICE,),
    needs=("services", "backendServices"),
    sources=(ENVOY_TYPES, "https://docs.cilium.io/en/stable/network/servicemesh/l7-traffic-management/"),
)
def envoy_config_service_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report entries whose Service is not there."""
    for field in ("services", "backendServices"):
        for entry in resource.each(f"spec.{field}[]"):
            name = entry.get("name")
            if name is None or not name.text:
                continue
            home = service_namespace(entry, redirects=field == "services")
            if mesh.find(SERVICE, home, name.text, resource.cluster) is None:
                partial = not mesh.is_complete(home, resource.cluster)
                message = f"{_ignored(entry, home)}there is no service '{name.text[:80]}' in namespace '{home[:80]}'"
                yield name.finding(message, partial=partial)


def _ignored(entry: Node, home: str) -> str:
    """What becomes of a namespace that the entry names in vain."""
    written = entry.get("namespace")
    if written is None or not written.text or written.text == home:
        return ""
    return f"namespace '{written.text[:80]}' of the entry is ignored, and "
