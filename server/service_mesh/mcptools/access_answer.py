"""What `check_access` publishes: the result of the operation, bounded field by field, and its text."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.answer import label, reason
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.tool import Answer
from service_mesh.model.finding import RelatedView
from service_mesh.operations.access_result import AccessDecision, AccessResult, Deciding, LayerView, Understood
from service_mesh.operations.result import NotChecked

__all__ = ["AccessAnswer", "DecidingAnswer", "LayerAnswer", "MatrixAnswer", "MatrixRowAnswer", "to_access_answer"]

_TEXT = 400
_PLACE = 200
_MOST = 6
_REASONS = 500


@dataclass(frozen=True, slots=True)
class DecidingAnswer:
    """What decides; `resource` reads "Kind namespace/name" and is null where no object does."""

    layer: str
    reason: str
    resource: str | None
    pointer: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class LayerAnswer:
    """One layer; an entry of `objects` reads "Kind namespace/name pointer: note (file:line)"."""

    layer: str
    decision: AccessDecision
    reason: str
    objects: tuple[str, ...]
    hop: str


@dataclass(frozen=True, slots=True)
class MatrixRowAnswer:
    """Calls of some classes to one port of others; `from` and `to` read "0, 2-5"."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    port: str
    decision: AccessDecision
    transport: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """Who can call whom: `classes` by number read "Kind ns/name, … and N more"; `totals` count pairs."""

    totals: dict[str, int]
    classes: tuple[str, ...]
    rows: tuple[MatrixRowAnswer, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """The structured content.

    Attributes:
        decision: Whether the call passes; null with matrix_namespace, like all that is about one call.
        transport: mtls, hbone, wireguard, ipsec, ztunnel, app_tls, plaintext, either, broken, outside or unknown.
        encrypted: Whether it is encrypted; null where that is not known.
        authenticated: Whether the server knows the client's identity; null where that is not known.
        deciding: What decides; null where the call passes and no policy speaks of it.
        layers: What each layer says, in the order of the data path.
        needs: What would settle an answer that is not known.
        understood_as: What was asked.
        matrix: The answer to matrix_namespace.
        not_checked: What was given and not read.
        versions: What it was judged by.
        notes: What follows from the versions, and what the answer does not tell.
    """

    decision: AccessDecision | None
    transport: str | None
    encrypted: bool | None
    authenticated: bool | None
    deciding: DecidingAnswer | None
    layers: tuple[LayerAnswer, ...]
    needs: tuple[str, ...]
    understood_as: Understood | None
    matrix: MatrixAnswer | None
    not_checked: tuple[NotChecked, ...]
    versions: dict[str, str]
    notes: tuple[str, ...]


def to_access_answer(result: AccessResult, adapter: TypeAdapter[AccessAnswer]) -> Answer:
    """The result as text and data; objects of layers are left out where the answer would be too long."""

    def answer(objects: int) -> Answer:
        found = _bounded(result, objects)
        return Answer(
            "\n".join(_lines(found)), cast(dict[str, Any], adapter.dump_python(found, mode="json", by_alias=True))
        )

    return answer(budget.largest(_MOST, lambda count: budget.fits(answer(count), budget.DEFAULT_TOKENS)))


def _bounded(result: AccessResult, objects: int) -> AccessAnswer:
    asked = result.understood_as
    return AccessAnswer(
        decision=result.decision,
        transport=result.transport,
        encrypted=result.encrypted,
        authenticated=result.authenticated,
        deciding=_deciding(result.deciding) if result.deciding is not None else None,
        layers=tuple(_layer(layer, objects) for layer in result.layers),
        needs=tuple(one_line(need, _TEXT) for need in result.needs[:_MOST]),
        understood_as=Understood(one_line(asked.source, _TEXT), one_line(asked.destination, _TEXT)),
        matrix=None,
        not_checked=budget.leading([reason(entry) for entry in result.not_checked], _REASONS, asdict),
        versions=result.versions,
        notes=tuple(one_line(note, _TEXT) for note in result.notes[:_MOST]),
    )


def _deciding(found: Deciding) -> DecidingAnswer:
    return DecidingAnswer(
        layer=found.layer,
        reason=one_line(found.reason, _TEXT),
        resource=label(found.resource),
        pointer=one_line(found.pointer, _PLACE),
        file=one_line(found.file, _PLACE),
        line=found.line,
    )


def _layer(layer: LayerView, objects: int) -> LayerAnswer:
    shown = tuple(_object(one) for one in layer.objects[:objects])
    return LayerAnswer(layer.layer, layer.decision, one_line(layer.reason, _TEXT), shown, layer.hop)


def _object(one: RelatedView) -> str:
    place = f" ({one.file}:{one.line})" if one.file else ""
    return one_line(f"{label(one.resource)} {one.pointer or '/'}: {one.note}{place}", _TEXT)


def _lines(answer: AccessAnswer) -> Iterator[str]:
    if answer.understood_as is not None:
        asked = answer.understood_as
        yield f"{answer.decision}: {asked.source} to {asked.destination}; carries {answer.transport}"
    if answer.deciding is not None:
        found = answer.deciding
        place = f" in {found.resource} at {found.pointer or '/'} ({found.file}:{found.line})" if found.resource else ""
        yield f"decided by {found.layer}: {found.reason}{place}"
    for layer in answer.layers:
        hop = f" ({layer.hop})" if layer.hop else ""
        yield f"{layer.layer}: {layer.decision}: {layer.reason}{hop}"
        yield from (f"  {one}" for one in layer.objects)
    yield from (f"needs: {need}" for need in answer.needs)
    for entry in answer.not_checked:
        yield f"not checked: {entry.what}: {entry.why}; {entry.how_to_settle}"
    yield from answer.notes
