"""What nobody said although the answer hangs on it, and when so much is unsaid that there is no answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.recommend.requirements import Need, Requirements

__all__ = ["Unknown", "is_too_little", "share_said", "unknowns_of"]

_FEW_NEEDS = 3
"""Needs, answered either way, below which the place has to be known for an answer."""

_EFFECTS = {
    "needs": "what a mesh is for decides most; without it nothing can be recommended",
    "needs.mtls": "whether identity on the wire is needed, which the network alone does not give",
    "needs.l7-authorization": "whether requests have to be read: waypoints, or proxies that know HTTP",
    "needs.jwt": "whether tokens are checked between services, which rules Linkerd out",
    "needs.multi-cluster": "whether clusters have to be joined, where maturity differs most",
    "constraints.cni": "whether Cilium runs already or would have to replace the network plugin",
    "constraints.cni_may_change": "whether Cilium can be chosen at all where it is not the plugin",
    "constraints.platform": "which managed offerings there are",
    "constraints.privileged_pods": "whether agents on nodes are allowed: ambient mode and Cilium need them",
    "constraints.serverless_nodes": "whether agents on nodes can run: ambient mode and Cilium need them",
    "sizes.pods": "what proxies beside every pod take",
    "sizes.nodes": "what agents on every node take",
    "sizes.services": "how many waypoints are needed where requests are read",
    "team.engineers": "how much there may be to run",
    "team.mesh_experience": "how hard a mesh is to run for this team",
    "traffic.latency_budget_ms": "how much a proxy on the way may cost",
}
"""Fields that the answer hangs on, and how; those that are left out are named."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that nobody said, and what hangs on it."""

    field: str
    effect: str


def unknowns_of(requirements: Requirements) -> tuple[Unknown, ...]:
    """The fields that were left out, needs first."""
    return tuple(_left_out(requirements))


def share_said(unknowns: tuple[Unknown, ...]) -> float:
    """How much of what the answer hangs on was said, from 0 to 1."""
    return 1 - len(unknowns) / len(_EFFECTS)


def is_too_little(requirements: Requirements) -> bool:
    """Tell whether no answer can be given.

    That is so without any need, and with one or two needs of a place of which neither the network plugin nor a size
    nor anything of the team is known: then each of the options can be the right one.
    """
    needs = requirements.needs
    if not needs:
        return True
    place = requirements.constraints.cni, *_values(requirements.sizes), *_values(requirements.team)
    return len(needs) < _FEW_NEEDS and all(one is None for one in place)


def _values(part: object) -> Iterator[object]:
    yield from vars(part).values()


def _left_out(requirements: Requirements) -> Iterator[Unknown]:
    for name, effect in _EFFECTS.items():
        part, _, field = name.partition(".")
        if part == "needs" and field:
            value: object = requirements.needs.get(Need(field))
        else:
            held = getattr(requirements, part)
            value = getattr(held, field) if field else held or None
        if value is None:
            yield Unknown(name, effect)
