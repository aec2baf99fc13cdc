"""Compares every rule of the CRDs in a folder with our constraint, on made-up values, and prints the counts.

SERVICE_MESH_CRDS=FOLDER python -m tests.catalog.differential.sweep
"""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from service_mesh.catalog.constraints.known import TRANSITION
from service_mesh.catalog.constraints.known_alternatives import ALTERNATIVES
from service_mesh.catalog.constraints.known_rules import RULES
from tests.catalog.differential.instances import Maker
from tests.catalog.differential.judges import our_judge, their_judge
from tests.catalog.differential.sources import FOLDER, Subject, subjects_in

__all__ = ["ALWAYS_KEPT", "Count", "compared", "names"]

EACH = 100
"""Values of each verdict that are looked for; twice as many are judged where one of them is rare."""

MOST = 12_000
"""Values after which the search for a verdict ends."""

ALWAYS_KEPT = frozenset({"provider-one"})
"""Alternatives that every value satisfies: a field is there, or it is not."""


@dataclass(slots=True)
class Count:
    """What came out for one subject.

    Attributes:
        name: Our constraint.
        taken: Values that the CRD's own words take.
        refused: Values that they refuse.
        different: Values on which our constraint says otherwise.
    """

    name: str
    taken: int = 0
    refused: int = 0
    different: list[str] = field(default_factory=list)


def names() -> dict[str, str]:
    """Hash -> name, of everything that can be judged without a cluster."""
    return {digest: name for digest, name in {**RULES, **ALTERNATIVES}.items() if name != TRANSITION}


def compared(subject: Subject, name: str) -> Count:
    """Judge values by both sides until there are enough of each verdict, or the search ends."""
    count = Count(name)
    for number, node in enumerate(subject.nodes):
        theirs, ours = their_judge(subject, node), our_judge(name, node)
        maker = Maker(subject, number)
        wanted = -(-EACH // len(subject.nodes)) * (number + 1)
        value: object = maker.value(node)
        for turn in range(MOST // len(subject.nodes)):
            is_taken = theirs(value)
            if (count.taken if is_taken else count.refused) < 2 * wanted:
                count.taken += is_taken
                count.refused += not is_taken
                if ours(value) != is_taken:
                    count.different.append(json.dumps(value))
            if min(count.taken, count.refused) >= wanted:
                break
            value = maker.value(node) if turn % 3 == 2 else maker.changed(value, node)
    return count


def main() -> int:
    """Print a line for every rule; tell whether there was a disagreement."""
    folder = os.environ.get(FOLDER)
    if not folder:
        sys.stderr.write(f"{FOLDER} names no folder of CRDs\n")
        return 2
    subjects, failed = subjects_in(Path(folder)), 0
    for digest, name in sorted(names().items(), key=lambda item: (item[1], item[0])):
        count = compared(subjects[digest], name)
        counts = f"taken {count.taken:4} refused {count.refused:4} different {len(count.different)}"
        sys.stdout.write(f"{digest} {name:36} {counts}\n")
        for value in count.different[:2]:
            sys.stdout.write(f"    {value[:300]}\n")
        failed += bool(count.different) or not (count.refused or name in ALWAYS_KEPT)
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
