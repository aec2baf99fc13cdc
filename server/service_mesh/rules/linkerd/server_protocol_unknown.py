"""Server has a proxy protocol that does not exist.

## Why it matters
The admission webhook cannot read the object and refuses it. Its CRD takes any text, so only the webhook says so. What
is known: `unknown`, which is meant where nothing is written and has the protocol detected, `HTTP/1`, `HTTP/2`, `gRPC`,
`opaque` and `TLS`, in these letters.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  port: 8080
  proxyProtocol: http/2
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  port: 8080
  proxyProtocol: HTTP/2
```

## When it stays quiet
A known value, or none. Whether the workload speaks that protocol is another question.

## Fix safety
The known value that differs in letter case only, or else the nearest one, is offered. It is unsafe: the Server comes
into force, and the default of a port with a Server is to let in nobody who is not authorized.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PROTOCOLS = ("unknown", "HTTP/1", "HTTP/2", "gRPC", "opaque", "TLS")


@rule(
    "LD121",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_SERVER,),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/server.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def server_protocol_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a protocol that is none of the six."""
    protocol = resource.get("spec.proxyProtocol")
    if protocol is None or not isinstance(protocol.value, str) or protocol.value in _PROTOCOLS:
        return
    same = next((known for known in _PROTOCOLS if known.lower() == protocol.text.lower()), None)
    near = same or nearest(protocol.text, _PROTOCOLS, unique=True)
    fix = Fix.replace(protocol, near) if near else None
    yield protocol.finding(f"proxy protocol '{protocol.value[:80]}' does not exist", fix=fix)
