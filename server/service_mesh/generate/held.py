"""Objects that are there already, as they are written when something in them is changed."""

from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource

__all__ = ["Asked", "asked_of", "free_name", "is_rest", "joined", "metadata_of", "spec_of"]

_PORT = "port"
_ANY = (("path", {"type": "PathPrefix", "value": "/"}), ("uri", {"prefix": "/"}))
"""Conditions that every request meets."""

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def free_name(view: MeshView, kind: Kind, namespace: str, name: str) -> str:
    """A name for a new object, with a number behind it where another object has it."""
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(one for one in names if view.find(kind, namespace, one) is None)


def metadata_of(held: Resource) -> dict[str, Any]:
    """The metadata that somebody wrote: what the API server and kubectl add is left out."""
    annotations = {name: text for name, text in held.annotations.items() if name != _LAST_APPLIED}
    texts = {"labels": dict(held.labels), "annotations": annotations}
    return {"name": held.name, "namespace": held.namespace} | {name: held for name, held in texts.items() if held}


def spec_of(held: Resource) -> dict[str, Any]:
    """The specification."""
    found = held.data.get("spec")
    return dict(found) if isinstance(found, Mapping) else {}


def joined(new: Sequence[dict[str, Any]], there: object, asking: str) -> list[dict[str, Any]]:
    """New rules among those that are there.

    Those that ask for something come first, then those that are there and ask for something else, unless that is a
    path below one that is new; a new rule for everything else replaces the one that is there, unless it is for one
    port alone.

    Args:
        new: The new rules, in their order.
        there: The rules that are there.
        asking: The field that says what is asked for: `match`.
    """
    asked = [asked_of(one, asking) for one in new]
    held = [one for one in there if isinstance(one, dict)] if isinstance(there, list) else []
    kept = [one for one in held if not any(_replaces(mine, asked_of(one, asking)) for mine in asked)]
    rules = []
    for one in new:
        first = [rule for rule in kept if _is_below(asked_of(rule, asking), asked_of(one, asking))]
        kept = [rule for rule in kept if rule not in first]
        rules += [*first, one]
    rules += kept
    return [one for is_last in (False, True) for one in rules if is_rest(asked_of(one, asking)) is is_last]


Asked = list[dict[str, Any]]
"""The matches of a rule, without what means nothing; none for a rule that takes everything."""


def _replaces(new: Asked, there: Asked) -> bool:
    return new == there or (not new and is_rest(there))


def _is_below(there: Asked, new: Asked) -> bool:
    """Whether a rule of a VirtualService, where the first rule counts, asks for paths below those of another."""
    prefixes = tuple(_path(one) for one in new if set(one) <= {"uri", _PORT} and _path(one).endswith("/"))
    return bool(there and prefixes) and all(_path(one).startswith(prefixes) for one in there)


def _path(match: Mapping[str, Any]) -> str:
    uri = match.get("uri")
    found = (uri.get("prefix") or uri.get("exact")) if isinstance(uri, Mapping) else None
    return found if isinstance(found, str) else ""


def is_rest(asked: Asked) -> bool:
    """Whether a rule asks for no more than a port."""
    return all(set(one) == {_PORT} for one in asked)


def asked_of(rule: Mapping[str, Any], asking: str) -> Asked:
    """The matches of a rule without what every request meets; none for a rule that takes everything.

    The API server fills in the path `/` and the form `Exact`, so that rules read back say more than was written.
    """
    listed = rule.get(asking)
    found = [_plain(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [] if {} in found else found


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_untyped(one) for one in inner] if isinstance(inner, list) else inner
        for name, inner in value.items()
        if (name, inner) not in _ANY
    }


def _untyped(value: object) -> object:
    if not isinstance(value, Mapping) or value.get("type") != "Exact":
        return value
    return {name: inner for name, inner in value.items() if name != "type"}
