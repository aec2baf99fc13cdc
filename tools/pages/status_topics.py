"""Topics about the health of meshes: which rules find what is wrong, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["STATUS_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/status.md", "mesh_status", "", tuple(rules.split()), evals)


STATUS_TOPICS = (
    _topic(
        "Is the mesh healthy: one script for three meshes",
        "",
        "healthy-mesh-has-no-problem",
        "planted-faults-of-the-demo-cluster-are-found",
        "namespace-narrows-and-keeps-the-mesh",
        "cluster-without-a-mesh-is-told",
        "unknown-part-of-the-health-is-refused-with-the-nearest",
    ),
    _topic(
        "Control planes: replicas, crashes, budgets, webhooks",
        "ST101 ST102 ST103 ST104 ST105 ST106 ST107 ST108 ST109 ST110 ST111 ST113 ST114 ST115 ST116 ST117 ST118 "
        "ST119 ST120 ST121 ST122 ST124",
        "control-plane-that-is-down-is-found-with-its-field",
    ),
    _topic(
        "Sidecars, ztunnel and injection: what is missing, not ready or outdated",
        "ST201 ST202 ST203 ST204 ST205 ST206 ST207 ST208 ST209 ST210 ST211 ST212",
    ),
    _topic(
        "Linkerd: control plane, extensions, proxies",
        "ST140 ST141 ST142 ST143 ST144 ST145 ST146 ST147 ST148 ST149 ST230 ST231 ST232 ST234 ST235 ST236 ST237 "
        "ST238 ST239",
    ),
    _topic(
        "Cilium: agents, endpoints, encryption, policy enforcement",
        "ST130 ST131 ST132 ST133 ST134 ST135 ST136 ST137 ST138 ST139 ST250 ST251 ST252 ST253 ST254 ST255 ST256 "
        "ST257 ST258",
    ),
    _topic(
        "Gateways: addresses, listeners, pods behind them",
        "ST301 ST302 ST303 ST304 ST305 ST306 ST307 ST308 ST309",
    ),
    _topic(
        "Certificates: expiry, chains, roots and rotation",
        "CE101 CE102 CE103 CE104 CE105 CE106 CE107 CE108 CE109 CE110 CE111 CE112 CE113 CE114 CE115 CE116 CE117 "
        "CE118 CE119 CE120",
        "certificate-that-ends-soon-is-an-error",
        "fewer-days-for-certificates-can-be-asked-for",
        "given-time-moves-the-judgement",
    ),
    _topic(
        "Versions, support windows and checks before an upgrade",
        "ST401 ST402 ST403 ST404 ST405 ST406 ST407 ST408 ST409 ST410 ST411 ST412 ST413 ST414 ST415 ST416",
    ),
    _topic(
        "Configuration that controllers refuse or have not taken over",
        "ST601 ST602 ST603 ST604 ST605 ST606 ST607 ST608 ST609",
    ),
    _topic(
        "Multi-cluster: links, mirrors, remote secrets, Cluster Mesh",
        "ST501 ST502 ST503 ST504 ST505 ST506 ST507 ST508 ST510 ST511 ST512 ST513 ST514 ST515 ST516 ST517 ST518 ST519 "
        "ST520 ST521 ST522 ST523 ST524 ST525 ST526",
        "clusters-side-by-side-are-told-apart",
    ),
    _topic(
        "Before an installation: kernel, CNI, capacity, DNS, admission",
        "ST701 ST702 ST703 ST704 ST705 ST706 ST707 ST708 ST709 ST710 ST711 ST712 ST713",
    ),
    _topic(
        "Troubleshooting by symptom: 503, 404, 403, timeout, TLS, injection, latency",
        "",
        "symptom-names-its-cause-and-what-would-disprove-it",
    ),
    _topic(
        "Snapshots that somebody sent: what they lack, and their secrets",
        "",
        "content-of-a-secret-is-never-quoted",
        "kind-that-the-snapshot-lacks-is-never-fine",
        "snapshot-outside-the-roots-is-refused",
    ),
)
