"""The command trees of Cilium: the command line of the workstation, that of the agent, and Hubble."""

from service_mesh.rules.commands._tool import Tool

__all__ = ["CILIUM", "CILIUM_DBG", "HUBBLE"]

CILIUM = Tool(
    programs=("cilium",),
    label="the cilium CLI 0.19",
    source="cilium: cilium-cli/cli/cmd.go",
    groups={
        "": "bgp clustermesh completion config connectivity context encryption|encrypt features|fs help hubble install "
        "multicast status sysdump uninstall upgrade version cmdref",
        "bgp": "peers|neighbors routes",
        "config": "delete set view",
        "connectivity": "perf test",
        "encryption": "create-key key-status|ks rotate-key status",
        "features": "status summary",
        "hubble": "disable enable port-forward ui",
    },
    common="context n namespace as as-group helm-release-name kubeconfig",
    valued="context n namespace as as-group helm-release-name kubeconfig o output",
)

CILIUM_DBG = Tool(
    programs=("cilium-dbg",),
    label="cilium-dbg 1.20",
    source="cilium: Documentation/cmdref/cilium-dbg.md",
    groups={
        "": "bgp bpf build-config cgroups completion config debuginfo encrypt endpoint envoy fqdn help identity ip "
        "kvstore loadinfo lrp map metrics monitor node nodeid policy post-uninstall-cleanup|cleanup prefilter "
        "preflight service shell statedb status sysdump troubleshoot version cmdref",
        "bgp": "peers|neighbors route-policies|rps routes",
        "bpf": "auth bandwidth config ct egress endpoint frag|fragments fs ipcache ipmasq lb metrics multicast|mcast "
        "nat nodeid policy sha|template socknat srv6 vtep",
        "bpf auth": "flush list|ls",
        "bpf ct": "flush list|ls",
        "bpf egress": "list|ls",
        "bpf endpoint": "delete list|ls",
        "bpf ipcache": "delete get list|ls match update",
        "bpf lb": "list|ls maglev",
        "bpf metrics": "flush list|ls",
        "bpf nat": "flush list|ls retries",
        "bpf policy": "add delete get list|ls",
        "config": "get",
        "encrypt": "dump-xfrm flush status",
        "endpoint": "config disconnect get|inspect|show health labels list|ls log",
        "envoy": "admin",
        "fqdn": "cache names",
        "fqdn cache": "clean list",
        "identity": "get list|ls",
        "ip": "get list|ls",
        "kvstore": "delete get set",
        "lrp": "list|ls",
        "map": "events get list|ls",
        "metrics": "list|ls",
        "node": "list|ls",
        "nodeid": "list|ls",
        "policy": "get selectors subject-selectors wait",
        "prefilter": "delete list|ls update",
        "service": "list|ls",
        "troubleshoot": "clustermesh kvstore",
    },
    common="config D debug H host log-driver log-opt",
    flags={
        "encrypt status": "o output",
        "endpoint list": "no-headers o output",
        "monitor": "from hex j json monitor-socket n numeric related-to to t type v verbose",
        "status": "all-addresses all-clusters all-controllers all-health all-nodes all-redirects brief o output "
        "require-k8s-connectivity timeout verbose",
    },
    valued="config H host log-driver log-opt o output",
)
"""Read in the command reference and the sources of 1.20.2."""

HUBBLE = Tool(
    programs=("hubble",),
    label="hubble 1.20",
    source="cilium: hubble/cmd/root.go",
    groups={
        "": "completion config help list observe reflect status version watch|w",
        "config": "get reset set view",
        "list": "namespaces nodes|node",
        "watch": "peers|peer",
    },
    common="config D debug basic-auth-password basic-auth-username kube-context kube-namespace kubeconfig "
    "P port-forward port-forward-port request-timeout server timeout tls tls-allow-insecure tls-ca-cert-files "
    "tls-client-cert-file tls-client-key-file tls-server-name",
    flags={
        "observe": "all first f follow last since until A all-namespaces cel-expression cluster drop-reason-desc "
        "encrypted fqdn from-all-namespaces from-cluster from-fqdn from-identity from-ip from-label from-namespace "
        "from-pod from-port from-service from-workload http-header http-method http-path http-status http-url "
        "identity interface ip ip-trace-id ip-version 4 ipv4 6 ipv6 l label n namespace node-label node-name not "
        "not-reply pod port protocol reply service snat-ip tcp-flags to-all-namespaces to-cluster to-fqdn to-identity "
        "to-ip to-label to-namespace to-pod to-port to-service to-workload trace-id traffic-direction t type "
        "unencrypted uuid verdict workload allowlist denylist o output print-node-name print-policy-names time-format "
        "color ip-translation numeric field-mask input-file print-raw-filters s silent-errors "
        "use-default-field-masks experimental-field-mask experimental-use-default-field-masks",
    },
    valued="config server kube-context kube-namespace kubeconfig n namespace o output",
)
"""Read in hubble/cmd of 1.20.2."""
