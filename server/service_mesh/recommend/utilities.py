"""How well an option does in what options are weighed by: a number from 0 to 1 with the reasons for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from service_mesh.recommend.case import Case, capability_of
from service_mesh.recommend.claims import Claim, ClaimKind
from service_mesh.recommend.estimating import Estimate
from service_mesh.recommend.requirements import REQUEST_NEEDS, Cni, Experience, Level, Need, Option, Priority

__all__ = ["Utility", "utilities"]

_WEIGHTS = {Level.MUST: 3.0, Level.SHOULD: 1.0}
_MATURITY = {"ga": 1.0, "beta": 0.5, "partial": 0.5, "external": 0.4, "alpha": 0.2, "no": 0.0}
_OF_SECURITY = (Need.MTLS, Need.L7_AUTHORIZATION, Need.JWT, Need.EGRESS_CONTROL, Need.FIPS, Need.EXTERNAL_CA)
"""Needs that make security count: who needs none of them gains nothing by having it."""

_EXPERIENCE = {Experience.NONE: 1.3, Experience.SOME: 1.0, Experience.DEEP: 0.7}
_BEYOND_BUDGET = 0.2
"""What is left of an option of which a figure beyond the budget for latency was published."""

_MEASURED_KB = 1.0
"""Payload with which projects publish their figures."""

_FEW = 3
"""Engineers below whom whatever has to be run weighs heavier."""

_FEW_FACTOR, _NO_ON_CALL_FACTOR, _EDGE_BUILDS_FACTOR = 1.3, 1.2, 1.2
"""What whatever has to be run weighs more with few people, with nobody on call, and without free stable builds."""

_WISH = 0.5
"""What counts of a lack where nothing at all is a must: a wish does not pay for running a mesh."""


@dataclass(frozen=True, slots=True)
class Utility:
    """How well an option does in one respect.

    Attributes:
        value: From 0, as bad as can be, to 1.
        reasons: Why, in short sentences.
    """

    value: float
    reasons: tuple[str, ...] = ()


def utilities(case: Case, option: Option, estimates: Mapping[Option, Estimate]) -> dict[Priority, Utility]:
    """How well an option does in every respect that anything is known of.

    What is not known of a capability counts as if it were absent. A respect that nothing was said about which would
    tell options apart is left out for all of them.
    """
    found = {priority: rule(case, option) for priority, rule in _RULES.items()}
    found[Priority.RESOURCES] = _resources(option, estimates)
    return {priority: one for priority, one in found.items() if one is not None}


def _needs(case: Case, option: Option) -> Utility | None:
    """What is needed and had. A must counts by its square: what is had by half is worked around for the rest."""
    total = reached = 0.0
    reasons = []
    for name, capability, level in _wanted(case):
        weight, claim = _WEIGHTS[level], case.claim(option, capability)
        value = _utility(claim)
        total, reached = total + weight, reached + weight * (value**2 if level is Level.MUST else value)
        if claim is None:
            reasons.append(f"{name}: not known, counted as absent")
        elif value < 1:
            reasons.append(f"{name}: {claim.text('level')}, {claim.conditions}")
    return Utility(_wished(case, reached / total), tuple(reasons)) if total else None


def _wanted(case: Case) -> Iterator[tuple[str, str, Level]]:
    for need, level in case.needed():
        yield need.value, capability_of(need), level
    yield from case.implied()


def _wished(case: Case, value: float) -> float:
    return value if case.has_must() else 1 - _WISH * (1 - value)


def _security(case: Case, option: Option) -> Utility | None:
    if not case.is_needed(*_OF_SECURITY):
        return None
    claims = [case.claim(option, name) for name in _of_security(case)]
    return Utility(_wished(case, _mean(map(_utility, claims))), tuple(_weak(claims)))


def _of_security(case: Case) -> Iterator[str]:
    """What security means for somebody: identity unless they said that they need none, requests where they do."""
    needs = case.requirements.needs
    yield "l4-authorization"
    if needs.get(Need.MTLS) is not Level.NO:
        yield from ("mtls", "workload-identity")
    if needs.get(Need.L7_AUTHORIZATION) is not Level.NO and case.is_needed(Need.L7_AUTHORIZATION, Need.JWT):
        yield "l7-authorization"
    if case.is_needed(Need.EGRESS_CONTROL):
        yield "egress-control"


def _latency(case: Case, option: Option) -> Utility | None:
    """By what stands on the way of a call, since published figures contradict each other; those warn of a budget."""
    claim = case.claim(option, "data-path", ClaimKind.OPERATIONS)
    if claim is None:
        return None
    reads_requests = case.is_needed(*REQUEST_NEEDS)
    cost = claim.number("cost_l7" if reads_requests else "cost_l4") or 0.0
    value, reasons = 1 / (1 + cost), [claim.conditions]
    for one, words in _beyond_budget(case, option):
        reasons.append(words)
        if one.confidence != "low":
            value = min(value, _BEYOND_BUDGET)
    traffic = case.requirements.traffic
    if traffic.latency_budget_ms is not None and (traffic.payload_kb or 0) > _MEASURED_KB:
        reasons.append(f"figures are for {_MEASURED_KB:g} kB, and {traffic.payload_kb:g} kB are sent: measure it")
    return Utility(value, tuple(reasons))


def _beyond_budget(case: Case, option: Option) -> Iterator[tuple[Claim, str]]:
    """Published milliseconds against the budget; those of a competitor or of unknown setup are told, no more."""
    budget = case.requirements.traffic.latency_budget_ms
    if budget is None:
        return
    for one in case.knowledge.of_kind(option, ClaimKind.LATENCY):
        low = one.number("low")
        if low is None or one.text("unit") != "ms":
            continue
        if one.property.startswith("multicluster") and not case.is_needed(Need.MULTI_CLUSTER):
            continue
        case.use((one,))
        if low > budget:
            yield one, f"{low:g} ms were measured, beyond the budget of {budget:g} ms: {one.conditions}"


def _simplicity(case: Case, option: Option) -> Utility | None:
    claim = case.claim(option, "effort", ClaimKind.OPERATIONS)
    effort = claim.number("effort") if claim is not None else None
    if claim is None or effort is None:
        return None
    reasons, factor = [claim.conditions], _of_team(case, option)
    build = case.knowledge.of(option, "distribution", ClaimKind.SUPPORT)
    if case.requirements.constraints.open_source_only and build is not None and build.text("stable") == "commercial":
        case.use((build,))
        factor *= _EDGE_BUILDS_FACTOR
        reasons.append(f"open source alone: {build.text('detail')}")
    return Utility(max(0.0, 1 - effort * factor), tuple(reasons))


def _of_team(case: Case, option: Option) -> float:
    """How much heavier or lighter running it is for this team than for an ordinary one."""
    team = case.requirements.team
    known = team.ebpf_experience if option is Option.CILIUM else team.mesh_experience
    factor = _EXPERIENCE[known] if known is not None and option is not Option.NO_MESH else 1.0
    if team.engineers is not None and team.engineers < _FEW:
        factor *= _FEW_FACTOR
    return factor * _NO_ON_CALL_FACTOR if team.on_call is False else factor


def _maturity(case: Case, option: Option) -> Utility | None:
    claims = [case.claim(option, capability_of(need)) for need, _ in case.needed()]
    if not claims:
        return None
    return Utility(_mean(_MATURITY.get(one.text("level"), 0.0) if one is not None else 0.0 for one in claims))


def _migration(case: Case, option: Option) -> Utility | None:
    """What has to change over: adding something is half as dear as exchanging what runs."""
    given = case.requirements.constraints
    if given.existing is None and given.cni is None:
        return None
    if given.existing is option and option is not Option.NO_MESH:
        return Utility(1.0, ("it runs already",))
    runs = given.existing not in (None, Option.NO_MESH)
    if option is Option.NO_MESH:
        return Utility(0.4, ("what runs has to be taken out",)) if runs else Utility(0.75, ("nothing has to change",))
    if option is Option.CILIUM:
        return _to_cilium(case, runs=runs)
    beside = tuple(_beside_cilium(case, option))
    if not runs:
        return Utility(0.5, beside)
    if {given.existing, option} == {Option.ISTIO_AMBIENT, Option.ISTIO_SIDECAR}:
        return Utility(0.6, ("the control plane stays, workloads change over one by one", *beside))
    return Utility(0.0, ("another mesh runs, every workload has to change over", *beside))


def _to_cilium(case: Case, *, runs: bool) -> Utility:
    if case.requirements.constraints.cni is not Cni.CILIUM:
        return Utility(0.0 if runs else 0.25, ("the network plugin of every node has to be exchanged",))
    return Utility(0.3 if runs else 0.65, ("it is the network plugin already",))


def _beside_cilium(case: Case, option: Option) -> Iterator[str]:
    """What has to be set where another mesh runs above Cilium."""
    claim = case.knowledge.of(option, "with-cilium", ClaimKind.REQUIREMENT)
    if case.requirements.constraints.cni is Cni.CILIUM and claim is not None:
        case.use((claim,))
        yield f"above Cilium it needs {claim.text('needs')}: {claim.conditions}"


def _resources(option: Option, estimates: Mapping[Option, Estimate]) -> Utility | None:
    """Against the one that takes most."""
    taken = {one.option: sum(one.cpu) for one in estimates.values() if one.cpu is not None}
    if option not in taken or len(taken) < len(estimates) or not max(taken.values()):
        return None
    return Utility(1 - taken[option] / max(taken.values()))


def _utility(claim: Claim | None) -> float:
    value = claim.number("utility") if claim is not None else None
    return min(1.0, max(0.0, value)) if value is not None else 0.0


def _weak(claims: Iterable[Claim | None]) -> Iterable[str]:
    for one in claims:
        if one is not None and _utility(one) < 1:
            yield f"{one.property}: {one.text('level')}, {one.conditions}"


def _mean(values: Iterable[float]) -> float:
    listed = tuple(values)
    return sum(listed) / len(listed) if listed else 0.0


_RULES: Mapping[Priority, Callable[[Case, Option], Utility | None]] = {
    Priority.NEEDS: _needs,
    Priority.SECURITY: _security,
    Priority.LATENCY: _latency,
    Priority.SIMPLICITY: _simplicity,
    Priority.MATURITY: _maturity,
    Priority.MIGRATION: _migration,
}
