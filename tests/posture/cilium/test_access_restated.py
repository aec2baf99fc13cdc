"""Who reaches whom past Cilium's policies, restated from Cilium's own tests; each case names the file and the function.

The files are those of `cilium/cilium`: the first table is `pkg/k8s/network_policy_test.go`, the others say theirs.
"""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.cilium.names import pattern_matches
from service_mesh.posture.cilium.requests import admits
from service_mesh.posture.decisions import both
from service_mesh.posture.requests import HttpRequest
from tests.posture.cilium.objects import ccnp, cnp, end
from tests.posture.kubernetes.objects import namespace, policy
from tests.support.scene import scene

__all__ = ["EMPTY", "world"]

A, B, C = (f"podSelector: {{matchLabels: {{id: {name}}}}}" for name in "abc")
EMPTY = "endpointSelector: {}"


def pod(title: str, labels: str) -> str:
    home, _, name = title.partition("/")
    ports = "[{name: http, containerPort: 80}]"
    spec = f"{{containers: [{{name: app, image: app, ports: {ports}}}]}}"
    metadata = f"{{name: {name}, namespace: {home}, labels: {{{labels}}}}}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {spec}\n"


def world(*documents: str, release: tuple[int, ...] = (1, 19)) -> MeshView:
    """Three pods of one namespace and one of another, as the tests of Cilium have them."""
    pods = (
        pod("default/a", "id: a"),
        pod("default/b", "id: b, id1: b"),
        pod("default/c", "id: c"),
        pod("other/o", "id: other"),
    )
    places = namespace("default"), namespace("other")
    return scene(*places, *pods, *documents, releases={"cilium": release})


def reaches(mesh: MeshView, call: str) -> bool:
    """Whether a call as `client>server:port/protocol` passes; a name without a slash and an address are outside."""
    client, _, target = call.partition(">")
    server, _, where = target.partition(":")
    port, _, protocol = where.partition("/")
    asked = end(mesh, client), end(mesh, server), int(port or 80), protocol or "TCP"
    found = both(egress_decision(mesh, *asked), ingress_decision(mesh, *asked)).verdict.value
    assert found in ("allowed", "denied")
    return found == "allowed"


def wrong(mesh: MeshView, allowed: str, denied: str) -> list[str]:
    """The calls that are answered otherwise."""
    return [
        *(call for call in allowed.split() if not reaches(mesh, call)),
        *(call for call in denied.split() if reaches(mesh, call)),
    ]


def np(spec: str, name: str = "p") -> str:
    return policy(f"default/{name}", spec)


FROM_OTHER = (
    "{podSelector: {matchLabels: {id: other}}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}"
)
SEVERAL = f"egress: [{{ports: [{{port: 80}}], to: [{{podSelector: {{matchLabels: {{id1: b}}}}}}, {{{C}}}]}}]"


@pytest.mark.parametrize(
    ("source", "policies", "allowed", "denied"),
    [
        (
            "TestParseNetworkPolicyMultipleSelectors",
            [np(f"{A}, {SEVERAL}, ingress: [{{from: [{FROM_OTHER}, {{{C}}}]}}]")],
            "default/a>default/b default/a>default/c default/c>default/a other/o>default/a",
            "default/b>default/a default/a>other/o",
        ),
        (
            "TestParseNetworkPolicyEgress",
            [np(f"{A}, egress: [{{to: [{{podSelector: {{matchLabels: {{id1: b}}}}}}], ports: [{{port: 80}}]}}]")],
            "default/a>default/b:80",
            "default/a>default/b:81 default/a>default/c:80 default/a>other/o:80",
        ),
        (
            "TestParseNetworkPolicyEgressAllowAll",
            [np(f"{A}, egress: [{{to: []}}]"), np(f"{B}, policyTypes: [Egress]", "q")],
            "default/a>default/b default/a>default/c",
            "default/b>default/a",
        ),
        (
            "TestParseNetworkPolicyEgressL4AllowAll",
            [np(f"{A}, egress: [{{ports: [{{port: 80}}], to: []}}]")],
            "default/a>default/c:80",
            "default/a>default/c:90",
        ),
        (
            "TestParseNetworkPolicyEgressL4PortRangeAllowAll",
            [np(f"{A}, egress: [{{ports: [{{port: 8080, endPort: 8090}}], to: []}}]")],
            "default/a>default/c:8080 default/a>default/c:8085 default/a>default/c:8090",
            "default/a>default/c:8091",
        ),
        (
            "TestParseNetworkPolicyIngressAllowAll",
            [
                np(f"{A}, policyTypes: [Ingress]"),
                np(f"{B}, ingress: [{{}}]", "q"),
                np(f"{C}, ingress: [{{from: []}}]", "r"),
            ],
            "default/a>default/b default/a>default/c",
            "default/b>default/a",
        ),
        (
            "TestParseNetworkPolicyIngressL4AllowAll",
            [np(f"{C}, ingress: [{{ports: [{{port: 80}}], from: []}}]")],
            "default/a>default/c:80",
            "default/a>default/c:90",
        ),
        (
            "TestParseNetworkPolicy: ingress default deny",
            [np(f"{A}, policyTypes: [Ingress]")],
            "default/a>default/b",
            "default/b>default/a",
        ),
        ("TestParseNetworkPolicy: ingress allow all", [np(f"{A}, ingress: [{{}}]")], "other/o>default/a", ""),
        (
            "TestParseNetworkPolicy: ingress pod + port",
            [np(f"{A}, ingress: [{{from: [{{{B}}}], ports: [{{port: 80}}]}}]")],
            "default/b>default/a:80",
            "default/b>default/a:81 default/c>default/a:80 default/b>default/a:80/UDP",
        ),
        (
            "TestParseNetworkPolicy: ingress only port",
            [np(f"{A}, ingress: [{{ports: [{{port: 80}}]}}]")],
            "default/b>default/a:80 other/o>default/a:80 192.0.2.3>default/a:80",
            "default/b>default/a:81",
        ),
        (
            "TestParseNetworkPolicyEmptyPort",
            [np(f"{A}, ingress: [{{ports: [{{}}]}}]")],
            "default/b>default/a:1 other/o>default/a:65535",
            "default/b>default/a:53/UDP",
        ),
        (
            "TestParseNetworkPolicyNoSelectors",
            [np(f"{A}, ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8, except: [10.96.0.0/12]}}}}]}}]")],
            "10.1.2.3>default/a",
            "10.97.0.1>default/a 192.0.2.3>default/a default/b>default/a",
        ),
    ],
)
def test_network_policies_mean_what_their_translation_says(
    source: str, policies: list[str], allowed: str, denied: str
) -> None:
    assert wrong(world(*policies), allowed, denied) == [], source


DENY_WORLD = "ingressDeny: [{fromEntities: [world]}], egressDeny: [{toEntities: [world]}]"
DENY_WORLD_8080 = "ingressDeny: [{fromEntities: [world], toPorts: [{ports: [{port: '8080', protocol: ANY}]}]}]"
ALLOW_ONE = "ingress: [{fromCIDR: [192.0.2.3/32]}], egress: [{toCIDR: [192.0.2.3/32]}]"
ALLOW_NET = "ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24}]}], egress: [{toCIDRSet: [{cidr: 192.0.2.0/24}]}]"
ALLOW_NET_8080 = "ingress: [{fromCIDR: [192.0.2.0/24], toPorts: [{ports: [{port: '8080', protocol: ANY}]}]}]"
DENY_ONE = "ingressDeny: [{fromCIDRSet: [{cidr: 192.0.2.3/32}]}], egressDeny: [{toCIDRSet: [{cidr: 192.0.2.3/32}]}]"
DENY_NET = "ingressDeny: [{fromCIDRSet: [{cidr: 192.0.2.0/24}]}], egressDeny: [{toCIDRSet: [{cidr: 192.0.2.0/24}]}]"


def from_net(ports: str) -> str:
    return f"ingress: [{{fromCIDR: [192.0.2.0/24], toPorts: [{{ports: [{ports}]}}]}}]"


@pytest.mark.parametrize(
    ("source", "rules", "allowed", "denied"),
    [
        (
            "deny_world_no_labels",
            [DENY_WORLD, ALLOW_ONE],
            "",
            "192.0.2.3>default/a default/a>192.0.2.3 203.0.113.9>default/a",
        ),
        (
            "deny_one_ip_with_a_larger_subnet",
            [DENY_NET, ALLOW_ONE],
            "",
            "192.0.2.3>default/a default/a>192.0.2.3 192.0.2.9>default/a",
        ),
        (
            "deny_part_of_a_subnet_with_an_ip",
            [DENY_ONE, ALLOW_NET],
            "192.0.2.9>default/a default/a>192.0.2.9",
            "192.0.2.3>default/a default/a>192.0.2.3",
        ),
        (
            "broad_cidr_deny_is_a_portproto_subset_of_a_specific_cidr_allow",
            [DENY_WORLD_8080, ALLOW_ONE],
            "192.0.2.3>default/a:80",
            "192.0.2.3>default/a:8080 192.0.2.3>default/a:8080/UDP 192.0.2.3>default/a:8080/SCTP 192.0.2.9>default/a",
        ),
        (
            "broad_cidr_allow_is_a_portproto_subset_of_a_specific_cidr_deny",
            [ALLOW_NET_8080, DENY_ONE],
            "192.0.2.9>default/a:8080 192.0.2.9>default/a:8080/UDP",
            "192.0.2.3>default/a:8080 192.0.2.3>default/a:80 192.0.2.9>default/a:80",
        ),
        (
            "named_port_world_subnet",
            [from_net("{port: http, protocol: TCP}")],
            "192.0.2.3>default/a:80 192.0.2.9>default/a:80",
            "192.0.2.3>default/a:81 203.0.113.9>default/a:80",
        ),
        (
            "port_range_world_subnet",
            [from_net("{port: '64', endPort: 127, protocol: TCP}, {port: '5', endPort: 10, protocol: TCP}")],
            "192.0.2.3>default/a:64 192.0.2.3>default/a:127 192.0.2.3>default/a:5 192.0.2.3>default/a:10",
            "192.0.2.3>default/a:63 192.0.2.3>default/a:128 192.0.2.3>default/a:11 192.0.2.3>default/a:64/UDP",
        ),
    ],
)
def test_denies_precede_allows(source: str, rules: list[str], allowed: str, denied: str) -> None:
    """`pkg/policy/distillery_test.go`, Test_EnsureDeniesPrecedeAllows."""
    policies = (ccnp(f"p{number}", f"{EMPTY}, {rule}") for number, rule in enumerate(rules))
    assert wrong(world(*policies), allowed, denied) == [], source


def of(name: str) -> str:
    return f"fromEndpoints: [{{matchLabels: {{id: {name}}}}}]"


L7 = "toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{method: GET, path: /}]}}]"
L4 = "toPorts: [{ports: [{port: '80', protocol: TCP}]}]"


def to(name: str) -> str:
    return f"toEndpoints: [{{matchLabels: {{id: {name}}}}}]"


RANGE = "toCIDR: [192.0.0.0/3]"
INTO = [f"{{{of('b')}}}", f"{{{of('c')}, {L7}}}"], [f"{{{of('b')}, {L4}}}", f"{{{of('c')}, {L7}}}"]
OUT = [f"{{{to('b')}}}", f"{{{to('c')}, {L7}}}"], [f"{{{to('b')}, {L4}}}", f"{{{to('c')}, {L7}}}"]


@pytest.mark.parametrize(
    ("source", "items", "other", "admitted"),
    [
        ("TestWildcardL3RulesIngress: bar1", INTO[0], "default/b", [True, True]),
        ("TestWildcardL3RulesIngress: bar2", INTO[0], "default/c", [True, False]),
        ("TestWildcardL4RulesIngress: bar1", INTO[1], "default/b", [True, True]),
        ("TestWildcardL4RulesIngress: bar2", INTO[1], "default/c", [True, False]),
        ("TestWildcardL3RulesEgress: bar1", OUT[0], "default/b", [True, True]),
        ("TestWildcardL3RulesEgress: bar2", OUT[0], "default/c", [True, False]),
        ("TestWildcardL4RulesEgress: bar1", OUT[1], "default/b", [True, True]),
        ("TestWildcardL4RulesEgress: bar2", OUT[1], "default/c", [True, False]),
        ("TestWildcardCIDRRulesEgress", [f"{{{RANGE}, {L7}}}", f"{{{RANGE}}}"], "192.0.2.3", [True, True]),
        ("TestWildcardCIDRRulesEgress, the first alone", [f"{{{RANGE}, {L7}}}"], "192.0.2.3", [True, False]),
        ("TestMinikubeGettingStarted", [f"{{{of('b')}, {L4}}}", f"{{{of('b')}, {L7}}}"], "default/b", [True, True]),
    ],
)
def test_rules_for_requests_bind_where_no_other_rule_lets_all_pass(
    source: str, items: list[str], other: str, admitted: list[bool]
) -> None:
    """`pkg/policy/repository_test.go`."""
    is_ingress = items[0].startswith("{from")
    section = f"{'ingress' if is_ingress else 'egress'}: [{', '.join(items)}]"
    mesh = world(cnp("default/p", f"endpointSelector: {{matchLabels: {{id: a}}}}, {section}"))
    subject, peer = end(mesh, "default/a"), end(mesh, other)
    ask, ends = (ingress_decision, (peer, subject)) if is_ingress else (egress_decision, (subject, peer))
    found = ask(mesh, *ends, 80)
    assert found.verdict == "allowed"
    requests = HttpRequest("GET", "/"), HttpRequest("POST", "/x")
    assert [admits(found.rules, one) for one in requests] == admitted, source


@pytest.mark.parametrize(
    ("call", "is_allowed"),
    [
        ("default/a>default/c:8/ICMP", True),
        ("default/a>default/c:0/ICMP", False),
        ("default/a>default/c:128/ICMPv6", True),
        ("default/a>default/c:8/ICMPv6", False),
        ("default/a>default/b:8/ICMP", True),
    ],
)
def test_types_of_icmp_are_rules_of_their_own(call: str, *, is_allowed: bool) -> None:
    """`pkg/policy/repository_test.go`, TestWildcardL3RulesEgress."""
    icmps = ("{type: 8}", "{type: 128, family: IPv6}")
    items = [OUT[0][0], *(f"{{{to('c')}, icmps: [{{fields: [{one}]}}]}}" for one in icmps)]
    mesh = world(cnp("default/p", f"endpointSelector: {{matchLabels: {{id: a}}}}, egress: [{', '.join(items)}]"))
    assert reaches(mesh, call) is is_allowed


ENDS = ("host", "world", "health", "unmanaged", "default/b")


@pytest.mark.parametrize(
    ("source", "entities", "expected"),
    [
        ("TestEntityMatches: host", "host", "+----"),
        ("TestEntityMatches: all", "all", "+++++"),
        ("TestEntityMatches: cluster", "cluster", "+-+++"),
        ("TestEntityMatches: world", "world", "-+---"),
        ("TestEntityMatches: none", "none", "-----"),
        ("TestEntitySliceMatches: host and world", "host, world", "++---"),
        ("TestEntitySliceMatches: host and health", "host, health", "+-+--"),
    ],
)
def test_entities_match_their_ends(source: str, entities: str, expected: str) -> None:
    """`pkg/policy/api/entity_test.go`."""
    mesh = world(ccnp("p", f"{EMPTY}, egress: [{{toEntities: [{entities}]}}]"))
    found = "".join("+" if reaches(mesh, f"default/a>{one}") else "-" for one in ENDS)
    assert found == expected, source


@pytest.mark.parametrize(
    ("pattern", "accepted", "refused"),
    [
        ("cilium.io.", "cilium.io", "anysub.cilium.io anysub.ci.io"),
        ("*.cilium.io.", "anysub.cilium.io", "cilium.io anysub.ci.io anysub.ciliumandmore.io"),
        ("*.ci*.io.", "anysub.cilium.io anysub.ci.io anysub.ciliumandmore.io", "cilium.io"),
        ("*", "io cilium.io svc.cluster.local _foobar._tcp.cilium.io", ""),
        ("_foobar._tcp.cilium.io.", "_foobar._tcp.cilium.io", "_tcp.cilium.io cilium.io"),
        ("*.*.cilium.io.", "_foobar._tcp.cilium.io", ""),
    ],
)
def test_patterns_of_names_match_within_a_label(pattern: str, accepted: str, refused: str) -> None:
    """`pkg/fqdn/matchpattern/matchpattern_test.go`, TestAnchoredMatchPatternMatching."""
    assert [name for name in accepted.split() if not pattern_matches(pattern, name, is_deep=True)] == []
    assert [name for name in refused.split() if pattern_matches(pattern, name, is_deep=True)] == []
