"""Parameters of mtls-migration, and what has to hold of it after every stage."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Port
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.surroundings import OUTSIDER, kept, kept_questions

__all__ = ["FIRST", "Move", "MtlsMigration", "Round", "cast", "questions", "rounds"]

FIRST = "01-permissive"
_CLIENT = Actor("inside-the-mesh", "client")
_ELSEWHERE = Workload(namespace="next-door", name="any-workload")


class Move(Parameters):
    """What takes mutual TLS alone from one stage on: a namespace, or a workload of it."""

    namespace: Annotated[Name, Field(description="The namespace.")]
    workload: Annotated[ObjectName | None, Field(description="Only this workload of it; all of it without.")] = None
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=8, description="Labels of its pods; app=WORKLOAD without them."
    )
    port: Annotated[Port, Field(description="A container port that it listens on.")] = 8080

    @model_validator(mode="after")
    def _named(self) -> "Move":
        if self.workload is None and self.labels:
            raise ValueError("labels are those of one workload: name it")
        return self

    @property
    def server(self) -> Workload:
        """The workload, or one that stands for the others of its namespace."""
        return Workload(
            namespace=self.namespace, name=self.workload or "any-workload", labels=self.labels, port=self.port
        )

    @property
    def text(self) -> str:
        """`shop`, `shop/cart`."""
        return f"{self.namespace}/{self.workload}" if self.workload else self.namespace


class MtlsMigration(Parameters):
    """What takes mutual TLS alone in the end, in the order in which it is made to."""

    moves: Annotated[
        tuple[Move, ...],
        Field(min_length=1, max_length=16, description="Namespaces and workloads, one for each stage, in this order."),
    ]
    whole_mesh: Annotated[
        bool, Field(description="Whether a last stage makes the whole mesh take mutual TLS alone.")
    ] = False

    @model_validator(mode="after")
    def _order(self) -> "MtlsMigration":
        for number, move in enumerate(self.moves):
            before = {one.text for one in self.moves[:number]}
            if move.text in before:
                raise ValueError(f"{move.text} stands among the moves twice")
            if move.namespace in before:
                raise ValueError(f"{move.text} comes after its namespace, which takes mutual TLS alone already")
        return self


@dataclass(frozen=True, slots=True)
class Round:
    """A stage after the first.

    Attributes:
        name: The stage.
        move: What it is about; None for the whole mesh.
    """

    name: str
    move: Move | None


def rounds(asked: MtlsMigration) -> Iterator[Round]:
    """The stages after the first; numbers keep their names apart."""
    for number, move in enumerate(asked.moves, 2):
        yield Round(f"{number:02}-strict-{move.text.replace('/', '-')}", move)
    if asked.whole_mesh:
        yield Round(f"{len(asked.moves) + 2:02}-strict-mesh", None)


def cast(asked: MtlsMigration, site: Site) -> tuple[Actor, ...]:
    """The servers, one of a namespace that is not named, a client of the mesh and one outside of it."""
    servers = (replace(site.player(move.server), probe="/healthz") for move in asked.moves)
    return (*servers, site.player(_ELSEWHERE), _CLIENT, OUTSIDER, *kept(site))


def questions(asked: MtlsMigration, site: Site) -> Iterator[CallQuestion]:
    """After each stage: what it is about is strict, what comes later is not, and clients of the mesh get through."""
    stages = (FIRST, *(one.name for one in rounds(asked)))
    for number, stage in enumerate(stages):
        for place, move in enumerate(asked.moves, 1):
            yield from _after(stage, f"{move.server.text}:{move.port}", is_strict=place <= number)
        is_whole = asked.whole_mesh and number == len(stages) - 1
        yield from _after(stage, f"{_ELSEWHERE.text}:{_ELSEWHERE.port}", is_strict=is_whole)
    yield from kept_questions(asked.moves[0].server.text, site)


def _after(stage: str, server: str, *, is_strict: bool) -> Iterator[CallQuestion]:
    yield CallQuestion(
        why="a client of the mesh",
        source=_CLIENT.text,
        destination=server,
        is_allowed=True,
        is_encrypted=True,
        stage=stage,
    )
    yield CallQuestion(
        why="a client outside of the mesh",
        source=OUTSIDER.text,
        destination=server,
        is_allowed=not is_strict,
        stage=stage,
    )
