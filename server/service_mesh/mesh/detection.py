"""Which releases the input shows to be running, so that objects are judged by them without being told."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service_mesh.mesh.installation import DEFAULT_REVISION
from service_mesh.model.kinds import (
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    HELM_RELEASE,
    ISTIO_OPERATOR,
    SAIL_ISTIO,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.source.embedded import embedded_map

__all__ = ["Detected", "detect"]

_BUNDLE = "gateway.networking.k8s.io/bundle-version"
_CHANNEL = "gateway.networking.k8s.io/channel"
_INJECTOR = "istio-sidecar-injector"
_NUMBER = re.compile(r"v?(\d{1,3}\.\d{1,3})(?:[.\-+].*)?")


class Detected(NamedTuple):
    """A release that an object shows.

    Attributes:
        project: As callers name it: `istio` or `gateway_api`.
        version: Major and minor, with the channel behind it for the Gateway API.
        node: Where it is said.
    """

    project: str
    version: str
    node: Node


def detect(resources: Iterable[Resource]) -> tuple[Detected, ...]:
    """The release of each project that objects show, at most one of each.

    Of several control planes the one of the default revision counts, and what runs before what it is installed from.
    """
    ranked = sorted(_sightings(resources), key=_rank)
    chosen: dict[str, Detected] = {}
    for _, found in ranked:
        chosen.setdefault(found.project, found)
    return tuple(chosen.values())


def _rank(sighting: tuple[int, Detected]) -> int:
    return sighting[0]


def _sightings(resources: Iterable[Resource]) -> Iterator[tuple[int, Detected]]:
    for resource in resources:
        if resource.kind == CUSTOM_RESOURCE_DEFINITION:
            yield from _of_definition(resource)
            continue
        node = _istio_node(resource)
        if node is not None and (version := _version(node, resource)):
            canary = resource.labels.get("istio.io/rev", DEFAULT_REVISION) != DEFAULT_REVISION
            yield (resource.kind != DEPLOYMENT) + 2 * canary, Detected("istio", version, node)


def _istio_node(resource: Resource) -> Node | None:
    """Where an object says the release of Istio; None for every other object."""
    if resource.kind == DEPLOYMENT and resource.labels.get("app") == "istiod":
        return next(resource.each("spec.template.spec.containers[].image"), None)
    if resource.kind == CONFIG_MAP and resource.name.startswith(_INJECTOR):
        return resource.get("data.values")
    if resource.kind == ISTIO_OPERATOR:
        return resource.get("spec.tag") or resource.get("spec.values.global.tag")
    if resource.kind == SAIL_ISTIO:
        return resource.get("spec.version")
    if resource.kind == HELM_RELEASE:
        chart = resource.get("spec.chart.spec.chart")
        return resource.get("spec.chart.spec.version") if chart is not None and chart.text == "istiod" else None
    return None


def _version(node: Node, resource: Resource) -> str:
    text = node.text
    if resource.kind == DEPLOYMENT:
        text = text.partition("@")[0].rpartition(":")[2]
    elif resource.kind == CONFIG_MAP:
        values = (embedded_map(text) or {}).get("global")
        tag = values.get("tag") if isinstance(values, dict) else None
        text = tag if isinstance(tag, str) else ""
    return _number(text)


def _of_definition(definition: Resource) -> Iterator[tuple[int, Detected]]:
    annotations = definition.get("metadata.annotations")
    bundle, channel = (annotations.key(name) if annotations else None for name in (_BUNDLE, _CHANNEL))
    version = _number(bundle.text) if bundle is not None else ""
    if bundle is not None and version:
        suffix = f"-{channel.text}" if channel is not None and channel.text in ("standard", "experimental") else ""
        yield 0, Detected("gateway_api", version + suffix, bundle)


def _number(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    return match[1] if match else ""
