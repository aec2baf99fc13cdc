"""How Linkerd was installed, as far as the input tells: its ConfigMaps, its namespace, its injector's webhook."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from service_mesh.mesh.components import COMPONENT_KINDS, Component, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP, MUTATING_WEBHOOK
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.source.embedded import embedded_map

__all__ = [
    "CONFIG",
    "INJECTOR",
    "INSTALLATION_KINDS",
    "TRUST_ROOTS",
    "Installation",
    "control_plane",
    "injector_webhook",
    "installation",
    "is_asked_about",
    "trust_roots",
]

INSTALLATION_KINDS = (CONFIG_MAP,)
"""The kinds that `installation` and `trust_roots` read."""

CONFIG = "linkerd-config"
"""ConfigMap with the values of the chart. (`linkerd/linkerd2: charts/linkerd-control-plane/templates/config.yaml`)"""

TRUST_ROOTS = "linkerd-identity-trust-roots"
"""ConfigMap with the trust anchors. (`linkerd/linkerd2: charts/linkerd-control-plane/templates/identity.yaml`)"""

INJECTOR = "linkerd-proxy-injector-webhook-config"
"""The injector's webhook. (`linkerd/linkerd2: pkg/k8s/labels.go`, ProxyInjectorWebhookConfigName)"""

_CORE = frozenset({"destination", "identity", "proxy-injector"})
_DEFAULT_DOMAIN = "cluster.local"


@dataclass(frozen=True, slots=True)
class Installation:
    """What `linkerd-config` tells of one control plane.

    Attributes:
        node: The text that holds the values.
        values: Values of the chart, those that differ from its own and those that do not.
    """

    node: Node
    values: Mapping[str, object]

    @property
    def namespace(self) -> str:
        """Namespace of the control plane."""
        return self.node.resource.namespace

    @property
    def version(self) -> str:
        """Release of the control plane as it was installed, such as `edge-26.6.3`; empty where it is not said."""
        return self.text("linkerdVersion")

    @property
    def trust_domain(self) -> str:
        """End of every identity; the cluster's domain where none is set (`pkg/charts/linkerd2/values.go`)."""
        return self.text("identityTrustDomain") or self.text("clusterDomain") or _DEFAULT_DOMAIN

    def value(self, path: str) -> object:
        """A value at a dotted path, or None."""
        found: object = self.values
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def text(self, path: str) -> str:
        """A value at a dotted path if it is a string, else the empty string."""
        found = self.value(path)
        return found if isinstance(found, str) else ""


def installation(mesh: MeshView, cluster: str = "") -> Installation | None:
    """How Linkerd was installed in a cluster; None where its configuration is not here or cannot be read."""
    mesh.mark_read(*INSTALLATION_KINDS)
    return mesh.index(_installations).get(cluster)


def trust_roots(mesh: MeshView, cluster: str = "") -> Node | None:
    """The trust anchors that the injector gives to new proxies: a text of PEM certificates."""
    mesh.mark_read(*INSTALLATION_KINDS)
    return mesh.index(_trust_roots).get(cluster)


def control_plane(mesh: MeshView, cluster: str = "") -> tuple[Component, ...]:
    """What runs of `destination`, `identity` and `proxy-injector` in a cluster."""
    mesh.mark_read(*COMPONENT_KINDS)
    found = components_in(mesh, cluster)
    return tuple(one for one in found if one.mesh == "linkerd" and one.role in _CORE and not one.extension)


def injector_webhook(mesh: MeshView, cluster: str = "") -> Resource | None:
    """The configuration of the injector's webhook, if it is loaded."""
    return mesh.find(MUTATING_WEBHOOK, "", INJECTOR, cluster)


def is_asked_about(hook: Node, field: str, labels: Mapping[str, object]) -> bool:
    """Tell whether a selector of a webhook, or the lack of one, takes something with these labels.

    Args:
        hook: An item of `webhooks`.
        field: `namespaceSelector` or `objectSelector`.
        labels: Labels as read; what is no text is no label.
    """
    texts = {name: value for name, value in labels.items() if isinstance(value, str)}
    return label_selector(hook.get(field)).matches(texts)


def _installations(mesh: MeshView) -> Mapping[str, Installation]:
    found: dict[str, Installation] = {}
    for node in _named(mesh, CONFIG, lambda config: config.get("data.values")):
        values = embedded_map(node.text)
        if values is not None:
            found.setdefault(node.resource.cluster, Installation(node, values))
    return found


def _trust_roots(mesh: MeshView) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for node in _named(mesh, TRUST_ROOTS, _bundle):
        found.setdefault(node.resource.cluster, node)
    return found


def _bundle(config: Resource) -> Node | None:
    data = config.get("data")
    return data.key("ca-bundle.crt") if data is not None else None


def _named(mesh: MeshView, name: str, read: Callable[[Resource], Node | None]) -> Iterable[Node]:
    nodes = (read(config) for config in mesh.of_kind(CONFIG_MAP) if config.name == name)
    return [node for node in nodes if node is not None and node.text]
