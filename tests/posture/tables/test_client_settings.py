"""What a client with a sidecar sends: which DestinationRule counts, automatic mTLS and its two conditions, headless."""

import pytest

from tests.posture.istio.meshes import istiod, service
from tests.posture.tables.asking import manifest, said
from tests.posture.tables.istio import destination, mesh, peers, settings
from tests.support.scene import deployment

HOST = "web.shop.svc.cluster.local"
CALL = "shop/cart > shop/web:8080"
STRICT = peers("shop/strict", "STRICT")
MUTUAL, OFF, SIMPLE = (f"tls: {{mode: {mode}}}" for mode in ("ISTIO_MUTUAL", "DISABLE", "SIMPLE"))
BANK = (
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: bank, labels: {istio-injection: enabled}}\n---\n"
    f"{deployment('bank/cart')}"
)
NARROW = manifest("networking.istio.io/v1/Sidecar", "shop/default", "egress: [{hosts: ['istio-system/*']}]")
ONLY = settings("outboundTrafficPolicy: {mode: REGISTRY_ONLY}")
UNMESHED = deployment("shop/odd", "set: all, sidecar.istio.io/inject: 'false'")
SHOP = "Namespace shop /metadata/labels/istio-injection"
AT_BANK = "Namespace bank /metadata/labels/istio-injection"
CONFIG, NARROWED = "ConfigMap istio-system/istio /data/mesh", "Sidecar shop/default /spec/egress"
IS_STRICT, OWN_TLS = (
    "PeerAuthentication shop/strict /spec/mtls/mode",
    "DestinationRule shop/own /spec/trafficPolicy/tls/mode",
)


def head() -> str:
    """A headless Service before all pods with `set: all`."""
    return service("shop/all", ", clusterIP: None").replace("selector: {app: all}", "selector: {set: all}")


def selecting(labels: str) -> str:
    return f"selector: {{matchLabels: {{{labels}}}}}"


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    # which rule, and which part of it
    (
        [destination("shop/own", HOST, OFF), destination("shop/wide", "*.local", MUTUAL)],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, OWN_TLS],
    ),
    (
        [destination("bank/own", "*.local", OFF), destination("shop/theirs", HOST, MUTUAL), BANK],
        "bank/cart > shop/web:8080",
        "allowed plaintext",
        [AT_BANK, SHOP, "DestinationRule bank/own /spec/trafficPolicy/tls/mode"],
    ),
    (
        [destination("shop/theirs", HOST, OFF), BANK],
        "bank/cart > shop/web:8080",
        "allowed plaintext",
        [AT_BANK, SHOP, "DestinationRule shop/theirs /spec/trafficPolicy/tls/mode"],
    ),
    (
        [destination("shop/theirs", HOST, OFF, "exportTo: ['.']"), BANK],
        "bank/cart > shop/web:8080",
        "allowed mtls",
        [AT_BANK, SHOP],
    ),
    (
        [
            destination("shop/theirs", HOST, OFF, "exportTo: ['.']"),
            destination("istio-system/all", "*.local", SIMPLE),
            BANK,
        ],
        "bank/cart > shop/web:8080",
        "allowed app_tls",
        [AT_BANK, SHOP, "DestinationRule istio-system/all /spec/trafficPolicy/tls/mode"],
    ),
    (
        [destination("istio-system/all", "*.local", OFF, "exportTo: ['.']")],
        "shop/cart > shop/web:8080",
        "allowed mtls",
        [SHOP, SHOP],
    ),
    (
        [destination("istio-system/all", "*.local", OFF)],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, "DestinationRule istio-system/all /spec/trafficPolicy/tls/mode"],
    ),
    (
        [destination("shop/own", HOST, MUTUAL + ", portLevelSettings: [{port: {number: 80}, " + OFF + "}]")],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, "DestinationRule shop/own /spec/trafficPolicy/portLevelSettings/0/tls/mode"],
    ),
    (
        [destination("shop/own", HOST, SIMPLE + ", portLevelSettings: [{port: {number: 80}}]")],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, "DestinationRule shop/own /spec/trafficPolicy/portLevelSettings/0"],
    ),
    (
        [destination("shop/own", HOST, MUTUAL + ", portLevelSettings: [{port: {number: 80}}]")],
        "shop/cart > shop/web:8080",
        "allowed mtls",
        [SHOP, SHOP, OWN_TLS],
    ),
    (
        [
            destination("shop/some", HOST, OFF, "workloadSelector: {matchLabels: {app: cart}}"),
            destination("shop/rest", HOST, MUTUAL),
        ],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, "DestinationRule shop/some /spec/trafficPolicy/tls/mode"],
    ),
    (
        [destination("shop/some", HOST, OFF, "workloadSelector: {matchLabels: {app: other}}")],
        "shop/cart > shop/web:8080",
        "allowed mtls",
        [SHOP, SHOP],
    ),
    (
        [peers("shop/ns", "DISABLE"), peers("shop/web", "STRICT", selecting("app: web"))],
        "shop/cart > shop/web:8080",
        "denied broken transport",
        [
            SHOP,
            SHOP,
            "PeerAuthentication shop/ns /spec/mtls/mode",
            "PeerAuthentication shop/ns /spec/mtls/mode",
            "PeerAuthentication shop/web /spec/mtls/mode",
        ],
    ),
    (
        [peers("shop/web", "DISABLE", selecting("app: web"))],
        "shop/cart > shop/web:8080",
        "allowed plaintext",
        [SHOP, SHOP, "PeerAuthentication shop/web /spec/mtls/mode"],
    ),
    (
        [settings("enableAutoMtls: false"), STRICT],
        "shop/cart > shop/web:8080",
        "denied broken transport",
        [SHOP, SHOP, CONFIG, IS_STRICT],
    ),
    ([NARROW, STRICT], "shop/cart > shop/web:8080", "denied broken transport", [SHOP, SHOP, NARROWED, IS_STRICT]),
    ([NARROW], "shop/cart > shop/web:8080", "allowed plaintext", [SHOP, SHOP, NARROWED]),
    ([NARROW, ONLY], "shop/cart > shop/web:8080", "denied broken mesh-egress", [NARROWED, CONFIG]),
    # a headless service is mTLS for all of its pods or for none
    (
        [head(), deployment("shop/one", "set: all"), STRICT],
        "shop/cart > shop/one:8080",
        "allowed mtls",
        [SHOP, SHOP, IS_STRICT],
    ),
    (
        [head(), deployment("shop/one", "set: all"), UNMESHED, STRICT],
        "shop/cart > shop/one:8080",
        "denied broken transport",
        [SHOP, SHOP, "Deployment shop/odd /spec/template/metadata/labels/sidecar.istio.io~1inject", IS_STRICT],
    ),
    (
        [head(), deployment("shop/one", "set: all"), UNMESHED],
        "shop/cart > shop/one:8080",
        "allowed plaintext",
        [SHOP, SHOP, "Deployment shop/odd /spec/template/metadata/labels/sidecar.istio.io~1inject"],
    ),
    (
        [head(), deployment("shop/one", "set: all"), peers("shop/one", "DISABLE", selecting("set: all"))],
        "shop/cart > shop/one:8080",
        "denied broken transport",
        [SHOP, SHOP, "PeerAuthentication shop/one /spec/mtls/mode"],
    ),
    (
        [
            head(),
            deployment("shop/one", "set: all"),
            UNMESHED,
            STRICT,
            istiod(PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES="true"),
        ],
        "shop/cart > shop/one:8080",
        "allowed mtls",
        [SHOP, SHOP, IS_STRICT],
    ),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_rules_and_conditions_decide_what_a_sidecar_sends(
    documents: list[str], call: str, expected: str, chain: list[str]
) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
