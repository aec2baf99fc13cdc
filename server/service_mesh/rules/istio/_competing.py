"""Kinds of which only the oldest object counts for a workload, and who competes with whom.

A Sidecar, a Telemetry or a PeerAuthentication for chosen workloads stands above one for the namespace; of several on
one step the oldest counts alone.
(`istio/istio: pilot/pkg/model/push_context.go`, `telemetry.go`, `authentication.go`)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.age import Contest, contest
from service_mesh.model.kinds import PEER_AUTHENTICATION, SIDECAR, TELEMETRY, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Selector, map_selector
from service_mesh.posture.istio.attachment import targets

__all__ = ["KINDS", "Rivalry", "anchor", "rivalry", "selector_node"]

KINDS = (PEER_AUTHENTICATION, SIDECAR, TELEMETRY)
"""The kinds of which one object counts alone."""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """An object's competition.

    Attributes:
        contest: Its rivals for one place, itself among them.
        workload: A workload that they have in common; empty where they are for all or for the same labels.
    """

    contest: Contest
    workload: str


class _Place(NamedTuple):
    """What objects with the same selector have in common; no labels stand for the whole namespace."""

    cluster: str
    kind: Kind
    namespace: str
    labels: frozenset[tuple[str, str]]


def selector_node(resource: Resource) -> Node | None:
    """The labels by which an object of Istio chooses workloads; None or an empty map where it chooses none."""
    return resource.get("spec.workloadSelector.labels") or resource.get("spec.selector.matchLabels")


def rivalry(mesh: MeshView, resource: Resource) -> Rivalry | None:
    """The competition of an object with others of its kind; None where it has none."""
    return mesh.index(_rivalries).get(resource.key)


def _rivalries(mesh: MeshView) -> Mapping[ResourceKey, Rivalry]:
    found: dict[ResourceKey, Rivalry] = {}
    for one in (*_of_equal_selectors(mesh), *_of_common_workloads(mesh)):
        for node in one.contest.entries:
            found.setdefault(node.resource.key, one)
    return found


def _place(resource: Resource, selector: Selector) -> _Place:
    return _Place(resource.cluster, resource.kind, resource.namespace, frozenset(selector.equal.items()))


def _of_equal_selectors(mesh: MeshView) -> Iterator[Rivalry]:
    places: dict[_Place, list[Node]] = {}
    for resource, selector in _objects(mesh):
        places.setdefault(_place(resource, selector), []).append(anchor(resource))
    yield from (Rivalry(contest(nodes), "") for nodes in places.values() if len(nodes) > 1)


def _of_common_workloads(mesh: MeshView) -> Iterator[Rivalry]:
    by_kind: dict[Kind, list[tuple[str, str, Selector, Node]]] = {}
    known: set[_Place] = set()
    for resource, selector in _objects(mesh):
        # One object stands for all with the same labels, which are rivals anyhow.
        place = _place(resource, selector)
        if selector.equal and place not in known:
            known.add(place)
            entry = (resource.cluster, resource.namespace, selector, anchor(resource))
            by_kind.setdefault(resource.kind, []).append(entry)
    for entries in by_kind.values():
        index = SelectorIndex(entries)
        seen: set[tuple[ResourceKey, ...]] = set()
        for workload in workloads(mesh):
            nodes = index.matching(workload.cluster, workload.namespace, workload.labels)
            together = tuple(node.resource.key for node in nodes)
            if len(nodes) > 1 and together not in seen:
                seen.add(together)
                yield Rivalry(contest(nodes), workload.title)


def _objects(mesh: MeshView) -> Iterator[tuple[Resource, Selector]]:
    for kind in KINDS:
        for resource in mesh.of_kind(kind):
            # An object with targets is for a gateway or a waypoint, and they are asked for by name.
            selector = map_selector(selector_node(resource))
            if not selector.nothing and not targets(resource):
                yield resource, selector


def anchor(resource: Resource) -> Node:
    """Where an object says whom it is for: its selector, else its name."""
    chosen = resource.get("spec.workloadSelector") or resource.get("spec.selector")
    return chosen or resource.get("metadata.name") or resource.root
