"""Server has a port number that is none.

## Why it matters
The admission webhook cannot read the object and refuses it. Its CRD takes any number, so only the webhook says so.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  port: 80800
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  port: 8080
```

## When it stays quiet
Numbers from 1 to 65535, and names. A number in quotes is a name, which hardly any pod has.

## Fix safety
None is offered: the port is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_LAST = 65535


@rule(
    "LD122",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_SERVER,),
    sources=("linkerd/linkerd2: policy-controller/k8s/api/src/policy/server.rs",),
)
def server_port_out_of_range(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a number outside of 1 to 65535."""
    port = resource.get("spec.port")
    if port is not None and port.number is not None and not 1 <= port.number <= _LAST:
        yield port.finding(f"port {port.number} is not from 1 to {_LAST}")
