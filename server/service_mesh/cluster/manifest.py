"""What a snapshot of our own says of a cluster beside its objects: name, time, version, what was read and what not."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from service_mesh.cluster.bounds import shown
from service_mesh.cluster.exports import Export, kind_of_export
from service_mesh.cluster.redaction import Redactor
from service_mesh.model.kinds import Kind
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.json_text import read_json

__all__ = ["MANIFEST", "Manifest", "is_manifest", "told_by", "written"]

MANIFEST = "service-mesh-snapshot.json"
"""Name of the member that holds it, in the folder of the cluster."""

_TYPE = {"apiVersion": "service-mesh/v1", "kind": "Snapshot"}
_HEAD = re.compile(r'\{"apiVersion":"service-mesh/v1","kind":"Snapshot"[,}]')
_LONGEST = 200
_MOST = 10_000
_CONTROL = re.compile(r"[^\x20-\x7e\u00a0-\uffff]")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands about one cluster of a snapshot.

    Attributes:
        name: The cluster.
        taken_at: When it was read, in UTC; None if nobody knew.
        server_version: Version of Kubernetes, empty if nobody knew.
        listed: Kinds of which every object was read.
        exports: Answers of command lines.
        unread: What was not read.
    """

    name: str = ""
    taken_at: datetime | None = None
    server_version: str = ""
    listed: frozenset[Kind] = frozenset()
    exports: tuple[Export, ...] = ()
    unread: tuple[NotChecked, ...] = ()


def written(manifest: Manifest) -> str:
    """The manifest as one line of JSON, without its end of line."""
    taken_at = manifest.taken_at
    data = {
        **_TYPE,
        "name": manifest.name,
        "takenAt": taken_at.astimezone(UTC).isoformat() if taken_at is not None else None,
        "serverVersion": manifest.server_version,
        "listed": sorted([kind.group, kind.name] for kind in manifest.listed),
        "notChecked": [{"what": one.what, "why": one.why, "howToSettle": one.how_to_settle} for one in manifest.unread],
        "exports": [Redactor().value(export.data) for export in manifest.exports],
    }
    return json.dumps(data, separators=(",", ":"))


def is_manifest(line: str) -> bool:
    """Tell whether a line of a text is a manifest."""
    return _HEAD.match(line) is not None


def told_by(text: str, file: str) -> Manifest:
    """What a manifest tells; what is not there or odd is as if nobody knew. Secrets planted in it do not come out.

    Args:
        text: Its line.
        file: The name of the member, for the exports in it.
    """
    values = read_json(text)
    data = Redactor().value(values[0]) if values else None
    if not isinstance(data, dict):
        return Manifest()
    exports = ((kind_of_export(value), value) for value in _list(data, "exports"))
    return Manifest(
        name=_text(data, "name"),
        taken_at=_time(_text(data, "takenAt")),
        server_version=_text(data, "serverVersion"),
        listed=frozenset(_kinds(data)),
        exports=tuple(Export(kind, value, file) for kind, value in exports if kind is not None),
        unread=tuple(_notes(data)),
    )


def _kinds(data: Mapping[str, object]) -> Iterator[Kind]:
    for pair in _list(data, "listed"):
        if isinstance(pair, list) and len(pair) == 2:
            group, name = pair
            if isinstance(group, str) and isinstance(name, str):
                yield Kind(group, name)


def _notes(data: Mapping[str, object]) -> Iterator[NotChecked]:
    for note in _list(data, "notChecked"):
        if isinstance(note, dict):
            what, why, how = (_sentence(note.get(name)) for name in ("what", "why", "howToSettle"))
            yield NotChecked(what, why, how)


def _sentence(value: object) -> str:
    """A sentence as it may be printed. Commands in it may be long."""
    return _CONTROL.sub("?", value)[: 20 * _LONGEST] if isinstance(value, str) else ""


def _list(data: Mapping[str, object], name: str) -> list[object]:
    value = data.get(name)
    return value[:_MOST] if isinstance(value, list) else []


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return shown(value) if isinstance(value, str) else ""


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
