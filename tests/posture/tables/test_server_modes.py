"""What port 8080 of a server takes by its PeerAuthentications: as a sidecar reads them, and as ztunnel does."""

import pytest

from service_mesh.posture.istio.peer_authentication import server_mode
from service_mesh.posture.istio.strictness import ambient_mode
from tests.posture.tables.asking import chain_of
from tests.posture.tables.istio import peers
from tests.support.scene import deployment, scene, the

WEB = "selector: {matchLabels: {app: web}}"
MESH, NS = "istio-system/mesh", "shop/ns"
OWN, OF_NS, OF_MESH = (f"PeerAuthentication {title} /spec/mtls/mode" for title in ("shop/web", NS, MESH))
PORT = "PeerAuthentication shop/web /spec/portLevelMtls/8080/mode"


def own(mode: str = "", ports: str = "") -> str:
    """The workload's own object."""
    return peers("shop/web", mode, f"{WEB}, portLevelMtls: {{{ports}}}" if ports else WEB)


def when(day: int) -> str:
    return f"creationTimestamp: '2026-01-0{day}T00:00:00Z'"


ROWS: list[tuple[list[str], str, list[str], list[str]]] = [
    ([], "PERMISSIVE PERMISSIVE", [], []),
    ([peers(MESH, "STRICT")], "STRICT STRICT", [OF_MESH], [OF_MESH]),
    ([peers(MESH, "STRICT"), peers(NS, "PERMISSIVE")], "PERMISSIVE PERMISSIVE", [OF_MESH, OF_NS], [OF_MESH, OF_NS]),
    ([peers(NS, "STRICT"), own("PERMISSIVE")], "PERMISSIVE PERMISSIVE", [OF_NS, OWN], [OF_NS, OWN]),
    ([peers(NS, "STRICT"), own("DISABLE")], "DISABLE PERMISSIVE", [OF_NS, OWN], [OF_NS, OWN]),
    ([peers(NS, "DISABLE")], "DISABLE PERMISSIVE", [OF_NS], [OF_NS]),
    ([own("STRICT", "8080: {mode: PERMISSIVE}")], "PERMISSIVE PERMISSIVE", [OWN, PORT], [OWN, PORT]),
    ([own("STRICT", "8080: {mode: DISABLE}")], "DISABLE PERMISSIVE", [OWN, PORT], [OWN, PORT]),
    ([own("STRICT", "8080: {mode: UNSET}")], "STRICT STRICT", [OWN], [OWN]),
    ([own("STRICT", "9090: {mode: DISABLE}")], "STRICT STRICT", [OWN], [OWN]),
    ([own("PERMISSIVE", "8080: {mode: STRICT}")], "STRICT STRICT", [OWN, PORT], [OWN, PORT]),
    ([own("", "8080: {mode: STRICT}")], "STRICT STRICT", [PORT], [PORT]),
    ([peers(MESH, "STRICT"), peers(NS, "UNSET")], "STRICT STRICT", [OF_MESH], [OF_MESH]),
    ([peers(MESH, "STRICT"), peers(NS)], "STRICT STRICT", [OF_MESH], [OF_MESH]),
    ([peers(MESH, "UNSET")], "PERMISSIVE PERMISSIVE", [], []),
    ([peers(MESH, "STRICT", WEB)], "PERMISSIVE PERMISSIVE", [], []),
    ([peers(MESH, "STRICT", "selector: {}")], "STRICT PERMISSIVE", [OF_MESH], []),
    ([peers(NS, "STRICT", "selector: {}")], "STRICT STRICT", [OF_NS], [OF_NS]),
    (
        [peers("shop/new", "STRICT", "", when(2)), peers("shop/old", "PERMISSIVE", "", when(1))],
        "PERMISSIVE PERMISSIVE",
        ["PeerAuthentication shop/old /spec/mtls/mode"],
        ["PeerAuthentication shop/old /spec/mtls/mode"],
    ),
    (
        [
            peers("shop/new", "", WEB + ", portLevelMtls: {8080: {mode: STRICT}}", when(2)),
            peers("shop/old", "PERMISSIVE", WEB, when(1)),
        ],
        "PERMISSIVE PERMISSIVE",
        ["PeerAuthentication shop/old /spec/mtls/mode"],
        ["PeerAuthentication shop/old /spec/mtls/mode"],
    ),
    (
        [peers("shop/new", "STRICT", "", when(2)), peers("shop/old", "PERMISSIVE")],
        "UNKNOWN UNKNOWN",
        ["PeerAuthentication shop/new", "PeerAuthentication shop/old"],
        ["PeerAuthentication shop/new", "PeerAuthentication shop/old"],
    ),
    ([peers(NS, "STRICT"), own("", "8080: {mode: DISABLE}")], "DISABLE STRICT", [OF_NS, PORT], [OF_NS]),
    (
        [peers(NS, "STRICT"), own("", "8080: {mode: DISABLE}, 9090: {mode: PERMISSIVE}")],
        "DISABLE PERMISSIVE",
        [OF_NS, PORT],
        [OF_NS, PORT],
    ),
    ([peers(NS, "STRICT"), own("", "9090: {mode: PERMISSIVE}")], "STRICT STRICT", [OF_NS], [OF_NS]),
    ([peers(MESH, "STRICT"), peers(NS, "UNSET"), own("", "9090: {mode: PERMISSIVE}")], "STRICT UNKNOWN", [OF_MESH], []),
]


@pytest.mark.parametrize(("documents", "modes", "at_sidecar", "at_ztunnel"), ROWS)
def test_mode_at_a_sidecar_and_at_ztunnel(
    documents: list[str], modes: str, at_sidecar: list[str], at_ztunnel: list[str]
) -> None:
    mesh = scene(deployment("shop/web"), *documents)
    sidecar, ztunnel = (read(mesh, the(mesh, "shop/web"), 8080) for read in (server_mode, ambient_mode))
    assert f"{sidecar.mode} {ztunnel.mode}" == modes
    assert (chain_of(sidecar.chain), chain_of(ztunnel.chain)) == (at_sidecar, at_ztunnel)
