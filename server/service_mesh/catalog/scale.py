"""What the scale subresource of a definition asks of the fields it reads, beyond their schema.

Source: Kubernetes, apiextensions-apiserver/pkg/registry/customresource/validator.go (ValidateScaleSpec).
"""

from collections.abc import Callable, Mapping
from typing import cast

from service_mesh.catalog.facts import Fact, type_name

__all__ = ["with_scale"]

_NUMBERS = ("integer", "int-or-string", "number", "any")
_OF_REPLICAS = ("specReplicasPath", "statusReplicasPath")


def with_scale(root: Mapping[str, object], subresources: Mapping[str, object]) -> dict[str, object]:
    """The fact of an object, with what its scale subresource asks for.

    Args:
        root: Fact of the whole object.
        subresources: As the definition has them; where one is `status`, a status is dropped before it is judged.
    """
    scale = cast(Mapping[str, object], subresources.get("scale") or {})
    for name in (*_OF_REPLICAS, "labelSelectorPath"):
        steps = str(scale.get(name) or "").removeprefix(".").split(".")
        if steps[0] == "spec" or (steps[0] == "status" and "status" not in subresources):
            change = _counted if name in _OF_REPLICAS else _selecting
            root = cast(dict[str, object], _changed(dict(root), steps, change))
    return dict(root)


def _changed(fact: Fact, steps: list[str], change: Callable[[Fact], Fact]) -> Fact:
    """A fact with the one at some steps below changed; as it is where its schema lets nothing stand there."""
    if not steps:
        return change(fact)
    known: dict[str, object] = {"type": fact} if isinstance(fact, str) else fact
    if "fields" not in known:
        if type_name(known) not in ("any", "object") or "values" in known:
            return fact
        known = {key: value for key, value in known.items() if key != "type"} | {"fields": {}, "open": True}
    fields = cast(dict[str, Fact], known["fields"])
    if steps[0] not in fields and not known.get("open"):
        return fact
    return {**known, "fields": {**fields, steps[0]: _changed(fields.get(steps[0], "any"), steps[1:], change)}}


def _counted(fact: Fact) -> Fact:
    """A number of replicas: an integer of 32 bits that is not negative and not spelt as a float."""
    known: dict[str, object] = {"type": fact} if isinstance(fact, str) else dict(fact)
    if type_name(known) not in _NUMBERS:
        return fact
    if cast(float, known.get("minimum", -1)) < 0:
        known.pop("exclusiveMinimum", None)
        known["minimum"] = 0
    return {**known, "type": "integer", "format": "int32", "decoded": True}


def _selecting(fact: Fact) -> Fact:
    return "string" if fact == "any" else fact
