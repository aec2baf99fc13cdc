"""The version of Kubernetes, in each of the forms in which tools write it."""

import json
from pathlib import Path

import pytest

from service_mesh.cluster.server_version import version_in
from service_mesh.cluster.snapshot import read_snapshot
from tests.cluster.packing import as_tar, obj
from tests.cluster.test_layouts import BUG_REPORT, DUMP, IMAGE, MUST_GATHER, POD_LIST, SYSDUMP

KUBECTL = "Client Version: v1.31.0\nKustomize Version: v5.4.2\nServer Version: v1.30.4-gke.1348000\n"
OLD_KUBECTL = (
    'Client Version: version.Info{Major:"1", Minor:"27", GitVersion:"v1.27.1", GitCommit:"a"}\n'
    'Server Version: version.Info{Major:"1", Minor:"26", GitVersion:"v1.26.3", GitCommit:"b"}\n'
)
AS_JSON = json.dumps(
    {"clientVersion": {"gitVersion": "v1.31.0"}, "serverVersion": {"major": "1", "gitVersion": "v1.29.3+k3s1"}},
    indent=2,
)
AS_YAML = "clientVersion:\n  gitVersion: v1.31.0\nserverVersion:\n  buildDate: x\n  gitVersion: v1.29.3+k3s1\n"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (KUBECTL, "1.30.4-gke.1348000"),
        (OLD_KUBECTL, "1.26.3"),
        (AS_JSON, "1.29.3+k3s1"),
        (AS_YAML, "1.29.3+k3s1"),
        ('version.Info{Major:"1", GitVersion:"v1.28.2", GitCommit:"a"}', "1.28.2"),
        ("v1.28.2\n", "1.28.2"),
        ("Client Version: v1.31.0\n", ""),
        ('{"clientVersion": {"gitVersion": "v1.31.0"}}', ""),
        ("", ""),
        ("Server Version: unknown", ""),
        ("serverVersion: " * 10_000, ""),
    ],
)
def test_version_of_the_server_is_found(text: str, version: str) -> None:
    assert version_in(text) == version


def read_version(folder: Path, files: dict[str, str | bytes]) -> str:
    (cluster,) = read_snapshot(as_tar(folder, files)).clusters
    return cluster.server_version


def test_bug_report_tells_it(tmp_path: Path) -> None:
    assert read_version(tmp_path, {**BUG_REPORT, "bug-report/cluster/kubectl-version": KUBECTL}) == "1.30.4-gke.1348000"


def test_sysdump_tells_it(tmp_path: Path) -> None:
    assert read_version(tmp_path, {**SYSDUMP, DUMP + "k8s-version-20240309-153010.txt": "v1.28.2"}) == "1.28.2"


def test_must_gather_tells_it_of_its_operator(tmp_path: Path) -> None:
    versions = [{"name": "operator", "version": "4.15.2"}, {"name": "kube-apiserver", "version": "1.28.6"}]
    operator = obj("ClusterOperator", "kube-apiserver", api="config.openshift.io/v1", status={"versions": versions})
    path = IMAGE + "cluster-scoped-resources/config.openshift.io/clusteroperators/kube-apiserver.yaml"
    assert read_version(tmp_path, {**MUST_GATHER, path: json.dumps(operator)}) == "1.28.6"


@pytest.mark.parametrize(
    "odd", [None, 1, [], [1], [{"name": "kube-apiserver"}], [{"name": "kube-apiserver", "version": 1}]]
)
def test_odd_operator_tells_nothing(tmp_path: Path, odd: object) -> None:
    operator = obj("ClusterOperator", "kube-apiserver", api="config.openshift.io/v1", status={"versions": odd})
    path = IMAGE + "cluster-scoped-resources/config.openshift.io/clusteroperators/kube-apiserver.yaml"
    assert read_version(tmp_path, {**MUST_GATHER, path: json.dumps(operator)}) == ""


def test_answer_of_kubectl_beside_objects_tells_it(tmp_path: Path) -> None:
    assert read_version(tmp_path, {"pods.yaml": POD_LIST, "version.json": AS_JSON}) == "1.29.3+k3s1"
    assert read_version(tmp_path, {"pods.yaml": POD_LIST, "version.yaml": AS_YAML}) == "1.29.3+k3s1"


def test_without_any_of_these_it_is_unknown(tmp_path: Path) -> None:
    assert read_version(tmp_path, {"pods.yaml": POD_LIST}) == ""
