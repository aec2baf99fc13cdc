"""Clusters as an input: several side by side, the time they are judged at, and a snapshot laid over a context."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.live import reading
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot
from service_mesh.errors import InputError, UsageError
from service_mesh.model.kinds import NAMESPACE, POD, SECRET
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.clusters import NO_CLUSTERS, HowToRead, read_clusters
from service_mesh.operations.request import Inputs, Progress
from service_mesh.operations.status_result import ReadCluster

_NOON = 1_795_176_000.0  # 2026-11-20T12:00:00Z
_NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME, creationTimestamp: "TIME"}\n'
_UNREAD = NotChecked("Secret objects of cluster 'east'", "the user may not list them", "grant it")


def _folder(path: Path, *clusters: tuple[str, str, str]) -> str:
    for name, namespace, time in clusters:
        (path / name).mkdir()
        text = _NAMESPACE.replace("NAME", namespace).replace("TIME", time)
        (path / name / "namespaces.yaml").write_text(text, encoding="utf-8")
    return str(path)


def _namespace(name: str, note: str) -> Resource:
    data = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "annotations": {"note": note}}}
    return Resource(data, layer=Layer.CONTEXT)


@pytest.fixture
def east(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """A context that answers with two namespaces; the arguments of each call are kept."""
    asked: list[dict[str, object]] = []

    def read_context(
        context: str, *, namespace: str, deadline_seconds: float, progress: Progress | None = None
    ) -> Snapshot:
        asked.append({"context": context, "namespace": namespace, "deadline": deadline_seconds, "progress": progress})
        cluster = ClusterSnapshot(
            name="east",
            resources=(_namespace("shop", "live"), _namespace("payments", "live")),
            taken_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            layout=Layout.LIVE,
            listed=frozenset({NAMESPACE, POD}),
            server_version="1.35.2",
        )
        return Snapshot((cluster,), (_UNREAD,))

    monkeypatch.setattr(reading, "read_context", read_context)
    return asked


def test_files_alone_name_no_cluster() -> None:
    assert read_clusters(Inputs(), HowToRead()) == NO_CLUSTERS


def test_several_clusters_stand_side_by_side_each_with_its_time(tmp_path: Path) -> None:
    path = _folder(tmp_path, ("east", "shop", "2026-11-20T12:00:00Z"), ("west", "shop", "2026-11-19T12:00:00Z"))
    found = read_clusters(Inputs(snapshot=path), HowToRead(cert_days=60))
    assert found.clusters == (
        ReadCluster("east", "east", "2026-11-20T12:00:00Z", "", "kubectl", 1),
        ReadCluster("west", "west", "2026-11-19T12:00:00Z", "", "kubectl", 1),
    )
    assert [(resource.cluster, resource.name) for resource in found.resources] == [("east", "shop"), ("west", "shop")]
    assert {name: (capture.now, capture.cert_days) for name, capture in found.captures.items()} == {
        "east": (_NOON, 60),
        "west": (_NOON - 86_400, 60),
    }


def test_one_cluster_alone_has_no_name_in_its_objects(tmp_path: Path) -> None:
    found = read_clusters(Inputs(snapshot=_folder(tmp_path, ("east", "shop", "2026-11-20T12:00:00Z"))), HowToRead())
    assert [resource.cluster for resource in found.resources] == [""]
    assert list(found.captures) == [""]


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("2026-11-20T12:00:00Z", _NOON),
        ("2026-11-20T13:00:00+01:00", _NOON),
        ("2026-11-20T12:00:00", _NOON),
        ("2026-11-20", _NOON - 43_200),
    ],
    ids=["UTC", "offset", "without a zone", "date"],
)
def test_given_time_overrides_that_of_every_cluster(tmp_path: Path, given: str, seconds: float) -> None:
    path = _folder(tmp_path, ("east", "shop", "2025-01-01T00:00:00Z"), ("west", "shop", "2025-02-01T00:00:00Z"))
    found = read_clusters(Inputs(snapshot=path), HowToRead(now=given))
    assert {capture.now for capture in found.captures.values()} == {seconds}
    assert [cluster.taken_at for cluster in found.clusters] == ["2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"]


def test_words_that_are_no_time_are_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError) as caught:
        read_clusters(Inputs(snapshot="absent"), HowToRead(now="tomorrow"))
    assert str(caught.value) == "'tomorrow' is no time; write it like 2026-11-20T12:00:00Z"


def test_context_is_read_as_it_was_asked_for(east: list[dict[str, object]]) -> None:
    def told(_done: int, _total: int, _what: str) -> None: ...

    found = read_clusters(Inputs(kube_context="prod"), HowToRead(namespace="shop", deadline=7.0, progress=told))
    assert east == [{"context": "prod", "namespace": "shop", "deadline": 7.0, "progress": told}]
    assert found.clusters == (ReadCluster("east", "", "2026-11-20T12:00:00Z", "1.35.2", "Kubernetes API", 2),)
    assert found.unread == (_UNREAD,)
    capture = found.captures[""]
    assert (capture.now, capture.lists(POD), capture.lists(SECRET)) == (_NOON, True, False)
    assert capture.kubernetes == "1.35.2"


def test_snapshot_stands_behind_the_context_so_that_it_replaces_its_objects(
    tmp_path: Path, east: list[dict[str, object]]
) -> None:
    path = _folder(tmp_path, ("saved", "shop", "2026-11-19T12:00:00Z"))
    found = read_clusters(Inputs(kube_context="current", snapshot=path), HowToRead())
    assert len(east) == 1
    assert [(resource.name, resource.layer) for resource in found.resources] == [
        ("shop", Layer.CONTEXT),
        ("payments", Layer.CONTEXT),
        ("shop", Layer.SNAPSHOT),
    ]
    assert [cluster.source for cluster in found.clusters] == ["Kubernetes API", "kubectl"]
    capture = found.captures[""]
    assert (capture.now, capture.lists(POD), capture.kubernetes) == (_NOON, True, "1.35.2")


def test_snapshot_outside_the_roots_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roots").mkdir()
    inputs = Inputs(snapshot=str(tmp_path), roots=(str(tmp_path / "roots"),))
    with pytest.raises(InputError, match="lies outside"):
        read_clusters(inputs, HowToRead())
