"""Everything that was given as one mesh to ask questions of, and the way back from its nodes to what is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service_mesh.catalog.given import NOTHING_GIVEN
from service_mesh.engine.domains import Domains, domains_of
from service_mesh.engine.grading import related_view
from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Note, RelatedView
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.loading import load, whole
from service_mesh.operations.request import Inputs
from service_mesh.operations.versions import catalogue_for

__all__ = ["Scene", "scene_of"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One mesh.

    Attributes:
        view: Its objects, the last writing of each.
        domains: What the clusters call the domain of their services.
        versions: What it is judged by.
        notes: What follows from the versions.
        unread: What was given and not read.
        objects: How many objects were read.
    """

    view: MeshView
    domains: Domains
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unread: tuple[NotChecked, ...] = ()
    objects: int = 0

    def shown(self, notes: Iterable[Note]) -> tuple[RelatedView, ...]:
        """The objects of a chain with their places, each once."""
        views = (related_view(self.domains.written(note)) for note in notes)
        return tuple(dict.fromkeys(views))


def scene_of(inputs: Inputs, complete: Complete, versions: Mapping[str, str]) -> Scene:
    """Read the inputs as one mesh.

    Raises:
        UsageError: Nothing was given, or a version is none or older than all that are known.
        InputError: Something given cannot be read.
    """
    if inputs.manifests is None and not inputs.paths and inputs.snapshot is None and inputs.kube_context is None:
        raise UsageError("nothing to look at", "give manifests, paths, a snapshot or a kubeconfig context")
    loaded = load(inputs, complete)
    world = whole(loaded.worlds, complete)
    catalogue, detected = catalogue_for(versions, NOTHING_GIVEN, loaded.worlds)
    domains = domains_of(world)
    inner = domains.inward(world)
    resources = (*inner.reading.values, *inner.reading.resources)
    return Scene(
        view=MeshView(resources, complete, catalogue.releases, inner.captures),
        domains=domains,
        versions=catalogue.versions({resource.kind for resource in resources}),
        notes=(*detected, *catalogue.notes()),
        unread=(*loaded.unread, *(one for world in loaded.worlds for one in world.unread)),
        objects=len(inner.reading.resources),
    )
