"""Topics about Cilium: which rules find mistakes in its policies and other objects, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["CILIUM_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/cilium.md", "validate_config", "", tuple(rules.split()), evals)


CILIUM_TOPICS = (
    _topic(
        "Cilium policies that the agent refuses",
        "CI101 CI102 CI103 CI104 CI105 CI106 CI107 CI108 CI109 CI110 CI111 CI112 CI113 CI114 CI115 CI116 CI117",
    ),
    _topic(
        "Cilium: names and DNS",
        "CI120 CI126 CI127 CI143 CI144 CI145",
        "name-without-dns-rules-is-never-reached",
        "policy-for-the-whole-cluster-closes-its-dns",
    ),
    _topic(
        "Cilium: selectors, labels and peers that do not exist",
        "CI121 CI122 CI123 CI124 CI146 CI147 CI149",
    ),
    _topic(
        "Cilium: what rules and denials let through",
        "CI125 CI128 CI129 CI132 CI148",
        "empty-rule-denies-in-cilium",
        "policies-and-canary-that-fit-pass",
        "rules-for-requests-beside-an-open-port-restrict-nothing",
    ),
    _topic(
        "Cilium: rules for requests",
        "CI140 CI141 CI142 CI159",
    ),
    _topic(
        "Cilium: mutual authentication",
        "CI135 CI136 CI137",
    ),
    _topic(
        "Cilium: what releases removed",
        "CI138 CI139",
    ),
    _topic(
        "Cilium: policies against its own Gateways and health checks",
        "CI155 CI156 CI157 CI173",
    ),
    _topic(
        "Cilium: services of a cluster mesh",
        "CI130 CI131 CI158",
    ),
    _topic(
        "Cilium: Envoy configuration",
        "CI133 CI134 CI151 CI152",
    ),
    _topic(
        "Cilium: addresses of load balancers and local redirects",
        "CI150 CI153 CI154",
    ),
    _topic(
        "Cilium: Helm values",
        "CI160 CI161 CI162 CI163 CI166 CI167 CI168 CI169",
        "chart-values-are-judged-by-the-release",
        "chart-values-that-the-release-refuses-or-drops",
    ),
    _topic(
        "Cilium: encryption",
        "CI136 CI164 CI165",
    ),
    _topic(
        "Cilium beside Istio",
        "CI159 CI170 CI171 CI172 IS237",
        "cilium-keeps-the-plugin-of-istio-out",
    ),
)
