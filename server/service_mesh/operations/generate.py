"""The verb `generate`: configuration from an intent, proved before anybody sees it."""

from collections.abc import Iterator, Mapping

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.given import NOTHING_GIVEN
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.draft import Drafted, draft
from service_mesh.generate.intent import InexpressibleError, Intent
from service_mesh.generate.plan import Gap
from service_mesh.generate.registry import intent_of
from service_mesh.generate.site import Site
from service_mesh.generate.undo import BEFORE
from service_mesh.mesh.implementations import meshes_at_work
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.names import nearest
from service_mesh.operations.generate_form import form_of, parameters_of
from service_mesh.operations.generate_proof import prove
from service_mesh.operations.generate_result import Checks, GeneratedFile, GenerateResult, Lack, StageView
from service_mesh.operations.loading import load, whole
from service_mesh.operations.request import GenerateRequest, Inputs
from service_mesh.operations.versions import catalogue_for
from service_mesh.source.collector import uncollected
from service_mesh.source.reader import Reading

__all__ = ["generate"]

_LINKERD_2_18 = (25, 4, 4)


def generate(request: GenerateRequest) -> GenerateResult:
    """Write configuration for an intent, and prove it.

    Raises:
        UsageError: There is no such intent, mesh or parameter, or a value of it is none; the nearest is named.
        InputError: The surroundings cannot be read.
    """
    intent, dialect = intent_of(request.intent), _dialect(request.mesh)
    if request.params is None:
        return _form(intent, dialect)
    parameters = parameters_of(intent, request.params)
    world, catalogue, notes = _surroundings(request, dialect)
    site = Site(dialect, catalogue, MeshView(world.reading.resources, world.complete, catalogue.releases))
    if _is_cluster(request):
        _hold_to_what_runs(site)
    try:
        drafted = draft(intent, parameters, site)
    except InexpressibleError as error:
        return GenerateResult(intent.name, dialect, cannot_express=tuple(_lacks(error.gaps)), notes=notes)
    with uncollected():  # every stage is judged and asked anew
        checks = prove(drafted, site, world, request.versions)
    return _result(intent, site, drafted, checks, notes)


def _dialect(name: str) -> Dialect:
    try:
        return Dialect(name)
    except ValueError:
        near = nearest(name, list(Dialect))
        hint = f"did you mean '{near}'?" if near else f"the meshes are {', '.join(Dialect)}"
        raise UsageError(f"there is no mesh '{name[:60]}'", hint) from None


def _form(intent: Intent, dialect: Dialect) -> GenerateResult:
    schema, example = form_of(intent)
    gap = intent.cells[dialect]
    lacks = tuple(_lacks((gap,))) if isinstance(gap, Gap) else ()
    return GenerateResult(intent.name, dialect, parameters=schema, example=example, cannot_express=lacks)


def _surroundings(request: GenerateRequest, dialect: Dialect) -> tuple[World, Catalogue, tuple[str, ...]]:
    """What is there, and what it is judged by; the proof takes what was not given not to exist, and says so."""
    assumed: tuple[str, ...] = ()
    world, worlds = World((), Reading(), complete=Complete.YES), tuple[World, ...]()
    if request.inputs != Inputs():
        worlds = load(request.inputs, Complete.AUTO).worlds
        world = whole(worlds, Complete.YES)
        assumed = () if _is_cluster(request) else (_ASSUMED,)
    catalogue, notes = catalogue_for(request.versions, NOTHING_GIVEN, worlds)
    if dialect is Dialect.LINKERD:
        catalogue, notes = catalogue_for(request.versions, NOTHING_GIVEN, worlds, _beside_linkerd(catalogue))
    return world, catalogue, (*assumed, *notes)


def _beside_linkerd(catalogue: Catalogue) -> Mapping[str, str]:
    """The Gateway API that Linkerd is installed beside, where nothing says which.

    It watches version v1alpha2 of TLSRoute and TCPRoute, which the experimental channel alone serves.
    (https://linkerd.io/2-edge/features/gateway-api/; `linkerd/linkerd2: policy-controller/runtime/src/args.rs`)
    """
    release = "1.2" if catalogue.releases["linkerd"] >= _LINKERD_2_18 else "1.1"
    return {"gateway_api": f"{release}-experimental"}


def _is_cluster(request: GenerateRequest) -> bool:
    """Whether the surroundings show all of a cluster."""
    return request.inputs.snapshot is not None or request.inputs.kube_context is not None


def _hold_to_what_runs(site: Site) -> None:
    """Refuse a mesh that a cluster does not have.

    Raises:
        UsageError: Another mesh runs there, or none.
    """
    clusters = {one.cluster for one in site.view.of_kind(NAMESPACE)} or {""}
    running = {name for cluster in clusters for name in meshes_at_work(site.view, cluster)}
    if site.dialect is not Dialect.GATEWAY_API and site.dialect.project not in running:
        found = f"it runs {', '.join(sorted(running))}" if running else "no mesh was found there"
        raise UsageError(f"{site.dialect.in_words} is not installed in the surroundings", f"{found}; name that mesh")


_ASSUMED = "the proof takes what the surroundings do not show not to be there: give all that is, or a snapshot"


def _lacks(gaps: tuple[Gap, ...]) -> Iterator[Lack]:
    return (Lack(gap.part, gap.closest) for gap in gaps)


def _result(intent: Intent, site: Site, drafted: Drafted, checks: Checks, notes: tuple[str, ...]) -> GenerateResult:
    plan = drafted.plan
    withheld = () if checks.hold else ("the files are withheld: what they are for does not hold, see checks",)
    leaves = drafted.leaves if checks.hold else ()
    before = (GeneratedFile(BEFORE, drafted.undo.before),) if leaves and drafted.undo.before else ()
    return GenerateResult(
        intent=intent.name,
        mesh=site.dialect,
        files=(*(GeneratedFile(leaf.name, leaf.text) for leaf in leaves if leaf.name), *before),
        apply_order=tuple(step for leaf in leaves for step in leaf.apply),
        prerequisites=plan.prerequisites,
        verify=plan.verify,
        rollback=drafted.undo.commands if leaves else (),
        stages=tuple(_stages(drafted)),
        notes=(*withheld, *plan.notes, *notes, *site.catalogue.notes()),
        cannot_express=tuple(_lacks(plan.gaps)),
        checks=checks,
        versions=_versions(site),
    )


def _versions(site: Site) -> dict[str, str]:
    release = site.releases[site.dialect.project]
    return {site.dialect.project: ".".join(str(part) for part in release)}


def _stages(drafted: Drafted) -> Iterator[StageView]:
    for stage in drafted.plan.stages:
        own = (leaf for leaf in drafted.leaves if leaf.step.stage == stage.name)
        yield StageView(stage.name, stage.does, tuple(step for leaf in own for step in leaf.apply), stage.before_next)
