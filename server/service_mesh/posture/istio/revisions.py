"""Which revisions and tags of the injector are there, as far as the input tells."""

from collections.abc import Mapping

from service_mesh.mesh.installation import DEFAULT_REVISION
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import MUTATING_WEBHOOK
from service_mesh.model.resource import Resource

__all__ = ["injector_webhooks", "is_served", "revision_behind", "served_revisions"]

_REVISION = "istio.io/rev"
_TAG = "istio.io/tag"
_NAMES = ("istio-sidecar-injector", "istio-revision-tag")


def injector_webhooks(mesh: MeshView, cluster: str = "") -> tuple[Resource, ...]:
    """Istio's injector webhooks of a cluster."""
    return mesh.index(_webhooks).get(cluster, ())


def served_revisions(mesh: MeshView, cluster: str = "") -> frozenset[str] | None:
    """Revisions and tags that an injector answers for; None where the input holds no injector webhook."""
    return mesh.once(_served_revisions, cluster)


def is_served(mesh: MeshView, cluster: str, revision: str) -> bool:
    """Tell whether an injector answers for a revision or tag; taken for granted where no webhook is loaded."""
    served = served_revisions(mesh, cluster)
    return served is None or revision in served


def revision_behind(mesh: MeshView, cluster: str, name: str) -> str:
    """The revision that a tag stands for; any other name is a revision itself."""
    for webhook in injector_webhooks(mesh, cluster):
        revision = webhook.labels.get(_REVISION)
        if _TAG in webhook.labels and _served(webhook) == name and isinstance(revision, str):
            return revision
    return name


def _served_revisions(mesh: MeshView, cluster: str) -> frozenset[str] | None:
    found = injector_webhooks(mesh, cluster)
    return frozenset(_served(webhook) for webhook in found) if found else None


def _served(webhook: Resource) -> str:
    """The tag of a webhook, else its revision (`istio/istio: …/istio-discovery/templates/revision-tags-mwc.yaml`)."""
    found = webhook.labels.get(_TAG) or webhook.labels.get(_REVISION)
    return found if isinstance(found, str) and found else DEFAULT_REVISION


def _webhooks(mesh: MeshView) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for webhook in mesh.of_kind(MUTATING_WEBHOOK):
        if webhook.name.startswith(_NAMES):
            found.setdefault(webhook.cluster, []).append(webhook)
    return {cluster: tuple(webhooks) for cluster, webhooks in found.items()}
