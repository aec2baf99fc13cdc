"""Topics of guides that are answered by writing the configuration: one for each intent."""

from collections.abc import Mapping

from service_mesh.generate.names import intent_names
from tools.pages.topic import Topic

__all__ = ["GENERATE_TOPICS"]

_NAMES: Mapping[str, str] = {
    "strict-mtls": "Writing: mTLS that is enforced",
    "mtls-migration": "Writing: from permissive to strict mTLS",
    "default-deny": "Writing: zero trust, nothing is allowed unsaid",
    "allow-calls": "Writing: who may call what, by identity, method, path, header",
    "deny-calls": "Writing: paths, methods and callers that are refused",
    "namespace-isolation": "Writing: namespaces that are closed to others",
    "allow-addresses": "Writing: allow lists of addresses",
    "require-jwt": "Writing: tokens of end users",
    "external-authorization": "Writing: OPA as an external authorizer",
    "egress-allow": "Writing: egress control and egress gateways",
    "external-service": "Writing: services outside of the mesh",
    "workload-certificates": "Writing: cert-manager, istio-csr and trust-manager",
    "istio-plugged-in-ca": "Writing: a CA of one's own for istiod",
    "route-by-path": "Writing: routes by path",
    "route-by-header": "Writing: routes by header",
    "ingress-gateway": "Writing: gateways for clients outside of the cluster",
    "canary": "Writing: canary rollouts in stages",
    "blue-green": "Writing: blue/green and the way back",
    "ab-test": "Writing: A/B tests by header or cookie",
    "mirror": "Writing: traffic mirroring",
    "rate-limit": "Writing: rate limits",
    "sidecar-scope": "Writing: the scope of sidecars",
    "proxy-resources": "Writing: resources of proxies",
    "waypoint": "Writing: waypoints",
    "enroll-namespace": "Writing: namespaces into the mesh",
    "retries-timeouts": "Writing: retries and timeouts",
    "rewrite-redirect": "Writing: rewrites and redirects",
    "header-modification": "Writing: headers of requests and responses",
    "fault-injection": "Writing: faults for tests",
    "cors": "Writing: CORS",
    "circuit-breaker": "Writing: circuit breakers, for other clusters too",
    "load-balancing": "Writing: load balancing, sticky sessions and localities",
    "trafficsplit-to-httproute": "Writing: routes in the place of SMI",
}
_EVALS: Mapping[str, tuple[str, ...]] = {
    "strict-mtls": (
        "strict-for-a-namespace-is-one-object-that-holds",
        "cilium-has-no-strict-mtls-to-write",
        "older-release-gets-the-version-it-serves",
        "labels-that-look-like-other-types-stay-text",
        "intent-misspelt-is-named-with-the-nearest",
        "without-params-the-form-comes-with-an-example",
    ),
    "allow-calls": (
        "paths-in-ambient-mode-need-a-waypoint-and-close-the-way-around",
        "prefix-of-a-path-does-not-take-its-namesake",
        "audit-before-it-exists-is-not-written",
        "parameter-misspelt-is-named-with-the-nearest",
    ),
}


GENERATE_TOPICS = tuple(
    Topic(_NAMES[name], f"references/intents/{name}.md", "generate_policy", name, (), _EVALS.get(name, ()))
    for name in intent_names()
)
