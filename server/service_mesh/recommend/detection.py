"""What a cluster tells of itself, and how that goes together with what somebody said: what was said wins."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import NamedTuple, TypeVar

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.recommend import detected_meshes, detected_network, detected_nodes, detected_use
from service_mesh.recommend.detected_fact import Fact, Reading, reading
from service_mesh.recommend.detected_nodes import NodeSystems
from service_mesh.recommend.detected_use import Spoken
from service_mesh.recommend.requirements import Cni, Level, Need, Option, Platform, Protocol, Requirements

__all__ = ["Contradiction", "Detected", "Fact", "Merged", "detect", "merged"]

T = TypeVar("T")

_WINDOWS = "needs.windows-nodes"
_SIZES = ("nodes", "pods", "services", "clusters")
_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Detected:
    """What was looked for, all clusters together.

    Attributes:
        nodes: How many nodes.
        pods: How many pods run, those of the system and of meshes too.
        services: How many Services, that of the API server left out.
        clusters: How many clusters were read.
        protocols: What the ports of applications speak.
        cni: The network plugin.
        kube_proxy: Mode of kube-proxy, or `cilium` where that replaces it.
        kernel: The oldest kernel of nodes with Linux, major and minor.
        node_systems: How many nodes run which operating system.
        kubernetes: The oldest release of Kubernetes, major and minor.
        platform: Who runs the clusters.
        serverless_nodes: Whether some nodes take no agents.
        meshes: The meshes in use.
        existing: The one mesh that there is, or `no-mesh`.
        gateways: Controllers of gateways and ingresses, by name.
        policies: Kind and number of the policies on who may connect.
        strict_namespaces: Namespaces whose Pod Security standard refuses privileged pods.
        windows_workloads: How many workloads are meant for nodes with Windows that there are.
    """

    nodes: Fact[int]
    pods: Fact[int]
    services: Fact[int]
    clusters: Fact[int]
    protocols: Fact[Spoken]
    cni: Fact[Cni]
    kube_proxy: Fact[str]
    kernel: Fact[str]
    node_systems: Fact[NodeSystems]
    kubernetes: Fact[str]
    platform: Fact[Platform]
    serverless_nodes: Fact[bool]
    meshes: Fact[tuple[Option, ...]]
    existing: Fact[Option]
    gateways: Fact[tuple[str, ...]]
    policies: Fact[tuple[tuple[str, int], ...]]
    strict_namespaces: Fact[tuple[str, ...]]
    windows_workloads: Fact[int]

    def facts(self) -> Iterator[tuple[str, Fact[object]]]:
        """Name and fact of everything that was looked for, in the order above."""
        yield from ((field.name, getattr(self, field.name)) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that was said and that the clusters tell otherwise.

    Attributes:
        field: Field of the requirements, such as `constraints.cni`.
        stated: What was said; it is what counts.
        detected: What the clusters tell.
        note: Where they tell it; None where no object does.
    """

    field: str
    stated: str
    detected: str
    note: Note | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What was said, with what was found where nothing was said.

    Attributes:
        requirements: Both together.
        contradictions: Where they differ, in the order of the fields.
        filled: Fields that were found and not said.
    """

    requirements: Requirements
    contradictions: tuple[Contradiction, ...]
    filled: tuple[str, ...]


def detect(mesh: MeshView, captures: Mapping[str, Capture]) -> Detected:
    """Look at clusters.

    Args:
        mesh: The objects of a live context, a snapshot, or both.
        captures: Cluster -> how it was read. Without any, the objects are taken as they are: what they show is found,
            and what they do not show is not known.
    """
    look = reading(mesh, captures)
    found = detected_meshes.meshes(look)
    return Detected(
        nodes=detected_nodes.nodes(look),
        pods=detected_use.pods(look),
        services=detected_use.services(look),
        clusters=_clusters(look),
        protocols=detected_use.protocols(look),
        cni=detected_network.cni(look),
        kube_proxy=detected_network.kube_proxy(look),
        kernel=detected_nodes.kernel(look),
        node_systems=detected_nodes.node_systems(look),
        kubernetes=detected_nodes.kubernetes(look),
        platform=detected_nodes.platform(look),
        serverless_nodes=detected_nodes.serverless_nodes(look),
        meshes=found,
        existing=detected_meshes.existing(look, found),
        gateways=detected_meshes.gateways(look),
        policies=detected_use.policies(look),
        strict_namespaces=detected_use.strict_namespaces(look),
        windows_workloads=detected_use.windows_workloads(look),
    )


def merged(stated: Requirements, detected: Detected) -> Merged:
    """Put what was found where nothing was said, and name where both differ.

    Nodes with Windows are needed only where workloads are meant for them; without such workloads they are a note of
    `node_systems` and no more. Protocols fill nothing while a port does not say what it speaks.
    """
    requirements = stated
    contradictions: list[Contradiction] = []
    filled: list[str] = []
    for answer in _answers(detected):
        said = _said(stated, answer.field)
        if said is None and answer.is_whole:
            requirements = _with(requirements, answer.field, answer.value)
            filled.append(answer.field)
        elif said is not None and not answer.agrees(said):
            note = answer.notes[0] if answer.notes else None
            contradictions.append(Contradiction(answer.field, _shown(said), _shown(answer.value), note))
    return Merged(requirements, tuple(contradictions), tuple(filled))


class _Answer(NamedTuple):
    """Something that was found for a field of the requirements.

    Attributes:
        field: The field.
        value: What was found.
        notes: Where.
        agrees: Whether what was said goes together with it.
        is_whole: Whether there is no more to it, so that it can stand where nothing was said.
    """

    field: str
    value: object
    notes: tuple[Note, ...]
    agrees: Callable[[object], bool]
    is_whole: bool = True


def _answers(detected: Detected) -> Iterator[_Answer]:
    """What was found of the requirements' fields, in their order; nothing for what is not known."""
    for name, number in zip(_SIZES, (detected.nodes, detected.pods, detected.services, detected.clusters), strict=True):
        yield from _same(f"sizes.{name}", number)
    yield from _protocols(detected.protocols)
    yield from _windows(detected.windows_workloads)
    yield from _same("constraints.cni", detected.cni)
    yield from _kernel(detected.kernel)
    yield from _same("constraints.platform", detected.platform)
    yield from _same("constraints.serverless_nodes", detected.serverless_nodes)
    yield from _existing(detected)


def _same(field: str, fact: Fact[T]) -> Iterator[_Answer]:
    if fact.value is not None:
        yield _Answer(field, fact.value, fact.notes, lambda said: said == fact.value)


def _protocols(fact: Fact[Spoken]) -> Iterator[_Answer]:
    """What somebody names may be more than ports tell, so only what was not named is a contradiction."""
    spoken = fact.value
    if spoken is not None and spoken.present:
        agrees = partial(_names_all, spoken.present)
        yield _Answer("traffic.protocols", spoken.present, fact.notes, agrees, is_whole=not spoken.unsaid)


def _names_all(present: tuple[Protocol, ...], said: object) -> bool:
    return isinstance(said, tuple) and set(present) <= set(said)


def _windows(fact: Fact[int]) -> Iterator[_Answer]:
    if fact.value:
        yield _Answer(_WINDOWS, Level.MUST, fact.notes, lambda said: said is not Level.NO)


def _kernel(fact: Fact[str]) -> Iterator[_Answer]:
    if fact.value is not None:
        found = _release(fact.value)
        yield _Answer("constraints.kernel", fact.value, fact.notes, lambda said: _release(str(said)) == found)


def _existing(detected: Detected) -> Iterator[_Answer]:
    """Of several meshes that are in use, whichever was named is right."""
    one, all_of_them = detected.existing, detected.meshes.value or ()
    value: object = one.value if one.value is not None else all_of_them or None
    if value is not None:
        known = {*all_of_them, one.value}
        notes = one.notes or detected.meshes.notes
        yield _Answer("constraints.existing", value, notes, lambda said: said in known, is_whole=one.value is not None)


def _said(stated: Requirements, name: str) -> object:
    if name == _WINDOWS:
        return stated.needs.get(Need.WINDOWS_NODES)
    part, _, field = name.partition(".")
    return getattr(getattr(stated, part), field)


def _with(requirements: Requirements, name: str, value: object) -> Requirements:
    if name == _WINDOWS:
        return requirements.model_copy(update={"needs": {**requirements.needs, Need.WINDOWS_NODES: value}})
    part, _, field = name.partition(".")
    held = getattr(requirements, part).model_copy(update={field: value})
    return requirements.model_copy(update={part: held})


def _clusters(look: Reading) -> Fact[int]:
    return Fact(len(look.captures)) if look.captures else Fact(None, missing="a cluster")


def _release(text: str) -> tuple[int, ...]:
    match = _RELEASE.match(text)
    return tuple(map(int, match.groups())) if match else ()


def _shown(value: object) -> str:
    """A value as it is written in requirements."""
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
