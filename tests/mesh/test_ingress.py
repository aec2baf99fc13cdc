"""Who serves an Ingress, and what it sends requests to."""

import pytest

from service_mesh.mesh.ingress import ingress_backends, ingress_server
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DEPLOYMENT, INGRESS, SERVICE
from service_mesh.model.resource import Resource
from tests.mesh.objects import made


def pods(name: str, image: str) -> Resource:
    return made(DEPLOYMENT, f"edge/{name}", {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}})


def ingress_class(name: str, controller: str, *, is_default: bool = False) -> Resource:
    annotations = {"ingressclass.kubernetes.io/is-default-class": "true"} if is_default else {}
    return Resource(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"controller": controller},
        }
    )


@pytest.mark.parametrize(
    ("wanted", "image", "expected"),
    [
        ("nginx", "registry.example.com:5000/ingress-nginx/controller:v1@sha256:00", ["edge/c"]),
        ("nginx", "nginx/nginx-ingress:5", ["edge/c"]),
        ("nginx", "nginx:1", []),
        ("traefik", "traefik", ["edge/c"]),
        ("traefik", "docker.example.com/library/traefik:v3", ["edge/c"]),
        ("traefik", "example.com/not-traefik:v3", []),
        ("kong", "kong/kubernetes-ingress-controller:3", []),
        ("kong", "kong:3", ["edge/c"]),
        ("own", "traefik:v3", []),
    ],
)
def test_pods_of_a_controller_are_found_by_class_and_image(wanted: str, image: str, expected: list[str]) -> None:
    ingress = made(INGRESS, "shop/web", {"ingressClassName": wanted})
    server = ingress_server(MeshView([ingress, pods("c", image)]), ingress)
    assert (server.name, server.is_podless) == (wanted, False)
    assert [f"{found.namespace}/{found.resource.name}" for found in server.workloads] == expected


def test_controller_of_a_loaded_class_counts_whatever_the_class_is_called() -> None:
    ingress = made(INGRESS, "shop/web", {"ingressClassName": "traefik"})
    known = ingress_class("traefik", "k8s.io/ingress-nginx")
    server = ingress_server(
        MeshView([ingress, known, pods("t", "traefik:v3"), pods("n", "nginx-ingress-controller")]), ingress
    )
    assert server.controller == "k8s.io/ingress-nginx"
    assert [found.resource.name for found in server.workloads] == ["n"]


def test_default_class_counts_where_one_alone_claims_it() -> None:
    ingress = made(INGRESS, "shop/web", {})
    one, two = ingress_class("a", "ingress.k8s.aws/alb", is_default=True), ingress_class("b", "x", is_default=True)
    server = ingress_server(MeshView([ingress, one]), ingress)
    assert (server.name, server.is_podless) == ("a", True)
    assert ingress_server(MeshView([ingress, one, two]), ingress).name == ""


def test_backends_are_ports_of_loaded_services_by_number_and_by_name() -> None:
    paths = [
        {"backend": {"service": {"name": "cart", "port": {"name": "http"}}}},
        {"backend": {"service": {"name": "cart", "port": {"number": 9090}}}},
        {"backend": {"service": {"name": "cart", "port": {"number": 1}}}},
        {"backend": {"service": {"name": "absent", "port": {"number": 80}}}},
        {"backend": {"resource": {"kind": "Bucket", "name": "files"}}},
    ]
    default = {"service": {"name": "cart", "port": {"number": 80}}}
    ingress = made(INGRESS, "shop/web", {"defaultBackend": default, "rules": [{"http": {"paths": paths}}]})
    service = made(SERVICE, "shop/cart", {"ports": [{"name": "http", "port": 80}, {"name": "admin", "port": 9090}]})
    found = [(one.node.pointer, one.port.pointer) for one in ingress_backends(MeshView([ingress, service]), ingress)]
    assert found == [
        ("/spec/defaultBackend/service/name", "/spec/ports/0"),
        ("/spec/rules/0/http/paths/1/backend/service/name", "/spec/ports/1"),
    ]
