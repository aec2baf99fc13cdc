"""Kinds of mesh projects that are known by name alone: their own parts write them, and no schema of them is bundled."""

from collections.abc import Mapping

__all__ = ["UNLISTED"]

UNLISTED: Mapping[str, tuple[str, ...]] = {
    "argoproj.io": ("AppProject", "Application", "ApplicationSet"),
    "cert-manager.io": ("CertificateRequest",),
    "cilium.io": (
        "CiliumBGPAdvertisement",
        "CiliumBGPClusterConfig",
        "CiliumBGPNodeConfig",
        "CiliumBGPNodeConfigOverride",
        "CiliumBGPPeerConfig",
        "CiliumBGPPeeringPolicy",
        "CiliumEndpoint",
        "CiliumEndpointSlice",
        "CiliumExternalWorkload",
        "CiliumIdentity",
        "CiliumNode",
        "CiliumPodIPPool",
    ),
}
"""Group -> kinds; snapshots of clusters are full of them.

(`cilium/cilium: pkg/k8s/apis/cilium.io/v2/register.go`;
`cert-manager/cert-manager: pkg/apis/certmanager/v1/register.go`; `argoproj/argo-cd: pkg/apis/application/register.go`)
"""
