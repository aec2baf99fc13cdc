"""What Istio takes the protocol of a Service port to be."""

import pytest

from service_mesh.model.kinds import SERVICE
from service_mesh.posture.istio.protocols import has_known_protocol, protocol_of
from tests.mesh.objects import made


@pytest.mark.parametrize(
    ("port", "protocol"),
    [
        ({"name": "http", "port": 80}, "http"),
        ({"name": "HTTPS-public", "port": 443}, "https"),
        ({"name": "grpc-web-public", "port": 80}, "grpc-web"),
        ({"name": "grpc-x", "port": 80}, "grpc"),
        ({"name": "httpapi", "port": 80}, ""),
        ({"name": "web", "port": 3306}, "tcp"),
        ({"name": "mysql", "port": 3306}, "mysql"),
        ({"port": 53}, "tcp"),
        ({"port": 80}, ""),
        ({"name": "http", "port": 80, "appProtocol": "tcp"}, "tcp"),
        ({"name": "http", "port": 80, "appProtocol": "kubernetes.io/h2c"}, "http2"),
        ({"name": "http", "port": 80, "appProtocol": "kubernetes.io/wss"}, "https"),
        ({"name": "http", "port": 80, "appProtocol": "example.com/custom"}, ""),
        ({"name": "http", "port": 80, "appProtocol": ""}, "http"),
        ({"name": "http", "port": 80, "protocol": "UDP"}, "udp"),
        ({"name": "x", "port": 80, "protocol": "SCTP"}, "sctp"),
        ({"name": "tcp", "port": 80, "protocol": "HTTP"}, "tcp"),
        ({"name": 7, "port": "80", "appProtocol": []}, ""),
    ],
)
def test_protocol_is_read_the_way_istiod_does(port: dict[str, object], protocol: str) -> None:
    service = made(SERVICE, "shop/reviews", {"ports": [port]})
    (node,) = service.each("spec.ports[]")
    assert protocol_of(node) == protocol
    assert has_known_protocol(node) is bool(protocol)
