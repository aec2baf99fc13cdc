"""Which labels a selector selects: the only place where labels are compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.model.node import Node

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Operator",
    "Requirement",
    "Selector",
    "label_selector",
    "map_selector",
    "plain_selector",
]


class Operator(StrEnum):
    """What a requirement asks of one label."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A demand on one label.

    Attributes:
        key: Name of the label.
        operator: What is asked of it.
        values: The values for `In` and `NotIn`; empty for the others.
    """

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def met_by(self, labels: Mapping[str, object]) -> bool:
        """Tell whether labels meet it; an absent label meets `NotIn` (`k8s.io/apimachinery: pkg/labels`)."""
        value = labels.get(self.key)
        value = value if isinstance(value, str) else None  # what is no text is no label, whatever a file says
        match self.operator:
            case Operator.IN:
                return value in self.values
            case Operator.NOT_IN:
                return value not in self.values
            case Operator.EXISTS:
                return self.key in labels
            case Operator.DOES_NOT_EXIST:
                return self.key not in labels


@dataclass(frozen=True, slots=True)
class Selector:
    """Demands that all have to be met; without any it selects everything, and `nothing` selects nothing at all.

    Attributes:
        equal: Labels that must be there with these values.
        requirements: Further demands.
        nothing: Whether it selects nothing, as the selector of a Service that has none.
    """

    equal: Mapping[str, str]
    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Answers are held by selector, so it is asked for often.
        object.__setattr__(self, "_hash", hash((frozenset(self.equal.items()), self.requirements, self.nothing)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_empty(self) -> bool:
        """Whether it demands nothing and so selects everything."""
        return not (self.nothing or self.equal or self.requirements)

    @property
    def text(self) -> str:
        """The demands the way `kubectl -l` takes them."""
        said = [f"{key}={value}" for key, value in self.equal.items()]
        return ",".join([*said, *(_text(requirement) for requirement in self.requirements)])

    def matches(self, labels: Mapping[str, object]) -> bool:
        """Tell whether it selects something with these labels."""
        if self.nothing:
            return False
        for key, value in self.equal.items():
            if labels.get(key) != value:
                return False
        return not self.requirements or all(requirement.met_by(labels) for requirement in self.requirements)

    def excludes(self, other: "Selector") -> bool:
        """Tell whether nothing can be selected by both: they want different values of one label, or one wants nothing.

        False says nothing: labels may still never meet both.
        """
        if self.nothing or other.nothing:
            return True
        return any(other.equal.get(key, value) != value for key, value in self.equal.items())


EVERYTHING = Selector({})
"""Demands nothing."""

NOTHING = Selector({}, nothing=True)
"""Selects nothing, whatever the labels."""


def map_selector(node: Node | None) -> Selector:
    """The selector that a plain map of labels is: of a Service, of an Istio Gateway, or `selector.matchLabels`.

    Values that are no strings are left to the schema check; such a selector selects nothing.

    Args:
        node: The map; None selects everything.
    """
    return plain_selector(node.value) if node is not None else EVERYTHING


def plain_selector(labels: object) -> Selector:
    """The same of a map as plain data; what is no map selects everything."""
    if not labels or not isinstance(labels, dict):
        return EVERYTHING
    for value in labels.values():
        if not isinstance(value, str):
            return NOTHING
    return Selector(labels)


def label_selector(node: Node | None) -> Selector:
    """The selector that a Kubernetes LabelSelector is: `matchLabels` and `matchExpressions` together.

    An operator that does not exist makes it select nothing; the schema check reports it.

    Args:
        node: The LabelSelector; None selects everything, which differs from field to field: the caller decides.
    """
    if node is None:
        return EVERYTHING
    equal = plain_selector(node.value_at("matchLabels"))
    if node.value_at("matchExpressions") is None:  # as nearly everywhere
        return equal
    requirements = [_requirement(item) for item in node.each("matchExpressions[]")]
    if equal.nothing or None in requirements:
        return NOTHING
    return Selector(equal.equal, tuple(filter(None, requirements)))


def _requirement(node: Node) -> Requirement | None:
    key, operator = node.get("key"), node.get("operator")
    if key is None or operator is None or operator.text not in set(Operator):
        return None
    values = frozenset(value.text for value in node.each("values[]"))
    return Requirement(key.text, Operator(operator.text), values)


def _text(requirement: Requirement) -> str:
    match requirement.operator:
        case Operator.EXISTS:
            return requirement.key
        case Operator.DOES_NOT_EXIST:
            return f"!{requirement.key}"
        case Operator.IN:
            return f"{requirement.key} in ({_listed(requirement.values)})"
        case Operator.NOT_IN:
            return f"{requirement.key} notin ({_listed(requirement.values)})"


def _listed(values: Iterable[str]) -> str:
    return ",".join(sorted(values))
