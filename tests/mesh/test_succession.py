"""A view of a mesh after a change: what holds is taken over, what does not is worked out again, and laws for both."""

import gc
import random
from collections.abc import Iterator, Sized
from types import FunctionType, ModuleType
from typing import Any

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.mesh.succession import SucceedingView, TracedView
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import NAMESPACE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.access.matrix import matrix_of
from service_mesh.rules.registry import load_rules
from service_mesh.source.reader import Reading
from tests.posture.access.mutations import extras
from tests.support.large_mesh import Size, objects


def _namespace(name: str, **labels: object) -> Resource:
    return Resource({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})


def _service(name: str, **spec: object) -> Resource:
    metadata = {"name": name, "namespace": "shop"}
    return Resource({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})


class _Asked:
    """Questions that rest on each other, with how often each was answered."""

    def __init__(self) -> None:
        self.answered: list[str] = []

    def labels(self, mesh: MeshView, name: str) -> object:
        """The labels of a namespace."""
        self.answered.append(f"labels of {name}")
        found = mesh.find(NAMESPACE, "", name)
        return found.data["metadata"] if found is not None else None

    def team(self, mesh: MeshView, name: str) -> object:
        """The team of a namespace."""
        self.answered.append(f"team of {name}")
        held: Any = mesh.once(self.labels, name)
        return held["labels"].get("team") if held is not None else None

    def words(self, mesh: MeshView, name: str) -> str:
        """A sentence about it."""
        self.answered.append(f"words on {name}")
        return f"{name} is of {mesh.once(self.team, name)}"

    def again(self, before: TracedView, *resources: Resource, **given: Any) -> tuple[str, list[str]]:
        """The sentence about the shop after a change, and what was answered for it."""
        before.once(self.words, "shop")
        self.answered.clear()
        after = SucceedingView(before, resources, **given)
        return after.once(self.words, "shop"), self.answered


SHOP, BANK = _namespace("shop", team="a"), _namespace("bank", team="b")


def test_what_rests_on_nothing_that_changes_is_not_worked_out_again() -> None:
    assert _Asked().again(TracedView([SHOP, BANK]), SHOP) == ("shop is of a", [])


def test_what_rests_on_a_change_is_worked_out_again_as_far_as_it_comes_to_something_else() -> None:
    other, renamed = _namespace("shop", team="a", tier="web"), _namespace("shop", team="c")
    found = _Asked().again(TracedView([SHOP, BANK]), other, BANK)
    assert found == ("shop is of a", ["labels of shop", "team of shop"])
    found = _Asked().again(TracedView([SHOP, BANK]), renamed, BANK)
    assert found == ("shop is of c", ["labels of shop", "team of shop", "words on shop"])


@pytest.mark.parametrize("given", [{"releases": {"istio": (1, 20)}}, {"complete": Complete.YES}, {"seen": frozenset()}])
def test_where_a_mesh_is_judged_otherwise_nothing_is_taken_over(given: dict[str, Any]) -> None:
    answer, answered = _Asked().again(TracedView([SHOP]), SHOP, **given)
    assert (answer, len(answered)) == ("shop is of a", 3)


def test_nothing_is_taken_over_from_a_view_that_was_not_traced() -> None:
    asked = _Asked()
    after = SucceedingView(MeshView([SHOP]), [SHOP])
    assert after.once(asked.words, "shop") == "shop is of a"


def test_a_question_that_fails_on_one_side_alone_fails_there() -> None:
    marked = _namespace("shop", marked="x")
    before, marked_before = TracedView([SHOP]), TracedView([marked])
    assert (before.once(_guarded, "shop"), marked_before.once(_guarded, "shop")) == ("taken", "refused")
    assert SucceedingView(before, [marked]).once(_guarded, "shop") == "refused"
    assert SucceedingView(marked_before, [SHOP]).once(_guarded, "shop") == "taken"


def _guarded(mesh: MeshView, name: str) -> str:
    try:
        mesh.once(_refusing, name)
    except ValueError:
        return "refused"
    return "taken"


def _refusing(mesh: MeshView, name: str) -> None:
    found = mesh.find(NAMESPACE, "", name)
    if found is not None and "marked" in found.labels:
        raise ValueError(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"port": 1}, {"port": True}),
        (({"a": 1, "b": 2},), ({"b": 2, "a": 1},)),
        ([1, 2], [1.0, 2]),
    ],
)
def test_answers_that_python_calls_equal_are_not_taken_for_one_another(one: object, other: object) -> None:
    before = TracedView([_service("cart", given=one)])
    before.once(_given, "cart")
    after = SucceedingView(before, [_service("cart", given=other)])
    assert repr(after.once(_given, "cart")) == repr(other)


def _given(mesh: MeshView, name: str) -> object:
    found = mesh.find(SERVICE, "shop", name)
    return found.root.value_at("spec.given") if found is not None else None


def test_each_way_to_read_a_view_is_seen() -> None:
    before = TracedView([SHOP, _service("cart")])
    ways = (_kinds, _of_kind, _present, _inhabited, _complete, _writings)
    for way in ways:
        before.once(way, SHOP)
    resources = [_namespace("shop"), Resource({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "new"}})]
    after, alone = SucceedingView(before, resources), MeshView(resources)
    assert [after.once(way, resources[0]) for way in ways] == [way(alone, resources[0]) for way in ways]
    assert [after.once(way, SHOP) for way in ways] == [way(alone, SHOP) for way in ways]


def _kinds(mesh: MeshView, _: Resource) -> object:
    return sorted(mesh.kinds())


def _of_kind(mesh: MeshView, one: Resource) -> object:
    return mesh.of_kind(one.kind), mesh.of_kind(SERVICE)


def _present(mesh: MeshView, _: Resource) -> object:
    return mesh.present_namespaces()


def _inhabited(mesh: MeshView, _: Resource) -> object:
    return mesh.inhabited_namespaces()


def _complete(mesh: MeshView, one: Resource) -> object:
    return mesh.is_complete(one.name), mesh.is_complete("new")


def _writings(mesh: MeshView, one: Resource) -> object:
    return mesh.writings(one)


class _MeasuredView(TracedView):
    """A traced view that keeps each answer with its size when it was given."""

    given: list[tuple[object, Sized, int]]

    def _worked_out(self, question: Any, about: Any) -> Any:
        answer = super()._worked_out(question, about)
        if isinstance(answer.value, Sized):
            asked = about if question.__name__ == "_built" else question
            self.__dict__.setdefault("given", []).append((asked.__name__, answer.value, len(answer.value)))
        return answer


def _asked_all(seed: int) -> _MeasuredView:
    """A mesh of which every rule was asked, and who calls whom."""
    chance = random.Random(seed)
    size = Size(14, 24, 4, has_cilium=seed != 1, has_sidecars=seed == 2)
    listed = [Resource(dict(one)) for one in (*objects(size, seed), *extras(chance))]
    rules = load_rules().about_files()
    engine = Engine(rules, Catalogue.bundled(), rules.narrowed())
    view = engine.hear(World((), Reading(resources=listed)), engine.catalogue.check, _MeasuredView).report.view
    assert isinstance(view, _MeasuredView)
    matrix_of(view, workloads(view))
    return view


_NUMBERS = {"_numbers", "_service_numbers"}
"""What gives out numbers as things are met: nothing else of it is ever looked at."""


@pytest.mark.parametrize("seed", range(3))
def test_answers_hold_no_view_that_they_would_read_later_and_stay_as_they_were_given(seed: int) -> None:
    view = _asked_all(seed)
    assert len(view.given) > 1000
    assert {name for name, answer, size in view.given if len(answer) != size} <= _NUMBERS
    assert not {name for name, answer, _ in view.given if any(isinstance(one, MeshView) for one in _inside(answer))}


def _inside(answer: object) -> Iterator[object]:
    """Everything that an answer refers to, objects of the mesh and code left out."""
    seen, waiting = {id(answer)}, [answer]
    while waiting:
        one = waiting.pop()
        yield one
        for held in gc.get_referents(one):
            if id(held) not in seen and not isinstance(held, Resource | type | ModuleType | FunctionType):
                seen.add(id(held))
                waiting.append(held)
