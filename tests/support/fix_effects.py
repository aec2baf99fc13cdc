"""What the fix of a finding in a fixture does to calls: who may call whom, and what the connections carry."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.grading import Graded
from service_mesh.engine.world import World
from service_mesh.mesh.view import MeshView
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.operations.fixing import Fixing
from service_mesh.operations.loading import Loaded, Text, read_again
from service_mesh.operations.request import FixMode
from service_mesh.posture.access.changes import Difference, differences
from service_mesh.posture.access.reach import Reach
from service_mesh.rules.rule import Rule
from tests.support.cast import cast_for
from tests.support.fixture import Case, engine_for

__all__ = ["Effect", "effects_of", "unsaid"]

_REFUSED = re.compile(r"\brefuse|\bnot (?:created|stored)\b")
"""What a page says of objects that the cluster does not take."""

_WORDS = {"access": "which changes access", "encryption": "which changes encryption"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one fix changes.

    Attributes:
        fix: The fix.
        changed: `access`, `encryption`, both or neither.
    """

    fix: Fix
    changed: frozenset[str]


def unsaid(effect: Effect) -> tuple[str, ...]:
    """What a fix changes that is offered as safe and does not say so in its title."""
    if not effect.fix.safe:
        return ()
    return tuple(one for one in sorted(effect.changed) if _WORDS[one] not in effect.fix.title)


def effects_of(case: Case, rule: Rule) -> Iterator[Effect]:
    """What each safe fix of a rule changes in a case, with workloads around it that its objects act on.

    Where the rule says that the cluster refuses the object, it is held against a mesh without the object too: what the
    author wrote was never in force.
    """
    engine = engine_for(case, rule.code)
    texts = (Text(case.source, Layer.PATHS),)
    worlds = tuple(read_again(texts, case.complete))
    found = [graded for world in worlds for graded in engine.run(world).findings]
    for graded in found:
        fix = graded.draft.fix
        if fix is None or not fix.safe:
            continue
        loaded = Loaded(texts, worlds, ())
        for changed in Fixing(engine, loaded, case.complete, found, [graded]).fixed(FixMode.SAFE):
            yield Effect(fix, frozenset(_changed(case, changed.text, _refused(rule, graded))))


def _refused(rule: Rule, graded: Graded) -> frozenset[ResourceKey]:
    """The objects that are not there before the fix, because the cluster refuses them; pods of old workloads go on."""
    why = rule.page.partition("## Why it matters")[2].partition("## Wrong")[0]
    fix = graded.draft.fix
    if fix is None or graded.finding.severity is not Severity.ERROR or not _REFUSED.search(why):
        return frozenset()
    return frozenset(edit.resource.key for edit in fix.edits if edit.resource.kind not in WORKLOADS)


def _changed(case: Case, text: str, refused: frozenset[ResourceKey]) -> Iterator[str]:
    (world,) = read_again((Text(case.source, Layer.PATHS),), case.complete)
    around = Text(SourceText("cast.yaml", cast_for(world.reading.resources)), Layer.PATHS)
    releases = Catalogue.bundled().narrowed(dict(case.versions)).releases
    before, after = (
        _world(case, (Text(SourceText(case.source.name, one), Layer.PATHS), around)) for one in (case.source.text, text)
    )
    sides = [MeshView(_objects(before), case.complete, releases)]
    if refused:
        sides.append(MeshView(_objects(before, without=refused), case.complete, releases))
    for side in sides:
        for one in differences(side, MeshView(_objects(after), case.complete, releases), Reach(is_everywhere=True)):
            yield from _parts(one)


def _world(case: Case, texts: Iterable[Text]) -> World:
    (world,) = read_again(texts, case.complete)
    return world


def _objects(world: World, without: Collection[ResourceKey] = ()) -> list[Resource]:
    return [one for one in (*world.reading.values, *world.reading.resources) if one.key not in without]


def _parts(one: Difference) -> Iterator[str]:
    """In what the sides of a difference differ; a call that is new or gone differs in access."""
    sides = one.before, one.after
    verdicts = [side and (side.outcome.verdict, side.outcome.needs) for side in sides]
    carried = [side and (side.edge.transport, side.edge.is_encrypted, side.edge.is_authenticated) for side in sides]
    if verdicts[0] != verdicts[1]:
        yield "access"
    if None not in carried and carried[0] != carried[1]:
        yield "encryption"
