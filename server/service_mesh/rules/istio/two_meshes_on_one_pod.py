"""Pods are taken by Istio and by Linkerd at once.

## Why it matters
Both redirect the pod's traffic to their own proxy. Whichever rules come last win, the other proxy sees nothing or gets
traffic that is encrypted already, and the pod is mostly unreachable.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
  annotations: {linkerd.io/inject: enabled}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
```

## When it stays quiet
One of the two is switched off for the pods. A namespace that asks for both is reported once, not with each workload.

## Fix safety
The annotation for Linkerd can be removed where it stands beside Istio's label. Unsafe: the other mesh may be the one
that was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.istio.namespaces import namespace_enrolment
from service_mesh.posture.linkerd import enrolment as linkerd
from service_mesh.rules.rule import rule

_TAKEN = ("enabled", "ingress")


@rule(
    "IS238",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(NAMESPACE, *sorted(WORKLOADS)),
    where=has_linkerd,
    reads=tuple(dict.fromkeys((*ENROLMENT_KINDS, *linkerd.ENROLMENT_KINDS))),
    sources=(
        "linkerd/linkerd2: pkg/inject/report.go",
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
    ),
)
def two_meshes_on_one_pod(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report what makes both meshes take the same pods."""
    if resource.kind == NAMESPACE:
        yield from _of_namespace(mesh, resource)
        return
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    answer = enrolment(mesh, workload)
    asking = _linkerd(mesh, workload)
    if asking is not None and answer.is_meshed:
        message = f"pods are injected by Linkerd, and Istio takes them too ({answer.mode.value})"
        yield asking.finding(message, related=answer.chain)


def _of_namespace(mesh: MeshView, namespace: Resource) -> Iterator[Draft]:
    injecting = _injecting(namespace.get("metadata.annotations"))
    istio = _asking(mesh, namespace.name, namespace.cluster)
    if injecting is not None and istio is not None:
        message = f"pods are injected by Linkerd, and '{istio.path[-1]}: {istio.text}' puts them into Istio too"
        yield injecting.finding(message, fix=Fix.remove(injecting), related=(istio.note("asks for Istio"),))


def _asking(mesh: MeshView, namespace: str, cluster: str) -> Node | None:
    asked = namespace_enrolment(mesh, namespace, cluster)
    return asked.label if asked.is_meshed else None


def _linkerd(mesh: MeshView, workload: Workload) -> Node | None:
    """What makes Linkerd take a workload; None where it does not, or its namespace alone asks for both meshes."""
    proxy = workload.container(linkerd.PROXY)
    if proxy is not None or not linkerd.enrolment(mesh, workload).is_meshed:
        return proxy
    if linkerd.INJECT in workload.annotations:
        return _injecting(workload.template.get("metadata.annotations"))
    is_told = _asking(mesh, workload.namespace, workload.cluster) is not None
    return None if is_told else workload.labels_node


def _injecting(annotations: Node | None) -> Node | None:
    found = annotations.key(linkerd.INJECT) if annotations is not None else None
    return found if found is not None and found.text in _TAKEN else None
