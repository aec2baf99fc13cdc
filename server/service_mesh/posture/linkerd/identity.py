"""Identities in Linkerd's mesh: what a workload's certificate says, and which patterns match it."""

from collections.abc import Iterable

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.posture.linkerd.installation import installation
from service_mesh.posture.logic import any_of

__all__ = [
    "account_identity",
    "identity_of",
    "identity_suffix",
    "is_open",
    "matches_identity",
    "namespace_identities",
]

_CONTROL_PLANE = "linkerd"
_ANY = "*"
_SPIFFE = "spiffe://"
_KNOWN = "serviceaccount.identity."
_OPEN = f"{_KNOWN}?"
"""End of an identity whose installation is not known; no name holds a question mark."""


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


def account_identity(mesh: MeshView, namespace: str, account: str, cluster: str = "") -> str:
    """The identity of a service account; one that `is_open` where the installation is not known."""
    return f"{account}.{namespace}.{identity_suffix(mesh, cluster) or _OPEN}"


def namespace_identities(mesh: MeshView, namespace: str, cluster: str = "") -> str:
    """The pattern for every account of a namespace; one that `is_open` where the installation is not known."""
    return account_identity(mesh, namespace, _ANY, cluster)


def identity_of(mesh: MeshView, workload: Workload) -> str:
    """The identity of a workload that is meshed; one that `is_open` where the installation is not known.

    Whether it is meshed is for `enrolment` to tell: who is not, the kubelet included, has no identity.
    """
    return account_identity(mesh, workload.namespace, workload.service_account, workload.cluster)


def is_open(identity: str) -> bool:
    """Tell whether the end of an identity or pattern is not known: the control plane's namespace and the domain."""
    return identity.endswith(_OPEN)


def matches_identity(patterns: Iterable[str], identity: str) -> bool | None:
    """Whether one of some identities or patterns matches a client's; None where it hangs on an end that is not known.

    `*` matches whoever is meshed, `*.SUFFIX` every DNS name below the suffix, whatever number of labels comes before
    it, and all else the identity alone, as it is written. No pattern matches a SPIFFE identity.
    (`linkerd/linkerd2: policy-controller/core/src/identity_match.rs`;
    `linkerd/linkerd2-proxy: linkerd/app/inbound/src/policy.rs`, is_tls_authorized;
    `linkerd/server-policy/src/authz.rs`, Suffix)
    """
    return any_of(_is_meant(pattern, identity) for pattern in patterns)


def _is_meant(pattern: str, identity: str) -> bool | None:
    if pattern == identity:
        return True
    if identity.startswith(_SPIFFE):
        return False
    if pattern == _ANY or is_open(pattern) == is_open(identity):
        return _is_below(pattern, identity)
    return None if _may_be_meant(pattern, identity) else False


def _may_be_meant(pattern: str, identity: str) -> bool:
    """Whether a pattern may match if what is known of both, account and namespace, is compared."""
    meant, marked, _ = pattern.partition(_KNOWN)
    own = identity.partition(_KNOWN)[0]
    if not meant.startswith("*."):
        return meant == own
    return not marked or own.endswith(meant[1:])


def _is_below(pattern: str, identity: str) -> bool:
    if pattern == _ANY:
        return True
    return pattern.startswith("*.") and len(pattern) > 2 and identity.endswith(pattern[1:])
