"""Identities in Linkerd's mesh: what a workload's certificate says, and which patterns match it."""

from collections.abc import Iterable

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.posture.linkerd.installation import installation

__all__ = ["account_identity", "identity_of", "identity_suffix", "matches_identity", "namespace_identities"]

_CONTROL_PLANE = "linkerd"
_ANY = "*"
_SPIFFE = "spiffe://"


def identity_suffix(mesh: MeshView, cluster: str = "") -> str | None:
    """What the identities of a cluster's accounts end with: `serviceaccount.identity.linkerd.cluster.local`.

    The control plane's namespace and the trust domain are in it. None where the installation is not known and may be
    another than the chart's.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/cluster_info.rs`)
    """
    found = installation(mesh, cluster)
    if found is not None:
        return f"serviceaccount.identity.{found.namespace}.{found.trust_domain}"
    if mesh.is_complete(_CONTROL_PLANE, cluster):
        return f"serviceaccount.identity.{_CONTROL_PLANE}.cluster.local"
    return None


def account_identity(mesh: MeshView, namespace: str, account: str, cluster: str = "") -> str | None:
    """The identity of a service account; None where the installation is not known."""
    suffix = identity_suffix(mesh, cluster)
    return f"{account}.{namespace}.{suffix}" if suffix is not None else None


def namespace_identities(mesh: MeshView, namespace: str, cluster: str = "") -> str | None:
    """The pattern for every account of a namespace; None where the installation is not known."""
    return account_identity(mesh, namespace, _ANY, cluster)


def identity_of(mesh: MeshView, workload: Workload) -> str | None:
    """The identity of a workload that is meshed; None where the installation is not known.

    Whether it is meshed is for `enrolment` to tell: who is not, the kubelet included, has no identity.
    """
    return account_identity(mesh, workload.namespace, workload.service_account, workload.cluster)


def matches_identity(patterns: Iterable[str], identity: str) -> bool:
    """Whether one of some identities or patterns matches a client's.

    `*` matches whoever is meshed, `*.SUFFIX` every DNS name below the suffix, whatever number of labels comes before
    it, and all else the identity alone, as it is written. No pattern matches a SPIFFE identity.
    (`linkerd/linkerd2: policy-controller/core/src/identity_match.rs`;
    `linkerd/linkerd2-proxy: linkerd/app/inbound/src/policy.rs`, is_tls_authorized;
    `linkerd/server-policy/src/authz.rs`, Suffix)
    """
    is_name = not identity.startswith(_SPIFFE)
    return any(pattern == identity or (is_name and _is_below(pattern, identity)) for pattern in patterns)


def _is_below(pattern: str, identity: str) -> bool:
    if pattern == _ANY:
        return True
    return pattern.startswith("*.") and len(pattern) > 2 and identity.endswith(pattern[1:])
