"""Fields and conditions one by one, and what becomes of those of requests where there are only connections."""

import pytest

from service_mesh.posture.istio.authorization.peers import Call
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    CLIENT,
    GET,
    OTHER,
    PLAIN,
    SIDECAR,
    TCP,
    answer,
    at_web,
    config,
    from_,
    policy,
    request,
    tokens,
    view,
)

YES, NO = "allowed", "denied"
TOKEN = {"iss": "acme", "sub": "joe", "aud": ["shop"], "azp": "app", "groups": ["dev"]}
HEADED = request("GET", "/a", "web.shop", {"X-Tier": "gold,silver", "cookie": "a=1; b=2"}, TOKEN)
KNOWN = from_(CLIENT, HEADED, address="192.0.2.9", remote="198.51.100.7", sni="web.shop", server="203.0.113.1")
BARE = from_(
    PLAIN,
    request("POST", "/b", "other"),
    port=9090,
    address="2001:db8::1",
    remote="2001:db8::2",
    sni="",
    server="2001:db8::3",
)


def source(text: str) -> str:
    return f"from: [{{source: {{{text}}}}}]"


def operation(text: str) -> str:
    return f"to: [{{operation: {{{text}}}}}]"


def when(key: str, text: str) -> str:
    return f"when: [{{key: '{key}', {text}}}]"


FIELDS = [
    (source("principals: [cluster.local/ns/shop/sa/cart]"), YES, NO),
    (source("notPrincipals: [cluster.local/ns/shop/sa/cart]"), NO, YES),
    (source("principals: ['*']"), YES, NO),
    (source("notPrincipals: ['*']"), NO, YES),
    (source("principals: [nobody, '*/sa/cart']"), YES, NO),
    (source("namespaces: [shop]"), YES, NO),
    (source("notNamespaces: [shop]"), NO, YES),
    (source("namespaces: ['s*p']"), YES, NO),
    (source("serviceAccounts: [cart]"), YES, NO),
    (source("serviceAccounts: [shop/cart, bank/cart]"), YES, NO),
    (source("notServiceAccounts: [shop/cart]"), NO, YES),
    (source("trustDomains: ['cluster.*']"), YES, NO),
    (source("notTrustDomains: [cluster.local]"), NO, YES),
    (source("ipBlocks: [192.0.2.0/24]"), YES, NO),
    (source("ipBlocks: [192.0.2.9]"), YES, NO),
    (source("notIpBlocks: [192.0.2.0/24]"), NO, YES),
    (source("remoteIpBlocks: [198.51.100.0/24]"), YES, NO),
    (source("notRemoteIpBlocks: ['2001:db8::/32']"), YES, NO),
    (source("requestPrincipals: [acme/joe]"), YES, NO),
    (source("notRequestPrincipals: ['*']"), NO, YES),
    (source("namespaces: [shop], ipBlocks: [192.0.2.0/24]"), YES, NO),
    (source("namespaces: [shop], ipBlocks: [10.0.0.0/8]"), NO, NO),
    (source("principals: ['*'], notPrincipals: [cluster.local/ns/shop/sa/cart]"), NO, NO),
    (operation("ports: ['8080']"), YES, NO),
    (operation("notPorts: ['8080', '80']"), NO, YES),
    (operation("methods: [GET, PUT]"), YES, NO),
    (operation("methods: [get]"), NO, NO),
    (operation("notMethods: [GET]"), NO, YES),
    (operation("methods: ['*']"), YES, YES),
    (operation("hosts: [WEB.shop]"), YES, NO),
    (operation("notHosts: ['*.shop']"), NO, YES),
    (operation("paths: [/a]"), YES, NO),
    (operation("paths: ['/{*}']"), YES, YES),
    (operation("notPaths: [/a]"), NO, YES),
    (operation("paths: [/a], methods: [POST]"), NO, NO),
    (when("source.ip", "values: [192.0.2.0/24]"), YES, NO),
    (when("source.ip", "notValues: [192.0.2.0/24]"), NO, YES),
    (when("remote.ip", "values: [198.51.100.7]"), YES, NO),
    (when("source.namespace", "values: [shop]"), YES, NO),
    (when("source.namespace", "notValues: [shop]"), NO, YES),
    (when("source.principal", "values: ['*/sa/cart']"), YES, NO),
    (when("source.serviceAccount", "values: [shop/cart]"), YES, NO),
    (when("source.trustDomain", "values: [cluster.local]"), YES, NO),
    (when("source.trustDomain", "notValues: [cluster.local]"), NO, YES),
    (when("destination.ip", "values: [203.0.113.0/24]"), YES, NO),
    (when("destination.port", "values: ['8080']"), YES, NO),
    (when("destination.port", "notValues: ['8080']"), NO, YES),
    (when("connection.sni", "values: ['*.shop']"), YES, NO),
    (when("connection.sni", "notValues: ['*.shop']"), NO, YES),
    (when("request.headers[x-tier]", "values: ['gold*']"), YES, NO),
    (when("request.headers[X-TIER]", "values: ['*']"), YES, NO),
    (when("request.headers[x-tier]", "values: [gold]"), NO, NO),
    (when("request.headers[x-tier]", "notValues: ['gold*']"), NO, YES),
    (when("request.experimental.inline.headers[x-tier]", "values: [silver]"), YES, NO),
    (when("request.experimental.inline.headers[x-tier]", "values: [bronze]"), NO, NO),
    (when("request.headers[:method]", "values: [GET]"), YES, NO),
    (when("request.headers[:path]", "values: [/a]"), YES, NO),
    (when("request.headers[host]", "values: [web.shop]"), YES, NO),
    (when("request.auth.principal", "values: [acme/joe]"), YES, NO),
    (when("request.auth.principal", "notValues: ['*']"), NO, YES),
    (when("request.auth.audiences", "values: [shop]"), YES, NO),
    (when("request.auth.presenter", "values: [app]"), YES, NO),
    (when("request.auth.claims[groups]", "values: [dev]"), YES, NO),
    (when("request.auth.claims[groups]", "notValues: [dev]"), NO, YES),
    (when("request.auth.claims[groups]", "values: [ops], notValues: [x]"), NO, NO),
    (when("source.namespace", "values: [shop, bank], notValues: [bank]"), YES, NO),
]


@pytest.mark.parametrize(("rule", "given", "absent"), FIELDS, ids=[row[0] for row in FIELDS])
def test_field_on_a_request_that_has_it_and_on_one_that_has_none(rule: str, given: str, absent: str) -> None:
    mesh = view(policy("shop/p", f"rules: [{{{rule}}}]"), tokens("shop/t", "jwtRules: [{issuer: acme}]"))
    at = {YES: ["shop/p /rules/0"], NO: ["shop/p"]}
    assert answer(at_web(mesh, KNOWN)) == (given, at[given])
    assert answer(at_web(mesh, BARE)) == (absent, at[absent])


@pytest.mark.parametrize(("rule", "given", "absent"), FIELDS, ids=[row[0] for row in FIELDS])
def test_same_rule_denies_where_it_would_allow(rule: str, given: str, absent: str) -> None:
    mesh = view(policy("shop/p", f"action: DENY, rules: [{{{rule}}}]"), tokens("shop/t", "jwtRules: [{issuer: acme}]"))
    at = {NO: ["shop/p /rules/0"], YES: []}
    turned = {YES: NO, NO: YES}
    assert answer(at_web(mesh, KNOWN)) == (turned[given], at[turned[given]])
    assert answer(at_web(mesh, BARE)) == (turned[absent], at[turned[absent]])


def test_sections_are_joined_and_alternatives_of_one_section_are_not() -> None:
    rule = f"{source('namespaces: [shop]')}, {operation('methods: [GET]')}, {when('destination.port', 'values: [x]')}"
    rule = rule.replace("[x]", "['8080']")
    mesh = view(policy("shop/p", f"rules: [{{{rule}}}]"))
    assert at_web(mesh, from_()).verdict == YES
    for call in (from_(OTHER), from_(http=request("PUT", "/a")), from_(port=1)):
        assert at_web(mesh, call).verdict == NO
    sources = "from: [{source: {namespaces: [shop]}}, {source: {namespaces: [bank]}}]"
    either = f"{sources}, to: [{{operation: {{ports: ['1']}}}}, {{operation: {{methods: [GET]}}}}]"
    assert at_web(view(policy("shop/p", f"rules: [{{{either}}}]")), from_(OTHER)).verdict == YES


def test_allowing_rule_is_the_one_pointed_at() -> None:
    rules = f"rules: [{{{operation('methods: [PUT]')}}}, {{{source('namespaces: [shop]')}}}]"
    assert answer(at_web(view(policy("shop/p", rules)), from_())) == (YES, ["shop/p /rules/1"])


CLAUSES = [
    # rule, sidecar HTTP of the client's GET, sidecar TCP, ztunnel: each as DENY, then as ALLOW
    (operation("methods: [GET]"), (NO, NO, YES), (YES, NO, NO)),
    (operation("methods: [PUT]"), (YES, NO, YES), (NO, NO, NO)),
    (operation("paths: [/a]"), (NO, NO, YES), (YES, NO, NO)),
    (operation("notPaths: [/a]"), (YES, NO, YES), (NO, NO, NO)),
    (operation("hosts: [web.shop]"), (NO, NO, YES), (YES, NO, NO)),
    (operation("ports: ['8080'], methods: [PUT]"), (YES, NO, NO), (NO, NO, NO)),
    (operation("ports: ['1'], methods: [GET]"), (YES, YES, YES), (NO, NO, NO)),
    ("to: [{operation: {methods: [PUT]}}, {operation: {ports: ['1']}}]", (YES, NO, YES), (NO, NO, NO)),
    ("to: [{operation: {methods: [PUT]}}, {operation: {ports: ['8080']}}]", (NO, NO, NO), (YES, NO, NO)),
    (f"{source('namespaces: [shop]')}, {operation('methods: [GET]')}", (NO, NO, YES), (YES, NO, NO)),
    (f"{source('namespaces: [bank]')}, {operation('methods: [GET]')}", (YES, YES, YES), (NO, NO, NO)),
    (source("namespaces: [shop], requestPrincipals: ['*']"), (YES, NO, NO), (NO, NO, NO)),
    (source("requestPrincipals: ['*']"), (YES, NO, YES), (NO, NO, NO)),
    ("from: [{source: {requestPrincipals: ['*']}}, {source: {namespaces: [shop]}}]", (NO, NO, NO), (YES, NO, NO)),
    (
        f"{source('namespaces: [shop]')}, {when('request.headers[x-tier]', 'values: [gold]')}",
        (NO, NO, YES),
        (YES, NO, NO),
    ),
    (source("remoteIpBlocks: [198.51.100.0/24]"), (NO, NO, YES), (YES, YES, NO)),
    (when("remote.ip", "values: [198.51.100.7]"), (NO, NO, YES), (YES, YES, NO)),
    (when("connection.sni", "values: [web.shop]"), (NO, NO, YES), (YES, YES, NO)),
    (when("source.serviceAccount", "values: [shop/cart]"), (NO, NO, YES), (YES, YES, NO)),
    (when("source.trustDomain", "values: [cluster.local]"), (NO, NO, YES), (YES, YES, NO)),
    (source("trustDomains: [cluster.local]"), (NO, NO, YES), (YES, YES, NO)),
    (source("trustDomains: [other.example], namespaces: [shop]"), (YES, YES, NO), (NO, NO, NO)),
    (source("serviceAccounts: [cart]"), (NO, NO, NO), (YES, YES, YES)),
    (source("namespaces: ['s*p']"), (NO, NO, YES), (YES, YES, NO)),
    (source("namespaces: ['sh*']"), (NO, NO, NO), (YES, YES, YES)),
    (when("source.namespace", "values: [shop]"), (NO, NO, NO), (YES, YES, YES)),
    (when("source.principal", "notValues: ['*']"), (YES, YES, YES), (NO, NO, NO)),
    (when("destination.ip", "values: [203.0.113.1]"), (NO, NO, NO), (YES, YES, YES)),
    (operation("ports: ['8080']"), (NO, NO, NO), (YES, YES, YES)),
    ("", (NO, NO, NO), (YES, YES, YES)),
]


@pytest.mark.parametrize(("rule", "denies", "allows"), CLAUSES, ids=[row[0] for row in CLAUSES])
@pytest.mark.parametrize(("at", "plane", "protocol"), [(0, SIDECAR, None), (1, SIDECAR, TCP), (2, AMBIENT, None)])
def test_fields_of_requests_where_there_are_only_connections(
    rule: str, denies: tuple[str, ...], allows: tuple[str, ...], at: int, plane: str, protocol: object
) -> None:
    call = Call(KNOWN.peer, 8080, TCP if protocol else from_().protocol, GET, "web.shop", KNOWN.server_address)
    deny = view(policy("shop/p", f"action: DENY, rules: [{{{rule}}}]"), plane=plane)
    assert answer(at_web(deny, call)) == (denies[at], ["shop/p /rules/0"] if denies[at] == NO else [])
    allow = view(policy("shop/p", f"rules: [{{{rule}}}]"), plane=plane)
    assert answer(at_web(allow, call)) == (allows[at], ["shop/p /rules/0"] if allows[at] == YES else ["shop/p"])


def test_principals_are_read_in_every_trust_domain_of_the_mesh_by_envoy_and_as_written_by_ztunnel() -> None:
    rows = (
        policy("shop/p", f"rules: [{{{source('principals: [cluster.local/ns/shop/sa/cart]')}}}]"),
        config("trustDomain: td2, trustDomainAliases: [td1]"),
    )
    for plane, expected in ((SIDECAR, [YES, YES, NO]), (AMBIENT, [NO, NO, YES])):
        mesh = view(*rows, plane=plane)
        found = [at_web(mesh, from_(f"{td}/ns/shop/sa/cart")).verdict for td in ("td2", "td1", "cluster.local")]
        assert found == expected


@pytest.mark.parametrize(
    ("level", "path", "verdict"),
    [
        ("", "/a/../b", YES),
        ("NONE", "/a/../b", NO),
        ("", "//b", NO),
        ("MERGE_SLASHES", "//b", YES),
        ("DECODE_AND_MERGE_SLASHES", "/x%2f..%2Fb", YES),
        ("", "/b?c", YES),
    ],
)
def test_paths_are_normalised_as_the_mesh_is_configured(level: str, path: str, verdict: str) -> None:
    told = [config(f"pathNormalization: {{normalization: {level}}}")] if level else []
    mesh = view(policy("shop/p", f"rules: [{{{operation('paths: [/b]')}}}]"), *told)
    assert at_web(mesh, from_(http=request("GET", path))).verdict == verdict


RELEASES = [
    (source("serviceAccounts: [cart]"), (1, 24), "unknown", ("what a release before 1.25 makes of 'serviceAccounts'",)),
    (source("serviceAccounts: [cart]"), (1, 25), YES, ()),
    (
        source("trustDomains: [cluster.local]"),
        (1, 30),
        "unknown",
        ("what a release before 1.31 makes of 'trustDomains'",),
    ),
    (source("trustDomains: [cluster.local]"), (1, 31), YES, ()),
    (when("source.serviceAccount", "values: [shop/cart]"), (1, 24), NO, ()),
    (when("source.trustDomain", "values: [cluster.local]"), (1, 30), NO, ()),
    (operation("paths: ['/{*}']"), (1, 21), NO, ()),
    (operation("paths: ['/{*}']"), (1, 22), YES, ()),
]


@pytest.mark.parametrize(("rule", "release", "verdict", "missing"), RELEASES)
def test_what_a_release_does_not_know(
    rule: str, release: tuple[int, int], verdict: str, missing: tuple[str, ...]
) -> None:
    found = at_web(view(policy("shop/p", f"rules: [{{{rule}}}]"), releases={"istio": release}), from_())
    assert (found.verdict, found.missing) == (verdict, missing)


@pytest.mark.parametrize(
    ("fields", "release", "verdict"),
    [
        ("trustDomains: [other.example], namespaces: [shop]", (1, 31), "unknown"),
        ("trustDomains: [other.example], namespaces: [bank]", (1, 31), NO),
        ("trustDomains: [cluster.local]", (1, 31), NO),
        ("trustDomains: [other.example], namespaces: [shop]", (1, 32), NO),
    ],
)
def test_trust_domains_beside_other_fields_at_ztunnel_depend_on_the_patch(
    fields: str, release: tuple[int, int], verdict: str
) -> None:
    mesh = view(policy("shop/p", f"rules: [{{{source(fields)}}}]"), plane=AMBIENT, releases={"istio": release})
    assert at_web(mesh, from_()).verdict == verdict


UNTOLD = [
    (
        when("experimental.envoy.filters.a[b]", "values: [c]"),
        "what Envoy's filters say about 'experimental.envoy.filters.a[b]'",
    ),
    (when("request.headers[cookie]", "values: ['*=1; *']"), "what the pattern '*=1; *' means to the proxy"),
    (operation("paths: ['/{**}/{*}']"), "what the pattern '/{**}/{*}' means to the proxy"),
    (source("namespaces: ['(shop)']"), "what the pattern '(shop)' means to the proxy"),
]


@pytest.mark.parametrize(("rule", "missing"), UNTOLD)
def test_what_only_the_proxy_knows_is_left_open(rule: str, missing: str) -> None:
    found = at_web(view(policy("shop/p", f"rules: [{{{rule}}}]")), KNOWN)
    assert (found.verdict, found.missing) == ("unknown", (missing,))


def test_blanks_beside_values_of_an_inline_header_are_left_open() -> None:
    rule = when("request.experimental.inline.headers[x]", "values: [b]")
    call = from_(http=request(headers={"x": "a, b"}))
    assert at_web(view(policy("shop/p", f"rules: [{{{rule}}}]")), call).verdict == "unknown"


def test_path_that_the_proxy_may_rewrite_is_left_open() -> None:
    found = at_web(
        view(policy("shop/p", f"rules: [{{{operation('paths: [/a]')}}}]")), from_(http=request("GET", "/%61"))
    )
    assert found.missing == ("the path of the request as the proxy normalises it",)


def test_identity_of_another_form_is_left_open_where_its_parts_count() -> None:
    mesh = view(policy("shop/p", f"rules: [{{{source('serviceAccounts: [cart]')}}}]"), plane=AMBIENT)
    assert at_web(mesh, from_("spiffe.example/workload/7")).verdict == "unknown"
