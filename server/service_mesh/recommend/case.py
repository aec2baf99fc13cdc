"""What one recommendation rests on, with a record of the claims that were asked for and of those that are absent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from service_mesh.recommend.claims import Claim, ClaimKind, Knowledge
from service_mesh.recommend.requirements import Level, Need, Option, Protocol, Requirements

__all__ = ["Case", "capability_of"]

_PROPERTIES = {
    Need.TCP_ONLY: "tcp",
    Need.OBSERVABILITY: "observability-l7",
    Need.GROWTH: "multi-cluster",
}
"""Needs whose capability has another name."""


@dataclass(slots=True)
class Case:
    """Requirements and knowledge.

    Attributes:
        requirements: What is needed.
        knowledge: What is known.
        used: The claims that had a part in the answer, in the order in which they were asked for.
        absent: Option and property of those that are not known.
    """

    requirements: Requirements
    knowledge: Knowledge
    used: dict[str, Claim] = field(default_factory=dict)
    absent: dict[tuple[Option, str], None] = field(default_factory=dict)
    _needed: tuple[tuple[Need, Level], ...] = field(init=False)
    _is_for_edge: bool = field(init=False)

    def __post_init__(self) -> None:
        """Sort the needs once: every claim that is asked for depends on them."""
        needs = self.requirements.needs
        levels = (Level.MUST, Level.SHOULD)
        self._needed = tuple((need, level) for level in levels for need in Need if needs.get(need) is level)
        asked = {need for need, _ in self._needed}
        self._is_for_edge = needs.get(Need.MTLS) is Level.NO and asked <= {Need.JWT, Need.GATEWAY_API}

    def claim(self, option: Option, name: str, kind: ClaimKind = ClaimKind.CAPABILITY) -> Claim | None:
        """The claim on a property, noted down as used or as absent."""
        found = self.knowledge.of(option, name, kind)
        if found is None:
            self.absent[option, name] = None
        else:
            self.used[found.id] = found
        return _at_edge(found) if found is not None and self.is_for_edge() else found

    def use(self, claims: Iterable[Claim]) -> None:
        """Note claims down as used."""
        self.used.update({one.id: one for one in claims})

    def needed(self) -> tuple[tuple[Need, Level], ...]:
        """What is needed, what must be first."""
        return self._needed

    def implied(self) -> Iterator[tuple[str, str, Level]]:
        """What sizes and traffic ask for without being named a need: why, the capability, how much."""
        requirements = self.requirements
        protocols = requirements.traffic.protocols or ()
        if Protocol.UDP in protocols:
            yield "traffic.protocols", "udp", Level.SHOULD
        if Protocol.GRPC in protocols and Need.GRPC not in requirements.needs:
            yield "traffic.protocols", "grpc", Level.SHOULD
        if (requirements.sizes.networks or 0) > 1 and self.is_needed(Need.MULTI_CLUSTER, Need.GROWTH):
            yield "sizes.networks", "multi-network", Level.MUST

    def is_for_edge(self) -> bool:
        """Tell whether nothing is asked between services, so that what a gateway at the edge can do is enough."""
        return self._is_for_edge

    def has_must(self) -> bool:
        """Tell whether anything at all is a must, so that what is lacking hurts in full."""
        return Level.MUST in self.requirements.needs.values()

    def is_needed(self, *needs: Need) -> bool:
        """Tell whether one of some needs is needed at all."""
        return any(self.requirements.needs.get(need) in (Level.MUST, Level.SHOULD) for need in needs)


def _at_edge(claim: Claim) -> Claim:
    held = claim.value.get("at_edge")
    return replace(claim, value={**claim.value, **held}) if isinstance(held, dict) else claim


def capability_of(need: Need) -> str:
    """The property that a need asks for."""
    return _PROPERTIES.get(need, need.value)
