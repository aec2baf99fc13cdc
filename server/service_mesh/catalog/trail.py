"""The way from an object to a value, cheap to lengthen at every step of a walk that nearly always finds nothing."""

from typing import TypeAlias

from service_mesh.model.path import Path

__all__ = ["Trail", "path_of"]

Trail: TypeAlias = "tuple[Trail, str | int] | None"
"""The trail of the value above and the step from there; None at the object itself."""


def path_of(trail: Trail) -> Path:
    """The steps of a trail, from the object on."""
    steps: list[str | int] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))
