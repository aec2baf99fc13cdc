"""CUSTOM policies: whom they ask, and what they may not ask for."""

import pytest

from service_mesh.posture.decisions import Verdict
from service_mesh.posture.istio.authorization.peers import Protocol
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    HTTP,
    SIDECAR,
    TCP,
    answer,
    at_web,
    config,
    from_,
    istiod,
    policy,
    request,
    view,
)

PROVIDERS = config(
    "extensionProviders: [{name: http, envoyExtAuthzHttp: {service: a.shop, port: 80}}, "
    "{name: grpc, envoyExtAuthzGrpc: {service: b.shop, port: 80}}, {name: traces, zipkin: {service: c, port: 9}}]"
)
ALL = "rules: [{}]"
ADMIN = "rules: [{to: [{operation: {paths: [/admin*]}}]}]"


def custom(provider: str, rules: str = ALL) -> str:
    return f"action: CUSTOM, provider: {{name: {provider}}}, {rules}"


ROWS = [
    # provider, protocol, verdict, chain, missing
    ("grpc", HTTP, "unknown", ["shop/p /rules/0"], ("the answer of the external authorizer 'grpc'",)),
    ("grpc", TCP, "unknown", ["shop/p /rules/0"], ("the answer of the external authorizer 'grpc'",)),
    ("http", HTTP, "unknown", ["shop/p /rules/0"], ("the answer of the external authorizer 'http'",)),
    ("http", TCP, "allowed", [], ()),
    ("nobody", HTTP, "denied", ["shop/p /rules/0"], ()),
    ("nobody", TCP, "denied", ["shop/p /rules/0"], ()),
    ("traces", HTTP, "denied", ["shop/p /rules/0"], ()),
    ("''", HTTP, "denied", ["shop/p /rules/0"], ()),
]


@pytest.mark.parametrize(("provider", "protocol", "verdict", "chain", "missing"), ROWS)
def test_provider_decides_who_is_asked(
    provider: str, protocol: Protocol, verdict: str, chain: list[str], missing: tuple[str, ...]
) -> None:
    found = at_web(view(policy("shop/p", custom(provider)), PROVIDERS), from_(protocol=protocol))
    assert (*answer(found), found.missing) == (verdict, chain, missing)


@pytest.mark.parametrize(("passes", "verdict"), [(True, "allowed"), (False, "denied")])
def test_answer_of_the_authorizer_settles_it(passes: bool, verdict: str) -> None:
    mesh = view(policy("shop/p", custom("grpc")), PROVIDERS)
    assert at_web(mesh, from_(authorizers={"grpc": passes})).verdict == verdict


def test_request_that_no_custom_rule_matches_is_not_asked_about() -> None:
    mesh = view(policy("shop/p", custom("nobody", ADMIN)), PROVIDERS)
    assert answer(at_web(mesh, from_(http=request("GET", "/a")))) == ("allowed", [])
    assert answer(at_web(mesh, from_(http=request("GET", "/admin")))) == ("denied", ["shop/p /rules/0"])


def test_fields_of_requests_are_dropped_on_connections() -> None:
    mesh = view(policy("shop/p", custom("grpc", ADMIN)), PROVIDERS)
    assert at_web(mesh, from_(protocol=TCP)).verdict is Verdict.UNKNOWN


def test_unknown_match_and_unknown_answer_are_both_named() -> None:
    mesh = view(policy("shop/p", custom("grpc", ADMIN)), PROVIDERS)
    found = at_web(mesh, from_(http=request()))
    assert found.missing == ("the path of the request", "the answer of the external authorizer 'grpc'")


@pytest.mark.parametrize("spec", ["", "action: DENY, rules: [{}]"])
def test_deny_does_not_wait_for_the_authorizer(spec: str) -> None:
    mesh = view(policy("shop/p", custom("grpc")), policy("shop/q", spec), PROVIDERS)
    assert at_web(mesh, from_()).verdict is Verdict.DENIED


def test_authorizer_that_lets_pass_leaves_the_rest_to_decide() -> None:
    mesh = view(policy("shop/p", custom("grpc")), policy("shop/q", ""), PROVIDERS)
    assert answer(at_web(mesh, from_(authorizers={"grpc": True}))) == ("denied", ["shop/q"])


def test_provider_is_not_known_without_the_mesh_configuration() -> None:
    found = at_web(view(policy("shop/p", custom("grpc"))), from_())
    assert (found.verdict, found.missing) == (
        Verdict.UNKNOWN,
        ("the mesh configuration, which defines provider 'grpc'",),
    )


BOTH = policy("shop/p", custom("grpc", ADMIN)), policy("shop/q", custom("http"))
SWITCH = istiod("PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS")


@pytest.mark.parametrize(
    ("more", "release", "verdict", "chain"),
    [
        ((), (1, 31), "denied", ["shop/q /rules/0"]),
        ((SWITCH,), (1, 29), "denied", ["shop/q /rules/0"]),
        ((SWITCH,), (1, 30), "unknown", ["shop/q /rules/0"]),
    ],
)
def test_second_provider_denies_what_either_matches(
    more: tuple[str, ...], release: tuple[int, int], verdict: str, chain: list[str]
) -> None:
    mesh = view(*BOTH, PROVIDERS, *more, releases={"istio": release})
    assert answer(at_web(mesh, from_(http=request("GET", "/a")))) == (verdict, chain)


def test_two_policies_of_one_provider_are_no_second_provider() -> None:
    mesh = view(policy("shop/p", custom("grpc")), policy("shop/q", custom("grpc")), PROVIDERS)
    assert at_web(mesh, from_(authorizers={"grpc": True})).verdict is Verdict.ALLOWED


def test_trial_of_a_custom_policy_asks_too() -> None:
    trial = "annotations: {istio.io/dry-run: 'true'}"
    mesh = view(policy("shop/p", custom("grpc"), trial), PROVIDERS)
    assert at_web(mesh, from_()).verdict is Verdict.UNKNOWN
    unusable = view(policy("shop/p", custom("nobody"), trial), PROVIDERS)
    assert at_web(unusable, from_()).verdict is Verdict.ALLOWED


def test_ztunnel_asks_nobody() -> None:
    mesh = view(policy("shop/p", custom("nobody")), PROVIDERS, plane=AMBIENT)
    assert answer(at_web(mesh, from_())) == ("allowed", [])


LIMITS = [
    "from: [{source: {principals: ['*']}}]",
    "from: [{source: {notPrincipals: [x]}}]",
    "from: [{source: {namespaces: [shop]}}]",
    "from: [{source: {serviceAccounts: [shop/cart]}}]",
    "from: [{source: {trustDomains: [cluster.local]}}]",
    "from: [{source: {notRequestPrincipals: ['*']}}]",
    "when: [{key: source.principal, values: ['*']}]",
    "when: [{key: source.namespace, values: [shop]}]",
    "when: [{key: request.auth.principal, notValues: ['*']}]",
    "when: [{key: 'request.auth.claims[a]', notValues: [b]}]",
]


@pytest.mark.parametrize("rule", LIMITS)
def test_custom_rule_with_an_identity_or_a_token_is_refused_so_it_matches_nothing(rule: str) -> None:
    mesh = view(policy("shop/p", custom("nobody", f"rules: [{{{rule}}}]")), PROVIDERS)
    assert answer(at_web(mesh, from_())) == ("allowed", [])


@pytest.mark.parametrize(
    "rule", ["when: [{key: 'request.headers[x]', notValues: [b]}]", "from: [{source: {notIpBlocks: [10.0.0.0/8]}}]"]
)
def test_custom_rule_with_headers_or_addresses_matches(rule: str) -> None:
    mesh = view(policy("shop/p", custom("nobody", f"rules: [{{{rule}}}]")), PROVIDERS, plane=SIDECAR)
    assert at_web(mesh, from_(address="192.0.2.1")).verdict is Verdict.DENIED
