"""Proxies belong to a revision of the control plane that is not there any more.

## Why it matters
A proxy asks the istiod of the revision that made it, by that revision's own Service. Without it the proxy keeps the
configuration it has, learns of no new endpoints, and its certificate ends within a day.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-1-31, namespace: istio-system, labels: {app: istiod, istio.io/rev: 1-31}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod, istio.io/rev: 1-31}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {istio.io/rev: 1-30}}
spec:
  containers:
  - {name: web, image: "example.com/web:1"}
  - {name: istio-proxy, image: "example.com/proxyv2:1.30.3"}
status: {phase: Running}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-1-31, namespace: istio-system, labels: {app: istiod, istio.io/rev: 1-31}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod, istio.io/rev: 1-31}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {istio.io/rev: 1-31}}
spec:
  containers:
  - {name: web, image: "example.com/web:1"}
  - {name: istio-proxy, image: "example.com/proxyv2:1.31.2"}
status: {phase: Running}
```

## When it stays quiet
The cluster runs no istiod at all: its proxies ask one elsewhere. A tag stands for the revision. A Service with the
revision's name leads to another istiod. Pods of one namespace and revision are told of once.

## Fix safety
No fix: pods have to be made anew once their namespace asks for a revision that is there.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, POD, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import Enrolled, running_enrolment
from service_mesh.posture.istio.proxies import PROXY_KINDS, revision_of
from service_mesh.posture.istio.revisions import revision_behind
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told


@rule(
    "ST206",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=(SERVICE, *PROXY_KINDS),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/service.yaml",
        "https://istio.io/latest/docs/setup/upgrade/canary/",
    ),
)
def proxy_of_gone_revision(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a namespace whose proxy belongs to an istiod that is not there."""
    said = revision_of(mesh, resource)
    if said is None:
        return
    group = mesh.index(_orphans).get((resource.cluster, resource.namespace, said.text), ())
    if not group or group[0].resource is not resource:
        return
    there = sorted(_revisions(mesh, resource.cluster))
    who = "proxy of a pod" if len(group) == 1 else f"proxies of {len(group)} pods"
    verb = "belongs" if len(group) == 1 else "belong"
    listed = ", ".join(f"'{told(name)}'" for name in there[:5])
    message = (
        f"{who} in namespace '{resource.namespace}' {verb} to revision '{told(said.text)}', "
        f"which no istiod serves; those that are there serve {listed}"
    )
    yield said.problem(message, kubectl.command("istioctl", "tag", "list"))


def _orphans(mesh: MeshView) -> Mapping[tuple[str, str, str], list[Node]]:
    mesh.mark_read(SERVICE, *PROXY_KINDS)
    found: dict[tuple[str, str, str], list[Node]] = {}
    for pod in mesh.of_kind(POD):
        said = revision_of(mesh, pod)
        if said is not None and _is_orphan(mesh, pod, said.text):
            found.setdefault((pod.cluster, pod.namespace, said.text), []).append(said)
    return found


def _is_orphan(mesh: MeshView, pod: Resource, revision: str) -> bool:
    there = _revisions(mesh, pod.cluster)
    if not there or not mesh.is_listed(DEPLOYMENT, pod.cluster):
        return False
    if revision in there or revision_behind(mesh, pod.cluster, revision) in there:
        return False
    is_proxy = is_meant_to_run(pod) and running_enrolment(pod).mode is Enrolled.SIDECAR
    return is_proxy and not _is_stood_in_for(mesh, pod.cluster, revision)


def _is_stood_in_for(mesh: MeshView, cluster: str, revision: str) -> bool:
    """Whether a Service with the name that proxies of a revision ask is there: it may lead to another istiod."""
    places = {one.resource.namespace for one in components_in(mesh, cluster) if one.role == "istiod"}
    return any(mesh.find(SERVICE, place, f"istiod-{revision}", cluster) is not None for place in places)


def _revisions(mesh: MeshView, cluster: str) -> frozenset[str]:
    return mesh.once(_served, cluster)


def _served(mesh: MeshView, cluster: str) -> frozenset[str]:
    mesh.mark_read(*COMPONENT_KINDS)
    return frozenset(one.revision for one in components_in(mesh, cluster) if one.role == "istiod")
