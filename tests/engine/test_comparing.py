"""What is said of one of two states of a mesh alone, against judging each of them by itself."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.comparing import Compared, compare
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Draft, Finding
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.operations.changing import apply
from service_mesh.operations.loading import Text, read_again
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import ResourceCheck
from service_mesh.source.reader import Reading
from tests.engine.rules import SHOP, engine_of, namespace_rule, world_of
from tests.posture.access.mutations import extras, mutated
from tests.support.fixture import Case, cases
from tests.support.large_mesh import Size, objects

_RULES = load_rules().about_files()
_FIXTURES = sorted(path for path in Path(__file__).parents[1].glob("rules/*/*.yaml") if ".fixed" not in path.name)
_EACH = 8
"""One of so many changes that fixtures make is looked at here; all of them take several minutes."""


def _engine() -> Engine:
    return Engine(_RULES, Catalogue.bundled(), _RULES.narrowed())


def _together(before: World, after: World) -> Compared:
    return compare((_engine(), _engine()), (before, after))


def _apart(before: World, after: World) -> Compared:
    """The same, each side judged whole and by itself."""
    old, new = ([one.finding for one in _engine().run(world).findings if one.is_listed] for world in (before, after))
    known, become = (Counter(map(_signature, findings)) for findings in (old, new))
    return Compared(tuple(_beyond(new, known)), tuple(_beyond(old, become)), sum((known & become).values()))


def _beyond(findings: Iterable[Finding], known: Counter[object]) -> Iterator[Finding]:
    left = Counter(known)
    for one in findings:
        left[_signature(one)] -= 1
        if left[_signature(one)] < 0:
            yield one


def _signature(finding: Finding) -> object:
    return finding.code, finding.resource, finding.message


def _world(case: Case) -> World:
    (world,) = read_again([Text(case.source, Layer.PATHS)], case.complete)
    return world


def _changes() -> Iterator[tuple[str, World, World]]:
    """Each case of a rule applied on top of the case before it, and taken away again."""
    for path in _FIXTURES:
        for number, (first, second) in enumerate(pairwise(cases(path))):
            yield f"{path.stem} {number}", _world(first), _world(second)


def test_what_the_cases_of_rules_do_to_each_other_is_told_as_if_each_were_judged_by_itself() -> None:
    different = 0
    for number, (title, first, second) in enumerate(_changes()):
        if number % _EACH:
            continue
        try:
            changed = apply(first, second, ())
        except UsageError:
            continue
        sides = (changed.before, changed.after) if number % (2 * _EACH) else (changed.after, changed.before)
        alone = _apart(*sides)
        assert _together(*sides) == alone, title
        different += bool(alone.introduced or alone.fixed)
    assert different > 20


def _of_all(seed: int) -> tuple[World, World]:
    """Istio, Linkerd, Cilium and network policies side by side, and one change; what stays is one object."""
    chance = random.Random(seed * 13 + 5)
    size = Size(chance.randrange(4, 16), chance.randrange(4, 24), chance.randrange(1, 6), has_cilium=seed % 2 == 0)
    unique = {Resource(one).key: one for one in (*objects(size, seed), *chance.sample(extras(chance), 6))}
    before = cast("list[dict[str, Any]]", [*unique.values()])
    offered = cast("list[dict[str, Any]]", [*objects(size, seed + 100_000), *extras(chance)])
    after = mutated(chance, before, offered)
    kept = {id(one): Resource(one) for one in before}
    new = {one.key: one for one in (kept.get(id(each)) or Resource(each) for each in after)}
    complete = (Complete.YES, Complete.AUTO, Complete.NO)[seed % 3]
    sides = (Reading(resources=list(held)) for held in (kept.values(), new.values()))
    old, later = (World((), reading, complete=complete) for reading in sides)
    return old, later


@pytest.mark.parametrize("start", [0, 60])
def test_what_a_change_of_a_mesh_introduces_and_fixes_is_told_as_if_each_side_were_judged_by_itself(start: int) -> None:
    different = 0
    for seed in range(start, start + 60):
        before, after = _of_all(seed)
        alone = _apart(before, after)
        assert _together(before, after) == alone, f"seed {seed}"
        different += bool(alone.introduced or alone.fixed)
    assert different > 10


def _speaks(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    yield resource.root.finding(f"namespace '{resource.name}' was seen")


def _fails(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    yield resource.root.finding(f"namespace '{resource.name}' was seen")
    mesh.once(_refuses_marks, "shop")


def _refuses_marks(mesh: MeshView, name: str) -> None:
    found = mesh.find(NAMESPACE, "", name)
    if found is not None and found.labels:
        raise ValueError(name)


def _of_namespaces(check: ResourceCheck, *changes: str) -> list[Compared]:
    """What becomes of findings about two namespaces, of which the change is about one, and what if it is undone."""
    engine = engine_of(namespace_rule("IS990", check), only=True)
    engine = replace(engine, codes=engine.codes | {"SC999"})
    changed = apply(world_of(f"{SHOP}---\n{SHOP.replace('shop', 'bank')}"), world_of("".join(changes)), ())
    sides = changed.before, changed.after
    return [compare((engine, engine), two) for two in (sides, sides[::-1])]


def test_a_finding_that_moves_stays_what_it_is() -> None:
    assert _of_namespaces(_speaks, "# the shop\n", SHOP) == [Compared((), (), 2)] * 2


def test_what_is_allowed_on_one_side_alone_is_fixed_there() -> None:
    done, undone = _of_namespaces(_speaks, "# service-mesh: allow[IS990] known\n", SHOP)
    (one,) = done.fixed
    assert (one.code, one.line) == ("IS990", 1)
    assert (done, undone) == (Compared((), (one,), 1), Compared((one,), (), 1))


def test_a_rule_that_fails_on_one_side_alone_fails_there_and_speaks_on_the_other() -> None:
    done, undone = _of_namespaces(_fails, SHOP, "  labels: {marked: x}\n")
    assert [[one.code for one in found] for found in (done.introduced, done.fixed)] == [["SC999"], ["IS990"]]
    assert (undone.introduced, undone.fixed) == (done.fixed, done.introduced)
    assert done.unchanged == undone.unchanged == 1
