"""Namespace's pod security refuses the container that sets a proxy up.

## Why it matters
Without a CNI plugin of the mesh an init container redirects the traffic of a pod, and needs NET_ADMIN and NET_RAW for
it. The standards `baseline` and `restricted` allow neither: the API server refuses the pod as a whole, and its
workload has none.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {pod-security.kubernetes.io/enforce: restricted}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {pod-security.kubernetes.io/enforce: privileged}
```

## When it stays quiet
The mesh has its CNI plugin. Standards that only warn or audit refuse nothing. Before a mesh is there, the namespaces
are told of once and as a note; with a mesh, only those in which something asks for a proxy. What is set for the whole
cluster in the API server's own configuration is not seen.

## Fix safety
No fix: with the plugin no pod needs the capabilities, and lowering the standard is for whoever set it.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import components_in, installed
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio import enrolment as istio
from service_mesh.posture.linkerd import enrolment as linkerd
from service_mesh.rules.rule import rule
from service_mesh.rules.status.pre_install._pod_security import enforced

_PLUGIN = {"istio": "istio-cni", "linkerd": "linkerd-cni"}
_SETUP = {"istio": "istio-init", "linkerd": "linkerd-init"}
_OWN = ("kube-", "istio-", "linkerd", "cilium")
_TEMPLATES = "inject.istio.io/templates"


@rule(
    "ST709",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NAMESPACE,),
    reads=tuple(
        kind for kind in dict.fromkeys((*istio.ENROLMENT_KINDS, *linkerd.ENROLMENT_KINDS)) if kind != NAMESPACE
    ),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_capabilities_baseline.go",
        "https://istio.io/latest/docs/setup/additional-setup/pod-security-admission/",
        "https://linkerd.io/2/features/cni/",
    ),
)
def proxy_setup_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a namespace with workloads that would be refused; before a mesh is there, the first one that is strict."""
    label = enforced(resource)
    if label is None or resource.name.startswith(_OWN):
        return
    meshes = [name for name in installed(mesh, resource.cluster) if name in _PLUGIN]
    if not meshes:
        yield from _before(resource, mesh)
        return
    roles = {one.role for one in components_in(mesh, resource.cluster)}
    for name in meshes:
        asking = _asking(mesh, resource, name) if _PLUGIN[name] not in roles else None
        if asking is not None:
            message = (
                f"namespace '{resource.name}' enforces '{label.text}', which refuses '{_SETUP[name]}' "
                f"in pods such as those of '{asking.resource.name}'"
            )
            yield label.problem(message, get_yaml(resource))


def _before(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    strict = mesh.index(_strict).get(resource.cluster, [])
    if strict and strict[0].resource is resource:
        others = f" and {len(strict) - 1} more enforce" if len(strict) > 1 else " enforces"
        message = (
            f"namespace '{resource.name}'{others} a standard that refuses istio-init and linkerd-init: "
            "a mesh needs its CNI plugin there"
        )
        yield strict[0].problem(message, get_yaml(resource), severity=Severity.INFO)


def _strict(mesh: MeshView) -> Mapping[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for namespace in sorted(mesh.of_kind(NAMESPACE), key=lambda one: one.name):
        label = enforced(namespace)
        if label is not None and not namespace.name.startswith(_OWN):
            found.setdefault(namespace.cluster, []).append(label)
    return found


def _asking(mesh: MeshView, namespace: Resource, name: str) -> Workload | None:
    """A workload that would get a proxy, and with it the container that sets it up."""
    for workload in workloads_in(mesh, namespace.name, namespace.cluster):
        if name == "istio":
            is_asking = istio.asked_enrolment(mesh, workload).mode is istio.Enrolled.SIDECAR
            if is_asking and not _is_gateway(workload):
                return workload
        elif linkerd.asked_enrolment(mesh, workload).mode is linkerd.Enrolled.SIDECAR:
            return workload
    return None


def _is_gateway(workload: Workload) -> bool:
    """Whether a template of its own is injected: that of gateways has no init container."""
    annotations = workload.template.get("metadata.annotations")
    return annotations is not None and annotations.key(_TEMPLATES) is not None
