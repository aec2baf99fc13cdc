"""The commands that change a part of an object, and that take the change back."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace

from service_mesh.generate.plan import Patch, Sheet, Step

__all__ = ["commands_of", "doing", "undoing"]

_REFERENCE = "Ref"
_SHORT = {"labels": "label", "annotations": "annotate"}


def commands_of(step: Step) -> Iterator[str]:
    """The commands that take a step."""
    if isinstance(step, Patch):
        yield from doing(step)
    elif isinstance(step, Sheet):
        yield step.apply or f"kubectl apply -f {step.name}"
    else:
        yield step.text


def doing(patch: Patch) -> Iterator[str]:
    """The commands: `kubectl label` or `annotate` where that is all it takes, else `kubectl patch`."""
    if (texts := _texts(patch)) is not None:
        for part, values in texts.items():
            yield _set(patch, part, values)
    else:
        yield f"kubectl patch {_object(patch)} --type merge -p {_quoted(patch.merge)}"


def undoing(patch: Patch, held: Mapping[str, object] | None) -> Iterator[str]:
    """The commands that bring back what was there before.

    Args:
        patch: The change.
        held: The object as it was; None where it is not known, and nothing is taken to have been there.
    """
    before = _before(patch.merge, held)
    if (texts := _texts(replace(patch, merge=before))) is not None:
        for part, values in texts.items():
            yield _set(patch, part, values)
    else:
        yield f"kubectl patch {_object(patch)} --type merge -p {_quoted(before)}"


def _object(patch: Patch) -> str:
    """As `kubectl` takes it; kinds of meshes with their group, since two of them are called Gateway."""
    group = f".{patch.kind.group}" if "." in patch.kind.group else ""
    namespace = f" -n {patch.namespace}" if patch.namespace else ""
    return f"{patch.kind.name.lower()}{group} {patch.name}{namespace}"


def _quoted(merge: Mapping[str, object]) -> str:
    return shlex.quote(json.dumps(merge, separators=(",", ":")))


def _texts(patch: Patch) -> Mapping[str, Mapping[str, str | None]] | None:
    """Labels and annotations, where the change is nothing else."""
    metadata = patch.merge.get("metadata")
    if set(patch.merge) != {"metadata"} or not isinstance(metadata, Mapping) or not set(metadata) <= set(_SHORT):
        return None
    return metadata


def _set(patch: Patch, part: str, values: Mapping[str, str | None]) -> str:
    """The command for labels or annotations; `name-` takes one away."""
    pairs = " ".join(f"{name}-" if value is None else shlex.quote(f"{name}={value}") for name, value in values.items())
    return f"kubectl {_SHORT[part]} {_object(patch)} {pairs}{' --overwrite' if any(values.values()) else ''}"


def _before(merge: Mapping[str, object], held: Mapping[str, object] | None) -> dict[str, object]:
    """The same fields with their values before; None takes a field away again.

    A map that was not there goes as a whole: an empty one that is left may mean something, and a reference without its
    name is none. Others may have put labels and annotations beside those of the change, and of an object that is not
    known nothing else is taken away.
    """
    found: dict[str, object] = {}
    for name, value in merge.items():
        old = held.get(name) if held is not None else None
        is_absent = old is None and (name.endswith(_REFERENCE) or (held is not None and name not in _SHORT))
        if isinstance(value, Mapping) and not is_absent:
            found[name] = _before(value, old if isinstance(old, Mapping) else None)
        else:
            found[name] = old
    return found
