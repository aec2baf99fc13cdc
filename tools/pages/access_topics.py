"""Topics about who may call whom and what is really mTLS: which page answers, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["ACCESS_TOPICS"]


def _topic(name: str, *evals: str) -> Topic:
    return Topic(name, "references/access.md", "check_access", "", (), evals)


def _mtls(name: str, *evals: str) -> Topic:
    return Topic(name, "references/mtls.md", "validate_mtls", "", (), evals)


def _preview(name: str, *evals: str) -> Topic:
    return Topic(name, "references/preview.md", "preview_change", "", (), evals)


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
    _topic("Can A call B: all pairs of a namespace", "all-pairs-of-a-namespace-by-classes"),
    _preview("What a change would do: STRICT", "strict-would-lose-the-client-without-a-sidecar"),
    _preview(
        "What a change would do: encryption and identity that are lost",
        "rule-that-turns-tls-off-takes-encryption-and-identity",
    ),
    _preview(
        "What a change would do: policies that are deleted or applied as they are",
        "deleting-a-denial-opens-the-paths-that-it-denied",
        "what-is-applied-as-it-is-changes-nothing",
        "object-to-delete-is-named-with-the-nearest",
    ),
    _mtls("Is it really mTLS: readiness for STRICT", "strict-would-break-the-client-without-a-sidecar"),
    _mtls(
        "Is it really mTLS: rules of clients against modes of servers",
        "rule-that-turns-tls-off-is-plaintext-in-the-mesh",
        "strict-beside-a-rule-that-turns-tls-off-is-broken",
        "strict-is-enforced-and-stops-only-the-client-outside",
    ),
    _mtls("Is it really mTLS: ambient mode", "ambient-mode-tunnels-and-still-takes-plaintext"),
    _mtls("Is it really mTLS: Cilium", "authentication-of-cilium-encrypts-nothing"),
)
