"""Topics about who may call whom: which page answers, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["ACCESS_TOPICS"]


def _topic(name: str, *evals: str) -> Topic:
    return Topic(name, "references/access.md", "check_access", "", (), evals)


ACCESS_TOPICS = (
    _topic(
        "Can A call B: which policy decides, and where it stands",
        "denied-path-names-the-rule-that-denies",
        "misspelt-workload-is-refused-with-the-nearest",
    ),
    _topic("Can A call B: what is not known and what settles it", "access-that-hangs-on-the-path-is-unknown"),
    _topic("Can A call B: is the connection mTLS", "client-without-a-sidecar-is-stopped-by-strict"),
    _topic(
        "Can A call B: ztunnel, waypoints and the ports of tunnels",
        "behind-a-waypoint-the-client-is-the-waypoint",
        "deny-by-methods-lets-pass-in-ambient-mode",
        "network-policy-for-the-application-port-closes-the-tunnel",
    ),
    _topic(
        "Can A call B: Linkerd",
        "linkerd-lets-in-only-the-identity-that-is-authorized",
        "linkerd-lets-in-the-account-that-is-named",
    ),
    _topic("Can A call B: Cilium", "request-that-no-rule-of-cilium-lets-pass"),
)
