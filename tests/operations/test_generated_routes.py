"""Questions about routes of generated files: what arrives, what annotations say, and what stays as it is today."""

from service_mesh.generate.questions import RouteQuestion
from service_mesh.mesh.view import Complete
from service_mesh.operations.generate_result import Simulated
from service_mesh.operations.generate_routes import as_today, routed
from service_mesh.operations.request import Inputs
from service_mesh.operations.scene import Scene, scene_of

_SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: registry.example/app:1}]}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart-v2, namespace: shop}
spec: {selector: {app: cart-v2}, ports: [{name: http, port: 80}]}
"""
_RULES = """
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - match: [{uri: {prefix: /old/}}]
    rewrite: {uri: /new/, authority: new.example}
    timeout: 3s
    route: [{destination: {host: cart-v2}}]
  - route:
    - {destination: {host: cart}, weight: 75}
    - {destination: {host: cart-v2}, weight: 25, headers: {request: {set: {x-version: v2}}}}
"""
_ROUTE = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop, annotations: {example.com/owner: team-cart}}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules: [{backendRefs: [{name: cart, port: 80}]}]
"""


def test_what_arrives_is_what_the_rule_makes_of_it() -> None:
    asked = _question(
        path="/old/a?b=c", expected={"shop/cart-v2": 100}, arrives={"path": "/new/a?b=c", "host": "new.example"}
    )
    assert _ask(_SHOP + _RULES, asked).holds
    other = _question(path="/old/a", expected={"shop/cart-v2": 100}, arrives={"path": "/old/a"})
    assert _ask(_SHOP + _RULES, other).answer == "100 % shop/cart-v2; arrives with path /new/a"


def test_what_arrives_elsewhere_otherwise_is_told() -> None:
    asked = _question(expected={"shop/cart": 75, "shop/cart-v2": 25}, arrives={"header x-version": "v2"})
    assert _ask(_SHOP + _RULES, asked).answer.endswith("arrives with header x-version not the same everywhere")


def test_annotations_are_those_of_the_route_that_takes_the_request() -> None:
    asked = _question(expected={"shop/cart": 100}, annotated={"example.com/owner": "team-cart"})
    assert _ask(_SHOP + _ROUTE, asked).holds
    assert not _ask(_SHOP, asked).holds


def test_today_is_where_a_request_goes_and_what_is_said_of_it() -> None:
    today = _scene(_SHOP + _RULES)
    rest = as_today(today, _question(expected=None, stays=("timeout", "example.com/owner")))
    assert rest.expected == {"shop/cart": 75, "shop/cart-v2": 25}
    assert (rest.says, rest.annotated) == ({"timeout": None}, {"example.com/owner": None})
    old = as_today(today, _question(path="/old/a", expected=None, stays=("timeout",)))
    assert (old.expected, old.says) == ({"shop/cart-v2": 100}, {"timeout": "3s"})
    assert not routed(_scene(_SHOP), old).holds


def test_a_question_with_an_answer_keeps_it() -> None:
    asked = _question(expected={"shop/cart": 100})
    assert as_today(_scene(_SHOP + _RULES), asked) is asked


def test_nothing_meets_a_today_that_is_not_known() -> None:
    there = _RULES.replace("prefix: /old/", "regex: '(a|b)+(c|d)+(e|f)+'")
    asked = as_today(_scene(_SHOP + there), _question(path="/ace", expected=None))
    assert [one for one in asked.expected or {} if one.startswith("unknown today: ")]
    assert not routed(_scene(_SHOP), asked).holds


def _question(
    *,
    expected: dict[str, float] | None,
    path: str = "/",
    stays: tuple[str, ...] = (),
    annotated: dict[str, object] | None = None,
    arrives: dict[str, str | None] | None = None,
) -> RouteQuestion:
    return RouteQuestion(
        why="a request",
        source="shop/web",
        destination="svc:shop/cart:80",
        expected=expected,
        path=path,
        stays=stays,
        annotated=annotated or {},
        arrives=arrives or {},
    )


def _ask(world: str, asked: RouteQuestion) -> Simulated:
    return routed(_scene(world), asked)


def _scene(world: str) -> Scene:
    return scene_of(Inputs(world), Complete.YES, {})
