"""What is detected of whole clusters: several, the demo, some that were not read, and objects of odd shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.recommend.detection import Detected, detect, merged
from service_mesh.recommend.requirements import (
    Cni,
    Option,
    Requirements,
)
from tests.recommend.clusters import (
    CILIUM,
    KERNEL,
    SIDECAR,
    WHOLE,
    daemon_set,
    demo,
    detected,
    fact,
    node,
    objects,
    places,
    pod,
)


def test_nothing_read_is_nothing_known() -> None:
    found = detect(MeshView(()), {})
    assert [(name, one.value, one.notes, one.remark) for name, one in found.facts() if one.value is not None] == []
    assert {one.missing for _, one in found.facts()} == {"a cluster"}
    assert merged(Requirements(), found).requirements == Requirements()


def test_kinds_that_were_not_listed_are_not_known_and_never_none() -> None:
    found = detected(capture=Capture())
    assert {name: one.value for name, one in found.facts() if one.value is not None} == {"clusters": 1}
    assert found.nodes.missing == "every Node"
    assert found.existing.missing == "every Deployment.apps, every DaemonSet.apps, every Pod"


def test_files_alone_show_what_they_hold_and_no_sizes() -> None:
    found = detect(MeshView(objects(daemon_set("calico-node"), node("a"), SIDECAR)), {})
    assert (found.cni.value, found.meshes.value) == (Cni.CALICO, (Option.ISTIO_SIDECAR,))
    assert (found.nodes.value, found.pods.value, found.clusters.value) == (None, None, None)


def two_clusters(a: Iterable[str], b: Iterable[str], captures: Mapping[str, Capture]) -> Detected:
    return detect(MeshView([*objects(*a, cluster="a"), *objects(*b, cluster="b")]), captures)


def test_clusters_are_summed_and_their_oldest_counts() -> None:
    found = two_clusters(
        [node("n", info=KERNEL % "6.8.0"), pod("shop/x"), daemon_set("calico-node")],
        [node("n", info=KERNEL % "5.4.1"), node("m", info=KERNEL % "6.1.0"), pod("shop/x"), daemon_set("calico-node")],
        {"a": replace(WHOLE, kubernetes="1.9.0"), "b": replace(WHOLE, kubernetes="1.34.1")},
    )
    sizes = (found.nodes, found.pods, found.services, found.clusters)
    assert [one.value for one in sizes] == [3, 2, 0, 2]
    assert (found.kernel.value, found.kubernetes.value, found.cni.value) == ("5.4", "1.9", Cni.CALICO)


def test_sum_is_not_known_where_one_cluster_did_not_tell() -> None:
    found = two_clusters([node("n")], [], {"a": WHOLE, "b": Capture(listed=frozenset({POD}))})
    assert (found.nodes.value, found.nodes.missing) == (None, "every Node of cluster 'b'")
    assert found.pods.missing == ""


def test_plugins_that_differ_are_both_noted_and_neither_is_named() -> None:
    found = two_clusters([daemon_set("calico-node")], [CILIUM], {"a": WHOLE, "b": WHOLE})
    assert (found.cni.value, found.cni.missing) == (None, "one answer: the clusters differ, calico, cilium")
    assert [title for title, _, _ in places(fact(found, "cni"))] == [
        "DaemonSet kube-system/calico-node",
        "DaemonSet kube-system/cilium",
    ]


def test_objects_of_clusters_that_were_not_read_are_left_out() -> None:
    found = two_clusters([node("n")], [node("m"), SIDECAR], {"a": WHOLE})
    assert (found.nodes.value, found.clusters.value) == (1, 1)


def test_demo_cluster_tells_of_itself() -> None:
    found = demo()
    assert {name: one.value for name, one in found.facts()} == {
        "nodes": 2,
        "pods": 12,
        "services": 5,
        "clusters": 1,
        "protocols": (3, 0, 0, 0, 0),
        "cni": None,
        "kube_proxy": None,
        "kernel": "6.8",
        "node_systems": (2, 0, 0),
        "kubernetes": "1.35",
        "platform": None,
        "serverless_nodes": False,
        "meshes": (Option.ISTIO_AMBIENT, Option.ISTIO_SIDECAR),
        "existing": Option.ISTIO_SIDECAR,
        "gateways": ("istio.io/gateway-controller",),
        "policies": (("AuthorizationPolicy.security.istio.io", 1),),
        "strict_namespaces": (),
        "windows_workloads": 0,
    }
    (note,) = found.kernel.notes
    origin = note.node.resource.origin
    assert origin is not None
    assert Path(origin.source.name).name == "cluster.yaml"
    assert found.nodes.remark == "counted in what was read; nothing tells whether that is everything"


_ODD: tuple[object, ...] = (None, 7, "x", True, [], {}, [None, 7, {}], {"a": [1], "": None}, float("nan"), "9" * 5000)
_KINDS = (
    ("v1", "Node"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "Namespace"),
    ("v1", "ConfigMap"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("cilium.io/v2", "CiliumNetworkPolicy"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("gateway.networking.k8s.io/v1", "Gateway"),
    ("gateway.networking.k8s.io/v1", "GatewayClass"),
)
_SHAPES: tuple[dict[str, object], ...] = (
    {"labels": "?", "annotations": "?"},
    {"labels": {"kubernetes.io/os": "?", "type": "?", "pod-security.kubernetes.io/enforce": "?", "k8s-app": "?"}},
)
_INSIDES: tuple[dict[str, object], ...] = (
    {"spec": "?", "status": "?", "data": "?"},
    {"spec": {"ports": "?", "nodeSelector": "?", "os": "?", "template": "?", "containers": "?", "ingress": "?"}},
    {"status": {"nodeInfo": "?", "conditions": "?", "phase": "?", "desiredNumberScheduled": "?"}},
    {"status": {"nodeInfo": {"kernelVersion": "?", "kubeletVersion": "?"}}, "data": {"config.conf": "?"}},
    {"spec": {"ingressClassName": "?", "gatewayClassName": "?", "controller": "?", "controllerName": "?"}},
)


def filled(shape: object, odd: object) -> object:
    if isinstance(shape, dict):
        return {key: filled(value, odd) for key, value in shape.items()}
    return odd


@pytest.mark.parametrize("odd", _ODD)
def test_values_of_odd_types_are_no_facts(odd: object) -> None:
    built = [
        Resource({"apiVersion": version, "kind": kind, "metadata": {"name": name, **meta}, **inside})
        for version, kind in _KINDS
        for name in ("cilium", "kube-proxy", "cilium-config")
        for meta in (filled(one, odd) for one in _SHAPES)
        for inside in (filled(one, odd) for one in _INSIDES)
        if isinstance(meta, dict) and isinstance(inside, dict)
    ]
    for each in built:
        found = detect(MeshView([each]), {"": WHOLE})
        assert found.clusters.value == 1
        assert (found.kernel.value, found.platform.value, found.kube_proxy.value) == (None, None, None)
        Requirements.model_validate(merged(Requirements(), found).requirements.model_dump())


def test_notes_and_what_is_missing_stay_few() -> None:
    captures = {f"c{number}": Capture() for number in range(50)}
    names = [node(f"n{number}", "type: virtual-kubelet") for number in range(50)]
    assert len(detected(*names).serverless_nodes.notes) == 5
    found = detect(MeshView(()), captures)
    assert found.nodes.missing == (
        "every Node of cluster 'c0', every Node of cluster 'c1', every Node of cluster 'c10', "
        "every Node of cluster 'c11', every Node of cluster 'c12' and 45 more"
    )
