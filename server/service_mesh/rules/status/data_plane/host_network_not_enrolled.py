"""Pods of an enrolled namespace share the node's network, which keeps them out of the mesh.

## Why it matters
Neither the injector nor istio-cni takes them. They send and take plaintext under the identity of nobody, so policies by
identity never match them, and servers with STRICT mTLS refuse them.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: shop}
spec:
  hostNetwork: true
  containers:
  - {name: probe, image: example.com/probe:1}
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: shop, labels: {sidecar.istio.io/inject: "false"}}
spec:
  hostNetwork: true
  containers:
  - {name: probe, image: example.com/probe:1}
status: {phase: Running}
```

## When it stays quiet
The namespace asks for nothing, the pods opt out by a label, or none of them runs. It is a part of a mesh itself.

## Fix safety
No fix: whether the pods need the node's network is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import component_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import AMBIENT_LABEL
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment
from service_mesh.posture.istio.proxies import own_workload, running_pods
from service_mesh.rules.rule import rule


@rule(
    "ST210",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=tuple(sorted(WORKLOADS)),
    reads=tuple(dict.fromkeys((*NAMESPACE_ENROLMENT_KINDS, *WORKLOAD_KINDS))),
    sources=("istio/istio: pkg/kube/inject/inject.go", "istio/istio: cni/pkg/util/podutil.go"),
)
def host_network_not_enrolled(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a workload with the node's network in a namespace that is enrolled."""
    workload = own_workload(mesh, resource)
    if workload is None or not workload.uses_host_network:
        return
    asked = namespace_enrolment(mesh, workload.namespace, workload.cluster)
    if not asked.is_meshed or component_of(mesh, resource):
        return
    has_opted_out = workload.labels.get("sidecar.istio.io/inject") == "false"
    if has_opted_out or workload.labels.get(AMBIENT_LABEL) == "none" or not running_pods(mesh, workload):
        return
    node = workload.template.get("spec.hostNetwork") or workload.template
    message = f"pods of '{workload.title}' share the node's network, so the mesh of their namespace does not take them"
    yield node.problem(message, kubectl.get_yaml(resource))
