"""What generated files change in the surroundings beside what they are for: a preview of them, in lines."""

from collections.abc import Iterator, Mapping

from service_mesh.engine.world import World
from service_mesh.generate.draft import Drafted
from service_mesh.operations.generate_steps import changes_in
from service_mesh.operations.loading import Loaded
from service_mesh.operations.preview import previewed
from service_mesh.operations.preview_result import CallsChange, PreviewResult
from service_mesh.operations.request import Inputs, PreviewRequest

__all__ = ["changes_of"]

_MOST = 12


def changes_of(drafted: Drafted, surroundings: World, versions: Mapping[str, str]) -> tuple[str, ...]:
    """The calls, the encryption and the findings that become others, all stages taken; none without surroundings.

    Args:
        drafted: The files.
        surroundings: What is there already.
        versions: The releases that both sides are judged by.
    """
    if not surroundings.reading.resources:
        return ()
    change = changes_in(surroundings, drafted.leaves)
    if not change.reading.resources:
        return ()
    request = PreviewRequest(Inputs(), Inputs(), complete=surroundings.complete, versions=versions)
    found = previewed(request, Loaded((), (surroundings,), ()), Loaded((), (change,), ()))
    told = tuple(_told(found, frozenset(source.name for source in change.sources)))
    rest = len(told) - _MOST
    return (*told[:_MOST], *((f"and {rest} more: service-mesh preview shows them",) if rest > 0 else ()))


def _told(found: PreviewResult, own: frozenset[str]) -> Iterator[str]:
    for word, rows in (
        ("no longer passes", found.access.lost),
        ("newly passes", found.access.gained),
        ("is no longer encrypted", found.encryption.lost),
        ("is no longer surely known by its identity", found.access.newly_unauthenticated),
        ("is not decided by what was given", found.access.uncertain),
    ):
        yield from (f"{_call(row)} {word}" for row in rows)
    for finding in found.findings.introduced:
        if finding.file not in own:
            yield f"{finding.file}:{finding.line} gets {finding.severity.value} {finding.code}: {finding.message}"


def _call(row: CallsChange) -> str:
    request = f" ({', '.join(row.requests[:2])})" if row.requests else ""
    return f"{_some(row.from_, row.clients)} -> {_some(row.to, row.servers)} port {row.port.port}{request}"


def _some(names: tuple[str, ...], count: int) -> str:
    more = count - len(names[:2])
    return ", ".join(names[:2]) + (f" and {more} more" if more > 0 else "")
