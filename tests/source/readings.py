"""Short words for what a reader made of some texts."""

import json

from service_mesh.model.origin import SourceText
from service_mesh.source.reader import Reader, Reading

__all__ = ["json_pod", "others", "places", "pod", "read", "titles"]

_POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n"


def read(*texts: str) -> Reading:
    reader = Reader()
    for number, text in enumerate(texts):
        reader.read(SourceText(f"{number}.yaml", text))
    return reader.reading


def pod(name: str) -> str:
    return _POD.format(name=name)


def titles(reading: Reading) -> list[str]:
    return [resource.title for resource in reading.resources]


def places(reading: Reading) -> list[tuple[str, str, int, int, int]]:
    """Code, message, document, line and column of every problem."""
    found = []
    for problem in reading.problems:
        where = problem.draft.location
        assert where is not None
        found.append((problem.code, problem.draft.message, where.document, where.line, where.column))
    return found


def others(reading: Reading) -> tuple[int, int, int, dict[str, int]]:
    return reading.unreadable, reading.skipped, reading.empty, reading.templates


def json_pod(name: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}})
