"""Requests to try a change with: what policies speak of, a neutral one, and bounds on what strangers write."""

from typing import Any

import pytest

from service_mesh.model.resource import Resource
from service_mesh.posture.access.samples import are_alike, requests_of, words
from service_mesh.posture.requests import HttpRequest

Rules = list[dict[str, Any]]
NEUTRAL = "GET /"
ISTIO = ("security.istio.io/v1", "AuthorizationPolicy")
TOKENS = ("security.istio.io/v1", "RequestAuthentication")
CILIUM = ("cilium.io/v2", "CiliumNetworkPolicy")
ROUTE = ("gateway.networking.k8s.io/v1", "HTTPRoute")
LINKERD_ROUTE = ("policy.linkerd.io/v1beta3", "HTTPRoute")
GRPC = ("gateway.networking.k8s.io/v1", "GRPCRoute")


def made(kind: tuple[str, str], spec: object, **metadata: object) -> Resource:
    api, name = kind
    return Resource(
        {"apiVersion": api, "kind": name, "metadata": {"name": "a", "namespace": "shop", **metadata}, "spec": spec}
    )


def operation(**held: object) -> Resource:
    return made(ISTIO, {"rules": [{"to": [{"operation": held}]}]})


def when(key: str, **held: object) -> Resource:
    return made(ISTIO, {"rules": [{"when": [{"key": key, **held}]}]})


def route(kind: tuple[str, str] = ROUTE, **match: object) -> Resource:
    return made(kind, {"rules": [{"matches": [match]}]})


def cilium(*http: object) -> Resource:
    ports = [{"ports": [{"port": "80"}], "rules": {"http": list(http)}}]
    return made(CILIUM, {"endpointSelector": {}, "ingress": [{"toPorts": ports}]})


def tried(*resources: Resource) -> list[str]:
    return [words(one) for one in requests_of(resources)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (operation(paths=["/admin"]), ["GET /admin", NEUTRAL]),
        (operation(paths=["/items*"]), ["GET /itemsany", NEUTRAL]),
        (operation(paths=["*/edit"]), ["GET any/edit", NEUTRAL]),
        (operation(paths=["/shops/{*}/items/{**}"]), ["GET /shops/any/items/any", NEUTRAL]),
        (operation(notPaths=["/health"]), ["GET /health", NEUTRAL]),
        (operation(methods=["POST", "PUT"]), ["POST /", "PUT /", NEUTRAL]),
        (operation(methods=["POST"], paths=["/a", "/b"]), ["POST /a", "POST /b", NEUTRAL]),
        (operation(hosts=["*.example.com"]), ["GET /, host any.example.com", NEUTRAL]),
        (operation(notHosts=["shop.example.com"]), ["GET /, host shop.example.com", NEUTRAL]),
        (when("request.headers[x-user]", values=["alice*"]), ["GET /, header x-user: aliceany", NEUTRAL]),
        (when("request.headers[x-user]", notValues=["bob"]), ["GET /, header x-user: bob", NEUTRAL]),
        (when("request.auth.claims[groups]", values=["ops"]), ['GET /, token {"groups": "ops"}', NEUTRAL]),
        (
            made(ISTIO, {"rules": [{"from": [{"source": {"requestPrincipals": ["https://issuer/alice"]}}]}]}),
            ['GET /, token {"iss": "https://issuer", "sub": "alice"}', NEUTRAL],
        ),
        (
            made(ISTIO, {"rules": [{"from": [{"source": {"notRequestPrincipals": ["*"]}}]}]}),
            ['GET /, token {"iss": "any", "sub": "any"}', NEUTRAL],
        ),
        (
            made(TOKENS, {"jwtRules": [{"issuer": "https://issuer"}]}),
            ['GET /, token {"iss": "https://issuer"}', NEUTRAL],
        ),
        (route(path={"type": "Exact", "value": "/cart"}), ["GET /cart", "GET /cart/any", NEUTRAL]),
        (route(path={"type": "PathPrefix", "value": "/cart/"}), ["GET /cart/", "GET /cart/any", NEUTRAL]),
        (route(LINKERD_ROUTE, method="PUT"), ["PUT /", NEUTRAL]),
        (route(headers=[{"name": "x-user", "value": "alice"}]), ["GET /, header x-user: alice", NEUTRAL]),
        (cilium({"method": "GET", "path": "/public/.*"}), ["GET /public/any", NEUTRAL]),
        (cilium({"path": "^/items/[0-9]+$"}), ["GET /items/1", NEUTRAL]),
        (cilium({"path": "/a\\.b"}), ["GET /a.b", NEUTRAL]),
        (cilium({"headers": ["X-User: alice"]}), ["GET /, header X-User: alice", NEUTRAL]),
    ],
)
def test_a_request_is_made_of_each_thing_that_a_policy_names(policy: Resource, expected: list[str]) -> None:
    assert tried(policy) == expected


def test_several_specifications_of_one_object_of_cilium_are_all_read() -> None:
    part = {"toPorts": [{"rules": {"http": [{"path": "/public"}]}}]}
    several = {**made(CILIUM, None).data, "specs": [{"ingress": [part]}]}
    assert tried(Resource(several)) == ["GET /public", NEUTRAL]


def test_what_looks_into_no_request_asks_for_none_but_the_neutral_one() -> None:
    policy = made(ISTIO, {"rules": [{"from": [{"source": {"namespaces": ["shop"]}}]}]})
    service = made(("v1", "Service"), {"rules": [{"paths": ["/a"]}]})
    assert tried(policy, service) == tried() == [NEUTRAL]


def test_the_neutral_request_has_a_host_that_no_policy_names_and_does_not_say_it() -> None:
    (neutral,) = requests_of([])
    assert neutral == HttpRequest("GET", "/", "neutral.example")
    assert words(neutral) == "GET /"


def test_the_same_request_of_two_policies_is_tried_once() -> None:
    assert tried(operation(paths=["/a"]), operation(paths=["/a", "/b"])) == ["GET /b", "GET /a", NEUTRAL]


def test_words_name_all_that_a_request_carries() -> None:
    request = HttpRequest(
        "PUT", "/a?b=c", "shop.example", {"x-user": "alice", "accept": "json"}, {"sub": "a", "iss": "i"}
    )
    told = 'PUT /a?b=c, host shop.example, header accept: json, header x-user: alice, token {"iss": "i", "sub": "a"}'
    assert words(request) == told
    assert words(HttpRequest("GET", "/", "", {}, {})) == "GET /, token {}"


@pytest.mark.parametrize(
    ("held", "added", "expected"),
    [
        ("paths", "/new", "GET /new"),
        ("methods", "NEW", "NEW /"),
        ("hosts", "new", "GET /, host new"),
    ],
)
def test_what_a_change_adds_to_a_long_list_is_tried_first(held: str, added: str, expected: str) -> None:
    old = [f"/{number}" for number in range(40)]
    before, after = operation(**{held: old}), operation(**{held: [*old, added]})
    assert tried(before, after)[0] == expected
    assert tried(after, before)[0] == expected


def test_a_rule_that_a_change_adds_to_many_is_tried_first() -> None:
    rules = [{"to": [{"operation": {"paths": [f"/{number}"]}}]} for number in range(40)]
    added = {"to": [{"operation": {"paths": ["/new"]}}]}
    assert tried(made(ISTIO, {"rules": rules}), made(ISTIO, {"rules": [*rules, added]}))[0] == "GET /new"


def test_values_of_conditions_that_a_change_adds_are_tried() -> None:
    users = [f"user-{number}" for number in range(40)]
    before, after = (when("request.headers[x-user]", values=values) for values in (users, [*users, "new"]))
    assert "GET /, header x-user: new" in tried(before, after)
    before, after = (when("request.auth.claims[sub]", values=values) for values in (users, [*users, "new"]))
    assert 'GET /, token {"sub": "new"}' in tried(before, after)


def test_no_more_than_two_dozen_requests_are_tried_whatever_is_written() -> None:
    many = [f"/{number}" for number in range(5_000)]
    assert len(tried(operation(paths=many, methods=many, hosts=many))) == 24
    assert len(tried(*(when("request.headers[x-user]", values=[path]) for path in many[:200]))) == 24
    assert len(tried(*(operation(paths=[path]) for path in many[:200]))) == 24
    assert tried(operation(paths=many)) == [*(f"GET /{number}" for number in range(6)), NEUTRAL]


ODD: list[object] = [
    None,
    True,
    7,
    1e400,
    "text",
    "\ud800\x00|`",
    [],
    [None, 7, ["a"]],
    {},
    {"a": None},
    {"value": 3, "type": []},
    [{"name": 3, "value": {}}, {"name": "x"}, "no colon"],
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_values_of_odd_types_are_passed_over(odd: object) -> None:
    fields = ("paths", "methods", "hosts", "path", "method", "headers", "issuer", "http", "requestPrincipals", "key")
    policies = [
        made(kind, spec)
        for kind in (ISTIO, TOKENS, CILIUM, ROUTE, LINKERD_ROUTE, GRPC)
        for spec in (
            odd,
            {"rules": odd, "ingress": odd, "jwtRules": odd},
            {"rules": [odd], "ingress": [odd], "jwtRules": [odd]},
            *({"rules": [{name: odd}], "ingress": [{name: odd}]} for name in fields),
            {"rules": [{"when": [{"key": "request.headers[a]", "values": odd}]}]},
            {"rules": [{"when": [{"key": "request.auth.claims[a]", "notValues": [odd]}]}]},
        )
    ]
    for policy in policies:
        assert all(isinstance(words(one), str) for one in requests_of([policy]))
        assert are_alike([policy], [policy])


def test_what_is_nested_without_end_is_read_to_a_depth() -> None:
    held: dict[str, Any] = {"paths": ["/deep"]}
    for _ in range(300):
        held = {"a": [held]}
    assert tried(made(ISTIO, {"rules": [{"paths": ["/near"]}, held]})) == ["GET /near", NEUTRAL]


RULE = {"to": [{"operation": {"paths": ["/admin"]}}]}
PLAIN = {"from": [{"source": {"namespaces": ["shop"]}}]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"rules": [RULE]}, {"rules": [RULE]}, True),
        ({"rules": [RULE]}, {"rules": [RULE, PLAIN]}, True),
        ({"rules": [PLAIN]}, {"rules": []}, True),
        ({"rules": [RULE]}, {"rules": []}, False),
        ({"rules": [RULE]}, {"rules": [{**RULE, **PLAIN}]}, False),
        ({"rules": [RULE]}, {"rules": [RULE], "action": "DENY"}, False),
        ({"rules": [RULE]}, {"rules": [RULE], "selector": {"matchLabels": {"app": "cart"}}}, False),
    ],
)
def test_policies_are_alike_if_they_say_the_same_of_requests(before: object, after: object, expected: bool) -> None:
    assert are_alike([made(ISTIO, before)], [made(ISTIO, after)]) is expected
    assert are_alike([made(ISTIO, after)], [made(ISTIO, before)]) is expected


def test_a_policy_that_is_no_longer_enforced_or_lives_elsewhere_is_another() -> None:
    policy, spec = operation(paths=["/admin"]), {"rules": [RULE]}
    assert are_alike([policy], [made(ISTIO, spec, name="b")])
    assert not are_alike([policy], [made(ISTIO, spec, annotations={"istio.io/dry-run": "true"})])
    assert not are_alike([policy], [made(ISTIO, spec, namespace="bank")])
    assert not are_alike([policy], [])
    assert are_alike([], [made(ISTIO, {"rules": [PLAIN]})])
