"""Routes at waypoints, at Linkerd's proxies and at those of Cilium; and proxies that ask none."""

import pytest

from service_mesh.mesh.view import MeshView
from tests.posture.cilium.objects import config as agent
from tests.posture.istio.meshes import NAMESPACES
from tests.posture.kubernetes.objects import namespace
from tests.posture.linkerd import objects as linkerd
from tests.posture.tables.asking import manifest
from tests.posture.tables.istio import WAYPOINT, authorization
from tests.posture.tables.routing import Said, front, missing, said, virtual_service, workload
from tests.support.scene import deployment, scene

ALLOWED, LET_IN, REFUSED = "allowed", "allowed authorization", "denied route"
API = "/v1/HTTPRoute"
PARENT = "parentRefs: [{group: '', kind: Service, name: cart, port: 80}]"
FAR_PARENT = PARENT.replace("name: cart", "name: cart, namespace: shop")
TO_V2, RULE = "backendRefs: [{name: cart-v2, namespace: shop, port: 80}]", "/spec/rules/0"
ON_CART, ON_V2 = ["shop/cart:8080"], ["shop/cart-v2:8080"]
BY_ROUTE = [f"HTTPRoute shop/cart {RULE}", f"HTTPRoute shop/cart {RULE}/backendRefs/0"]
GET = "shop/web > svc:shop/cart:80 GET /items"


def route(
    rules: str, title: str = "shop/cart", *, group: str = "gateway.networking.k8s.io", parent: str = PARENT
) -> str:
    return manifest(f"{group}{API}", title, f"{parent}, rules: [{rules}]")


def used(title: str) -> str:
    """A workload with a Service that uses the waypoint."""
    service = front(title).replace("metadata: {", "metadata: {labels: {istio.io/use-waypoint: way}, ")
    return f"{deployment(title)}---\n{service}"


def calm(*documents: str) -> MeshView:
    pods = (used("calm/web"), used("calm/cart"), used("calm/cart-v2"), workload("calm/bare"), workload("shop/api"))
    return scene(NAMESPACES, WAYPOINT, *pods, *documents)


IN_CALM = "calm/web > svc:calm/cart:80 GET /items"
CALM_V2 = "http: [{route: [{destination: {host: cart-v2.calm.svc.cluster.local}}]}]"
CALM_RULE = "VirtualService calm/cart /spec/http/0"
CALM_ON_V2 = Said(ALLOWED, [CALM_RULE, f"{CALM_RULE}/route/0/destination"], ["calm/cart-v2:8080"])
CALM_ON_CART = Said(ALLOWED, [], ["calm/cart:8080"])
NO_NEW = authorization(
    "calm/old",
    "targetRefs: [{kind: Service, group: '', name: cart}], action: DENY, "
    "rules: [{to: [{operation: {paths: [/new*]}}]}]",
)


def of_cart(inside: str, title: str = "calm/cart") -> str:
    return virtual_service(title, f"hosts: [cart.calm.svc.cluster.local], {inside}")


WAYPOINTS: list[tuple[str, list[str], str, Said]] = [
    ("no route", [], IN_CALM, CALM_ON_CART),
    ("a route of the service's namespace", [of_cart(CALM_V2)], IN_CALM, CALM_ON_V2),
    ("a route of another namespace is not read", [of_cart(CALM_V2, "shop/cart")], IN_CALM, CALM_ON_CART),
    (
        "a wildcard counts",
        [virtual_service("calm/cart", f"hosts: ['*.calm.svc.cluster.local'], {CALM_V2}")],
        IN_CALM,
        CALM_ON_V2,
    ),
    (
        "labels of clients match nobody",
        [of_cart(CALM_V2.replace("{route", "{match: [{sourceLabels: {app: web}}], route"))],
        IN_CALM,
        CALM_ON_CART,
    ),
    (
        "a redirect",
        [of_cart("http: [{redirect: {uri: /}}]")],
        IN_CALM,
        Said(REFUSED, [f"{CALM_RULE}/redirect", CALM_RULE], []),
    ),
    (
        "policies of the waypoint come before the route and see the path as sent",
        [
            NO_NEW,
            of_cart("http: [{rewrite: {uri: /new}, route: [{destination: {host: cart-v2.calm.svc.cluster.local}}]}]"),
        ],
        IN_CALM,
        Said("allowed", CALM_ON_V2.chain, CALM_ON_V2.reached),
    ),
    (
        "and deny what is redirected",
        [NO_NEW, of_cart("http: [{redirect: {uri: /}}]")],
        "calm/web > svc:calm/cart:80 GET /new",
        Said("denied waypoint", [f"{CALM_RULE}/redirect", CALM_RULE], []),
    ),
    (
        "without a waypoint ztunnel asks none",
        [of_cart(CALM_V2).replace("cart.calm", "bare.calm")],
        "calm/web > svc:calm/bare:80 GET /",
        Said(ALLOWED, [], ["calm/bare:8080"]),
    ),
    ("sidecars ask their own", [of_cart(CALM_V2)], "shop/api > svc:calm/cart:80 GET /", CALM_ON_V2),
]


@pytest.mark.parametrize(
    ("documents", "question", "expected"), [row[1:] for row in WAYPOINTS], ids=[row[0] for row in WAYPOINTS]
)
def test_waypoints(documents: list[str], question: str, expected: Said) -> None:
    assert said(calm(*documents), question) == expected


def meshed(*documents: str) -> MeshView:
    homes = (
        linkerd.namespace("shop", "linkerd.io/inject: enabled"),
        linkerd.namespace("bank", "linkerd.io/inject: enabled"),
    )
    pods = (workload("shop/web"), workload("shop/cart"), workload("shop/cart-v2"), workload("bank/web"))
    return scene(linkerd.config(""), *homes, *pods, *documents)


PROFILE = "linkerd.io/v1alpha2/ServiceProfile"
OVERRIDES = (
    "dstOverrides: [{authority: 'cart-v2.shop.svc.cluster.local:80', weight: 500m}, "
    "{authority: 'cart.shop.svc.cluster.local:80', weight: '0'}]"
)
OWN = "policy.linkerd.io"
LINKERD: list[tuple[str, list[str], str, Said]] = [
    ("no route", [], GET, Said(LET_IN, [], ON_CART)),
    ("a route", [route(f"{{{TO_V2}}}")], GET, Said(LET_IN, BY_ROUTE, ON_V2)),
    (
        "a route of Linkerd's own group",
        [route(f"{{{TO_V2}}}", group=OWN).replace("policy.linkerd.io/v1/", "policy.linkerd.io/v1beta3/")],
        GET,
        Said(LET_IN, BY_ROUTE, ON_V2),
    ),
    (
        "no rule takes it",
        [route(f"{{matches: [{{path: {{value: /a}}}}], {TO_V2}}}")],
        GET,
        Said(REFUSED, ["HTTPRoute shop/cart /spec/rules"], []),
    ),
    (
        "a rule without backends keeps what is addressed",
        [route("{matches: [{path: {value: /}}]}")],
        GET,
        Said(LET_IN, [f"HTTPRoute shop/cart {RULE}/matches/0", f"HTTPRoute shop/cart {RULE}"], ON_CART),
    ),
    (
        "a redirect",
        [route("{filters: [{type: RequestRedirect, requestRedirect: {hostname: far.example}}]}")],
        GET,
        Said(REFUSED, [f"HTTPRoute shop/cart {RULE}/filters/0", f"HTTPRoute shop/cart {RULE}"], []),
    ),
    (
        "a backend that is missing",
        [route("{backendRefs: [{name: lost, port: 80}]}")],
        GET,
        Said(REFUSED, [BY_ROUTE[1], BY_ROUTE[0]], []),
    ),
    (
        "a route for another port",
        [route(f"{{{TO_V2}}}", parent=PARENT.replace("80", "81"))],
        GET,
        Said(LET_IN, [], ON_CART),
    ),
    (
        "a route of the client's namespace",
        [route(f"{{{TO_V2}}}", "bank/cart", parent=FAR_PARENT)],
        "bank/web > svc:shop/cart:80 GET /",
        Said(LET_IN, [one.replace("shop/", "bank/") for one in BY_ROUTE], ON_V2),
    ),
    (
        "which is for nobody else",
        [route(f"{{{TO_V2}}}", "bank/cart", parent=FAR_PARENT)],
        GET,
        Said(LET_IN, [], ON_CART),
    ),
    (
        "a route of a filter that Linkerd does not take",
        [route("{filters: [{type: URLRewrite}]}")],
        GET,
        Said(LET_IN, [], ON_CART),
    ),
    (
        "a profile with destinations",
        [manifest(PROFILE, "shop/cart.shop.svc.cluster.local", OVERRIDES)],
        GET,
        Said(
            LET_IN,
            [f"ServiceProfile shop/cart.shop.svc.cluster.local /spec/dstOverrides{end}" for end in ("", "/0")],
            ON_V2,
        ),
    ),
    (
        "a profile with routes refuses nothing",
        [
            manifest(PROFILE, "shop/cart.shop.svc.cluster.local", "routes: [{name: a, condition: {pathRegex: /a}}]"),
            route("{filters: [{type: RequestRedirect}]}"),
        ],
        GET,
        Said(LET_IN, [], ON_CART),
    ),
    (
        "opaque ports ask none",
        [
            route("{filters: [{type: RequestRedirect}]}"),
            front("shop/db")
            .replace("metadata: {", "metadata: {annotations: {config.linkerd.io/opaque-ports: '80'}, ")
            .replace("app: db", "app: cart"),
            route("{filters: [{type: RequestRedirect}]}", "shop/db", parent=PARENT.replace("name: cart", "name: db")),
        ],
        "shop/web > svc:shop/db:80 GET /",
        Said(LET_IN, [], ON_CART),
    ),
]


@pytest.mark.parametrize(
    ("documents", "question", "expected"), [row[1:] for row in LINKERD], ids=[row[0] for row in LINKERD]
)
def test_linkerd(documents: list[str], question: str, expected: Said) -> None:
    assert said(meshed(*documents), question) == expected


def test_without_a_method_or_a_path_linkerd_may_take_a_call_for_a_connection() -> None:
    view = meshed(route(f"{{{TO_V2}}}"))
    assert said(view, "shop/web > svc:shop/cart:80").reached == [*ON_V2, *ON_CART]
    assert missing(view, "shop/web > svc:shop/cart:80") == ["whether the call is HTTP, which a method or a path tells"]


def agents(*documents: str) -> MeshView:
    homes = (namespace("shop"), namespace("bank"))
    pods = (workload("shop/web"), workload("shop/cart"), workload("shop/cart-v2"), workload("bank/web"))
    return scene(*homes, *pods, *documents)


ON, OFF = agent("enable-gateway-api: 'true'"), agent("enable-gateway-api: 'false'")
SECOND = ["HTTPRoute shop/cart /spec/rules/1", "HTTPRoute shop/cart /spec/rules/1/backendRefs/0"]
TESTER = "[{name: x-tester, value: 'yes'}]"
CILIUM: list[tuple[str, list[str], str, Said]] = [
    ("a route", [ON, route(f"{{{TO_V2}}}")], GET, Said(ALLOWED, BY_ROUTE, ON_V2)),
    ("the Gateway API is off", [OFF, route(f"{{{TO_V2}}}")], GET, Said(ALLOWED, [], ON_CART)),
    (
        "no rule takes it",
        [ON, route(f"{{matches: [{{path: {{value: /a}}}}], {TO_V2}}}")],
        GET,
        Said(REFUSED, ["HTTPRoute shop/cart /spec/rules"], []),
    ),
    (
        "a route of the client's namespace is not taken",
        [ON, route("{filters: [{type: RequestRedirect}]}", "bank/cart", parent=FAR_PARENT)],
        "bank/web > svc:shop/cart:80 GET /",
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "a backend elsewhere needs a grant",
        [ON, route("{backendRefs: [{name: web, namespace: bank, port: 80}]}")],
        GET,
        Said(REFUSED, [BY_ROUTE[1], BY_ROUTE[0]], []),
    ),
    (
        "two rules that take it",
        [ON, route(f"{{{TO_V2}}}, {{filters: [{{type: RequestRedirect}}]}}")],
        GET,
        Said(
            f"{ALLOWED} | {REFUSED}",
            [*BY_ROUTE, "HTTPRoute shop/cart /spec/rules/1/filters/0", "HTTPRoute shop/cart /spec/rules/1"],
            ON_V2,
        ),
    ),
    (
        "a rule with a header comes before one without",
        [ON, route(f"{{filters: [{{type: RequestRedirect}}]}}, {{matches: [{{headers: {TESTER}}}], {TO_V2}}}")],
        f"{GET} x-tester=yes",
        Said(ALLOWED, SECOND, ON_V2),
    ),
    (
        "a longer path comes before a header",
        [
            ON,
            route(
                f"{{matches: [{{headers: {TESTER}}}], filters: [{{type: RequestRedirect}}]}},"
                f" {{matches: [{{path: {{value: /items}}}}], {TO_V2}}}"
            ),
        ],
        "shop/web > svc:shop/cart:80 GET /items x-tester=yes",
        Said(ALLOWED, SECOND, ON_V2),
    ),
]


@pytest.mark.parametrize(
    ("documents", "question", "expected"), [row[1:] for row in CILIUM], ids=[row[0] for row in CILIUM]
)
def test_cilium(documents: list[str], question: str, expected: Said) -> None:
    assert said(agents(*documents), question) == expected
