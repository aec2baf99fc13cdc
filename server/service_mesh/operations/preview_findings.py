"""What a change does to findings: the rules that look at what it changes, asked before it and after it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.comparing import compare
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.model.kinds import Kind
from service_mesh.operations.preview_result import FindingChanges
from service_mesh.operations.scene import Scene
from service_mesh.posture.access.reach import differ_throughout
from service_mesh.rules.registry import Registry, load_rules

__all__ = ["Judged", "finding_changes"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One side of a change.

    Attributes:
        world: The objects as they are written.
        scene: The same as one mesh.
        catalogue: What they are judged by.
    """

    world: World
    scene: Scene
    catalogue: Catalogue


def finding_changes(before: Judged, after: Judged, kinds: AbstractSet[Kind]) -> FindingChanges:
    """Tell which findings a change brings and which it takes away.

    A rule that neither is about a changed kind nor reads one says the same both times and is not asked.

    Args:
        before: The side before the change.
        after: The side after it.
        kinds: The kinds of the objects that differ.
    """
    if not kinds and before.world.reading.problems == after.world.reading.problems:
        return FindingChanges()
    registry = load_rules()
    codes = registry.about_files().narrowed()
    if not differ_throughout(before.scene.view, after.scene.view):
        codes &= _looking_at(registry, kinds)
    old, new = (Engine(registry, side.catalogue, codes) for side in (before, after))
    found = compare((old, new), (before.world, after.world))
    return FindingChanges(found.introduced, found.fixed, found.unchanged)


def _looking_at(registry: Registry, kinds: AbstractSet[Kind]) -> frozenset[str]:
    """The codes of rules that a change of some kinds can bear upon; those of other passes are told by object."""
    rules = (rule for rule in registry if rule.check is None or not kinds.isdisjoint((*rule.about, *rule.reads)))
    return frozenset(rule.code for rule in rules)
