"""Kinds of objects as constants, so that a misspelt kind is an import error and not a silent miss."""

from typing import NamedTuple

__all__ = [
    "AUTHORIZATION_POLICY",
    "CILIUM_CLUSTERWIDE_NETWORK_POLICY",
    "CILIUM_NETWORK_POLICY",
    "CLUSTER_SCOPED",
    "CONFIG_MAP",
    "CRON_JOB",
    "DAEMON_SET",
    "DEPLOYMENT",
    "DESTINATION_RULE",
    "EGRESS_NETWORK",
    "GATEWAY",
    "GATEWAY_API_GATEWAY",
    "GRPC_ROUTE",
    "HTTP_LOCAL_RATE_LIMIT_POLICY",
    "HTTP_ROUTE",
    "JOB",
    "LINKERD_AUTHORIZATION_POLICY",
    "LINKERD_HTTP_ROUTE",
    "LINKERD_SERVER",
    "MESH_TLS_AUTHENTICATION",
    "NAMESPACE",
    "NETWORK_AUTHENTICATION",
    "PEER_AUTHENTICATION",
    "POD",
    "REPLICA_SET",
    "REQUEST_AUTHENTICATION",
    "ROLLOUT",
    "SERVER_AUTHORIZATION",
    "SERVICE",
    "SERVICE_ACCOUNT",
    "SERVICE_ENTRY",
    "SIDECAR",
    "STATEFUL_SET",
    "TCP_ROUTE",
    "TLS_ROUTE",
    "VIRTUAL_SERVICE",
    "WORKLOADS",
    "WORKLOAD_ENTRY",
    "Kind",
]


class Kind(NamedTuple):
    """An API group and a kind; the version is left out on purpose, since references never name it."""

    group: str
    name: str

    def __str__(self) -> str:
        return f"{self.name}.{self.group}" if self.group else self.name


NAMESPACE = Kind("", "Namespace")
SERVICE = Kind("", "Service")
SERVICE_ACCOUNT = Kind("", "ServiceAccount")
POD = Kind("", "Pod")
CONFIG_MAP = Kind("", "ConfigMap")
DEPLOYMENT = Kind("apps", "Deployment")
STATEFUL_SET = Kind("apps", "StatefulSet")
DAEMON_SET = Kind("apps", "DaemonSet")
REPLICA_SET = Kind("apps", "ReplicaSet")
JOB = Kind("batch", "Job")
CRON_JOB = Kind("batch", "CronJob")
ROLLOUT = Kind("argoproj.io", "Rollout")

WORKLOADS = frozenset({POD, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, JOB, CRON_JOB, ROLLOUT})
"""Everything that makes pods; a bare Pod too."""

VIRTUAL_SERVICE = Kind("networking.istio.io", "VirtualService")
DESTINATION_RULE = Kind("networking.istio.io", "DestinationRule")
GATEWAY = Kind("networking.istio.io", "Gateway")
SERVICE_ENTRY = Kind("networking.istio.io", "ServiceEntry")
SIDECAR = Kind("networking.istio.io", "Sidecar")
WORKLOAD_ENTRY = Kind("networking.istio.io", "WorkloadEntry")
PEER_AUTHENTICATION = Kind("security.istio.io", "PeerAuthentication")
REQUEST_AUTHENTICATION = Kind("security.istio.io", "RequestAuthentication")
AUTHORIZATION_POLICY = Kind("security.istio.io", "AuthorizationPolicy")

GATEWAY_API_GATEWAY = Kind("gateway.networking.k8s.io", "Gateway")
HTTP_ROUTE = Kind("gateway.networking.k8s.io", "HTTPRoute")
GRPC_ROUTE = Kind("gateway.networking.k8s.io", "GRPCRoute")
TLS_ROUTE = Kind("gateway.networking.k8s.io", "TLSRoute")
TCP_ROUTE = Kind("gateway.networking.k8s.io", "TCPRoute")

LINKERD_SERVER = Kind("policy.linkerd.io", "Server")
LINKERD_HTTP_ROUTE = Kind("policy.linkerd.io", "HTTPRoute")
LINKERD_AUTHORIZATION_POLICY = Kind("policy.linkerd.io", "AuthorizationPolicy")
SERVER_AUTHORIZATION = Kind("policy.linkerd.io", "ServerAuthorization")
MESH_TLS_AUTHENTICATION = Kind("policy.linkerd.io", "MeshTLSAuthentication")
NETWORK_AUTHENTICATION = Kind("policy.linkerd.io", "NetworkAuthentication")
EGRESS_NETWORK = Kind("policy.linkerd.io", "EgressNetwork")
HTTP_LOCAL_RATE_LIMIT_POLICY = Kind("policy.linkerd.io", "HTTPLocalRateLimitPolicy")

CILIUM_NETWORK_POLICY = Kind("cilium.io", "CiliumNetworkPolicy")
CILIUM_CLUSTERWIDE_NETWORK_POLICY = Kind("cilium.io", "CiliumClusterwideNetworkPolicy")

CLUSTER_SCOPED = frozenset(
    {
        NAMESPACE,
        Kind("", "Node"),
        Kind("", "PersistentVolume"),
        Kind("rbac.authorization.k8s.io", "ClusterRole"),
        Kind("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        Kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        Kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        Kind("apiextensions.k8s.io", "CustomResourceDefinition"),
        Kind("gateway.networking.k8s.io", "GatewayClass"),
        CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    }
)
"""Kinds without a namespace; an object of another kind that names none is taken to live in `default`."""
