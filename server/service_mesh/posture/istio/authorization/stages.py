"""One stage of a proxy's decision: whether it denies, by which nodes, and what is missing to tell."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from service_mesh.model.finding import Note
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.authorization.answers import NO, YES, Answer, any_of, negated
from service_mesh.posture.istio.policy_parts import policy_rules

__all__ = ["PASSED", "Stage", "allowing", "denying", "matching"]

Matches = Callable[[Node], Answer]
"""Tells whether a rule matches the call that is judged."""


class Stage(NamedTuple):
    """What one stage makes of a call.

    Attributes:
        denies: Whether it denies.
        reason: Why, in one sentence.
        chain: The nodes that decided it.
        is_final: Whether no further object could change a denial.
    """

    denies: Answer
    reason: str
    chain: tuple[Note, ...] = ()
    is_final: bool = True


PASSED = Stage(NO, "")


def matching(policies: Iterable[Resource], matches: Matches) -> Iterator[tuple[Node, Answer]]:
    """The rules of some policies that match, or of which that is not known."""
    for policy in policies:
        for rule in policy_rules(policy):
            answer = matches(rule)
            if answer.value is not False:
                yield rule, answer


def denying(policies: Iterable[Resource], matches: Matches) -> Stage:
    """What DENY policies make of a call: one rule that matches denies it, whatever allows it."""
    found = []
    for rule, answer in matching(policies, matches):
        if answer.value:
            return Stage(YES, f"{rule.resource.title} denies it", (rule.note("matches and denies it"),))
        found.append((rule, answer))
    if not found:
        return PASSED
    chain = tuple(rule.note("may match and deny it") for rule, _ in found)
    return Stage(any_of(answer for _, answer in found), "it is not known whether a DENY rule matches", chain)


def allowing(policies: tuple[Resource, ...], matches: Matches) -> Stage:
    """What ALLOW policies make of a call: without any it passes, otherwise one rule has to match."""
    if not policies:
        return PASSED
    found = []
    for rule, answer in matching(policies, matches):
        if answer.value:
            return Stage(NO, f"{rule.resource.title} allows it", (rule.note("matches and allows it"),))
        found.append((rule, answer))
    if found:
        chain = tuple(rule.note("may match and allow it") for rule, _ in found)
        denies = negated(any_of(answer for _, answer in found))
        return Stage(denies, "it is not known whether an ALLOW rule matches", chain)
    chain = tuple(_place(policy).note("allows only what its rules match") for policy in policies)
    return Stage(YES, "no ALLOW policy matches it", chain, is_final=False)


def _place(policy: Resource) -> Node:
    return policy.get("spec") or policy.root
