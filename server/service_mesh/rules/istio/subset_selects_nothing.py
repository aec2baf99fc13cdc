"""Labels of a subset fit no workload of the host.

## Why it matters
The subset exists but has no endpoints: requests that a route sends there fail with 503 (`no healthy upstream`), and a
canary or a roll-back looks finished although nothing answers.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  subsets:
  - name: stable
    labels: {version: v2}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews, version: v1}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  subsets:
  - name: stable
    labels: {version: v1}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews, version: v1}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## When it stays quiet
The host is a wildcard, is not known at all, or its endpoints are not in the input: a Service without selector, a
ServiceEntry that does not resolve. Pods of every kind of workload count, and machines outside Kubernetes. Labels of
regions, zones and nodes count as met where no Node is loaded, those of clusters and networks always. A subset that no
loaded VirtualService refers to is a warning. If the namespace of the service was not loaded as a whole, the finding is
reported as not checked.

## Fix safety
Offered when a label's value has exactly one near one among the workloads; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator, Mapping, Sequence

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.services import half_qualified
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import is_wildcard, resolve_host, service_host
from service_mesh.model.kinds import (
    DESTINATION_RULE,
    NODE,
    SERVICE,
    SERVICE_ENTRY,
    VIRTUAL_SERVICE,
)
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, map_selector
from service_mesh.rules.istio._routes import destinations
from service_mesh.rules.rule import rule

_OF_NODES = frozenset(
    {
        "kubernetes.io/hostname",
        "topology.istio.io/subzone",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    }
)
_OF_CLUSTERS = frozenset({"topology.istio.io/cluster", "topology.istio.io/network"})


@rule(
    "IS171",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(DESTINATION_RULE,),
    needs=("subsets",),
    reads=(SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE, NODE, *WORKLOAD_KINDS),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/destinationrule/subset.go",
        "istio/istio: pilot/pkg/serviceregistry/util/label/label.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset",
    ),
    upstream=("IST0173", "KIA0203"),
)
def subset_selects_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each subset with labels that nothing behind the host has."""
    host = rule_host(resource)
    declared = () if is_wildcard(host) else declared_anywhere(mesh, host, resource.cluster)
    subsets = [subset for subset in resource.each("spec.subsets[]") if subset.value_at("labels")]
    if not subsets or not declared or not all(_is_listed(declaring) for declaring in declared):
        return
    partial = not all(mesh.is_complete(declaring.namespace, resource.cluster) for declaring in declared)
    behind = [workload for declaring in declared for workload in workloads_of(mesh, declaring)]
    endpoints = [_labels(node) for declaring in declared for node in declaring.each("spec.endpoints[]")]
    everything = [*(workload.labels for workload in behind), *endpoints]
    for subset in subsets:
        labels, name = subset.get("labels"), subset.get("name")
        if labels is None or name is None or _fits(mesh, labels, everything):
            continue
        refers = (resource.cluster, host, name.text) in mesh.index(_references)
        message = f"labels of subset '{name.text}' fit no workload of host '{host}'"
        severity = None if refers else Severity.WARNING
        yield labels.finding(message, fix=_fix(labels, behind), severity=severity, partial=partial)


def _is_listed(declaring: Resource) -> bool:
    """Whether the input tells what is behind a host."""
    if declaring.kind == SERVICE:
        kind, selector = declaring.get("spec.type"), declaring.get("spec.selector")
        return bool(selector and selector.value) and (kind is None or kind.value != "ExternalName")
    resolution = declaring.get("spec.resolution")
    return resolution is not None and resolution.text not in ("", "NONE")


def _fits(mesh: MeshView, labels: Node, everything: Sequence[Mapping[str, object]]) -> bool:
    """Whether some labels have all that is asked; what istiod adds itself is looked up or taken as met."""
    selector = map_selector(labels)
    if any(selector.matches(found) for found in everything):
        return True
    kept = {key: value for key, value in selector.equal.items() if not _is_met(mesh, labels.resource, key, value)}
    asked = Selector(kept, nothing=selector.nothing)
    return any(asked.matches(found) for found in everything)


def _is_met(mesh: MeshView, resource: Resource, key: str, value: str) -> bool:
    if key in _OF_CLUSTERS:
        return True
    nodes = mesh.index(_node_labels).get(resource.cluster, frozenset())
    # istiod never adds a label with an empty value.
    return key in _OF_NODES and bool(value) and (not nodes or (key, value) in nodes)


def _node_labels(mesh: MeshView) -> Mapping[str, frozenset[tuple[str, object]]]:
    found: dict[str, set[tuple[str, object]]] = {}
    for node in mesh.of_kind(NODE):
        labels = found.setdefault(node.cluster, {("kubernetes.io/hostname", node.name)})
        labels.update((key, value) for key, value in node.labels.items() if isinstance(value, str))
    return {cluster: frozenset(labels) for cluster, labels in found.items()}


def _references(mesh: MeshView) -> frozenset[tuple[str, str, str]]:
    return frozenset(_referred(mesh))


def _referred(mesh: MeshView) -> Iterator[tuple[str, str, str]]:
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        for destination in destinations(route):
            host, subset = destination.get("host"), destination.get("subset")
            if host is not None and subset is not None:
                meant = half_qualified(mesh, host.text, route.cluster)
                full = service_host(meant.name, meant.namespace) if meant else resolve_host(host.text, route.namespace)
                yield route.cluster, full, subset.text


def _fix(labels: Node, behind: list[Workload]) -> Fix | None:
    for label in labels.each("{}"):
        known = {value for w in behind if isinstance(value := w.labels.get(str(label.path[-1])), str)}
        if label.text not in known and (near := nearest(label.text, known, unique=True)):
            return Fix.replace(label, near, title=f"rename to '{near}'")
    return None


def _labels(endpoint: Node) -> Mapping[str, object]:
    labels = endpoint.get("labels")
    return labels.value if labels is not None and isinstance(labels.value, dict) else {}
