"""The verb `status`: what it asks, how it narrows and orders, and what it says of what was not read."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.live import reading
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot
from service_mesh.errors import InputError, UsageError
from service_mesh.model.counts import Counts
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.request import Check, Inputs, StatusRequest
from service_mesh.operations.result import Verdict
from service_mesh.operations.status import status
from service_mesh.operations.status_result import Evidence, StatusResult
from tests.status.faults import healthy, with_change

_NOW = "2026-11-20T12:00:00Z"
_OUTDATED = "docker.io/istio/proxyv2:1.29.6"
_LEDGER = "Pod payments/ledger-5bd7c9f6c8-t5n8r"
_SECRET = "Secret istio-system/cacerts /metadata/annotations/service-mesh~1certificates/~1data~1ca-cert.pem/0/not_after"
_CHANGES = {
    f"{_LEDGER} /spec/containers/0/image": _OUTDATED,
    "Pod shop/web-6d5f7c8b9-4kz2p /spec/initContainers/1/image": _OUTDATED,
    "Deployment istio-system/istiod /status/readyReplicas": 0,
    _SECRET: "2026-12-02T00:00:00Z",
}


def _written(path: Path, documents: tuple[Mapping[str, object], ...]) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n---\n".join(json.dumps(document) for document in documents), encoding="utf-8")
    return str(path)


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A cluster with four faults: two outdated proxies, a control plane that is down, a certificate that ends soon."""
    return _written(tmp_path / "dump.yaml", with_change(healthy("istio-sidecar"), {"set": _CHANGES}))


def _asked(snapshot: str, **options: object) -> StatusResult:
    request = StatusRequest(Inputs(snapshot=snapshot), now=_NOW)
    for name, value in options.items():
        object.__setattr__(request, name, value)
    return status(request)


def _codes(result: StatusResult) -> list[tuple[str, str]]:
    return [(problem.code, problem.resource.name if problem.resource else "") for problem in result.problems]


def test_problems_are_ordered_by_gravity_then_by_object(faulty: str) -> None:
    result = _asked(faulty)
    assert _codes(result) == [
        ("CE103", "cacerts"),
        ("ST101", "istiod"),
        ("ST203", "ledger-5bd7c9f6c8-t5n8r"),
        ("ST203", "web-6d5f7c8b9-4kz2p"),
    ]
    assert (result.verdict, result.counts) == (Verdict.FAIL, Counts(error=2, warning=2))


def test_problem_tells_field_place_command_and_what_it_rests_on(faulty: str) -> None:
    problem = _asked(faulty).problems[1]
    assert (problem.name, problem.check, problem.severity) == ("component-down", "control-plane", Severity.ERROR)
    assert problem.message.startswith("none of the 2 pods of 'istiod' is ready, so ")
    assert problem.evidence == Evidence("/status/readyReplicas", "0")
    assert problem.next_command == "kubectl -n istio-system describe deployment/istiod"
    assert (Path(problem.file).name, problem.doc) == ("dump.yaml", "references/rules/status/ST101.md")
    assert problem.line > 0
    assert problem.sources


def test_value_that_was_taken_out_of_a_secret_is_named_so(faulty: str) -> None:
    assert _asked(faulty).problems[0].evidence == Evidence("/data/ca-cert.pem", "redacted")


@pytest.mark.parametrize(
    ("checks", "codes"),
    [
        ((Check.CONTROL_PLANE,), {"ST101"}),
        ((Check.DATA_PLANE,), {"ST203"}),
        ((Check.CERTIFICATES,), {"CE103"}),
        ((Check.CERTIFICATES, Check.DATA_PLANE), {"CE103", "ST203"}),
        ((Check.GATEWAYS,), set()),
        ((Check.POST_INSTALL,), {"CE103", "ST101", "ST203"}),
        ((Check.UPGRADE,), {"CE103", "ST101", "ST203"}),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_checks_narrow_what_is_asked(faulty: str, checks: tuple[Check, ...], codes: set[str]) -> None:
    result = _asked(faulty, checks=checks)
    assert {problem.code for problem in result.problems} == codes
    assert [mesh.mesh for mesh in result.meshes] == ["istio"]


def test_namespace_keeps_what_concerns_the_whole_mesh(faulty: str) -> None:
    result = _asked(faulty, namespace="payments")
    assert _codes(result) == [("CE103", "cacerts"), ("ST101", "istiod"), ("ST203", "ledger-5bd7c9f6c8-t5n8r")]
    (mesh,) = result.meshes
    assert [held.name for held in mesh.data_plane.namespaces] == ["payments"]
    assert mesh.gateways == ()
    assert len(mesh.certificates) == 3


@pytest.mark.parametrize(("fail_on", "verdict"), [(Severity.ERROR, Verdict.PASS), (Severity.WARNING, Verdict.FAIL)])
def test_verdict_follows_the_mildest_severity_that_fails(tmp_path: Path, fail_on: Severity, verdict: Verdict) -> None:
    changes = {f"{_LEDGER} /spec/containers/0/image": _OUTDATED}
    path = _written(tmp_path / "dump.yaml", with_change(healthy("istio-sidecar"), {"set": changes}))
    result = _asked(path, fail_on=fail_on)
    assert (result.verdict, [problem.code for problem in result.problems]) == (verdict, ["ST203"])


@pytest.mark.parametrize("name", ["istio-sidecar", "istio-ambient", "linkerd"])
def test_healthy_cluster_passes_without_a_problem(tmp_path: Path, name: str) -> None:
    result = _asked(_written(tmp_path / "dump.yaml", healthy(name)))
    assert (result.verdict, result.problems, result.not_checked) == (Verdict.PASS, (), ())
    assert [(mesh.mesh, mesh.config.error) for mesh in result.meshes] == [(name.partition("-")[0], 0)]


def test_files_without_webhooks_do_not_prove_that_there_are_none(tmp_path: Path) -> None:
    kept = tuple(data for data in healthy("linkerd") if data["kind"] != "MutatingWebhookConfiguration")
    result = _asked(_written(tmp_path / "dump.yaml", kept))
    assert (result.verdict, result.problems) == (Verdict.INCOMPLETE, ())
    assert [entry.what for entry in result.not_checked] == ["MutatingWebhookConfiguration objects"]


def test_cilium_needs_no_webhooks(tmp_path: Path) -> None:
    result = _asked(_written(tmp_path / "dump.yaml", healthy("cilium")))
    assert (result.verdict, result.not_checked) == (Verdict.PASS, ())


def test_same_fault_has_the_same_identity_in_another_file(faulty: str, tmp_path: Path) -> None:
    other = _written(tmp_path / "other/dump.json", with_change(healthy("istio-sidecar"), {"set": _CHANGES}))
    assert [problem.id for problem in _asked(faulty).problems] == [problem.id for problem in _asked(other).problems]


def test_clusters_side_by_side_are_judged_apart(tmp_path: Path) -> None:
    _written(tmp_path / "east/dump.yaml", with_change(healthy("istio-sidecar"), {"set": _CHANGES}))
    _written(tmp_path / "west/dump.yaml", healthy("linkerd"))
    result = _asked(str(tmp_path))
    assert {problem.resource.cluster for problem in result.problems if problem.resource} == {"east"}
    assert [(mesh.cluster, mesh.mesh) for mesh in result.meshes] == [("east", "istio"), ("west", "linkerd")]
    assert [(cluster.key, cluster.name) for cluster in result.clusters] == [("east", "east"), ("west", "west")]


def test_faults_of_the_configuration_are_counted_and_are_no_problems(tmp_path: Path) -> None:
    route = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": "broken", "namespace": "shop"},
        "spec": {"hosts": ["web"], "http": [{"route": [{"destination": {"host": "web", "subset": "v9"}}]}]},
    }
    result = _asked(_written(tmp_path / "dump.yaml", (*healthy("istio-sidecar"), route)))
    assert result.problems == ()
    assert [mesh.config for mesh in result.meshes] == [Counts(error=1, warning=1, info=0)]
    assert result.verdict is Verdict.PASS


def test_kinds_that_a_snapshot_lacks_make_the_answer_incomplete(tmp_path: Path) -> None:
    pods = tuple(document for document in healthy("istio-sidecar") if document["kind"] == "Pod")
    result = _asked(_written(tmp_path / "dump.yaml", pods))
    assert result.verdict is Verdict.INCOMPLETE
    assert [entry.what for entry in result.not_checked] == [
        "Deployment, Namespace, Service, ConfigMap, Secret, Node, MutatingWebhookConfiguration and"
        " CustomResourceDefinition objects"
    ]
    assert not result.nothing_checked


def test_what_a_live_cluster_did_not_give_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    unread = NotChecked("Secret objects", "the user may not list them", "grant it")
    cluster = ClusterSnapshot("prod", (), None, Layout.LIVE, (), frozenset({NAMESPACE}))
    monkeypatch.setattr(reading, "read_context", lambda *_, **__: Snapshot((cluster,), (unread,)))
    result = status(StatusRequest(Inputs(kube_context="prod")))
    assert result.not_checked == (unread,)
    assert (result.nothing_checked, result.verdict) == (True, Verdict.INCOMPLETE)


def test_no_cluster_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="no cluster to look at; name a snapshot or a kubeconfig context"):
        status(StatusRequest(Inputs()))


def test_snapshot_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        status(StatusRequest(Inputs(snapshot="absent.tar.gz")))
