"""Namespace of an extension of Linkerd is not the one that its label names.

## Why it matters
The command line finds an extension by the label `linkerd.io/extension` of its namespace. Without it, or with two
namespaces that carry the same name, `linkerd viz`, `linkerd multicluster` and their checks do not find what runs.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: linkerd-viz}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tap, namespace: linkerd-viz, labels: {linkerd.io/extension: viz, component: tap}}
spec:
  selector: {matchLabels: {component: tap}}
  template:
    metadata: {labels: {linkerd.io/extension: viz, component: tap}}
    spec: {containers: [{name: tap, image: tap}]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: linkerd-viz, labels: {linkerd.io/extension: viz}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tap, namespace: linkerd-viz, labels: {linkerd.io/extension: viz, component: tap}}
spec:
  selector: {matchLabels: {component: tap}}
  template:
    metadata: {labels: {linkerd.io/extension: viz, component: tap}}
    spec: {containers: [{name: tap, image: tap}]}
```

## When it stays quiet
Nothing of the extensions `viz` and `multicluster` runs in the namespace, and no other namespace has its label. Parts of
extensions may run in namespaces of other ones, as a service mirror does.

## Fix safety
No fix: the namespace belongs to whoever installed the extension.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_LABEL = "linkerd.io/extension"
_OURS = frozenset({"viz", "multicluster"})
_NEXT = command("kubectl", "get", "namespaces", "-L", _LABEL)


@rule(
    "ST146",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NAMESPACE,),
    reads=COMPONENT_KINDS,
    sources=("linkerd/linkerd2: pkg/healthcheck/healthcheck.go", "https://linkerd.io/2/tasks/extensions/"),
    upstream=("l5d-extension-namespaces", "l5d-viz-ns-exists"),
)
def linkerd_extension_label_wrong(namespace: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a namespace that lacks the label of the extension in it, or shares it with an earlier one."""
    name = namespace.labels.get(_LABEL)
    node = namespace.get("metadata.labels") or namespace.get("metadata") or namespace.root
    if not isinstance(name, str):
        running = mesh.index(_extensions).get((namespace.cluster, namespace.name), frozenset())
        if running:
            message = f"the extension '{min(running)}' runs here and the namespace does not carry '{_LABEL}'"
            yield node.problem(message, _NEXT)
        return
    first = mesh.index(_labelled).get((namespace.cluster, name))
    if first is not None and first.key != namespace.key:
        message = f"'{_LABEL}' is '{name}' here and on namespace '{first.name}'"
        yield (node.key(_LABEL) or node).problem(message, _NEXT, related=(first.root.note("has the same label"),))


def _extensions(mesh: MeshView) -> Mapping[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], frozenset[str]] = {}
    for part in components(mesh):
        if part.mesh == "linkerd" and part.extension in _OURS:
            place = part.cluster, part.resource.namespace
            found[place] = found.get(place, frozenset()) | {part.extension}
    return found


def _labelled(mesh: MeshView) -> Mapping[tuple[str, str], Resource]:
    """The first namespace, by name, of each extension."""
    found: dict[tuple[str, str], Resource] = {}
    for namespace in sorted(mesh.of_kind(NAMESPACE), key=lambda one: one.name):
        name = namespace.labels.get(_LABEL)
        if isinstance(name, str):
            found.setdefault((namespace.cluster, name), namespace)
    return found
