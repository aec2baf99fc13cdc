"""Peers of Cilium's rules: endpoints, ranges, entities, names, services, nodes and groups."""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.kubernetes.ends import pod_with
from tests.posture.cilium.objects import WEB, ccnp, cnp, config, end, shop


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("{}", ["shop/cart"]),
        ("{matchLabels: {app: cart}}", ["shop/cart"]),
        ("{matchLabels: {k8s:app: cart}}", ["shop/cart"]),
        ("{matchLabels: {any:app: cart}}", ["shop/cart"]),
        ("{matchLabels: {container:app: cart}}", []),
        ("{matchLabels: {k8s:io.kubernetes.pod.namespace: bank}}", ["bank/cart", "bank/teller"]),
        ("{matchLabels: {app: cart, io.kubernetes.pod.namespace: bank}}", ["bank/cart"]),
        (
            "{matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: Exists}]}",
            ["shop/cart", "bank/cart", "bank/teller"],
        ),
        ("{matchLabels: {io.cilium.k8s.namespace.labels.team: red}}", ["bank/cart", "bank/teller"]),
        ("{matchLabels: {io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name: bank, app: cart}}", ["bank/cart"]),
        ("{matchLabels: {io.cilium.k8s.policy.serviceaccount: default}}", ["shop/cart"]),
        ("{matchLabels: {'reserved:world': ''}}", ["203.0.113.9"]),
        ("{matchLabels: {'reserved:remote-node': ''}}", ["remote-node"]),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [teller]}]}", ["shop/cart"]),
    ],
)
def test_selectors_of_a_namespaced_policy_mean_its_namespace(selector: str, expected: list[str]) -> None:
    mesh = shop(cnp("shop/p", f"{WEB}, ingress: [{{fromEndpoints: [{selector}]}}]"))
    clients = ("shop/cart", "bank/cart", "bank/teller", "203.0.113.9", "remote-node")
    server = end(mesh, "shop/web")
    found = [name for name in clients if ingress_decision(mesh, end(mesh, name), server, 80).verdict == "allowed"]
    assert found == expected


def test_empty_selector_of_a_cluster_wide_policy_means_every_pod_and_nothing_else() -> None:
    mesh = shop(ccnp("p", f"{WEB}, ingress: [{{fromEndpoints: [{{}}]}}]"))
    clients = ("shop/cart", "bank/cart", "203.0.113.9", "remote-node", "ingress")
    server = end(mesh, "shop/web")
    found = [ingress_decision(mesh, end(mesh, name), server, 80).verdict.value for name in clients]
    assert found == ["allowed", "allowed", "denied", "denied", "denied"]


ENDS = ("shop/cart", "203.0.113.9", "2001:db8::1", "remote-node", "kube-apiserver", "ingress", "health", "unmanaged")


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        ("all", "++++++++"),
        ("none", "--------"),
        ("world", "-++-?---"),
        ("world-ipv4", "-+--?---"),
        ("world-ipv6", "--+-?---"),
        ("cluster", "+--+++++"),
        ("remote-node", "---+?---"),
        ("kube-apiserver", "---?+---"),
        ("ingress", "-----+--"),
        ("health", "------+-"),
        ("unmanaged", "-------+"),
    ],
)
def test_entities_hold_their_ends(entity: str, expected: str) -> None:
    mesh = shop(cnp("shop/p", f"{WEB}, egress: [{{toEntities: [{entity}]}}]"))
    answers = [egress_decision(mesh, end(mesh, "shop/web"), end(mesh, name), 443).verdict.value for name in ENDS]
    assert "".join({"allowed": "+", "denied": "-", "unknown": "?"}[answer] for answer in answers) == expected


GROUP = (
    "apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {name: office, labels: {role: office}}\n"
    "spec: {externalCIDRs: [203.0.113.0/24]}\n"
)


@pytest.mark.parametrize(
    ("field", "address", "expected"),
    [
        ("fromCIDR: [203.0.113.0/24]", "203.0.113.9", "allowed"),
        ("fromCIDR: [203.0.113.9]", "203.0.113.9", "allowed"),
        ("fromCIDR: ['::/0']", "203.0.113.9", "denied"),
        ("fromCIDR: [0.0.0.0/0]", "shop/cart", "denied"),
        ("fromCIDR: [0.0.0.0/0]", "remote-node", "denied"),
        ("fromCIDR: [10.0.0.0/8]", "world", "unknown"),
        ("fromCIDRSet: [{cidr: 203.0.113.0/24, except: [203.0.113.8/30]}]", "203.0.113.9", "denied"),
        ("fromCIDRSet: [{cidrGroupRef: office}]", "203.0.113.9", "allowed"),
        ("fromCIDRSet: [{cidrGroupRef: office, except: [203.0.113.9/32]}]", "203.0.113.9", "denied"),
        ("fromCIDRSet: [{cidrGroupRef: absent}]", "203.0.113.9", "denied"),
        ("fromCIDRSet: [{cidrGroupSelector: {matchLabels: {role: office}}}]", "203.0.113.9", "allowed"),
        ("fromCIDRSet: [{cidrGroupSelector: {matchLabels: {role: other}}}]", "203.0.113.9", "denied"),
        ("fromGroups: [{aws: {securityGroupsIds: [sg-1]}}]", "203.0.113.9", "unknown"),
        ("fromGroups: [{aws: {securityGroupsIds: [sg-1]}}]", "shop/cart", "denied"),
        ("fromNodes: [{matchLabels: {pool: edge}}]", "remote-node", "unknown"),
        ("fromNodes: [{matchLabels: {pool: edge}}]", "shop/cart", "denied"),
    ],
)
def test_ranges_groups_and_nodes_hold_their_ends(field: str, address: str, expected: str) -> None:
    mesh = shop(GROUP, cnp("shop/p", f"{WEB}, ingress: [{{{field}}}]"))
    assert ingress_decision(mesh, end(mesh, address), end(mesh, "shop/web"), 80).verdict == expected


def test_group_of_ranges_that_is_not_loaded_leaves_the_answer_open() -> None:
    rule = f"{WEB}, ingress: [{{fromCIDRSet: [{{cidrGroupRef: absent}}]}}]"
    mesh = shop(cnp("shop/p", rule), complete=Complete.AUTO)
    assert ingress_decision(mesh, end(mesh, "203.0.113.9"), end(mesh, "shop/web"), 80).verdict == "unknown"


def test_ranges_select_nodes_where_the_agents_are_told_so() -> None:
    mesh = shop(
        config("policy-cidr-match-mode: nodes"), cnp("shop/p", f"{WEB}, ingress: [{{fromCIDR: [192.0.2.0/24]}}]")
    )
    assert ingress_decision(mesh, end(mesh, "remote-node"), end(mesh, "shop/web"), 80).verdict == "unknown"


SEEN = "toPorts: [{ports: [{port: '53', protocol: ANY}], rules: {dns: [{matchPattern: '*'}]}}]"


@pytest.mark.parametrize(
    ("more", "server", "expected"),
    [
        (f", {{toEntities: [cluster], {SEEN}}}", "api.example.com", "allowed"),
        ("", "api.example.com", "unknown"),
        (f", {{toEntities: [cluster], {SEEN}}}", "other.example.com", "denied"),
        (f", {{toEntities: [cluster], {SEEN}}}", "203.0.113.9", "unknown"),
        (f", {{toEntities: [cluster], {SEEN}}}", "shop/cart", "denied"),
    ],
)
def test_names_are_known_from_dns_that_the_agent_sees(more: str, server: str, expected: str) -> None:
    mesh = shop(cnp("shop/p", f"{WEB}, egress: [{{toFQDNs: [{{matchName: api.example.com}}]}}{more}]"))
    assert egress_decision(mesh, end(mesh, "shop/web"), end(mesh, server), 443).verdict == expected


SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: bank, labels: {tier: back}}\n"
    "spec: {selector: {app: cart}, ports: [{port: 80}]}\n---\n"
    "apiVersion: v1\nkind: Service\nmetadata: {name: far, namespace: bank}\nspec: {ports: [{port: 80}]}\n"
)


@pytest.mark.parametrize(
    ("service", "server", "expected"),
    [
        ("k8sService: {serviceName: cart, namespace: bank}", "bank/cart", "allowed"),
        ("k8sService: {serviceName: cart, namespace: bank}", "bank/teller", "denied"),
        ("k8sService: {serviceName: cart}", "bank/cart", "denied"),
        ("k8sService: {serviceName: far, namespace: bank}", "203.0.113.9", "unknown"),
        ("k8sService: {serviceName: far, namespace: bank}", "bank/cart", "denied"),
        ("k8sServiceSelector: {selector: {matchLabels: {tier: back}}, namespace: bank}", "bank/cart", "allowed"),
        ("k8sServiceSelector: {selector: {matchLabels: {tier: no}}}", "bank/cart", "denied"),
    ],
)
def test_services_stand_for_what_is_behind_them(service: str, server: str, expected: str) -> None:
    mesh = shop(SERVICE, cnp("shop/p", f"{WEB}, egress: [{{toServices: [{{{service}}}]}}]"))
    assert egress_decision(mesh, end(mesh, "shop/web"), end(mesh, server), 80).verdict == expected


@pytest.mark.parametrize(
    ("selector", "options", "expected"),
    [
        ("{}", "", "denied"),
        ("{}", "policy-default-local-cluster: 'false'", "allowed"),
        ("{matchLabels: {io.cilium.k8s.policy.cluster: east}}", "", "unknown"),
        ("{matchLabels: {k8s:io.cilium.k8s.policy.cluster: west, app: web}}", "", "denied"),
    ],
)
def test_pods_of_other_clusters_are_meant_only_by_their_cluster(selector: str, options: str, expected: str) -> None:
    more = f", {options}" if options else ""
    mesh = shop(
        config(f"cluster-name: west{more}"), cnp("shop/p", f"{WEB}, ingress: [{{fromEndpoints: [{selector}]}}]")
    )
    client = pod_with("shop", {"app": "cart"}, "east")
    assert ingress_decision(mesh, client, end(mesh, "shop/web"), 80).verdict == expected
