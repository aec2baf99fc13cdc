"""The injector's settings: its policy, the labels it always or never takes, and whether it takes every namespace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.installation import Installation, installation
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, label_selector
from service_mesh.source.embedded import embedded_map

__all__ = ["Injector", "injector"]

_CONFIG = "istio-sidecar-injector"


@dataclass(frozen=True, slots=True)
class Injector:
    """Settings of the sidecar injector (`istio/istio: pkg/kube/inject/inject.go`, Config).

    Attributes:
        by_default: Whether pods are injected that nothing else decides about: its policy.
        takes_all_namespaces: Whether namespaces without any label are injected.
        never: Labels of pods that are passed over.
        always: Labels of pods that are injected.
    """

    by_default: bool = True
    takes_all_namespaces: bool = False
    never: tuple[Selector, ...] = ()
    always: tuple[Selector, ...] = ()


def injector(mesh: MeshView, cluster: str = "") -> Injector:
    """The injector of a cluster's default revision, with the chart's defaults where the input tells nothing."""
    return mesh.once(_read, cluster)


def _read(mesh: MeshView, cluster: str) -> Injector:
    installed = installation(mesh, cluster)
    config = _config(mesh, cluster)
    takes_all = installed is not None and installed.value("sidecarInjectorWebhook.enableNamespacesByDefault") is True
    return Injector(
        config.get("policy") != "disabled",
        takes_all,
        tuple(_selectors(config, installed, "neverInjectSelector")),
        tuple(_selectors(config, installed, "alwaysInjectSelector")),
    )


def _config(mesh: MeshView, cluster: str) -> Mapping[str, object]:
    for config in mesh.of_kind(CONFIG_MAP):
        text = config.get("data.config")
        if config.cluster == cluster and config.name == _CONFIG and text is not None:
            return embedded_map(text.text) or {}
    return {}


def _selectors(config: Mapping[str, object], installed: Installation | None, name: str) -> Iterator[Selector]:
    listed = config.get(name) or (installed.value(f"sidecarInjectorWebhook.{name}") if installed else None)
    # Selectors inside a text have no object of their own; a nameless one carries them.
    holder = Resource({"items": listed if isinstance(listed, list) else []})
    yield from map(label_selector, Node(holder, (), holder.data).each("items[]"))
