"""Namespace is left out of the mesh, while others of the input are in it.

## Why it matters
Its pods talk plaintext, and servers with STRICT mTLS refuse them. Often the label was forgotten when the namespace was
added.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: cart}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: cart, labels: {istio-injection: enabled}}
```

## When it stays quiet
No namespace of the input asks for the mesh (Istio's own check reports every namespace). The namespace says what it
wants, `istio-injection: disabled` and `istio.io/dataplane-mode: none` included, or asks for Linkerd. It belongs to the
system: `kube-*`, `local-path-storage`, `default`, the root namespace of the mesh. All its workloads ask for a proxy
themselves, or it holds other objects than workloads alone: gateways, secrets, hosts outside. The installation injects
unlabelled namespaces.

## Fix safety
There is no fix: whether it belongs into the mesh, and how, is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, NEVER_INJECTED, Enrolled, enrolment
from service_mesh.posture.istio.namespaces import namespace_enrolment
from service_mesh.rules.rule import rule

_LINKERD = "linkerd.io/inject"
_SYSTEM = frozenset({*NEVER_INJECTED, "default", "istio-system"})


@rule(
    "IS242",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(NAMESPACE,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/injection/injection.go",
        "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    ),
    upstream=("IST0102",),
)
def namespace_outside_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a namespace that says nothing about the mesh where another one asks for it."""
    other = mesh.index(_asking).get(resource.cluster)
    asked = namespace_enrolment(mesh, resource.name, resource.cluster)
    if other is None or asked.mode is not Enrolled.NONE or asked.label is not None:
        return
    if _LINKERD in resource.annotations:
        return
    if resource.name in _SYSTEM or resource.name == root_namespace(mesh, resource.cluster):
        return
    if _has_nothing_to_join(mesh, resource):
        return
    node = resource.get("metadata.name") or resource.root
    message = f"namespace '{resource.name}' asks for neither sidecars nor ambient mode"
    yield node.finding(message, related=(other.note("asks for the mesh"),))


def _has_nothing_to_join(mesh: MeshView, namespace: Resource) -> bool:
    found = workloads_in(mesh, namespace.name, namespace.cluster)
    if not found:
        return (namespace.cluster, namespace.name) in mesh.index(_inhabited)
    return all(enrolment(mesh, workload).is_meshed for workload in found)


def _inhabited(mesh: MeshView) -> frozenset[tuple[str, str]]:
    return frozenset(mesh.inhabited_namespaces())


def _asking(mesh: MeshView) -> Mapping[str, Node]:
    mesh.mark_read(*ENROLMENT_KINDS)
    found: dict[str, Node] = {}
    for namespace in mesh.of_kind(NAMESPACE):
        asked = namespace_enrolment(mesh, namespace.name, namespace.cluster)
        if asked.is_meshed and asked.label is not None:
            found.setdefault(namespace.cluster, asked.label)
    return found
