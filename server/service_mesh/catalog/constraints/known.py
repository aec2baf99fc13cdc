"""Recognises the rules and alternatives of the schemas that are read: hashes of their text lead to names of ours.

The text of a rule is in no file of this project. A schema whose rules are all known becomes facts that name
constraints; an unknown rule stops the build and is never dropped.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from service_mesh.catalog.constraints.known_alternatives import ALTERNATIVES
from service_mesh.catalog.constraints.known_rules import RULES

__all__ = ["ALTERNATIVE_KEYS", "TRANSITION", "Namer", "alternatives_of", "hash_of", "known_names", "rules_of"]

Schema = Mapping[str, object]

Namer = Callable[[Schema], list[str]]
"""The names of the constraints of one schema node, what lies below it left out."""

TRANSITION = "transition"
"""In the tables: a rule about the stored object, `oldSelf`; without a cluster there is none to compare with."""

ALTERNATIVE_KEYS = ("oneOf", "anyOf", "allOf", "not")

_DIGITS = 10
_SHOWN = 200
_INTEGER_OR_STRING = ({"type": "integer"}, {"type": "string"})


def known_names(schema: Schema) -> list[str]:
    """The constraints of a schema node by their names, each once, sorted.

    Raises:
        ValueError: A rule or a group of alternatives that the tables do not hold.
    """
    found = [_named(RULES, text, "rules") for text in rules_of(schema)]
    found += [_named(ALTERNATIVES, text, "alternatives") for text in alternatives_of(schema)]
    return sorted(set(found) - {TRANSITION})


def rules_of(schema: Schema) -> Iterator[str]:
    """The CEL rules of a schema node, spaces evened out."""
    for rule in cast(list[Mapping[str, object]], schema.get("x-kubernetes-validations") or []):
        yield " ".join(str(rule.get("rule", "")).split())


def alternatives_of(schema: Schema) -> Iterator[str]:
    """The groups of alternatives of a schema node, one JSON text for each keyword.

    What every field of the type `int-or-string` says about its type is none.
    """
    for key in ALTERNATIVE_KEYS:
        if key in schema and not _is_integer_or_string(schema, key):
            yield json.dumps({key: schema[key]}, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    """The start of the SHA-256 of a text, ten hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _is_integer_or_string(schema: Schema, key: str) -> bool:
    if not schema.get("x-kubernetes-int-or-string"):
        return False
    alternatives = schema[key]
    if key == "allOf" and isinstance(alternatives, list) and alternatives:
        alternatives = alternatives[0].get("anyOf") if isinstance(alternatives[0], dict) else None
    return isinstance(alternatives, list) and tuple(alternatives) == _INTEGER_OR_STRING


def _named(table: Mapping[str, str], text: str, what: str) -> str:
    name = table.get(hash_of(text))
    if name is None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        raise ValueError(
            f"no constraint is known for the {what} '{shown}': find the one that says the same or write it in "
            f"service_mesh/catalog/constraints, then add '{hash_of(text)}' with its name to known_{what}.py there"
        )
    return name
