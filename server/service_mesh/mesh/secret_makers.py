"""Which Secrets other objects make, so that one that is not in the input is not taken to be missing."""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CERTIFICATE, EXTERNAL_SECRET, SEALED_SECRET

__all__ = ["MAKER_KINDS", "makes_secret"]

MAKER_KINDS = (CERTIFICATE, EXTERNAL_SECRET, SEALED_SECRET)
"""The kinds that are read here."""

_NAMES = {CERTIFICATE: "spec.secretName", EXTERNAL_SECRET: "spec.target.name", SEALED_SECRET: ""}
"""Where a maker names the Secret; its own name counts where it does not."""


def makes_secret(mesh: MeshView, namespace: str, name: str, cluster: str = "") -> bool:
    """Tell whether a loaded object makes a Secret: one of cert-manager, external-secrets or sealed-secrets."""
    return (cluster, namespace, name) in mesh.index(_made)


def _made(mesh: MeshView) -> frozenset[tuple[str, str, str]]:
    return frozenset(_makers(mesh))


def _makers(mesh: MeshView) -> Iterator[tuple[str, str, str]]:
    for kind, path in _NAMES.items():
        for maker in mesh.of_kind(kind):
            named = maker.get(path) if path else None
            yield maker.cluster, maker.namespace, named.text if named is not None and named.text else maker.name
