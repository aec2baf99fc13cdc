"""Puts decisions together where several outcomes are possible: what all of them say is known all the same."""

from collections.abc import Iterable
from dataclasses import replace

from service_mesh.model.finding import Note
from service_mesh.posture.decisions import Decision, Verdict

__all__ = ["closed_or", "merged", "open_or", "unique"]

_MOST_NOTES = 8


def merged(outcomes: Iterable[Decision], reason: str, missing: tuple[str, ...]) -> Decision:
    """What is decided where one of several outcomes happens and it is not known which.

    Args:
        outcomes: One decision for each, at least one.
        reason: Why it is not known which.
        missing: What would tell.
    """
    found = tuple(outcomes)
    verdicts = {one.verdict for one in found}
    if len(found) == 1 or (len(verdicts) == 1 and Verdict.UNKNOWN not in verdicts):
        return found[0]
    chain = unique(note for one in found for note in one.chain)[:_MOST_NOTES]
    listed = tuple(dict.fromkeys((*missing, *(text for one in found for text in one.missing))))
    loaded = {one.loaded or one.verdict for one in found}
    return Decision(Verdict.UNKNOWN, reason, chain, listed, loaded.pop() if len(loaded) == 1 else None)


def open_or(decided: Decision, reason: str, missing: str, chain: tuple[Note, ...]) -> Decision:
    """A decision where it is not known whether it is asked for: otherwise the connection passes."""
    if decided.verdict is Verdict.ALLOWED:
        return decided
    listed = tuple(dict.fromkeys((missing, *decided.missing)))
    return Decision(Verdict.UNKNOWN, reason, unique((*chain, *decided.chain)), listed)


def closed_or(decided: Decision, reason: str, missing: str) -> Decision:
    """A decision where it is not known whether the connection comes about at all."""
    if decided.verdict is Verdict.DENIED:
        return decided
    listed = tuple(dict.fromkeys((missing, *decided.missing)))
    return replace(decided, verdict=Verdict.UNKNOWN, reason=reason, missing=listed, loaded=None)


def unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Notes without those that say the same of the same place again."""
    return tuple({(note.node.resource.key, note.node.path, note.text): note for note in notes}.values())
