"""Which rule takes a request: matches, their ranks and what is not known.

The sources are tests of `linkerd/linkerd2-proxy`. With `match/` they are those of `linkerd/http/route/src/http/match/`,
with `grpc/` of `linkerd/http/route/src/grpc/`.
"""

import pytest

from service_mesh.model.kinds import GRPC_ROUTE, LINKERD_HTTP_ROUTE
from service_mesh.posture.linkerd.route_matching import Routed, found_whole, rules_taking
from service_mesh.posture.requests import HttpRequest
from tests.posture.linkerd.objects import route
from tests.support.scene import scene

PARENT = "group: policy.linkerd.io, kind: Server, name: web"
GATEWAY_API = "gateway.networking.k8s.io/v1"
NEW, OLD = (26, 10, 1), (25, 1, 1)
STAMPS = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")


def routed(
    asked: HttpRequest | None, *rules: str, hosts: str = "", kind: str = "HTTPRoute", old: bool = False
) -> Routed:
    """What takes a request among routes `r0`, `r1` … of the matches given, `r0` the oldest."""
    api = GATEWAY_API if kind == "GRPCRoute" else "policy.linkerd.io/v1beta3"
    names = hosts.split()
    documents = []
    for index, rule in enumerate(rules):
        host = f"hostnames: ['{names[index]}'], " if names else ""
        text = route(f"shop/r{index}", PARENT, rule, api=api, kind=kind).replace("parentRefs", f"{host}parentRefs")
        documents.append(text.replace(f"name: r{index},", f"name: r{index}, creationTimestamp: '{STAMPS[index]}',", 1))
    mesh = scene(*documents, releases={"linkerd": OLD if old else NEW})
    return rules_taking(mesh, mesh.of_kind(GRPC_ROUTE if kind == "GRPCRoute" else LINKERD_HTTP_ROUTE), asked)


def summary(found: Routed) -> str:
    """The routes that may take it, and `none` if it may be none."""
    return " ".join([*(winner.route.name for winner in found.winners), *(["none"] if found.may_miss else [])])


def get(path: str = "/", host: str = "www.example.com", method: str = "GET", **headers: str) -> HttpRequest:
    return HttpRequest(method, path, host, {name.replace("_", "-"): value for name, value in headers.items()})


def on(match: str) -> str:
    return f"{{matches: [{{{match}}}]}}"


def path(value: str, kind: str = "PathPrefix") -> str:
    return f"path: {{type: {kind}, value: '{value}'}}"


def header(name: str, value: str, kind: str = "Exact") -> str:
    return f"{{name: {name}, value: '{value}', type: {kind}}}"


def param(value: str, kind: str = "Exact") -> str:
    return f"queryParams: [{{name: foo, value: '{value}', type: {kind}}}]"


EXPRESSION = "RegularExpression"
DIGITS = path(r"/foo/\d+", EXPRESSION)
TWO = f"headers: [{header('x-foo', 'bar')}, {header('X-Baz', 'qu+x', 'RegularExpression')}]"
EVERYTHING = f"{path('/foo/bar', 'Exact')}, method: GET, headers: [{header('x-foo', 'bar')}]"
EVERYTHING += ", queryParams: [{name: foo, value: bar}]"


@pytest.mark.parametrize(
    ("source", "match", "asked", "expected"),
    [
        ("match/tests.rs: empty_match", "{}", get(method="HEAD"), True),
        ("match/tests.rs: method", "method: GET", get("/foo"), True),
        ("match/tests.rs: method, another", "method: GET", get(method="HEAD"), False),
        ("match/tests.rs: headers, none", TWO, get("/foo"), False),
        ("match/tests.rs: headers, one is wrong", TWO, get(x_foo="bar", x_baz="zab"), False),
        ("match/tests.rs: headers", TWO, get(x_foo="bar", x_baz="quuuux"), True),
        ("match/tests.rs: headers, anchored", TWO, get(x_foo="bar", x_baz="quxa"), False),
        ("match/tests.rs: multiple", EVERYTHING, get("/foo/bar?foo=bar", x_foo="bar"), True),
        ("match/tests.rs: multiple, method", EVERYTHING, get("/foo/bar?foo=bar", method="HEAD", x_foo="bar"), False),
        ("match/path.rs: path_exact", path("/foo/bar", "Exact"), get("/foo/bar"), True),
        ("match/path.rs: path_exact, less", path("/foo/bar", "Exact"), get("/foo"), False),
        ("match/path.rs: path_exact, more", path("/foo/bar", "Exact"), get("/foo/bar/qux"), False),
        ("match/path.rs: path_exact, the query is none of it", path("/foo", "Exact"), get("/foo?a=b"), True),
        ("match/path.rs: path_prefix, /", path("/"), get("/foobar"), True),
        ("match/path.rs: path_prefix", path("/foo"), get("/foo/bar/qux"), True),
        ("match/path.rs: path_prefix, slash", path("/foo/"), get("/foo"), True),
        ("match/path.rs: path_prefix, slash of the request", path("/foo"), get("/foo/"), True),
        ("match/path.rs: path_prefix, whole segments", path("/foo"), get("/foobar"), False),
        ("match/path.rs: path_regex", DIGITS, get("/foo/4321"), True),
        ("match/path.rs: path_regex, at the start", DIGITS, get("/bar/foo/4"), False),
        ("match/path.rs: path_regex, at the end", DIGITS, get("/foo/4abc"), False),
        ("match/query_param.rs: query_param_exact", param("bar"), get("/?x=y&foo=bar"), True),
        ("match/query_param.rs: query_param_exact, empty", param(""), get("/?foo"), True),
        ("match/query_param.rs: query_param_exact, another", param("bar"), get("/?bar=foo"), False),
        ("match/query_param.rs: query_param_exact, no query", param("bar"), get("/"), False),
        ("match/query_param.rs: query_param_regex", param("bar*", EXPRESSION), get("/?foo=bah&foo=barr"), True),
        ("match/query_param.rs: query_param_regex, anchored", param("bar*", EXPRESSION), get("/?foo=barro"), False),
        ("match/query_param.rs: query_param_regex, escaped", param("bar/.+", EXPRESSION), get("/?foo=bar%2Fhi"), True),
    ],
)
def test_matches_of_http_routes(source: str, match: str, asked: HttpRequest, *, expected: bool) -> None:
    assert source
    rule = "{matches: [{}]}" if match == "{}" else on(match)
    assert summary(routed(asked, rule)) == ("r0" if expected else "none")


@pytest.mark.parametrize(
    ("match", "asked", "expected"),
    [
        ("{}", "POST /foo/bar", True),  # grpc/match/tests.rs: empty_match
        ("{}", "POST /foo", False),
        ("method: {method: bar}", "POST /foo/bar", True),  # grpc/match/tests.rs: method
        ("method: {method: bar}", "POST /foo/bah", False),
        ("method: {service: foo, method: bar}", "GET /foo/bar", False),  # grpc/match/tests.rs: http_method
        ("method: {service: foo}", "POST /foo/any", True),
        ("method: {service: foo}", "POST /boo/any", False),
        ("headers: [{name: session-id, value: user-1}]", "POST /foo/bar", False),  # headers_without_rpc
    ],
)
def test_matches_of_grpc_routes(match: str, asked: str, *, expected: bool) -> None:
    method, _, where = asked.partition(" ")
    rule = "{matches: [{}]}" if match == "{}" else on(match)
    found = routed(get(where, method=method), rule, kind="GRPCRoute")
    assert summary(found) == ("r0" if expected else "none")


A, B = (f"headers: [{header(name, value)}]" for name, value in (("x-a", "1"), ("x-b", "2")))
A_AND_B = f"headers: [{header('x-a', '1')}, {header('x-b', '2')}]"
THREE = ", ".join(header(f"x-{name}", "1") for name in "abc")
BOTH = f"headers: [{header('x-a', '1')}, {header('x-b', '2')}], queryParams: [{{name: a, value: '1'}}]"
WEIGHED = get("/foo?a=1", x_a="1", x_b="2", x_c="1")


@pytest.mark.parametrize(
    ("source", "weaker", "stronger", "asked", "new", "old"),
    [
        ("http/tests.rs: path_length_precedence", path("/foo"), path("/foo/bar", "Exact"), get("/foo/bar"), "r1", "r1"),
        ("match/tests.rs: longer_prefix", path("/foo"), path("/foo/bar"), get("/foo/bar/baz"), "r1", "r1"),
        ("match/tests.rs: path_precedence", f"method: GET, {BOTH}", path("/foo", "Exact"), WEIGHED, "r1", "r1"),
        (
            "match/tests.rs: exact_beats_prefix_of_equal_length",
            path("/foo"),
            path("/foo", "Exact"),
            get("/foo"),
            "r1 r0",
            "r0",
        ),
        ("match/tests.rs: method_match", path("/foo"), f"method: GET, {path('/foo')}", get("/foo"), "r1", "r1"),
        ("match/tests.rs: method_precedence", BOTH, "method: GET", WEIGHED, "r1 r0", "r0"),
        ("match/tests.rs: more_header_matches", A, A_AND_B, WEIGHED, "r1", "r1"),
        ("match/tests.rs: header_precedence", "queryParams: [{name: a, value: '1'}]", A, WEIGHED, "r1", "r1"),
        ("match/tests.rs: gateway_api_precedence_ties_are_equal", A, B, WEIGHED, "r0", "r0"),
        ("http/tests.rs: first_identical_wins", path("/"), path("/"), get(), "r0", "r0"),
    ],
)
def test_ranks_of_http_matches(source: str, weaker: str, stronger: str, asked: HttpRequest, new: str, old: str) -> None:
    assert source
    assert summary(routed(asked, on(weaker), on(stronger))) == new
    assert summary(routed(asked, on(weaker), on(stronger), old=True)) == old


def test_ranks_of_grpc_matches() -> None:
    """Source: grpc/tests.rs, method_precedence, header_count_precedence; grpc/match/tests.rs, rpc_precedence."""
    call = get("/foo/bar", method="POST", x_a="1", x_b="1", x_c="1")
    service, full, three = "method: {service: foo}", "method: {service: foo, method: bar}", f"headers: [{THREE}]"
    for weaker, stronger in ((service, full), (three, service), (A, three)):
        assert summary(routed(call, on(weaker), on(stronger), kind="GRPCRoute")) == "r1"


@pytest.mark.parametrize(
    ("hosts", "host", "expected"),
    [
        ("*.example.com foo.example.com", "foo.example.com", "r1"),  # http/tests.rs: hostname_precedence
        ("*.example.com *.foo.example.com", "bar.foo.example.com", "r1"),  # match/host.rs: cmp
        ("example.com *.example.com", "Example.com.:8080", "r0"),  # match/host.rs: exact
        ("*.example.com other.com", "example.com", "none"),  # match/host.rs: suffix
        ("example.com. other.com", "example.com", "none"),
        ("example.com. other.com", "example.com.", "r0"),
        ("*.example.com other.com", "BAR.foo.EXAMPLE.COM.", "r0"),  # match/host.rs: suffix_case_insensitive
    ],
)
def test_host_names_count_before_all_else(hosts: str, host: str, expected: str) -> None:
    assert summary(routed(get("/foo", host), on(path("/foo")), on(path("/foo")), hosts=hosts)) == expected


def test_rules_without_matches_take_every_request_and_routes_without_rules_none() -> None:
    assert summary(routed(get(), "{}")) == "r0"
    mesh = scene(route("shop/r", PARENT).replace(", rules: [{}]", ""))
    assert summary(rules_taking(mesh, mesh.of_kind(LINKERD_HTTP_ROUTE), get())) == "none"


UNREAD = "whether HTTPRoute shop/r0 matches at /spec/rules/0/matches/0"


@pytest.mark.parametrize(
    ("asked", "rules", "expected", "missing"),
    [
        (HttpRequest("GET", None, "h"), [on(path("/a")), on("method: GET")], "r0 r1", ("the path of the request",)),
        (HttpRequest(None, "/a", "h"), [on("method: GET")], "r0 none", ("the method of the request",)),
        (HttpRequest("GET", "/a"), ["{}"], "r0", ()),
        (get("/a"), [on(path("(a+)+$", "RegularExpression"))], "r0 none", (UNREAD,)),
        (get("/a"), [on(path("a"))], "r0 none", (UNREAD,)),
        (get("/a"), [on("headers: [{name: x, value: y, type: Odd}]")], "none", ()),
        (get("/a", x="y"), [on("headers: [{name: x, value: y, type: Odd}]")], "r0 none", (UNREAD,)),
    ],
)
def test_what_is_not_known_leaves_every_rule_that_may_take_it(
    asked: HttpRequest, rules: list[str], expected: str, missing: tuple[str, ...]
) -> None:
    found = routed(asked, *rules)
    assert (summary(found), found.missing) == (expected, missing)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("a|ab", "ab", False), ("ab|a", "ab", True), ("a?(ab)?", "ab", False), ("/x", "/x", True), ("(?i)x", "X", None)],
)
def test_first_place_that_matches_has_to_be_all_of_the_text(pattern: str, text: str, expected: bool | None) -> None:
    assert found_whole(pattern, text) is expected
