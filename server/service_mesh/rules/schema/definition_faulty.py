"""A CustomResourceDefinition is one that the API server refuses.

## Why it matters
Without its definition no object of the kind is taken. A schema has to be structural: it names a type at every level
and leaves nothing to alternatives alone, since the API server prunes and defaults objects by it. Definitions that are
given in place of the bundled ones are held to the same: objects of a kind with a faulty one are not checked.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.shop.example
spec:
  group: shop.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {properties: {size: {type: integer}}}
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.shop.example
spec:
  group: shop.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {type: integer}}}
```

## When it stays quiet
The definition is of an API version that is not served any more, which is reported as such, unless it was given in
place of a bundled one. CEL rules are compiled only in definitions that are given (`crds`): an error of syntax is
reported, anything else that the library cannot compile makes that rule one that is not checked. A definition that was
read from a cluster has been taken by its API server.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from collections.abc import Iterator

from service_mesh.catalog.structural import DEFINITION, definition_faults
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "SC141",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(DEFINITION,),
    sources=(
        "k8s.io/apiextensions-apiserver: pkg/apiserver/schema/validation.go",
        "k8s.io/apiextensions-apiserver: pkg/apis/apiextensions/validation/validation.go",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/",
    ),
)
def definition_faulty(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each part that is missing or not structural."""
    if resource.version == "v1" and not resource.is_from_cluster:
        yield from definition_faults(resource)
