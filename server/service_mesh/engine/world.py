"""What is judged together: the objects of one set of texts, and the commands found in them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.command import Command
from service_mesh.model.origin import SourceText
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.reader import Reading

__all__ = ["Generation", "World", "generations"]


@dataclass(frozen=True, slots=True)
class World:
    """Texts that are one mesh: all manifests together, or one Markdown document.

    Attributes:
        sources: The texts, in the order of the input.
        reading: What they hold.
        commands: Command lines found in them.
        complete: Whether what is missing can be taken not to exist.
        unread: What the texts hold and was not read.
        captures: Cluster -> how it was read, where objects come from clusters.
    """

    sources: tuple[SourceText, ...]
    reading: Reading
    commands: tuple[Command, ...] = ()
    complete: Complete = Complete.AUTO
    unread: tuple[NotChecked, ...] = ()
    captures: Mapping[str, Capture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generation:
    """Objects to judge, each against a view in which it is the one that counts."""

    view: MeshView
    members: tuple[Resource, ...] = field(default=())


def generations(
    world: World,
    releases: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
    make: Callable[..., MeshView] = MeshView,
) -> Iterator[Generation]:
    """Split objects that are written several times, so that each writing is judged as if it were the applied one.

    The same object often stands in several files (one per environment) or several blocks of a guide. The last writing
    of each object makes the first generation, the one before it the second, and so on; there are as many views as the
    most frequent object has writings. Objects of a lower layer that a higher layer replaces are not judged.

    Args:
        world: The texts.
        releases: Project -> the release that is judged by, as numbers.
        make: What makes the first view of what a view is made of.
    """
    writings: dict[ResourceKey, list[Resource]] = {}
    for resource in (*world.reading.values, *world.reading.resources):
        held = writings.setdefault(resource.key, [])
        if held and resource.layer > held[-1].layer:
            held.clear()
        if not held or resource.layer == held[-1].layer:
            held.append(resource)
    several = {key: tuple(held) for key, held in writings.items() if len(held) > 1}
    current = {key: held.pop() for key, held in writings.items()}
    members = tuple(current.values())
    while members:
        view = make(current.values(), world.complete, releases, world.captures, several)
        yield Generation(view, members)
        make = MeshView
        older = {key: held.pop() for key, held in writings.items() if held}
        current = {**current, **older}
        members = tuple(older.values())
