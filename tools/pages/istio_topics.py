"""Topics about Istio: which page treats them, which rules find mistakes in them, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["ISTIO_TOPICS"]

_TRAFFIC = "references/istio-traffic.md"
_SECURITY = "references/istio-security.md"
_AMBIENT = "references/istio-ambient.md"
_INSTALL = "references/istio-install.md"


def _topic(name: str, page: str, rules: str, *evals: str) -> Topic:
    return Topic(name, page, "validate_config", "", tuple(rules.split()), evals)


ISTIO_TOPICS = (
    _topic(
        "Canary: weighted routing over subsets",
        _TRAFFIC,
        "IS103 IS107 IS171 IS173 IS181 IS191",
        "subset-typo-is-located",
    ),
    _topic("Blue/green and rollback by another VirtualService", _TRAFFIC, "IS105 IS195"),
    _topic("A/B and header routing: order of rules", _TRAFFIC, "IS108 IS109 IS185 IS188 IS198"),
    _topic(
        "Circuit breaker, connection pool and outlier detection",
        _TRAFFIC,
        "IS101 IS158 IS179",
        "ignored-field-gets-a-fix",
    ),
    _topic("Load balancing", _TRAFFIC, "IS102"),
    _topic("Several DestinationRules for one host", _TRAFFIC, "IS106 IS172"),
    _topic("Retries and timeouts", _TRAFFIC, "IS112 IS113"),
    _topic("Fault injection and mirroring", _TRAFFIC, "IS189 IS190"),
    _topic(
        "Ingress gateway, its hosts, ports and certificates",
        _TRAFFIC,
        "IS104 IS111 IS121 IS122 IS123 IS124 IS125 IS126 IS127 IS128 IS192 IS180 IS182 IS187",
        "gateway-that-selects-nothing-in-a-partial-input",
        "gateway-that-selects-nothing-when-nothing-is-missing",
        "host-that-its-gateway-does-not-serve",
    ),
    _topic(
        "Egress, ServiceEntry and TLS origination",
        _TRAFFIC,
        "IS164 IS165 IS166 IS167 IS170 IS178 IS186 IS193",
        "certificate-is-not-verified-before-the-default-changed",
        "certificate-is-verified-since-the-default-changed",
    ),
    _topic("CORS", _TRAFFIC, "IS114"),
    _topic("Locality failover", _TRAFFIC, "IS116 IS157"),
    _topic("Host names, destinations and delegates", _TRAFFIC, "IS115 IS117 IS118 IS119 IS120 IS183 IS184"),
    _topic("Service ports and protocol selection", _TRAFFIC, "IS110 IS160 IS162 IS163"),
    _topic("Sidecar scope and exportTo", _TRAFFIC, "IS153 IS154 IS156 IS288 IS290"),
    _topic(
        "mTLS modes and their levels",
        _SECURITY,
        "IS151 IS155 IS223 IS224 IS225 IS226 IS227 IS239 IS284",
        "older-of-two-policies-is-not-told-by-files",
    ),
    _topic(
        "mTLS of clients against servers", _SECURITY, "IS159 IS174 IS175 IS176 IS177", "plaintext-to-one-strict-service"
    ),
    _topic(
        "Authorization policies",
        _SECURITY,
        "IS152 IS200 IS201 IS202 IS203 IS204 IS205 IS206 IS209 IS210 IS212 IS213 IS214 IS218 IS220 IS221 IS222 IS243 "
        "IS291",
        "selector-that-fits-no-workload-of-any-kind",
        "workloads-of-every-kind-pass",
    ),
    _topic("Authorization of TCP ports", _SECURITY, "IS211"),
    _topic("External authorizers", _SECURITY, "IS207 IS208 IS264 IS279"),
    _topic("JWT and request authentication", _SECURITY, "IS129 IS215 IS216 IS217 IS219 IS254"),
    _topic("Network policies beside the mesh", _SECURITY, "IS228 IS237"),
    _topic(
        "Sidecar injection and revisions",
        _INSTALL,
        "IS144 IS145 IS146 IS230 IS231 IS232 IS233 IS234 IS235 IS236 IS242",
        "namespace-with-both-injection-labels",
    ),
    _topic("Two meshes on one workload", _INSTALL, "IS238"),
    _topic("Annotations and labels", _INSTALL, "IS140 IS141 IS142 IS143 IS283"),
    _topic("IstioOperator, chart values and profiles", _INSTALL, "IS265 IS267 IS268 IS269 IS272 IS277 IS280"),
    _topic(
        "Mesh configuration",
        _INSTALL,
        "IS260 IS261 IS262 IS263 IS266",
        "policy-beside-the-root-namespace-is-not-for-the-mesh",
        "root-namespace-of-the-mesh-configuration-counts",
    ),
    _topic("Telemetry, tracing and dashboards", _INSTALL, "IS150 IS273 IS274 IS275 IS276 IS281 IS282 IS285"),
    _topic("EnvoyFilter", _INSTALL, "IS130 IS131 IS132 IS133 IS134 IS135 IS136"),
    _topic("Certificates and external CAs", _INSTALL, "IS270 IS271"),
    _topic("Webhooks and the control plane", _INSTALL, "IS250 IS251 IS252 IS253 IS257 IS258 IS259"),
    _topic("Multi-cluster", _INSTALL, "IS169 IS255 IS278"),
    _topic("Virtual machines", _INSTALL, "IS168 IS240 IS241"),
    _topic("Ambient mode: enrolment", _AMBIENT, "AM101 AM102 AM103"),
    _topic(
        "Ambient mode: waypoints",
        _AMBIENT,
        "AM104 AM105 AM112 AM113 IS161",
        "waypoint-label-names-no-waypoint",
        "waypoint-of-another-namespace-is-an-error-when-nothing-is-missing",
        "waypoint-of-another-namespace-is-not-checked",
    ),
    _topic(
        "Ambient mode: policies at ztunnel",
        _AMBIENT,
        "AM106 AM107 AM108 AM109 AM110 AM111 AM119 AM120 AM121 IS229",
        "deny-by-methods-without-a-waypoint-denies-nothing",
    ),
    _topic(
        "Ambient mode: routing, tokens and extensions",
        _AMBIENT,
        "AM114 AM115 AM116 AM117 AM118",
        "sidecar-object-in-an-ambient-namespace",
    ),
)
