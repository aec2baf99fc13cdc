"""Mutual authentication that a policy asks for: a handshake beside the connection, which encrypts nothing."""

from collections.abc import Iterable
from dataclasses import replace

from service_mesh.model.finding import Note
from service_mesh.posture.cilium.collected import Said
from service_mesh.posture.cilium.options import PolicyOptions
from service_mesh.posture.decisions import Decision, Verdict

__all__ = ["authenticated"]


def authenticated(allowed: Decision, allowing: Iterable[Said], options: PolicyOptions) -> Decision:
    """What becomes of an allowed connection with the authentication that the rules ask for.

    `test-always-fail` drops it, and so does `required` where authentication is off, which is the default since 1.19;
    without the options of the cluster that is not known.
    Where several rules ask for different modes, that of the most specific one counts, which is not worked out here.
    (`cilium/cilium: pkg/policy/types.go`, AuthType; `pkg/auth/manager.go`)

    Args:
        allowed: The decision without authentication.
        allowing: The rules that allow it.
        options: The options of the cluster.
    """
    modes = {one.authentication: one for one in allowing if one.authentication}
    failing = {name: one for name, one in modes.items() if _fails(name, options)}
    if failing and len(failing) == len(modes):
        name, said = next(iter(failing.items()))
        return _dropped(allowed, said, f"the rule asks for authentication '{name}', which cannot succeed")
    if failing:
        missing = ("which of the rules with different modes of authentication is the most specific one",)
        return replace(allowed, verdict=Verdict.UNKNOWN, missing=missing, authentication=True)
    if "required" in modes and options.authenticates is None:
        return _undecided(allowed, modes["required"])
    return replace(allowed, authentication="required" in modes)


def _fails(mode: str, options: PolicyOptions) -> bool:
    return mode == "test-always-fail" or (mode == "required" and options.authenticates is False)


def _dropped(allowed: Decision, said: Said, reason: str) -> Decision:
    return Decision(Verdict.DENIED, reason, (*allowed.chain, _asking(said)))


def _undecided(allowed: Decision, said: Said) -> Decision:
    reason = "it is not known whether the authentication that the rule asks for can succeed"
    chain, missing = (*allowed.chain, _asking(said)), (*allowed.missing, "the ConfigMap 'cilium-config'")
    return replace(allowed, verdict=Verdict.UNKNOWN, reason=reason, chain=chain, missing=missing, authentication=True)


def _asking(said: Said) -> Note:
    mode = said.item.get("authentication.mode") if said.item is not None else None
    return (mode or said.node).note("asks for authentication")
