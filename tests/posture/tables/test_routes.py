"""Routes at the sidecars of clients: which object counts for a host, which rule takes a request, what becomes of it."""

import pytest

from service_mesh.mesh.view import MeshView
from tests.posture.istio.meshes import NAMESPACES
from tests.posture.tables.asking import manifest
from tests.posture.tables.routing import Said, front, said, virtual_service, workload
from tests.support.scene import scene

CART = "shop/web > svc:shop/cart:80"
GET = f"{CART} GET /items"
OLD, NEW = "creationTimestamp: '2024-01-01T00:00:00Z'", "creationTimestamp: '2025-01-01T00:00:00Z'"
V1, V2, OTHER = "{destination: {host: cart}}", "{destination: {host: cart-v2}}", "{destination: {host: api.far}}"
VS = "VirtualService shop/cart /spec/http/0"
DR = manifest(
    "networking.istio.io/v1/DestinationRule",
    "shop/cart",
    "host: cart, subsets: [{name: a, labels: {tier: a}}, {name: b, labels: {tier: b}}]",
)
PODS = (
    workload("shop/web"),
    workload("shop/cart", "tier: a"),
    workload("shop/cart-v2"),
    workload("bare/api"),
    workload("bare/plain"),
)
CLOSED = manifest(
    "security.istio.io/v1/AuthorizationPolicy",
    "shop/closed",
    "selector: {matchLabels: {app: cart-v2}}, rules: [{to: [{operation: {paths: [/new*]}}]}]",
)


def mesh(*documents: str) -> MeshView:
    return scene(NAMESPACES, *PODS, *documents)


def cart(inside: str, title: str = "shop/cart", metadata: str = "") -> str:
    return virtual_service(title, f"hosts: [cart.shop.svc.cluster.local], {inside}", metadata)


def rule(inside: str, match: str = "") -> str:
    return cart(f"http: [{{{f'match: [{match}], ' if match else ''}{inside}}}]")


def to(*destinations: str) -> str:
    return f"route: [{', '.join(destinations)}]"


def taken(place: str = VS, at: str = f"{VS}/route/0/destination") -> list[str]:
    return [place, at]


ALLOWED, REFUSED, OPEN = "allowed", "denied route", "unknown route"
ON_CART, ON_V2 = ["shop/cart:8080"], ["shop/cart-v2:8080"]
MATCH = f"{VS}/match/0"
EVERY = "VirtualService shop/cart /spec/http"
HTTP_ROUTE = "gateway.networking.k8s.io/v1/HTTPRoute"
GAMMA = "parentRefs: [{group: '', kind: Service, name: cart, namespace: shop, port: 80}]"
TO_V2 = "backendRefs: [{name: cart-v2, namespace: shop, port: 80}]"


def gamma(title: str, rules: str, metadata: str = "") -> str:
    return manifest(HTTP_ROUTE, title, f"{GAMMA}, rules: [{rules}]", metadata)


ROWS: list[tuple[str, list[str], str, Said]] = [
    ("no route", [], GET, Said(ALLOWED, [], ON_CART)),
    ("to another", [rule(to(V2))], GET, Said(ALLOWED, taken(), ON_V2)),
    ("a pod is not routed", [rule(to(V2))], "shop/web > shop/cart:8080 GET /", Said(ALLOWED, [], ON_CART)),
    ("no rule takes it", [rule(to(V2), "{uri: {exact: /a}}")], GET, Said(REFUSED, [EVERY], [])),
    ("exact", [rule(to(V2), "{uri: {exact: /items}}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    (
        "exact has the query apart",
        [rule(to(V2), "{uri: {exact: /a}}")],
        f"{CART} GET /a?b",
        Said(ALLOWED, taken(MATCH), ON_V2),
    ),
    ("prefix of text", [rule(to(V2), "{uri: {prefix: /it}}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    ("regex is of the whole", [rule(to(V2), "{uri: {regex: /it}}")], GET, Said(REFUSED, [EVERY], [])),
    ("regex", [rule(to(V2), "{uri: {regex: /it.*}}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    ("case counts", [rule(to(V2), "{uri: {prefix: /IT}}")], GET, Said(REFUSED, [EVERY], [])),
    (
        "case does not",
        [rule(to(V2), "{uri: {prefix: /IT}, ignoreUriCase: true}")],
        GET,
        Said(ALLOWED, taken(MATCH), ON_V2),
    ),
    ("method", [rule(to(V2), "{method: {exact: POST}}")], GET, Said(REFUSED, [EVERY], [])),
    ("header", [rule(to(V2), "{headers: {x: {exact: a}}}")], f"{GET} x=a", Said(ALLOWED, taken(MATCH), ON_V2)),
    ("no header", [rule(to(V2), "{headers: {x: {exact: a}}}")], GET, Said(REFUSED, [EVERY], [])),
    ("header there", [rule(to(V2), "{headers: {x: {}}}")], f"{GET} x=b", Said(ALLOWED, taken(MATCH), ON_V2)),
    ("without", [rule(to(V2), "{withoutHeaders: {x: {exact: a}}}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    ("without, with", [rule(to(V2), "{withoutHeaders: {x: {exact: a}}}")], f"{GET} x=a", Said(REFUSED, [EVERY], [])),
    (
        "query",
        [rule(to(V2), "{queryParams: {a: {exact: '1'}}}")],
        f"{CART} GET /?a=1",
        Said(ALLOWED, taken(MATCH), ON_V2),
    ),
    ("port", [rule(to(V2), "{port: 80}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    ("another port: no route", [rule(to(V2), "{port: 81}")], GET, Said(ALLOWED, [], ON_CART)),
    ("labels of the client", [rule(to(V2), "{sourceLabels: {app: web}}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    ("labels of others: no route", [rule(to(V2), "{sourceLabels: {app: x}}")], GET, Said(ALLOWED, [], ON_CART)),
    ("namespace of the client", [rule(to(V2), "{sourceNamespace: shop}")], GET, Said(ALLOWED, taken(MATCH), ON_V2)),
    ("namespace of others", [rule(to(V2), "{sourceNamespace: bank}")], GET, Said(ALLOWED, [], ON_CART)),
    ("gateways alone", [cart(f"gateways: [shop/edge], http: [{{{to(V2)}}}]")], GET, Said(ALLOWED, [], ON_CART)),
    (
        "gateways and mesh",
        [cart(f"gateways: [shop/edge, mesh], http: [{{{to(V2)}}}]")],
        GET,
        Said(ALLOWED, taken(), ON_V2),
    ),
    ("a match of gateways", [rule(to(V2), "{gateways: [shop/edge]}")], GET, Said(ALLOWED, [], ON_CART)),
    (
        "the first rule counts",
        [cart(f"http: [{{match: [{{uri: {{prefix: /i}}}}], {to(V1)}}}, {{{to(V2)}}}]")],
        GET,
        Said(ALLOWED, taken(MATCH), ON_CART),
    ),
    (
        "redirect",
        [rule("redirect: {uri: /new, authority: far.example}")],
        GET,
        Said(REFUSED, [f"{VS}/redirect", VS], []),
    ),
    ("direct response", [rule("directResponse: {status: 503}")], GET, Said(REFUSED, [f"{VS}/directResponse", VS], [])),
    (
        "abort of all",
        [rule(f"fault: {{abort: {{httpStatus: 500, percentage: {{value: 100}}}}}}, {to(V1)}")],
        GET,
        Said(REFUSED, [f"{VS}/fault/abort", VS], []),
    ),
    (
        "abort of some",
        [rule(f"fault: {{abort: {{httpStatus: 500, percentage: {{value: 10}}}}}}, {to(V1)}")],
        GET,
        Said(f"{REFUSED} | {ALLOWED}", [f"{VS}/fault/abort", *taken()], ON_CART),
    ),
    ("delay", [rule(f"fault: {{delay: {{fixedDelay: 1s}}}}, {to(V1)}")], GET, Said(ALLOWED, taken(), ON_CART)),
    (
        "weights",
        [rule(to(f"{V1[:-1]}, weight: 90}}", f"{V2[:-1]}, weight: 10}}"))],
        GET,
        Said(ALLOWED, [*taken(), f"{VS}/route/1/destination"], [*ON_CART, *ON_V2]),
    ),
    (
        "weight 0 gets none",
        [rule(to(f"{V1[:-1]}, weight: 100}}", f"{V2[:-1]}, weight: 0}}"))],
        GET,
        Said(ALLOWED, taken(), ON_CART),
    ),
    ("one alone needs no weight", [rule(to(f"{V2[:-1]}, weight: 0}}"))], GET, Said(ALLOWED, taken(), ON_V2)),
    ("all weights 0", [rule(to(V1, V2))], GET, Said(OPEN, [VS], [])),
    (
        "subset",
        [DR, rule(to("{destination: {host: cart, subset: a}}"))],
        GET,
        Said(ALLOWED, taken(), ON_CART),
    ),
    (
        "subset of nobody",
        [DR, rule(to("{destination: {host: cart, subset: b}}"))],
        GET,
        Said(OPEN, taken(), []),
    ),
    (
        "subset that no rule defines",
        [DR, rule(to("{destination: {host: cart, subset: c}}"))],
        GET,
        Said(REFUSED, [f"{VS}/route/0/destination", VS], []),
    ),
    (
        "nothing declares the host",
        [rule(to("{destination: {host: lost}}"))],
        GET,
        Said(REFUSED, [f"{VS}/route/0/destination", VS], []),
    ),
    (
        "no such port",
        [rule(to("{destination: {host: cart-v2, port: {number: 81}}}"))],
        GET,
        Said(REFUSED, [f"{VS}/route/0/destination", VS], []),
    ),
    (
        "rewritten path",
        [CLOSED, rule(f"rewrite: {{uri: /new}}, {to(V2)}", "{uri: {prefix: /items}}")],
        GET,
        Said("allowed authorization", taken(MATCH), ON_V2),
    ),
    ("path as it is", [CLOSED, rule(to(V2))], GET, Said("denied authorization", taken(), ON_V2)),
    (
        "rewritten by an expression",
        [CLOSED, rule(f"rewrite: {{uriRegexRewrite: {{match: ^/i, rewrite: /new}}}}, {to(V2)}")],
        GET,
        Said(OPEN, taken(), []),
    ),
    (
        "rewritten by an expression for all of it",
        [CLOSED, rule(f"rewrite: {{uriRegexRewrite: {{match: /.*, rewrite: /new}}}}, {to(V2)}")],
        GET,
        Said("allowed authorization", taken(), ON_V2),
    ),
    (
        "wildcard",
        [virtual_service("shop/cart", f"hosts: ['*.cluster.local'], http: [{{{to(V2)}}}]")],
        GET,
        Said(ALLOWED, taken(), ON_V2),
    ),
    (
        "the host itself hides wildcards",
        [
            virtual_service("shop/wide", f"hosts: ['*.cluster.local'], http: [{{{to(V2)}}}]", OLD),
            cart(f"http: [{{{to(V1)}}}]", metadata=NEW),
        ],
        GET,
        Said(ALLOWED, taken(), ON_CART),
    ),
    (
        "even without a route for the proxy",
        [
            virtual_service("shop/wide", f"hosts: ['*.cluster.local'], http: [{{{to(V2)}}}]", OLD),
            cart(f"http: [{{match: [{{port: 81}}], {to(V1)}}}]", metadata=NEW),
        ],
        GET,
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "the oldest",
        [cart(f"http: [{{{to(V1)}}}]", metadata=OLD), cart(f"http: [{{{to(V2)}}}]", "shop/late", NEW)],
        GET,
        Said(ALLOWED, taken(), ON_CART),
    ),
    (
        "of unknown age",
        [cart(f"http: [{{{to(V1)}}}]"), cart("http: [{redirect: {uri: /}}]", "shop/late")],
        GET,
        Said(
            f"{ALLOWED} | {REFUSED}",
            [*taken(), "VirtualService shop/late /spec/http/0/redirect", "VirtualService shop/late /spec/http/0"],
            ON_CART,
        ),
    ),
    (
        "private ones first",
        [
            cart(f"http: [{{{to(V1)}}}]", metadata=OLD),
            cart(f"exportTo: [.], http: [{{{to(V2)}}}]", "shop/own", NEW),
        ],
        GET,
        Said(
            ALLOWED,
            ["VirtualService shop/own /spec/http/0", "VirtualService shop/own /spec/http/0/route/0/destination"],
            ON_V2,
        ),
    ),
    (
        "not exported",
        [cart(f"exportTo: [.], http: [{{{to('{destination: {host: plain}}')}}}]", "bare/cart")],
        GET,
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "delegate",
        [
            cart("http: [{match: [{uri: {prefix: /i}}], delegate: {name: part}}]"),
            virtual_service("shop/part", f"http: [{{match: [{{uri: {{prefix: /items}}}}], {to(V2)}}}]"),
        ],
        GET,
        Said(
            ALLOWED,
            [
                "VirtualService shop/part /spec/http/0/match/0",
                "VirtualService shop/part /spec/http/0/route/0/destination",
            ],
            ON_V2,
        ),
    ),
    ("a delegate that is missing", [cart("http: [{delegate: {name: part}}]")], GET, Said(ALLOWED, [], ON_CART)),
    (
        "another host is named",
        [rule(to(V2))],
        f"{CART} GET / far.example",
        Said(OPEN, ["VirtualService shop/cart"], []),
    ),
    ("a short name", [rule(to(V2))], f"{CART} GET / cart", Said(ALLOWED, taken(), ON_V2)),
    ("no sidecar", [rule("redirect: {uri: /}")], "bare/plain > svc:shop/cart:80 GET /", Said(ALLOWED, [], ON_CART)),
    (
        "a Sidecar without the object",
        [
            manifest("networking.istio.io/v1/Sidecar", "shop/default", "egress: [{hosts: [shop/*]}]"),
            cart("http: [{redirect: {uri: /}}]", "bare/cart"),
        ],
        GET,
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "tcp",
        [
            front("shop/db", "{name: tcp, port: 90, targetPort: 8080}", "cart"),
            virtual_service(
                "shop/db", "hosts: [db], tcp: [{route: [{destination: {host: cart-v2, port: {number: 80}}}]}]"
            ),
        ],
        "shop/web > svc:shop/db:90",
        Said(
            ALLOWED,
            ["VirtualService shop/db /spec/tcp/0", "VirtualService shop/db /spec/tcp/0/route/0/destination"],
            ON_V2,
        ),
    ),
    (
        "requests are no connections",
        [
            front("shop/db", "{name: tcp, port: 90, targetPort: 8080}", "cart"),
            virtual_service("shop/db", "hosts: [db], http: [{redirect: {uri: /}}]"),
        ],
        "shop/web > svc:shop/db:90",
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "gamma",
        [gamma("shop/cart", f"{{{TO_V2}}}")],
        GET,
        Said(ALLOWED, ["HTTPRoute shop/cart /spec/rules/0", "HTTPRoute shop/cart /spec/rules/0/backendRefs/0"], ON_V2),
    ),
    (
        "gamma: prefixes end at slashes",
        [gamma("shop/cart", f"{{matches: [{{path: {{value: /it}}}}], {TO_V2}}}")],
        GET,
        Said(REFUSED, ["HTTPRoute shop/cart /spec/rules"], []),
    ),
    (
        "gamma: the most specific",
        [
            gamma(
                "shop/cart",
                f"{{backendRefs: [{{name: cart, port: 80}}]}}, {{matches: [{{path: {{value: /items}}}}], {TO_V2}}}",
            )
        ],
        GET,
        Said(
            ALLOWED,
            ["HTTPRoute shop/cart /spec/rules/1/matches/0", "HTTPRoute shop/cart /spec/rules/1/backendRefs/0"],
            ON_V2,
        ),
    ),
    (
        "gamma: no backend",
        [gamma("shop/cart", "{matches: [{path: {value: /}}]}")],
        GET,
        Said(REFUSED, ["HTTPRoute shop/cart /spec/rules/0/matches/0"], []),
    ),
    (
        "gamma: weights of 0",
        [gamma("shop/cart", "{backendRefs: [{name: cart, port: 80, weight: 0}]}")],
        GET,
        Said(REFUSED, ["HTTPRoute shop/cart /spec/rules/0"], []),
    ),
    (
        "gamma: another port",
        [
            gamma("shop/cart", f"{{{TO_V2}}}")
            .replace("port: 80}]}, rules", "port: 81}]}, rules")
            .replace("port: 80}], rules", "port: 81}], rules")
        ],
        GET,
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "gamma: of a third namespace",
        [gamma("bare/cart", f"{{{TO_V2}}}")],
        GET,
        Said(ALLOWED, [], ON_CART),
    ),
    (
        "gamma: of the client's namespace before an older object",
        [
            workload("calm/shopper"),
            gamma("shop/cart", f"{{{TO_V2}}}", NEW),
            cart("http: [{redirect: {uri: /}}]", "bare/cart", OLD),
        ],
        GET,
        Said(ALLOWED, ["HTTPRoute shop/cart /spec/rules/0", "HTTPRoute shop/cart /spec/rules/0/backendRefs/0"], ON_V2),
    ),
]


@pytest.mark.parametrize(("documents", "question", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_routes_make_of_a_call(documents: list[str], question: str, expected: Said) -> None:
    assert said(mesh(*documents), question) == expected
