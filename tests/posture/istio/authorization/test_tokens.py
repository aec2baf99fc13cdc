"""Tokens: refused, verified, or not looked at."""

from collections.abc import Mapping

import pytest

from service_mesh.posture.decisions import Verdict
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    TCP,
    answer,
    at_the_waypoint,
    at_web,
    chain_of,
    from_,
    gateway,
    policy,
    request,
    service,
    tokens,
    view,
)

ONE = tokens("shop/t", "jwtRules: [{issuer: acme}, {issuer: other, audiences: [shop, 'https://b.example/']}]")
ANY = policy("shop/p", "rules: [{from: [{source: {requestPrincipals: ['*']}}]}]")
WITHOUT = policy("shop/p", "action: DENY, rules: [{from: [{source: {notRequestPrincipals: ['*']}}]}]")

Claims = Mapping[str, object]


ISSUERS = "/spec/jwtRules/0/issuer", "/spec/jwtRules/1/issuer"
ROWS: list[tuple[Claims | None, str, list[str]]] = [
    (None, "allowed", []),
    ({"iss": "acme", "sub": "joe"}, "allowed", []),
    ({"iss": "stranger"}, "denied", [f"RequestAuthentication shop/t {path}" for path in ISSUERS]),
    ({"iss": 7}, "denied", [f"RequestAuthentication shop/t {path}" for path in ISSUERS]),
    ({"iss": "other"}, "denied", ["RequestAuthentication shop/t /spec/jwtRules/1/audiences"]),
    ({"iss": "other", "aud": "bank"}, "denied", ["RequestAuthentication shop/t /spec/jwtRules/1/audiences"]),
    ({"iss": "other", "aud": "shop"}, "allowed", []),
    ({"iss": "other", "aud": ["bank", "shop"]}, "allowed", []),
    ({"iss": "other", "aud": "b.example"}, "allowed", []),
    ({"iss": "other", "aud": {"a": "shop"}}, "denied", ["RequestAuthentication shop/t /spec/jwtRules/1/audiences"]),
]


@pytest.mark.parametrize(("claims", "verdict", "chain"), ROWS, ids=[str(row[0]) for row in ROWS])
def test_token_without_a_rule_that_takes_it_is_refused(claims: Claims | None, verdict: str, chain: list[str]) -> None:
    found = at_web(view(ONE), from_(http=request(claims=claims)))
    assert (found.verdict.value, chain_of(found.chain)) == (verdict, chain)


def test_request_authentication_alone_lets_requests_without_a_token_pass() -> None:
    assert at_web(view(ONE), from_(http=request())).verdict is Verdict.ALLOWED


def test_token_that_nobody_verifies_says_nothing() -> None:
    claims = {"iss": "acme", "sub": "joe"}
    assert answer(at_web(view(ANY), from_(http=request(claims=claims)))) == ("denied", ["shop/p"])
    assert answer(at_web(view(ANY, ONE), from_(http=request(claims=claims)))) == ("allowed", ["shop/p /rules/0"])


def test_deny_without_a_token_makes_tokens_required() -> None:
    mesh = view(WITHOUT, ONE)
    assert answer(at_web(mesh, from_(http=request()))) == ("denied", ["shop/p /rules/0"])
    assert answer(at_web(mesh, from_(http=request(claims={"iss": "acme", "sub": "joe"})))) == ("allowed", [])


def test_token_is_refused_before_a_deny_is_asked() -> None:
    mesh = view(policy("shop/p", "action: DENY, rules: [{}]"), ONE)
    found = at_web(mesh, from_(http=request(claims={"iss": "stranger"})))
    assert found.reason == "the token is of an issuer that is not accepted"


@pytest.mark.parametrize("issuer", ["acme", "stranger"])
def test_issuer_that_is_not_known_leaves_it_open_and_settles_it(issuer: str) -> None:
    mesh = view(ANY, ONE)
    found = at_web(mesh, from_(http=request(claims={"sub": "joe"})))
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, ("the issuer of the token",))
    settled = at_web(mesh, from_(http=request(claims={"sub": "joe", "iss": issuer})))
    assert settled.verdict is (Verdict.ALLOWED if issuer == "acme" else Verdict.DENIED)


def test_issuer_that_is_not_known_does_not_matter_where_it_is_denied_anyhow() -> None:
    mesh = view(policy("shop/p", ""), ONE)
    assert at_web(mesh, from_(http=request(claims={"sub": "joe"}))).verdict is Verdict.DENIED


def test_connections_have_no_tokens() -> None:
    found = at_web(view(ONE), from_(http=request(claims={"iss": "stranger"}), protocol=TCP))
    assert found.verdict is Verdict.ALLOWED


def test_request_authentication_of_another_workload_does_not_count() -> None:
    rows = tokens("shop/t", "selector: {matchLabels: {app: cart}}, jwtRules: [{issuer: acme}]")
    assert at_web(view(rows), from_(http=request(claims={"iss": "stranger"}))).verdict is Verdict.ALLOWED


def test_request_authentication_counts_at_a_waypoint_only_with_targets() -> None:
    target = "targetRefs: [{kind: Service, group: '', name: web}], jwtRules: [{issuer: acme}]"
    for row, verdict in ((ONE, Verdict.ALLOWED), (tokens("shop/t", target), Verdict.DENIED)):
        mesh = view(row, gateway(), service(), plane=AMBIENT)
        assert at_the_waypoint(mesh, from_(http=request(claims={"iss": "stranger"}))).verdict is verdict


def test_rules_for_tokens_of_several_objects_are_joined() -> None:
    mesh = view(tokens("shop/t", "jwtRules: [{issuer: acme}]"), tokens("istio-system/u", "jwtRules: [{issuer: other}]"))
    for issuer, verdict in (("acme", Verdict.ALLOWED), ("other", Verdict.ALLOWED), ("third", Verdict.DENIED)):
        assert at_web(mesh, from_(http=request(claims={"iss": issuer}))).verdict is verdict


@pytest.mark.parametrize(
    "spec", ["", "jwtRules: []", "jwtRules: [{}]", "jwtRules: [{issuer: ''}]", "jwtRules: [{issuer: 7}]", "jwtRules: 7"]
)
def test_request_authentication_without_an_issuer_asks_nothing(spec: str) -> None:
    mesh = view(tokens("shop/t", spec))
    assert at_web(mesh, from_(http=request(claims={"iss": "stranger"}))).verdict is Verdict.ALLOWED
