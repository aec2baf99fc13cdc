"""The Secrets that listeners of the Gateway API take their certificates from."""

from collections.abc import Iterator

from service_mesh.mesh.route_references import Reference, reference
from service_mesh.model.kinds import SECRET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["certificates"]

_TERMINATE_MODE = "gateway.istio.io/tls-terminate-mode"
_MESH_CERTIFICATES = frozenset({"ISTIO_SIMPLE", "ISTIO_MUTUAL"})


def certificates(resource: Resource) -> Iterator[tuple[Node, Reference]]:
    """Each listener that ends TLS, with each Secret that it names.

    A listener that passes TLS on needs none, and one that Istio gives a certificate of the mesh does not use any.
    (`istio/istio: pilot/pkg/config/kube/gateway/conversion.go`, buildTLS)
    """
    for listener in resource.each("spec.listeners[]"):
        if _ends_tls(listener):
            for node in listener.each("tls.certificateRefs[]"):
                named = reference(node, SECRET.group, SECRET.name)
                if named.kind == SECRET and named.name:
                    yield listener, named


def _ends_tls(listener: Node) -> bool:
    mode, options = listener.get("tls.mode"), listener.get("tls.options")
    by_istio = options.key(_TERMINATE_MODE) if options is not None else None
    is_passed_on = mode is not None and mode.text == "Passthrough"
    return not is_passed_on and (by_istio is None or by_istio.text not in _MESH_CERTIFICATES)
