"""Clusters as an input: what a context and a snapshot hold, when it was read, and what could not be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service_mesh.cluster.exports import Export
from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot, read_snapshot
from service_mesh.errors import UsageError
from service_mesh.mesh.capture import Capture
from service_mesh.model.resource import Resource
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.request import Inputs, Progress
from service_mesh.operations.status_result import ReadCluster

__all__ = ["NO_CLUSTERS", "Clusters", "HowToRead", "read_clusters", "read_snapshots"]


@dataclass(frozen=True, slots=True)
class HowToRead:
    """How clusters are read.

    Attributes:
        now: The time they are judged at, RFC 3339; when each was read where it is not given.
        cert_days: See `Capture.cert_days`.
        namespace: Where a user may not list a whole cluster, this namespace is read.
        deadline: Seconds that a live cluster may take.
        progress: Told how far reading is.
    """

    now: str | None = None
    cert_days: int | None = None
    namespace: str = ""
    deadline: float = 30.0
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Clusters:
    """All clusters of an input.

    Attributes:
        clusters: The clusters.
        resources: Their objects; those of a snapshot replace those of the context.
        captures: How each was read, by `ReadCluster.key`.
        exports: Answers of the linkerd command line beside the objects.
        unread: What was met and not read.
    """

    clusters: tuple[ReadCluster, ...] = ()
    resources: tuple[Resource, ...] = ()
    captures: dict[str, Capture] = field(default_factory=dict)
    exports: tuple[Export, ...] = ()
    unread: tuple[NotChecked, ...] = ()


_WHOLE = (Layout.LIVE, Layout.OWN)
"""Who reads everything that is asked for, or says what is missing."""

NO_CLUSTERS = Clusters()
"""What an input of files alone holds of clusters."""


def read_clusters(inputs: Inputs, how: HowToRead) -> Clusters:
    """Read what `inputs` names of clusters; nothing where it names none.

    Raises:
        UsageError: `now` is no time, or the context is unknown.
        InputError: The snapshot or the cluster cannot be read; see `read_snapshot` and `read_context`.
    """
    now = _time(how.now) if how.now is not None else None
    snapshot = read_snapshots(inputs, how)
    found = snapshot.clusters
    return Clusters(
        clusters=tuple(_shown(cluster) for cluster in found),
        resources=tuple(resource for cluster in found for resource in cluster.resources),
        captures=_captures(snapshot, now, how.cert_days),
        exports=tuple(export for cluster in found for export in cluster.exports),
        unread=snapshot.unread,
    )


def read_snapshots(inputs: Inputs, how: HowToRead) -> Snapshot:
    """What a context and a snapshot hold, one behind the other."""
    found = list(_snapshots(inputs, how))
    clusters = tuple(cluster for snapshot in found for cluster in snapshot.clusters)
    return Snapshot(clusters, tuple(entry for snapshot in found for entry in snapshot.unread))


def _snapshots(inputs: Inputs, how: HowToRead) -> Iterator[Snapshot]:
    if inputs.kube_context is not None:
        from service_mesh.cluster.live.reading import read_context

        yield read_context(
            inputs.kube_context, namespace=how.namespace, deadline_seconds=how.deadline, progress=how.progress
        )
    if inputs.snapshot is not None:
        yield read_snapshot(inputs.snapshot, roots=inputs.roots)


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text[:40]}' is no time", "write it like 2026-11-20T12:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _key(cluster: ClusterSnapshot) -> str:
    return cluster.resources[0].cluster if cluster.resources else ""


def _captures(snapshot: Snapshot, now: datetime | None, cert_days: int | None) -> dict[str, Capture]:
    """How each cluster was read; a snapshot over a context is one cluster, of which either may know a kind whole."""
    grouped: dict[str, list[ClusterSnapshot]] = {}
    for cluster in snapshot.clusters:
        grouped.setdefault(_key(cluster), []).append(cluster)
    is_whole = not snapshot.unread
    return {key: _capture(parts, now, cert_days, is_whole=is_whole) for key, parts in grouped.items()}


def _capture(parts: list[ClusterSnapshot], now: datetime | None, cert_days: int | None, *, is_whole: bool) -> Capture:
    time = now or max((part.taken_at for part in parts if part.taken_at), default=None)
    listed = frozenset(kind for part in parts for kind in part.listed)
    is_whole = is_whole and any(part.layout in _WHOLE for part in parts)
    version = next((part.server_version for part in parts if part.server_version), "")
    return Capture(time.timestamp() if time else None, listed, cert_days, version, is_whole)


def _shown(cluster: ClusterSnapshot) -> ReadCluster:
    taken = cluster.taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if cluster.taken_at else ""
    return ReadCluster(
        name=cluster.name,
        key=_key(cluster),
        taken_at=taken,
        kubernetes=cluster.server_version,
        source=cluster.layout.value,
        objects=len(cluster.resources),
    )
