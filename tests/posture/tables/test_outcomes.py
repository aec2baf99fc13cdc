"""What comes of what a client sends and what the server's mode takes: every pair of them."""

import pytest

from tests.posture.istio.meshes import service
from tests.posture.tables.asking import said
from tests.posture.tables.istio import destination, mesh, peers
from tests.support.scene import deployment

HOST = "web.shop.svc.cluster.local"
CALL = "shop/cart > shop/web:8080"
STRICT, PERM, DIS = peers("shop/strict", "STRICT"), peers("shop/perm", "PERMISSIVE"), peers("shop/dis", "DISABLE")
WORK = peers("shop/work", "DISABLE", "selector: {matchLabels: {app: web}}")
MUTUAL, OFF, SIMPLE = (f"tls: {{mode: {mode}}}" for mode in ("ISTIO_MUTUAL", "DISABLE", "SIMPLE"))
SHOP = "Namespace shop /metadata/labels/istio-injection"
IS_STRICT, IS_PERM, IS_DIS = (f"PeerAuthentication shop/{name} /spec/mtls/mode" for name in ("strict", "perm", "dis"))
OWN_TLS = "DestinationRule shop/own /spec/trafficPolicy/tls/mode"


def own(policy: str) -> str:
    return destination("shop/own", HOST, policy)


def other(host: str, policy: str) -> str:
    return destination("shop/own", f"{host}.svc.cluster.local", policy)


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    ([STRICT], "bare/cart > shop/web:8080", "denied broken transport", [SHOP, IS_STRICT]),
    ([PERM], "bare/cart > shop/web:8080", "allowed plaintext", [SHOP, IS_PERM]),
    ([DIS], "bare/cart > shop/web:8080", "allowed plaintext", [SHOP, IS_DIS]),
    ([own(OFF), STRICT], "shop/cart > shop/web:8080", "denied broken transport", [SHOP, SHOP, OWN_TLS, IS_STRICT]),
    ([own(OFF), PERM], "shop/cart > shop/web:8080", "allowed plaintext", [SHOP, SHOP, OWN_TLS, IS_PERM]),
    ([own(OFF), DIS], "shop/cart > shop/web:8080", "allowed plaintext", [SHOP, SHOP, OWN_TLS, IS_DIS]),
    ([], "shop/cart > bare/web:8080", "allowed plaintext", [SHOP]),
    ([STRICT], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP, IS_STRICT]),
    ([PERM], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP, IS_PERM]),
    (
        [WORK],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, "PeerAuthentication shop/work /spec/mtls/mode"],
    ),
    ([own(MUTUAL), STRICT], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP, OWN_TLS, IS_STRICT]),
    ([own(MUTUAL), PERM], "shop/cart > shop/web:8080", "allowed mtls", [SHOP, SHOP, OWN_TLS, IS_PERM]),
    ([own(MUTUAL), DIS], "shop/cart > shop/web:8080", "denied broken transport", [SHOP, SHOP, OWN_TLS, IS_DIS]),
    ([other("web.bare", MUTUAL)], "shop/cart > bare/web:8080", "denied broken transport", [SHOP, OWN_TLS]),
    ([own(SIMPLE), STRICT], "shop/cart > shop/web:8080", "denied broken transport", [SHOP, SHOP, OWN_TLS, IS_STRICT]),
    ([own(SIMPLE), PERM], "shop/cart > shop/web:8080", "allowed app_tls", [SHOP, SHOP, OWN_TLS, IS_PERM]),
    ([own(SIMPLE), DIS], "shop/cart > shop/web:8080", "allowed app_tls", [SHOP, SHOP, OWN_TLS, IS_DIS]),
    (
        [own("tls: {mode: MUTUAL, credentialName: c}"), STRICT],
        "shop/cart > shop/web:8080",
        "denied broken transport",
        [SHOP, SHOP, OWN_TLS, IS_STRICT],
    ),
    (
        [own("tls: {mode: MUTUAL, credentialName: c}"), PERM],
        "shop/cart > shop/web:8080",
        "allowed app_tls",
        [SHOP, SHOP, OWN_TLS, IS_PERM],
    ),
    (
        [deployment("shop/api"), service("shop/api", name="http"), other("api.shop", SIMPLE), PERM],
        "shop/cart > shop/api:8080",
        "denied broken transport",
        [SHOP, SHOP, OWN_TLS, IS_PERM],
    ),
    (
        [deployment("shop/api"), service("shop/api", name="http"), other("api.shop", SIMPLE), STRICT],
        "shop/cart > shop/api:8080",
        "denied broken transport",
        [SHOP, SHOP, OWN_TLS, IS_STRICT],
    ),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_sent_and_taken_come_to_an_outcome(documents: list[str], call: str, expected: str, chain: list[str]) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
