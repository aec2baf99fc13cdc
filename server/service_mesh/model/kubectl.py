"""Command lines that show more about an object; every word is quoted, names from clusters are not trusted."""

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service_mesh.model.resource import Resource

__all__ = ["command", "describe", "get_yaml", "logs", "rollout_status"]

_SHORT = frozenset({"", "apps", "batch"})


def command(*words: str) -> str:
    """Words as one line for a POSIX shell."""
    return shlex.join(words)


def describe(resource: "Resource") -> str:
    """Its state and its events."""
    return _about(resource, "describe")


def get_yaml(resource: "Resource") -> str:
    """The whole object."""
    return _about(resource, "get", after=("-o", "yaml"))


def logs(resource: "Resource", *after: str) -> str:
    """The log of one of its pods; `after` may name a container or a number of lines."""
    return _about(resource, "logs", after=after)


def rollout_status(resource: "Resource") -> str:
    """Whether its pods become ready."""
    return _about(resource, "rollout", "status")


def _about(resource: "Resource", *verb: str, after: tuple[str, ...] = ()) -> str:
    """The group is named where kinds of two groups share a name, such as Gateway."""
    kind = resource.kind
    name = kind.name.lower() if kind.group in _SHORT else f"{kind.name.lower()}.{kind.group}"
    place = ("-n", resource.namespace) if resource.namespace else ()
    return command("kubectl", *place, *verb, f"{name}/{resource.name}", *after)
