"""All that one text tells people to run, in its order, so that what is missing between two commands can be seen."""

from dataclasses import dataclass

from service_mesh.model.command import Command
from service_mesh.model.resource import Resource

__all__ = ["Script"]


@dataclass(frozen=True, slots=True)
class Script:
    """The commands of one document or script, and the objects that stand beside them.

    Attributes:
        commands: In the order of the text.
        resources: Objects and values files of the same text.
    """

    commands: tuple[Command, ...]
    resources: tuple[Resource, ...] = ()
