"""The passes over one world, in order: reading, schema, rules, commands, suppressions."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.judgement import Judgement, Outcome
from service_mesh.engine.allowing import allow
from service_mesh.engine.domains import domains_of
from service_mesh.engine.grading import Graded, grade, in_order
from service_mesh.engine.selection import batches
from service_mesh.engine.world import World, generations
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.node import Node
from service_mesh.model.origin import Location
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.rules.registry import Registry
from service_mesh.rules.rule import ResourceCheck, Rule
from service_mesh.source.collector import uncollected

__all__ = ["Engine", "Heard", "Report", "Said"]

Said = tuple[Rule, Draft]
"""What a rule says."""

_log = logging.getLogger(__name__)
_CRASHED = "SC999"
_GATEWAY_API = "gateway.networking.k8s.io"
_FAILED = "rule {} failed here and was not applied any further; this is a defect of service-mesh"


class _Place(TypedDict, total=False):
    """Where a draft is that has nothing else to point at."""

    node: Node
    location: Location


@dataclass(slots=True)
class Report:
    """What the passes said about one world.

    Attributes:
        findings: In the order of file, line, column, code.
        valid: Objects that the schema pass accepted.
        invalid: Objects that it refused.
        unjudged: Reasons of objects that it could not judge -> how many.
        complete_namespaces: Namespaces taken as complete.
        view: The objects that count, as the rules saw them; None where there are none.
    """

    findings: list[Graded] = field(default_factory=list)
    valid: int = 0
    invalid: int = 0
    unjudged: dict[str, int] = field(default_factory=dict)
    complete_namespaces: tuple[str, ...] = ()
    view: MeshView | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the passes said about one world, before anything of it is located.

    Attributes:
        world: The world.
        inner: The same as the rules saw it; see `engine.domains`.
        said: What was said, codes that were not asked for left out.
        report: What was counted meanwhile.
    """

    world: World
    inner: World
    said: tuple[Said, ...]
    report: Report

    def forget(self) -> None:
        """Drop what the objects and the view keep for the rules, when none is asked about them any more."""
        if self.report.view is not None:
            self.report.view.forget()
        for resource in (*self.world.reading.resources, *self.inner.reading.resources):
            resource.forget()


@dataclass(frozen=True, slots=True)
class Engine:
    """Judges worlds.

    Attributes:
        registry: Every known rule: codes are looked up here even when they are not asked for.
        catalogue: The facts that the schema pass rests on.
        codes: The codes that are asked for.
    """

    registry: Registry
    catalogue: Catalogue
    codes: frozenset[str]

    def run(self, world: World) -> Report:
        """Judge one world; a rule that crashes costs one finding and no other rule."""
        with uncollected():
            heard = self.hear(world, self.catalogue.check)
            heard.forget()  # before the collector walks all that is left
        heard.report.findings = self.located(world, heard.said)
        return heard.report

    def hear(
        self, world: World, judge: Callable[[Resource], Judgement], make: Callable[..., MeshView] = MeshView
    ) -> Heard:
        """Ask every pass about a world.

        Args:
            world: The world.
            judge: The verdict of the schema pass on one object: the catalogue's, which a caller may keep.
            make: What makes the view that the rules are asked about; see `generations`.
        """
        report = Report()
        with uncollected():  # indexes and drafts stay until the end
            domains = domains_of(world)
            inner = domains.inward(world)
            drafts = [*self._reading(world), *self._schema(world, report, judge)]
            drafts += [(rule, domains.outward(draft)) for rule, draft in self._rules(inner, report, make)]
            drafts += [*self._commands(world), *self._script(world)]
        said = tuple((rule, draft) for rule, draft in drafts if rule.code in self.codes)
        return Heard(world, inner, said, report)

    def located(self, world: World, said: Iterable[Said]) -> list[Graded]:
        """Locate and grade what was said about a world, in order, without what its authors allowed."""
        graded = (grade(rule, draft) for rule, draft in said)
        return in_order(allow(world, graded, self.registry, self.codes))

    def _reading(self, world: World) -> Iterator[Said]:
        for problem in world.reading.problems:
            yield self.registry.get(problem.code), problem.draft

    def _schema(self, world: World, report: Report, judge: Callable[[Resource], Judgement]) -> Iterator[Said]:
        for resource in world.reading.resources:
            if _is_accepted(resource):
                report.valid += 1
                continue
            judgement = judge(resource)
            if judgement.outcome is Outcome.VALID:
                report.valid += 1
            elif judgement.outcome is Outcome.INVALID:
                report.invalid += 1
            else:
                report.unjudged[judgement.reason] = report.unjudged.get(judgement.reason, 0) + 1
            for code, draft in judgement.faults:
                yield self.registry.get(code), draft
        for code, draft in self.catalogue.incompatible(world.reading.resources):
            yield self.registry.get(code), draft

    def _rules(self, world: World, report: Report, make: Callable[..., MeshView]) -> Iterator[Said]:
        crashed: set[str] = set()
        rules = [rule for rule in self.registry if rule.code in self.codes]
        for number, generation in enumerate(generations(world, self.catalogue.releases, make)):
            view = generation.view
            if number == 0:
                report.complete_namespaces, report.view = view.complete_namespaces, view
            fitting = [rule for rule in rules if rule.may_speak_in(view)]
            for asked, batch in batches(fitting, generation.members):
                for rule, check in asked:
                    yield from self._ask(rule, check, batch, view, crashed)
                for member in batch:
                    member.forget_lookups()

    def _ask(
        self, rule: Rule, check: ResourceCheck, batch: tuple[Resource, ...], view: MeshView, crashed: set[str]
    ) -> Iterator[Said]:
        """What one rule says of some objects; where it fails, that is said there, and it is not asked again."""
        if rule.code in crashed:
            return
        drafts, failure = view.asked(_answered, (check, batch))
        yield from ((rule, draft) for draft in drafts)
        if failure is not None:
            yield self._crashed(rule, crashed, {"node": failure.member.root}, failure.error)

    def _commands(self, world: World) -> Iterator[Said]:
        crashed: set[str] = set()
        active = [(rule, rule.command_check) for rule in self.registry if rule.code in self.codes]
        for command in world.commands:
            for rule, check in active:
                if check is not None and rule.code not in crashed:
                    try:
                        for draft in check(command):
                            yield rule, draft
                    except Exception as error:  # noqa: BLE001  # as above
                        yield self._crashed(rule, crashed, {"location": command.location}, error)

    def _script(self, world: World) -> Iterator[Said]:
        """What the commands of a text leave out together."""
        if not world.commands:
            return
        script = Script(world.commands, (*world.reading.values, *world.reading.resources))
        for rule in self.registry:
            if rule.script_check is not None and rule.code in self.codes:
                try:
                    for draft in rule.script_check(script):
                        yield rule, draft
                except Exception as error:  # noqa: BLE001  # as above
                    yield self._crashed(rule, set(), {"location": world.commands[0].location}, error)

    def _crashed(self, rule: Rule, crashed: set[str], place: _Place, error: Exception) -> Said:
        """Say where a rule failed; it is not asked again."""
        crashed.add(rule.code)
        _log.error("rule %s failed", rule.code, exc_info=error)
        return self.registry.get(_CRASHED), Draft(_FAILED.format(rule.code), **place)


class _Failure(NamedTuple):
    """Where a rule failed, and how."""

    member: Resource
    error: Exception


def _answered(
    view: MeshView, asked: tuple[ResourceCheck, tuple[Resource, ...]]
) -> tuple[tuple[Draft, ...], _Failure | None]:
    """What a rule says of some objects, one after the other, until it fails."""
    check, batch = asked
    drafts: list[Draft] = []
    for member in batch:
        try:
            drafts += check(member, view)
        except Exception as error:  # noqa: BLE001  # isolation: one broken rule must not silence the others
            return tuple(drafts), _Failure(member, error)
    return tuple(drafts), None


def _is_accepted(resource: Resource) -> bool:
    """Whether it is of Kubernetes itself and was read from a cluster, whose API server has judged it already.

    Custom objects are judged again: they may have been stored under an older definition.
    """
    group = resource.group
    is_own = "." not in group or (group.endswith(".k8s.io") and group != _GATEWAY_API)
    return is_own and resource.is_from_cluster
