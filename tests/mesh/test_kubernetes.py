"""The release of Kubernetes that a cluster runs, and how sure that is."""

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.kubernetes import kubelets, minor_of, server
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource


def _node(name: str, version: object, cluster: str = "") -> Resource:
    data = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}
    return Resource({**data, "status": {"nodeInfo": {"kubeletVersion": version}}}, cluster=cluster)


def _api_server(image: object, namespace: str = "kube-system") -> Resource:
    metadata = {"name": "kube-apiserver-a", "namespace": namespace, "labels": {"component": "kube-apiserver"}}
    spec = {"containers": [{"name": "kube-apiserver", "image": image}]}
    return Resource({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


def _found(view: MeshView, cluster: str = "") -> tuple[str, str, bool] | None:
    running = server(view, cluster)
    return (running.number, running.version, running.is_exact) if running is not None else None


def test_reading_that_tells_the_version_is_believed_before_objects() -> None:
    objects = [_api_server("registry.k8s.io/kube-apiserver:v1.35.1"), _node("a", "v1.34.2")]
    view = MeshView(objects, captures={"": Capture(kubernetes="1.36.4-gke.100")})
    assert _found(view) == ("1.36", "1.36.4-gke.100", True)


def test_pod_of_the_api_server_tells_its_release() -> None:
    view = MeshView([_api_server("registry.k8s.io/kube-apiserver:v1.35.1@sha256:0"), _node("a", "v1.34.2")])
    assert _found(view) == ("1.35", "1.35.1", True)


@pytest.mark.parametrize("image", ["registry.k8s.io/kube-apiserver", "example.com:5000/kube-apiserver", "", 7, None])
def test_image_without_a_release_leaves_it_to_the_nodes(image: object) -> None:
    assert _found(MeshView([_api_server(image), _node("a", "v1.34.2")])) == ("1.34", "1.34.2", False)


def test_namesake_in_another_namespace_is_no_api_server() -> None:
    assert _found(MeshView([_api_server("x/kube-apiserver:v1.20.0", "shop")])) is None


def test_newest_kubelet_is_the_least_that_the_api_server_is() -> None:
    view = MeshView([_node("b", "v1.34.9"), _node("a", "v1.33.1"), _node("c", "v1.36.0", "west")])
    assert _found(view) == ("1.34", "1.34.9", False)
    assert [kubelet.name for kubelet in kubelets(view)] == ["a", "b"]
    assert _found(view, "west") == ("1.36", "1.36.0", False)


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("v1.34.2-eks-3abbec1", (1, 34)),
        ("1.34", (1, 34)),
        ("v1.34+", (1, 34)),
        ("1", None),
        ("", None),
        ("v1.²", None),
        ("9" * 5_000, None),
        ("latest", None),
    ],
)
def test_version_is_read_as_major_and_minor(version: str, release: tuple[int, int] | None) -> None:
    assert minor_of(version) == release
