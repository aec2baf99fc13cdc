"""Which AuthorizationPolicies count for a workload of Istio, and what stands before, among and behind them."""

import pytest

from tests.posture.istio.meshes import service
from tests.posture.tables.asking import manifest, said
from tests.posture.tables.istio import authorization, mesh, peers, settings
from tests.support.scene import deployment

STRICT = peers("shop/strict", "STRICT")
WEB, TO_WEB = "selector: {matchLabels: {app: web}}", "targetRefs: [{group: '', kind: Service, name: web}]"
NP = manifest("networking.k8s.io/v1/NetworkPolicy", "shop/np", "podSelector: {}, policyTypes: [Ingress]")
TOKENS = manifest("security.istio.io/v1/RequestAuthentication", "shop/jwt", "jwtRules: [{issuer: acme}]")
HTTP = f"{deployment('shop/api')}---\n{service('shop/api', name='http')}"
TOKENLESS = "action: DENY, rules: [{from: [{source: {notRequestPrincipals: ['*']}}]}]"
PROVIDER = settings("extensionProviders: [{name: ext, envoyExtAuthzGrpc: {service: a, port: 9}}]")
NO_PROVIDER = settings("rootNamespace: istio-system")
DRY = "annotations: {istio.io/dry-run: 'true'}"
SHOP = "Namespace shop /metadata/labels/istio-injection"
CALM = "Namespace calm /metadata/labels/istio.io~1dataplane-mode"
IS_STRICT, RULE = "PeerAuthentication shop/strict /spec/mtls/mode", "AuthorizationPolicy shop/p /spec/rules/0"


def deny(title: str, more: str = "") -> str:
    """A policy that closes everything it is about."""
    return authorization(title, f"action: DENY, rules: [{{}}]{f', {more}' if more else ''}")


def allow(name: str, who: str) -> str:
    source = f"{{source: {{principals: [cluster.local/ns/shop/sa/{who}]}}}}"
    return authorization(f"shop/{name}", f"rules: [{{from: [{source}]}}]")


def ask(provider: str) -> str:
    return authorization("shop/ask", f"action: CUSTOM, provider: {{name: {provider}}}, rules: [{{}}]")


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    # which policies count
    ([deny("shop/p")], "shop/cart > shop/web:8080", "denied mtls authorization", [RULE]),
    ([deny("shop/p", WEB)], "shop/cart > shop/web:8080", "denied mtls authorization", [RULE]),
    ([deny("shop/p", WEB.replace("web", "cart"))], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP]),
    ([deny("bare/p")], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP]),
    (
        [deny("istio-system/p")],
        "shop/cart > shop/web:8080",
        "denied mtls authorization",
        ["AuthorizationPolicy istio-system/p /spec/rules/0"],
    ),
    (
        [deny("istio-system/p", WEB)],
        "shop/cart > shop/web:8080",
        "denied mtls authorization",
        ["AuthorizationPolicy istio-system/p /spec/rules/0"],
    ),
    ([deny("shop/p", TO_WEB)], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP]),
    ([deny("calm/p", TO_WEB)], "calm/cart > calm/web:8080", "allowed hbone", [CALM, CALM]),
    ([deny("shop/p", "selector: {}")], "shop/cart > shop/web:8080", "denied mtls authorization", [RULE]),
    ([deny("calm/p", "selector: {}")], "calm/cart > calm/web:8080", "allowed hbone", [CALM, CALM]),
    (
        [deny("calm/p", WEB)],
        "calm/cart > calm/web:8080",
        "denied hbone authorization",
        ["AuthorizationPolicy calm/p /spec/rules/0"],
    ),
    ([deny("bare/p")], "shop/cart > bare/web:8080", "allowed plaintext", [SHOP]),
    # what comes first
    (
        [NP, STRICT, deny("shop/p")],
        "bare/cart > shop/web:8080",
        "denied broken network-ingress",
        ["NetworkPolicy shop/np"],
    ),
    ([STRICT, deny("shop/p")], "bare/cart > shop/web:8080", "denied broken transport", [SHOP, IS_STRICT]),
    ([STRICT, allow("any", "web")], "bare/cart > shop/web:8080", "denied broken transport", [SHOP, IS_STRICT]),
    ([STRICT, deny("shop/p")], "shop/cart > shop/web:8080", "denied mtls authorization", [RULE]),
    (
        [allow("one", "web"), allow("two", "cart")],
        "shop/cart > shop/web:8080",
        "allowed mtls authorization",
        ["AuthorizationPolicy shop/two /spec/rules/0"],
    ),
    (
        [allow("one", "web"), allow("two", "bill")],
        "shop/cart > shop/web:8080",
        "denied mtls authorization",
        ["AuthorizationPolicy shop/one /spec", "AuthorizationPolicy shop/two /spec"],
    ),
    ([allow("one", "cart"), deny("shop/p")], "shop/cart > shop/web:8080", "denied mtls authorization", [RULE]),
    (
        [authorization("shop/one", "")],
        "shop/cart > shop/web:8080",
        "denied mtls authorization",
        ["AuthorizationPolicy shop/one /spec"],
    ),
    ([authorization("shop/one", ""), deny("shop/p")], "shop/cart > shop/web:8080", "denied mtls authorization", [RULE]),
    (
        [HTTP, ask("ext"), PROVIDER],
        "shop/cart > shop/api:8080 GET /",
        "unknown mtls authorization",
        ["AuthorizationPolicy shop/ask /spec/rules/0"],
    ),
    (
        [HTTP, ask("ext"), PROVIDER, deny("shop/p")],
        "shop/cart > shop/api:8080 GET /",
        "denied mtls authorization",
        [RULE],
    ),
    (
        [HTTP, ask("gone"), NO_PROVIDER],
        "shop/cart > shop/api:8080 GET /",
        "denied mtls authorization",
        ["AuthorizationPolicy shop/ask /spec/rules/0"],
    ),
    (
        [HTTP, TOKENS, authorization("shop/p", TOKENLESS)],
        "shop/cart > shop/api:8080 GET /",
        "denied mtls authorization",
        [RULE],
    ),
    ([authorization("shop/p", "", DRY)], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP]),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_policies_that_count_and_their_order(documents: list[str], call: str, expected: str, chain: list[str]) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
