"""Gateway names a class that does not exist.

## Why it matters
The class names the controller. Where it is not there, nobody takes the Gateway up: it gets no address, no listener and
no status.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
spec:
  gatewayClassName: istoi
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio}
spec: {controllerName: istio.io/gateway-controller}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio}
spec: {controllerName: istio.io/gateway-controller}
```

## When it stays quiet
Classes that a controller makes by itself: those of Istio, Linkerd, Cilium and of the common cloud gateways. Without
any GatewayClass in the input, and where the input is not said to be complete, nothing is reported.

## Fix safety
Offered when exactly one class has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import MADE_BY_CONTROLLERS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW104",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(GATEWAY_API_GATEWAY,),
    reads=(GATEWAY_CLASS,),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/gatewayclass.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec",
    ),
    upstream=("KIA1504",),
)
def gateway_class_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a class that neither the input holds nor a known controller makes."""
    name = resource.get("spec.gatewayClassName")
    known = [c.name for c in mesh.of_kind(GATEWAY_CLASS) if c.cluster == resource.cluster]
    if name is None or not name.text or name.text in (*MADE_BY_CONTROLLERS, *known):
        return
    near = nearest(name.text, (*MADE_BY_CONTROLLERS, *known), unique=True)
    if near is None and not (known and mesh.is_whole):
        return
    fix = Fix.replace(name, near, title=f"rename to '{near}'") if near else None
    yield name.finding(f"GatewayClass '{name.text}' does not exist, so no controller takes this Gateway up", fix=fix)
