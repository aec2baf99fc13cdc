"""Gateway is named in the old way, as a host.

## Why it matters
`name.namespace.svc.cluster.local` still works, but the webhook warns of it, and everything behind the second dot is
ignored, so that a mistake there is not found. `namespace/name` says the same.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop.example.com]
  gateways: [public.ingress.svc.cluster.local]
  http:
  - route:
    - destination: {host: shop}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop.example.com]
  gateways: [ingress/public]
  http:
  - route:
    - destination: {host: shop}
```

## When it stays quiet
The reference has a slash or no dot.

## Fix safety
Writing `namespace/name` is safe: istiod reads both as the same gateway.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import gateway_name
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._routes import gateway_references
from service_mesh.rules.rule import rule


@rule(
    "IS182",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(VIRTUAL_SERVICE,),
    needs=("gateways",),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-gateways",
    ),
    upstream=("KIA1108", "IST0133"),
)
def gateway_name_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each reference to a gateway in the form of a host."""
    for reference in gateway_references(resource):
        if "." not in reference.text or "/" in reference.text:
            continue
        meant = gateway_name(reference.text, resource.namespace)
        if meant is not None and meant.name and meant.namespace:
            new = f"{meant.namespace}/{meant.name}"
            message = f"gateway '{reference.text}' is named in the old way, which is read as '{new}'"
            yield reference.finding(message, fix=Fix.replace(reference, new, safe=True))
