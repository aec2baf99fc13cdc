"""Definitions that a caller gives in place of the bundled ones: read like any other input, named in the answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service_mesh.catalog.given import NOTHING_GIVEN, Given
from service_mesh.catalog.judgement import Fault
from service_mesh.errors import InputError
from service_mesh.model.kinds import Kind
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.request import Inputs
from service_mesh.source.files import Files
from service_mesh.source.markdown import is_markdown
from service_mesh.source.reader import Reader, Reading

if TYPE_CHECKING:
    from service_mesh.catalog.cel.definitions import Definitions

__all__ = ["GivenDefinitions", "load_definitions"]

_ASK_A_CLUSTER = "ask a cluster that has the kind: kubectl apply --dry-run=server -f FILE"
_DEFINITION = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class GivenDefinitions:
    """What the caller's definitions came to.

    Attributes:
        faults: What is wrong with them, to be reported beside the findings of the configuration.
        unread: What was met and not read.
    """

    faults: tuple[Fault, ...] = ()
    unread: tuple[NotChecked, ...] = ()
    _read: "Definitions | None" = field(default=None)

    @property
    def given(self) -> Given:
        """The kinds, for a catalogue."""
        return self._read.given if self._read is not None else NOTHING_GIVEN

    def not_checked(self, kinds: Iterable[Kind]) -> Iterator[NotChecked]:
        """Rules that were not asked of objects of these kinds; complete when everything is judged."""
        if self._read is None:
            return
        from service_mesh.catalog.cel.expression import INSTALL

        for kind in sorted(set(kinds)):
            for why in self._read.unchecked.get((kind.group, kind.name), ()):
                is_installable = why.endswith(INSTALL)
                how = INSTALL if is_installable else _ASK_A_CLUSTER
                yield NotChecked(f"'{kind}'", why.removesuffix(f": {INSTALL}"), how)
        for rule, why in sorted(self._read.unjudged.items()):
            yield NotChecked(f"the CEL rule '{rule[:80]}'", why, _ASK_A_CLUSTER)


def load_definitions(paths: tuple[str, ...], inputs: Inputs) -> GivenDefinitions:
    """Read definitions from files and folders, within the roots and bounds of the other inputs.

    Raises:
        InputError: A path cannot be read, or none of them holds a definition.
    """
    if not paths:
        return GivenDefinitions()
    from service_mesh.catalog.cel.definitions import read_definitions

    files, reader = Files(inputs.roots, inputs.max_bytes), Reader()
    for source in files.texts(paths):
        if not is_markdown(source.name):
            reader.read(source)
    reading = reader.reading
    is_known = any(resource.kind.name == _DEFINITION for resource in reading.resources)
    if not (is_known or reading.problems or reading.templates):
        where = ", ".join(f"'{path}'" for path in paths[:3])
        raise InputError(f"there is no CustomResourceDefinition in {where}", "name files or folders that hold some")
    read = read_definitions(reading.resources)
    problems = tuple((problem.code, problem.draft) for problem in reading.problems)
    return GivenDefinitions((*problems, *read.faults), (*files.unread, *_templates(reading)), read)


def _templates(reading: Reading) -> Iterator[NotChecked]:
    for name in sorted(reading.templates):
        how = "render it first: helm template NAME CHART --include-crds"
        yield NotChecked(name, "it is an unrendered Helm template", how)
