"""Pods run without a proxy since no injector serves the revision that their namespace asks for.

## Why it matters
The API server calls no webhook for the label, and nothing says so: each pod that is made anew comes up without a proxy.
This is what the removal of an old revision or tag leaves behind.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: 1-29}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-1-31, labels: {istio.io/rev: 1-31}}
webhooks: []
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: 1-31}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-1-31, labels: {istio.io/rev: 1-31}}
webhooks: []
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: example.com/proxyv2:1}
status: {phase: Running}
```

## When it stays quiet
No injector webhook is there at all, or they were not listed. `istio-injection` stands beside the label and decides, or
the namespace is in ambient mode, where the label is for waypoints. Every pod has a proxy still, opts out, or shares the
node's network.

## Fix safety
No fix: which revision is meant is not known, and pods have to be made anew.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads_in
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import MUTATING_WEBHOOK, NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import Enrolled, running_enrolment
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment
from service_mesh.posture.istio.proxies import running_pods
from service_mesh.posture.istio.revisions import served_revisions
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import counted, told


@rule(
    "ST212",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(NAMESPACE,),
    reads=tuple(dict.fromkeys((*NAMESPACE_ENROLMENT_KINDS, *WORKLOAD_KINDS))),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        "https://istio.io/latest/docs/setup/upgrade/canary/",
    ),
)
def revision_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label of a namespace that no injector serves, with pods that run bare for it."""
    label = _asked(resource, mesh)
    served = served_revisions(mesh, resource.cluster)
    if label is None or served is None or label.text in served:
        return
    if not mesh.is_listed(MUTATING_WEBHOOK, resource.cluster):
        return
    held = workloads_in(mesh, resource.name, resource.cluster)
    bare = [pod for workload in held if _counts(workload) for pod in running_pods(mesh, workload) if _is_bare(pod)]
    if bare:
        who = f"{counted(len(bare), 'pod')} of namespace '{resource.name}' {'runs' if len(bare) == 1 else 'run'}"
        message = f"{who} without a proxy: no injector serves revision '{told(label.text)}', which it asks for"
        yield label.problem(message, kubectl.command("istioctl", "tag", "list"))


def _asked(namespace: Resource, mesh: MeshView) -> Node | None:
    """The label for a revision of the injector."""
    asked = namespace_enrolment(mesh, namespace.name, namespace.cluster)
    return asked.revision_label if asked.mode is not Enrolled.AMBIENT and asked.revision else None


def _counts(workload: Workload) -> bool:
    return not workload.uses_host_network and workload.labels.get("sidecar.istio.io/inject") != "false"


def _is_bare(pod: Resource) -> bool:
    return running_enrolment(pod).mode is Enrolled.NONE
