"""The tables of decision 6 as rows: client, server, client setting and form of address under every mode."""

from typing import NamedTuple

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.edges import Edge
from tests.posture.istio.meshes import SERVERS, addressed, decided, istiod, mesh_settings, peer, rule, service, world
from tests.support.scene import deployment

AMBIENT = istiod(PILOT_ENABLE_AMBIENT="true")
PREFERRING = istiod(PILOT_ENABLE_AMBIENT="true", PILOT_PREFER_SENDING_HBONE="true")
MODES = ("STRICT", "PERMISSIVE", "DISABLE")
AUTHENTICATED = ("mtls", "hbone")
SETTINGS = {
    "ISTIO_MUTUAL": "tls: {mode: ISTIO_MUTUAL}",
    "DISABLE": "tls: {mode: DISABLE}",
    "SIMPLE": "tls: {mode: SIMPLE}",
    "RESET": "tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 80}}]",
    "MARKED": "tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}}]",
    "PASSTHROUGH": "loadBalancer: {simple: PASSTHROUGH}",
}
NARROW = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ["istio-system/*"]}]}
"""


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        client: Sort of the client.
        server: Sort of the server.
        setting: What the client's rules come to; `off` is automatic mTLS switched off.
        form: What is addressed, and what else holds: `port` that the mode is the workload's alone, `prefers` that
            istiod prefers tunnels.
        carried: What travels under STRICT, PERMISSIVE and DISABLE.
        by: Kind of the object that decides, the last of the chain; of each mode where they differ.
        release: Release of Istio.
    """

    client: str
    server: str
    setting: str
    form: str
    carried: str
    by: str
    release: tuple[int, ...] = (1, 30)


ROWS = [
    Row("sidecar", "sidecar", "auto", "service", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "off", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "RESET", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "ISTIO_MUTUAL", "service", "mtls mtls broken", "PeerAuthentication"),
    Row("sidecar", "sidecar", "DISABLE", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "SIMPLE", "service", "broken app_tls app_tls", "PeerAuthentication"),
    Row("sidecar", "ambient", "auto", "service", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "ambient", "off", "service", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "ambient", "RESET", "service", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "ambient", "ISTIO_MUTUAL", "service", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "ambient", "DISABLE", "service", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "ambient", "SIMPLE", "service", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "unmeshed", "auto", "service", "plaintext plaintext plaintext", "Namespace"),
    Row("sidecar", "unmeshed", "off", "service", "plaintext plaintext plaintext", "Namespace"),
    Row("sidecar", "unmeshed", "RESET", "service", "plaintext plaintext plaintext", "DestinationRule"),
    Row("sidecar", "unmeshed", "ISTIO_MUTUAL", "service", "broken broken broken", "DestinationRule"),
    Row("sidecar", "unmeshed", "DISABLE", "service", "plaintext plaintext plaintext", "DestinationRule"),
    Row("sidecar", "unmeshed", "SIMPLE", "service", "app_tls app_tls app_tls", "DestinationRule"),
    Row("sidecar", "gateway", "auto", "service", "plaintext plaintext plaintext", "Deployment"),
    Row("sidecar", "gateway", "off", "service", "plaintext plaintext plaintext", "Deployment"),
    Row("sidecar", "gateway", "RESET", "service", "plaintext plaintext plaintext", "DestinationRule"),
    Row("sidecar", "gateway", "ISTIO_MUTUAL", "service", "unknown unknown unknown", "DestinationRule"),
    Row("sidecar", "gateway", "DISABLE", "service", "plaintext plaintext plaintext", "DestinationRule"),
    Row("sidecar", "gateway", "SIMPLE", "service", "unknown unknown unknown", "DestinationRule"),
    Row("sidecar", "sidecar", "SIMPLE", "http", "broken broken broken", "PeerAuthentication"),
    Row("sidecar", "ambient", "ISTIO_MUTUAL", "service", "broken broken broken", "PeerAuthentication", (1, 24)),
    Row("sidecar", "sidecar", "auto", "headless", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "ISTIO_MUTUAL", "headless", "mtls mtls broken", "PeerAuthentication"),
    Row("sidecar", "sidecar", "auto", "pod", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "ambient", "auto", "headless", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "ambient", "ISTIO_MUTUAL", "headless", "broken broken broken", "PeerAuthentication"),
    Row("sidecar", "ambient", "auto", "pod", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "unmeshed", "auto", "headless", "plaintext plaintext plaintext", "Namespace"),
    Row("sidecar", "unmeshed", "ISTIO_MUTUAL", "headless", "broken broken broken", "DestinationRule"),
    Row("sidecar", "unmeshed", "auto", "pod", "plaintext plaintext plaintext", "Namespace"),
    Row("ambient", "ambient", "auto", "service", "hbone hbone hbone", "Namespace"),
    Row("ambient", "ambient", "auto", "headless", "hbone hbone hbone", "Namespace"),
    Row("ambient", "ambient", "auto", "pod", "hbone hbone hbone", "Namespace"),
    Row("ambient", "sidecar", "auto", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("ambient", "sidecar", "auto", "headless", "broken plaintext plaintext", "PeerAuthentication"),
    Row("ambient", "sidecar", "auto", "pod", "broken plaintext plaintext", "PeerAuthentication"),
    Row("ambient", "tunnel", "auto", "service", "hbone hbone hbone", "Deployment"),
    Row("ambient", "tunnel", "auto", "headless", "hbone hbone hbone", "Deployment"),
    Row("ambient", "tunnel", "auto", "pod", "hbone hbone hbone", "Deployment"),
    Row("ambient", "unmeshed", "auto", "service", "plaintext plaintext plaintext", "Namespace"),
    Row("ambient", "unmeshed", "auto", "headless", "plaintext plaintext plaintext", "Namespace"),
    Row("ambient", "unmeshed", "auto", "pod", "plaintext plaintext plaintext", "Namespace"),
    Row("ambient", "gateway", "auto", "service", "plaintext plaintext plaintext", "Deployment"),
    Row("ambient", "gateway", "auto", "headless", "plaintext plaintext plaintext", "Deployment"),
    Row("ambient", "gateway", "auto", "pod", "plaintext plaintext plaintext", "Deployment"),
    Row("gateway", "sidecar", "auto", "service", "mtls mtls plaintext", "PeerAuthentication"),
    Row("gateway", "sidecar", "ISTIO_MUTUAL", "service", "mtls mtls broken", "PeerAuthentication"),
    Row("gateway", "sidecar", "DISABLE", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("gateway", "sidecar", "auto", "headless", "mtls mtls plaintext", "PeerAuthentication"),
    Row("gateway", "sidecar", "auto", "pod", "broken broken broken", "Namespace"),
    Row("gateway", "ambient", "auto", "service", "hbone hbone hbone", "Deployment"),
    Row("gateway", "ambient", "ISTIO_MUTUAL", "service", "hbone hbone hbone", "Deployment"),
    Row("gateway", "ambient", "DISABLE", "service", "hbone hbone hbone", "Deployment"),
    Row("gateway", "ambient", "auto", "headless", "hbone hbone hbone", "Deployment"),
    Row("gateway", "ambient", "auto", "pod", "broken broken broken", "Namespace"),
    Row("gateway", "unmeshed", "auto", "service", "plaintext plaintext plaintext", "Deployment"),
    Row("gateway", "unmeshed", "ISTIO_MUTUAL", "service", "broken broken broken", "DestinationRule"),
    Row("gateway", "unmeshed", "DISABLE", "service", "plaintext plaintext plaintext", "DestinationRule"),
    Row("gateway", "unmeshed", "auto", "headless", "plaintext plaintext plaintext", "Deployment"),
    Row("gateway", "unmeshed", "auto", "pod", "broken broken broken", "Deployment"),
    Row("unmeshed", "sidecar", "auto", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("unmeshed", "ambient", "auto", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("unmeshed", "unmeshed", "auto", "service", "plaintext plaintext plaintext", "nothing"),
    Row("outside", "sidecar", "auto", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("outside", "ambient", "auto", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("outside", "unmeshed", "auto", "service", "plaintext plaintext plaintext", "nothing"),
    Row("sidecar", "sidecar", "auto", "mixed", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "PASSTHROUGH", "mixed service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "auto", "mixed service", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "ambient", "PASSTHROUGH", "service", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "auto", "hidden", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "ambient", "auto", "hidden", "broken plaintext plaintext", "PeerAuthentication"),
    Row("sidecar", "unmeshed", "auto", "hidden", "plaintext plaintext plaintext", "Sidecar"),
    Row("sidecar", "sidecar", "auto", "hidden blocked", "broken broken broken", "ConfigMap"),
    Row("sidecar", "ambient", "auto", "hidden blocked", "broken broken broken", "ConfigMap"),
    Row("sidecar", "unmeshed", "auto", "hidden blocked", "broken broken broken", "ConfigMap"),
    Row("sidecar", "sidecar", "auto", "pod blocked", "broken broken broken", "ConfigMap"),
    Row("sidecar", "sidecar", "auto", "service blocked", "mtls mtls plaintext", "PeerAuthentication"),
    Row("ambient", "ambient", "auto", "pod blocked", "hbone hbone hbone", "Namespace"),
    Row("ambient", "ambient", "DISABLE", "service", "hbone hbone hbone", "Namespace"),
    Row("gateway", "sidecar", "auto", "mixed", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "MARKED", "service", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "MARKED", "port", "mtls mtls broken", "PeerAuthentication"),
    Row("sidecar", "ambient", "MARKED", "service", "hbone hbone hbone", "Deployment"),
    Row(
        "sidecar",
        "unmeshed",
        "MARKED",
        "service",
        "broken broken plaintext",
        "DestinationRule DestinationRule PeerAuthentication",
    ),
    Row("sidecar", "sidecar", "auto", "port", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "MARKED", "headless port", "mtls mtls broken", "PeerAuthentication"),
    Row("sidecar", "tunnel", "auto", "service", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "tunnel", "auto", "prefers", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "tunnel", "ISTIO_MUTUAL", "prefers", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "tunnel", "DISABLE", "prefers", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "tunnel", "SIMPLE", "prefers", "hbone hbone hbone", "Deployment"),
    Row("sidecar", "tunnel", "auto", "headless prefers", "mtls mtls plaintext", "PeerAuthentication"),
    Row("sidecar", "sidecar", "auto", "prefers", "mtls mtls plaintext", "PeerAuthentication"),
    Row("gateway", "tunnel", "auto", "prefers", "hbone hbone hbone", "Deployment"),
]


def made(row: Row, mode: str) -> MeshView:
    """The mesh of a row under a mode."""
    home, _, name = SERVERS[row.server].partition("/")
    blocked = ", outboundTrafficPolicy: {mode: REGISTRY_ONLY}" if "blocked" in row.form else ""
    auto = "false" if row.setting == "off" else "true"
    narrow = "selector: {matchLabels: {set: all}}, " if "port" in row.form else ""
    installed = PREFERRING if "prefers" in row.form else AMBIENT
    documents = [installed, peer(home, mode, narrow), mesh_settings(f"enableAutoMtls: {auto}{blocked}")]
    is_headless = row.form == "mixed" or "headless" in row.form
    headless = ", clusterIP: None" if is_headless else ""
    if "pod" not in row.form:
        made_service = service(f"{home}/{name}", headless, "http" if row.form == "http" else "tcp")
        documents.append(made_service.replace(f"selector: {{app: {name}}}", "selector: {set: all}"))
    if row.setting in SETTINGS:
        client_home = "edge" if row.client == "gateway" else "shop"
        documents.append(rule(f"{name}.{home}.svc.cluster.local", SETTINGS[row.setting], client_home))
    if "mixed" in row.form:
        documents.append(deployment(f"{home}/other", "set: all, sidecar.istio.io/inject: 'false'"))
    if "hidden" in row.form:
        documents.append(NARROW)
    return world(row.server, *documents, release=row.release, labels="set: all")


def carried(row: Row) -> list[Edge]:
    return [addressed(made(row, mode), row.client, row.server, by_pod="pod" in row.form) for mode in MODES]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.client}-{row.server}-{row.setting}-{row.form}")
def test_row_of_the_table_is_what_travels_and_names_what_decides(row: Row) -> None:
    edges = carried(row)
    expected = row.carried.split()
    assert [edge.transport.value for edge in edges] == expected
    kinds = row.by.split() if " " in row.by else [row.by] * 3
    assert [decided(edge).partition(" by ")[2].split(" ")[0] or "nothing" for edge in edges] == kinds
    known = [edge.is_authenticated for edge in edges if edge.transport != "unknown"]
    assert known == [one in AUTHENTICATED for one in expected if one != "unknown"]


def test_no_two_rows_ask_the_same() -> None:
    assert len({row[:4] + row[6:] for row in ROWS}) == len(ROWS)
