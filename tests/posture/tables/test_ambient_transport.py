"""What travels to and from ambient pods, past waypoints and to sidecars, and the port that network policies see."""

import pytest

from tests.posture.istio.meshes import istiod, service
from tests.posture.tables.asking import manifest, said
from tests.posture.tables.istio import ALLOW_CART, WAYPOINT, authorization, before, destination, mesh, peers
from tests.support.scene import deployment

AMB = istiod(PILOT_ENABLE_AMBIENT="true")
STRICT, CSTRICT = peers("shop/strict", "STRICT"), peers("calm/strict", "STRICT")
CHOST = "web.calm.svc.cluster.local"
OFF, SIMPLE = "tls: {mode: DISABLE}", "tls: {mode: SIMPLE}"
TUNNEL, ODD = deployment("shop/odd", "networking.istio.io/tunnel: http"), service("shop/odd")
WAY, FRONT = WAYPOINT, before("calm/api")
CLOSED = authorization("calm/closed", "action: DENY, rules: [{}], targetRefs: [{group: '', kind: Service, name: api}]")
SHOP = "Namespace shop /metadata/labels/istio-injection"
CALM = "Namespace calm /metadata/labels/istio.io~1dataplane-mode"
IS_STRICT, CALM_STRICT = (f"PeerAuthentication {home}/strict /spec/mtls/mode" for home in ("shop", "calm"))
ISTIOD, CALM_P, CALM_RULE = (
    "Deployment istio-system/istiod",
    "AuthorizationPolicy calm/p /spec",
    "AuthorizationPolicy calm/p /spec/rules/0",
)


def open_at(port: int) -> str:
    spec = f"podSelector: {{}}, ingress: [{{ports: [{{port: {port}}}]}}]"
    return manifest("networking.k8s.io/v1/NetworkPolicy", "calm/np", spec)


def allow(account: str) -> str:
    return authorization("calm/p", ALLOW_CART.replace("ns/shop/sa/cart", f"ns/calm/sa/{account}"))


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    ([], "calm/cart > calm/web:8080", "allowed hbone", [CALM, CALM]),
    ([], "calm/cart > pod:calm/web:8080", "allowed hbone", [CALM, CALM]),
    ([destination("calm/own", CHOST, OFF), CSTRICT], "calm/cart > calm/web:8080", "allowed hbone", [CALM, CALM]),
    ([], "bare/cart > calm/web:8080", "allowed plaintext", [CALM]),
    ([CSTRICT], "bare/cart > calm/web:8080", "denied broken transport", [CALM, CALM_STRICT]),
    ([], "calm/cart > bare/web:8080", "allowed plaintext", [CALM]),
    ([AMB, CSTRICT], "shop/cart > calm/web:8080", "allowed hbone", [SHOP, CALM, ISTIOD]),
    ([AMB, destination("shop/own", CHOST, OFF)], "shop/cart > calm/web:8080", "allowed hbone", [SHOP, CALM, ISTIOD]),
    ([AMB, destination("shop/own", CHOST, SIMPLE)], "shop/cart > calm/web:8080", "allowed hbone", [SHOP, CALM, ISTIOD]),
    ([istiod()], "shop/cart > calm/web:8080", "allowed plaintext", [SHOP, CALM, ISTIOD]),
    ([istiod(), CSTRICT], "shop/cart > calm/web:8080", "denied broken transport", [SHOP, CALM, ISTIOD, CALM_STRICT]),
    ([AMB, TUNNEL, ODD], "shop/cart > shop/odd:8080", "allowed mtls", [SHOP, SHOP]),
    ([], "calm/cart > shop/web:8080", "allowed either", [CALM, SHOP]),
    ([STRICT], "calm/cart > shop/web:8080", "unknown unknown transport", [CALM, SHOP, IS_STRICT]),
    (
        [TUNNEL, ODD, STRICT],
        "calm/cart > shop/odd:8080",
        "allowed hbone",
        [CALM, SHOP, "Deployment shop/odd /spec/template/metadata/labels"],
    ),
    ([WAY, FRONT, allow("cart")], "calm/cart > calm/api:8080 GET /", "denied hbone authorization", [CALM_P]),
    ([WAY, FRONT, allow("way")], "calm/cart > calm/api:8080 GET /", "allowed hbone authorization", [CALM_RULE]),
    (
        [WAY, FRONT, CLOSED],
        "calm/cart > calm/api:8080 GET /",
        "denied hbone waypoint",
        ["AuthorizationPolicy calm/closed /spec/rules/0"],
    ),
    ([WAY, FRONT, CLOSED], "calm/cart > pod:calm/api:8080 GET /", "allowed hbone", [CALM, CALM]),
    ([WAY, FRONT, AMB, CLOSED], "shop/cart > calm/api:8080 GET /", "allowed hbone", [SHOP, CALM, ISTIOD]),
    ([WAY, FRONT, CLOSED], "bare/cart > calm/api:8080 GET /", "allowed plaintext", [CALM]),
    ([CSTRICT], "host > calm/web:8080", "allowed plaintext", [CALM]),
    ([open_at(8080)], "calm/cart > calm/web:8080", "denied hbone network-ingress", ["NetworkPolicy calm/np"]),
    (
        [open_at(15008)],
        "calm/cart > calm/web:8080",
        "allowed hbone network-ingress",
        ["NetworkPolicy calm/np /spec/ingress/0"],
    ),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_what_travels_in_ambient_mode(documents: list[str], call: str, expected: str, chain: list[str]) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
