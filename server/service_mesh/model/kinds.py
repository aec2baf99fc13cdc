"""Kinds of objects as constants, so that a misspelt kind is an import error and not a silent miss."""

from typing import NamedTuple

__all__ = [
    "ADMIN_NETWORK_POLICY",
    "ALERT_PROVIDER",
    "ANALYSIS_TEMPLATE",
    "API_SERVICE",
    "ARGO_APPLICATION",
    "AUTHORIZATION_POLICY",
    "BACKEND_TLS_POLICY",
    "BASELINE_ADMIN_NETWORK_POLICY",
    "CANARY",
    "CERTIFICATE",
    "CERTIFICATE_FILE",
    "CERTIFICATE_REQUEST",
    "CILIUM_CIDR_GROUP",
    "CILIUM_CLUSTERWIDE_ENVOY_CONFIG",
    "CILIUM_CLUSTERWIDE_NETWORK_POLICY",
    "CILIUM_EGRESS_GATEWAY_POLICY",
    "CILIUM_ENDPOINT",
    "CILIUM_ENVOY_CONFIG",
    "CILIUM_LOAD_BALANCER_IP_POOL",
    "CILIUM_LOCAL_REDIRECT_POLICY",
    "CILIUM_NETWORK_POLICY",
    "CILIUM_NODE",
    "CLUSTER_ANALYSIS_TEMPLATE",
    "CLUSTER_ISSUER",
    "CLUSTER_SCOPED",
    "CONFIG_MAP",
    "CRON_JOB",
    "CUSTOM_RESOURCE_DEFINITION",
    "DAEMON_SET",
    "DEPLOYMENT",
    "DESTINATION_RULE",
    "EGRESS_NETWORK",
    "ENDPOINT_SLICE",
    "ENVOY_FILTER",
    "EXPERIMENT",
    "EXTERNAL_SECRET",
    "EXTERNAL_WORKLOAD",
    "GATEWAY",
    "GATEWAY_API_GATEWAY",
    "GATEWAY_CLASS",
    "GRPC_ROUTE",
    "HELM_RELEASE",
    "HELM_VALUES",
    "HORIZONTAL_POD_AUTOSCALER",
    "HTTP_LOCAL_RATE_LIMIT_POLICY",
    "HTTP_ROUTE",
    "INGRESS",
    "INGRESS_CLASS",
    "ISSUER",
    "ISTIO_OPERATOR",
    "JOB",
    "LINKERD_AUTHORIZATION_POLICY",
    "LINKERD_HTTP_ROUTE",
    "LINKERD_LINK",
    "LINKERD_SERVER",
    "LISTENER_SET",
    "MESH_TLS_AUTHENTICATION",
    "METRIC_TEMPLATE",
    "MUTATING_WEBHOOK",
    "NAMESPACE",
    "NETWORK_AUTHENTICATION",
    "NETWORK_POLICY",
    "NODE",
    "PEER_AUTHENTICATION",
    "POD",
    "POD_DISRUPTION_BUDGET",
    "PROMETHEUS_RULE",
    "PROXY_CONFIG",
    "REFERENCE_GRANT",
    "REPLICA_SET",
    "REQUEST_AUTHENTICATION",
    "ROLLOUT",
    "SAIL_ISTIO",
    "SEALED_SECRET",
    "SECRET",
    "SERVER_AUTHORIZATION",
    "SERVICE",
    "SERVICE_ACCOUNT",
    "SERVICE_ENTRY",
    "SERVICE_PROFILE",
    "SIDECAR",
    "STATEFUL_SET",
    "TCP_ROUTE",
    "TELEMETRY",
    "TLS_ROUTE",
    "TRAFFIC_SPLIT",
    "TRUST_BUNDLE",
    "UDP_ROUTE",
    "VALIDATING_WEBHOOK",
    "VIRTUAL_SERVICE",
    "WASM_PLUGIN",
    "WORKLOADS",
    "WORKLOAD_ENTRY",
    "WORKLOAD_GROUP",
    "X_BACKEND_TRAFFIC_POLICY",
    "X_LISTENER_SET",
    "Kind",
]


class Kind(NamedTuple):
    """An API group and a kind; the version is left out on purpose, since references never name it."""

    group: str
    name: str

    def __str__(self) -> str:
        return f"{self.name}.{self.group}" if self.group else self.name


NAMESPACE = Kind("", "Namespace")
NODE = Kind("", "Node")
SERVICE = Kind("", "Service")
SERVICE_ACCOUNT = Kind("", "ServiceAccount")
POD = Kind("", "Pod")
CONFIG_MAP = Kind("", "ConfigMap")
SECRET = Kind("", "Secret")
CERTIFICATE = Kind("cert-manager.io", "Certificate")
CERTIFICATE_REQUEST = Kind("cert-manager.io", "CertificateRequest")
ISSUER = Kind("cert-manager.io", "Issuer")
CLUSTER_ISSUER = Kind("cert-manager.io", "ClusterIssuer")
TRUST_BUNDLE = Kind("trust.cert-manager.io", "Bundle")
CERTIFICATE_FILE = Kind("service-mesh", "CertificateFile")
"""A file of certificates beside the objects of a snapshot: no object of a cluster, and of no namespace."""
EXTERNAL_SECRET = Kind("external-secrets.io", "ExternalSecret")
SEALED_SECRET = Kind("bitnami.com", "SealedSecret")
DEPLOYMENT = Kind("apps", "Deployment")
STATEFUL_SET = Kind("apps", "StatefulSet")
DAEMON_SET = Kind("apps", "DaemonSet")
REPLICA_SET = Kind("apps", "ReplicaSet")
JOB = Kind("batch", "Job")
CRON_JOB = Kind("batch", "CronJob")
ROLLOUT = Kind("argoproj.io", "Rollout")
EXPERIMENT = Kind("argoproj.io", "Experiment")
ANALYSIS_TEMPLATE = Kind("argoproj.io", "AnalysisTemplate")
CLUSTER_ANALYSIS_TEMPLATE = Kind("argoproj.io", "ClusterAnalysisTemplate")
CANARY = Kind("flagger.app", "Canary")
METRIC_TEMPLATE = Kind("flagger.app", "MetricTemplate")
ALERT_PROVIDER = Kind("flagger.app", "AlertProvider")
PROMETHEUS_RULE = Kind("monitoring.coreos.com", "PrometheusRule")
POD_DISRUPTION_BUDGET = Kind("policy", "PodDisruptionBudget")
HORIZONTAL_POD_AUTOSCALER = Kind("autoscaling", "HorizontalPodAutoscaler")

WORKLOADS = frozenset({POD, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, JOB, CRON_JOB, ROLLOUT})
"""Everything that makes pods; a bare Pod too."""

VIRTUAL_SERVICE = Kind("networking.istio.io", "VirtualService")
DESTINATION_RULE = Kind("networking.istio.io", "DestinationRule")
GATEWAY = Kind("networking.istio.io", "Gateway")
SERVICE_ENTRY = Kind("networking.istio.io", "ServiceEntry")
SIDECAR = Kind("networking.istio.io", "Sidecar")
WORKLOAD_ENTRY = Kind("networking.istio.io", "WorkloadEntry")
WORKLOAD_GROUP = Kind("networking.istio.io", "WorkloadGroup")
ENVOY_FILTER = Kind("networking.istio.io", "EnvoyFilter")
PROXY_CONFIG = Kind("networking.istio.io", "ProxyConfig")
PEER_AUTHENTICATION = Kind("security.istio.io", "PeerAuthentication")
REQUEST_AUTHENTICATION = Kind("security.istio.io", "RequestAuthentication")
AUTHORIZATION_POLICY = Kind("security.istio.io", "AuthorizationPolicy")
TELEMETRY = Kind("telemetry.istio.io", "Telemetry")
WASM_PLUGIN = Kind("extensions.istio.io", "WasmPlugin")
ISTIO_OPERATOR = Kind("install.istio.io", "IstioOperator")
SAIL_ISTIO = Kind("sailoperator.io", "Istio")
ARGO_APPLICATION = Kind("argoproj.io", "Application")
HELM_RELEASE = Kind("helm.toolkit.fluxcd.io", "HelmRelease")
HELM_VALUES = Kind("", "")
"""A values file of a Helm chart: no object of a cluster, so it has neither group nor kind."""
NETWORK_POLICY = Kind("networking.k8s.io", "NetworkPolicy")
ADMIN_NETWORK_POLICY = Kind("policy.networking.k8s.io", "AdminNetworkPolicy")
BASELINE_ADMIN_NETWORK_POLICY = Kind("policy.networking.k8s.io", "BaselineAdminNetworkPolicy")
ENDPOINT_SLICE = Kind("discovery.k8s.io", "EndpointSlice")
INGRESS = Kind("networking.k8s.io", "Ingress")
INGRESS_CLASS = Kind("networking.k8s.io", "IngressClass")
MUTATING_WEBHOOK = Kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration")
VALIDATING_WEBHOOK = Kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
API_SERVICE = Kind("apiregistration.k8s.io", "APIService")
CUSTOM_RESOURCE_DEFINITION = Kind("apiextensions.k8s.io", "CustomResourceDefinition")
GATEWAY_API_GATEWAY = Kind("gateway.networking.k8s.io", "Gateway")
HTTP_ROUTE = Kind("gateway.networking.k8s.io", "HTTPRoute")
GRPC_ROUTE = Kind("gateway.networking.k8s.io", "GRPCRoute")
TLS_ROUTE = Kind("gateway.networking.k8s.io", "TLSRoute")
TCP_ROUTE = Kind("gateway.networking.k8s.io", "TCPRoute")
GATEWAY_CLASS = Kind("gateway.networking.k8s.io", "GatewayClass")
REFERENCE_GRANT = Kind("gateway.networking.k8s.io", "ReferenceGrant")
LISTENER_SET = Kind("gateway.networking.k8s.io", "ListenerSet")
X_LISTENER_SET = Kind("gateway.networking.x-k8s.io", "XListenerSet")
UDP_ROUTE = Kind("gateway.networking.k8s.io", "UDPRoute")
BACKEND_TLS_POLICY = Kind("gateway.networking.k8s.io", "BackendTLSPolicy")
X_BACKEND_TRAFFIC_POLICY = Kind("gateway.networking.x-k8s.io", "XBackendTrafficPolicy")

EXTERNAL_WORKLOAD = Kind("workload.linkerd.io", "ExternalWorkload")
LINKERD_SERVER = Kind("policy.linkerd.io", "Server")
LINKERD_HTTP_ROUTE = Kind("policy.linkerd.io", "HTTPRoute")
LINKERD_AUTHORIZATION_POLICY = Kind("policy.linkerd.io", "AuthorizationPolicy")
SERVER_AUTHORIZATION = Kind("policy.linkerd.io", "ServerAuthorization")
MESH_TLS_AUTHENTICATION = Kind("policy.linkerd.io", "MeshTLSAuthentication")
NETWORK_AUTHENTICATION = Kind("policy.linkerd.io", "NetworkAuthentication")
EGRESS_NETWORK = Kind("policy.linkerd.io", "EgressNetwork")
HTTP_LOCAL_RATE_LIMIT_POLICY = Kind("policy.linkerd.io", "HTTPLocalRateLimitPolicy")
SERVICE_PROFILE = Kind("linkerd.io", "ServiceProfile")
TRAFFIC_SPLIT = Kind("split.smi-spec.io", "TrafficSplit")
LINKERD_LINK = Kind("multicluster.linkerd.io", "Link")

CILIUM_NETWORK_POLICY = Kind("cilium.io", "CiliumNetworkPolicy")
CILIUM_CLUSTERWIDE_NETWORK_POLICY = Kind("cilium.io", "CiliumClusterwideNetworkPolicy")
CILIUM_CIDR_GROUP = Kind("cilium.io", "CiliumCIDRGroup")
CILIUM_ENDPOINT = Kind("cilium.io", "CiliumEndpoint")
CILIUM_ENVOY_CONFIG = Kind("cilium.io", "CiliumEnvoyConfig")
CILIUM_CLUSTERWIDE_ENVOY_CONFIG = Kind("cilium.io", "CiliumClusterwideEnvoyConfig")
CILIUM_NODE = Kind("cilium.io", "CiliumNode")
CILIUM_EGRESS_GATEWAY_POLICY = Kind("cilium.io", "CiliumEgressGatewayPolicy")
CILIUM_LOCAL_REDIRECT_POLICY = Kind("cilium.io", "CiliumLocalRedirectPolicy")
CILIUM_LOAD_BALANCER_IP_POOL = Kind("cilium.io", "CiliumLoadBalancerIPPool")

CLUSTER_SCOPED = frozenset(
    {
        NAMESPACE,
        NODE,
        Kind("", "PersistentVolume"),
        Kind("rbac.authorization.k8s.io", "ClusterRole"),
        Kind("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        CUSTOM_RESOURCE_DEFINITION,
        API_SERVICE,
        CERTIFICATE_FILE,
        CLUSTER_ANALYSIS_TEMPLATE,
        CLUSTER_ISSUER,
        TRUST_BUNDLE,
        GATEWAY_CLASS,
        INGRESS_CLASS,
        MUTATING_WEBHOOK,
        VALIDATING_WEBHOOK,
        ADMIN_NETWORK_POLICY,
        BASELINE_ADMIN_NETWORK_POLICY,
        CILIUM_CIDR_GROUP,
        CILIUM_CLUSTERWIDE_ENVOY_CONFIG,
        CILIUM_CLUSTERWIDE_NETWORK_POLICY,
        CILIUM_NODE,
        CILIUM_EGRESS_GATEWAY_POLICY,
        CILIUM_LOAD_BALANCER_IP_POOL,
        Kind("cilium.io", "CiliumIdentity"),
    }
)
"""Kinds without a namespace; an object of another kind that names none is taken to live in `default`."""
