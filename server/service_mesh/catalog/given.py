"""Kinds whose definitions the caller gives: they take the place of those that come with the package."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from service_mesh.catalog.archive import Entry, Parts
from service_mesh.catalog.constraints.constraint import Constraint
from service_mesh.catalog.facts import Fact, KindFacts
from service_mesh.catalog.pool import name_patterns
from service_mesh.catalog.timeline import GIVEN

__all__ = ["NOTHING_GIVEN", "Given", "GivenKind"]


@dataclass(frozen=True, slots=True)
class GivenKind:
    """A kind of the caller's.

    Attributes:
        facts: Its facts.
        named: The constraint of a name in the facts; None where they name none.
    """

    facts: KindFacts
    named: Callable[[str], Constraint] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """All kinds of the caller's.

    Attributes:
        kinds: Group and kind -> what is known.
        unusable: Group and kind -> why its definition cannot be used; its objects are not checked.
    """

    kinds: Mapping[tuple[str, str], GivenKind] = field(default_factory=dict)
    unusable: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def entry(self, group: str, kind: str) -> Entry | None:
        """The kind in the form of the index."""
        given = self.kinds.get((group, kind))
        if given is None:
            return None
        versions = {
            version.name: [
                flag for flag, is_set in (("served", version.served), ("deprecated", version.deprecated)) if is_set
            ]
            for version in given.facts.versions
        }
        return Entry(group, kind, GIVEN, given.facts.plural, given.facts.scope, {GIVEN: versions})

    def parts(self, entry: Entry) -> tuple[Parts, Mapping[str, str]]:
        """The facts of a kind, and the regular expressions in them by name."""
        patterns: dict[str, str] = {}
        facts = self.kinds[entry.group, entry.kind].facts
        own: dict[str, Fact] = {version.name: name_patterns(version.root, patterns) for version in facts.versions}
        return Parts({GIVEN: {name: name for name in own}}, own.get, own.get), patterns

    def kinds_of(self, group: str) -> Iterable[str]:
        """Names of the kinds of a group."""
        return [kind for given, kind in self.kinds if given == group]


NOTHING_GIVEN = Given()
