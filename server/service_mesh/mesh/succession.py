"""Two views of one mesh, before a change and after it: what the change does not touch is worked out once.

What is asked about a mesh is asked through `MeshView.once` and `MeshView.index`, and is a function of what it reads of
the view. So each answer about the mesh before keeps what it read, in the order in which it did. It holds after the
change if all of that does; if not, it is worked out anew, and where that comes to the same, what rests on it holds
nevertheless. What a change of one Deployment makes anew are the lists of all workloads, and next to nothing of what is
said of the others.

That rests on two laws, which the tests watch: answers hold no view that they would read later, and what they read they
read through the view. Numbers that are given out as things are met are then the same on both sides.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import Kind
from service_mesh.model.path import ABSENT
from service_mesh.model.resource import Resource

__all__ = ["SucceedingView", "TracedView"]

A = TypeVar("A")
T = TypeVar("T")

_Question = Callable[[MeshView, Any], Any]


class _Answer:
    """One answer about the mesh before.

    Attributes:
        question: What was asked.
        about: About what.
        value: The answer.
        rests_on: The answers that it was made from, in the order in which they were asked for; None for what the view
            itself tells.
    """

    __slots__ = ("about", "question", "rests_on", "value")

    def __init__(self, question: _Question, about: object) -> None:
        self.question = question
        self.about = about
        self.value: Any = ABSENT
        self.rests_on: tuple[_Answer, ...] | None = None


class TracedView(MeshView):
    """The mesh before a change: it keeps what each answer was made from."""

    _reads: dict[_Answer, None] | None = None
    """What the question that is being answered has read; None while none is."""

    def answered(self, question: _Question, about: object) -> _Answer | None:
        """What was answered to a question; None where it was not asked."""
        answers = self._answers.get(question)
        return None if answers is None else answers.get(about)

    def once(self, question: Callable[[MeshView, A], T], about: A) -> T:
        """Answer as any view does, and note down for whoever asks meanwhile what that rests on."""
        answers = self._answers.get(question)
        if answers is None:
            answers = self._answers[question] = {}
        found = answers.get(about)
        if found is None:
            found = answers[about] = self._worked_out(question, about)
        if self._reads is not None:
            self._reads[found] = None
        answer: T = found.value
        return answer

    def index(self, build: Callable[[MeshView], T]) -> T:
        """See `once`."""
        return self.once(_built, build)

    def asked(self, question: Callable[[MeshView, A], T], about: A) -> T:
        """See `once`: it is asked again of the mesh after the change."""
        return self.once(question, about)

    def kinds(self) -> AbstractSet[Kind]:
        """See `once`."""
        return self.once(_kinds, None)

    def of_kind(self, kind: Kind) -> tuple[Resource, ...]:
        """See `once`."""
        return self.once(_of_kind, kind)

    def find(self, kind: Kind, namespace: str, name: str, cluster: str = "") -> Resource | None:
        """See `once`."""
        return self.once(_find, (kind, namespace, name, cluster))

    def writings(self, resource: Resource) -> tuple[Resource, ...]:
        """See `once`."""
        return self.once(_writings, resource)

    def is_complete(self, namespace: str, cluster: str = "") -> bool:
        """See `once`."""
        return self.once(_is_complete, (namespace, cluster))

    def present_namespaces(self) -> set[tuple[str, str]]:
        """See `once`."""
        return self.once(_present_namespaces, None)

    def inhabited_namespaces(self) -> set[tuple[str, str]]:
        """See `once`."""
        return self.once(_inhabited_namespaces, None)

    def _worked_out(self, question: _Question, about: object) -> _Answer:
        answer = _Answer(question, about)
        outer, self._reads = self._reads, {}
        try:
            answer.value = question(self, about)
            answer.rests_on = None if question in _TOLD else tuple(self._reads)
        except Exception:
            if outer is not None:
                outer |= self._reads  # whoever asked may go on without the answer
            raise
        finally:
            self._reads = outer
        return answer


class SucceedingView(MeshView):
    """The mesh after a change: it takes over the answers that hold.

    Args:
        before: The mesh before, traced. Where it is judged otherwise, by another release for one, nothing is taken
            over.
        resources: The objects; those that stay are the same ones.
        given: The rest of what a view is made of, and so is `named`.
    """

    def __init__(self, before: MeshView, resources: Iterable[Resource], *given: Any, **named: Any) -> None:
        super().__init__(resources, *given, **named)
        mine, its = ((one._complete, one._releases, one._captures, one._seen) for one in (self, before))
        self._before = before if isinstance(before, TracedView) and mine == its else None
        self._after: dict[_Answer, Any] = {}
        """The answers after the change: those before it themselves where they are the same."""

    def once(self, question: Callable[[MeshView, A], T], about: A) -> T:
        """Answer as any view does."""
        answers = self._answers.get(question)
        if answers is None:
            answers = self._answers[question] = {}
        answer: T = answers.get(about, ABSENT)
        if answer is ABSENT:
            known = self._before.answered(question, about) if self._before is not None else None
            answer = answers[about] = question(self, about) if known is None else self._settled(known)
        return answer

    def index(self, build: Callable[[MeshView], T]) -> T:
        """See `once`."""
        return self.once(_built, build)

    def asked(self, question: Callable[[MeshView, A], T], about: A) -> T:
        """See `once`."""
        return self.once(question, about)

    def _settled(self, known: _Answer) -> Any:
        """The answer after the change."""
        answer = self._after.get(known, ABSENT)
        if answer is ABSENT:
            answer = known.value
            if not self._holds(known):
                new = known.question(self, known.about)
                answer = answer if _is_same(new, answer) else new
            self._after[known] = answer
        return answer

    def _holds(self, known: _Answer) -> bool:
        """Whether all that an answer was made from is as it was."""
        if known.rests_on is None:
            return False
        for one in known.rests_on:
            answer = self._after.get(one, ABSENT)
            if answer is ABSENT:
                try:
                    answer = self._settled(one)
                except Exception:  # noqa: BLE001  # whoever asked may know what to do with it, and is asked again
                    return False
            if answer is not one.value:
                return False
        return True


def _is_same(one: object, other: object) -> bool:
    """Whether two answers are alike in all that anybody may see: the order of maps counts, and `True` is not 1."""
    if one is other:
        return True
    try:
        if type(one) is not type(other) or one != other:
            return False
        if isinstance(one, dict) and isinstance(other, dict):
            return list(one) == list(other) and all(map(_is_same, one.values(), other.values()))
        if isinstance(one, tuple | list) and isinstance(other, tuple | list):
            return all(map(_is_same, one, other))
    except RecursionError:
        return False
    return True


def _built(mesh: MeshView, build: Callable[[MeshView], T]) -> T:
    return build(mesh)


def _kinds(mesh: MeshView, _: None) -> AbstractSet[Kind]:
    return MeshView.kinds(mesh)


def _of_kind(mesh: MeshView, kind: Kind) -> tuple[Resource, ...]:
    return MeshView.of_kind(mesh, kind)


def _find(mesh: MeshView, asked: tuple[Kind, str, str, str]) -> Resource | None:
    return MeshView.find(mesh, *asked)


def _writings(mesh: MeshView, resource: Resource) -> tuple[Resource, ...]:
    return MeshView.writings(mesh, resource)


def _is_complete(mesh: MeshView, place: tuple[str, str]) -> bool:
    return MeshView.is_complete(mesh, *place)


def _present_namespaces(mesh: MeshView, _: None) -> set[tuple[str, str]]:
    return MeshView.present_namespaces(mesh)


def _inhabited_namespaces(mesh: MeshView, _: None) -> set[tuple[str, str]]:
    return MeshView.inhabited_namespaces(mesh)


_TOLD = frozenset({_kinds, _of_kind, _find, _writings, _is_complete, _present_namespaces, _inhabited_namespaces})
"""What a view tells of itself: the answer has to be looked at, and nothing else."""
