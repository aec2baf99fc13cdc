"""What passes a sidecar by, or is plaintext by design: every way to be outside of the mesh's TLS."""

import pytest

from tests.posture.istio.meshes import service
from tests.posture.tables.asking import said
from tests.posture.tables.istio import authorization, mesh, peers, settings
from tests.support.scene import deployment

STRICT = peers("shop/strict", "STRICT")
IN_ = "traffic.sidecar.istio.io/excludeInboundPorts: '8080'"
OUT_ = "traffic.sidecar.istio.io/excludeOutboundPorts: '80'"
ODD = service("shop/odd")
ONLY = settings("outboundTrafficPolicy: {mode: REGISTRY_ONLY}")
SHOP, CONFIG = "Namespace shop /metadata/labels/istio-injection", "ConfigMap istio-system/istio /data/mesh"
IS_STRICT = "PeerAuthentication shop/strict /spec/mtls/mode"
POD = "Deployment shop/odd /spec/template"
NOTES = f"{POD}/metadata/annotations/traffic.sidecar.istio.io~1"


def srv(annotations: str, pod: str = "") -> str:
    return deployment("shop/odd", annotations=annotations, pod=pod)


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    (
        [srv(IN_), ODD],
        "bare/cart > shop/odd:8080",
        "allowed plaintext",
        [SHOP, "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeInboundPorts"],
    ),
    (
        [srv(IN_), ODD, STRICT],
        "bare/cart > shop/odd:8080",
        "allowed plaintext",
        [SHOP, "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeInboundPorts"],
    ),
    (
        [srv(IN_), ODD, STRICT],
        "shop/cart > shop/odd:8080",
        "denied broken transport",
        [
            SHOP,
            SHOP,
            "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeInboundPorts",
        ],
    ),
    (
        [srv(IN_), ODD, authorization("shop/none", "")],
        "bare/cart > shop/odd:8080",
        "allowed plaintext",
        [SHOP, "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeInboundPorts"],
    ),
    (
        [srv(OUT_)],
        "shop/odd > shop/web:8080",
        "allowed plaintext",
        [
            SHOP,
            SHOP,
            "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeOutboundPorts",
        ],
    ),
    (
        [srv(OUT_), STRICT],
        "shop/odd > shop/web:8080",
        "denied broken transport",
        [
            SHOP,
            SHOP,
            "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeOutboundPorts",
            IS_STRICT,
        ],
    ),
    (
        [srv("traffic.sidecar.istio.io/includeOutboundIPRanges: ''"), STRICT],
        "shop/odd > shop/web:8080",
        "denied broken transport",
        [
            SHOP,
            SHOP,
            "Deployment shop/odd /spec/template/metadata/annotations/traffic.sidecar.istio.io~1includeOutboundIPRanges",
            IS_STRICT,
        ],
    ),
    (
        [srv("", pod="securityContext: {runAsUser: 1337}"), STRICT],
        "shop/odd > shop/web:8080",
        "denied broken transport",
        [SHOP, SHOP, "Deployment shop/odd /spec/template/spec/securityContext/runAsUser", IS_STRICT],
    ),
    ([], "shop/cart > pod:shop/web:8080", "allowed plaintext", [SHOP, SHOP]),
    ([STRICT], "shop/cart > pod:shop/web:8080", "denied broken transport", [SHOP, SHOP, IS_STRICT]),
    ([ONLY], "shop/cart > pod:shop/web:8080", "denied broken mesh-egress", [CONFIG]),
    ([STRICT], "bare/cart > shop/web:15020", "allowed plaintext", [SHOP]),
    ([STRICT], "bare/cart > shop/web:15021", "allowed plaintext", [SHOP]),
    ([STRICT], "bare/cart > shop/web:15090", "allowed plaintext", [SHOP]),
    ([STRICT], "host > shop/web:8080", "denied broken transport", [SHOP, IS_STRICT]),
    ([STRICT], "shop/cart > shop/web:53/udp", "allowed plaintext", []),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_what_passes_the_proxy_by_is_plaintext(
    documents: list[str], call: str, expected: str, chain: list[str]
) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
