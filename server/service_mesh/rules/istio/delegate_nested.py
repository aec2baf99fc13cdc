"""Delegate hands requests on to a further delegate.

## Why it matters
Delegation has one level. The webhook refuses a delegate with a rule that delegates again, and where it is not asked the
rule has no destination. Chains that lead back to where they began end here too.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pay, namespace: payment}
spec:
  http:
  - match:
    - uri: {prefix: /pay/card}
    delegate: {name: card}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pay, namespace: payment}
spec:
  http:
  - match:
    - uri: {prefix: /pay/card}
    route:
    - destination: {host: card}
```

## When it stays quiet
The VirtualService has hosts: it is a root, and may delegate.

## Fix safety
No fix is offered: the routes of the further delegate have to be moved.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS184",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    sources=(
        "istio/istio: pkg/config/validation/virtualservice.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate",
    ),
    upstream=("IST0106",),
)
def delegate_nested(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each rule of a delegate that delegates."""
    if not is_delegate(resource):
        return
    for delegate in resource.each("spec.http[].delegate"):
        name = delegate.get("name")
        if isinstance(delegate.value, dict):
            named = f" to '{name.text}'" if name is not None and name.text else ""
            yield delegate.finding(f"a delegate delegates{named} again, which the webhook refuses", anchor=Anchor.KEY)
