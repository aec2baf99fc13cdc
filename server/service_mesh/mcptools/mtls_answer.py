"""What `validate_mtls` publishes: the result of the operation, bounded field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from service_mesh.mcptools.answer import label
from service_mesh.mcptools.quoting import one_line
from service_mesh.model.finding import RelatedView
from service_mesh.operations.access_result import AccessDecision
from service_mesh.operations.mtls_result import Breakage, EdgeView, MtlsVerdict, PortMode
from service_mesh.operations.result import NotChecked

__all__ = ["BreakageAnswer", "EdgeAnswer", "MtlsAnswer", "PortAnswer", "ReadinessAnswer", "breakage", "edge", "port"]

_TEXT = 300
_NAME = 160
_NAMED = 3


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """What a workload takes on a port; `decided_by` reads "Kind namespace/name pointer (file:line)"."""

    workload: str
    port: int
    mesh: str
    mode: str
    decided_by: str
    missing: str


@dataclass(frozen=True, slots=True)
class EdgeAnswer:
    """What connections carry; `from` and `to` name the first few of `clients` and `servers`."""

    from_: Annotated[tuple[str, ...], Field(alias="from")]
    clients: int
    to: tuple[str, ...]
    servers: int
    port: int
    transport: str
    encrypted: bool | None
    authenticated: bool | None
    decision: AccessDecision
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class BreakageAnswer:
    """Connections that STRICT would break; `needs` is filled where that is not certain."""

    from_: Annotated[tuple[str, ...], Field(alias="from")]
    clients: int
    to: tuple[str, ...]
    servers: int
    port: int
    reason: str
    decided_by: str
    needs: str


@dataclass(frozen=True, slots=True)
class ReadinessAnswer:
    """Whether STRICT would break something; null where that is not known."""

    ready: bool | None
    would_break: tuple[BreakageAnswer, ...]


@dataclass(frozen=True, slots=True)
class MtlsAnswer:
    """The structured content. `totals` counts pairs of workloads and ports, whatever the page holds.

    Attributes:
        verdict: broken, unknown, plaintext, permissive or enforced.
        totals: Transport -> pairs that carry it.
        workloads: What ports take, those that are not strict first.
        edges: This page, the worst first.
        strict_ready: Whether STRICT would break something.
        not_checked: What was given and not read.
        versions: What it was judged by.
        notes: What is not in this answer and how to get it.
        next_cursor: Where the next page starts, or null.
    """

    verdict: MtlsVerdict
    totals: dict[str, int]
    workloads: tuple[PortAnswer, ...]
    edges: tuple[EdgeAnswer, ...]
    strict_ready: ReadinessAnswer
    not_checked: tuple[NotChecked, ...]
    versions: dict[str, str]
    notes: tuple[str, ...]
    next_cursor: str | None


def port(found: PortMode) -> PortAnswer:
    """A port, bounded."""
    return PortAnswer(
        workload=one_line(found.workload, _NAME),
        port=found.port,
        mesh=found.mesh,
        mode=found.mode,
        decided_by=_decider(found.decided_by),
        missing=one_line(found.missing, _TEXT),
    )


def edge(found: EdgeView) -> EdgeAnswer:
    """An edge, bounded."""
    return EdgeAnswer(
        from_=_names(found.from_),
        clients=found.clients,
        to=_names(found.to),
        servers=found.servers,
        port=found.port,
        transport=found.transport,
        encrypted=found.encrypted,
        authenticated=found.authenticated,
        decision=found.decision,
        reason=one_line(found.reason, _TEXT),
        decided_by=_decider(found.decided_by),
    )


def breakage(found: Breakage) -> BreakageAnswer:
    """What would break, bounded."""
    return BreakageAnswer(
        from_=_names(found.from_),
        clients=found.clients,
        to=_names(found.to),
        servers=found.servers,
        port=found.port,
        reason=one_line(found.reason, _TEXT),
        decided_by=_decider(found.decided_by),
        needs=one_line(found.needs, _TEXT),
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(one_line(name, _NAME) for name in names[:_NAMED])


def _decider(chain: Sequence[RelatedView]) -> str:
    """The last link of a chain, which decides."""
    if not chain:
        return ""
    one = chain[-1]
    place = f" ({one.file}:{one.line})" if one.file else ""
    return one_line(f"{label(one.resource)} {one.pointer or '/'}{place}", _TEXT)
