"""Topics about the Gateway API: which rules find mistakes in them, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["GATEWAY_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/gateway-api.md", "validate_config", "", tuple(rules.split()), evals)


GATEWAY_TOPICS = (
    _topic(
        "Gateway API: parents, listeners and admission of routes",
        "GW101 GW104 GW107 GW110 GW119 GW120 GW129 GW138",
        "route-of-another-namespace-is-not-admitted",
    ),
    _topic(
        "Gateway API: backends and grants",
        "GW102 GW103 GW105 GW115 GW116 GW121 GW128",
    ),
    _topic(
        "Gateway API: conflicts and shadowed routes",
        "GW106 GW111 GW112 GW113 GW114 GW117 GW118 GW127",
        "route-to-https-and-application-share-a-listener",
    ),
    _topic(
        "Gateway API: certificates of listeners",
        "GW108 GW109 GW122",
        "certificate-of-another-namespace-needs-a-grant",
    ),
    _topic(
        "Gateway API: TLS towards backends",
        "GW123 GW124 GW125 GW145",
    ),
    _topic(
        "Gateway API: what an implementation does not serve",
        "GW126 GW130 GW131 GW132 GW133 GW134 GW135 GW136 GW137 GW146",
        "filter-that-istio-does-not-serve",
        "filter-is-dropped-by-the-release-that-runs",
        "filter-is-served-by-the-later-release",
    ),
    _topic(
        "Gateway API: routes of a mesh",
        "GW139 GW140 GW141 GW142 GW143 GW144",
        "service-parent-without-a-group-is-nothing",
    ),
)
