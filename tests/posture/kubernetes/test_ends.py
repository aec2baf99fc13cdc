"""Ends of connections: what has an address, and what a workload is for policies."""

from ipaddress import ip_address

import pytest

from service_mesh.posture.kubernetes.ends import Entity, at_address, of_workload, outside, pod_with
from tests.support.scene import deployment, scene, the

POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\n"
    "spec: {serviceAccountName: web, containers: [{name: app, image: app}]}\nstatus: {podIP: 10.0.0.7}\n"
)
NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: n}\nstatus: {addresses: [{address: 192.0.2.1}, {address: n}]}\n"
SLICE = (
    "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
    "metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}\n"
    "endpoints: [{addresses: [192.0.2.9]}]\n"
)


@pytest.mark.parametrize(
    ("address", "entities", "text"),
    [
        ("10.0.0.7", (), "Pod shop/web"),
        ("192.0.2.1", (Entity.HOST, Entity.REMOTE_NODE), "192.0.2.1"),
        ("192.0.2.9", (Entity.KUBE_APISERVER,), "192.0.2.9"),
        ("203.0.113.9", (Entity.WORLD,), "203.0.113.9"),
    ],
)
def test_address_belongs_to_what_is_loaded_with_it(address: str, entities: tuple[Entity, ...], text: str) -> None:
    found = at_address(scene(POD, NODE, SLICE), ip_address(address))
    assert (found.entities, found.text, found.address) == (entities, text, ip_address(address))


def test_workload_is_a_pod_with_labels_and_an_account() -> None:
    mesh = scene(deployment("shop/web", "tier: front"))
    found = of_workload(the(mesh, "shop/web"))
    assert (found.is_pod, found.namespace, dict(found.labels)) == (True, "shop", {"app": "web", "tier": "front"})
    assert found.service_account == "default"


def test_machine_is_outside_at_its_address() -> None:
    entry = (
        "apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {name: vm, namespace: shop}\n"
        "spec: {address: 198.51.100.4}\n"
    )
    mesh = scene(entry)
    found = of_workload(the(mesh, "shop/vm"))
    assert (found.entities, found.address) == ((Entity.WORLD,), ip_address("198.51.100.4"))
    assert (found.is_pod, found.namespace, dict(found.labels), found.service_account) == (False, "", {}, None)
    assert found.workload is the(mesh, "shop/vm")
    assert at_address(mesh, ip_address("198.51.100.4")) == found


def test_ends_are_named_by_what_is_known_of_them() -> None:
    named = outside(host="API.example.com.")
    assert (named.host, named.text) == ("api.example.com", "api.example.com")
    assert (pod_with("shop", {}).text, outside().text) == ("a pod of namespace 'shop'", "world")
