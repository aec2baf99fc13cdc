"""A cluster as somebody saved it, read without vendor tools and without its secrets."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from service_mesh.cluster.archive import Archive
from service_mesh.cluster.bounds import Bounds, shown
from service_mesh.cluster.certificate_files import are_only_files, as_pem, present
from service_mesh.cluster.exports import Export
from service_mesh.cluster.grouping import folder_name, grouped, split_by_folder
from service_mesh.cluster.layouts import Layout, arranged, is_wanted
from service_mesh.cluster.object_lines import pieces
from service_mesh.cluster.parts import Part, PartReader, Text
from service_mesh.errors import InputError
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.collector import uncollected
from service_mesh.source.roots import within
from service_mesh.source.text import decode

__all__ = ["ClusterSnapshot", "Snapshot", "read_snapshot"]


@dataclass(frozen=True, slots=True)
class ClusterSnapshot:
    """One cluster of a snapshot.

    Attributes:
        name: What the layout calls it, else its folder; empty where one cluster is alone and nothing names it.
        resources: Its objects, each once, without secrets. `Resource.cluster` is the name where the snapshot holds
            several clusters and empty where it holds one, so that files given with it replace its objects.
        taken_at: When it was taken, in UTC; None if nothing tells.
        layout: Who collected it.
        exports: Answers of the linkerd command line that lie beside the objects.
        listed: Kinds of which every object is here, so that one that is not here does not exist. A live cluster and a
            snapshot of our own tell it; of what other tools write, kinds of which there is an object.
        server_version: Version of Kubernetes without a `v`: `1.34.2`, `1.30.4-gke.1348000`; empty if nothing tells.
    """

    name: str
    resources: tuple[Resource, ...]
    taken_at: datetime | None
    layout: Layout
    exports: tuple[Export, ...] = ()
    listed: frozenset[Kind] = frozenset()
    server_version: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds.

    Attributes:
        clusters: The clusters in it, in the order of their folders.
        unread: What was met and not read: the clusters are known in part where this is not empty.
    """

    clusters: tuple[ClusterSnapshot, ...]
    unread: tuple[NotChecked, ...]


def read_snapshot(path: str, bounds: Bounds | None = None, *, roots: tuple[str, ...] | None = None) -> Snapshot:
    """Read a folder, a file or an archive that holds what tools collect of clusters.

    Nothing is unpacked to disk, and no secret is in what comes back: neither in the objects nor in the texts that
    their origins point into.

    Args:
        path: Output of `kubectl get -o yaml` or `-o json`, must-gather, `istioctl bug-report`, a cilium sysdump, JSON
            of the linkerd command line, certificates in PEM; as files, a folder, a .zip, .tar or .tar.gz.
        bounds: How much is read.
        roots: Folders that the path has to lie in, links followed; None for no confinement.

    Raises:
        InputError: The path lies outside the roots, cannot be read, is beyond the bounds, or looks like a bomb.
    """
    archive = Archive(within(path, roots), is_wanted, bounds or Bounds())
    undecodable: list[NotChecked] = []
    texts = _texts(archive, undecodable)
    reader = PartReader(texts)
    with uncollected():
        parts = [reader.read(piece) for root in arranged(sorted(texts)) for piece in split_by_folder(root)]
    groups = grouped([part for part in parts if part.resources or part.exports or part.root.layout is Layout.OWN])
    unread = [*archive.unread, *undecodable, *reader.unread]
    if not groups:
        how = "name output of 'kubectl get -o yaml', must-gather, istioctl bug-report or cilium sysdump"
        unread.append(NotChecked(shown(path), "it holds no Kubernetes objects", how))
    names = _names(groups)
    clusters = (_cluster(name, parts, len(groups) > 1) for name, (_, parts) in zip(names, groups, strict=True))
    return Snapshot(tuple(clusters), tuple(unread))


def _texts(archive: Archive, unread: list[NotChecked]) -> dict[str, Text]:
    texts: dict[str, Text] = {}
    for member in archive.members():
        name = _shown_name(archive.path, member.path)
        try:
            text = Text(name, decode(as_pem(member.content), name), member.modified)
            inner = pieces(member.path, text.text)
            texts |= {path: replace(text, text=piece, line=line) for path, line, piece in inner} or {member.path: text}
        except InputError as error:
            if not member.path:
                raise
            unread.append(NotChecked(name, "the member is no text in UTF-8", error.hint))
    return texts


def _shown_name(top: str, path: str) -> str:
    if not path:
        return shown(top)
    inner = path.replace("!/", "!")
    return shown(str(Path(top) / inner) if Path(top).is_dir() else f"{top}!{inner}")


def _names(groups: list[tuple[str, list[Part]]]) -> list[str]:
    """A name for each cluster; two of the same name are told apart by their folders."""
    told = [next((part.name for part in parts if part.name), "") for _, parts in groups]
    if len(groups) < 2:
        return told
    names: list[str] = []
    for name, (folder, _) in zip(told, groups, strict=True):
        beside = folder_name(folder)
        chosen = name if name and told.count(name) == 1 else " ".join(filter(None, (name, beside))) or "top folder"
        while chosen in names:
            chosen += "'"
        names.append(chosen)
    return names


def _cluster(name: str, parts: list[Part], is_one_of_several: bool) -> ClusterSnapshot:
    resources = _each_once(resource for part in parts for resource in part.resources)
    if is_one_of_several:
        resources = tuple(replace(resource, cluster=name) for resource in resources)
    times = [part.taken_at for part in parts if part.taken_at] or [part.told_at for part in parts if part.told_at]
    return ClusterSnapshot(
        name=name,
        resources=resources,
        taken_at=max(times, default=present() if are_only_files(resources) else None),
        layout=parts[0].root.layout,
        exports=tuple(export for part in parts for export in part.exports),
        listed=frozenset(kind for part in parts for kind in part.listed),
        server_version=next((part.server_version for part in parts if part.server_version), ""),
    )


def _each_once(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Collectors write some objects twice, such as a Pod by itself and in the list of its namespace."""
    found: dict[object, Resource] = {}
    for resource in resources:
        found.setdefault(resource.key if resource.name else id(resource), resource)
    return tuple(found.values())
