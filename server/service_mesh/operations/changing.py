"""A change applied to what was read, the way that the API server would keep what a file does not say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.model.kinds import HELM_VALUES, NAMESPACE, SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.operations.loading import joined

__all__ = ["Changed", "Named", "apply"]

_DELETE_FORM = "write 'Kind namespace/name', such as 'NetworkPolicy shop/cart', or 'Kind name'"
_KEPT = ("creationTimestamp", "uid", "ownerReferences")
"""Fields of the metadata that the API server sets once, whatever is applied later."""

_KEPT_OF_SERVICES = ("clusterIP", "clusterIPs")
_BOOKKEEPING = ("resourceVersion", "generation", "managedFields", "selfLink")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Named:
    """An object that a change touches.

    Attributes:
        key: Its identity.
        title: `Kind namespace/name`.
        how: `added`, `changed` or `removed`.
    """

    key: ResourceKey
    title: str
    how: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What was read, before a change and after it: of each object the writing that counts.

    Attributes:
        before: The objects before it.
        after: The objects after it.
        objects: The objects that differ, in the order of the change; what is given as it was is none of them.
    """

    before: World
    after: World
    objects: tuple[Named, ...]


def apply(before: World, change: World, delete: Sequence[str]) -> Changed:
    """Put a change on top of what was read: its objects replace the same ones, and the named ones are taken away.

    Args:
        before: What was read.
        change: The objects that are applied.
        delete: Objects that are deleted, as `Kind namespace/name`.

    Raises:
        UsageError: What was read is of several clusters; an object that is to be deleted was not read, is not named
            fully, or is applied as well.
    """
    held = _current((*before.reading.values, *before.reading.resources))
    cluster = _cluster(held)
    new = {one.key: one for one in (_applied(held, one, cluster) for one in change.reading.resources)}
    values = {one.key: replace(one, layer=Layer.CHANGE) for one in change.reading.values}
    gone = dict.fromkeys(_named(held, text) for text in delete)
    for key in gone.keys() & new.keys():
        raise UsageError(f"'{new[key].title}' is both applied and deleted", "leave one of the two away")
    gone |= dict.fromkeys(_taken_along(held, gone))
    old = _with(before, held)
    touched = {**new, **values}
    after = {key: one for key, one in {**held, **touched}.items() if key not in gone}
    objects = (_touched(held.get(key), after.get(key)) for key in (*touched, *gone))
    both = replace(old, sources=(*old.sources, *change.sources), reading=joined((old.reading, change.reading)))
    return Changed(old, _with(both, after), tuple(one for one in objects if one is not None))


def _taken_along(held: Mapping[ResourceKey, Resource], gone: Iterable[ResourceKey]) -> Iterator[ResourceKey]:
    """What goes with deleted objects: all that lives in a namespace, and what they own, as the API server collects it.

    (https://kubernetes.io/docs/concepts/architecture/garbage-collection/)
    """
    by_owner: dict[tuple[str, str, str, str], list[ResourceKey]] = {}
    by_place: dict[tuple[str, str], list[ResourceKey]] = {}
    for one in held.values():
        by_place.setdefault((one.cluster, one.namespace), []).append(one.key)
        for owner in _maps(one.metadata.get("ownerReferences")):
            place = one.cluster, one.namespace, str(owner.get("kind")), str(owner.get("name"))
            by_owner.setdefault(place, []).append(one.key)
    seen, waiting = set(gone), list(gone)
    while waiting:
        key = waiting.pop()
        inside = by_place.get((key.cluster, key.name), []) if key.kind == NAMESPACE else []
        for other in (*inside, *by_owner.get((key.cluster, key.namespace, key.kind.name, key.name), [])):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                yield other


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _with(world: World, objects: Mapping[ResourceKey, Resource]) -> World:
    """A world with other objects: each once."""
    values = [one for one in objects.values() if one.kind == HELM_VALUES]
    resources = [one for one in objects.values() if one.kind != HELM_VALUES]
    return replace(world, reading=replace(world.reading, resources=resources, values=values))


def _current(resources: Iterable[Resource]) -> dict[ResourceKey, Resource]:
    """The objects that count: the last writing of the highest layer."""
    found: dict[ResourceKey, Resource] = {}
    for one in resources:
        known = found.get(one.key)
        if known is None or one.layer >= known.layer:
            found[one.key] = one
    return found


def _touched(before: Resource | None, after: Resource | None) -> Named | None:
    """What becomes of an object; None where it stays as it is."""
    one = after if after is not None else before
    if one is None or (before is not None and after is not None and _spoken(before) == _spoken(after)):
        return None
    return Named(one.key, one.title, "added" if before is None else "changed" if after is not None else "removed")


def _spoken(resource: Resource) -> Mapping[str, object]:
    """An object without what the API server writes down for itself."""
    metadata = {name: value for name, value in resource.metadata.items() if name not in _BOOKKEEPING}
    notes = {name: value for name, value in resource.annotations.items() if name != _LAST_APPLIED}
    return {**resource.data, "metadata": {**metadata, "annotations": notes}}


def _cluster(held: Mapping[ResourceKey, Resource]) -> str:
    """The cluster that a change is for."""
    clusters = sorted({key.cluster for key in held} - {""})
    if len(clusters) > 1:
        names = ", ".join(f"'{name}'" for name in clusters[:3])
        raise UsageError(f"what there is is of several clusters: {names}", "preview the change for one of them")
    return clusters[0] if clusters else ""


def _applied(held: Mapping[ResourceKey, Resource], given: Resource, cluster: str) -> Resource:
    """An object as the API server would have it afterwards: what only the server sets stays."""
    new = Resource(given.data, given.origin, given.cluster or cluster, Layer.CHANGE, given.chart)
    before = held.get(new.key)
    if before is None:
        return new
    data = dict(new.data)
    kept = {name: before.metadata[name] for name in _KEPT if name in before.metadata}
    data["metadata"] = {**kept, **new.metadata}
    if "status" in before.data:
        data.setdefault("status", before.data["status"])
    spec, old = data.get("spec"), before.data.get("spec")
    if new.kind == SERVICE and isinstance(spec, dict) and isinstance(old, dict):
        data["spec"] = {**{name: old[name] for name in _KEPT_OF_SERVICES if name in old}, **spec}
    return replace(new, data=data)


def _named(held: Mapping[ResourceKey, Resource], text: str) -> ResourceKey:
    """The object that is to be deleted."""
    kind, blank, rest = text.strip().partition(" ")
    namespace, slash, name = rest.strip().rpartition("/")
    if not blank or not name:
        raise UsageError(f"'{text[:_SHOWN]}' names no object to delete", _DELETE_FORM)
    word = kind.lower()
    fitting = [
        one
        for one in held.values()
        if one.name == name
        and (one.namespace == namespace if slash else not one.namespace or one.namespace == "default")
        and word in (one.kind.name.lower(), str(one.kind).lower())
    ]
    if len(fitting) == 1:
        return fitting[0].key
    if fitting:
        names = ", ".join(f"'{one.kind} {rest.strip()}'" for one in fitting[:3])
        raise UsageError(f"'{text[:_SHOWN]}' means several objects", f"say which: {names}")
    near = nearest(text.strip(), [one.title for one in held.values()])
    hint = f"did you mean '{near}'?" if near else f"it was not read; {_DELETE_FORM}"
    raise UsageError(f"there is no '{text[:_SHOWN]}' to delete", hint)
