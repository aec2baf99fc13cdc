"""Definition is of a kind that Istio has removed.

## Why it matters
The API server takes objects of the kind as long as the definition is there, and no part of Istio reads them: an access
rule of `rbac.istio.io` protects nothing.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: servicerolebindings.rbac.istio.io}
spec:
  group: rbac.istio.io
  names: {kind: ServiceRoleBinding, plural: servicerolebindings}
  scope: Namespaced
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: authorizationpolicies.security.istio.io}
spec:
  group: security.istio.io
  names: {kind: AuthorizationPolicy, plural: authorizationpolicies}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
```

## When it stays quiet
The kind is one that a supported release reads. Objects of removed kinds are told by SC111; deprecated fields by SC127.

## Fix safety
There is no fix: deleting a definition deletes its objects.
"""

from collections.abc import Iterator

from service_mesh.catalog.removed import removed_kind
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS259",
    category=Category.HYGIENE,
    severity=Severity.WARNING,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/deprecation/deprecation.go",
        "https://istio.io/latest/news/releases/1.6.x/announcing-1.6/upgrade-notes/",
    ),
    upstream=("IST0002",),
)
def removed_kind_defined(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a definition of a kind that Istio does not have any more."""
    group, kind = resource.get("spec.group"), resource.get("spec.names.kind")
    if group is None or kind is None or not group.text.endswith("istio.io"):
        return
    removal = removed_kind(group.text, kind.text)
    if removal is not None:
        gone = f"was removed in Istio {removal.removed}" if removal.removed else "was removed from Istio"
        yield kind.finding(f"'{kind.text}' of '{group.text}' {gone}: {removal.instead}")
