"""Generated steps as changes to a mesh, the way that whoever takes them makes them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.generate.plan import ISTIO_VALUES, LINKERD_VALUES, Form, Patch, Sheet
from service_mesh.generate.written import Leaf
from service_mesh.mesh.installation import installation
from service_mesh.mesh.mesh_config import ROOT_NAMESPACE
from service_mesh.mesh.view import MeshView
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.operations.changing import apply
from service_mesh.operations.loading import joined
from service_mesh.source.reader import Reader, Reading
from service_mesh.source.settings import read_settings

__all__ = ["applied", "changes_in", "named", "read"]

_CONFIG = {"name": "linkerd-config", "namespace": "linkerd"}


def applied(world: World, leaves: Iterable[Leaf]) -> World:
    """The mesh after some steps.

    Raises:
        UsageError: An object that a step changes is not there.
    """
    for leaf in leaves:
        change = _as_world(world, leaf)
        if change is not None:
            world = apply(world, change, ()).after
    return world


def changes_in(world: World, leaves: Iterable[Leaf]) -> World:
    """All that steps put into a mesh, the last writing of each object; objects that are not there are left alone."""
    sources: list[SourceText] = []
    readings: list[Reading] = []
    for leaf in leaves:
        if isinstance(leaf.step, Patch) and _held(world, leaf.step) is None:
            continue
        change = _as_world(world, leaf)
        if change is not None:
            sources += change.sources
            readings.append(change.reading)
            world = apply(world, change, ()).after
    return World(tuple(sources), joined(readings), complete=world.complete)


def named(leaf: Leaf) -> str:
    """What findings in what a step makes are named after."""
    return leaf.name or " ".join(leaf.apply)


def read(source: SourceText) -> Reading:
    """The objects of a text."""
    reader = Reader(Layer.CONTEXT)
    reader.read(source)
    return reader.reading


def _as_world(world: World, leaf: Leaf) -> World | None:
    source = SourceText(named(leaf), leaf.text)
    reading = _change(world, leaf, source)
    return World((source,), reading, complete=world.complete) if reading is not None else None


def _change(world: World, leaf: Leaf, source: SourceText) -> Reading | None:
    """What a step puts into the mesh; None where it changes no configuration."""
    match leaf.step:
        case Patch() as patch:
            return _patched(world, patch, source)
        case Sheet(form=Form.MANIFEST):
            return read(source)  # the very text whose comments are heard
        case Sheet(name=name) if name.endswith(LINKERD_VALUES):
            return read(replace(source, text=json.dumps(_linkerd_config(leaf.text))))
        case Sheet(name=name) if name == ISTIO_VALUES:
            return read(replace(source, text=json.dumps(_istio_config(world, leaf.text))))
        case Sheet(form=Form.VALUES):
            return read(source)
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
    held = _held(world, patch)
    if held is None:
        place = f"{patch.namespace}/{patch.name}" if patch.namespace else patch.name
        raise UsageError(f"there is no {patch.kind.name} {place} to change", "give the surroundings that hold it")
    return read(replace(source, text=json.dumps(_deep(held.data, patch.merge))))


def _held(world: World, patch: Patch) -> Resource | None:
    return MeshView(world.reading.resources).find(patch.kind, patch.namespace, patch.name)


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
