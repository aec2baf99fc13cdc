"""Probes: which the pods have, and which are let in without being authorized."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.linkerd.probes import ProbeKind, probe_authorization, probe_networks, probes_of
from tests.posture.linkerd.objects import config, namespace, route, server
from tests.support.scene import scene, the

PARENT = "group: policy.linkerd.io, kind: Server, name: web"


def cart(annotations: str = "") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: cart, namespace: shop}}
spec:
  template:
    metadata: {{labels: {{app: cart}}, annotations: {{{annotations}}}}}
    spec:
      initContainers:
      - {{name: proxy, image: p, readinessProbe: {{httpGet: {{port: 4191, path: /ready}}}}}}
      containers:
      - name: app
        image: a
        ports: [{{name: http, containerPort: 8080}}, {{name: dns, containerPort: 53, protocol: UDP}}]
        livenessProbe: {{httpGet: {{port: HTTP, path: '/live?full=1'}}}}
        readinessProbe: {{grpc: {{port: 9000}}}}
        startupProbe: {{tcpSocket: {{port: dns}}}}
      - {{name: other, image: o, livenessProbe: {{httpGet: {{port: http}}}}}}
"""


def town(*more: str, annotations: str = "") -> MeshView:
    return scene(namespace(), cart(annotations), *more)


def let_in(mesh: MeshView, port: int = 8080) -> str:
    found = probe_authorization(mesh, the(mesh, "shop/cart"), port)
    return found.node.pointer if found is not None else ""


LIVE = "/spec/template/spec/containers/0/livenessProbe/httpGet"


def test_probes_name_ports_of_their_own_container_by_number_or_name() -> None:
    mesh = town()
    found = [(one.kind, one.port, one.path) for one in probes_of(the(mesh, "shop/cart"))]
    assert found == [
        (ProbeKind.HTTP, 8080, "/live"),
        (ProbeKind.GRPC, 9000, ""),
        (ProbeKind.TCP, None, ""),
        (ProbeKind.HTTP, None, "/"),
        (ProbeKind.HTTP, 4191, "/ready"),
    ]


@pytest.mark.parametrize(
    ("more", "annotations", "expected"),
    [
        ((), "", LIVE),
        ((server("shop/web", "podSelector: {}, port: 8080"),), "", LIVE),
        ((server("shop/web", "podSelector: {}, port: 8080, proxyProtocol: HTTP/1"),), "", LIVE),
        ((server("shop/web", "podSelector: {}, port: 8080, proxyProtocol: opaque"),), "", ""),
        ((server("shop/web", "podSelector: {}, port: 8080, proxyProtocol: gRPC"),), "", ""),
        ((server("shop/web", "podSelector: {}, port: 8080"), route("shop/r", PARENT)), "", ""),
        ((), "config.linkerd.io/opaque-ports: '8080'", ""),
        ((config("policyController: {probeNetworks: []}"),), "", ""),
    ],
)
def test_paths_of_http_probes_are_let_in_while_no_route_takes_over(
    more: tuple[str, ...], annotations: str, expected: str
) -> None:
    assert let_in(town(*more, annotations=annotations)) == expected


def test_probes_by_grpc_and_ports_without_probes_are_not_let_in() -> None:
    assert [let_in(town(), port) for port in (9000, 53, 7777)] == ["", "", ""]


def test_probes_come_from_the_networks_of_the_installation() -> None:
    mesh = town(config('policyController: {probeNetworks: ["10.0.0.1/32", "nonsense"]}'))
    found = probe_authorization(mesh, the(mesh, "shop/cart"), 8080)
    assert found is not None
    assert [str(one.network) for one in found.networks or ()] == ["10.0.0.1/32"]
    assert found.takes_plaintext
    assert [str(one.network) for one in probe_networks(scene())] == ["0.0.0.0/0", "::/0"]
