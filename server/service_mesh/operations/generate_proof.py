"""Whether generated files do what they are for: they are validated and asked in a mesh that is played around them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.domains import domains_of
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.generate.cast import scenery
from service_mesh.generate.draft import Drafted
from service_mesh.generate.questions import Question
from service_mesh.generate.site import Site
from service_mesh.generate.written import Leaf
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.model.origin import SourceText
from service_mesh.model.resource import Resource
from service_mesh.operations.generate_changes import changes_of
from service_mesh.operations.generate_questions import simulated
from service_mesh.operations.generate_result import Checks, Simulated
from service_mesh.operations.generate_steps import applied, named, read
from service_mesh.operations.loading import joined
from service_mesh.operations.result import Counts
from service_mesh.operations.scene import Scene
from service_mesh.rules.registry import load_rules

__all__ = ["prove"]

_SCENERY = "played workloads"


@dataclass(frozen=True, slots=True)
class _Step:
    """A stage with the files that it applies."""

    name: str
    leaves: tuple[Leaf, ...]
    questions: tuple[Question, ...]


def prove(drafted: Drafted, site: Site, surroundings: World, versions: Mapping[str, str]) -> Checks:
    """Validate files and ask what has to hold of them, stage by stage.

    Args:
        drafted: The files.
        site: Where they are for.
        surroundings: What is there already; empty where nothing was given.
        versions: The releases that were asked for.
    """
    registry = load_rules()
    engine = Engine(registry, site.catalogue, registry.about_files().narrowed())
    names = frozenset(named(leaf) for leaf in drafted.leaves)
    world = _played(drafted, site, surroundings)
    findings: dict[str, Finding] = {}
    answers: list[Simulated] = []
    before = _scene(world, site.catalogue)
    for step in _steps(drafted):
        world = applied(world, step.leaves)
        listed = (one.finding for one in engine.run(world).findings if one.is_listed)
        findings |= {one.id: one for one in listed if one.file in names}
        scene = _scene(world, site.catalogue)
        answers += (simulated(scene, question, before) for question in step.questions)
    found = tuple(findings.values())
    checks = Checks(_counts(found), tuple(answers), findings=found)
    return replace(checks, changes=changes_of(drafted, surroundings, versions)) if checks.hold else checks


def _steps(drafted: Drafted) -> Iterator[_Step]:
    plan, leaves = drafted.plan, drafted.leaves
    if not plan.stages:
        yield _Step("", leaves, plan.questions)
        return
    last = plan.stages[-1].name
    before = tuple(leaf for leaf in leaves if not leaf.step.stage)
    for number, stage in enumerate(plan.stages):
        own = tuple(leaf for leaf in leaves if leaf.step.stage == stage.name)
        asked = tuple(one for one in plan.questions if (one.stage or last) == stage.name)
        yield _Step(stage.name, own if number else (*before, *own), asked)


def _played(drafted: Drafted, site: Site, surroundings: World) -> World:
    """What is there, with the workloads that the questions speak of."""
    objects = [*scenery(site.dialect, drafted.plan.cast, site.view), *drafted.plan.props]
    reading = read(SourceText(_SCENERY, "\n---\n".join(json.dumps(one) for one in objects)))
    return replace(surroundings, reading=joined((surroundings.reading, reading)))


def _scene(world: World, catalogue: Catalogue) -> Scene:
    domains = domains_of(world)
    inner = domains.inward(world)
    resources: tuple[Resource, ...] = (*inner.reading.values, *inner.reading.resources)
    return Scene(
        view=MeshView(resources, world.complete, catalogue.releases, inner.captures),
        domains=domains,
        objects=len(resources),
    )


def _counts(findings: Iterable[Finding]) -> Counts:
    by_severity = dict.fromkeys(Severity, 0)
    for one in findings:
        by_severity[one.severity] += 1
    return Counts(*(by_severity[severity] for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)))
