"""Cases of requests restated from Istio's integration tests, each table under the test that it was read from."""

from collections.abc import Mapping

import pytest

from tests.posture.istio.authorization.objects import at_web, config, from_, policy, request, tokens, view

ALLOW, DENY = "allowed", "denied"
Claims = Mapping[str, object]


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_PathTemplating
TEMPLATES = [
    ("/allow/admin/", ALLOW),
    ("/allow/admin", DENY),
    ("/allow/user/", DENY),
    ("/allow/admin?param=value", DENY),
    ("/allow", DENY),
    ("/allow/admin/temp", ALLOW),
    ("/allow/admin/temp.txt", ALLOW),
    ("/allow/admin/foo/temp.txt", ALLOW),
    ("/foo/buzz/bar/bat.txt", ALLOW),
    ("/foo/buzz/bar/bat/fuzz.txt", ALLOW),
    ("/foo/bar/bat.txt", DENY),
    ("/foo//bar/bat.txt", DENY),
    ("/foo/buzz/bar/bat", DENY),
    ("/store//cart", ALLOW),
    ("/store/cart", DENY),
]


@pytest.mark.parametrize(("path", "verdict"), TEMPLATES)
def test_path_templating(path: str, verdict: str) -> None:
    paths = "['/allow/admin/{**}', '/foo/{*}/bar/{**}.txt', '/store/{**}/cart']"
    mesh = view(policy("shop/p", f"rules: [{{to: [{{operation: {{paths: {paths}}}}}]}}]"))
    assert at_web(mesh, from_(http=request("GET", path))).verdict == verdict


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_PathNormalization
NORMALIZED = [
    ("/public", ALLOW),
    ("/public/../public", ALLOW),
    ("/private", DENY),
    ("/public/../private", DENY),
    ("/public/./../private", DENY),
    ("/public/.././private", DENY),
    ("/public/%2E%2E/private", DENY),
    ("/public/%2e%2e/private", DENY),
    ("/public/%2E/%2E%2E/private", DENY),
    ("/public/%2e/%2e%2e/private", DENY),
    ("/public/%2E%2E/%2E/private", DENY),
    ("/public/%2e%2e/%2e/private", DENY),
]


@pytest.mark.parametrize(("path", "verdict"), NORMALIZED)
def test_path_normalization(path: str, verdict: str) -> None:
    mesh = view(policy("shop/p", "rules: [{to: [{operation: {paths: ['/public*'], methods: [GET]}}]}]"))
    assert at_web(mesh, from_(http=request("GET", path))).verdict == verdict


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_PathPrecedence
@pytest.mark.parametrize(
    ("path", "verdict"),
    [("/allow/admin", DENY), ("/allow/admin?param=value", DENY), ("/allow", ALLOW), ("/allow?param=value", ALLOW)],
)
def test_path_precedence(path: str, verdict: str) -> None:
    deny = policy("shop/deny", "action: DENY, rules: [{to: [{operation: {paths: [/allow/admin]}}]}]")
    mesh = view(deny, policy("shop/allow", "rules: [{to: [{operation: {paths: ['/allow*']}}]}]"))
    assert at_web(mesh, from_(http=request("GET", path))).verdict == verdict


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_IngressGateway
INGRESS = [
    ("deny.b.com", "/", "10.0.0.1", DENY),
    ("DENY.B.COM", "/", "10.0.0.1", DENY),
    ("Deny.B.Com", "/", "10.0.0.1", DENY),
    ("deny.suffix.b.com", "/", "10.0.0.1", DENY),
    ("DENY.SUFFIX.B.COM", "/", "10.0.0.1", DENY),
    ("prefix.b.com", "/", "10.0.0.1", DENY),
    ("PREFIX.B.COM", "/", "10.0.0.1", DENY),
    ("www.b.com", "/", "172.16.0.1", ALLOW),
    ("www.b.com", "/private", "172.16.0.1", DENY),
    ("www.b.com", "/public", "172.16.0.1", ALLOW),
    ("internal.b.com", "/", "172.16.0.1", DENY),
    ("internal.b.com", "/private", "172.16.0.1", DENY),
    ("remoteipblocks.b.com", "/", "172.17.72.46", DENY),
    ("remoteipblocks.b.com", "/", "192.168.5.233", DENY),
    ("remoteipblocks.b.com", "/", "10.4.5.6", ALLOW),
    ("notremoteipblocks.b.com", "/", "10.2.3.4", DENY),
    ("notremoteipblocks.b.com", "/", "172.23.242.188", ALLOW),
    ("remoteipattr.b.com", "/", "10.242.5.7", DENY),
    ("remoteipattr.b.com", "/", "10.124.99.10", DENY),
    ("remoteipattr.b.com", "/", "10.4.5.6", ALLOW),
]
AT_INGRESS = """action: DENY, selector: {matchLabels: {app: web}}, rules: [
  {to: [{operation: {hosts: [deny.b.com, '*.suffix.b.com', 'prefix.b.*']}}]},
  {to: [{operation: {hosts: [internal.b.com]}}, {operation: {paths: [/private]}}]},
  {from: [{source: {remoteIpBlocks: [172.17.72.46, 192.168.4.0/23]}}],
   to: [{operation: {hosts: [remoteipblocks.b.com]}}]},
  {from: [{source: {notRemoteIpBlocks: [172.23.240.0/22]}}], to: [{operation: {hosts: [notremoteipblocks.b.com]}}]},
  {to: [{operation: {hosts: [remoteipattr.b.com]}}], when: [{key: remote.ip, values: [10.242.5.7, 10.124.99.0/24]}]}]"""
INGRESS_GATEWAY = (
    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: shop}\n"
    "spec: {selector: {app: web}, servers: []}\n"
)


@pytest.mark.parametrize(("host", "path", "client", "verdict"), INGRESS)
def test_ingress_gateway(host: str, path: str, client: str, verdict: str) -> None:
    mesh = view(policy("istio-system/p", AT_INGRESS), INGRESS_GATEWAY)
    assert at_web(mesh, from_("", request("GET", path, host), remote=client)).verdict == verdict


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_JWT, with testdata/authz/jwt.yaml.tmpl
ISSUER_1, ISSUER_2 = "test-issuer-1@istio.io", "test-issuer-2@istio.io"
TOKEN_1: Claims = {"iss": ISSUER_1, "sub": "sub-1", "groups": ["group-1"]}
TOKEN_2: Claims = {"iss": ISSUER_2, "sub": "sub-2", "groups": ["group-2"]}
SPACED: Claims = {"iss": ISSUER_2, "sub": "sub-2", "permission": "read write"}
NESTED_1: Claims = {
    "iss": ISSUER_1,
    "sub": "sub-1",
    "nested": {"key1": ["valueA", "valueB"], "nested-2": {"key1": "valueA"}},
}
NESTED_2: Claims = {"iss": ISSUER_1, "sub": "sub-1", "nested": {"key1": "valueC", "key2": ["valueC"]}}
JWT: list[tuple[Claims | None, str, str]] = [
    (None, "/token1", DENY),
    (None, "/token2", DENY),
    (TOKEN_1, "/token1", ALLOW),
    (TOKEN_1, "/token2", DENY),
    (TOKEN_2, "/token1", DENY),
    (TOKEN_2, "/token2", ALLOW),
    (TOKEN_1, "/token3", DENY),
    (TOKEN_2, "/token3", ALLOW),
    (TOKEN_1, "/tokenAny", ALLOW),
    (TOKEN_2, "/tokenAny", ALLOW),
    (None, "/tokenAny", DENY),
    (TOKEN_1, "/permission", DENY),
    (TOKEN_2, "/permission", DENY),
    (SPACED, "/permission", ALLOW),
    (NESTED_1, "/nested-key1", ALLOW),
    (NESTED_2, "/nested-key1", DENY),
    (NESTED_1, "/nested-key2", DENY),
    (NESTED_2, "/nested-key2", ALLOW),
    (NESTED_1, "/nested-2-key1", ALLOW),
    (NESTED_2, "/nested-2-key1", DENY),
    (NESTED_1, "/nested-non-exist", DENY),
    (NESTED_2, "/nested-non-exist", DENY),
]
ASKED = [
    ("/token1", f"from: [{{source: {{requestPrincipals: [{ISSUER_1}/sub-1]}}}}]"),
    ("/token2", "when: [{key: 'request.auth.claims[groups]', values: [group-2]}]"),
    ("/tokenAny", "from: [{source: {requestPrincipals: ['*']}}]"),
    ("/permission", "when: [{key: 'request.auth.claims[permission]', values: [write, append]}]"),
    ("/nested-key1", "when: [{key: 'request.auth.claims[nested][key1]', values: [valueB]}]"),
    ("/nested-non-exist", "when: [{key: 'request.auth.claims[nested][non-exist]', values: [valueC]}]"),
    ("/nested-key2", "when: [{key: 'request.auth.claims[nested][key2]', values: [valueC]}]"),
    ("/nested-2-key1", "when: [{key: 'request.auth.claims[nested][nested-2][key1]', values: [valueA]}]"),
    ("/token3", f"from: [{{source: {{notRequestPrincipals: [{ISSUER_1}/sub-1]}}}}]"),
]


@pytest.mark.parametrize(("claims", "path", "verdict"), JWT)
def test_jwt(claims: Claims | None, path: str, verdict: str) -> None:
    issuers = f"jwtRules: [{{issuer: {ISSUER_1}}}, {{issuer: {ISSUER_2}}}]"
    rules = ", ".join(f"{{to: [{{operation: {{paths: [{where}], methods: [GET]}}}}], {rest}}}" for where, rest in ASKED)
    mesh = view(tokens("shop/default", issuers), policy("shop/p", f"rules: [{rules}]"))
    assert at_web(mesh, from_(http=request("GET", path, claims=claims))).verdict == verdict


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_Conditions, with testdata/authz/conditions.yaml.tmpl
CONDITIONS = [
    ("request.headers[x-foo]", "values: [foo]", {"x-foo": "foo"}, ALLOW),
    ("request.headers[x-foo]", "values: [foo]", {"x-foo": "bar"}, DENY),
    ("request.headers[x-foo]", "values: [foo]", {}, DENY),
    ("request.headers[x-foo]", "notValues: [bar]", {"x-foo": "foo"}, ALLOW),
    ("request.headers[x-foo]", "notValues: [bar]", {"x-foo": "bar"}, DENY),
    ("source.ip", "values: [10.1.0.1]", {}, ALLOW),
    ("source.ip", "notValues: [10.1.0.1]", {}, DENY),
    ("source.namespace", "values: [shop]", {}, ALLOW),
    ("source.namespace", "notValues: [shop]", {}, DENY),
    ("source.principal", "values: [cluster.local/ns/shop/sa/cart]", {}, ALLOW),
    ("source.principal", "notValues: [cluster.local/ns/shop/sa/cart]", {}, DENY),
    ("destination.ip", "values: [10.1.0.2]", {}, ALLOW),
    ("destination.ip", "values: [1.2.3.4]", {}, DENY),
    ("destination.ip", "notValues: [10.1.0.2]", {}, DENY),
    ("destination.port", "values: ['8080']", {}, ALLOW),
    ("destination.port", "values: ['1']", {}, DENY),
    ("destination.port", "notValues: ['8080']", {}, DENY),
    ("connection.sni", "values: ['*.web.shop.svc.cluster.local']", {}, ALLOW),
    ("connection.sni", "values: [never-matched]", {}, DENY),
    ("connection.sni", "notValues: ['*.web.shop.svc.cluster.local']", {}, DENY),
]
SNI = "outbound_.80_._.web.shop.svc.cluster.local"


@pytest.mark.parametrize(("key", "values", "headers", "verdict"), CONDITIONS)
def test_conditions(key: str, values: str, headers: dict[str, str], verdict: str) -> None:
    mesh = view(policy("shop/p", f"rules: [{{when: [{{key: '{key}', {values}}}]}}]"))
    call = from_(http=request("GET", "/", headers=headers), address="10.1.0.1", server="10.1.0.2", sni=SNI)
    assert at_web(mesh, call).verdict == verdict


# istio/istio: pilot/pkg/security/authz/builder/testdata/http/custom-bad-multiple-providers-in.yaml
@pytest.mark.parametrize(("path", "verdict"), [("/httpbin1", DENY), ("/httpbin2", DENY), ("/httpbin3", ALLOW)])
def test_bad_multiple_providers(path: str, verdict: str) -> None:
    first, second = (
        "{name: default, envoyExtAuthzHttp: {service: a}}",
        "{name: another, envoyExtAuthzGrpc: {service: b}}",
    )
    told = config(f"extensionProviders: [{first}, {second}]")
    rows = (
        policy(
            f"shop/p{at}",
            f"action: CUSTOM, provider: {{name: {name}}}, rules: [{{to: [{{operation: {{paths: [{where}]}}}}]}}]",
        )
        for at, (name, where) in enumerate((("default", "/httpbin1"), ("another", "/httpbin2")))
    )
    assert at_web(view(told, *rows), from_(http=request("GET", path))).verdict == verdict


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_WorkloadSelector
@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/policy-shop-web", ALLOW),
        ("/policy-shop-web-bad", DENY),
        ("/policy-shop-cart", DENY),
        ("/policy-shop-all", ALLOW),
        ("/policy-bank-all", DENY),
        ("/policy-system-web", ALLOW),
        ("/policy-system-cart", DENY),
    ],
)
def test_workload_selector(path: str, verdict: str) -> None:
    def row(title: str, where: str, selector: str = "") -> str:
        chosen = f"selector: {{matchLabels: {{{selector}}}}}, " if selector else ""
        return policy(title, f"{chosen}rules: [{{to: [{{operation: {{paths: [{where}]}}}}]}}]")

    mesh = view(
        row("shop/web", "/policy-shop-web", "app: web"),
        row("shop/bad", "/policy-shop-web-bad", "app: web, foo: bla"),
        row("shop/cart", "/policy-shop-cart", "app: cart"),
        row("shop/all", "/policy-shop-all"),
        row("bank/all", "/policy-bank-all"),
        row("istio-system/web", "/policy-system-web", "app: web"),
        row("istio-system/cart", "/policy-system-cart", "app: cart"),
    )
    assert at_web(mesh, from_(http=request("GET", path))).verdict == verdict
