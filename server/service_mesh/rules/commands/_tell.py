"""Turns what is known of a command into a finding."""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.rules.commands._calls import calls
from service_mesh.rules.commands._replaced import FACTS, State, fact_about

__all__ = ["replaced", "sources"]


def replaced(command: Command, state: State) -> Iterator[Draft]:
    """What the facts of one state say about a command."""
    for call in calls(command):
        found = fact_about(call)
        if found is None or found[0].state is not state:
            continue
        fact, word = found
        flag = f" {word.text.partition('=')[0]}" if fact.flags else ""
        message = f"'{fact.line}{flag}' {fact.what}; {fact.instead}"
        yield Draft(message, location=word.location, severity=fact.severity)


def sources(state: State) -> tuple[str, ...]:
    """Where the facts of one state were read."""
    return tuple(dict.fromkeys(fact.source for fact in FACTS if fact.state is state))
