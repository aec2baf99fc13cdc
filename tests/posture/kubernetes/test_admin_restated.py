"""Who reaches whom past policies of administrators, restated from the API's own conformance tests.

The sources are files of `conformance/tests/` of `kubernetes-sigs/network-policy-api`, without what their names share;
its houses are namespaces here, and `home` is the one that the policies are for.
"""

import pytest

from tests.posture.kubernetes.objects import admin, baseline, namespace, policy
from tests.posture.kubernetes.test_access_restated import pod, reaches
from tests.support.scene import scene


def house(name: str) -> str:
    return f"namespaces: {{matchLabels: {{house: {name}}}}}"


def staff(name: str) -> str:
    return (
        f"pods: {{namespaceSelector: {{matchLabels: {{house: staff}}}}, podSelector: {{matchLabels: {{pod: {name}}}}}}}"
    )


def rule(action: str, peer: str, ports: str = "", key: str = "from") -> str:
    listed = [
        f"{{portNumber: {{port: {port.split('/')[0]}, protocol: {port.split('/')[1]}}}}}" for port in ports.split()
    ]
    return f"{{action: {action}, {key}: [{{{peer}}}]{', ports: [' + ', '.join(listed) + ']' if listed else ''}}}"


def gress(*leading: str) -> str:
    """The rules of `base/admin_network_policy/core-gress-rules-combined.yaml`, with those for one house first."""
    some, other = "80/TCP 53/UDP 9003/SCTP", "8080/TCP 5353/UDP 9003/SCTP"
    sections = []
    for section, key, port in (("ingress", "from", "80/TCP 5353/UDP 9003/SCTP"), ("egress", "to", other)):
        rules = [
            *(rule(action, house("raven"), key=key) for action in leading),
            *(rule(action, house("slyth"), some, key) for action in ("Deny", "Pass")),
            rule("Allow", house("huffle"), port, key),
            rule("Deny", house("huffle"), key=key),
            rule("Allow", staff("dumble"), other, key),
            rule("Deny", staff("dumble"), key=key),
            rule("Deny", staff("quirrell"), other, key),
        ]
        sections.append(f"{section}: [{', '.join(rules)}]")
    return admin("gress", 15, house("home"), ", ".join(sections))


def only(*actions: str, priority: int = 10, name: str = "p") -> str:
    """A policy for all pods of `home`, about `slyth` in both directions."""
    into, out = (", ".join(rule(one, house("slyth"), key=key) for one in actions) for key in ("from", "to"))
    return admin(name, priority, house("home"), f"ingress: [{into}], egress: [{out}]")


def base(action: str) -> str:
    into, out = (rule(action, house("slyth"), key=key) for key in ("from", "to"))
    return baseline(house("home"), f"ingress: [{into}], egress: [{out}]")


WITH_SLYTH = "namespaceSelector: {matchLabels: {house: slyth}}"
OPEN = policy(
    "home/p", f"podSelector: {{}}, ingress: [{{from: [{{{WITH_SLYTH}}}]}}], egress: [{{to: [{{{WITH_SLYTH}}}]}}]"
)
HOUSES = ("home", "raven", "slyth", "huffle")
BOTH = "slyth/a>home/a home/a>slyth/a:8080"
TO_NODES = ", ".join(
    (
        "{action: Allow, to: [{nodes: {}}], ports: [{portNumber: {port: 36363}}]}",
        "{action: Pass, to: [{nodes: {}}], ports: [{portNumber: {port: 5353, protocol: UDP}}]}",
        f"{{action: Deny, to: [{{nodes: {{}}}}, {{{house('slyth')}}}]}}",
    )
)


@pytest.mark.parametrize(
    ("source", "policies", "allowed", "denied"),
    [
        (
            "core-gress-rules: allow-gress across different protocols",
            [gress("Allow", "Deny", "Pass")],
            "home/a>raven/a home/a>raven/a:53/UDP home/a>raven/a:9003/SCTP raven/a>home/a raven/a>home/a:9003/SCTP",
            "",
        ),
        (
            "core-gress-rules: allow-gress at the specified ports, out",
            [gress("Allow", "Deny", "Pass")],
            "home/a>huffle/a:8080 home/a>huffle/a:5353/UDP home/a>huffle/a:9003/SCTP",
            "home/a>huffle/a:80 home/a>huffle/a:53/UDP home/a>huffle/a:9005/SCTP",
        ),
        (
            "core-gress-rules: allow-gress at the specified ports, in",
            [gress("Allow", "Deny", "Pass")],
            "huffle/a>home/a:80 huffle/a>home/a:5353/UDP huffle/a>home/a:9003/SCTP",
            "huffle/a>home/a:8080 huffle/a>home/a:53/UDP huffle/a>home/a:9005/SCTP",
        ),
        (
            "core-gress-rules: deny-gress, the rules at 0 and 1 swapped",
            [gress("Deny", "Allow", "Pass")],
            "",
            "home/a>raven/a home/a>raven/a:53/UDP raven/a>home/a raven/a>home/a:9003/SCTP",
        ),
        (
            "core-gress-rules: deny-gress at the specified ports",
            [gress("Allow", "Deny", "Pass")],
            "home/a>slyth/a:8080 home/a>slyth/a:5353/UDP slyth/a>home/a:8080 slyth/a>home/a:9005/SCTP",
            "home/a>slyth/a:80 home/a>slyth/a:53/UDP slyth/a>home/a:80 slyth/a>home/a:9003/SCTP",
        ),
        (
            "core-gress-rules: pass-gress, the pass in front",
            [gress("Pass", "Deny", "Allow")],
            "home/a>raven/a raven/a>home/a:53/UDP",
            "",
        ),
        (
            "core-gress-rules: PodSelectorGress",
            [gress("Allow")],
            "staff/dumble>home/a:8080 staff/dumble>home/a:5353/UDP staff/dumble>home/a:9003/SCTP",
            "staff/quirrell>home/a:8080 staff/quirrell>home/a:5353/UDP staff/dumble>home/a:80",
        ),
        ("core-priority: deny at 50 before pass at 60", [only("Deny", priority=50), base("Allow")], "", BOTH),
        (
            "core-priority: pass at 40 before deny at 50",
            [only("Deny", priority=50), only("Pass", priority=40, name="q"), base("Allow")],
            BOTH,
            "",
        ),
        (
            "core-priority: deny at 50 and pass at 60",
            [only("Deny", priority=50), only("Pass", priority=60, name="q"), base("Allow")],
            "",
            BOTH,
        ),
        ("core-integration: Deny respecting ANP", [only("Deny"), OPEN, base("Deny")], "", BOTH),
        ("core-integration: Pass to the network policy", [only("Pass"), OPEN, base("Deny")], BOTH, "raven/a>home/a"),
        ("core-integration: Pass to the baseline", [only("Pass"), base("Deny")], "raven/a>home/a", BOTH),
        ("baseline core-gress-rules: Allow before Deny", [base("Allow")], BOTH, ""),
        (
            "extended-egress-rules: to nodes",
            [admin("p", 75, house("home"), f"egress: [{TO_NODES}]")],
            "home/a>remote-node:36363 home/a>remote-node:5353/UDP",
            "home/a>remote-node:80 home/a>slyth/a:80",
        ),
    ],
)
def test_connections_pass_as_the_conformance_tests_say(
    source: str, policies: list[str], allowed: str, denied: str
) -> None:
    places = (namespace(name, f"house: {name}") for name in (*HOUSES, "staff"))
    pods = map(pod, (*(f"{name}/a" for name in HOUSES), "staff/dumble", "staff/quirrell"))
    mesh = scene(*places, *pods, *policies)
    assert [call for call in allowed.split() if not reaches(mesh, call)] == [], source
    assert [call for call in denied.split() if reaches(mesh, call)] == [], source
