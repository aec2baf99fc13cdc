"""What a diagnosis looks at: the workload, what belongs to it, the findings of the run, and what speaks for what."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["Case", "Clue", "Found", "Probe", "Reach", "Suspect"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A finding of the run.

    Attributes:
        code: Code of its rule.
        message: What it says.
        severity: How grave it is.
        node: Where it was read from.
        next_command: What the rule says to run next; empty where it says nothing.
        related: Other nodes that have a part in it.
        is_partial: Whether it rests on the absence of something that files may simply not hold.
        is_mild: Whether it is a milder case of its rule.
    """

    code: str
    message: str
    severity: Severity
    node: Node
    next_command: str = ""
    related: tuple[Node, ...] = ()
    is_partial: bool = False
    is_mild: bool = False

    @property
    def resource(self) -> Resource:
        """The object."""
        return self.node.resource


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A workload with a symptom.

    Attributes:
        view: The objects.
        symptom: What was seen, such as `503`.
        resource: What was named: a workload, a pod or a Service.
        workloads: What runs there.
        pods: Its pods that are meant to run.
        services: The Services that lead to it.
        core: Keys of all these.
        near: Keys of whatever else has a say in its traffic: policies for it, routes to it, their gateways.
        meshes: Meshes that run in its cluster: `istio`, `linkerd`, `cilium`; all where that was not read.
        own: Meshes that it is in itself, those whose proxy or agent handles its traffic.
    """

    view: MeshView
    symptom: str
    resource: Resource
    workloads: tuple[Workload, ...]
    pods: tuple[Resource, ...]
    services: tuple[Resource, ...]
    core: AbstractSet[ResourceKey]
    near: AbstractSet[ResourceKey]
    meshes: AbstractSet[str]
    own: AbstractSet[str] = field(default_factory=frozenset)

    @property
    def cluster(self) -> str:
        """Its cluster."""
        return self.resource.cluster

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return self.resource.namespace

    def is_listed(self, kind: Kind) -> bool:
        """Whether every object of a kind was read from its cluster."""
        return self.view.is_listed(kind, self.cluster)

    def holds(self, resource: Resource) -> bool:
        """Whether an object is the workload's own or has a say in its traffic."""
        return resource.key in self.core or resource.key in self.near


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that speaks for a suspect.

    Attributes:
        text: What was seen: the end of a sentence.
        node: Where.
        next_command: What to run next; empty for the suspect's own.
        code: Code of the rule that saw it; empty where it was seen in the objects alone.
        proves: Whether the suspect is there for certain, and not only likely.
        is_hint: Whether it is only something to look at, such as a policy that allows some callers: no cause by itself.
    """

    text: str
    node: Node
    next_command: str = ""
    code: str = ""
    proves: bool = False
    is_hint: bool = False


Probe = Callable[[Case], Iterator[Clue]]
"""Looks for a suspect in the objects themselves, the best clue first."""

Reach = Callable[[Case, Found], bool]
"""Whether a finding can concern a case."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that can cause symptoms.

    Attributes:
        title: What is looked for.
        disproof: What would show that it is something else.
        proof: Codes of rules whose findings near the workload show for certain that it is there, the best first.
        signs: Codes of rules whose findings make it likely.
        reach: Which of these findings concern the case.
        proves_afar: Whether a finding proves it wherever it stands, as the end of a common root does.
        because: What the clue has to do with it, where that is not plain: the end of a sentence.
        probe: Looks into the objects, for what no rule says.
        needs: Kinds that it is read from.
        meshes: Meshes that it exists in; empty for all clusters.
    """

    title: str
    disproof: str
    proof: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    reach: Reach | None = None
    proves_afar: bool = False
    because: str = ""
    probe: Probe | None = None
    needs: tuple[Kind, ...] = ()
    meshes: frozenset[str] = frozenset()
