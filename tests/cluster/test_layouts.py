"""One snapshot of each collector, laid out as its source writes it: what is read of which cluster, and of when."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service_mesh.cluster.exports import ExportKind
from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot, read_snapshot
from tests.cluster.packing import Files, as_folder, as_tar, as_zip, listed, namespace, obj, tar_bytes, zip_bytes

Pack = Callable[[Path, Files], str]

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {}\n  namespace: shop\n"
POD_LIST = "apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: web\n    namespace: shop\n"
WRITTEN = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

IMAGE = "must-gather.local.123/quay-io-must-gather-sha256-0123456789abcdef0123/"
MUST_GATHER = {
    "must-gather.local.123/timestamp": (
        "2024-03-09 14:30:10.1 +0100 CET m=+0.1\n2024-03-09 14:42:11.1 +0100 CET m=+721.9\n"
    ),
    "must-gather.local.123/event-filter.html": "<html>",
    IMAGE + "cluster-scoped-resources/core/nodes/n1.yaml": "apiVersion: v1\nkind: Node\nmetadata:\n  name: n1\n",
    IMAGE + "cluster-scoped-resources/config.openshift.io/infrastructures/cluster.yaml": (
        "apiVersion: config.openshift.io/v1\nkind: Infrastructure\nmetadata:\n  name: cluster\n"
        "status:\n  infrastructureName: prod-x7k\n"
    ),
    IMAGE + "namespaces/shop/shop.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n",
    IMAGE + "namespaces/shop/core/pods.yaml": POD_LIST,
    IMAGE + "namespaces/shop/pods/web/web.yaml": POD.format("web"),
    IMAGE + "namespaces/shop/pods/web/web/web/logs/current.log": "kind: Pod\n",
    IMAGE + "namespaces/shop/security.istio.io/peerauthentications/default.yaml": (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  namespace: shop\n"
    ),
    IMAGE + "monitoring/prometheus/rules.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "no"}}',
}

BUG_REPORT = {
    "bug-report/bug-report.log": "2024-03-09T14:30:10.12Z\tinfo\tstart\n2024-03-09T14:31:10.12Z\tinfo\tDone with all\n",
    "bug-report/versions": "CLI version:\n1.27.1\n",
    "bug-report/cluster/k8s-resources": (
        "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: web\n    namespace: shop\n"
        'kind: List\nmetadata:\n  resourceVersion: ""\n'
    ),
    "bug-report/cluster/crs": (
        "apiVersion: v1\nitems:\n- apiVersion: security.istio.io/v1\n  kind: PeerAuthentication\n  metadata:\n"
        "    name: default\n    namespace: istio-system\nkind: List\n"
    ),
    "bug-report/cluster/secrets": "NAMESPACE   NAME   TYPE     DATA   AGE\nshop        s      Opaque   1      5d\n",
    "bug-report/cluster/cluster-context": "gke_shop_east\nhttps://192.0.2.1\n",
    "bug-report/cluster/events": "NAMESPACE LAST SEEN\n",
    "bug-report/proxies/shop/web/config_dump": "{}",
    "bug-report/proxies/shop/web/envoy.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "no"}}',
    "bug-report/istio/istio-system/istiod-1/debug/configz": "[]",
}

DUMP = "cilium-sysdump-20240309-153010/"
SYSDUMP: dict[str, str | bytes] = {
    DUMP + "k8s-pods-20240309-153010.yaml": POD_LIST,
    DUMP + "k8s-nodes-20240309-153010.yaml": "apiVersion: v1\nkind: NodeList\nitems:\n- metadata:\n    name: n1\n",
    DUMP + "k8s-leases-20240309-153010.yaml": (
        "apiVersion: coordination.k8s.io/v1\nkind: LeaseList\nitems:\n- apiVersion: coordination.k8s.io/v1\n"
        "  kind: Lease\n  metadata:\n    name: n1\n    namespace: kube-node-lease\n"
        '  spec:\n    renewTime: "2024-03-09T14:30:07.000000Z"\n'
    ),
    DUMP + "cilium-configmap-20240309-153010.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cilium-config\n  namespace: kube-system\n"
        "data:\n  cluster-name: west\n"
    ),
    DUMP + "cilium-helm-values-20240309-153010.yaml": "hubble:\n  enabled: true\n",
    DUMP + "hubble-flows-cilium-abc-20240309-153010.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {}}',
    DUMP + "cilium-bugtool-cilium-abc-20240309-153010.tar.gz": b"\x1f\x8bnot opened",
    DUMP + "cilium-sysdump.log": "x",
}


def titles(cluster: ClusterSnapshot) -> list[str]:
    return [resource.title for resource in cluster.resources]


def only(snapshot: Snapshot) -> ClusterSnapshot:
    assert snapshot.unread == ()
    (cluster,) = snapshot.clusters
    return cluster


class TestMustGather:
    @pytest.mark.parametrize("pack", [as_tar, as_zip, as_folder])
    def test_objects_lie_by_scope_and_namespace(self, tmp_path: Path, pack: Pack) -> None:
        cluster = only(read_snapshot(pack(tmp_path, MUST_GATHER)))
        assert cluster.layout is Layout.MUST_GATHER
        assert cluster.name == "prod-x7k"
        assert cluster.taken_at == datetime(2024, 3, 9, 13, 42, 11, tzinfo=UTC)
        assert sorted(titles(cluster)) == [
            "Infrastructure default/cluster",
            "Namespace shop",
            "Node n1",
            "PeerAuthentication shop/default",
            "Pod shop/web",
        ]

    def test_folders_of_several_images_are_one_cluster(self, tmp_path: Path) -> None:
        other = IMAGE.replace("quay-io-must-gather", "quay-io-istio-must-gather")
        files = {**MUST_GATHER, other + "namespaces/shop/core/services.yaml": listed(obj("Service", "web", "shop"))}
        assert "Service shop/web" in titles(only(read_snapshot(as_tar(tmp_path, files))))

    def test_inspection_without_a_timestamp_is_dated_by_its_objects(self, tmp_path: Path) -> None:
        pod = POD.format("web") + '  creationTimestamp: "2024-02-01T00:00:00Z"\n'
        files = {"inspect.local.1/namespaces/shop/core/pods.yaml": pod}
        cluster = only(read_snapshot(as_tar(tmp_path, files)))
        assert cluster.layout is Layout.MUST_GATHER
        assert (cluster.name, cluster.taken_at) == ("", datetime(2024, 2, 1, tzinfo=UTC))


class TestBugReport:
    @pytest.mark.parametrize("pack", [as_tar, as_zip, as_folder])
    def test_objects_lie_in_files_without_a_suffix(self, tmp_path: Path, pack: Pack) -> None:
        cluster = only(read_snapshot(pack(tmp_path, BUG_REPORT)))
        assert cluster.layout is Layout.BUG_REPORT
        assert cluster.name == "gke_shop_east"
        assert cluster.taken_at == datetime(2024, 3, 9, 14, 31, 10, tzinfo=UTC)
        assert titles(cluster) == ["PeerAuthentication istio-system/default", "Pod shop/web"]

    def test_report_with_a_folder_of_its_own_has_none_around_it(self, tmp_path: Path) -> None:
        files = {name.removeprefix("bug-report/"): content for name, content in BUG_REPORT.items()}
        assert only(read_snapshot(as_tar(tmp_path, files))).name == "gke_shop_east"

    def test_full_secrets_are_read_and_reduced(self, tmp_path: Path) -> None:
        secret = POD.format("s").replace("Pod", "Secret") + "data:\n  k: YQ==\n"
        cluster = only(read_snapshot(as_tar(tmp_path, {**BUG_REPORT, "bug-report/cluster/secrets": secret})))
        (found,) = (resource for resource in cluster.resources if resource.kind.name == "Secret")
        assert found.data["data"] == {"k": "UkVEQUNURUQ="}


class TestSysdump:
    @pytest.mark.parametrize("pack", [as_tar, as_zip, as_folder])
    def test_objects_lie_in_files_by_kind(self, tmp_path: Path, pack: Pack) -> None:
        cluster = only(read_snapshot(pack(tmp_path, SYSDUMP)))
        assert cluster.layout is Layout.SYSDUMP
        assert cluster.name == "west"
        assert titles(cluster) == [
            "ConfigMap kube-system/cilium-config",
            "Lease kube-node-lease/n1",
            "Node n1",
            "Pod shop/web",
        ]

    def test_leases_give_the_time_that_names_tell_without_a_zone(self, tmp_path: Path) -> None:
        assert only(read_snapshot(as_zip(tmp_path, SYSDUMP))).taken_at == datetime(2024, 3, 9, 14, 30, 7, tzinfo=UTC)

    def test_without_leases_the_names_give_the_time(self, tmp_path: Path) -> None:
        files = {name: content for name, content in SYSDUMP.items() if "leases" not in name}
        assert only(read_snapshot(as_zip(tmp_path, files))).taken_at == datetime(2024, 3, 9, 15, 30, 10, tzinfo=UTC)

    def test_leases_of_another_day_are_not_believed(self, tmp_path: Path) -> None:
        name = DUMP + "k8s-leases-20240309-153010.yaml"
        files = {**SYSDUMP, name: str(SYSDUMP[name]).replace("2024-03-09T14", "2023-03-09T14")}
        assert only(read_snapshot(as_zip(tmp_path, files))).taken_at == datetime(2024, 3, 9, 15, 30, 10, tzinfo=UTC)

    def test_cluster_that_nobody_named_has_no_name(self, tmp_path: Path) -> None:
        name = DUMP + "cilium-configmap-20240309-153010.yaml"
        files = {**SYSDUMP, name: str(SYSDUMP[name]).replace("west", "default")}
        assert only(read_snapshot(as_zip(tmp_path, files))).name == ""


class TestKubectl:
    @pytest.mark.parametrize("suffix", ["yaml", "json"])
    def test_single_file_is_a_snapshot(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"all.{suffix}"
        path.write_text(POD_LIST if suffix == "yaml" else listed(obj("Pod", "web", "shop")), encoding="utf-8")
        cluster = only(read_snapshot(str(path)))
        assert (cluster.layout, cluster.name, titles(cluster)) == (Layout.KUBECTL, "", ["Pod shop/web"])

    def test_folder_by_namespace_is_one_cluster(self, tmp_path: Path) -> None:
        files = {
            "nodes.json": listed(obj("Node", "n1")),
            "shop/pods.json": listed(obj("Pod", "web", "shop"), kind="List"),
            "bank/pods.json": listed(obj("Pod", "web", "bank"), kind="List"),
        }
        cluster = only(read_snapshot(as_folder(tmp_path, files)))
        assert titles(cluster) == ["Pod bank/web", "Node n1", "Pod shop/web"]

    def test_without_any_time_the_files_are_dated(self, tmp_path: Path) -> None:
        assert only(read_snapshot(as_tar(tmp_path, {"pods.yaml": POD_LIST}))).taken_at == WRITTEN


class TestLinkerd:
    def test_answers_of_the_command_line_lie_beside_objects(self, tmp_path: Path) -> None:
        check = {"success": False, "categories": [{"categoryName": "linkerd-identity", "checks": []}]}
        edge = {"src": "a", "src_namespace": "s", "dst": "b", "dst_namespace": "s", "no_tls_reason": ""}
        stat = {"namespace": "s", "kind": "deployment", "name": "a", "success": 1}
        files = {
            "check.json": json.dumps(check),
            "edges.json": json.dumps([edge]),
            "stat.json": json.dumps([stat]),
            "pods.yaml": POD_LIST,
        }
        path = as_folder(tmp_path, files)
        cluster = only(read_snapshot(path))
        assert cluster.layout is Layout.LINKERD
        assert titles(cluster) == ["Pod shop/web"]
        assert [(export.kind, export.data, export.file) for export in cluster.exports] == [
            (ExportKind.LINKERD_CHECK, check, f"{path}/check.json"),
            (ExportKind.LINKERD_EDGES, [edge], f"{path}/edges.json"),
            (ExportKind.LINKERD_STAT, [stat], f"{path}/stat.json"),
        ]


class TestSeveralClusters:
    def test_reports_side_by_side_are_clusters_of_their_own(self, tmp_path: Path) -> None:
        west = {name: str(text).replace("gke_shop_east", "gke_shop_west") for name, text in BUG_REPORT.items()}
        files: dict[str, str | bytes] = {"east.tar.gz": tar_bytes(BUG_REPORT), "west.zip": zip_bytes(west)}
        east_cluster, west_cluster = read_snapshot(as_folder(tmp_path, files)).clusters
        assert [east_cluster.name, west_cluster.name] == ["gke_shop_east", "gke_shop_west"]
        assert {r.cluster for r in east_cluster.resources} == {"gke_shop_east"}
        assert {r.cluster for r in west_cluster.resources} == {"gke_shop_west"}

    def test_folders_with_the_same_object_are_clusters(self, tmp_path: Path) -> None:
        files = {f"{name}/all.json": namespace("kube-system", f"uid-{name}") for name in ("east", "west")}
        found = read_snapshot(as_tar(tmp_path, {f"dump/{name}": text for name, text in files.items()}))
        assert [(c.name, titles(c)) for c in found.clusters] == [
            ("east", ["Namespace kube-system"]),
            ("west", ["Namespace kube-system"]),
        ]

    def test_folders_with_the_same_object_by_uid_are_one_cluster(self, tmp_path: Path) -> None:
        files = {f"{name}/all.json": namespace("kube-system", "uid") for name in ("before", "after")}
        cluster = only(read_snapshot(as_tar(tmp_path, files)))
        assert (cluster.name, titles(cluster)) == ("", ["Namespace kube-system"])
        assert {resource.cluster for resource in cluster.resources} == {""}

    def test_dumps_of_several_tools_in_one_folder_are_one_cluster(self, tmp_path: Path) -> None:
        files: Files = {
            **{f"east/{name}": content for name, content in BUG_REPORT.items()},
            **{f"east/{name}": content for name, content in SYSDUMP.items()},
            **{f"west/{name}": content for name, content in MUST_GATHER.items()},
            "west/linkerd/check.json": json.dumps({"success": True, "categories": []}),
        }
        east, west = read_snapshot(as_tar(tmp_path, files)).clusters
        assert (east.name, west.name) == ("gke_shop_east", "prod-x7k")
        assert "Lease kube-node-lease/n1" in titles(east)
        assert [export.kind for export in west.exports] == [ExportKind.LINKERD_CHECK]

    def test_parts_with_the_same_namespace_by_uid_are_one_cluster(self, tmp_path: Path) -> None:
        files: Files = {
            **BUG_REPORT,
            "bug-report/cluster/crs": namespace("shop", "1"),
            **SYSDUMP,
            DUMP + "k8s-namespaces-20240309-153010.yaml": namespace("shop", "1"),
        }
        assert only(read_snapshot(as_tar(tmp_path, files))).name == "gke_shop_east"

    def test_clusters_of_the_same_name_are_told_apart_by_their_folders(self, tmp_path: Path) -> None:
        files = {f"{top}/{name}": content for top in ("a", "b") for name, content in BUG_REPORT.items()}
        found = read_snapshot(as_tar(tmp_path, files)).clusters
        assert [cluster.name for cluster in found] == ["gke_shop_east a", "gke_shop_east b"]
