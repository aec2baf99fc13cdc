"""What is known of the releases that run: until when they are supported, and what they are tested with."""

from service_mesh.catalog.support import Release, end_of, release_of
from service_mesh.mesh.view import MeshView
from service_mesh.rules.status.versions._running import Running, control_planes

__all__ = ["support_of"]

_COMING = {"istio": "six weeks after", "cilium": "the coming of"}


def support_of(view: MeshView, mesh: str, cluster: str = "") -> str:
    """How the releases of a mesh are supported; empty where the data knows none of them, as for vendors' builds.

    Such as `1.30.2: supported until six weeks after 1.32; newest patch seen 1.30.5; Kubernetes 1.32 to 1.36`, several
    releases separated by `. `.
    """
    running = [one for one in control_planes(view, cluster) if one.project == mesh]
    told = [f"{one.version}: {text}" for one in running if (text := _told(one, view.now(cluster)))]
    return ". ".join(told)


def _told(running: Running, now: float | None) -> str:
    release = release_of(running.project, running.number)
    parts = [_state(running, release, now)]
    if release is not None:
        if release.newest and release.newest != running.version and not running.version.startswith("edge-"):
            parts.append(f"newest patch seen {release.newest}")
        if release.kubernetes is not None:
            parts.append(f"Kubernetes {release.kubernetes}")
    return "; ".join(part for part in parts if part)


def _state(running: Running, release: Release | None, now: float | None) -> str:
    end = end_of(running.project, running.number)
    if end is not None:
        is_over = now is not None and now >= end.seconds
        word = "out of support" if end.is_bound else "out of support since" if is_over else "supported until"
        return f"{word} {end}"
    if release is not None and release.until:
        return f"supported until {_COMING[running.project]} {release.until}"
    return ""
