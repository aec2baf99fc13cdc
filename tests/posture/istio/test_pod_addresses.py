"""Addresses of pods that headless Services have too: which listeners a call to them may meet."""

import pytest

from service_mesh.posture.edges import Edge
from tests.posture.istio.meshes import addressed, mesh_settings, peer, service, world
from tests.support.scene import deployment

BLOCKED = mesh_settings("outboundTrafficPolicy: {mode: REGISTRY_ONLY}")
OPEN = mesh_settings("outboundTrafficPolicy: {mode: ALLOW_ANY}")
UNMESHED = deployment("shop/other", "set: all, sidecar.istio.io/inject: 'false'")
MISSING = "whether the client addresses the pod or a headless service, which have the same address"


def headless(name: str, selector: str) -> str:
    found = service(f"shop/{name}", ", clusterIP: None").replace("port: 80,", "port: 8080,")
    return found.replace(f"selector: {{app: {name}}}", f"selector: {{{selector}}}")


def importing(place: str) -> str:
    metadata = "{name: default, namespace: shop}"
    spec = f"{{egress: [{{hosts: ['{place}/*']}}]}}"
    return f"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {metadata}\nspec: {spec}\n"


def by_address(*documents: str) -> Edge:
    """What a sidecar sends to the address of a pod."""
    return addressed(world("sidecar", *documents, labels="set: all"), "sidecar", "sidecar", by_pod=True)


@pytest.mark.parametrize(
    ("documents", "expected", "missing"),
    [
        ((BLOCKED,), "broken", ""),
        ((BLOCKED, headless("web", "app: web")), "unknown", MISSING),
        ((OPEN, headless("web", "app: web")), "either", MISSING),
        ((OPEN, headless("web", "app: web"), importing("far")), "plaintext", ""),
        ((OPEN, headless("web", "app: web"), importing("shop")), "either", MISSING),
        ((BLOCKED, headless("web", "app: web"), importing("far")), "broken", ""),
    ],
)
def test_headless_service_is_met_where_the_client_knows_it(
    documents: tuple[str, ...], expected: str, missing: str
) -> None:
    found = by_address(*documents)
    assert (found.transport, found.missing) == (expected, missing)


def test_every_headless_service_on_a_pod_may_be_met() -> None:
    plain, mutual = headless("all", "set: all"), headless("web", "app: web")
    for order in ((plain, mutual), (mutual, plain)):
        assert by_address(OPEN, UNMESHED, *order).transport == "either"
        assert by_address(OPEN, UNMESHED, *order, peer("shop", "STRICT")).transport == "unknown"
    assert by_address(OPEN, UNMESHED, plain).transport == "plaintext"
