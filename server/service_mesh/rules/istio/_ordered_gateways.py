"""Gateways that IstioOperators order: their labels, and the namespace that the installer puts their pods in."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import ISTIO_OPERATOR
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Ordered", "ordered_gateways"]

_WITH_INGRESS = frozenset({"", "default", "demo", "preview"})
"""Profiles that make an ingress gateway without being asked for one."""

_HOME = "istio-system"


class Ordered(NamedTuple):
    """A gateway that is ordered.

    Attributes:
        labels: The labels of its pods.
        namespace: Where they run.
        node: Where it is ordered.
    """

    labels: Mapping[str, object]
    namespace: str
    node: Node


def ordered_gateways(mesh: MeshView, cluster: str) -> tuple[Ordered, ...]:
    """The gateways that the IstioOperators of a cluster make.

    (`istio/istio: manifests/charts/gateways/istio-ingress/values.yaml`; `operator/pkg/component/component.go`)
    """
    return mesh.index(_ordered).get(cluster, ())


def _ordered(mesh: MeshView) -> Mapping[str, tuple[Ordered, ...]]:
    found: dict[str, list[Ordered]] = {}
    for operator in mesh.of_kind(ISTIO_OPERATOR):
        found.setdefault(operator.cluster, []).extend(_of(operator))
    return {cluster: tuple(held) for cluster, held in found.items()}


def _of(operator: Resource) -> Iterator[Ordered]:
    home = operator.root.text_at("spec.values.global.istioNamespace") or _HOME
    profile = operator.get("spec.profile")
    if profile is None or profile.text in _WITH_INGRESS:
        yield Ordered(_labels("ingress", None), home, profile or operator.root)
    for kind in ("ingress", "egress"):
        for entry in operator.each(f"spec.components.{kind}Gateways[]"):
            yield Ordered(_labels(kind, entry), entry.text_at("namespace") or home, entry)


def _labels(kind: str, entry: Node | None) -> Mapping[str, object]:
    own = entry.get("label") if entry is not None else None
    usual: dict[str, object] = {"app": f"istio-{kind}gateway", "istio": f"{kind}gateway"}
    return {**usual, **own.value} if own is not None and isinstance(own.value, dict) else usual
