"""What the nodes tell of a cluster: kernel, operating systems, release, who runs it and whether agents can run."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.kubernetes import server
from service_mesh.model.finding import Note
from service_mesh.model.kinds import NODE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.recommend.detected_fact import Fact, Reading, agreed, counted, first_of
from service_mesh.recommend.requirements import Platform

__all__ = [
    "NodeSystems",
    "kernel",
    "kubernetes",
    "node_systems",
    "nodes",
    "platform",
    "release_of",
    "serverless_nodes",
    "system_of",
]

_VERSION = re.compile(r"(\d{1,2}\.\d{1,3})(?:[^\d].*)?", re.DOTALL | re.ASCII)
_LINUX, _WINDOWS = "linux", "windows"
_OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_LONGEST = 100
_TOLD = "the reading tells it, and no object"

_BY_LABEL = (
    ("node.openshift.io/os_id", Platform.OPENSHIFT),
    ("cloud.google.com/gke-nodepool", Platform.GKE),
    ("kubernetes.azure.com/cluster", Platform.AKS),
    ("eks.amazonaws.com/nodegroup", Platform.EKS),
    ("eks.amazonaws.com/compute-type", Platform.EKS),
    ("alpha.eksctl.io/nodegroup-name", Platform.EKS),
)
"""Label of nodes -> platform. OpenShift comes first: its managed offerings run on nodes of the clouds."""

_BY_BUILD = (("aws://", "-eks-", Platform.EKS), ("gce://", "-gke.", Platform.GKE))
"""Start of a node's providerID, and what its kubelet's version holds; both, for either exists elsewhere too."""

_FARGATE = ("eks.amazonaws.com/compute-type", "fargate")
_VIRTUAL = ("type", "virtual-kubelet")
_AUTOPILOT = "gk3-"


class NodeSystems(NamedTuple):
    """How many nodes run what."""

    linux: int
    windows: int
    unsaid: int


def nodes(look: Reading) -> Fact[int]:
    """How many nodes there are, virtual ones too."""
    return counted(look, NODE)


def kernel(look: Reading) -> Fact[str]:
    """The oldest kernel of the nodes with Linux, major and minor; not known while one of them does not tell its own."""
    missing = look.unlisted(NODE)
    if missing:
        return Fact(None, missing=missing)
    found = [(one, one.get("status.nodeInfo.kernelVersion")) for one in look.objects(NODE) if _has_kernel(one)]
    silent = next((one for one, node in found if _release(node) is None), None)
    told = [(release, node) for _, node in found if node is not None and (release := _release(node)) is not None]
    if silent is not None:
        return Fact(None, missing=f"the kernel of {silent.title}")
    if not told:
        return Fact(None, missing="a node with Linux")
    oldest, node = min(told, key=_first)
    return Fact(".".join(map(str, oldest)), (node.note(f"oldest of {len(told)}: {node.text[:_LONGEST]}"),))


def node_systems(look: Reading) -> Fact[NodeSystems]:
    """How many nodes run Linux and Windows; where there are some with Windows, they are noted."""
    missing = look.unlisted(NODE)
    if missing:
        return Fact(None, missing=missing)
    found = [(one, system_of(one)) for one in look.objects(NODE)]
    systems = [name for _, name in found]
    linux, windows = systems.count(_LINUX), systems.count(_WINDOWS)
    noted = [one for one, name in found if name == _WINDOWS] or [one for one, _ in found[:1]]
    notes = first_of(one.root.note(f"runs {system_of(one) or 'what it does not say'}") for one in noted)
    return Fact(NodeSystems(linux, windows, len(found) - linux - windows), notes)


def system_of(node: Resource) -> str:
    """The operating system of a Node in lower case; empty where it does not say."""
    info = node.get("status.nodeInfo.operatingSystem")
    labels = (value for name in _OS_LABELS if isinstance(value := node.labels.get(name), str))
    return next(labels, info.text if info is not None else "").lower()


def kubernetes(look: Reading) -> Fact[str]:
    """The oldest release of Kubernetes of all clusters, as `1.35`."""
    found = [release_of(look, cluster) for cluster in look.clusters]
    unknown = next((one for one in found if one.value is None), None)
    if unknown is not None or not found:
        return unknown or Fact(None, missing=look.unlisted())
    return min(found, key=_minor)


def platform(look: Reading) -> Fact[Platform]:
    """Who runs the clusters, by labels of nodes or by where they and their kubelets come from."""
    return agreed(look, _platform)


def serverless_nodes(look: Reading) -> Fact[bool]:
    """Tell whether some nodes take no agents: Fargate, Autopilot and virtual kubelets."""
    notes = first_of(_serverless(look))
    missing = look.unlisted(NODE)
    if notes:
        return Fact(True, notes, missing)
    return Fact(None if missing else False, missing=missing)


def release_of(look: Reading, cluster: str) -> Fact[str]:
    """The release of Kubernetes of one cluster, major and minor."""
    captured = look.captures.get(cluster)
    told = _VERSION.fullmatch(captured.kubernetes) if captured is not None else None
    if told is not None:
        return Fact(told[1], remark=_TOLD)
    found = server(look.mesh, cluster)
    if found is None:
        return Fact(None, missing="a version of Kubernetes")
    if found.node is None:
        return Fact(found.number, remark=_TOLD)
    remark = "" if found.is_exact else "a kubelet's; the API server is of this release or a newer one"
    return Fact(found.number, (found.node.note(found.version[:_LONGEST]),), remark=remark)


def _platform(look: Reading, cluster: str) -> Fact[Platform]:
    notes = [(name, note) for node in look.objects(NODE, cluster) for name, note in _signs(node)]
    found = list(dict.fromkeys(name for name, _ in notes))
    if len(found) == 1:
        return Fact(found[0], tuple(note for _, note in notes[:1]))
    if found:
        return Fact(None, first_of(note for _, note in notes), "one answer: nodes of several platforms")
    return Fact(None, missing=look.unlisted(NODE, cluster=cluster) or "a label of a platform on the nodes")


def _signs(node: Resource) -> Iterator[tuple[Platform, Note]]:
    """The first thing on a Node that tells the platform."""
    labels = node.get("metadata.labels")
    for label, name in _BY_LABEL:
        found = labels.key(label) if labels is not None else None
        if found is not None:
            yield name, found.note(f"label '{label}'")
            return
    provider, kubelet = node.get("spec.providerID"), node.get("status.nodeInfo.kubeletVersion")
    for start, part, name in _BY_BUILD:
        if provider is not None and kubelet is not None and provider.text.startswith(start) and part in kubelet.text:
            yield name, kubelet.note(kubelet.text[:_LONGEST])


def _serverless(look: Reading) -> Iterator[Note]:
    for node in look.objects(NODE):
        labels = node.get("metadata.labels")
        for label, value in (_FARGATE, _VIRTUAL):
            found = labels.key(label) if labels is not None else None
            if found is not None and found.value == value:
                yield found.note(f"label '{label}' is '{value}'")
        # Autopilot names its nodes so, and no label of its own is on all of them.
        if node.name.startswith(_AUTOPILOT) and "cloud.google.com/gke-nodepool" in node.labels:
            yield (node.get("metadata.name") or node.root).note("a node of Autopilot")


def _has_kernel(node: Resource) -> bool:
    return system_of(node) in (_LINUX, "") and node.labels.get(_VIRTUAL[0]) != _VIRTUAL[1]


def _release(node: Node | None) -> tuple[int, ...] | None:
    match = _VERSION.fullmatch(node.text) if node is not None else None
    return tuple(map(int, match[1].split("."))) if match else None


def _minor(fact: Fact[str]) -> tuple[int, ...]:
    return tuple(map(int, (fact.value or "0").split(".")))


def _first(told: tuple[tuple[int, ...], Node]) -> tuple[int, ...]:
    return told[0]
