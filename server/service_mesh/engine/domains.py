"""Lets every rule think of a cluster's services below `cluster.local`, whatever the cluster calls its domain.

Istiod is told the domain when it starts (`--domain`), from the chart's `global.proxy.clusterDomain`; nothing else of a
mesh depends on it. So the names below the domain and those below `cluster.local` change places before the rules look,
and change back in all that is said about them.
(`istio/istio: pilot/cmd/pilot-discovery/app/cmd.go`;
`manifests/charts/istio-control/istio-discovery/templates/deployment.yaml`)
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from service_mesh.engine.world import World
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft, Note
from service_mesh.model.fix import Edit, Fix, Quote, Remove, Rename
from service_mesh.model.hosts import DEFAULT_DOMAIN
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT, SECRET, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Domains", "domains_of"]

_TELLING = frozenset(INSTALLATION_KINDS)
_COMMON = frozenset({CONFIG_MAP, DEPLOYMENT})

_BELOW = re.compile(r"\.svc\.([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)")
_SHARED = frozenset({"clusterset.local", "id.goog"})
"""Domains of what several clusters share, and of identities: they are no cluster's own."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_Swap = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Domains:
    """The clusters of a world whose services have another domain than `cluster.local`.

    Attributes:
        swaps: Cluster -> what makes the names of one domain those of the other, and back.
    """

    swaps: Mapping[str, _Swap] = field(default_factory=dict)
    _written: dict[Resource, Resource] = field(default_factory=dict)

    def inward(self, world: World) -> World:
        """The world with every service below `cluster.local`; the same world where nothing has another domain."""
        if not self.swaps:
            return world
        reading = world.reading
        resources, values = ([self._renamed(one) for one in held] for held in (reading.resources, reading.values))
        return replace(world, reading=replace(reading, resources=resources, values=values))

    def outward(self, draft: Draft) -> Draft:
        """What a rule said, about the objects as they are written."""
        node = draft.node
        swap = self.swaps.get(node.resource.cluster) if node is not None else None
        if node is None or swap is None:
            return draft
        return replace(
            draft,
            message=swap(draft.message),
            node=self._node(node),
            related=tuple(self.written(note) for note in draft.related),
            fix=self._fix(draft.fix, swap) if draft.fix is not None else None,
        )

    def written(self, note: Note) -> Note:
        """A note about the object as it is written."""
        swap = self.swaps.get(note.node.resource.cluster)
        return note if swap is None else Note(self._node(note.node), swap(note.text))

    def _renamed(self, resource: Resource) -> Resource:
        swap = self.swaps.get(resource.cluster)
        data = _swapped(resource.data, swap) if swap is not None and resource.kind != SECRET else resource.data
        if data is resource.data or not isinstance(data, dict):
            return resource
        renamed = Resource(data, resource.origin, resource.cluster, resource.layer, resource.chart)
        self._written[renamed] = resource
        return renamed

    def _node(self, node: Node) -> Node:
        written = self._written.get(node.resource)
        if written is None:
            return node
        value: object = written.data
        for step in node.path:
            value = value[step]  # type: ignore[index]  # the steps are those of the renamed object, of the same shape
        return Node(written, node.path, value)

    def _fix(self, fix: Fix, swap: _Swap) -> Fix:
        return Fix(swap(fix.title), fix.safe, tuple(self._edit(edit, swap) for edit in fix.edits))

    def _edit(self, edit: Edit, swap: _Swap) -> Edit:
        resource = self._written.get(edit.resource, edit.resource)
        if isinstance(edit, Rename):
            return replace(edit, resource=resource, name=swap(edit.name))
        if isinstance(edit, Quote | Remove):
            return replace(edit, resource=resource)
        return replace(edit, resource=resource, value=_swapped(edit.value, swap))


def domains_of(world: World) -> Domains:
    """The domains that the installations in a world tell, or that its own names show where none is installed there."""
    telling = [one for one in (*world.reading.values, *world.reading.resources) if _tells(one)]
    view = MeshView(telling)
    named = {cluster: mesh_config(view, cluster).domain for cluster in {one.cluster for one in telling}}
    if named.get("", DEFAULT_DOMAIN) == DEFAULT_DOMAIN:
        named[""] = _shown(world)
    other = {cluster: domain for cluster, domain in named.items() if domain != DEFAULT_DOMAIN}
    return Domains({cluster: _swap(domain) for cluster, domain in other.items() if _NAME.fullmatch(domain)})


def _shown(world: World) -> str:
    """The domain that a loaded Service is named with, if names below `svc.` have that one domain only."""
    found: set[str] = set()
    for source in world.sources:
        for match in _BELOW.finditer(source.text):
            found.add(match[1])
            if DEFAULT_DOMAIN in found or len(found - _SHARED) > 1:
                return DEFAULT_DOMAIN
    for domain in found - _SHARED:
        services = {(one.namespace, one.name) for one in world.reading.resources if one.kind == SERVICE}
        full = re.compile(rf"([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.{re.escape(domain)}(?![\w-]|\.\w)")
        if any((match[2], match[1]) in services for source in world.sources for match in full.finditer(source.text)):
            return domain
    return DEFAULT_DOMAIN


def _tells(resource: Resource) -> bool:
    """Whether an object may tell how Istio was installed; there may be thousands of the common kinds."""
    kind = resource.kind
    return kind in _TELLING and (kind not in _COMMON or resource.name.startswith("istio"))


def _swap(domain: str) -> _Swap:
    either = f"{re.escape(domain)}|{re.escape(DEFAULT_DOMAIN)}"
    pattern = re.compile(rf"(?<=\.)(?:{either})(?![\w-]|\.\w)")
    other = {domain: DEFAULT_DOMAIN, DEFAULT_DOMAIN: domain}

    def swap(text: str) -> str:
        if domain not in text and DEFAULT_DOMAIN not in text:
            return text
        return pattern.sub(lambda match: other[match[0]], text)

    return swap


def _swapped(value: object, swap: _Swap) -> object:
    """A value with the names in it changed; the value itself where there are none, so that little is copied."""
    if isinstance(value, str):
        text = swap(value)
        return value if text == value else text
    if isinstance(value, dict):
        pairs = {name: _swapped(held, swap) for name, held in value.items()}
        return pairs if any(pairs[name] is not held for name, held in value.items()) else value
    if isinstance(value, list):
        items = [_swapped(held, swap) for held in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value
