"""Whether a proxy refuses a request for its token, and which claims it has verified."""

from collections.abc import Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import REQUEST_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.posture.istio.authorization.answers import NO, YES, Answer, unknown
from service_mesh.posture.istio.authorization.peers import Call
from service_mesh.posture.istio.authorization.policies import Place, applying

__all__ = ["Checked", "checked"]


class Checked(NamedTuple):
    """What became of a token.

    Attributes:
        refused: Whether the request is refused for it.
        claims: What it says, where it was verified; None for no token, or one that nobody looks at.
        reason: Why it is refused, in one sentence.
        chain: The nodes that decided it.
    """

    refused: Answer
    claims: Mapping[str, object] | None = None
    reason: str = ""
    chain: tuple[Note, ...] = ()


def checked(mesh: MeshView, place: Place, call: Call) -> Checked:
    """Tell what becomes of the token of a request: it is taken to be signed and in its time.

    A request without a token goes on. One with a token that no RequestAuthentication of the proxy takes is refused, and
    where there is no RequestAuthentication, nobody reads it.
    (`istio/istio: pilot/pkg/security/authn/policy_applier.go`, convertToEnvoyJwtConfig)

    Args:
        mesh: The objects.
        place: The proxy.
        call: The call.
    """
    claims = call.request.claims
    if claims is None:
        return Checked(NO)
    rules = mesh.once(_token_rules, place)
    if not rules:
        return Checked(NO)
    if "iss" not in claims:
        chain = tuple(rule.note("takes tokens of one issuer") for rule in rules)
        return Checked(unknown("the issuer of the token"), claims, "it is not known who issued the token", chain)
    taking = [rule for rule in rules if rule.text_at("issuer") == claims["iss"]]
    if not taking:
        chain = tuple((rule.get("issuer") or rule).note("is another issuer than the token's") for rule in rules)
        return Checked(YES, None, "the token is of an issuer that is not accepted", chain)
    if not any(_is_for(rule, claims.get("aud")) for rule in taking):
        chain = tuple((rule.get("audiences") or rule).note("leaves out the token's audience") for rule in taking)
        return Checked(YES, None, "the token is for another audience", chain)
    return Checked(NO, claims, "", tuple(rule.note("verifies the token") for rule in taking))


def _token_rules(mesh: MeshView, place: Place) -> tuple[Node, ...]:
    policies = applying(mesh, place, REQUEST_AUTHENTICATION)
    return tuple(rule for policy in policies for rule in policy.each("spec.jwtRules[]") if rule.text_at("issuer"))


def _is_for(rule: Node, audience: object) -> bool:
    """Whether a token is for one of the audiences of a rule, its scheme and a slash at the end left aside.

    (`envoyproxy/envoy: source/extensions/filters/http/jwt_authn`, CheckAudience)
    """
    wanted = {_bare(node.text) for node in rule.each("audiences[]") if node.text}
    given = audience if isinstance(audience, list | tuple) else [audience]
    return not wanted or any(isinstance(one, str) and _bare(one) in wanted for one in given)


def _bare(audience: str) -> str:
    return audience.removeprefix("https://").removeprefix("http://").removesuffix("/")
