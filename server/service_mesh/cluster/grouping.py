"""Which parts of a snapshot are of one cluster: by what they hold where folders alone do not tell.

Two folders of kubectl's output are two clusters when the same object is in both and not the same one by its uid;
folders by namespace or by kind have no object in common. Parts whose Namespaces have the same uid are of one cluster.
"""

from collections.abc import Iterable, Iterator

from service_mesh.cluster.archive import is_archive_name
from service_mesh.cluster.layouts import Layout, Root
from service_mesh.cluster.parts import Part
from service_mesh.model.resource import Resource

__all__ = ["folder_name", "grouped", "split_by_folder"]

_PLAIN = (Layout.KUBECTL, Layout.LINKERD)


def split_by_folder(root: Root) -> list[Root]:
    """Kubectl's output cut at its topmost folders; the output of other tools as it is."""
    if root.layout not in _PLAIN:
        return [root]
    top = _common_folder(root.objects)
    found: dict[str, Root] = {}
    for path in root.objects:
        folder, has_folder, _ = path[len(top) :].partition("/")
        name = f"{top}{folder}/" if has_folder else top
        found.setdefault(name, Root(name, root.layout)).objects.append(path)
    return list(found.values())


def grouped(parts: list[Part]) -> list[tuple[str, list[Part]]]:
    """Parts by cluster, each with the folder that stands for it; the order of the parts is kept."""
    others = [part for part in parts if part.root.layout not in _PLAIN]
    own = {id(part) for part in others if part.root.layout is Layout.OWN}
    plain = [part for part in parts if part.root.layout in _PLAIN]
    top = _common_folder(part.root.path for part in others) if len(others) > 1 else None
    keys = {
        id(part): "" if top is None else part.root.path[:-1] if id(part) in own else _first_folder(part.root.path, top)
        for part in others
    }
    is_split = _are_clusters(plain)
    for part in plain:
        folder = _first_folder(part.root.path, top or "")
        is_beside = len(set(keys.values())) > 1 and folder in keys.values()
        keys[id(part)] = part.root.path if is_split and not is_beside else folder if is_beside else ""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(keys[id(part)], []).append(part)
    return _joined(list(groups.items()))


def folder_name(path: str) -> str:
    """What a folder, or an archive, is called without the path to it."""
    name = path.rstrip("/").removesuffix("!").rpartition("/")[2]
    for suffix in (".gz", ".tgz", ".tar", ".zip") if is_archive_name(name) else ():
        name = name.removesuffix(suffix)
    return name


def _joined(groups: list[tuple[str, list[Part]]]) -> list[tuple[str, list[Part]]]:
    """Groups with a Namespace in common, told by its uid, are one cluster; two snapshots of our own are as they say."""
    result: list[tuple[str, list[Part], set[tuple[str, str]]]] = []
    for folder, parts in groups:
        namespaces = {pair for part in parts for pair in _namespaces(part.resources)}
        is_own = _is_own(parts)
        alike = (entry for entry in result if entry[2] & namespaces)
        same = next((entry for entry in alike if not (is_own and _is_own(entry[1]))), None)
        if same is None:
            result.append((folder, parts, namespaces))
        else:
            same[1].extend(parts)
            same[2].update(namespaces)
    return [(folder, parts) for folder, parts, _ in result]


def _is_own(parts: list[Part]) -> bool:
    return any(part.root.layout is Layout.OWN for part in parts)


def _namespaces(resources: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        uid = resource.metadata.get("uid")
        if resource.kind == ("", "Namespace") and isinstance(uid, str) and uid:
            yield resource.name, uid


def _are_clusters(parts: list[Part]) -> bool:
    """Whether an object stands in two parts without being the same one."""
    seen: dict[object, tuple[str, object]] = {}
    folders = {part.root.path for part in parts}
    above = {path for path in folders if any(other != path and other.startswith(path) for other in folders)}
    for part in parts:
        for resource in part.resources:
            if not resource.name or part.root.path in above:
                continue
            key, uid = (resource.kind, resource.namespace, resource.name), resource.metadata.get("uid")
            folder, other = seen.setdefault(key, (part.root.path, uid))
            if folder != part.root.path and (uid != other or uid is None):
                return True
    return False


def _common_folder(paths: Iterable[str]) -> str:
    """The longest folder that every path lies in, with a `/` behind it; empty for none."""
    folders = [path.split("/")[:-1] for path in paths]
    if not folders:
        return ""
    common = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "".join(f"{part}/" for part in common)


def _first_folder(path: str, top: str) -> str:
    return path[: len(top)] + path[len(top) :].partition("/")[0]
