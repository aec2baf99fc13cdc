"""The admission webhooks of the meshes: whose they are, what they are asked about and which Service answers."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.status._words import told

__all__ = ["WEBHOOKS", "Hook", "effect_of", "hooks", "others", "severity_of_hook"]

WEBHOOKS = (MUTATING_WEBHOOK, VALIDATING_WEBHOOK)
"""The two kinds."""

_SUFFIXES = {".istio.io": "istio", ".linkerd.io": "linkerd", ".cilium.io": "cilium"}
_INJECTORS = ("sidecar-injector.istio.io", "linkerd-proxy-injector.linkerd.io")


class Hook(NamedTuple):
    """A webhook of a mesh.

    Attributes:
        mesh: `istio`, `linkerd` or `cilium`.
        node: The webhook.
        name: Its name.
        client: Its `clientConfig`.
        service: Namespace and name of the Service that answers; None where a URL does.
        must_answer: Whether a call that fails refuses what it is about: its failure policy, `Fail` where it has none.
    """

    mesh: str
    node: Node
    name: str
    client: Node
    service: tuple[str, str] | None
    must_answer: bool

    @property
    def is_injector(self) -> bool:
        """Whether it puts proxies into pods."""
        return self.name.endswith(_INJECTORS)

    def backend(self, mesh: MeshView) -> Resource | None:
        """The Service that answers, if it is there."""
        return mesh.find(SERVICE, *self.service, self.node.resource.cluster) if self.service else None


def hooks(resource: Resource) -> Iterator[Hook]:
    """The webhooks of a configuration that are a mesh's own, by the domain in their name."""
    for node in resource.each("webhooks[]"):
        name, client = node.text_at("name"), node.get("clientConfig")
        owner = next((mesh for suffix, mesh in _SUFFIXES.items() if name.endswith(suffix)), None)
        if owner is not None and client is not None:
            service = client.text_at("service.namespace"), client.text_at("service.name")
            must_answer = node.text_at("failurePolicy") != "Ignore"
            yield Hook(owner, node, told(name), client, service if all(service) else None, must_answer)


def effect_of(hook: Hook) -> str:
    """What follows when a webhook cannot be called."""
    if hook.must_answer:
        return "so new pods are refused" if hook.is_injector else "so what it would check is refused"
    return "so new pods start without a proxy" if hook.is_injector else "so it is passed over"


def severity_of_hook(hook: Hook) -> Severity:
    """How bad that is: something fails, or pods are outside of the mesh, unless a webhook is only passed over."""
    return Severity.ERROR if hook.must_answer or hook.is_injector else Severity.WARNING


def others(found: list[Hook]) -> str:
    """How the webhooks behind the first one are named in a message."""
    count = len(found) - 1
    return "" if not count else f" and {count} more of '{found[0].node.resource.name}'"
