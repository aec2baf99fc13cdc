"""The verb `snapshot`: what clusters tell of their meshes, saved without secrets."""

from dataclasses import dataclass

from service_mesh.cluster.writer import write_snapshot
from service_mesh.operations.clusters import HowToRead, read_snapshots
from service_mesh.operations.request import Inputs, Progress
from service_mesh.operations.result import NotChecked

__all__ = ["Saved", "SnapshotRequest", "save_snapshot"]


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """A call of `snapshot`.

    Attributes:
        inputs: The context, or a snapshot that somebody else made.
        path: The file to write.
        namespace: Where a user may not list a whole cluster, this namespace is read.
        deadline: Seconds that a live cluster may take.
        progress: Told how far reading is.
    """

    inputs: Inputs
    path: str
    namespace: str = ""
    deadline: float = 30.0
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and what could not be read."""

    objects: int
    not_checked: tuple[NotChecked, ...]


def save_snapshot(request: SnapshotRequest) -> Saved:
    """Read clusters and write them to one file; nothing is written where nothing was read.

    Raises:
        UsageError: The name of the file has another ending than .tar.gz, .zip or .yaml.
        InputError: The cluster cannot be read, or the file not be written.
    """
    how = HowToRead(namespace=request.namespace, deadline=request.deadline, progress=request.progress)
    snapshot = read_snapshots(request.inputs, how)
    objects = sum(len(cluster.resources) for cluster in snapshot.clusters)
    if objects:
        write_snapshot(snapshot, request.path)
    return Saved(objects, snapshot.unread)
