"""Topics about what Kubernetes itself holds and meshes depend on: which rules find mistakes, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["KUBERNETES_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/network-policies.md", "validate_config", "", tuple(rules.split()), evals)


KUBERNETES_TOPICS = (
    _topic(
        "Services: ports, types and the workloads behind them",
        "K8101 K8102 K8103 IS110 IS160 IS162 IS163 IS283",
    ),
    _topic(
        "Workloads: selectors, ports and probes",
        "K8104 K8105 K8106",
    ),
    _topic(
        "Pod settings against sidecars: user, network of the node, Jobs, shutdown, pod security, two meshes",
        "K8107 K8108 K8109 K8110 K8127 IS232 IS238",
    ),
    _topic(
        "NetworkPolicy: what the API server refuses and what never matches",
        "K8111 K8112 K8113 K8114 K8116 K8118 K8120 K8121 K8125",
        "peers-in-two-items-are-alternatives",
    ),
    _topic(
        "NetworkPolicy: what is open or closed by mistake",
        "K8115 K8117 K8119 K8126",
        "empty-rule-allows-all-in-a-network-policy",
        "network-policy-cuts-off-dns",
        "network-policy-that-denies-by-its-name-alone",
        "policies-and-canary-that-fit-pass",
    ),
    _topic(
        "NetworkPolicy against the ports of each mesh",
        "K8122 IS228 IS237 LD183 LD184",
        "network-policy-for-the-application-port-closes-the-tunnel",
    ),
    _topic(
        "Policies of administrators",
        "K8114 K8123 K8124",
    ),
)
