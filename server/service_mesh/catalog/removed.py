"""What took the place of fields and kinds that a mesh project has removed.

Which releases have a field is in the data; what replaces it is not. Fields that were gone before the oldest release of
the data are named here with the release that dropped them. Sources: the history of istio/api (`networking/v1alpha3`),
the release notes of kubernetes-sigs/gateway-api and cilium/cilium, and the CRDs of linkerd/linkerd2.
"""

from dataclasses import dataclass

__all__ = ["Removal", "removed_field", "removed_kind"]


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that is gone.

    Attributes:
        instead: What replaces it, completed as a sentence: `'x' replaces it`.
        removed: The release that dropped it where the data does not reach back that far, else empty.
        project: Whose release that is.
    """

    instead: str
    removed: str = ""
    project: str = "Istio"


_HEADERS = "'headers.request' replaces it"
_ANSWER_HEADERS = "'headers.response' replaces it"

_FIELDS: dict[tuple[str, str], Removal] = {
    ("VirtualService", "abort.percent"): Removal("'percentage.value' replaces it", "1.5"),
    ("VirtualService", "appendHeaders"): Removal(_HEADERS, "1.5"),
    ("VirtualService", "appendRequestHeaders"): Removal(_HEADERS, "1.5"),
    ("VirtualService", "appendResponseHeaders"): Removal(_ANSWER_HEADERS, "1.5"),
    ("VirtualService", "removeRequestHeaders"): Removal(_HEADERS, "1.5"),
    ("VirtualService", "removeResponseHeaders"): Removal(_ANSWER_HEADERS, "1.5"),
    ("VirtualService", "websocketUpgrade"): Removal("nothing has to replace it", "1.5"),
    ("VirtualService", "port.name"): Removal("'port.number' replaces it", "1.4"),
    ("DestinationRule", "port.name"): Removal("'port.number' replaces it", "1.4"),
    ("VirtualService", "sourceSubnet"): Removal("'sourceLabels' or 'sourceNamespace' replaces it", "1.5"),
    ("EnvoyFilter", "filters"): Removal("'configPatches' replaces it", "1.6"),
    ("EnvoyFilter", "workloadLabels"): Removal("'workloadSelector.labels' replaces it", "1.6"),
    ("Sidecar", "localhost"): Removal("'ingress[].tls' replaces it", "1.7"),
    ("BackendTLSPolicy", "targetRef"): Removal("'targetRefs' replaces it"),
    ("BackendTLSPolicy", "tls"): Removal("'validation' replaces it"),
    ("Gateway", "backendTLS"): Removal("'spec.tls.backend' replaces it"),
    ("Gateway", "frontendValidation"): Removal("'spec.tls.frontend' replaces it"),
    ("HTTPRoute", "idleTimeout"): Removal("nothing replaces it"),
    ("GRPCRoute", "idleTimeout"): Removal("nothing replaces it"),
    ("XBackendTrafficPolicy", "idleTimeout"): Removal("nothing replaces it"),
    ("CiliumNetworkPolicy", "kafka"): Removal("nothing replaces it"),
    ("CiliumClusterwideNetworkPolicy", "kafka"): Removal("nothing replaces it"),
    ("CiliumNetworkPolicy", "l7proto"): Removal("nothing replaces it"),
    ("CiliumClusterwideNetworkPolicy", "l7proto"): Removal("nothing replaces it"),
    ("CiliumNetworkPolicy", "l7"): Removal("nothing replaces it"),
    ("CiliumClusterwideNetworkPolicy", "l7"): Removal("nothing replaces it"),
    ("CiliumLoadBalancerIPPool", "cidrs"): Removal("'blocks' replaces it"),
    ("ExternalWorkload", "meshTls"): Removal("'meshTLS' replaces it"),
}
"""Kind and field -> what is known; a field that several maps of the kind hold is named with the map around it."""

_KINDS: dict[tuple[str, str], Removal] = {
    ("authentication.istio.io", "Policy"): Removal(
        "'PeerAuthentication' and 'RequestAuthentication' of 'security.istio.io' replace it", "1.6"
    ),
    ("authentication.istio.io", "MeshPolicy"): Removal(
        "'PeerAuthentication' of 'security.istio.io' in the root namespace replaces it", "1.6"
    ),
    **dict.fromkeys(
        (("rbac.istio.io", kind) for kind in ("ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding")),
        Removal("'AuthorizationPolicy' of 'security.istio.io' replaces it", "1.7"),
    ),
    **dict.fromkeys(
        (
            ("config.istio.io", kind)
            for kind in (
                "HTTPAPISpec",
                "HTTPAPISpecBinding",
                "QuotaSpec",
                "QuotaSpecBinding",
                "attributemanifest",
                "handler",
                "instance",
                "rule",
            )
        ),
        Removal("it went with Mixer, 'Telemetry' of 'telemetry.istio.io' replaces parts of it", "1.8"),
    ),
    ("gateway.networking.k8s.io", "ReferencePolicy"): Removal("'ReferenceGrant' replaces it", "0.6", "Gateway API"),
    ("gateway.networking.k8s.io", "BackendLBPolicy"): Removal(
        "'XBackendTrafficPolicy' of 'gateway.networking.x-k8s.io' replaces it"
    ),
    ("gateway.networking.x-k8s.io", "XListenerSet"): Removal(
        "'ListenerSet' of 'gateway.networking.k8s.io' replaces it"
    ),
}


def removed_field(kind: str, holder: str, name: str) -> Removal | None:
    """What is known of a field.

    Args:
        kind: The kind.
        holder: Name of the map that holds the field.
        name: The field.
    """
    return _FIELDS.get((kind, f"{holder}.{name}")) or _FIELDS.get((kind, name))


def removed_kind(group: str, kind: str) -> Removal | None:
    """What is known of a kind."""
    return _KINDS.get((group, kind))
