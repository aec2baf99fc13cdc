"""Who reaches whom, restated from the end-to-end tests of Kubernetes; each case names where.

The source is `kubernetes/kubernetes: test/e2e/network/netpol/network_policy.go`, by the words behind "should", with
pods `a` to `c` in three namespaces.
"""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.decisions import both
from service_mesh.posture.kubernetes.access import egress_decision, ingress_decision
from service_mesh.posture.kubernetes.ends import End, of_entity, of_workload
from service_mesh.posture.kubernetes.ends import Entity as Kind
from tests.posture.kubernetes.objects import namespace, policy
from tests.support.scene import scene, the

__all__ = ["pod", "reaches"]

HOMES = ("x", "yy", "z")
"""The second has another name than there, where it would be read as a boolean."""

A, ALL = "podSelector: {matchLabels: {pod: a}}", "podSelector: {}"
NAMED = "{name: serve-80-tcp, containerPort: 80}, {name: serve-81-tcp, containerPort: 81}"
NAMED += ", {name: serve-80-udp, containerPort: 80, protocol: UDP}"


def pod(title: str, labels: str = "") -> str:
    home, _, name = title.partition("/")
    spec = f"{{containers: [{{name: app, image: app, ports: [{NAMED}]}}]}}"
    metadata = f"{{name: {name}, namespace: {home}, labels: {{{labels or f'pod: {name}'}}}}}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {spec}\n"


def reaches(mesh: MeshView, call: str) -> bool:
    """Whether a call as `client>server:port/protocol` passes both ends."""
    client, _, target = call.partition(">")
    server, _, where = target.partition(":")
    port, _, protocol = where.partition("/")
    asked = end(mesh, client), end(mesh, server), int(port or 80), protocol or "TCP"
    found = both(egress_decision(mesh, *asked), ingress_decision(mesh, *asked)).verdict.value
    assert found in ("allowed", "denied")
    return found == "allowed"


def end(mesh: MeshView, title: str) -> End:
    return of_workload(the(mesh, title)) if "/" in title else of_entity(Kind(title))


def of_namespace(name: str) -> str:
    return f"namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}"


def of_pod(*names: str) -> str:
    if len(names) == 1:
        return f"podSelector: {{matchLabels: {{pod: {names[0]}}}}}"
    return f"podSelector: {{matchExpressions: [{{key: pod, operator: In, values: [{', '.join(names)}]}}]}}"


NOT_X = "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [x]}]}"
Y_ON_81 = policy("x/p", f"{A}, ingress: [{{from: [{{{of_namespace('yy')}}}], ports: [{{port: 81, protocol: TCP}}]}}]")
Y_ON_80 = policy("x/q", f"{A}, ingress: [{{from: [{{{of_namespace('yy')}}}], ports: [{{port: 80, protocol: TCP}}]}}]")
INTO_Y = f"ingress: [{{from: [{{{of_namespace('x')}, {of_pod('a')}}}]}}]"
TO_Y_A = policy("x/p", f"{A}, egress: [{{to: [{{{of_namespace('yy')}, {of_pod('a')}}}]}}]")
BOTH_WAYS = "egress: [{ports: [{port: 80}]}], policyTypes: [Egress, Ingress]"
BOTH_WAYS = policy("x/p", f"{A}, ingress: [{{from: [{{{of_pod('b')}}}]}}], {BOTH_WAYS}")


@pytest.mark.parametrize(
    ("source", "policies", "allowed", "denied"),
    [
        (
            "support a 'default-deny-ingress' policy",
            [policy("x/p", f"{ALL}, policyTypes: [Ingress]")],
            "x/a>yy/a x/b>z/a yy/a>z/a",
            "x/b>x/a yy/a>x/a z/c>x/b",
        ),
        (
            "support a 'default-deny-all' policy",
            [policy("x/p", f"{ALL}, policyTypes: [Ingress, Egress]")],
            "yy/a>z/a yy/a>yy/b",
            "x/b>x/a yy/a>x/a x/a>yy/a x/c>z/b",
        ),
        (
            "enforce policy to allow traffic from pods within server namespace based on PodSelector",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{of_pod('b')}}}]}}]")],
            "x/b>x/a x/c>x/b",
            "x/c>x/a yy/a>x/a yy/b>x/a z/b>x/a",
        ),
        (
            "enforce policy to allow ingress traffic for a target",
            [
                policy("x/p", f"{ALL}, policyTypes: [Ingress]"),
                policy("x/q", f"{A}, ingress: [{{from: [{{podSelector: {{}}, namespaceSelector: {{}}}}]}}]"),
            ],
            "x/b>x/a yy/a>x/a",
            "x/a>x/b yy/a>x/b",
        ),
        (
            "enforce policies to check ingress and egress policies can be controlled independently",
            [
                policy("x/p", f"{A}, egress: [{{}}], policyTypes: [Egress]"),
                policy("x/q", f"{A}, policyTypes: [Ingress]"),
            ],
            "x/a>x/b x/a>yy/a",
            "x/b>x/a yy/a>x/a",
        ),
        (
            "enforce policy to allow ingress traffic from pods in all namespaces",
            [policy("x/p", f"{A}, ingress: [{{from: [{{namespaceSelector: {{}}}}]}}]")],
            "x/b>x/a yy/a>x/a z/c>x/a",
            "",
        ),
        (
            "enforce policy to allow traffic only from a different namespace, based on NamespaceSelector",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{of_namespace('yy')}}}]}}]")],
            "yy/a>x/a yy/b>x/a x/c>x/b",
            "x/b>x/a x/c>x/a z/a>x/a",
        ),
        (
            "enforce policy based on PodSelector with MatchExpressions",
            [
                policy(
                    "x/p",
                    f"{A}, ingress: [{{from: [{{podSelector: "
                    "{matchExpressions: [{key: pod, operator: In, values: [b]}]}}]}]",
                )
            ],
            "x/b>x/a",
            "x/c>x/a yy/b>x/a",
        ),
        (
            "enforce policy based on NamespaceSelector with MatchExpressions",
            [
                policy(
                    "x/p",
                    f"{A}, ingress: [{{from: [{{namespaceSelector: {{matchExpressions: "
                    "[{key: kubernetes.io/metadata.name, operator: In, values: [yy]}]}}]}]",
                )
            ],
            "yy/a>x/a yy/c>x/a",
            "x/b>x/a z/a>x/a",
        ),
        (
            "enforce policy based on PodSelector or NamespaceSelector",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{NOT_X}}}, {{{of_pod('b')}}}]}}]")],
            "x/b>x/a yy/a>x/a z/c>x/a",
            "x/c>x/a",
        ),
        (
            "enforce policy based on PodSelector and NamespaceSelector",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{NOT_X}, {of_pod('b')}}}]}}]")],
            "yy/b>x/a z/b>x/a",
            "x/b>x/a yy/a>x/a",
        ),
        (
            "enforce policy based on Multiple PodSelectors and NamespaceSelectors",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{NOT_X}, {of_pod('b', 'c')}}}]}}]")],
            "yy/b>x/a yy/c>x/a",
            "x/b>x/a yy/a>x/a",
        ),
        (
            "enforce policy based on any PodSelectors",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{of_pod('b')}}}, {{{of_pod('c')}}}]}}]")],
            "x/b>x/a x/c>x/a",
            "yy/b>x/a",
        ),
        (
            "enforce policy to allow traffic only from a pod in a different namespace based on both selectors",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{of_namespace('yy')}, {of_pod('a')}}}]}}]")],
            "yy/a>x/a",
            "x/b>x/a yy/b>x/a z/a>x/a",
        ),
        ("enforce policy based on Ports", [Y_ON_81], "yy/a>x/a:81 yy/b>x/a:81", "x/b>x/a:81 z/a>x/a:81"),
        (
            "enforce multiple, stacked policies with overlapping podSelectors, the first",
            [Y_ON_81],
            "yy/a>x/a:81",
            "yy/a>x/a:80 x/b>x/a:80",
        ),
        (
            "enforce multiple, stacked policies with overlapping podSelectors, both",
            [Y_ON_81, Y_ON_80],
            "yy/a>x/a:81 yy/a>x/a:80",
            "x/b>x/a:80 z/a>x/a:81",
        ),
        ("support allow-all policy", [policy("x/p", f"{ALL}, ingress: [{{}}]")], "x/b>x/a:80 yy/a>x/a:81", ""),
        (
            "allow ingress access on one named port",
            [policy("x/p", f"{ALL}, ingress: [{{ports: [{{port: serve-81-tcp}}]}}]")],
            "x/b>x/a:81 yy/a>x/b:81",
            "x/b>x/a:80 yy/a>x/b:80",
        ),
        (
            "allow ingress access from namespace on one named port",
            [policy("x/p", f"{A}, ingress: [{{from: [{{{of_namespace('yy')}}}], ports: [{{port: serve-80-tcp}}]}}]")],
            "yy/a>x/a:80",
            "x/b>x/a:80 z/a>x/a:80 yy/a>x/a:81",
        ),
        (
            "allow egress access on one named port",
            [policy("x/p", f"{ALL}, egress: [{{ports: [{{port: serve-80-tcp}}]}}], policyTypes: [Egress]")],
            "x/a>yy/a:80",
            "x/a>yy/a:81",
        ),
        (
            "enforce updated policy: deny all",
            [policy("x/p", f"{ALL}, ingress: [], policyTypes: [Ingress]")],
            "",
            "yy/a>x/a:81",
        ),
        (
            "allow ingress access from updated namespace, before it",
            [policy("x/p", f"{A}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{ns2: updated}}}}}}]}}]")],
            "",
            "yy/a>x/a x/b>x/a",
        ),
        (
            "allow ingress access from updated namespace",
            [
                policy("x/p", f"{A}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{ns2: updated}}}}}}]}}]"),
                namespace("w", "ns2: updated"),
                pod("w/a"),
            ],
            "w/a>x/a",
            "x/b>x/a",
        ),
        (
            "allow ingress access from updated pod",
            [
                policy("x/p", f"{A}, ingress: [{{from: [{{podSelector: {{matchLabels: {{pod2: updated}}}}}}]}}]"),
                pod("x/d", "pod: b, pod2: updated"),
            ],
            "x/d>x/a",
            "x/b>x/a",
        ),
        (
            "deny ingress from pods on other namespaces",
            [policy("x/p", f"{ALL}, ingress: [{{from: [{{podSelector: {{}}}}]}}]")],
            "x/b>x/a x/a>x/c x/a>yy/a",
            "yy/a>x/a z/a>x/b",
        ),
        (
            "deny ingress access to updated pod",
            [
                policy("x/p", "podSelector: {matchLabels: {target: isolated}}, policyTypes: [Ingress]"),
                pod("x/d", "target: isolated"),
            ],
            "yy/a>x/a",
            "yy/a>x/d x/a>x/d",
        ),
        (
            "deny egress from pods based on PodSelector",
            [policy("x/p", f"{A}, policyTypes: [Egress]")],
            "x/b>x/a x/b>yy/a yy/a>x/a",
            "x/a>x/b x/a>yy/a",
        ),
        (
            "deny egress from all pods in a namespace",
            [policy("x/p", f"{ALL}, policyTypes: [Egress]")],
            "yy/a>x/a",
            "x/a>x/b x/b>yy/a",
        ),
        (
            "work with Ingress, Egress specified together",
            [BOTH_WAYS],
            "x/b>x/a:80 x/a>yy/a:80",
            "x/c>x/a:80 yy/a>x/a:80",
        ),
        ("work with Ingress, Egress specified together, port 81", [BOTH_WAYS], "x/b>x/a:81", "x/a>yy/a:81 x/c>x/a:81"),
        (
            "support denying of egress traffic on the client side (even if the server explicitly allows this traffic)",
            [
                TO_Y_A,
                policy("yy/a", f"{A}, {INTO_Y}"),
                policy("yy/b", f"podSelector: {{matchLabels: {{pod: b}}}}, {INTO_Y}"),
            ],
            "x/a>yy/a",
            "x/a>yy/b x/b>yy/a yy/b>yy/a",
        ),
        (
            "enforce egress policy allowing traffic to a server in a different namespace based on both selectors",
            [TO_Y_A],
            "x/a>yy/a x/b>yy/b",
            "x/a>yy/b x/a>z/a",
        ),
        (
            "enforce ingress policy allowing any port traffic to a server on a specific protocol",
            [policy("x/p", f"{A}, ingress: [{{ports: [{{protocol: TCP}}]}}]")],
            "yy/a>x/a:80/TCP yy/a>x/a:81/TCP",
            "yy/a>x/a:80/UDP",
        ),
        (
            "enforce multiple ingress policies with ingress allow-all policy taking precedence",
            [policy("x/p", f"{ALL}, ingress: [{{ports: [{{port: 80}}]}}]"), policy("x/q", f"{ALL}, ingress: [{{}}]")],
            "yy/a>x/a:80 yy/a>x/a:81",
            "",
        ),
        (
            "enforce multiple egress policies with egress allow-all policy taking precedence",
            [
                policy("x/p", f"{ALL}, egress: [{{ports: [{{port: 80}}]}}], policyTypes: [Egress]"),
                policy("x/q", f"{ALL}, egress: [{{}}], policyTypes: [Egress]"),
            ],
            "x/a>yy/a:80 x/a>yy/a:81",
            "",
        ),
        (
            "not mistakenly treat 'protocol: SCTP' as 'protocol: TCP', even if the plugin doesn't support SCTP",
            [policy("x/p", f"{A}, ingress: [{{ports: [{{port: 81, protocol: SCTP}}]}}]")],
            "",
            "x/b>x/a:81/TCP",
        ),
    ],
)
def test_connections_pass_as_the_end_to_end_tests_say(
    source: str, policies: list[str], allowed: str, denied: str
) -> None:
    pods = (pod(f"{home}/{name}") for home in HOMES for name in "abc")
    mesh = scene(*map(namespace, HOMES), *pods, *policies)
    assert [call for call in allowed.split() if not reaches(mesh, call)] == [], source
    assert [call for call in denied.split() if reaches(mesh, call)] == [], source
