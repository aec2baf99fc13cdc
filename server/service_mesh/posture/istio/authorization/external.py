"""What CUSTOM policies make of a call: they ask an external authorizer, whose answer no object holds."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from service_mesh.mesh.mesh_config import MeshConfig, mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.authorization.answers import NO, YES, Answer, all_of, any_of, unknown
from service_mesh.posture.istio.authorization.rules import Chain
from service_mesh.posture.istio.authorization.stages import PASSED, Matches, Stage, matching
from service_mesh.posture.istio.ztunnel import dry_run

__all__ = ["asked_outside"]

_HTTP, _GRPC = "envoyExtAuthzHttp", "envoyExtAuthzGrpc"
_SEVERAL = "PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS"
_SEVERAL_FROM = (1, 30)


class _Provider(StrEnum):
    """What a provider is good for."""

    BOTH = "both"
    HTTP = "http"
    NONE = "none"
    UNKNOWN = "unknown"


class _Asked(NamedTuple):
    """One rule that matches, or may, and what its provider makes of it.

    Attributes:
        denies: Whether the call is denied for it.
        note: The node, and what it does.
    """

    denies: Answer
    note: Note


def asked_outside(
    mesh: MeshView, policies: tuple[Resource, ...], matches: Matches, chain: Chain, known: Mapping[str, bool]
) -> Stage:
    """Tell what CUSTOM policies make of a call.

    What matches is denied where the provider is not defined, and where a workload has more than one and the release
    or istiod's switch allows only one. A provider that speaks HTTP is passed over on a chain for TCP. A trial asks too.
    (`istio/istio: pilot/pkg/security/authz/builder/builder.go`, buildHTTP, buildTCP and getBadCustomDenyRules)

    Args:
        mesh: The objects.
        policies: The CUSTOM policies of the proxy.
        matches: Tells whether a rule matches.
        chain: Where it is asked.
        known: Name of a provider -> whether it lets the call pass, as far as that is known.
    """
    if not policies:
        return PASSED
    config = mesh_config(mesh, policies[0].cluster)
    names = {_name(policy) for policy in policies}
    several = mesh.release("istio") >= _SEVERAL_FROM and config.flag(_SEVERAL, default=False)
    found = [
        _too_many(rule, answer) if len(names) > 1 and not several else _asked(rule, answer, config, chain, known)
        for rule, answer in matching(policies, matches)
    ]
    denied = next((one for one in found if one.denies.value), None)
    if denied is not None:
        return Stage(YES, f"{denied.note.node.resource.title} denies it", (denied.note,))
    open_ones = [one for one in found if one.denies.value is None]
    if not open_ones:
        return PASSED
    reason = "it is not known what an external authorizer answers"
    return Stage(any_of(one.denies for one in open_ones), reason, tuple(one.note for one in open_ones))


def _too_many(rule: Node, matched: Answer) -> _Asked:
    denies = NO if dry_run(rule.resource) is not None else matched
    return _Asked(denies, rule.note("is one of several providers for one proxy, so what it matches is denied"))


def _asked(rule: Node, matched: Answer, config: MeshConfig, chain: Chain, known: Mapping[str, bool]) -> _Asked:
    name = _name(rule.resource)
    match _provider(config, name):
        case _Provider.NONE:
            denies = NO if dry_run(rule.resource) is not None else matched
            return _Asked(denies, rule.note(f"asks provider '{name}', which is not defined"))
        case _Provider.UNKNOWN:
            missing = f"the mesh configuration, which defines provider '{name}'"
            return _Asked(all_of((matched, unknown(missing))), rule.note(f"asks provider '{name}'"))
        case _Provider.HTTP if chain is Chain.TCP:
            return _Asked(NO, rule.note(f"asks provider '{name}', which speaks HTTP only"))
        case _:
            return _Asked(all_of((matched, _refusal(known.get(name), name))), rule.note(f"asks provider '{name}'"))


def _refusal(passes: bool | None, name: str) -> Answer:
    if passes is None:
        return unknown(f"the answer of the external authorizer '{name}'")
    return NO if passes else YES


def _provider(config: MeshConfig, name: str) -> _Provider:
    found = config.providers.get(name)
    if found is None:
        return _Provider.NONE if config.is_known else _Provider.UNKNOWN
    return _Provider.BOTH if _GRPC in found else _Provider.HTTP if _HTTP in found else _Provider.NONE


def _name(policy: Resource) -> str:
    return policy.root.text_at("spec.provider.name")
