"""Which proxies a policy is for, restated from Istio's own tests.

All rows are of `istio/istio: pilot/pkg/model/policyattachment_test.go`, by the name of the case. Their application is
our `shop/web`, their gateway `shop/edge`, their waypoint `shop/way`, and their service `shop/web`.
"""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import AUTHORIZATION_POLICY, GATEWAY_API_GATEWAY, SERVICE, SERVICE_ENTRY
from service_mesh.posture.istio.authorization.policies import Place, applying, at_waypoint, at_workload
from tests.posture.istio.authorization.objects import gateway, istiod, policy, service, view
from tests.support.scene import deployment, the

API = "gateway.networking.k8s.io"
ENTRY = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: entry, namespace: shop}\nspec: {}\n"
FAR = gateway("far-way", home="bank")


def one(kind: str, name: str, group: str = API) -> str:
    return f"{{group: '{group}', kind: {kind}, name: {name}}}"


def target(kind: str, name: str, group: str = API) -> str:
    """The older field, with a single target."""
    return f"targetRef: {one(kind, name, group)}"


def targets(*listed: str) -> str:
    return f"targetRefs: [{', '.join(listed)}]"


def selecting(label: str) -> str:
    return f"selector: {{matchLabels: {{{label}}}}}"


def proxy(mesh: MeshView, name: str) -> Place:
    """The application, the gateway, or a waypoint in front of `nothing`, `service` or `entry`."""
    kind, _, of = name.partition(" ")
    if kind in ("web", "edge"):
        return at_workload(mesh, the(mesh, f"shop/{kind}"))
    home, own = ("bank", "far-way") if kind == "far" else ("shop", "way")
    waypoint = mesh.find(GATEWAY_API_GATEWAY, home, own)
    assert waypoint is not None
    front = {"service": (SERVICE, "web"), "entry": (SERVICE_ENTRY, "entry")}.get(of)
    return at_waypoint(waypoint, mesh.find(front[0], "shop", front[1]) if front else None)


TO_EDGE, TO_WAY = one("Gateway", "edge"), one("Gateway", "way")
APP, AT_EDGE, AT_WAY = "app: web", f"{API}/gateway-name: edge", f"{API}/gateway-name: way"
CLASS = targets(one("GatewayClass", "istio-waypoint"))
IS, NOT = ["p"], list[str]()

ROWS = [
    ("non-gateway API workload and a targetRef", "web", target("Gateway", "edge"), NOT),
    ("non-gateway API workload and a selector", "web", selecting(APP), IS),
    (
        "non-gateway API workload and both a targetRef and a selector",
        "web",
        f"{selecting(APP)}, {target('Gateway', 'edge')}",
        NOT,
    ),
    ("non-gateway API workload and no targetRef or selector", "web", "", IS),
    ("gateway API ingress and a targetRef", "edge", target("Gateway", "edge"), IS),
    ("gateway API ingress and a selector", "edge", selecting(AT_EDGE), IS),
    (
        "gateway API ingress and both a targetRef and a selector",
        "edge",
        f"{selecting(AT_EDGE)}, {target('Gateway', 'edge')}",
        IS,
    ),
    ("gateway API ingress and non-matching targetRef", "edge", target("Gateway", "way"), NOT),
    ("gateway API ingress and no targetRef or selector", "edge", "", IS),
    ("waypoint and a targetRef", "way", target("Gateway", "way"), IS),
    ("waypoint and a selector", "way", selecting(AT_WAY), NOT),
    (
        "waypoint and both a targetRef and a selector",
        "way",
        f"{selecting(AT_WAY)}, {target('Gateway', 'way')}",
        IS,
    ),
    ("waypoint and no targetRef or selector", "way", "", NOT),
    ("waypoint and non-matching targetRef", "way", target("Gateway", "edge"), NOT),
    ("waypoint and matching targetRefs", "way", targets(TO_WAY), IS),
    ("waypoint and partial matching targetRefs", "way", targets(TO_WAY, TO_EDGE), IS),
    ("waypoint and non matching targetRefs", "way", targets(TO_EDGE), NOT),
    ("service attached policy", "way service", targets(one("Service", "web", "")), IS),
    (
        "service entry attached policy",
        "way entry",
        targets(one("ServiceEntry", "entry", "networking.istio.io")),
        IS,
    ),
    (
        "service entry policy selecting",
        "way service",
        targets(one("ServiceEntry", "web", "networking.istio.io")),
        NOT,
    ),
    ("gateway attached policy with service", "way service", targets(TO_WAY), IS),
    ("gateway attached policy with cross-namespace service", "far service", targets(one("Gateway", "far-way")), NOT),
    ("gateway class attached policy in non-root namespace", "way", CLASS, NOT),
]


@pytest.mark.parametrize(("source", "where", "spec", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_policy_is_for_a_proxy(source: str, where: str, spec: str, expected: list[str]) -> None:
    assert source
    edge = deployment("shop/edge", AT_EDGE)
    mesh = view(policy("shop/p", spec), gateway("edge", "istio"), edge, gateway(), FAR, service(), ENTRY)
    found = applying(mesh, proxy(mesh, where), AUTHORIZATION_POLICY)
    assert [policy.name for policy in found] == expected


def test_gateway_class_attached_policy_in_root_namespace() -> None:
    mesh = view(policy("istio-system/p", CLASS), gateway())
    assert [policy.name for policy in applying(mesh, proxy(mesh, "way"), AUTHORIZATION_POLICY)] == IS


def test_gateway_api_ingress_and_a_selector_policy_attachment_only() -> None:
    switch = istiod("ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY", "false")
    rows = policy("shop/p", selecting(AT_EDGE)), policy("shop/q", targets(TO_EDGE))
    mesh = view(*rows, gateway("edge", "istio"), deployment("shop/edge", AT_EDGE), switch)
    assert [policy.name for policy in applying(mesh, proxy(mesh, "edge"), AUTHORIZATION_POLICY)] == ["q"]
