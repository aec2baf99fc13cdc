"""What pods ask for and nodes have, in exact numbers: CPU in cores, memory in bytes."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from service_mesh.catalog.cel.quantities import amount_of, is_quantity, quantity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Amount", "allocatable", "requests"]

_OVER = frozenset({"Succeeded", "Failed"})
_MEBIBYTE = 1024**2
_MOST = 10**18


@dataclass(frozen=True, slots=True)
class Amount:
    """CPU and memory.

    Attributes:
        cpu: Cores.
        memory: Bytes.
    """

    cpu: Fraction = Fraction(0)
    memory: Fraction = Fraction(0)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu + other.cpu, self.memory + other.memory)

    def without(self, other: "Amount") -> "Amount":
        """What is left of both, nothing where more is taken than there is."""
        return Amount(max(self.cpu - other.cpu, Fraction(0)), max(self.memory - other.memory, Fraction(0)))

    def covers(self, other: "Amount") -> bool:
        """Whether there is as much of both."""
        return self.cpu >= other.cpu and self.memory >= other.memory

    def larger(self, other: "Amount") -> "Amount":
        """The larger of each."""
        return Amount(max(self.cpu, other.cpu), max(self.memory, other.memory))

    def __str__(self) -> str:
        return f"{int(self.cpu * 1000)}m of CPU and {int(self.memory / _MEBIBYTE)}Mi of memory"


def allocatable(node: Resource) -> Amount | None:
    """What a node has for pods; None where it does not tell both."""
    cpu, memory = _amount(node.get("status.allocatable.cpu")), _amount(node.get("status.allocatable.memory"))
    return Amount(cpu, memory) if cpu is not None and memory is not None else None


def requests(pod: Resource) -> Amount:
    """What a pod holds of its node: nothing once it is finished.

    Containers and init containers that stay count together, other init containers only where one asks for more.
    (`kubernetes/kubernetes: pkg/api/v1/resource/helpers.go`, PodRequests)
    """
    phase = pod.get("status.phase")
    if phase is not None and phase.text in _OVER:
        return Amount()
    staying, passing = Amount(), Amount()
    for container in pod.each("spec.containers[]"):
        staying += _requested(container)
    for container in pod.each("spec.initContainers[]"):
        policy = container.get("restartPolicy")
        if policy is not None and policy.text == "Always":
            staying += _requested(container)
        else:
            passing = passing.larger(_requested(container))
    return staying.larger(passing)


def _requested(container: Node) -> Amount:
    amounts = [_amount(container.get(f"resources.requests.{name}")) or Fraction(0) for name in ("cpu", "memory")]
    return Amount(*amounts)


def _amount(node: Node | None) -> Fraction | None:
    """A quantity, written as text or as a number; None where it is none."""
    value = node.value if node is not None else None
    if type(value) is int and abs(value) < _MOST:
        return Fraction(value)
    return _parsed(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Fraction | None:
    """Few amounts are asked for by many pods."""
    return amount_of(quantity(text)) if is_quantity(text) else None
