"""Objects that are there already, as they are written when something in them is changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from service_mesh.model.resource import Resource

__all__ = ["joined", "metadata_of", "spec_of"]

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


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

    Those that ask for something come first, then those that are there and ask for something; a new rule for everything
    else replaces the one that is there.

    Args:
        new: The new rules, in their order.
        there: The rules that are there.
        asking: The field that says what is asked for: `match`.
    """
    held = [one for one in there if isinstance(one, dict)] if isinstance(there, list) else []
    special = [one for one in new if one.get(asking)]
    kept = [one for one in held if one.get(asking) and one not in special]
    rest = [one for one in new if not one.get(asking)] or [one for one in held if not one.get(asking)]
    return [*special, *kept, *rest]
