"""What an option would take of processors and memory, as ranges from dated figures and the sizes that were given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.recommend.case import Case
from service_mesh.recommend.claims import ClaimKind
from service_mesh.recommend.requirements import REQUEST_NEEDS, Need, Option

__all__ = ["Estimate", "estimate"]

_L7 = (*REQUEST_NEEDS, Need.GRPC)
"""Needs for which there have to be waypoints."""

_WAYPOINT_PER_SERVICES = 50
"""Services that are taken to share a waypoint: one for each namespace of an ordinary size."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an option would take, beyond what runs without it.

    Attributes:
        option: The option.
        cpu: Processors in thousandths, from and to; None where the sizes or figures are not known.
        memory: Memory in MB, from and to; None likewise.
        parts: What is counted, each in words such as `200 proxies`.
        missing: What would have to be given.
    """

    option: Option
    cpu: tuple[float, float] | None
    memory: tuple[float, float] | None
    parts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def estimate(case: Case, option: Option) -> Estimate:
    """Add up what the parts of an option take for the given sizes.

    Proxies beside pods count by pods, agents by nodes, waypoints by services where requests have to be read.
    """
    counts = _counts(case, option)
    missing = tuple(name for name, count in counts.items() if count is None)
    if missing:
        return Estimate(option, None, None, missing=tuple(f"sizes.{_SIZES[name]}" for name in missing))
    cpu, memory = [0.0, 0.0], [0.0, 0.0]
    for claim in case.knowledge.of_kind(option, ClaimKind.RESOURCE):
        count = counts.get(claim.text("per"))
        low, high = claim.number("low"), claim.number("high")
        total = {"mCPU": cpu, "MB": memory}.get(claim.text("unit"))
        if not count or low is None or high is None or total is None:
            continue
        case.use((claim,))
        total[0] += count * low
        total[1] += count * high
    parts = (f"{count} {_NOUNS[name][count != 1]}" for name, count in counts.items() if count)
    return Estimate(option, (cpu[0], cpu[1]), (memory[0], memory[1]), (*parts, *_under_load(case, option, counts)))


def _under_load(case: Case, option: Option, counts: Mapping[str, int | None]) -> Iterator[str]:
    """What requests take at the published rates, told beside the range: not every option has such a figure."""
    rps = case.requirements.traffic.rps
    for claim in case.knowledge.of_kind(option, ClaimKind.RESOURCE) if rps else ():
        passes, rate, part = claim.number("passes"), claim.number("high"), claim.text("part")
        if rps and passes and rate and counts.get(part):
            case.use((claim,))
            taken = f"about {rps / 1000 * passes * rate:.0f} mCPU in all {_NOUNS[part][1]} together"
            yield f"{rps} requests per second take {taken}"


_SIZES = {"proxy": "pods", "node": "nodes", "waypoint": "services", "control-plane": "clusters"}
_NOUNS = {
    "proxy": ("proxy", "proxies"),
    "node": ("node agent", "node agents"),
    "waypoint": ("waypoint", "waypoints"),
    "control-plane": ("control plane", "control planes"),
}


def _counts(case: Case, option: Option) -> dict[str, int | None]:
    """How many of each part there are; None where the size that decides it is not given."""
    sizes = case.requirements.sizes
    if option is Option.NO_MESH:
        return {}
    clusters = sizes.clusters if sizes.clusters is not None else 1
    if option in (Option.ISTIO_SIDECAR, Option.LINKERD):
        return {"proxy": sizes.pods, "control-plane": clusters}
    if option is Option.CILIUM:
        return {"node": sizes.nodes, "control-plane": clusters}
    waypoints: int | None = 0
    if case.is_needed(*_L7):
        waypoints = max(1, -(-sizes.services // _WAYPOINT_PER_SERVICES)) if sizes.services is not None else None
    return {"node": sizes.nodes, "waypoint": waypoints, "control-plane": clusters}
