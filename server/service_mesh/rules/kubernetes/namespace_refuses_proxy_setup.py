"""Namespace enforces a standard that refuses what sets up a proxy.

## Why it matters
Without a CNI plugin of the mesh an init container redirects the traffic of each pod, and needs NET_ADMIN and NET_RAW
for it. The standards `baseline` and `restricted` allow neither: every pod that gets a proxy is refused as a whole, and
its workload has none.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data:
  values: |
    cniEnabled: false
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {pod-security.kubernetes.io/enforce: restricted}
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: app, image: "cart:1"}]
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data:
  values: |
    cniEnabled: true
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {pod-security.kubernetes.io/enforce: restricted}
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: app, image: "cart:1"}]
```

## When it stays quiet
The mesh has its CNI plugin, or the input does not tell whether it has: the values of its chart do, as they are kept in
the cluster, and for Istio an istiod without the plugin where everything is loaded; an IstioOperator, Sail's Istio or a
HelmRelease is there, which may bring the plugin; standards that only warn or audit; a namespace without a workload that
gets a proxy. Of a cluster that is looked at for an installation, ST709 says it.

## Fix safety
None is offered: with the plugin no pod needs the capabilities, and lowering the standard is for whoever set it.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.mesh.components import components_in
from service_mesh.mesh.installation import installation
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HELM_RELEASE, ISTIO_OPERATOR, NAMESPACE, POD, SAIL_ISTIO
from service_mesh.model.resource import Resource
from service_mesh.posture.istio import enrolment as istio
from service_mesh.posture.linkerd import enrolment as linkerd
from service_mesh.posture.linkerd.installation import installation as linkerd_installation
from service_mesh.rules.rule import rule

_ENFORCE = "pod-security.kubernetes.io/enforce"
_STRICT = ("baseline", "restricted")
_PLUGIN = ("pilot.cni.enabled", "istio_cni.enabled", "cni.enabled")
_INSTALLERS = (ISTIO_OPERATOR, SAIL_ISTIO, HELM_RELEASE)
_MOST_WORKLOADS = 20


@rule(
    "K8127",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NAMESPACE,),
    reads=(
        *(
            kind
            for kind in dict.fromkeys((*istio.ENROLMENT_KINDS, *linkerd.ENROLMENT_KINDS, *_INSTALLERS))
            if kind != NAMESPACE
        ),
    ),
    needs=(_ENFORCE,),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_capabilities_baseline.go",
        "https://istio.io/latest/docs/setup/additional-setup/pod-security-admission/",
        "https://linkerd.io/2/features/cni/",
    ),
)
def namespace_refuses_proxy_setup(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label of a namespace whose pods would be refused with the container that sets up their proxy."""
    labels = resource.get("metadata.labels")
    label = labels.key(_ENFORCE) if labels is not None else None
    if label is None or label.text not in _STRICT:
        return
    for setup, workload in _injected(mesh, resource):
        message = f"'{label.text}' refuses '{setup}' in the pods of {workload.title}, so none of them starts"
        yield label.finding(message, related=(workload.resource.root.note("gets a proxy"),))
        return


def _injected(mesh: MeshView, namespace: Resource) -> Iterator[tuple[str, Workload]]:
    """Workloads whose proxies an init container sets up, and the name of that."""
    cluster = namespace.cluster
    by_linkerd, by_istio = _linkerd_has_no_plugin(mesh, cluster), _istio_has_no_plugin(mesh, cluster)
    if not by_linkerd and not by_istio:
        return
    made = (one for one in workloads_in(mesh, namespace.name, cluster) if one.resource.kind != POD)
    for workload in islice(made, _MOST_WORKLOADS):
        if by_linkerd and linkerd.asked_enrolment(mesh, workload).is_meshed:
            yield "linkerd-init", workload
        if by_istio and istio.asked_enrolment(mesh, workload).mode is istio.Enrolled.SIDECAR:
            yield "istio-init", workload


def _linkerd_has_no_plugin(mesh: MeshView, cluster: str) -> bool:
    found = linkerd_installation(mesh, cluster)
    return found is not None and found.value("cniEnabled") is False


def _istio_has_no_plugin(mesh: MeshView, cluster: str) -> bool:
    """Whether the values of istiod's chart say so, or all is loaded and the plugin is not there."""
    if any(mesh.of_kind(kind) for kind in _INSTALLERS):
        return False
    roles = {one.role for one in components_in(mesh, cluster)}
    if "istio-cni" in roles:
        return False
    found = installation(mesh, cluster)
    told = [found.value(path) for path in _PLUGIN] if found is not None else []
    if True in told:
        return False
    return False in told or (mesh.is_whole and "istiod" in roles)
