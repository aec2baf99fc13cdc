"""Replacing the pods of a namespace: a mesh of sidecars adds its proxy to pods when they are made."""

from collections.abc import Iterator

from service_mesh.generate.intents.traffic.enroll_namespace.parameters import EnrollNamespace
from service_mesh.generate.plan import Command, Stage

__all__ = ["restarted", "stages", "taken_back"]

_MARK, _RESTART = "label", "restart"


def restarted(asked: EnrollNamespace, stage: str = _RESTART) -> Iterator[Command]:
    """The command that replaces the pods, a few at a time as their workloads allow it."""
    yield Command(f"kubectl rollout restart deployment,statefulset,daemonset -n {asked.namespace}", stage)


def stages(look: str) -> tuple[Stage, ...]:
    """Marking and restarting.

    Args:
        look: What shows that the proxy will be added.
    """
    return (
        Stage(_MARK, "marks the namespace: pods that run stay as they are", (look,)),
        Stage(_RESTART, "replaces the pods: each gets its proxy when it is made"),
    )


def taken_back(proxies: str) -> str:
    """What has to be done after the mark was taken away."""
    return f"after rolling back, restart the workloads again: until then their pods keep their {proxies}"
