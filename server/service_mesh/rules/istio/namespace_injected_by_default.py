"""Namespace gets sidecars without asking, by a setting of the whole installation.

## Why it matters
With `sidecarInjectorWebhook.enableNamespacesByDefault` every namespace without a label is injected: operators and
system components too, whose webhooks and jobs do not expect a proxy. The manifests do not show it.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}'
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}'
```

## When it stays quiet
The namespace says what it wants with any of the labels, or is never injected (`kube-system` and the like, the root
namespace of the mesh). The values of the installation are not loaded.

## Fix safety
There is no fix: whether sidecars are wanted is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import AMBIENT_LABEL, NEVER_INJECTED
from service_mesh.posture.istio.injector import injector
from service_mesh.rules.rule import rule

_LABELS = ("istio-injection", "istio.io/rev", AMBIENT_LABEL)


@rule(
    "IS234",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(NAMESPACE,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        "istio/istio: pkg/config/analysis/analyzers/injection/injection.go",
    ),
    upstream=("IST0148",),
)
def namespace_injected_by_default(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a namespace without any label where the installation injects such namespaces."""
    if any(name in resource.labels for name in _LABELS) or resource.name in NEVER_INJECTED:
        return
    if (
        resource.name != root_namespace(mesh, resource.cluster)
        and injector(mesh, resource.cluster).takes_all_namespaces
    ):
        node = resource.get("metadata.name") or resource.root
        yield node.finding(f"namespace '{resource.name}' is injected, though no label of it asks for that")
