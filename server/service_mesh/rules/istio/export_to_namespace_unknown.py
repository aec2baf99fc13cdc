"""Object is exported to a namespace that does not exist.

## Why it matters
`exportTo` is a list of who sees the object. With a misspelt namespace the clients that were meant get no route, no
traffic policy or no entry, and whoever else was in the list still does.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  exportTo: [wbe]
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  exportTo: [web]
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
```

## When it stays quiet
`.`, `*` and `~`; a namespace that is loaded or that any loaded object lives in. Unless everything is said to be loaded
and at least one Namespace is among it, the finding is reported as not checked.

## Fix safety
Offered when exactly one known namespace has a near name; unsafe, because other clients see the object then.
"""

from collections.abc import Iterator

from service_mesh.mesh.namespaces import namespace_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE, NAMESPACE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_SIGNS = frozenset({".", "*", "~"})
_ANNOTATION = "networking.istio.io/exportTo"


@rule(
    "IS153",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE),
    needs=("exportTo", "annotations"),
    reads=(NAMESPACE,),
    sources=(
        "kiali/kiali: business/checkers/common/export_to_namespace_checker.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule",
    ),
    upstream=("KIA0005",),
)
def export_to_namespace_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each namespace of `exportTo` that the input does not know."""
    known = namespace_names(mesh, resource.cluster)
    for node, name in _exported(resource):
        if name in _SIGNS or name in known or not name:
            continue
        near = nearest(name, known, unique=True)
        fix = Fix.replace(node, near, title=f"rename to '{near}'") if near and node.text == name else None
        message = f"namespace '{name}', which the object is exported to, does not exist"
        yield node.finding(message, fix=fix, partial=not (mesh.is_whole and mesh.of_kind(NAMESPACE)))


def _exported(resource: Resource) -> Iterator[tuple[Node, str]]:
    if resource.kind == SERVICE:
        annotations = resource.get("metadata.annotations")
        written = annotations.key(_ANNOTATION) if annotations is not None else None
        if written is not None:
            yield from ((written, name.strip()) for name in written.text.split(","))
    else:
        yield from ((node, node.text) for node in resource.each("spec.exportTo[]"))
