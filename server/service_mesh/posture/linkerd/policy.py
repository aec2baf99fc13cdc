"""What a port lets in that no Server governs: the default policy of its pods, or else of the cluster."""

from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS, installation
from service_mesh.posture.linkerd.port_lists import ports_in
from service_mesh.posture.linkerd.settings import SETTING_KINDS, setting

__all__ = [
    "DEFAULT_POLICY",
    "POLICY_KINDS",
    "REQUIRE_IDENTITY",
    "DefaultPolicy",
    "InboundPolicy",
    "cluster_default",
    "default_policy",
    "parsed_policy",
]

POLICY_KINDS = (*dict.fromkeys((*SETTING_KINDS, *INSTALLATION_KINDS)),)
"""The kinds that are read here."""

DEFAULT_POLICY = "config.linkerd.io/default-inbound-policy"
"""The annotation that sets it, on pods or handed down by their namespace."""

REQUIRE_IDENTITY = "config.linkerd.io/proxy-require-identity-inbound-ports"
"""The annotation that lists ports where clients have to be meshed."""

_VALUE = "proxy.defaultInboundPolicy"
_CONTROL_PLANE = "linkerd"
_AUDIT_SINCE = (24, 8, 2)


class InboundPolicy(StrEnum):
    """The six policies that are known by a name, as annotations and Servers write them."""

    ALL_UNAUTHENTICATED = "all-unauthenticated"
    ALL_AUTHENTICATED = "all-authenticated"
    CLUSTER_UNAUTHENTICATED = "cluster-unauthenticated"
    CLUSTER_AUTHENTICATED = "cluster-authenticated"
    DENY = "deny"
    AUDIT = "audit"
    UNKNOWN = "unknown"

    @property
    def needs_identity(self) -> bool:
        """Whether clients have to be meshed."""
        return self in (InboundPolicy.ALL_AUTHENTICATED, InboundPolicy.CLUSTER_AUTHENTICATED)

    @property
    def is_of_cluster(self) -> bool:
        """Whether clients have to be in the networks of the cluster."""
        return self in (InboundPolicy.CLUSTER_UNAUTHENTICATED, InboundPolicy.CLUSTER_AUTHENTICATED)

    @property
    def takes_plaintext(self) -> bool:
        """Whether clients that are not meshed get in for certain, from some network at least; `audit` lets all in."""
        return self not in (InboundPolicy.DENY, InboundPolicy.UNKNOWN) and not self.needs_identity


_TIGHTENED = {
    InboundPolicy.ALL_UNAUTHENTICATED: InboundPolicy.ALL_AUTHENTICATED,
    InboundPolicy.CLUSTER_UNAUTHENTICATED: InboundPolicy.CLUSTER_AUTHENTICATED,
}
_NAMED = {policy.value: policy for policy in InboundPolicy if policy is not InboundPolicy.UNKNOWN}


@dataclass(frozen=True, slots=True)
class DefaultPolicy:
    """A default policy, and why.

    Attributes:
        policy: What counts.
        chain: The settings that were looked at, the widest first; empty for the chart's own default.
        missing: What would have to be known, where the policy is unknown.
    """

    policy: InboundPolicy
    chain: tuple[Note, ...] = ()
    missing: str = ""


def parsed_policy(mesh: MeshView, text: str) -> InboundPolicy | None:
    """The policy that a text names in the release judged by; None for any other text. Letter case counts.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/defaults.rs`; `audit` came with edge-24.8.2, that is 2.16)
    """
    found = _NAMED.get(text)
    if found is InboundPolicy.AUDIT and mesh.release("linkerd") < _AUDIT_SINCE:
        return None
    return found


def cluster_default(mesh: MeshView, cluster: str = "") -> DefaultPolicy:
    """The policy of ports for which nothing narrower says one.

    Chart value `proxy.defaultInboundPolicy`, `all-unauthenticated` where it is not set.
    (`linkerd/linkerd2: charts/linkerd-control-plane/values.yaml`, `templates/destination.yaml`)
    """
    return mesh.once(_cluster_default, cluster)


def default_policy(mesh: MeshView, workload: Workload, port: int | None = None) -> DefaultPolicy:
    """The policy of a port of a meshed workload where no Server governs it.

    The annotation of the pods or of their namespace, else the cluster's. A value that does not exist leaves the
    cluster's. A port that requires identity tightens the two policies that ask for none, and no others.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, default_inbound_server;
    `policy-controller/k8s/index/src/inbound/workload.rs`, Settings)

    Args:
        mesh: The objects.
        workload: The server; whether it is meshed is not asked.
        port: Number of the container port; None for ports that no annotation names.
    """
    return mesh.once(_of_port, (workload, port))


def _cluster_default(mesh: MeshView, cluster: str) -> DefaultPolicy:
    found = installation(mesh, cluster)
    if found is None:
        return _without_values(mesh, cluster)
    text = found.text(_VALUE)
    if not text:
        return DefaultPolicy(InboundPolicy.ALL_UNAUTHENTICATED)
    policy = parsed_policy(mesh, text)
    if policy is None:
        note = found.node.note(f"sets '{_VALUE}' to '{text[:40]}', which the policy controller does not start with")
        return DefaultPolicy(InboundPolicy.UNKNOWN, (note,), "the policy that the running policy controller has")
    return DefaultPolicy(policy, (found.node.note(f"sets '{_VALUE}' to '{policy}'"),))


def _without_values(mesh: MeshView, cluster: str) -> DefaultPolicy:
    if mesh.is_complete(_CONTROL_PLANE, cluster) or mesh.is_listed(CONFIG_MAP, cluster):
        return DefaultPolicy(InboundPolicy.ALL_UNAUTHENTICATED)
    return DefaultPolicy(InboundPolicy.UNKNOWN, (), "ConfigMap 'linkerd-config' with the values of the installation")


def _of_port(mesh: MeshView, asked: tuple[Workload, int | None]) -> DefaultPolicy:
    workload, port = asked
    found = mesh.once(_of_workload, workload)
    stricter = _TIGHTENED.get(found.policy)
    if port is None or (stricter is None and found.policy is not InboundPolicy.UNKNOWN):
        return found
    listed = setting(mesh, workload, REQUIRE_IDENTITY)
    if listed.missing:
        return DefaultPolicy(InboundPolicy.UNKNOWN, found.chain, listed.missing)
    if stricter is None or port not in (ports_in(listed.text) or ()):
        return found
    return DefaultPolicy(stricter, (*found.chain, *listed.chain(f"requires identity on port {port}")))


def _of_workload(mesh: MeshView, workload: Workload) -> DefaultPolicy:
    wide = cluster_default(mesh, workload.cluster)
    said = setting(mesh, workload, DEFAULT_POLICY)
    if said.missing:
        return DefaultPolicy(InboundPolicy.UNKNOWN, wide.chain, said.missing)
    if said.node is None:
        return wide
    policy = parsed_policy(mesh, said.text)
    if policy is None:
        unknown = said.chain(f"'{said.text[:40]}' is no policy, so that of the cluster counts")
        return DefaultPolicy(wide.policy, (*wide.chain, *unknown), wide.missing)
    return DefaultPolicy(policy, (*wide.chain, *said.chain(f"sets '{policy}'")))
