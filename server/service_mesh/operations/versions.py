"""The releases that objects are judged by: what the caller names, else what the input shows, else the newest."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.given import Given
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.mesh.detection import Detected, detect

__all__ = ["catalogue_for"]


def catalogue_for(
    wanted: Mapping[str, str],
    given: Given,
    worlds: Iterable[World],
    usual: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Catalogue, tuple[str, ...]]:
    """The catalogue narrowed to the releases, and a sentence on each release that was detected.

    A release that is detected and too old to be known is said, and the newest known one is taken.

    Args:
        wanted: Project -> version, as the caller names them.
        given: Kinds whose definitions the caller gives.
        worlds: What was read, which may show releases.
        usual: Project -> version to take where neither the caller nor the input says one.

    Raises:
        UsageError: A version that the caller names is none, or older than all that are known.
    """
    bundled = Catalogue.bundled()
    bundled.narrowed(wanted, given)  # what the caller says wrongly is told before anything is detected
    versions, notes = {**usual, **wanted}, []
    for found in detect(resource for world in worlds for resource in world.reading.resources):
        if found.project in wanted:
            continue
        try:
            bundled.narrowed({found.project: found.version})
        except UsageError as error:
            notes.append(f"{error.message}, as {_place(found)} shows; the newest known one is taken")
            continue
        versions[found.project] = found.version
        notes.append(f"{found.project} {found.version} was detected in {_place(found)}")
    return bundled.narrowed(versions, given), tuple(notes)


def _place(found: Detected) -> str:
    return f"'{found.node.resource.title}'"
