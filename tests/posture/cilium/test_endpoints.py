"""Which workloads a selector means: labels given by Cilium, pods on the network of their node, and what is loaded."""

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Operator, Requirement, Selector
from service_mesh.posture.cilium.endpoints import candidates, named_namespaces, selector_keys
from service_mesh.posture.cilium.identity import CLUSTER_LABEL, NAMESPACE_LABEL


def pod(name: str, namespace: str, *, on_node: bool = False) -> Resource:
    spec = {"hostNetwork": on_node, "serviceAccountName": name, "containers": [{"name": "app", "image": "app"}]}
    metadata = {"name": name, "namespace": namespace, "labels": {"app": name}}
    return Resource({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


MESH = MeshView([pod("cart", "shop"), pod("agent", "shop", on_node=True), pod("cart", "web")], Complete.YES)


def test_selector_finds_the_endpoints_of_its_home_alone() -> None:
    found = candidates(MESH, Selector({"app": "cart"}), "shop", "")
    assert [workload.title for workload in found.endpoints()] == ["Pod shop/cart"]


def test_account_and_namespace_are_labels_of_endpoints() -> None:
    selector = Selector({"io.cilium.k8s.policy.serviceaccount": "cart", NAMESPACE_LABEL: "web"})
    assert [workload.title for workload in candidates(MESH, selector, "", "").endpoints()] == ["Pod web/cart"]


def test_pod_on_the_network_of_its_node_is_no_endpoint() -> None:
    found = candidates(MESH, Selector({"app": "agent"}), "shop", "")
    assert [workload.title for workload in found.endpoints()] == []
    assert [workload.title for workload in found.on_nodes()] == ["Pod shop/agent"]


def test_places_are_known_only_where_workloads_are_loaded() -> None:
    assert candidates(MESH, Selector({}), "shop", "").is_known()
    assert not candidates(MESH, Selector({}), "empty", "").is_known()
    assert candidates(MESH, Selector({}), "", "").is_known()


def test_namespaces_are_read_from_labels_and_from_expressions() -> None:
    values = frozenset({"web", "shop"})
    assert named_namespaces(Selector({NAMESPACE_LABEL: "shop"})) == ("shop",)
    assert named_namespaces(Selector({}, (Requirement(NAMESPACE_LABEL, Operator.IN, values),))) == ("shop", "web")
    assert named_namespaces(Selector({}, (Requirement(NAMESPACE_LABEL, Operator.EXISTS),))) is None


def test_the_cluster_is_left_out_of_the_keys() -> None:
    assert selector_keys(Selector({"app": "cart", CLUSTER_LABEL: "west"})) == ("app",)
