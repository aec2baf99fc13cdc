"""Whether generated files do what they are for: they are validated and asked in a mesh that is played around them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.domains import domains_of
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.generate.cast import scenery
from service_mesh.generate.draft import Drafted
from service_mesh.generate.plan import ISTIO_VALUES, LINKERD_VALUES, Form, Patch, Sheet
from service_mesh.generate.questions import Question
from service_mesh.generate.site import Site
from service_mesh.generate.written import Leaf
from service_mesh.mesh.installation import installation
from service_mesh.mesh.mesh_config import ROOT_NAMESPACE
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.operations.changing import apply
from service_mesh.operations.generate_questions import simulated
from service_mesh.operations.generate_result import Checks, Simulated
from service_mesh.operations.loading import joined
from service_mesh.operations.result import Counts
from service_mesh.operations.scene import Scene
from service_mesh.rules.registry import load_rules
from service_mesh.source.reader import Reader, Reading
from service_mesh.source.settings import read_settings

__all__ = ["prove"]

_SCENERY = "played workloads"
_CONFIG = {"name": "linkerd-config", "namespace": "linkerd"}


@dataclass(frozen=True, slots=True)
class _Step:
    """A stage with the files that it applies."""

    name: str
    leaves: tuple[Leaf, ...]
    questions: tuple[Question, ...]


def prove(drafted: Drafted, site: Site, surroundings: World) -> Checks:
    """Validate files and ask what has to hold of them, stage by stage.

    Args:
        drafted: The files.
        site: Where they are for.
        surroundings: What is there already; empty where nothing was given.
    """
    registry = load_rules()
    engine = Engine(registry, site.catalogue, registry.about_files().narrowed())
    names = frozenset(_named(leaf) for leaf in drafted.leaves)
    world = _played(drafted, site, surroundings)
    findings: dict[str, Finding] = {}
    answers: list[Simulated] = []
    before = _scene(world, site.catalogue)
    for step in _steps(drafted):
        world = _applied(world, step.leaves)
        listed = (one.finding for one in engine.run(world).findings if one.is_listed)
        findings |= {one.id: one for one in listed if one.file in names}
        scene = _scene(world, site.catalogue)
        answers += (simulated(scene, question, before) for question in step.questions)
    found = tuple(findings.values())
    return Checks(_counts(found), tuple(answers), findings=found)


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
    reading = _read(SourceText(_SCENERY, "\n---\n".join(json.dumps(one) for one in objects)))
    return replace(surroundings, reading=joined((surroundings.reading, reading)))


def _read(source: SourceText) -> Reading:
    reader = Reader(Layer.CONTEXT)
    reader.read(source)
    return reader.reading


def _applied(world: World, leaves: Iterable[Leaf]) -> World:
    for leaf in leaves:
        source = SourceText(_named(leaf), leaf.text)
        reading = _change(world, leaf, source)
        if reading is not None:
            change = World((source,), reading, complete=world.complete)
            world = apply(world, change, ()).after
    return world


def _named(leaf: Leaf) -> str:
    """What findings in what a step makes are named after."""
    return leaf.name or " ".join(leaf.apply)


def _change(world: World, leaf: Leaf, source: SourceText) -> Reading | None:
    """What a step puts into the mesh; None where it changes no configuration."""
    match leaf.step:
        case Patch() as patch:
            return _patched(world, patch, source)
        case Sheet(form=Form.MANIFEST):
            return _read(source)  # the very text whose comments are heard
        case Sheet(name=name) if name.endswith(LINKERD_VALUES):
            return _read(replace(source, text=json.dumps(_linkerd_config(leaf.text))))
        case Sheet(name=name) if name == ISTIO_VALUES:
            return _read(replace(source, text=json.dumps(_istio_config(world, leaf.text))))
        case Sheet(form=Form.VALUES):
            return _read(source)
    return None


def _istio_config(world: World, values: str) -> Mapping[str, Any]:
    """Values of istiod's chart as the chart itself writes them down, over the mesh configuration that is there.

    (`istio/istio: manifests/charts/istio-control/istio-discovery/templates/configmap.yaml`)
    """
    held = installation(MeshView((*world.reading.values, *world.reading.resources)))
    given = read_settings(SourceText(ISTIO_VALUES, values)).data.get("meshConfig")
    config = _deep(held.mesh if held is not None else {}, given if isinstance(given, Mapping) else {})
    metadata = {"name": "istio", "namespace": ROOT_NAMESPACE, "labels": {"app.kubernetes.io/managed-by": "Helm"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"mesh": json.dumps(config)}}


def _linkerd_config(values: str) -> Mapping[str, Any]:
    """Values of Linkerd's chart as the chart itself writes them down.

    (`linkerd/linkerd2: charts/linkerd-control-plane/templates/config.yaml`)
    """
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _CONFIG, "data": {"values": values}}


def _patched(world: World, patch: Patch, source: SourceText) -> Reading:
    """The object with the patch laid over it."""
    held = MeshView(world.reading.resources).find(patch.kind, patch.namespace, patch.name)
    if held is None:
        place = f"{patch.namespace}/{patch.name}" if patch.namespace else patch.name
        raise UsageError(f"there is no {patch.kind.name} {place} to change", "give the surroundings that hold it")
    return _read(replace(source, text=json.dumps(_deep(held.data, patch.merge))))


def _deep(held: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """One map laid over another; None takes a field away."""
    found = {name: value for name, value in held.items() if new.get(name, value) is not None}
    for name, value in new.items():
        if isinstance(value, Mapping):
            before = found.get(name)
            found[name] = _deep(before if isinstance(before, Mapping) else {}, value)
        elif value is not None:
            found[name] = value
    return found


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
