"""Worlds in which the posture and the naive evaluator once differed, made small and kept."""

import pytest

from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.cilium.requests import admits
from service_mesh.posture.decisions import Decision
from service_mesh.posture.kubernetes.ends import pod_with
from service_mesh.posture.requests import HttpRequest
from tests.posture.cilium.objects import WEB, ccnp, cnp, config, end, shop
from tests.posture.kubernetes.objects import chain_of, policy

RED = "endpointSelector: {matchLabels: {io.cilium.k8s.namespace.labels.team: red}}"
FROM_CART = "fromEndpoints: [{matchLabels: {app: cart}}]"
GET = "toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{method: GET}]}}]"


def into_far(*documents: str, release: tuple[int, ...] | None = None) -> Decision:
    """From `shop/cart` into a pod whose namespace is not loaded."""
    mesh = shop(*documents, release=release)
    return ingress_decision(mesh, end(mesh, "shop/cart"), pod_with("far", {"app": "late"}), 80)


def admitted(found: Decision) -> list[bool | None]:
    return [admits(found.rules, HttpRequest(method, "/")) for method in ("GET", "POST")]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("enable-policy: always, enable-host-firewall: 'true'", "denied"),
        ("enable-policy: always, enable-host-firewall: 'false'", "allowed"),
        ("enable-policy: default, enable-host-firewall: 'true'", "allowed"),
    ],
)
def test_nodes_without_a_policy_are_closed_too_where_policies_are_always_enforced(options: str, expected: str) -> None:
    """Seed 219: a node was open unless a policy selected it."""
    mesh = shop(config(options))
    found = ingress_decision(mesh, end(mesh, "203.0.113.9"), end(mesh, "shop/agent"), 22)
    assert found.verdict == expected


def test_what_may_be_the_own_node_or_another_one_is_bound_by_the_rules_for_the_other() -> None:
    """Seed 1079: as both may connect, the requests that only the own node may send were let pass."""
    rule = f"{WEB}, ingress: [{{fromEntities: [remote-node], {GET}}}]"
    mesh = shop(cnp("shop/p", rule))
    found = ingress_decision(mesh, end(mesh, "shop/agent"), end(mesh, "shop/web"), 80)
    assert (found.verdict, admitted(found)) == ("allowed", [True, False])
    assert found.missing == ("whether the other end is Pod shop/agent",)


def test_rule_that_is_perhaps_for_the_pod_and_allows_it_leaves_nothing_open() -> None:
    """Seed 482: it was not known, though the pod is open without the rule."""
    found = into_far(ccnp("p", f"{RED}, ingress: [{{{FROM_CART}}}]"))
    assert (found.verdict, chain_of(found.chain)) == (
        "allowed",
        ["CiliumClusterwideNetworkPolicy p /spec/ingress/0"],
    )
    assert into_far(ccnp("p", f"{RED}, ingress: [{{fromEntities: [world]}}]")).verdict == "unknown"
    both = [ccnp("p", f"{RED}, ingress: [{{{FROM_CART}}}]"), ccnp("q", f"{RED}, ingress: [{{}}]")]
    assert into_far(*both).verdict == "unknown"


def test_requests_that_such_a_rule_asks_for_pass_whether_or_not_it_is_for_the_pod() -> None:
    """Seed 4942: the requests that it lets pass were not known either."""
    found = into_far(ccnp("p", f"{RED}, ingress: [{{{FROM_CART}, {GET}}}]"))
    assert (found.verdict, admitted(found)) == ("allowed", [True, False])
    assert found.missing == ("whether CiliumClusterwideNetworkPolicy p is about it at /spec",)


def test_requests_are_refused_for_certain_only_where_default_deny_is() -> None:
    """The rule that may turn on default deny was not named, so the other requests counted as refused."""
    sure = ccnp(
        "p", f"endpointSelector: {{}}, ingress: [{{{FROM_CART}, {GET}}}], enableDefaultDeny: {{ingress: false}}"
    )
    found = into_far(sure, ccnp("q", f"{RED}, ingress: [{{}}]"))
    assert (found.verdict, admitted(found)) == ("allowed", [True, False])
    assert found.missing == ("whether CiliumClusterwideNetworkPolicy q is about it at /spec",)


@pytest.mark.parametrize(("protocol", "expected"), [("UDP", "allowed"), ("ANY", "allowed"), ("TCP", "denied")])
def test_rules_for_requests_in_other_protocols_make_the_agent_refuse_the_policy(protocol: str, expected: str) -> None:
    """Seed 180: the policy was taken to close the pod."""
    ports = f"toPorts: [{{ports: [{{port: '80', protocol: {protocol}}}], rules: {{http: [{{}}]}}}}]"
    mesh = shop(cnp("shop/p", f"{WEB}, ingress: [{{{ports}}}]"))
    assert ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 8080).verdict == expected


@pytest.mark.parametrize("entity", ["ingress", "health"])
def test_ranges_of_network_policies_hold_no_part_of_the_cluster(entity: str) -> None:
    """Seed 2945: whether the range holds Cilium's own proxy was not known."""
    mesh = shop(policy("shop/np", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]"))
    assert ingress_decision(mesh, end(mesh, entity), end(mesh, "shop/web"), 80).verdict == "denied"


NO_NAMESPACE = "{matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: DoesNotExist}]}"


@pytest.mark.parametrize(("release", "expected"), [((1, 18), "allowed"), ((1, 19), "denied")])
@pytest.mark.parametrize("options", ["", "cluster-name: west"])
def test_selectors_mean_endpoints_of_the_own_cluster_which_the_world_is_not(
    options: str, release: tuple[int, int], expected: str
) -> None:
    """Seed 16998, an error of the naive one; and without the name of the cluster it was one of the posture."""
    rule = cnp("shop/p", f"{WEB}, egress: [{{toEndpoints: [{NO_NAMESPACE}]}}]")
    mesh = shop(rule, *([config(options)] if options else []), release=release)
    assert egress_decision(mesh, end(mesh, "shop/web"), end(mesh, "203.0.113.9"), 443).verdict == expected


def test_name_of_a_namespace_that_is_not_loaded_is_known() -> None:
    """It was as unknown as its other labels."""
    named = "endpointSelector: {matchLabels: {io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name: NAME}}"
    found = [into_far(ccnp("p", f"{named.replace('NAME', name)}, ingress: [{{}}]")) for name in ("far", "near")]
    assert [one.verdict.value for one in found] == ["denied", "allowed"]


OPEN = "enableDefaultDeny: {ingress: false}"


@pytest.mark.parametrize(
    ("release", "expected", "missing"),
    [((1, 17), [True, False], ("whether {} is about it at /spec/ingress/0/toPorts/0",)), ((1, 18), [True, True], ())],
)
def test_rule_for_requests_that_is_perhaps_for_the_pod_may_bind_them_without_default_deny(
    release: tuple[int, int], expected: list[bool], missing: tuple[str, ...]
) -> None:
    """Seed 22153: every request counted as let pass, though up to 1.17 those are refused that the rule does not let."""
    found = into_far(ccnp("p", f"{RED}, ingress: [{{{FROM_CART}, {GET}}}], {OPEN}"), release=release)
    assert (found.verdict, admitted(found)) == ("allowed", expected)
    assert found.missing == tuple(text.format("CiliumClusterwideNetworkPolicy p") for text in missing)


def test_two_such_rules_leave_it_open_which_requests_pass() -> None:
    rules = [ccnp(name, f"{RED}, ingress: [{{{FROM_CART}, {GET}}}], {OPEN}") for name in ("p", "q")]
    assert into_far(*rules, release=(1, 17)).verdict == "unknown"


def test_rule_that_allows_and_denies_the_same_denies_it_whomever_it_is_for() -> None:
    """Seed 31050: the rule that it may be for was taken to allow perhaps what it itself denies."""
    closed = ccnp("p", "endpointSelector: {}, ingress: [{}]")
    found = into_far(closed, ccnp("q", f"{RED}, ingress: [{{{FROM_CART}}}], ingressDeny: [{{{FROM_CART}}}]"))
    assert found.verdict == "denied"


def test_rule_that_lets_every_request_pass_lifts_its_own_rules_for_them() -> None:
    """Seed 67981: up to 1.17 the rules for requests of the same rule left it open."""
    rule = ccnp("p", f"{RED}, ingress: [{{{FROM_CART}}}, {{{FROM_CART}, {GET}}}]")
    found = into_far(rule, release=(1, 17))
    assert (found.verdict, admitted(found), found.missing) == ("allowed", [True, True], ())


@pytest.mark.parametrize(("release", "expected"), [((1, 17), "unknown"), ((1, 18), "allowed")])
def test_rules_for_requests_of_another_rule_may_bind_them_where_the_one_that_closes_is_not_for_the_pod(
    release: tuple[int, int], expected: str
) -> None:
    closing = ccnp("p", f"{RED}, ingress: [{{{FROM_CART}}}]")
    account = "endpointSelector: {matchLabels: {io.cilium.k8s.policy.serviceaccount: late}}"
    asking = ccnp("q", f"{account}, ingress: [{{{FROM_CART}, {GET}}}], {OPEN}")
    assert into_far(closing, asking, release=release).verdict == expected
