"""What rules an option out, whatever it scores: a need that it cannot meet, or a constraint that it contradicts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service_mesh.recommend.case import Case, capability_of
from service_mesh.recommend.claims import Claim, ClaimKind
from service_mesh.recommend.requirements import REQUEST_NEEDS, Cni, Level, Need, Option, Platform

__all__ = ["Disqualifier", "disqualifiers"]

_OUT = {"no": "does not have it", "alpha": "has it only as alpha"}
_OFFERED, _ANYWHERE = "offered", "any"
_CONNECTIONS_ONLY = ("l3-l4",)
_BEYOND_CONNECTIONS = (*REQUEST_NEEDS, Need.MTLS)
"""Needs that a managed network plugin without its layer of requests and its encryption does not meet."""

_SERVERLESS = {Platform.EKS: "on-fargate", Platform.GKE: "on-autopilot"}
"""Platforms with nodes that nobody may run agents on -> what is known of an option there."""


@dataclass(frozen=True, slots=True)
class Disqualifier:
    """Why an option is out.

    Attributes:
        rule: Name of the rule: a need as `needs.NAME`, or a field of the constraints as `constraints.NAME`.
        reason: Why, in one sentence.
        evidence: Ids of the claims that it rests on.
    """

    rule: str
    reason: str
    evidence: tuple[str, ...] = ()


def disqualifiers(case: Case, option: Option) -> tuple[Disqualifier, ...]:
    """Everything that rules an option out; none where it stays in the running."""
    return tuple(found for rule in _RULES for found in rule(case, option))


def _needs(case: Case, option: Option) -> Iterator[Disqualifier]:
    for need, level in case.needed():
        claim = case.claim(option, capability_of(need))
        word = _OUT.get(claim.text("level")) if claim is not None else None
        if level is Level.MUST and claim is not None and word is not None:
            yield Disqualifier(f"needs.{need}", f"{need} is a must, and {option} {word}", (claim.id,))


def _cni(case: Case, option: Option) -> Iterator[Disqualifier]:
    given = case.requirements.constraints
    if option is Option.CILIUM and given.cni not in (None, Cni.CILIUM) and given.cni_may_change is False:
        evidence = _asked(case, option, "own-cni")
        reason = f"it has to be the network plugin, and {given.cni} may not change"
        yield Disqualifier("constraints.cni", reason, evidence)


def _licence(case: Case, option: Option) -> Iterator[Disqualifier]:
    """A must that only a build under contract has is none for who may run free software alone."""
    if not case.requirements.constraints.open_source_only:
        return
    for need, level in case.needed():
        claim = case.claim(option, capability_of(need))
        if level is Level.MUST and claim is not None and claim.text("build") == "commercial":
            reason = f"only its commercial build has {need}, and open source alone is allowed"
            yield Disqualifier("constraints.open_source_only", reason, (claim.id,))


def _kernel(case: Case, option: Option) -> Iterator[Disqualifier]:
    text = case.requirements.constraints.kernel
    claim = case.knowledge.of(option, "kernel", ClaimKind.REQUIREMENT)
    if text is None or claim is None or not (least := claim.text("least")):
        return
    case.use((claim,))
    is_backported = bool(claim.text("also")) and _numbers(text) == _numbers(claim.text("also"))
    if _numbers(text) < _numbers(least) and not is_backported:
        also = claim.conditions[:1].lower() + claim.conditions[1:].rstrip(".")
        reason = f"it needs Linux {least}, and the nodes run {text}; {also}"
        yield Disqualifier("constraints.kernel", reason, (claim.id,))


def _serverless(case: Case, option: Option) -> Iterator[Disqualifier]:
    given = case.requirements.constraints
    if not given.serverless_nodes:
        return
    name = _SERVERLESS.get(given.platform) if given.platform is not None else None
    claim = case.claim(option, name, ClaimKind.REQUIREMENT) if name is not None else None
    if claim is not None and claim.value.get("is_possible") is False:
        yield Disqualifier("constraints.serverless_nodes", f"it cannot run there: {claim.text('needs')}", (claim.id,))
    elif claim is None and (evidence := _asked(case, option, "node-agent")):
        reason = "it runs an agent on every node, and serverless nodes take none"
        yield Disqualifier("constraints.serverless_nodes", reason, evidence)


def _privileged(case: Case, option: Option) -> Iterator[Disqualifier]:
    given = case.requirements.constraints
    is_there = option is Option.CILIUM and given.cni is Cni.CILIUM
    if given.privileged_pods is False and not is_there:
        evidence = _asked(case, option, "privileged-pods")
        if evidence:
            reason = "its node agents are privileged pods, and none are allowed"
            yield Disqualifier("constraints.privileged_pods", reason, evidence)


def _supported(case: Case, option: Option) -> Iterator[Disqualifier]:
    if not case.requirements.constraints.commercial_support or option is Option.NO_MESH:
        return
    offers = _offers(case, option, is_anywhere=True)
    case.use(offers)
    if not any(one.text("state") == _OFFERED for one in offers):
        evidence = tuple(one.id for one in offers)
        yield Disqualifier("constraints.commercial_support", "nobody is known to sell support for it", evidence)


def _managed(case: Case, option: Option) -> Iterator[Disqualifier]:
    given = case.requirements.constraints
    if not given.managed_only or option is Option.NO_MESH:
        return
    offers = _offers(case, option, is_anywhere=False)
    case.use(offers)
    if not any(one.text("state") == _OFFERED and _serves(case, one) for one in offers):
        where = f" on platform {given.platform}" if given.platform is not None else ""
        known = "; ".join(f"{one.text('name')}: {_state(one)}" for one in offers)
        reason = f"no provider is known to run it{where}" + (f" as it is needed ({known})" if known else "")
        yield Disqualifier("constraints.managed_only", reason, tuple(one.id for one in offers))


def _offers(case: Case, option: Option, *, is_anywhere: bool) -> tuple[Claim, ...]:
    """What is known of offerings on the platform, or on any where none is named."""
    platform = case.requirements.constraints.platform
    found = case.knowledge.of_kind(option, ClaimKind.MANAGED)
    if not is_anywhere:
        found = tuple(one for one in found if one.text("platform") != _ANYWHERE)
    return tuple(one for one in found if platform is None or one.text("platform") in (platform.value, _ANYWHERE))


def _serves(case: Case, offer: Claim) -> bool:
    """Tell whether an offering goes beyond connections, where a must asks for that."""
    if offer.value.get("modes") != list(_CONNECTIONS_ONLY):
        return True
    return not any(level is Level.MUST and need in _BEYOND_CONNECTIONS for need, level in case.needed())


def _state(offer: Claim) -> str:
    state = offer.text("state")
    return "connections only, neither requests nor mutual TLS" if state == _OFFERED else state


def _asked(case: Case, option: Option, name: str) -> tuple[str, ...]:
    """Ids of the claim that an option has a requirement; none where it has not."""
    claim = case.knowledge.of(option, name, ClaimKind.REQUIREMENT)
    if claim is None or claim.value.get("is_required") is not True:
        return ()
    case.use((claim,))
    return (claim.id,)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


_RULES: tuple[Callable[[Case, Option], Iterator[Disqualifier]], ...] = (
    _needs,
    _cni,
    _kernel,
    _serverless,
    _privileged,
    _supported,
    _managed,
    _licence,
)
