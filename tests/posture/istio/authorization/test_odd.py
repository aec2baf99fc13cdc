"""Whatever stands in a policy, the answer is an answer; and laws that hold for every policy."""

from collections.abc import Iterator
from itertools import permutations, product

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import AUTHORIZATION_POLICY, DEPLOYMENT, REQUEST_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.istio.attachment import Point
from service_mesh.posture.istio.authorization.decision import authorized
from service_mesh.posture.istio.authorization.peers import Call
from service_mesh.posture.istio.authorization.policies import Place
from tests.mesh.objects import made
from tests.posture.istio.authorization.objects import HTTP, OTHER, TCP, from_, request

ODD: tuple[object, ...] = (
    None,
    7,
    True,
    "",
    "*",
    "9" * 5_000,
    "²",
    "\ud800",
    "(" * 300,
    "{*}{**}",
    [],
    {},
    [None],
    [[]],
    {"x": None},
    [{"a": 1}],
    10**400,
    float("nan"),
)
RULE: dict[str, object] = {
    "from": [{"source": {"principals": ["a"], "ipBlocks": ["10.0.0.0/8"], "requestPrincipals": ["a/b"]}}],
    "to": [{"operation": {"paths": ["/a"], "ports": ["80"], "hosts": ["a"], "methods": ["GET"]}}],
    "when": [{"key": "request.auth.claims[a]", "values": ["b"], "notValues": ["c"]}],
}
SPEC: dict[str, object] = {"action": "DENY", "selector": {"matchLabels": {"app": "web"}}, "rules": [RULE]}
ISSUERS: dict[str, object] = {"jwtRules": [{"issuer": "acme", "audiences": ["shop"]}]}
CALL = from_(http=request("GET", "/a", "a", {"x": "1"}, {"iss": "acme", "aud": "shop", "a": "b"}), port=80)


def spoilt(value: object) -> Iterator[object]:
    """A value with each place in it replaced by each odd one."""
    yield from ODD
    if isinstance(value, dict):
        for key in value:
            yield from ({**value, key: odd} for odd in spoilt(value[key]))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in spoilt(item))


def workload() -> Workload:
    labels = {"labels": {"app": "web"}}
    deployment = made(DEPLOYMENT, "shop/web", {"template": {"metadata": labels, "spec": {"containers": []}}})
    template = deployment.get("spec.template")
    assert template is not None
    return Workload(deployment, template)


def verdict(*objects: Resource, point: Point = Point.SIDECAR, call: Call = CALL) -> Verdict:
    web = workload()
    mesh = MeshView([web.resource, *objects], Complete.YES)
    return authorized(mesh, Place(point, web), call).verdict


@pytest.mark.parametrize("action", ["ALLOW", "DENY", "CUSTOM", "AUDIT"])
def test_odd_values_in_a_policy_never_stop_the_answer(action: str) -> None:
    for odd in spoilt({**SPEC, "action": action}):
        found = Resource(
            data={
                "apiVersion": "security.istio.io/v1",
                "kind": "AuthorizationPolicy",
                "metadata": {"name": "p", "namespace": "shop"},
                "spec": odd,
            }
        )
        for point in (Point.SIDECAR, Point.ZTUNNEL):
            assert verdict(found, point=point) in Verdict


def test_odd_values_where_tokens_are_checked_never_stop_the_answer() -> None:
    for odd in spoilt(ISSUERS):
        data = {"apiVersion": "security.istio.io/v1", "kind": "RequestAuthentication"}
        found = Resource(data={**data, "metadata": {"name": "t", "namespace": "shop"}, "spec": odd})
        assert verdict(found) in Verdict


def test_odd_values_in_a_request_never_stop_the_answer() -> None:
    policy, issuers = made(AUTHORIZATION_POLICY, "shop/p", SPEC), made(REQUEST_AUTHENTICATION, "shop/t", ISSUERS)
    for text in (one for one in ODD if isinstance(one, str)):
        call = from_(text, request(text, text, text, {text: text}, {"iss": text, "a": {text: text}}), sni=text)
        assert verdict(policy, issuers, call=call) in Verdict
    for value in ODD:
        claims = {"iss": value, "aud": value, "a": value, "sub": value}
        assert verdict(policy, issuers, call=from_(http=request("GET", "/a", "a", claims=claims))) in Verdict


SPECS: tuple[dict[str, object], ...] = (
    {},
    {"rules": [{}]},
    {"rules": [{"from": [{"source": {"namespaces": ["shop"]}}]}]},
    {"rules": [{"to": [{"operation": {"methods": ["PUT"]}}]}]},
    {"action": "DENY", "rules": [{"from": [{"source": {"namespaces": ["bank"]}}]}]},
    {"action": "DENY", "rules": [{"to": [{"operation": {"methods": ["GET"]}}]}]},
    {"action": "AUDIT", "rules": [{}]},
)
CALLS = tuple(
    from_(who, how, protocol=spoken)
    for who, how, spoken in product(
        ("cluster.local/ns/shop/sa/cart", OTHER, "", None),
        (request(), request("GET"), request("PUT")),
        (HTTP, TCP, None),
    )
)


@pytest.mark.parametrize("point", [Point.SIDECAR, Point.ZTUNNEL])
def test_laws_of_adding_policies(point: Point) -> None:
    def named(*specs: dict[str, object]) -> list[Resource]:
        return [made(AUTHORIZATION_POLICY, f"shop/p{at}", spec) for at, spec in enumerate(specs)]

    elsewhere = made(AUTHORIZATION_POLICY, "shop/z", {"selector": {"matchLabels": {"app": "nobody"}}})
    for call, (one, other) in product(CALLS, permutations(SPECS, 2)):
        alone, both = verdict(*named(one), point=point, call=call), verdict(*named(one, other), point=point, call=call)
        assert both is verdict(*named(other, one), point=point, call=call), "order does not matter"
        assert alone is verdict(*named(one), elsewhere, point=point, call=call), "what selects nothing changes nothing"
        if other.get("action") == "DENY":
            assert both is not Verdict.ALLOWED or alone is Verdict.ALLOWED, "a DENY never allows"
        elif other.get("action") == "AUDIT":
            assert both is alone, "an AUDIT decides nothing"
        elif "action" not in one:
            assert alone is not Verdict.ALLOWED or both is Verdict.ALLOWED, (
                "an ALLOW denies nothing that another allows"
            )
