"""The shape of a fact: what the API server enforces about one value, without a word of the schema it came from.

A fact is the name of a plain type (`string`, `integer`, `number`, `boolean`, `object` with any content, `any`,
`metadata`, `int-or-string`, `quantity`), or a map with the keys below. In the data folder it may also be `#` and a
digest: a reference to a part that is stored once.

    type        a plain type; left out where `fields`, `values` or `items` say it
    fields      name -> fact of the fields of an object; every other name is refused
    open        true: names that `fields` does not hold are accepted with any value
    values      fact of every value of a map whose names are free
    items       fact of every item of a list
    required    names that must be there; a field with a default is not among them
    default     the value the API server fills in
    nullable    true: null is a value of its own, and is kept
    decoded     true: an integer that is refused where JSON spells it as a float, `80.0`
    loose       true: only names count here, since the API server drops the part before it judges the values
    enum, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern, format,
    minItems, maxItems, uniqueItems, minProperties, maxProperties: bounds
    rules       names of constraints across fields that hang on the value, see the package `constraints`
    list        `set` or `map`: no item twice; `keys` names the fields of an item that make it the same
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BOUNDS", "Fact", "KindFacts", "VersionFacts", "type_name", "version_rank"]

Fact = str | dict[str, object]

BOUNDS = (
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
"""Keys that mean the same in a fact and in the schema it comes from."""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One API version of a kind in one release.

    Attributes:
        name: `v1`, `v1beta1`.
        root: Fact of the whole object.
        served: The API server takes objects of it.
        storage: The API server stores objects in it.
        deprecated: The API server answers with a warning.
    """

    name: str
    root: Fact
    served: bool = True
    storage: bool = False
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class KindFacts:
    """One kind as one release knows it."""

    group: str
    kind: str
    plural: str
    scope: str
    versions: tuple[VersionFacts, ...]


def version_rank(version: str) -> tuple[int, int, int]:
    """Order of API versions, the one the API server prefers last: v1alpha1, v1beta1, v1, v2.

    Source: Kubernetes, apimachinery/pkg/version/helpers.go. A name of another form comes before all.
    """
    major, stage, minor = _split(version)
    return (stage, major, minor) if major else (-1, 0, 0)


def _split(version: str) -> tuple[int, int, int]:
    for stage, word in enumerate(("alpha", "beta")):
        major, found, minor = version.removeprefix("v").partition(word)
        if found and major.isdecimal() and minor.isdecimal():
            return int(major), stage, int(minor)
    rest = version.removeprefix("v")
    return (int(rest), 2, 0) if rest.isdecimal() else (0, 0, 0)


def type_name(fact: Mapping[str, object]) -> str:
    """The type that a fact in the form of a map asks for: `array`, `object` or a plain type."""
    if "items" in fact:
        return "array"
    return "object" if "fields" in fact or "values" in fact else str(fact.get("type", "any"))
