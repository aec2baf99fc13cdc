"""ServerAuthorization lets clients in without an identity and asks for one.

## Why it matters
The admission webhook refuses the object. `unauthenticated: true` is for clients without mutual TLS and excludes
`meshTLS`; `unauthenticatedTLS: true` is for TLS without an identity and excludes `identities` and `serviceAccounts`.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: cart, namespace: shop}
spec:
  server: {name: cart}
  client:
    unauthenticated: true
    meshTLS:
      identities: ["*"]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: cart, namespace: shop}
spec:
  server: {name: cart}
  client:
    meshTLS:
      identities: ["*"]
```

## When it stays quiet
`unauthenticated: false` beside `meshTLS`, and `unauthenticatedTLS: true` beside empty lists: both are accepted.

## Fix safety
Removing what lets clients in without an identity is offered; unsafe, because it may be what is meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVER_AUTHORIZATION
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "LD110",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(SERVER_AUTHORIZATION,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/authorization-policy/#serverauthorization",
    ),
)
def server_authorization_client_contradictory(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each of the two switches that stands beside what it excludes."""
    mesh_tls = resource.get("spec.client.meshTLS")
    if mesh_tls is None or not isinstance(mesh_tls.value, dict):
        return
    plain, bare = resource.get("spec.client.unauthenticated"), mesh_tls.get("unauthenticatedTLS")
    if plain is not None and plain.value is True:
        message = "'unauthenticated' and 'meshTLS' exclude each other"
        yield plain.finding(message, fix=Fix.remove(plain), related=(mesh_tls.note("asks for mutual TLS"),))
    asked = [node for name in ("identities", "serviceAccounts") if (node := mesh_tls.get(name)) and node.items]
    if bare is not None and bare.value is True and asked:
        message = f"'unauthenticatedTLS' and '{asked[0].path[-1]}' exclude each other"
        note = asked[0].note("asks for an identity")
        yield bare.finding(message, fix=Fix.remove(bare), related=(note,), anchor=Anchor.KEY)
