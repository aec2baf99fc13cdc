"""Where Kubernetes objects lie in what the tools of the projects collect, and what the layout tells beside them.

Sources, each of a project's own writer:
    must-gather: openshift/oc pkg/cli/admin/inspect/{resource,namespace,util}.go (`cluster-scoped-resources/GROUP/…`,
        `namespaces/NAMESPACE/GROUP/…`), pkg/cli/admin/mustgather/mustgather.go (`timestamp`, one folder per image).
    bug-report: istio/istio tools/bug-report/pkg/{archive,bugreport,content} (`cluster/k8s-resources`, `cluster/crs`,
        `cluster/secrets`, `cluster/cluster-context`, `bug-report.log`; with `--dir` no folder around them).
    sysdump: cilium/cilium cilium-cli/sysdump/{constants,sysdump,defaults}.go (`NAME-20060102-150405.yaml`, local time).
    own: writer.py beside this file.
    linkerd: linkerd/linkerd2 cli/cmd/check.go and viz/cmd/{edges,stat}.go write JSON of their own, one file per call.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from service_mesh.cluster.archive import is_archive_name
from service_mesh.cluster.certificate_files import is_certificate_name
from service_mesh.cluster.manifest import MANIFEST
from service_mesh.cluster.taken import latest_time

__all__ = ["Layout", "Root", "arranged", "is_wanted", "named_time", "told_time"]

_OBJECTS = (".yaml", ".yml", ".json")
_BUG_REPORT_OBJECTS = frozenset({"k8s-resources", "crs", "secrets"})
_BUG_REPORT_CONTEXT = "cluster-context"
_BUG_REPORT_LOG = "bug-report.log"
_BUG_REPORT_VERSION = "kubectl-version"
_SYSDUMP_VERSION = re.compile(r"k8s-version-\d{8}-\d{6}\.txt$")
_TIMESTAMP = "timestamp"
_STAMP = re.compile(r"-(\d{8}-\d{6})(?=[./]|$)")
_SYSDUMP_MARK = re.compile(r"k8s-(?:nodes|pods|namespaces|services|leases)-\d{8}-\d{6}\.ya?ml$")
_IMAGE_FOLDER = re.compile(r"-sha256-[0-9a-f]{16,64}$")
# Bulky files of the collectors that hold no objects: flows, what runs inside pods, measurements.
_NO_OBJECTS = re.compile(
    r"(?:^|/)(?:hubble-flows-|cilium-bugtool-|tetragon-bugtool-|cilium-spire-server-entries-)[^/]*$|"
    r"(?:^|/)(?:proxies|monitoring|etcd_info|network_logs|host_service_logs|audit_logs)/"
)
_CLUSTER_SCOPED = "cluster-scoped-resources"


class Layout(StrEnum):
    """Who collected a snapshot."""

    KUBECTL = "kubectl"
    MUST_GATHER = "must-gather"
    BUG_REPORT = "istioctl bug-report"
    SYSDUMP = "cilium sysdump"
    LINKERD = "linkerd"
    OWN = "service-mesh snapshot"
    LIVE = "Kubernetes API"


@dataclass(slots=True)
class Root:
    """A folder of a snapshot that one call of one tool wrote.

    Attributes:
        path: The folder, with a `/` behind it; empty for the snapshot itself.
        layout: The tool.
        objects: Members that may hold Kubernetes objects.
        context: The member that names the cluster, or an empty string.
        clock: The member that tells the time, or an empty string.
        version: The member that tells the version of Kubernetes, or an empty string.
    """

    path: str
    layout: Layout
    objects: list[str] = field(default_factory=list)
    context: str = ""
    clock: str = ""
    version: str = ""


def is_wanted(path: str) -> bool:
    """Tell by its path whether a member is needed: objects, certificates, names of clusters, times, and archives."""
    if _NO_OBJECTS.search(path):
        return False
    name = path.rpartition("/")[2].lower()
    if name.endswith(_OBJECTS) or is_archive_name(name) or is_certificate_name(name):
        return True
    parent = path.rpartition("/")[0].rpartition("/")[2]
    is_of_report = parent == "cluster" and (
        name in _BUG_REPORT_OBJECTS or name in (_BUG_REPORT_CONTEXT, _BUG_REPORT_VERSION)
    )
    return is_of_report or name in (_TIMESTAMP, _BUG_REPORT_LOG) or _SYSDUMP_VERSION.match(name) is not None


def arranged(paths: Iterable[str]) -> list[Root]:
    """Sort the members of a snapshot by the folders that tools wrote; what no tool wrote is taken for kubectl's."""
    paths = list(paths)
    roots = {root.path: root for root in _roots(paths)}
    rest: dict[str, Root] = {}
    for path in paths:
        owner = max((root for root in roots if path.startswith(root)), key=len, default=None)
        if owner is not None:
            _take(roots[owner], path)
        elif path.lower().endswith(_OBJECTS) or is_certificate_name(path) or not path:
            rest.setdefault("", Root("", Layout.KUBECTL)).objects.append(path)
    return [*roots.values(), *rest.values()]


def told_time(root: Root, texts: Mapping[str, str]) -> datetime | None:
    """The time that a layout tells with its zone: must-gather's `timestamp`, the log of a bug-report."""
    return latest_time(texts.get(root.clock, "")) if root.clock else None


def named_time(root: Root) -> datetime | None:
    """The time in the names of a sysdump's files. It is the local time of whoever took it, read as UTC."""
    for name in (root.path, *root.objects):
        if root.layout is Layout.SYSDUMP and (match := _STAMP.search(name)):
            try:
                return datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
            except ValueError:
                continue
    return None


def _take(root: Root, path: str) -> None:
    inner = path[len(root.path) :]
    name = inner.rpartition("/")[2]
    if root.layout is Layout.BUG_REPORT:
        _take_of_report(root, path, inner)
    elif root.layout is Layout.MUST_GATHER:
        folders = inner.split("/")[:-1]
        if name == _TIMESTAMP and (not root.clock or len(path) < len(root.clock)):
            root.clock = path
        elif name.endswith(_OBJECTS) and (_CLUSTER_SCOPED in folders or "namespaces" in folders):
            root.objects.append(path)
    elif root.layout is Layout.SYSDUMP and _SYSDUMP_VERSION.match(name):
        root.version = path
    elif inner == MANIFEST:
        root.context = path
    elif name.endswith(_OBJECTS):
        root.objects.append(path)


def _take_of_report(root: Root, path: str, inner: str) -> None:
    if inner == f"cluster/{_BUG_REPORT_CONTEXT}":
        root.context = path
    elif inner == f"cluster/{_BUG_REPORT_VERSION}":
        root.version = path
    elif inner == _BUG_REPORT_LOG:
        root.clock = path
    elif inner.startswith("cluster/") and not inner.endswith(f"/{_BUG_REPORT_CONTEXT}"):
        root.objects.append(path)


def _roots(paths: list[str]) -> Iterator[Root]:
    clocks = {path.removesuffix(_TIMESTAMP) for path in paths if path.rpartition("/")[2] == _TIMESTAMP}
    found: dict[str, Layout] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        folder = f"{folder}/" if folder else ""
        if name == MANIFEST:
            found[folder] = Layout.OWN
        elif _SYSDUMP_MARK.match(name):
            found.setdefault(folder, Layout.SYSDUMP)
        elif folder.endswith("cluster/") and name in ("k8s-resources", "crs", _BUG_REPORT_CONTEXT):
            top = folder.removesuffix("cluster/")
            if not top or top.endswith("/"):
                found.setdefault(top, Layout.BUG_REPORT)
        elif (inspected := _must_gather(path)) is not None:
            found.setdefault(_above_images(inspected, clocks), Layout.MUST_GATHER)
    for path, layout in found.items():
        yield Root(path, layout)


def _must_gather(path: str) -> str | None:
    """The folder in which `oc adm inspect` wrote a member, or None if it did not."""
    parts = path.split("/")
    for index, part in enumerate(parts[:-2]):
        top = "".join(f"{one}/" for one in parts[:index])
        if part == _CLUSTER_SCOPED and len(parts) - index >= 3:
            return top
        if part == "namespaces" and (parts[index + 2] in ("core", f"{parts[index + 1]}.yaml")):
            return top
    return None


def _above_images(folder: str, clocks: set[str]) -> str:
    """The folder of the whole must-gather: it holds the time, and one folder per image, for each node if asked for."""
    above = folder
    for _ in range(3):
        if above in clocks:
            return above
        if not above:
            break
        above = "".join(f"{part}/" for part in above.split("/")[:-2])
    parent, _, last = folder.rstrip("/").rpartition("/")
    if _IMAGE_FOLDER.search(last):
        return f"{parent}/" if parent else ""
    return folder
