"""Replacing the pods of a namespace: what a sidecar is made with counts from its next start."""

from service_mesh.generate.plan import Command

__all__ = ["restarted", "taken_back"]


def restarted(namespace: str, stage: str = "") -> Command:
    """The command that replaces the pods, a few at a time as their workloads allow it.

    Args:
        namespace: Their namespace.
        stage: The stage in which it is done.
    """
    return Command(f"kubectl rollout restart deployment,statefulset,daemonset -n {namespace}", stage)


def taken_back(proxies: str) -> str:
    """What has to be done after a change was taken away.

    Args:
        proxies: What stays as it is until then: `their sidecars`.
    """
    return f"after rolling back, restart the workloads again: until then their pods keep {proxies}"
