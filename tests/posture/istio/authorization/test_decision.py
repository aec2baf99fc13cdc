"""The order of decision, empty forms, what is not known, and how far the input tells."""

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import AUTHORIZATION_POLICY, DEPLOYMENT, NAMESPACE
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.istio.authorization.peers import Call, Protocol
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    CLIENT,
    GET,
    HTTP,
    OTHER,
    PLAIN,
    SIDECAR,
    TCP,
    answer,
    at_the_waypoint,
    at_web,
    from_,
    gateway,
    istiod,
    policy,
    request,
    service,
    tokens,
    view,
)
from tests.support.scene import deployment, scene

ALL = "rules: [{}]"
CART = "rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}]}]"
BANK = "rules: [{from: [{source: {namespaces: [bank]}}]}]"

TABLE = [
    ([], "allowed", []),
    ([("p", "")], "denied", ["shop/p"]),
    ([("p", "rules: []")], "denied", ["shop/p"]),
    ([("p", ALL)], "allowed", ["shop/p /rules/0"]),
    ([("p", f"action: DENY, {ALL}")], "denied", ["shop/p /rules/0"]),
    ([("p", "action: DENY")], "allowed", []),
    ([("p", "action: CUSTOM, provider: {name: ext}")], "allowed", []),
    ([("p", f"action: AUDIT, {ALL}")], "allowed", []),
    ([("p", "action: AUDIT")], "allowed", []),
    ([("p", f"action: NONSENSE, {ALL}")], "allowed", []),
    ([("p", CART)], "allowed", ["shop/p /rules/0"]),
    ([("p", BANK)], "denied", ["shop/p"]),
    ([("p", BANK), ("q", CART)], "allowed", ["shop/q /rules/0"]),
    ([("p", BANK), ("q", "")], "denied", ["shop/p", "shop/q"]),
    ([("p", CART), ("q", f"action: DENY, {CART}")], "denied", ["shop/q /rules/0"]),
    ([("p", CART), ("q", f"action: DENY, {BANK}")], "allowed", ["shop/p /rules/0"]),
    ([("p", f"action: DENY, {BANK}")], "allowed", []),
]


@pytest.mark.parametrize("plane", [SIDECAR, AMBIENT])
@pytest.mark.parametrize(("rows", "verdict", "chain"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_order_and_empty_forms(rows: list[tuple[str, str]], verdict: str, chain: list[str], plane: str) -> None:
    mesh = view(*(policy(f"shop/{name}", spec) for name, spec in rows), plane=plane)
    assert answer(at_web(mesh, from_())) == (verdict, chain)


@pytest.mark.parametrize("plane", [SIDECAR, AMBIENT])
@pytest.mark.parametrize(
    ("spec", "verdict"),
    [("", "allowed"), (f"action: DENY, {ALL}", "allowed"), (f"action: AUDIT, {ALL}", "allowed")],
)
def test_trial_decides_nothing(spec: str, verdict: str, plane: str) -> None:
    mesh = view(policy("shop/p", spec, "annotations: {istio.io/dry-run: 'true'}"), plane=plane)
    assert answer(at_web(mesh, from_())) == (verdict, [])


def test_trial_of_an_allow_does_not_count_beside_one_that_is_enforced() -> None:
    mesh = view(policy("shop/p", ALL, "annotations: {istio.io/dry-run: 'true'}"), policy("shop/q", BANK))
    assert answer(at_web(mesh, from_())) == ("denied", ["shop/q"])


def test_workload_outside_the_mesh_takes_everything() -> None:
    mesh = view(policy("shop/p", ""), plane="")
    assert answer(at_web(mesh, from_())) == ("allowed", [])


def test_unknown_data_plane_leaves_open_who_decides_and_names_what_is_missing() -> None:
    found = at_web(scene(deployment("shop/web"), policy("shop/p", "")), from_())
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, ("the labels of namespace 'shop'",))


def test_unknown_data_plane_does_not_matter_where_there_is_no_policy() -> None:
    assert at_web(scene(deployment("shop/web")), from_()).verdict is Verdict.ALLOWED


METHOD = "rules: [{to: [{operation: {methods: [GET]}}]}]"
PORT = "rules: [{to: [{operation: {ports: ['8080']}}]}]"
OPEN = [
    (METHOD, from_(http=request()), ("the method of the request",), from_(), "allowed"),
    (f"action: DENY, {METHOD}", from_(http=request()), ("the method of the request",), from_(), "denied"),
    (
        "rules: [{to: [{operation: {paths: [/a], methods: [GET]}}]}]",
        from_(http=request()),
        ("the method of the request", "the path of the request"),
        from_(),
        "allowed",
    ),
    (
        "rules: [{to: [{operation: {hosts: [web.shop]}}]}]",
        from_(http=request()),
        ("the host of the request",),
        from_(),
        "allowed",
    ),
    (PORT, from_(port=None), ("the port of the server",), from_(), "allowed"),
    (CART, from_(None), ("the identity of the client",), from_(), "allowed"),
    (BANK, from_(None), ("the identity of the client",), from_(), "denied"),
    (
        "rules: [{from: [{source: {serviceAccounts: [cart]}}]}]",
        from_(None),
        ("the identity of the client",),
        from_(),
        "allowed",
    ),
    (
        "rules: [{from: [{source: {trustDomains: [cluster.local]}}]}]",
        from_(None),
        ("the identity of the client",),
        from_(),
        "allowed",
    ),
    (
        "rules: [{from: [{source: {ipBlocks: [192.0.2.0/24]}}]}]",
        from_(),
        ("the address of the client",),
        from_(address="192.0.2.1"),
        "allowed",
    ),
    (
        "rules: [{from: [{source: {remoteIpBlocks: [192.0.2.0/24]}}]}]",
        from_(),
        ("the address of the first client",),
        from_(remote="192.0.2.1"),
        "allowed",
    ),
    (
        "rules: [{when: [{key: destination.ip, values: [192.0.2.1]}]}]",
        from_(),
        ("the address of the server",),
        from_(server="192.0.2.1"),
        "allowed",
    ),
    (
        "rules: [{when: [{key: connection.sni, values: ['*.shop']}]}]",
        from_(),
        ("the name that the client asks for in TLS",),
        from_(sni="web.shop"),
        "allowed",
    ),
    (
        METHOD,
        from_(protocol=None),
        ("whether the proxy takes the connection for HTTP or TCP",),
        from_(),
        "allowed",
    ),
    (
        METHOD,
        from_(protocol=None, http=request()),
        ("whether the proxy takes the connection for HTTP or TCP", "the method of the request"),
        from_(protocol=TCP),
        "denied",
    ),
]


@pytest.mark.parametrize(("spec", "call", "missing", "settled", "verdict"), OPEN, ids=[str(row[2]) for row in OPEN])
def test_what_is_not_known_is_named_and_settles_it_when_given(
    spec: str, call: Call, missing: tuple[str, ...], settled: Call, verdict: str
) -> None:
    mesh = view(policy("shop/p", spec))
    found = at_web(mesh, call)
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, missing)
    assert at_web(mesh, settled).verdict == verdict


def test_unknown_answer_points_at_the_rules_that_may_match() -> None:
    mesh = view(policy("shop/p", METHOD), policy("shop/q", BANK))
    assert answer(at_web(mesh, from_(http=request()))) == ("unknown", ["shop/p /rules/0"])


def test_deny_that_may_match_does_not_matter_where_no_allow_does() -> None:
    mesh = view(policy("shop/p", f"action: DENY, {METHOD}"), policy("shop/q", BANK))
    assert answer(at_web(mesh, from_(http=request()))) == ("denied", ["shop/q"])


def test_protocol_does_not_matter_where_both_come_to_the_same() -> None:
    mesh = view(policy("shop/p", CART))
    assert answer(at_web(mesh, from_(protocol=None))) == ("allowed", ["shop/p /rules/0"])
    assert answer(at_web(mesh, from_(OTHER, protocol=None))) == ("denied", ["shop/p"])


def listed(mesh: MeshView) -> MeshView:
    """The same objects, read from a cluster that was asked for every AuthorizationPolicy."""
    resources = [one for kind in (NAMESPACE, DEPLOYMENT, AUTHORIZATION_POLICY) for one in mesh.of_kind(kind)]
    captures = {"": Capture(listed=frozenset({AUTHORIZATION_POLICY}))}
    return MeshView(resources, Complete.NO, captures=captures)


def test_allow_holds_for_the_loaded_policies_alone_where_others_may_exist() -> None:
    mesh = view(policy("shop/p", CART), complete=Complete.NO)
    found = at_web(mesh, from_())
    assert (found.verdict, found.loaded) == (Verdict.UNKNOWN, Verdict.ALLOWED)
    assert found.missing == ("every AuthorizationPolicy of namespace 'shop' and 'istio-system'",)


def test_deny_that_matches_holds_whatever_else_exists() -> None:
    mesh = view(policy("shop/p", f"action: DENY, {CART}"), complete=Complete.NO)
    assert at_web(mesh, from_()).verdict is Verdict.DENIED


def test_deny_for_want_of_an_allow_holds_for_the_loaded_policies_alone() -> None:
    found = at_web(view(policy("shop/p", BANK), complete=Complete.NO), from_())
    assert (found.verdict, found.loaded) == (Verdict.UNKNOWN, Verdict.DENIED)


def test_namespaces_of_the_workload_and_of_the_root_both_have_to_be_complete() -> None:
    homes = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
    found = at_web(scene(homes, deployment("shop/web"), complete=Complete.AUTO), from_())
    assert found.missing == ("every AuthorizationPolicy of namespace 'istio-system'",)


def test_listing_every_policy_of_a_cluster_is_enough() -> None:
    mesh = listed(view(policy("shop/p", CART), complete=Complete.NO))
    assert at_web(mesh, from_()).verdict is Verdict.ALLOWED


def test_token_needs_every_request_authentication_too() -> None:
    mesh = listed(view(policy("shop/p", CART), complete=Complete.NO))
    found = at_web(mesh, from_(http=request(claims={"iss": "a"})))
    assert found.missing == ("every RequestAuthentication of namespace 'shop' and 'istio-system'",)


def test_waypoint_counts_the_namespaces_of_itself_the_service_and_the_root() -> None:
    mesh = view(gateway(), service(), plane=AMBIENT, complete=Complete.NO)
    found = at_the_waypoint(mesh, from_())
    assert found.missing == ("every AuthorizationPolicy of namespace 'shop' and 'istio-system'",)


@pytest.mark.parametrize(
    "switch", ["PILOT_AUTO_ALLOW_WAYPOINT_POLICY", "ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES"]
)
def test_switches_that_add_policies_leave_an_allow_open(switch: str) -> None:
    mesh = view(istiod(switch), gateway(), service(), plane=AMBIENT)
    found = (at_web if switch.startswith("PILOT") else at_the_waypoint)(mesh, from_())
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, (f"what istiod makes of policies with {switch}",))


def test_allow_that_istiod_adds_for_waypoints_leaves_a_want_of_allows_open_and_a_deny_closed() -> None:
    for spec, verdict in (("", Verdict.UNKNOWN), (f"action: DENY, {ALL}", Verdict.DENIED)):
        mesh = view(policy("shop/p", spec), istiod("PILOT_AUTO_ALLOW_WAYPOINT_POLICY"), plane=AMBIENT)
        assert at_web(mesh, from_()).verdict is verdict


def test_deny_that_matches_holds_beside_a_token_that_other_objects_may_take() -> None:
    rows = tokens("shop/t", "jwtRules: [{issuer: acme}]"), policy("shop/p", f"action: DENY, {ALL}")
    stranger = from_(http=request(claims={"iss": "stranger"}))
    assert at_web(view(*rows, complete=Complete.NO), stranger).verdict is Verdict.DENIED
    assert at_web(view(rows[0], complete=Complete.NO), stranger).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("protocol", [HTTP, TCP, None])
def test_ztunnel_does_not_ask_for_the_protocol(protocol: Protocol | None) -> None:
    mesh = view(policy("shop/p", CART), plane=AMBIENT)
    assert answer(at_web(mesh, from_(protocol=protocol))) == ("allowed", ["shop/p /rules/0"])


def test_ztunnel_reads_no_tokens() -> None:
    rows = tokens("shop/t", "jwtRules: [{issuer: a}]"), policy("shop/p", CART)
    mesh = view(*rows, plane=AMBIENT)
    assert at_web(mesh, from_(http=request(claims={"iss": "z"}))).verdict is Verdict.ALLOWED


def test_waypoint_sees_the_client_and_ztunnel_behind_it_sees_the_waypoint() -> None:
    only = "targetRefs: [{kind: Service, group: '', name: web}], "
    mesh = view(policy("shop/l7", f"{only}{CART}"), policy("shop/l4", CART), gateway(), service(), plane=AMBIENT)
    assert answer(at_the_waypoint(mesh, from_(CLIENT))) == ("allowed", ["shop/l7 /rules/0"])
    assert answer(at_web(mesh, from_("cluster.local/ns/shop/sa/way"))) == ("denied", ["shop/l4"])


def test_policy_that_shuts_out_who_does_not_come_through_the_waypoint() -> None:
    deny = "action: DENY, rules: [{from: [{source: {notPrincipals: [cluster.local/ns/shop/sa/way]}}]}]"
    mesh = view(policy("shop/p", deny), plane=AMBIENT)
    assert answer(at_web(mesh, from_("cluster.local/ns/shop/sa/way"))) == ("allowed", [])
    assert answer(at_web(mesh, from_(CLIENT))) == ("denied", ["shop/p /rules/0"])
    assert answer(at_web(mesh, from_(PLAIN, GET))) == ("denied", ["shop/p /rules/0"])
