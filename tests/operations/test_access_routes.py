"""Routes as a layer of `access`: where they stand, what they need, and what they leave alone."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.access_result import AccessDecision, AccessResult
from tests.operations.test_access import CART, NAMESPACE, ROOT, WEB, asked
from tests.support.scene import deployment

ALLOW, DENY, UNKNOWN = AccessDecision.ALLOW, AccessDecision.DENY, AccessDecision.UNKNOWN
ROUTES = """apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
  namespace: shop
spec:
  hosts:
    - cart
  http:
    - match:
        - uri:
            prefix: /v2
      rewrite:
        uri: /new
      route:
        - destination:
            host: cart-v2
    - match:
        - uri:
            prefix: /old
      redirect:
        uri: /v2
    - match:
        - method:
            exact: GET
      route:
        - destination:
            host: cart
          weight: 90
        - destination:
            host: cart-v2
          weight: 10
"""
CLOSED = """apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: closed, namespace: shop}
spec:
  selector: {matchLabels: {app: cart-v2}}
  rules: [{to: [{operation: {paths: ["/new*"]}}]}]
"""
V2 = f"{deployment('shop/cart-v2')}---\n" + CART.replace("name: cart,", "name: cart-v2,").replace("cart}", "cart-v2}")
FRONT = (NAMESPACE, ROOT, WEB, V2, CART, ROUTES)
WORLD = "---\n".join((*FRONT, deployment("shop/cart")))


def line(found: AccessResult) -> str:
    """The line that the deciding object stands at."""
    assert found.deciding is not None
    return WORLD.splitlines()[found.deciding.line - 1].strip()


def decided(found: AccessResult) -> tuple[AccessDecision, str, str]:
    assert found.deciding is not None
    return found.decision, found.deciding.layer, found.deciding.pointer


def test_a_redirect_refuses_at_its_line() -> None:
    found = asked(WORLD, method="GET", path="/old/x")
    assert decided(found) == (DENY, "route", "/spec/http/1/redirect")
    assert (line(found), found.transport) == ("redirect:", "broken")
    assert [one.layer for one in found.layers] == ["route"]


def test_a_request_that_no_rule_takes_is_refused_at_the_rules() -> None:
    found = asked(WORLD, method="POST", path="/items")
    assert decided(found) == (DENY, "route", "/spec/http")
    assert line(found) == "http:"
    assert found.deciding is not None
    assert "404" in found.deciding.reason


def test_policies_of_the_destination_are_asked_and_see_the_rewritten_path() -> None:
    world = f"{WORLD}---\n{CLOSED}"
    found = asked(world, method="GET", path="/v2/items")
    assert decided(found) == (ALLOW, "authorization", "/spec/rules/0")
    layers = [one.layer for one in found.layers]
    assert layers == ["network-egress", "network-ingress", "transport", "authorization", "route"]
    assert [one.pointer for one in found.layers[-1].objects] == [
        "/spec/http/0/match/0",
        "/spec/http/0/route/0/destination",
    ]


def test_where_weights_lead_to_different_answers_the_shares_are_named() -> None:
    found = asked(f"{WORLD}---\n{CLOSED}", method="GET", path="/items")
    assert found.decision is UNKNOWN
    assert found.needs == (
        "which destination of 'VirtualService shop/cart' gets the request: "
        "'cart.shop.svc.cluster.local' 90 %, 'cart-v2.shop.svc.cluster.local' 10 %",
    )
    assert asked(WORLD, method="GET", path="/items").decision is ALLOW


@pytest.mark.parametrize(
    ("request_", "needs"),
    [
        ({"method": "GET"}, ("the path of the request",)),
        ({"path": "/items"}, ("the method of the request",)),
        ({}, ("the path of the request", "the method of the request")),
    ],
)
def test_a_field_that_routes_ask_for_is_needed(request_: dict[str, object], needs: tuple[str, ...]) -> None:
    found = asked(WORLD, **request_)
    assert (found.decision, found.needs) == (UNKNOWN, needs)


def test_a_connection_to_a_pod_meets_no_route() -> None:
    found = asked(WORLD, destination="shop/cart:8080", method="POST", path="/old")
    assert (found.decision, found.layers[-1].layer) == (ALLOW, "authorization")


def test_a_host_by_its_name_meets_the_same_routes() -> None:
    found = asked(WORLD, destination="host:cart:80", method="GET", path="/old")
    assert decided(found) == (DENY, "route", "/spec/http/1/redirect")


def test_the_address_of_a_service_and_another_name_of_it_mean_the_service() -> None:
    world = WORLD.replace(
        "name: cart, namespace: shop}\nspec: {", "name: cart, namespace: shop}\nspec: {clusterIP: 10.9.8.7, "
    )
    alias = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: basket, namespace: shop}\n"
        "spec: {type: ExternalName, externalName: cart.shop.svc.cluster.local}\n"
    )
    for destination in ("ip:10.9.8.7:80", "host:basket:80"):
        found = asked(f"{world}---\n{alias}", destination=destination, method="GET", path="/old")
        assert decided(found) == (DENY, "route", "/spec/http/1/redirect")


def test_a_service_without_workloads_is_understood_where_a_route_leads_elsewhere() -> None:
    world = "---\n".join(FRONT)
    found = asked(world, method="GET", path="/v2/x")
    assert (found.decision, found.understood_as.destination) == (ALLOW, "cart.shop.svc.cluster.local port 80")
    with pytest.raises(UsageError, match="no workload behind"):
        asked("---\n".join((NAMESPACE, ROOT, WEB, CART)))


def test_every_client_of_a_group_has_its_own_routes() -> None:
    own = ROUTES.replace("exact: GET", "exact: GET\n          sourceLabels: {app: web}")
    other = deployment("shop/batch")
    world = "---\n".join((NAMESPACE, ROOT, WEB, other, V2, CART, own, deployment("shop/cart")))
    found = asked(world, source="shop/batch", method="GET", path="/items")
    assert decided(found)[:2] == (DENY, "route")
    assert asked(world, source="shop/web", method="GET", path="/items").decision is ALLOW
    assert asked(world, source="ns:shop", method="GET", path="/items").decision is UNKNOWN


def test_what_may_be_routed_otherwise_by_objects_that_are_not_there_is_not_known() -> None:
    world = WORLD.replace(ROOT + "---\n", "").replace(NAMESPACE + "---\n", "")
    found = asked(world, complete="no", method="GET", path="/old")
    assert found.decision is UNKNOWN
    assert any("VirtualService" in need for need in found.needs)
