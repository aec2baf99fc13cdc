"""What the two ends of a question are understood as, and how a wrong one is refused."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.mesh.view import MeshView
from service_mesh.operations.parties import destination_of, source_of
from service_mesh.posture.kubernetes.ends import Entity
from tests.support.scene import deployment, scene

CART = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}, {name: grpc, port: 90}]}\n"
)
OUTSIDE = (
    "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: pay, namespace: shop}\n"
    "spec: {hosts: [api.pay.example], ports: [{number: 443, name: https, protocol: HTTPS}], resolution: DNS}\n"
)
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: lone, namespace: shop, labels: {app: lone}}\n"
    "spec: {containers: [{name: app, image: app}]}\nstatus: {podIP: 10.0.0.7}\n"
)


ADDRESSED = CART.replace("name: cart,", "name: addressed,").replace("spec: {", "spec: {clusterIP: 10.96.0.9, ")
ADDRESSED = ADDRESSED.replace(", {name: grpc, port: 90}", "")


def alias(name: str, host: str) -> str:
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\n"
        f"spec: {{type: ExternalName, externalName: {host}}}\n"
    )


ALIASES = (
    alias("inside", "cart.shop.svc.cluster.local"),
    alias("paying", "api.pay.example"),
    alias("abroad", "db.example.org"),
    alias("circle", "circle.shop.svc.cluster.local"),
)


@pytest.fixture(scope="module")
def mesh() -> MeshView:
    web = deployment("shop/web", pod="serviceAccountName: web")
    return scene(
        web, deployment("shop/cart", ports="8080 90"), deployment("edge/cart"), CART, ADDRESSED, OUTSIDE, POD, *ALIASES
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("shop/web", ["Deployment shop/web"]),
        ("deploy/shop/web", ["Deployment shop/web"]),
        (" shop/web ", ["Deployment shop/web"]),
        ("sa:shop/web", ["Deployment shop/web"]),
        ("sa:shop/default", ["Deployment shop/cart", "Pod shop/lone"]),
        ("ns:edge", ["Deployment edge/cart"]),
        ("ip:10.0.0.7", ["Pod shop/lone"]),
        ("ip:203.0.113.9", ["203.0.113.9"]),
        ("external", ["world"]),
    ],
)
def test_sources_are_found(mesh: MeshView, text: str, meant: list[str]) -> None:
    assert sorted(end.text for end in source_of(mesh, text).ends) == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("shop/wbe", "no workload 'shop/wbe' was read; did you mean 'shop/web'?"),
        ("web", "'web' does not say the namespace of the workload; did you mean 'shop/web'?"),
        ("sa:web", "'sa:web' does not say namespace and account; write sa:shop/web"),
        ("ns:shp", "a workload of namespace 'shp' was not read; did you mean namespace 'shop'?"),
        ("ip:10.0.0", "'ip:10.0.0' holds no address; write ip:10.0.0.7 or ip:2001:db8::7"),
        ("pod:shop/web", "'pod:shop/web' is no source of a call; write shop/web, deploy/shop/web, sa:shop/account, "),
    ],
)
def test_sources_that_mean_nothing_are_refused_with_the_nearest(mesh: MeshView, text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        source_of(mesh, text)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("shop/cart:8080", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("deploy/shop/cart:8080/udp", "Deployment shop/cart port 8080 by Service shop/cart (UDP)"),
        ("svc:shop/cart:80", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("svc:shop/cart:grpc", "Deployment shop/cart port 90 by Service shop/cart"),
        ("host:cart:80", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("host:cart.shop:80", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("host:cart.shop.svc.cluster.local:80", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("host:api.pay.example:443", "api.pay.example port 443 by ServiceEntry shop/pay"),
        ("host:unknown.example:443", "unknown.example port 443"),
        ("ip:10.0.0.7:9000", "Pod shop/lone port 9000"),
        ("ip:203.0.113.9:53/udp", "203.0.113.9 port 53 (UDP)"),
        ("host:unknown.example:443/tls", "unknown.example port 443 (TLS)"),
        ("ip:10.96.0.9:80", "Deployment shop/cart port 8080 by Service shop/addressed"),
        ("host:inside.shop:80", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("svc:shop/inside:80", "Deployment shop/cart port 8080 by Service shop/cart"),
        ("host:paying.shop:443", "paying.shop.svc.cluster.local port 443 by ServiceEntry shop/pay"),
        ("svc:shop/abroad:5432", "abroad.shop.svc.cluster.local port 5432"),
        ("svc:shop/circle:80", "circle.shop.svc.cluster.local port 80"),
        ("ip:[2001:db8::7]:443", "2001:db8::7 port 443"),
        ("edge/cart:8080", "Deployment edge/cart port 8080"),
    ],
)
def test_destinations_are_found(mesh: MeshView, text: str, meant: str) -> None:
    assert destination_of(mesh, text, "shop").text == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("shop/cart", "'shop/cart' does not say a port"),
        ("shop/cart:0", "'0' is no number of a port; write one from 1 to 65535"),
        ("shop/cart:99999", "'99999' is no number of a port"),
        ("shop/cart:http", "Deployment shop/cart has no port named 'http'; write its number"),
        ("shop/cart:80/icmp", "'ICMP' is no protocol of a port"),
        ("svc:shop/crat:80", "no Service 'shop/crat' was read; did you mean 'svc:shop/cart'?"),
        ("svc:shop/cart:81", "Service shop/cart has no port 81; it has 80, 90"),
        ("ip:nowhere:80", "'ip:nowhere:80' holds no address"),
        ("ip:10.96.0.9:81", "Service shop/addressed has no port 81; it has 80"),
        ("url:shop/cart:80", "'url:shop/cart:80' is no destination of a call"),
    ],
)
def test_destinations_that_mean_nothing_are_refused(mesh: MeshView, text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        destination_of(mesh, text, "shop")
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(("behind", "expected"), [("/tls", True), ("", None)])
def test_tls_of_the_clients_own_may_be_told(mesh: MeshView, behind: str, expected: bool | None) -> None:
    found = destination_of(mesh, f"host:unknown.example:443{behind}", "shop")
    assert (found.protocol, found.is_tls) == ("TCP", expected)


def test_somebody_outside_is_no_pod(mesh: MeshView) -> None:
    (end,) = source_of(mesh, "external").ends
    assert end.entities == (Entity.WORLD,)
