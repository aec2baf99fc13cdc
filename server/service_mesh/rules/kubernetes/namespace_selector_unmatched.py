"""Selector of namespaces asks for a label that no namespace has.

## Why it matters
A NetworkPolicy sees the labels of namespaces and not their names. The name is there as the label
`kubernetes.io/metadata.name` alone; `name: monitoring` has to be set by hand, and where it is not, nobody is let
through.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: scrape, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {name: monitoring}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: scrape, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: monitoring}
```

## When it stays quiet
Some loaded namespace has the labels; the label is no name of a loaded namespace and not every namespace is loaded. The
label `name` for `kube-system`, which nothing sets by itself, is reported as not checked where that is not loaded.

## Fix safety
Offered where the value is the name of a loaded namespace; unsafe, because it lets the pods of that namespace in.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NAMESPACE, NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, label_selector
from service_mesh.posture.kubernetes.selection import namespace_matches
from service_mesh.rules.rule import rule

_NAME = "kubernetes.io/metadata.name"
_MEANT = frozenset({"name", "namespace", "kubernetes.io/name"})
_SYSTEM = "kube-system"
_OF_ADMINS = ("namespaces", "pods.namespaceSelector")


@rule(
    "K8114",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY, ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY),
    reads=(NAMESPACE,),
    needs=("namespaceSelector", "namespaces"),
    sources=(
        "kubernetes/kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_Namespace)",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name",
    ),
)
def namespace_selector_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each selector of namespaces that takes none."""
    for node in _selectors(resource):
        selector = label_selector(node)
        if selector.is_empty or selector.nothing or mesh.once(_matches_some, (selector, resource.cluster)):
            continue
        label = _meant_as_name(mesh, node)
        if label is not None:
            key, is_loaded = label.path[-1], namespace_named(mesh, label.text, resource.cluster) is not None
            message = f"namespace '{label.text}' has no label '{key}', so nobody is selected: its name is '{_NAME}'"
            fix = Fix.rename(label, _NAME) if is_loaded else None
            yield label.finding(message, fix=fix, partial=not is_loaded, anchor=Anchor.KEY)
        elif mesh.is_whole or mesh.is_listed(NAMESPACE, resource.cluster):
            yield node.finding(f"no namespace has labels '{selector.text}', so nobody is selected", anchor=Anchor.KEY)


def _selectors(resource: Resource) -> Iterator[Node]:
    if resource.kind == NETWORK_POLICY:
        for place in ("ingress[].from[]", "egress[].to[]"):
            yield from resource.each(f"spec.{place}.namespaceSelector")
        return
    for place in ("subject", "ingress[].from[]", "egress[].to[]"):
        for field in _OF_ADMINS:
            yield from resource.each(f"spec.{place}.{field}")


def _matches_some(mesh: MeshView, asked: tuple[Selector, str]) -> bool:
    """Whether a selector takes any loaded namespace of a cluster."""
    selector, cluster = asked
    places = ((cluster, *label) for label in selector.equal.items()) if selector.equal else ((cluster, "", ""),)
    names = min((mesh.index(_by_label).get(place, ()) for place in places), key=len)
    return any(namespace_matches(mesh, selector, name, cluster) for name in names)


def _by_label(mesh: MeshView) -> Mapping[tuple[str, str, object], list[str]]:
    """Names of namespaces by cluster and label; all of a cluster without a label."""
    found: dict[tuple[str, str, object], list[str]] = {}
    for namespace in mesh.of_kind(NAMESPACE):
        held = {**namespace.labels, _NAME: namespace.name}
        labels = [(key, value) for key, value in held.items() if isinstance(value, str)]
        for key, value in (("", ""), *labels):
            found.setdefault((namespace.cluster, key, value), []).append(namespace.name)
    return found


def _meant_as_name(mesh: MeshView, node: Node) -> Node | None:
    """The label that a namespace was to be chosen by, as if it were its name."""
    for label in node.each("matchLabels{}"):
        is_known = namespace_named(mesh, label.text, node.resource.cluster) is not None
        if label.path[-1] in _MEANT and label.text and (is_known or label.text == _SYSTEM):
            return label
    return None
