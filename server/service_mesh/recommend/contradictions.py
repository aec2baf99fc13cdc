"""What cannot all be true or had at once: named in the answer, since each half alone would lead to another one."""

from collections.abc import Callable, Iterator

from service_mesh.recommend.case import capability_of
from service_mesh.recommend.claims import Claim, Knowledge
from service_mesh.recommend.requirements import (
    REQUEST_NEEDS,
    Cni,
    Level,
    Need,
    Option,
    Platform,
    Protocol,
    Requirements,
)

__all__ = ["contradictions", "lacking"]

_NOT_HAD = ("no", "alpha")
_OF_PLATFORM = {Cni.AWS_VPC: Platform.EKS, Cni.AZURE: Platform.AKS, Cni.GKE: Platform.GKE}
"""Network plugins that there are on one platform alone."""


def contradictions(requirements: Requirements, knowledge: Knowledge) -> tuple[str, ...]:
    """Tell which requirements contradict each other, one sentence each; none where they can all be true."""
    found = [words for rule in _RULES for words in rule(requirements)]
    return (*found, *_beyond_plugin(requirements, knowledge))


def lacking(requirements: Requirements, knowledge: Knowledge, chosen: Option | None) -> tuple[str, ...]:
    """Tell which musts no mesh has by itself, or the chosen option has not: what is nearest, on which condition."""
    return tuple(words for need in _musts(requirements) if (words := _lack(need, knowledge, chosen)))


def _lack(need: Need, knowledge: Knowledge, chosen: Option | None) -> str:
    held = [one for option in Option if (one := knowledge.of(option, capability_of(need))) is not None]
    if words := _nearest(need, held):
        return words
    own = next((one for one in held if one.option is chosen), None)
    if own is None or own.text("level") in ("ga", "beta"):
        return ""
    return f"{chosen} does not have {need} by itself ({own.text('level')}): {own.conditions}"


def _nearest(need: Need, held: list[Claim]) -> str:
    """Who comes nearest to a need that none has by itself; empty where one has it."""
    had = [one for one in held if one.text("level") not in _NOT_HAD]
    if not had:
        return f"no option has {need}"
    meshes = [one for one in had if one.option is not Option.NO_MESH]
    if any(one.text("level") in ("ga", "beta") for one in meshes):
        return ""
    if not meshes:
        return f"no mesh has {need}, only {had[0].option} does: {had[0].conditions}"
    best = max(meshes, key=lambda one: one.number("utility") or 0.0)
    return f"no mesh has {need} by itself; the nearest is {best.option} ({best.text('level')}): {best.conditions}"


def _musts(requirements: Requirements) -> tuple[Need, ...]:
    return tuple(need for need in Need if requirements.needs.get(need) is Level.MUST)


def _of_protocols(requirements: Requirements) -> Iterator[str]:
    musts, protocols = _musts(requirements), requirements.traffic.protocols
    if Need.TCP_ONLY in musts:
        for need in musts:
            if need in (*REQUEST_NEEDS, Need.GRPC):
                yield f"tcp-only and {need} are both a must: there are no requests to read in plain TCP"
    if protocols is not None and Need.GRPC in musts and not {Protocol.GRPC, Protocol.HTTP} & set(protocols):
        yield f"grpc is a must, and the protocols are {', '.join(protocols)}"
    if protocols is not None and Need.TCP_ONLY in musts and {Protocol.GRPC, Protocol.HTTP} & set(protocols):
        yield f"tcp-only is a must, and the protocols are {', '.join(protocols)}"


def _of_platform(requirements: Requirements) -> Iterator[str]:
    given = requirements.constraints
    if given.managed_only and given.platform is Platform.ON_PREM:
        yield "managed_only with platform on-prem: no provider runs a mesh there; leave one of them out"
    home = _OF_PLATFORM.get(given.cni) if given.cni is not None else None
    if home is not None and given.platform is not None and given.platform is not home:
        yield f"cni {given.cni} with platform {given.platform}: that plugin is part of {home}"


def _of_existing(requirements: Requirements) -> Iterator[str]:
    given = requirements.constraints
    on_nodes = (Option.ISTIO_AMBIENT, Option.CILIUM)
    if given.existing in on_nodes and given.serverless_nodes:
        yield f"existing {given.existing} with serverless_nodes: its agents cannot run there"
    if given.existing is Option.ISTIO_AMBIENT and given.privileged_pods is False:
        yield "existing istio-ambient with privileged_pods false: its node agents are privileged pods"
    if given.existing is Option.CILIUM and given.cni not in (None, Cni.CILIUM):
        yield f"existing cilium with cni {given.cni}: its mesh runs only where it is the network plugin"


def _of_clusters(requirements: Requirements) -> Iterator[str]:
    if Need.MULTI_CLUSTER in _musts(requirements) and requirements.sizes.clusters == 1:
        yield "multi-cluster is a must, and there is one cluster; growth is the need for clusters to come"


def _beyond_plugin(requirements: Requirements, knowledge: Knowledge) -> Iterator[str]:
    given = requirements.constraints
    if given.cni is not Cni.CILIUM or given.cni_may_change is not False:
        return
    for need in _musts(requirements):
        claim = knowledge.of(Option.CILIUM, capability_of(need)) if need in REQUEST_NEEDS else None
        if claim is not None and claim.text("level") in (*_NOT_HAD, "partial"):
            level = claim.text("level")
            yield f"cilium may not change, and has {need} as {level}: a second mesh has to run above it for this"


_RULES: tuple[Callable[[Requirements], Iterator[str]], ...] = (_of_protocols, _of_platform, _of_existing, _of_clusters)
