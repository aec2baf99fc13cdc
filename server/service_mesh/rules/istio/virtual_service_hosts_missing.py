"""VirtualService without hosts says where it applies.

## Why it matters
An object without `hosts` is a delegate: its HTTP routes are taken over by others. The webhook refuses one that also has
`gateways`, `tls` or `tcp`; where the webhook is not asked, its routes apply nowhere.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  gateways: [mesh]
  http:
  - route:
    - destination: {host: shop}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  gateways: [mesh]
  http:
  - route:
    - destination: {host: shop}
```

## When it stays quiet
There are hosts, or nothing but `http`: a delegate.

## Fix safety
No fix is offered: the hosts are not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate, is_filled
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS115",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate",
    ),
    upstream=("IST0106",),
)
def virtual_service_hosts_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the fields that a delegate must not have."""
    if not is_delegate(resource):
        return
    for name in ("gateways", "tls", "tcp"):
        field = resource.get(f"spec.{name}")
        if field is not None and is_filled(field):
            message = f"'{name}' is set but 'hosts' is not, which the webhook refuses: without hosts it is a delegate"
            yield field.finding(message, anchor=Anchor.KEY)
