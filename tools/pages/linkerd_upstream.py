"""What Linkerd checks itself: what each check, refusal and reason means, and what of ours answers it.

Anchors are those of `linkerd check`, by which its documentation is found. (`linkerd/linkerd2:
pkg/healthcheck/healthcheck.go`, `viz/pkg/healthcheck/healthcheck.go`, `multicluster/cmd/check.go`)
"""

from tools.pages.upstream import Upstream

__all__ = ["LINKERD", "LINKERD_REASONS", "LINKERD_REFUSALS"]

_NO_CLI = "compares with the release of Linkerd's own command line, which takes no part here"
_NO_ROLES = "accounts and roles are not read; of a part that cannot start ST101 to ST110 tell"
_CALLER = "needs the rights of a caller on a live cluster"
_CNI_PART = "comes with the DaemonSet, whose absence is ST235"


def _by(meaning: str, ours: str) -> Upstream:
    """What rules answer that have no code of Linkerd's, because they are about other meshes too, or about files."""
    return Upstream(meaning, ours=tuple(ours.split()))


_CLUSTER = {
    "k8s-api": Upstream("API server answers", "a cluster that cannot be read ends the command with an error"),
    "k8s-version": _by("Kubernetes is too old", "ST408"),
    "gateway-api-crd": _by("definitions of the Gateway API are missing or of another release", "ST411 ST708"),
    "pre-ns": Upstream("namespace is taken before the installation", "asked only before Linkerd is installed"),
    "pre-k8s-cluster-k8s": Upstream("caller may make objects for the cluster", _CALLER),
    "pre-k8s": Upstream("caller may make and read what the installation needs", _CALLER),
    "pre-k8s-clock-skew": Upstream(
        "clocks of nodes differ", "compares with the caller's clock, which a snapshot lacks"
    ),
    "l5d-existence-linkerd-config": Upstream("configuration of the control plane is missing"),
    "l5d-existence-ns": Upstream("namespace of the control plane is missing", "without it no mesh is found to judge"),
    "l5d-existence-sa": Upstream("service account of the control plane is missing", _NO_ROLES),
    "l5d-existence-cr": Upstream("role of the control plane is missing", _NO_ROLES),
    "l5d-existence-crb": Upstream("binding of a role of the control plane is missing", _NO_ROLES),
    "l5d-existence-crd": Upstream("definition of Linkerd is missing"),
    "l5d-existence-mwc": Upstream("webhook that injects is missing"),
    "l5d-existence-vwc": Upstream("webhook that validates is missing"),
    "l5d-existence-replicasets": Upstream("part of the control plane is missing"),
    "l5d-existence-unschedulable-pods": _by("no node takes a pod of the control plane", "ST105"),
    "l5d-api-control-ready": _by("control plane is not ready", "ST101 ST102"),
    "l5d-cluster-networks-cidr": Upstream("networks of the cluster lack those of the nodes"),
    "l5d-cluster-networks-pods": Upstream("networks of the cluster lack a pod or a service"),
    "l5d-proxy-init-run-as-root": Upstream("init container is not root where nodes run Docker"),
    "cni-plugin-cm-exists": Upstream("configuration of the CNI plugin is missing", _CNI_PART),
    "cni-plugin-cr-exists": Upstream("role of the CNI plugin is missing", _CNI_PART),
    "cni-plugin-crb-exists": Upstream("binding of the CNI plugin's role is missing", _CNI_PART),
    "cni-plugin-sa-exists": Upstream("service account of the CNI plugin is missing", _CNI_PART),
    "cni-plugin-ds-exists": Upstream("CNI plugin is missing"),
    "cni-plugin-ready": _by("CNI plugin is not ready", "ST101 ST111"),
}

_IDENTITY = {
    "l5d-identity-cert-config-valid": Upstream("issuer or anchors cannot be read"),
    "l5d-identity-trustAnchors-use-supported-crypto": _by(
        "anchor has a key or signature that is not taken; of ours, only if it is weak", "CE110"
    ),
    "l5d-identity-trustAnchors-are-time-valid": _by("anchor has ended or not begun", "CE101 CE102 CE113"),
    "l5d-identity-trustAnchors-not-expiring-soon": _by("anchor ends soon", "CE103"),
    "l5d-identity-issuer-cert-uses-supported-crypto": Upstream("issuer has a key or signature that is not taken"),
    "l5d-identity-issuer-cert-is-time-valid": _by("issuer has ended or not begun", "CE101 CE102"),
    "l5d-identity-issuer-cert-not-expiring-soon": _by("issuer ends soon", "CE103"),
    "l5d-identity-issuer-cert-issued-by-trust-anchor": _by("issuer does not lead to an anchor", "CE106"),
    "l5d-identity-data-plane-proxies-certs-match-ca": Upstream("proxies hold other anchors"),
    **{
        f"l5d-{webhook}-webhook-cert-valid": _by(f"certificate of the {webhook} is not usable", "CE101 CE102 CE108")
        for webhook in ("proxy-injector", "sp-validator", "policy-validator")
    },
    **{
        f"l5d-{webhook}-webhook-cert-not-expiring-soon": _by(f"certificate of the {webhook} ends soon", "CE103")
        for webhook in ("proxy-injector", "sp-validator", "policy-validator")
    },
}

_RUNNING = {
    "l5d-version-latest": _by("newest release can be found out", "ST401 ST404"),
    "l5d-version-cli": Upstream("command line is outdated", _NO_CLI),
    "l5d-version-control": _by("control plane is outdated", "ST401 ST404 ST406"),
    "l5d-cp-proxy-healthy": _by("proxy of the control plane is not ready", "ST231"),
    "l5d-cp-proxy-version": Upstream("proxy of the control plane is outdated"),
    "l5d-cp-proxy-cli-version": Upstream("proxy of the control plane and command line differ", _NO_CLI),
    "l5d-data-plane-exists": Upstream("namespace has no proxy"),
    "l5d-data-plane-ready": Upstream("proxy is not ready"),
    "l5d-data-plane-version": Upstream("proxy is outdated"),
    "l5d-data-plane-cli-version": Upstream("proxy and command line differ", _NO_CLI),
    "l5d-data-plane-pod-labels": Upstream("setting of a pod is written as a label"),
    "l5d-data-plane-services-labels": Upstream("setting of a service is written as a label"),
    "l5d-data-plane-services-annotations": Upstream("export of a service is written as an annotation"),
    "linkerd-opaque-ports-definition": Upstream("service and pods disagree on an opaque port"),
    "l5d-injection-disabled": Upstream("kube-system is not exempt from injection"),
    "l5d-control-plane-replicas": Upstream("highly available part runs once"),
    "l5d-extension-namespaces": Upstream("namespaces of extensions are not labelled, or two alike"),
}

_EXTENSIONS = {
    "l5d-viz-ns-exists": Upstream("namespace of viz is missing"),
    "l5d-viz-existence-client": Upstream("viz can be talked to", "opens a connection into the cluster"),
    "l5d-viz-cr-exists": Upstream("role of viz is missing", _NO_ROLES),
    "l5d-viz-crb-exists": Upstream("binding of viz's role is missing", _NO_ROLES),
    "l5d-tap-cert-valid": _by("certificate of tap is not usable", "CE101 CE102 CE108"),
    "l5d-tap-cert-not-expiring-soon": _by("certificate of tap ends soon", "CE103"),
    "l5d-tap-api": Upstream("API of tap does not answer"),
    "l5d-viz-pods-injection": Upstream("pod of viz has no proxy"),
    "l5d-viz-pods-running": _by("pod of viz does not run", "ST101 ST102 ST103"),
    "l5d-viz-proxy-healthy": _by("proxy of viz is not ready", "ST231"),
    "l5d-viz-proxy-cp-version": Upstream("viz and control plane differ"),
    "l5d-viz-proxy-cli-version": Upstream("viz and command line differ", _NO_CLI),
    "l5d-viz-prometheus": _by("Prometheus of viz is not ready", "ST101"),
    "l5d-viz-metrics-api": _by("API of viz for metrics is not ready", "ST101"),
    "l5d-viz-data-plane-prom-authz": Upstream("Prometheus may not scrape proxies"),
    "l5d-data-plane-prom": Upstream("Prometheus holds metrics of the proxies", "no object tells what it holds"),
    "l5d-multicluster-link-crd-exists": Upstream(
        "definition of Link is missing", "without it there is no Link to judge"
    ),
    "l5d-multicluster-links-are-valid": _by("Link cannot be used", "ST510 ST513"),
    "l5d-multicluster-links-version": Upstream("Link and command line differ", _NO_CLI),
    "l5d-smc-target-clusters-access": Upstream("credentials of a Link are missing or not taken"),
    "l5d-multicluster-clusters-share-anchors": Upstream("linked clusters trust different anchors"),
    "l5d-multicluster-source-rbac-correct": Upstream("service mirror lacks rights", _NO_ROLES),
    "l5d-multicluster-service-mirror-running": Upstream("service mirror does not run"),
    "l5d-multicluster-managed-controllers": Upstream("a Link has controllers of both sorts"),
    "l5d-multicluster-gateways-endpoints": Upstream("gateway of a linked cluster is not alive"),
    "l5d-multicluster-services-endpoints": Upstream("mirrored service has no endpoints"),
    "l5d-multicluster-orphaned-services": Upstream("mirrored service belongs to no Link"),
    "l5d-multicluster-proxy-healthy": _by("proxy of the extension is not ready", "ST231"),
    "l5d-multicluster-proxy-cp-version": Upstream("extension and control plane differ"),
    "l5d-multicluster-proxy-cli-version": Upstream("extension and command line differ", _NO_CLI),
}

LINKERD = {**_CLUSTER, **_IDENTITY, **_RUNNING, **_EXTENSIONS}
"""Anchor -> what `linkerd check` says there."""

LINKERD_REASONS = {
    "NoMatchingParent": _by("route names a parent that is not there or does not take it", "LD142 LD168 ST601"),
    "BackendNotFound": _by("backend of a route does not exist", "GW102 ST602"),
    "InvalidKind": _by("backend of a route is of another kind", "ST602"),
    "RouteReasonConflicted": _by("route is displaced by one of a more exact kind", "ST601"),
    "NoMatchingTarget": _by("target of a policy does not exist", "ST606"),
    "RateLimitReasonAlreadyExists": _by("server has an older rate limit", "ST606"),
    "EgressReasonNetworkOverlap": _by("egress network overlaps with the cluster's", "ST606"),
}
"""Reason -> why Linkerd writes it into a status. (`linkerd/linkerd2: policy-controller/k8s/status/src`)"""

LINKERD_REFUSALS = {
    "AuthorizationPolicy: target of another kind or namespace": ("LD101",),
    "AuthorizationPolicy: two lists of identities, or two of networks": ("LD102",),
    "AuthorizationPolicy: authentication of another kind": ("LD103",),
    "MeshTLSAuthentication: identity that is none": ("LD104",),
    "MeshTLSAuthentication: Namespace with a namespace, or another kind": ("LD105",),
    "NetworkAuthentication, EgressNetwork: no networks": ("LD106",),
    "Networks: no address and no block": ("LD107",),
    "Networks: exception outside its block": ("LD108",),
    "Server: access policy that does not exist": ("LD109",),
    "Server: protocol or port that is none": ("LD121", "LD122"),
    "Server: port that another Server has, up to 2.17": ("LD135",),
    "ServerAuthorization: without an identity and with one": ("LD110",),
    "Routes: EgressNetwork as parent without a port": ("LD111",),
    "Routes: TCPRoute or TLSRoute with other than one rule": ("LD112",),
    "Routes: core Service as backend without a port": ("LD113",),
    "Routes: path of a redirect that is not absolute": ("LD114",),
    "Routes: timeouts that are negative or contradict each other": ("LD115",),
    "Routes: match that cannot be read": ("LD116",),
    "Routes: annotation that cannot be read": ("LD119",),
    "Routes: filter without its settings": ("LD120",),
    "HTTPLocalRateLimitPolicy: rate that is not positive or above the total": ("LD117",),
    "HTTPLocalRateLimitPolicy: target or client of another kind": ("LD118",),
    "ServiceProfile: what its own webhook refuses": ("LD162",),
}
"""What the admission webhooks refuse -> the rule of ours that says it first.

(`linkerd/linkerd2: policy-controller/runtime/src/admission.rs`, `pkg/profiles/profiles.go`)
"""
