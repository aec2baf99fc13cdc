"""NetworkPolicies: which connections pass, by what, and what is not known."""

from ipaddress import ip_address

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.posture.decisions import Decision, Verdict, both
from service_mesh.posture.kubernetes.access import egress_decision, ingress_decision
from service_mesh.posture.kubernetes.ends import End, Entity, of_entity, of_workload, outside, pod_with
from tests.posture.kubernetes.objects import chain_of, namespace, policy
from tests.support.scene import deployment, scene, the

WEB = "podSelector: {matchLabels: {app: web}}"
HOST = "apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: shop, labels: {app: agent}}\n"
HOST += "spec: {hostNetwork: true, containers: [{name: app, image: app}]}\n"
PORTS = "{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}"
NAMED = deployment("shop/web").replace("{containerPort: 8080}", PORTS)


def view(*documents: str, complete: Complete = Complete.YES) -> MeshView:
    names = ("shop/cart", "bank/cart", "bank/teller")
    return scene(
        namespace("shop"),
        namespace("bank", "tier: gold"),
        NAMED,
        *map(deployment, names),
        HOST,
        *documents,
        complete=complete,
    )


def end(mesh: MeshView, text: str) -> End:
    if "/" in text:
        return of_workload(the(mesh, text))
    return outside(ip_address(text)) if text[0].isdigit() else of_entity(Entity(text))


def into_web(spec: str, client: str, port: int = 8080, protocol: str = "TCP") -> Decision:
    mesh = view(policy("shop/p", f"{WEB}, {spec}"))
    return ingress_decision(mesh, end(mesh, client), end(mesh, "shop/web"), port, protocol)


def out_of_web(spec: str, server: str, port: int = 8080, protocol: str = "TCP") -> Decision:
    mesh = view(policy("shop/p", f"{WEB}, {spec}"))
    return egress_decision(mesh, end(mesh, "shop/web"), end(mesh, server), port, protocol)


GOLD = "{namespaceSelector: {matchLabels: {tier: gold}}}"
GOLD_CART = "{namespaceSelector: {matchLabels: {tier: gold}}, podSelector: {matchLabels: {app: cart}}}"


@pytest.mark.parametrize(
    ("spec", "client", "expected"),
    [
        ("policyTypes: [Ingress]", "shop/cart", "denied"),
        ("policyTypes: [Egress]", "shop/cart", "allowed"),
        ("egress: [{}]", "shop/cart", "denied"),
        ("ingress: []", "shop/cart", "denied"),
        ("ingress: [{}]", "203.0.113.9", "allowed"),
        ("ingress: [{from: []}]", "shop/cart", "allowed"),
        ("ingress: [{from: [{podSelector: {}}]}]", "shop/cart", "allowed"),
        ("ingress: [{from: [{podSelector: {}}]}]", "bank/cart", "denied"),
        ("ingress: [{from: [{podSelector: {}}]}]", "203.0.113.9", "denied"),
        ("ingress: [{from: [{namespaceSelector: {}}]}]", "bank/teller", "allowed"),
        (f"ingress: [{{from: [{GOLD}]}}]", "shop/cart", "denied"),
        (f"ingress: [{{from: [{GOLD_CART}]}}]", "bank/cart", "allowed"),
        (f"ingress: [{{from: [{GOLD_CART}]}}]", "bank/teller", "denied"),
        (f"ingress: [{{from: [{GOLD}, {{podSelector: {{}}}}]}}]", "shop/cart", "allowed"),
        ("ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]", "203.0.113.9", "allowed"),
        ("ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.8/30]}}]}]", "203.0.113.9", "denied"),
        ("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "shop/cart", "denied"),
        ("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", "shop/cart", "unknown"),
        ("ingress: [{from: [{ipBlock: {cidr: nonsense}}]}]", "203.0.113.9", "denied"),
        ("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "world", "unknown"),
        ("policyTypes: [Ingress]", "host", "allowed"),
        ("policyTypes: [Ingress]", "remote-node", "denied"),
        ("policyTypes: [Ingress]", "shop/agent", "unknown"),
    ],
)
def test_who_gets_in_follows_the_rules_of_the_policy(spec: str, client: str, expected: str) -> None:
    assert into_web(spec, client).verdict == expected


@pytest.mark.parametrize(
    ("ports", "port", "protocol", "expected"),
    [
        ("[]", 1, "UDP", "allowed"),
        ("[{}]", 1, "TCP", "allowed"),
        ("[{}]", 1, "UDP", "denied"),
        ("[{port: 8080}]", 8080, "TCP", "allowed"),
        ("[{port: 8080, protocol: UDP}]", 8080, "TCP", "denied"),
        ("[{port: 8000, endPort: 8080}]", 8080, "TCP", "allowed"),
        ("[{port: 8000, endPort: 8080}]", 8081, "TCP", "denied"),
        ("[{port: http}]", 8080, "TCP", "allowed"),
        ("[{port: http}]", 8081, "TCP", "denied"),
        ("[{port: dns}]", 53, "TCP", "denied"),
        ("[{port: dns, protocol: UDP}]", 53, "UDP", "allowed"),
        ("[{port: absent}]", 8080, "TCP", "denied"),
    ],
)
def test_ports_are_numbers_ranges_or_names_of_the_server(ports: str, port: int, protocol: str, expected: str) -> None:
    assert into_web(f"ingress: [{{ports: {ports}}}]", "shop/cart", port, protocol).verdict == expected


@pytest.mark.parametrize(
    ("spec", "server", "expected"),
    [
        ("ingress: [{}]", "shop/cart", "allowed"),
        ("egress: []", "shop/cart", "allowed"),
        ("policyTypes: [Egress]", "shop/cart", "denied"),
        ("egress: [{to: [{podSelector: {matchLabels: {app: cart}}}]}]", "shop/cart", "allowed"),
        ("egress: [{to: [{podSelector: {matchLabels: {app: cart}}}]}]", "bank/cart", "denied"),
        ("egress: [{ports: [{port: http}]}]", "shop/cart", "denied"),
        ("egress: [{ports: [{port: http}]}]", "203.0.113.9", "denied"),
    ],
)
def test_what_may_be_reached_follows_the_rules_of_the_policy(spec: str, server: str, expected: str) -> None:
    assert out_of_web(spec, server).verdict == expected


def test_decision_names_the_rule_that_allows() -> None:
    found = into_web("ingress: [{from: [{podSelector: {matchLabels: {app: no}}}]}, {}]", "shop/cart")
    assert (found.verdict, chain_of(found.chain)) == (Verdict.ALLOWED, ["NetworkPolicy shop/p /spec/ingress/1"])


def test_decision_names_every_policy_that_isolates() -> None:
    mesh = view(policy("shop/p", WEB), policy("shop/q", "podSelector: {}"))
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80)
    assert (found.verdict, chain_of(found.chain)) == (Verdict.DENIED, ["NetworkPolicy shop/p", "NetworkPolicy shop/q"])


def test_rules_of_several_policies_are_joined() -> None:
    mesh = view(policy("shop/p", WEB), policy("shop/q", f"{WEB}, ingress: [{{ports: [{{port: 80}}]}}]"))
    found = [ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), port).verdict for port in (80, 81)]
    assert found == [Verdict.ALLOWED, Verdict.DENIED]


def test_namespace_that_is_not_loaded_has_a_name_and_unknown_labels() -> None:
    by_name = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: far}}}"
    mesh = view(policy("shop/p", f"{WEB}, ingress: [{{from: [{by_name}]}}]"))
    server = end(mesh, "shop/web")
    assert ingress_decision(mesh, pod_with("far", {}), server, 80).verdict == "allowed"
    assert ingress_decision(mesh, pod_with("near", {}), server, 80).verdict == "denied"
    found = into_web(f"ingress: [{{from: [{GOLD}]}}]", "shop/cart")
    assert found.verdict == "denied"
    mesh = view(policy("shop/p", f"{WEB}, ingress: [{{from: [{GOLD}]}}]"))
    open_ = ingress_decision(mesh, pod_with("far", {}), server, 80)
    assert (open_.verdict, open_.missing) == (
        Verdict.UNKNOWN,
        ("whether NetworkPolicy shop/p matches at /spec/ingress/0",),
    )


def test_policies_that_may_not_be_loaded_leave_the_answer_open() -> None:
    mesh = view(policy("shop/p", WEB), complete=Complete.NO)
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80)
    missing = ("the network policies of namespace 'shop'",)
    assert (found.verdict, found.loaded, found.missing) == (Verdict.UNKNOWN, Verdict.DENIED, missing)


def test_pods_on_the_network_of_their_node_are_not_isolated() -> None:
    mesh = view(policy("shop/p", "podSelector: {}"))
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/agent"), 80)
    assert (found.verdict, found.chain) == (Verdict.ALLOWED, ())


def test_connection_has_to_pass_both_ends() -> None:
    denied = Decision(Verdict.DENIED, "no")
    allowed, unknown = Decision(Verdict.ALLOWED, "yes", authentication=True), Decision(Verdict.UNKNOWN, "perhaps")
    assert both(unknown, denied) is denied
    assert both(unknown, allowed) is unknown
    assert both(allowed, allowed) == Decision(Verdict.ALLOWED, "yes", loaded=Verdict.ALLOWED, authentication=True)
