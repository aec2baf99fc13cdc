"""Policies of Cilium: default deny, precedence, and what is not known."""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.kubernetes.ends import pod_with
from tests.posture.cilium.objects import WEB, ccnp, cnp, config, end, shop
from tests.posture.kubernetes.objects import chain_of, policy

CART = "fromEndpoints: [{matchLabels: {app: cart}}]"


def into_web(client: str, *documents: str, port: int = 8080, protocol: str = "TCP") -> Decision:
    mesh = shop(*documents)
    return ingress_decision(mesh, end(mesh, client), end(mesh, "shop/web"), port, protocol)


@pytest.mark.parametrize(
    ("rule", "client", "expected"),
    [
        ("egress: [{}]", "shop/cart", "allowed"),
        ("ingress: []", "shop/cart", "allowed"),
        ("ingress: [{}]", "shop/cart", "denied"),
        ("ingress: [{fromEntities: [all]}]", "203.0.113.9", "allowed"),
        ("ingress: [{fromEndpoints: []}]", "shop/cart", "denied"),
        ("ingress: [{fromEndpoints: [], toPorts: [{ports: [{port: '8080'}]}]}]", "shop/cart", "denied"),
        ("ingress: [{fromEndpoints: null, toPorts: [{ports: [{port: '8080'}]}]}]", "shop/cart", "allowed"),
        ("ingress: [{toPorts: [{ports: [{port: '8080'}]}]}]", "203.0.113.9", "allowed"),
        ("ingress: [{toPorts: []}]", "shop/cart", "denied"),
        ("ingressDeny: [{}]", "shop/cart", "denied"),
        (f"ingressDeny: [{{{CART}}}], ingress: [{{fromEntities: [all]}}]", "shop/cart", "denied"),
        (f"ingressDeny: [{{{CART}}}], ingress: [{{fromEntities: [all]}}]", "bank/cart", "allowed"),
        ("ingress: [{}], enableDefaultDeny: {ingress: false}", "shop/cart", "allowed"),
        (f"ingressDeny: [{{{CART}}}], enableDefaultDeny: {{ingress: false}}", "shop/cart", "denied"),
        (f"ingressDeny: [{{{CART}}}], enableDefaultDeny: {{ingress: false}}", "bank/cart", "allowed"),
        ("ingress: [{}]", "host", "allowed"),
        ("ingress: [{}]", "remote-node", "denied"),
        ("ingressDeny: [{fromEntities: [host]}]", "host", "denied"),
        ("ingress: [{}]", "shop/agent", "unknown"),
        ("ingress: [{fromEntities: [remote-node]}]", "shop/agent", "allowed"),
    ],
)
def test_forms_of_a_section_mean_what_the_agent_makes_of_them(rule: str, client: str, expected: str) -> None:
    assert into_web(client, cnp("shop/p", f"{WEB}, {rule}")).verdict == expected


@pytest.mark.parametrize(
    "broken",
    [
        "ingress: [], egress: []",
        "ingress: [{fromEntities: [cluster], fromCIDR: [10.0.0.0/8]}]",
        "ingress: [{fromEntities: [kube-dns]}]",
        "ingress: [{icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: '80'}]}]}]",
        "nodeSelector: {}, ingress: [{}]",
    ],
)
def test_policy_that_the_agent_refuses_has_no_effect(broken: str) -> None:
    assert into_web("shop/cart", cnp("shop/p", f"{WEB}, {broken}")).verdict == "allowed"


def test_one_faulty_rule_takes_the_others_of_its_policy_with_it() -> None:
    both = f"{{{WEB}, ingress: [{{}}]}}, {{{WEB}}}"
    assert into_web("shop/cart", ccnp("p", both, "specs")).verdict == "allowed"
    assert into_web("shop/cart", ccnp("p", f"{{{WEB}, ingress: [{{}}]}}", "specs")).verdict == "denied"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("enable-policy: never", ["allowed", "allowed"]),
        ("enable-policy: always", ["denied", "denied"]),
        ("enable-policy: default", ["denied", "allowed"]),
    ],
)
def test_mode_of_enforcement_comes_before_all_policies(options: str, expected: list[str]) -> None:
    mesh = shop(config(options), cnp("shop/p", f"{WEB}, ingress: [{{}}]"))
    servers = ("shop/web", "bank/teller")
    found = [ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, name), 80).verdict.value for name in servers]
    assert found == expected


def test_decision_names_what_denies_and_what_allows() -> None:
    denied = into_web("shop/cart", cnp("shop/p", f"{WEB}, ingress: [{{}}]"))
    assert chain_of(denied.chain) == ["CiliumNetworkPolicy shop/p /spec"]
    rules = f"{WEB}, ingress: [{{}}, {{{CART}, toPorts: [{{ports: [{{port: '8080'}}]}}]}}]"
    allowed = into_web("shop/cart", cnp("shop/p", rules))
    assert chain_of(allowed.chain) == ["CiliumNetworkPolicy shop/p /spec/ingress/1/toPorts/0"]
    never = into_web("shop/cart", cnp("shop/p", f"{WEB}, ingressDeny: [{{{CART}}}]"))
    assert (never.reason, chain_of(never.chain)) == (
        "CiliumNetworkPolicy shop/p denies it",
        ["CiliumNetworkPolicy shop/p /spec/ingressDeny/0"],
    )


def test_network_policies_and_cilium_policies_are_one_set() -> None:
    np = policy("shop/np", "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]")
    closed = cnp("shop/p", f"{WEB}, ingress: [{{}}]")
    found = [into_web(client, np, closed).verdict.value for client in ("shop/cart", "bank/cart")]
    assert found == ["allowed", "denied"]
    assert into_web("bank/cart", np).verdict == "denied"
    assert into_web("bank/cart", np, config("enable-k8s-networkpolicy: 'false'")).verdict == "allowed"


def test_block_of_a_network_policy_never_holds_pods() -> None:
    block = "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"
    np = policy("shop/np", f"podSelector: {{}}, {block}")
    found = [into_web(client, np).verdict.value for client in ("shop/cart", "203.0.113.9", "remote-node")]
    assert found == ["denied", "allowed", "denied"]


def test_labels_of_a_namespace_that_is_not_loaded_leave_the_answer_open() -> None:
    chosen = "endpointSelector: {matchLabels: {io.cilium.k8s.namespace.labels.team: blue}}"
    mesh = shop(ccnp("p", f"{chosen}, ingress: [{{}}]"))
    client = end(mesh, "shop/cart")
    servers = (end(mesh, "shop/web"), end(mesh, "bank/teller"), pod_with("far", {}))
    found = [ingress_decision(mesh, client, server, 80) for server in servers]
    assert [one.verdict.value for one in found] == ["denied", "allowed", "unknown"]
    assert found[2].missing == ("whether CiliumClusterwideNetworkPolicy p is about it at /spec",)


def test_deny_that_may_match_leaves_the_answer_open() -> None:
    far = "ingressDeny: [{fromEndpoints: [{matchLabels: {k8s:io.cilium.k8s.namespace.labels.team: blue}}]}]"
    mesh = shop(cnp("shop/p", f"{WEB}, {far}, ingress: [{{fromEntities: [all]}}]"))
    found = ingress_decision(mesh, pod_with("far", {}), end(mesh, "shop/web"), 80)
    assert (found.verdict, chain_of(found.chain)) == (
        Verdict.UNKNOWN,
        ["CiliumNetworkPolicy shop/p /spec/ingressDeny/0"],
    )


def test_policies_that_may_not_be_loaded_leave_the_answer_open() -> None:
    mesh = shop(cnp("shop/p", f"{WEB}, ingress: [{{}}]"), complete=Complete.NO)
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80)
    assert (found.verdict, found.loaded, found.missing) == (
        Verdict.UNKNOWN,
        Verdict.DENIED,
        ("the policies of namespace 'shop'",),
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [("enable-host-firewall: 'true'", "denied"), ("enable-host-firewall: 'false'", "allowed"), ("", "unknown")],
)
def test_policies_for_nodes_need_the_host_firewall(options: str, expected: str) -> None:
    documents = [ccnp("p", "nodeSelector: {}, ingress: [{fromEntities: [cluster]}]")]
    mesh = shop(*documents, *([config(options)] if options else []))
    assert ingress_decision(mesh, end(mesh, "203.0.113.9"), end(mesh, "shop/agent"), 22).verdict == expected
    assert ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/agent"), 22).verdict == "allowed"


def test_policies_for_some_nodes_are_about_nodes_that_are_not_known() -> None:
    mesh = shop(
        ccnp("p", "nodeSelector: {matchLabels: {pool: edge}}, ingress: [{}]"), config("enable-host-firewall: 'true'")
    )
    assert ingress_decision(mesh, end(mesh, "203.0.113.9"), end(mesh, "shop/agent"), 22).verdict == "unknown"


@pytest.mark.parametrize(
    ("protocol", "kind", "expected"),
    [("ICMP", 8, "allowed"), ("ICMP", 0, "denied"), ("ICMPv6", 8, "denied"), ("TCP", 8, "denied")],
)
def test_icmp_is_allowed_by_its_type(protocol: str, kind: int, expected: str) -> None:
    rule = "ingress: [{fromEntities: [all], icmps: [{fields: [{type: 8, family: IPv4}]}]}]"
    assert into_web("shop/cart", cnp("shop/p", f"{WEB}, {rule}"), port=kind, protocol=protocol).verdict == expected


def test_ports_alone_say_nothing_on_icmp() -> None:
    rule = "ingress: [{toPorts: [{ports: [{port: '0'}]}]}]"
    found = into_web("shop/cart", cnp("shop/p", f"{WEB}, {rule}"), port=8, protocol="ICMP")
    assert found.verdict == "denied"


@pytest.mark.parametrize(
    ("port", "asked", "protocol", "expected"),
    [
        ("port: '8080'", 8080, "UDP", "allowed"),
        ("port: '8080', protocol: ANY", 8080, "SCTP", "allowed"),
        ("port: '8080', protocol: TCP", 8080, "UDP", "denied"),
        ("port: '0', protocol: TCP", 1, "TCP", "allowed"),
        ("port: '8000', endPort: 8090", 8090, "TCP", "allowed"),
        ("port: '8000', endPort: 8090", 8091, "TCP", "denied"),
        ("port: http", 8080, "TCP", "allowed"),
        ("port: http", 8081, "TCP", "denied"),
        ("port: http, protocol: UDP", 8080, "UDP", "denied"),
    ],
)
def test_ports_are_numbers_ranges_or_names(port: str, asked: int, protocol: str, expected: str) -> None:
    found = into_web(
        "shop/cart",
        cnp("shop/p", f"{WEB}, ingress: [{{toPorts: [{{ports: [{{{port}}}]}}]}}]"),
        port=asked,
        protocol=protocol,
    )
    assert found.verdict == expected


def test_requirements_of_older_releases_leave_the_answer_open() -> None:
    rule = f"{WEB}, ingress: [{{{CART}, fromRequires: [{{matchLabels: {{team: a}}}}]}}]"
    for release, expected in (((1, 18), "unknown"), ((1, 19), "allowed")):
        mesh = shop(cnp("shop/p", rule), release=release)
        assert ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80).verdict == expected


def test_egress_of_the_client_is_its_own_question() -> None:
    mesh = shop(cnp("shop/p", f"{WEB}, egress: [{{toEndpoints: [{{matchLabels: {{app: cart}}}}]}}]"))
    web = end(mesh, "shop/web")
    found = [egress_decision(mesh, web, end(mesh, name), 80).verdict.value for name in ("shop/cart", "bank/cart")]
    assert found == ["allowed", "denied"]
    assert ingress_decision(mesh, end(mesh, "bank/cart"), web, 80).verdict == "allowed"
