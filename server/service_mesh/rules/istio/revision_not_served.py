"""Label asks for a revision that no injector serves.

## Why it matters
The API server calls no webhook for it, and nothing says so: pods start without a proxy. This is what a typo leaves
behind, and an upgrade that removed the old revision or tag.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: canery}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-canary, labels: {istio.io/rev: canary}}
webhooks: []
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: canary}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-canary, labels: {istio.io/rev: canary}}
webhooks: []
```

## When it stays quiet
No injector webhook is loaded. `istio-injection` stands beside the label and decides. On pods the label is looked at
only where their namespace has none, and not on running ones, which carry the revision that made their proxy. In ambient
mode the label is for waypoints. If not everything is said to be loaded, the finding is reported as not checked.

## Fix safety
Offered when exactly one revision or tag has a near name; unsafe, because pods get a proxy then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, POD, WORKLOADS
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import Enrolled, is_live
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment
from service_mesh.posture.istio.revisions import served_revisions
from service_mesh.rules.rule import rule

_REVISION = "istio.io/rev"


@rule(
    "IS236",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(NAMESPACE, *sorted(WORKLOADS)),
    reads=tuple(dict.fromkeys((*NAMESPACE_ENROLMENT_KINDS, *WORKLOAD_KINDS))),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/revision-tags-mwc.yaml",
        "https://istio.io/latest/docs/setup/upgrade/canary/#stable-revision-labels",
    ),
)
def revision_not_served(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label of a namespace or of pods that names a revision without an injector."""
    label = _of_namespace(resource, mesh) if resource.kind == NAMESPACE else _of_pods(resource, mesh)
    served = served_revisions(mesh, resource.cluster) if label is not None else None
    if label is None or served is None or label.text in served:
        return
    near = nearest(label.text, served, unique=True)
    message = f"no injector serves revision '{label.text}', so pods start without a proxy"
    fix = Fix.replace(label, near, title=f"rename to '{near}'") if near else None
    yield label.finding(message, fix=fix, partial=not mesh.is_whole)


def _of_namespace(namespace: Resource, mesh: MeshView) -> Node | None:
    asked = namespace_enrolment(mesh, namespace.name, namespace.cluster)
    return None if asked.mode is Enrolled.AMBIENT else asked.revision_label


def _of_pods(resource: Resource, mesh: MeshView) -> Node | None:
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or (resource.kind == POD and is_live(resource)):
        return None
    if workload.labels.get("sidecar.istio.io/inject") == "false":
        return None
    asked = namespace_enrolment(mesh, resource.namespace, resource.cluster)
    if asked.mode is Enrolled.UNKNOWN or asked.injection is not None:
        return None
    return workload.labels_node.key(_REVISION)
