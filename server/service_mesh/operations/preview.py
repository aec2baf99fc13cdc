"""The verb `preview`: what a change would do to calls, to encryption and to findings, before it is applied."""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import partial

from service_mesh.catalog.given import NOTHING_GIVEN
from service_mesh.engine.domains import domains_of
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.mesh.gateway_classes import ISTIO
from service_mesh.mesh.implementations import meshes
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.succession import SucceedingView, TracedView
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.grade import Severity
from service_mesh.model.resource import Resource
from service_mesh.operations.changing import Named, apply
from service_mesh.operations.loading import Loaded, load, unrendered, whole
from service_mesh.operations.preview_calls import access_changes, encryption_changes, told
from service_mesh.operations.preview_findings import Judged, finding_changes
from service_mesh.operations.preview_result import (
    AccessChanges,
    ChangedObject,
    EncryptionChanges,
    FindingChanges,
    PreviewResult,
)
from service_mesh.operations.request import PreviewRequest
from service_mesh.operations.result import NotChecked, Verdict
from service_mesh.operations.scene import Scene
from service_mesh.operations.versions import catalogue_for
from service_mesh.posture.access.changes import Difference, differences
from service_mesh.posture.access.reach import Change, reach_of
from service_mesh.posture.access.samples import are_alike, requests_of
from service_mesh.posture.access.trials import Trials, trials
from service_mesh.source.collector import uncollected

__all__ = ["preview", "previewed"]

_Place = tuple[str, str]
"""Cluster and name of a namespace."""

_NOTHING_DIFFERS = "nothing differs from what is there"
_NO_WORKLOADS = NotChecked("access", "no workload was read, so that nobody calls anybody", "give the workloads too")


def preview(request: PreviewRequest) -> PreviewResult:
    """Tell what a change would do.

    Raises:
        UsageError: Nothing was given before or after, or what is to be deleted was not read.
        InputError: Something given cannot be read.
    """
    loaded, change = _loaded(request)
    return previewed(request, loaded, change)


def previewed(request: PreviewRequest, loaded: Loaded, change: Loaded) -> PreviewResult:
    """Tell what a change would do, where both sides were read.

    Args:
        request: How they are judged, and what is deleted.
        loaded: What there is.
        change: What is applied.

    Raises:
        UsageError: What is to be deleted was not read.
    """
    with uncollected():  # both meshes stay until they are compared
        return _compared(request, loaded, change)


def _compared(request: PreviewRequest, loaded: Loaded, change: Loaded) -> PreviewResult:
    world = whole(loaded.worlds, request.complete)
    changed = apply(world, whole(change.worlds, request.complete), request.delete)
    seen = MeshView(world.reading.resources).present_namespaces()
    before = _side(changed.before, (loaded,), request, seen, TracedView)
    after = _side(changed.after, (loaded, change), request, seen, partial(SucceedingView, before.scene.view))
    found, tries = _calls((before.scene.view, after.scene.view), changed.objects)
    rows = told(found, before.scene, after.scene)
    access, encryption = access_changes(rows), encryption_changes(rows)
    findings = finding_changes(before, after, frozenset(one.key.kind for one in changed.objects))
    count = len(workloads(after.scene.view))
    unread = (*after.scene.unread, *_taken_as_empty(before.scene.view, seen), *(() if count else (_NO_WORKLOADS,)))
    return PreviewResult(
        verdict=_verdict(access, encryption, findings, unread, request.fail_on),
        objects=tuple(ChangedObject(one.title, one.how) for one in changed.objects),
        access=access,
        encryption=encryption,
        findings=findings,
        workloads=count,
        not_checked=unread,
        versions=dict(after.scene.versions),
        notes=(*_notes(changed.objects, tries), *after.scene.notes),
    )


def _loaded(request: PreviewRequest) -> tuple[Loaded, Loaded]:
    """What there is, and what is applied."""
    inputs, after = request.inputs, request.after
    if inputs.manifests is None and not inputs.paths and inputs.snapshot is None and inputs.kube_context is None:
        raise UsageError("nothing to change", "give what there is: manifests, paths, a snapshot or a context")
    if after.manifests is None and not after.paths and not request.delete:
        raise UsageError("no change was given", "give after_manifests or after_paths, or name what to delete")
    return load(inputs, request.complete), load(after, request.complete)


def _side(
    world: World,
    parts: tuple[Loaded, ...],
    request: PreviewRequest,
    seen: AbstractSet[_Place],
    make: Callable[..., MeshView],
) -> Judged:
    """One side as one mesh; namespaces that nothing is given of hold nothing on either side."""
    catalogue, detected = catalogue_for(request.versions, NOTHING_GIVEN, (world,))
    domains = domains_of(world)
    inner = domains.inward(world)
    resources = (*inner.reading.values, *inner.reading.resources)
    scene = Scene(
        view=make(resources, request.complete, catalogue.releases, inner.captures, seen=seen),
        domains=domains,
        versions=catalogue.versions({one.kind for one in resources}),
        notes=(*detected, *catalogue.notes()),
        unread=tuple(entry for part in parts for entry in _unread(part)),
        objects=len(resources),
    )
    return Judged(world, scene, catalogue)


def _taken_as_empty(view: MeshView, seen: AbstractSet[_Place]) -> Iterator[NotChecked]:
    """The namespaces whose policies would decide too, and of which nothing was given."""
    for cluster in sorted({cluster for cluster, _ in seen}):
        root = root_namespace(view, cluster)
        if ISTIO in meshes(view, cluster) and (cluster, root) not in seen and not view.is_whole:
            why = "nothing of it was given, and it is taken to hold no policy"
            yield NotChecked(f"namespace '{root}'", why, "give its objects too")


def _unread(part: Loaded) -> Iterator[NotChecked]:
    yield from part.unread
    yield from (entry for world in part.worlds for entry in world.unread)
    yield from unrendered(part.worlds)


def _calls(views: tuple[MeshView, MeshView], objects: Iterable[Named]) -> tuple[list[Difference], Trials]:
    """What becomes of calls; where that hangs on the request, of those with requests that policies speak of."""
    changes = [Change(*(view.find(one.key.kind, *one.key[2:], one.key.cluster) for view in views)) for one in objects]
    sides = [_present(one.before for one in changes), _present(one.after for one in changes)]
    found = list(differences(*views, reach_of(*views, changes), is_all=not are_alike(*sides)))
    tries = trials(views, found, requests_of((*sides[0], *sides[1], *_deciders(found))))
    rest = (one for number, one in enumerate(found) if number not in tries.settled and one.differs)
    return [*rest, *tries.found], tries


def _deciders(found: Iterable[Difference]) -> tuple[Resource, ...]:
    """The policies that decide calls of which it hangs on the request what becomes of them."""
    sides = (side for one in found if one.depends_on_request for side in (one.before, one.after))
    notes = (side.outcome.note for side in sides if side is not None)
    return tuple({note.node.resource.key: note.node.resource for note in notes if note is not None}.values())


def _present(resources: Iterable[Resource | None]) -> tuple[Resource, ...]:
    return tuple(one for one in resources if one is not None)


def _verdict(
    access: AccessChanges,
    encryption: EncryptionChanges,
    findings: FindingChanges,
    unread: tuple[NotChecked, ...],
    fail_on: Severity,
) -> Verdict:
    severities = [one.severity for one in findings.introduced]
    if encryption.lost or access.newly_unauthenticated or any(one.breaks for one in access.lost):
        severities.append(Severity.ERROR)
    if access.gained or access.lost:
        severities.append(Severity.WARNING)
    if any(one.reaches(fail_on) for one in severities):
        return Verdict.FAIL
    return Verdict.INCOMPLETE if access.uncertain or unread else Verdict.PASS


def _notes(objects: tuple[Named, ...], tries: Trials) -> Iterator[str]:
    if not objects:
        yield _NOTHING_DIFFERS
    if tries.tried < tries.pairs:
        rest = "the rest hangs on requests and is not told"
        yield f"requests that policies speak of were tried for {tries.tried} of {tries.pairs} pairs; {rest}"
    elif tries.pairs:
        yield "where calls hang on the request, those that policies speak of were tried, and no others"
    yield "calls from and to the outside of the cluster and from nodes are not compared: check_access answers those"
