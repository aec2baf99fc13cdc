"""Calls tried with requests: what a change of a policy about requests comes to, and how much is tried."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.posture.access import trials as module
from service_mesh.posture.access.changes import Difference, Side, differences
from service_mesh.posture.access.reach import Reach
from service_mesh.posture.access.samples import requests_of, words
from service_mesh.posture.access.trials import Trials, trials
from tests.support.scene import deployment, scene

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
CART = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
)
PODS = (NAMESPACE, deployment("shop/web"), deployment("shop/cart"), CART)
WEB, BOTH = "Deployment shop/web", "Deployment shop/cart Deployment shop/web"


def policy(rules: str, action: str = "ALLOW", name: str = "cart") -> str:
    return (
        f"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {{name: {name}, namespace: shop}}\n"
        f"spec: {{action: {action}, selector: {{matchLabels: {{app: cart}}}}, rules: [{rules}]}}\n"
    )


def to(**held: str) -> str:
    return "{to: [{operation: {" + ", ".join(f"{name}: [{values}]" for name, values in held.items()) + "}}]}"


def views(before: str, after: str, *more: str) -> tuple[MeshView, MeshView]:
    return scene(*PODS, *more, before), scene(*PODS, *more, after)


def tried(before: str, after: str, *more: str) -> tuple[Trials, list[Difference]]:
    both = views(before, after, *more)
    listed = list(differences(*both, Reach(is_everywhere=True), is_all=True))
    requests = requests_of(one for view in both for one in view.of_kind(AUTHORIZATION_POLICY))
    return trials(both, listed, requests), listed


def said(side: Side | None) -> str:
    return side.outcome.verdict.value if side is not None else ""


def told(found: Trials) -> list[tuple[str, str, str, str, str]]:
    """Clients, servers, requests, what was and what is."""
    return [
        (
            " ".join(sorted(each.title for each in one.clients)),
            " ".join(sorted(each.title for each in one.servers)),
            " | ".join(map(words, one.requests)),
            said(one.before),
            said(one.after),
        )
        for one in found.found
    ]


CALLED = "Deployment shop/cart"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (to(paths="/items"), to(paths="/items, /admin"), [("GET /admin", "denied", "allowed")]),
        (to(paths="/items, /admin"), to(paths="/items"), [("GET /admin", "allowed", "denied")]),
        (
            to(paths="/old"),
            to(paths="/new"),
            [("GET /old", "allowed", "denied"), ("GET /new", "denied", "allowed")],
        ),
        (to(methods="GET"), to(methods="'GET', 'POST'"), [("POST /", "denied", "allowed")]),
        (to(hosts="a.example"), to(hosts="b.example"), [
            ("GET /, host a.example", "allowed", "denied"), ("GET /, host b.example", "denied", "allowed")]),
        (
            "{when: [{key: 'request.headers[x-user]', values: [alice]}]}",
            "{when: [{key: 'request.headers[x-user]', values: [bob]}]}",
            [("GET /, header x-user: alice", "allowed", "denied"), ("GET /, header x-user: bob", "denied", "allowed")],
        ),
        (
            to(paths="/items"),
            to(paths="/items, /a, /b"),
            [("GET /a | GET /b", "denied", "allowed")],
        ),
        (to(paths="/items"), to(paths="'/items', '/items'"), []),
    ],
)  # fmt: skip
def test_the_requests_that_are_decided_otherwise_are_told(
    before: str, after: str, expected: list[tuple[str, str, str]]
) -> None:
    found, _ = tried(policy(before), policy(after))
    assert told(found) == [(BOTH, CALLED, *one) for one in expected]


def test_rules_that_deny_what_they_allowed_are_told_by_their_requests() -> None:
    found, _ = tried(policy(to(paths="/items")), policy(to(paths="/items"), "DENY"))
    assert told(found) == [
        (BOTH, CALLED, "GET /items", "allowed", "denied"),
        (BOTH, CALLED, "GET /", "denied", "allowed"),
    ]


def test_a_claim_of_a_token_is_tried_with_it() -> None:
    tokens = (
        "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: shop}\n"
        "spec: {jwtRules: [{issuer: any}]}\n"
    )
    known = "from: [{source: {requestPrincipals: ['any/any']}}]"
    ops, dev = (
        f"{{{known}, when: [{{key: 'request.auth.claims[groups]', values: [{group}]}}]}}" for group in ("ops", "dev")
    )
    found, _ = tried(policy(ops), policy(dev), tokens)
    assert told(found) == [
        (BOTH, CALLED, 'GET /, token {"groups": "ops", "iss": "any", "sub": "any"}', "allowed", "denied"),
        (BOTH, CALLED, 'GET /, token {"groups": "dev", "iss": "any", "sub": "any"}', "denied", "allowed"),
    ]


def test_requests_settle_the_differences_that_hang_on_them_and_no_others() -> None:
    before = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nothing, namespace: shop}\n"
    found, listed = tried(before, policy(to(paths="/items")))
    assert told(found) == [(BOTH, CALLED, "GET /", "allowed", "denied")]
    settled = [listed[number] for number in sorted(found.settled)]
    assert [(said(one.before), said(one.after), one.port.service_port) for one in settled] == [
        ("allowed", "unknown", 80)
    ]


def test_the_same_of_several_clients_is_told_as_one() -> None:
    more = [deployment(f"shop/batch-{number}") for number in range(3)]
    found, _ = tried(policy(to(paths="/a")), policy(to(paths="/a, /b")), *more)
    (one,) = found.found
    assert sorted(each.title for each in one.clients) == [
        f"Deployment shop/{name}" for name in ("batch-0", "batch-1", "batch-2", "cart", "web")
    ]
    assert (found.tried, found.pairs) == (5 + 20, 5 + 20), "those that hang on the request, and those told alike"


def test_only_so_many_pairs_are_tried_those_first_that_hang_on_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_PAIRS", 2)
    found, _ = tried(policy(to(paths="/a")), policy(to(paths="/a, /b")))
    assert (found.tried, found.pairs) == (2, 4)
    assert told(found) == [(BOTH, CALLED, "GET /b", "denied", "allowed")]


def test_a_mesh_of_many_pairs_is_tried_in_part() -> None:
    more = [deployment(f"shop/batch-{number}") for number in range(30)]
    found, listed = tried(policy(to(paths="/a")), policy(to(paths="/a, /b")), *more)
    assert (found.tried, found.pairs) == (150, 32 * 32)
    assert sum(len(one.clients) * len(one.servers) for one in listed) == 32 * 32


def test_a_port_that_is_gone_is_no_call_any_more() -> None:
    both = views(policy(to(paths="/a")), policy(to(paths="/b")))
    other = scene(*PODS[:-1], CART.replace("port: 80", "port: 81"), policy(to(paths="/b")))
    listed = list(differences(both[0], both[0], Reach(is_everywhere=True), is_all=True))
    found = trials((both[0], other), listed, requests_of(both[0].of_kind(AUTHORIZATION_POLICY)))
    assert told(found) == [
        (BOTH, CALLED, "GET /a", "allowed", ""),
        (BOTH, CALLED, "GET /", "denied", ""),
    ]


def test_without_differences_nothing_is_tried() -> None:
    both = views(policy(to(paths="/a")), policy(to(paths="/a")))
    assert trials(both, [], requests_of([])) == Trials((), frozenset(), 0, 0)
