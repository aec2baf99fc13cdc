"""The command tree of istioctl, read in its sources, so that names and flags can be held against it."""

from service_mesh.rules.commands._tool import Tool

__all__ = ["HIDDEN_PROFILES", "ISTIOCTL", "OLDEST_SUPPORTED", "PROFILES"]

_PLANE = "r revision"
_XDS = "xds-address cert-dir xds-label xds-port timeout authority insecure plaintext"
_INSTALL = "f filename readiness-timeout y skip-confirmation force verify s set charts d manifests r revision dry-run"
_PROXY = "o output f file proxy-admin-port"
_ZTUNNEL = "proxy-admin-port o output node f file"
_TAG = "overwrite d manifests y skip-confirmation r revision webhook-name auto-inject-namespaces"

ISTIOCTL = Tool(
    programs=("istioctl",),
    label="istioctl 1.31",
    source="istio: istioctl/cmd/root.go",
    groups={
        "": "admin|istiod analyze authz bug-report completion create-remote-secret dashboard|dash|d experimental|x|exp "
        "help install|apply kube-inject manifest options proxy-config|pc proxy-status|ps remote-clusters tag uninstall "
        "upgrade validate|v version waypoint ztunnel-config|zc collateral legacy",
        "admin": "log|l",
        "dashboard": "controlz envoy grafana istiod-debug jaeger kiali prometheus proxy skywalking zipkin",
        "experimental": "authz check-inject config describe|des envoy-stats|es injector internal-debug metrics|m "
        "precheck proxy-status|ps version workload",
        "experimental authz": "check",
        "experimental config": "list",
        "experimental describe": "pod|po service|svc",
        "experimental injector": "list",
        "experimental workload": "entry group",
        "experimental workload entry": "configure",
        "experimental workload group": "create",
        "manifest": "generate install|apply translate",
        "proxy-config": "all|a bootstrap|b cluster|clusters|c ecds|ec eds endpoint|endpoints|ep listener|listeners|l "
        "log|o rootca-compare|rc route|routes|r secret|secrets|s",
        "tag": "generate list|show remove|delete set",
        "waypoint": "apply delete generate list status",
        "ztunnel-config": "all certificate|certificates|certs|cert connections|cons log|o policy|policies|p|pol "
        "service|services|s|svc workload|w|workloads",
    },
    common="c kubeconfig context as as-uid as-group n namespace i istioNamespace kubeclient-timeout vklog "
    "log_as_json log_caller log_output_level log_stacktrace_level log_target log_rotate log_rotate_max_age "
    "log_rotate_max_backups log_rotate_max_size",
    flags={
        "analyze": "L list-analyzers k use-kube color v verbose failure-threshold output-threshold o output "
        "meshConfigFile A all-namespaces S suppress timeout R recursive ignore-unknown r revision remote-contexts "
        "analyzer",
        "create-remote-secret": "service-account create-service-account name server tls-server-name secret-name "
        "auth-type auth-plugin-name auth-plugin-config type d manifests",
        "experimental authz check": "f file proxy-admin-port",
        "experimental check-inject": "l labels",
        "experimental describe pod": "ignoreUnmeshed proxy-admin-port",
        "experimental describe service": "ignoreUnmeshed proxy-admin-port",
        "experimental precheck": f"skip-controlplane output-threshold o output f from-version {_PLANE}",
        "install": _INSTALL,
        "kube-inject": "meshConfigFile injectConfigFile valuesFile f filename o output operatorFileName "
        f"meshConfigMapName injectConfigMapName webhookConfig {_PLANE} {_XDS}",
        "proxy-config all": f"{_PROXY} with-headers verbose fqdn direction subset port address type name",
        "proxy-config cluster": f"{_PROXY} fqdn direction subset port",
        "proxy-config endpoint": f"{_PROXY} address port cluster status",
        "proxy-config listener": f"{_PROXY} address type port verbose waypoint",
        "proxy-config log": "o output proxy-admin-port r reset l selector level",
        "proxy-config route": f"{_PROXY} name verbose",
        "proxy-config secret": _PROXY,
        "proxy-status": f"{_PLANE} {_XDS} file proxy-admin-port o output v verbosity",
        "remote-clusters": _PLANE,
        "tag generate": _TAG,
        "tag set": _TAG,
        "uninstall": "y skip-confirmation force purge r revision f filename d manifests s set v verbose dry-run",
        "upgrade": _INSTALL,
        "validate": "f filename x referential",
        "waypoint apply": "for enroll-namespace overwrite r revision w wait waypoint-timeout name",
        "waypoint generate": "for r revision name",
        "waypoint list": "A all-namespaces name",
        "ztunnel-config certificate": _ZTUNNEL,
        "ztunnel-config policy": f"{_ZTUNNEL} policy-namespace",
        "ztunnel-config service": f"{_ZTUNNEL} service-namespace",
        "ztunnel-config workload": f"{_ZTUNNEL} address workload-namespace workload-node",
    },
    valued="c kubeconfig context as as-uid as-group n namespace i istioNamespace kubeclient-timeout f filename file "
    "o output r revision s set l selector level",
)
"""Read in the sources of 2026-08-27 (after the branch of 1.31)."""

PROFILES = ("ambient", "default", "demo", "empty", "minimal", "openshift", "openshift-ambient", "preview", "remote")
"""Profiles that a release brings (istio: manifests/profiles), as guides may name them."""

HIDDEN_PROFILES = ("stable",)
"""Profiles that exist for other platforms and are not worth naming."""

OLDEST_SUPPORTED = 29
"""Oldest minor version of Istio 1 that had not reached its end in November 2026."""
