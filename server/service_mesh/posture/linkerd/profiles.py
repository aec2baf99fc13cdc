"""ServiceProfiles: which Service each is for, and whether it decides where requests go."""

import re
from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import ServiceName
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["is_idle", "profiles_of", "split_name", "takes_over"]

_NOTHING = re.compile(r"[+-]?0*\.?0*([numkMGTPE]i?|[eE][+-]?[0-9]+)?")


def split_name(name: str) -> tuple[ServiceName, str] | None:
    """The Service and the domain that a full name such as `cart.shop.svc.cluster.local` is made of; None for others.

    (`linkerd/linkerd2: controller/api/destination/server.go`, profileID)
    """
    parts = name.split(".", 3)
    if len(parts) < 4 or parts[2] != "svc" or not all(parts):
        return None
    return ServiceName(parts[1], parts[0]), parts[3]


def takes_over(profile: Resource) -> Node | None:
    """The part of a profile that makes proxies use it instead of routes and annotations; None where it has none.

    (`linkerd/linkerd2-proxy: linkerd/app/outbound/src/http/logical/profile.rs`, should_override_policy)
    """
    parts = (profile.get("spec.routes"), profile.get("spec.dstOverrides"))
    return next((part for part in parts if part is not None and part.items), None)


def is_idle(entry: Node) -> bool:
    """Tell whether a destination of `dstOverrides` has no weight, so that it gets no requests."""
    weight = entry.get("weight")
    return weight is None or weight.value is None or _NOTHING.fullmatch(str(weight.value)) is not None


def profiles_of(mesh: MeshView, service: ServiceName, cluster: str) -> tuple[Resource, ...]:
    """The profiles of a Service, in whichever namespace; the domain in their names is not looked at."""
    mesh.mark_read(SERVICE_PROFILE)
    return mesh.index(_by_service).get((cluster, *service), ())


def _by_service(mesh: MeshView) -> Mapping[tuple[str, str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str, str], list[Resource]] = {}
    for profile in mesh.of_kind(SERVICE_PROFILE):
        named = split_name(profile.name)
        if named is not None:
            found.setdefault((profile.cluster, *named[0]), []).append(profile)
    return {key: tuple(profiles) for key, profiles in found.items()}
