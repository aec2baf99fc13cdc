"""The command tree of the linkerd command line with its viz and multicluster extensions."""

from service_mesh.rules.commands._tool import Tool

__all__ = ["LINKERD", "READ_IN_SOURCE"]

_VALUES = "set set-file set-string f values"
_TAP = "authority max-rps method n namespace path scheme l selector to to-namespace"

LINKERD = Tool(
    programs=("linkerd",),
    label="linkerd 2.20",
    source="linkerd2: cli/cmd/root.go",
    groups={
        "": "authz check completion diagnostics|dg doc help identity inject install install-cni jaeger multicluster|mc "
        "profile prune uninject uninstall upgrade version viz",
        "diagnostics": "controller-metrics endpoints policy profile proxy-metrics",
        "multicluster": "allow check gateways install link-gen prune uninstall",
        "viz": "allow-scrapes authz check dashboard edges install list profile prune routes stat stat-inbound "
        "stat-outbound tap top uninstall",
    },
    common="L linkerd-namespace cni-namespace kubeconfig context as as-group api-addr verbose",
    flags={
        "identity": "n namespace l selector",
        "multicluster install": f"gateway gateway-healthcheck-nodeport gateway-port gateway-probe-port "
        f"gateway-probe-seconds gateway-service-type ha ignore-cluster o output service-mirror-credentials wait "
        f"namespace control-plane-version gateway-nginx-image gateway-nginx-image-version {_VALUES}",
        "profile": "ignore-cluster n namespace open-api o output proto template",
        "viz edges": "A all-namespaces n namespace o output viz-namespace",
        "viz profile": "n namespace o output tap tap-duration tap-route-limit viz-namespace",
        "viz routes": "n namespace o output l selector t time-window to to-namespace viz-namespace",
        "viz stat": "A all-namespaces from from-namespace n namespace o output l selector t time-window to "
        "to-namespace unmeshed viz-namespace",
        "viz tap": f"{_TAP} o output viz-namespace",
        "viz top": f"{_TAP} hide-sources routes viz-namespace",
    },
    valued="L linkerd-namespace cni-namespace kubeconfig context as as-group api-addr n namespace o output l selector "
    "t time-window to to-namespace from from-namespace viz-namespace",
    extensible=True,
)
"""Read in the reference of 2.20, the sources where named in `READ_IN_SOURCE`."""

READ_IN_SOURCE = frozenset({"identity", "multicluster install", "profile"})
"""Commands whose flags were read in the sources and not only in the generated reference."""
