"""ReferenceGrant lets in references from a namespace that does not exist.

## Why it matters
The grant allows nothing. References from the namespace that was meant stay refused.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shpo}]
  to: [{group: "", kind: Service}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
```

## When it stays quiet
Unless the input is said to be complete, only a name that is near to that of a loaded namespace is reported.

## Fix safety
Offered when exactly one namespace has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.namespaces import namespace_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, REFERENCE_GRANT
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW105",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(REFERENCE_GRANT,),
    reads=(NAMESPACE,),
    sources=("https://gateway-api.sigs.k8s.io/api-types/referencegrant/",),
    upstream=("KIA1601",),
)
def grant_namespace_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each namespace of `from` that is not there."""
    known = namespace_names(mesh, resource.cluster)
    for node in resource.each("spec.from[].namespace"):
        if not node.text or node.text in known:
            continue
        near = nearest(node.text, known, unique=True)
        if near is None and not mesh.is_whole:
            continue
        fix = Fix.replace(node, near, title=f"rename to '{near}'") if near else None
        yield node.finding(f"namespace '{node.text}' does not exist, so this entry lets nothing in", fix=fix)
