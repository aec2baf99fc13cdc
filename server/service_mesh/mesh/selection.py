"""Who is selected: workloads by a selector and selectors by a workload, by index and never by looking at all pairs."""

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads, workloads_in
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import NOTHING, Selector, map_selector

__all__ = [
    "SelectorIndex",
    "entries_of",
    "gateway_selector",
    "is_selected",
    "policy_selector",
    "selected",
    "service_selector",
    "services_of",
    "workloads_of",
]

T = TypeVar("T")


class _Place(NamedTuple, Generic[T]):
    """The selectors of one namespace: by one label each, and those that name none."""

    by_label: dict[tuple[str, object], list[tuple[int, Selector, T]]]
    others: list[tuple[int, Selector, T]]


class SelectorIndex(Generic[T]):
    """Values that select: asked with the labels of one workload, answers those whose selector matches.

    Args:
        entries: Cluster, namespace (empty for every one), selector and value, in the order of the answers.
    """

    def __init__(self, entries: Iterable[tuple[str, str, Selector, T]]) -> None:
        self._known: dict[tuple[str, str, frozenset[tuple[str, object]]], tuple[T, ...]] = {}
        self._places: dict[tuple[str, str], _Place[T]] = {}
        for number, (cluster, namespace, selector, value) in enumerate(entries):
            place = self._places.setdefault((cluster, namespace), _Place({}, []))
            label = max(selector.equal.items(), key=_length, default=None)
            if label is not None:
                place.by_label.setdefault(label, []).append((number, selector, value))
            elif not selector.nothing:
                place.others.append((number, selector, value))

    def matching(self, cluster: str, namespace: str, labels: Mapping[str, object]) -> tuple[T, ...]:
        """Values of the namespace, and of every namespace, whose selector matches; in the order they were given."""
        texts = [label for label in labels.items() if isinstance(label[1], str)]
        candidates = self._candidates(cluster, namespace, texts)
        if not candidates:
            return ()
        key = cluster, namespace, frozenset(texts)
        if key not in self._known or len(texts) < len(labels):
            entries = (entry for listed in candidates for entry in listed)
            found = [(number, value) for number, selector, value in entries if selector.matches(labels)]
            found.sort(key=_number)
            self._known[key] = tuple([value for _, value in found])
        return self._known[key]

    def _candidates(
        self, cluster: str, namespace: str, texts: Iterable[tuple[str, object]]
    ) -> list[list[tuple[int, Selector, T]]]:
        """The lists in which the selectors are that may match labels; mostly there are none."""
        found = []
        for name in (namespace, "") if namespace else ("",):
            place = self._places.get((cluster, name))
            if place is not None:
                found += [place.by_label[label] for label in texts if label in place.by_label]
                if place.others:
                    found.append(place.others)
        return found


def service_selector(service: Resource) -> Selector:
    """What a Service selects: nothing without a selector or with an empty one, and nothing where it is ExternalName."""
    return service.once(_service_selector)


def _service_selector(service: Resource) -> Selector:
    kind = service.get("spec.type")
    selector = map_selector(service.get("spec.selector"))
    return NOTHING if selector.is_empty or (kind is not None and kind.value == "ExternalName") else selector


def policy_selector(resource: Resource) -> Selector:
    """The pods that an object of Istio is for: absent or empty selects all of its namespace.

    Security policies, Telemetry, WasmPlugin and ProxyConfig say it in `selector.matchLabels`, a DestinationRule in
    `workloadSelector.matchLabels`, Sidecar, EnvoyFilter and ServiceEntry in `workloadSelector.labels`.
    """
    return resource.once(_policy_selector)


def _policy_selector(resource: Resource) -> Selector:
    places = ("spec.selector.matchLabels", "spec.workloadSelector.labels", "spec.workloadSelector.matchLabels")
    return map_selector(next(filter(None, map(resource.get, places)), None))


def gateway_selector(gateway: Resource) -> Selector:
    """The pods that an Istio Gateway configures: `spec.selector`, a plain map; empty selects every gateway."""
    return map_selector(gateway.get("spec.selector"))


def selected(mesh: MeshView, selector: Selector, namespace: str | None, cluster: str = "") -> tuple[Workload, ...]:
    """The workloads that a selector selects.

    Args:
        mesh: The objects.
        selector: The selector.
        namespace: Where it looks; None for every namespace.
        cluster: Cluster that it looks in.
    """
    return () if selector.nothing else mesh.once(_selected, (selector, namespace, cluster))


def _selected(mesh: MeshView, asked: tuple[Selector, str | None, str]) -> tuple[Workload, ...]:
    selector, namespace, cluster = asked
    return tuple(found for found in _candidates(mesh, selector, namespace, cluster) if selector.matches(found.labels))


def is_selected(selector: Selector, workload: Workload) -> bool:
    """Tell whether a selector selects one workload; namespaces are the caller's part."""
    return selector.matches(workload.labels)


def workloads_of(mesh: MeshView, service: Resource) -> tuple[Workload, ...]:
    """The workloads behind a Service, or behind a ServiceEntry that selects them."""
    return mesh.once(_workloads_of, service)


def _workloads_of(mesh: MeshView, service: Resource) -> tuple[Workload, ...]:
    return selected(mesh, _selector_of(service), service.namespace, service.cluster)


def services_of(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The Services that select a workload; machines outside Kubernetes are selected by Services too."""
    return mesh.once(_services_of, workload)


def entries_of(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The ServiceEntries that select a workload."""
    return mesh.index(_entries).matching(workload.cluster, workload.namespace, workload.labels)


def _services_of(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    return mesh.index(_services).matching(workload.cluster, workload.namespace, workload.labels)


def _selector_of(service: Resource) -> Selector:
    if service.kind == SERVICE:
        return service_selector(service)
    chosen = service.get("spec.workloadSelector.labels")
    return NOTHING if chosen is None else map_selector(chosen)


def _candidates(mesh: MeshView, selector: Selector, namespace: str | None, cluster: str) -> Iterable[Workload]:
    if selector.equal:
        known = mesh.index(_by_label if namespace is not None else _by_label_anywhere)
        return min((known.get((cluster, namespace, *label), ()) for label in selector.equal.items()), key=len)
    if namespace is not None:
        return workloads_in(mesh, namespace, cluster)
    return (workload for workload in workloads(mesh) if workload.cluster == cluster)


_Labelled = Mapping[tuple[str, str | None, str, str], list[Workload]]
"""Cluster, namespace (None for every one), name and value of a label -> the workloads that have it."""


def _by_label(mesh: MeshView) -> _Labelled:
    found: dict[tuple[str, str | None, str, str], list[Workload]] = {}
    for workload in workloads(mesh):
        cluster, namespace = workload.cluster, workload.namespace
        for key, value in workload.labels.items():
            if isinstance(value, str):
                found.setdefault((cluster, namespace, key, value), []).append(workload)
    return found


def _by_label_anywhere(mesh: MeshView) -> _Labelled:
    # Apart from the other one, since few selectors look into every namespace.
    found: dict[tuple[str, str | None, str, str], list[Workload]] = {}
    for workload in workloads(mesh):
        for key, value in workload.labels.items():
            if isinstance(value, str):
                found.setdefault((workload.cluster, None, key, value), []).append(workload)
    return found


def _services(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex((s.cluster, s.namespace, service_selector(s), s) for s in mesh.of_kind(SERVICE))


def _entries(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex((e.cluster, e.namespace, _selector_of(e), e) for e in mesh.of_kind(SERVICE_ENTRY))


def _length(label: tuple[str, str]) -> int:
    # Long values tend to be rare ones, so the lists that are searched stay short.
    return len(label[1])


def _number(entry: tuple[int, object]) -> int:
    return entry[0]
