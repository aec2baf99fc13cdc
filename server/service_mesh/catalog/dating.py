"""Says of a fault which releases it is true of: the name came later, was there before, or may be there already."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from service_mesh.catalog.archive import Parts
from service_mesh.catalog.facts import Fact
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.releases import is_reconstructed
from service_mesh.catalog.removed import removed_field
from service_mesh.catalog.ruled_out import is_ruled_out
from service_mesh.catalog.timeline import Timeline
from service_mesh.catalog.upcoming import upcoming_name
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Severity
from service_mesh.model.node import Node
from service_mesh.model.path import Path

__all__ = ["Dating"]

_UNKNOWN_FIELD, _VALUE = "SC120", "SC122"


@dataclass(frozen=True, slots=True)
class Dating:
    """Completes the faults of one API version of a kind.

    Attributes:
        timeline: The kind and the release that is judged by.
        parts: Its facts in every release.
        version: The API version.
    """

    timeline: Timeline
    parts: Parts
    version: str

    def dated(self, fault: Fault) -> Fault:
        """The fault with words on other releases; a warning where the release in question may differ."""
        code, draft = fault
        if draft.node is None or code not in (_UNKNOWN_FIELD, _VALUE):
            return fault
        if code == _UNKNOWN_FIELD:
            return code, self._field(draft, draft.node)
        return code, self._value(draft, draft.node.path, draft.node.value)

    def _field(self, draft: Draft, node: Node) -> Draft:
        kind, path = self.timeline.entry.kind, node.path
        coming = upcoming_name(kind, path, beside=node.parent().value)
        history = self._in_other_version(path) or coming
        history = history or self.timeline.when(lambda release: self._holds(release, path))
        removal = removed_field(kind, _holder(path), str(path[-1]))
        if not history and removal is not None and removal.removed:
            history = f" but was before {removal.removed}"
        is_doubtful = self._is_reconstructed and not is_ruled_out(kind, path)
        message = self._message(draft.message, history, is_doubtful=is_doubtful)
        if removal is not None and history:
            message = f"{message}, {removal.instead}"
        is_mild = is_doubtful or self._is_open(coming)
        return _told(draft, message, is_mild=is_mild, is_real=bool(history))

    def _value(self, draft: Draft, path: Path, value: object) -> Draft:
        coming = upcoming_name(self.timeline.entry.kind, path, value)
        history = coming or self.timeline.when(lambda release: self._takes(release, path, value))
        message = self._message(draft.message, history, is_doubtful=self._is_reconstructed)
        return _told(draft, message, is_mild=self._is_open(coming), is_real=bool(history))

    def _is_open(self, coming: str) -> bool:
        """Whether the release in question may have the name: it is newer than all that are known, or was not named."""
        return self.timeline.is_open or bool(coming and not self.timeline.chosen.wanted)

    def _message(self, base: str, history: str, *, is_doubtful: bool) -> str:
        if history.startswith(" in version"):
            return f"{base} in version '{self.version}' but{history}"
        if history or self.timeline.is_open:
            return f"{base} in {self.timeline.place}{history}".removesuffix(",")
        return f"{base} as far as {self.timeline.chosen.name} is known" if is_doubtful else base

    @property
    def _is_reconstructed(self) -> bool:
        return is_reconstructed(self.timeline.chosen.project, self.timeline.release)

    def _in_other_version(self, path: Path) -> str:
        """Words on a served API version of the same release that has the field."""
        roots = self.parts.roots.get(self.timeline.stored(self.version), {})
        for version in self.timeline.served:
            if version != self.version and version in roots and self._at(roots[version], path) is not None:
                return f" in version '{version}'"
        return ""

    def _holds(self, release: str, path: Path) -> bool:
        return any(self._at(root, path) is not None for root in self._roots(release))

    def _takes(self, release: str, path: Path, value: object) -> bool:
        facts = [self._at(root, path) for root in self._roots(release)]
        return any(value in cast(list[object], fact.get("enum", ())) for fact in facts if fact is not None)

    def _roots(self, release: str) -> list[str]:
        """The same API version where the release has it, else every one."""
        roots = self.parts.roots.get(release, {})
        return [roots[self.version]] if self.version in roots else list(roots.values())

    def _at(self, root: str, path: Path) -> Mapping[str, object] | None:
        fact = self._resolved(self.parts.find(root))
        for step in path:
            below = fact.get("items") if isinstance(step, int) else _named(fact, step)
            if below is None:
                return None
            fact = self._resolved(cast(Fact, below))
        return fact

    def _resolved(self, fact: Fact) -> Mapping[str, object]:
        if isinstance(fact, str):
            return self._resolved(self.parts.find(fact[1:])) if fact.startswith("#") else {"type": fact}
        return fact


def _named(fact: Mapping[str, object], name: str) -> object:
    fields = cast(Mapping[str, object], fact.get("fields", {}))
    return fields[name] if name in fields else fact.get("values")


def _told(draft: Draft, message: str, *, is_mild: bool, is_real: bool) -> Draft:
    """The draft with its message; a name that is real elsewhere is no slip, so that nothing is offered to mend it."""
    severity = Severity.WARNING if is_mild else None
    return replace(draft, message=message, severity=severity, fix=None if is_real else draft.fix)


def _holder(path: Path) -> str:
    return next((str(step) for step in reversed(path[:-1]) if isinstance(step, str)), "")
