"""Every intent in every dialect, with every example and release: what the tests of intents go through."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.support import releases
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Intent
from service_mesh.generate.plan import Gap
from service_mesh.generate.registry import load_intents
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest

__all__ = ["Case", "cases", "generated", "older_releases"]

_OLDEST = {"istio": "1.20", "linkerd": "2.14", "cilium": "1.14", "gateway_api": "1.0"}
"""The oldest release of each project that objects are judged by."""


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """An intent in a dialect with one of its examples."""

    intent: Intent
    dialect: Dialect
    example: Example

    def __repr__(self) -> str:  # the fields hold whole examples
        return str(self)

    def __str__(self) -> str:
        return f"{self.intent.name}-{self.dialect}-{self.intent.examples.index(self.example)}"


def cases() -> Iterator[Case]:
    """Every case in which the dialect has words for the intent."""
    for intent in load_intents():
        for dialect in Dialect:
            if not isinstance(intent.cells[dialect], Gap):
                yield from (Case(intent, dialect, example) for example in intent.examples)


@cache
def older_releases(project: str) -> tuple[str, ...]:
    """The oldest release, and those that are still maintained but for the newest."""
    name = project.replace("_", "-")
    maintained = [number for number, one in releases(name).items() if one.end is None or one.end.is_estimated]
    newest = Catalogue.bundled().releases[project]
    older = [number for number in maintained if number != ".".join(str(part) for part in newest)]
    return tuple(dict.fromkeys((*older, _OLDEST[project])))


def generated(case: Case, release: str = "", **params: object) -> GenerateResult:
    """What is generated in a case, for the newest release or another one."""
    versions = {case.dialect.project: release} if release else {}
    asked = {**case.example.params, **params}
    return generate(GenerateRequest(case.intent.name, case.dialect, asked, versions=versions))
