"""Proxies do not take up an object.

## Why it matters
istiod counts which proxies have acknowledged the newest state of an object. Some do not: they refuse what they get, or
are not connected.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop, generation: 1}
spec:
  hosts: [web]
  http:
  - route: [{destination: {host: web}}]
status:
  conditions:
  - type: Reconciled
    status: "False"
    reason: Unknown
    message: 1/2 proxies up to date.
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop, generation: 1}
spec:
  hosts: [web]
  http:
  - route: [{destination: {host: web}}]
status:
  conditions:
  - type: Reconciled
    status: "True"
    reason: Reconciled
    message: 2/2 proxies up to date.
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
It is so for less than ten minutes. The status was made for an older generation of the object. No istiod is ready, which
is reported by itself.

## Fix safety
No fix: which proxies they are tells `istioctl proxy-status`.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import explained, lasts, named
from service_mesh.rules.status._istiod import is_istiod_down
from service_mesh.rules.status.configuration._kinds import ISTIO_KINDS

_WHILE = 600


@rule(
    "ST608",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=ISTIO_KINDS,
    reads=COMPONENT_KINDS,
    sources=("istio/istio: pilot/pkg/status/distribution/state.go",),
)
def configuration_not_delivered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the condition by which proxies do not have an object for a while."""
    found = named(resource.get("status"), "Reconciled")
    if found is None or found.holds is not False or not lasts(mesh, found, _WHILE):
        return
    if not is_istiod_down(mesh, resource.cluster):
        message = f"{resource.kind.name} '{resource.name}' has not reached every proxy for some time{explained(found)}"
        yield found.status.problem(message, kubectl.command("istioctl", "proxy-status"))
