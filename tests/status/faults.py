"""The fault table: healthy clusters, and for each fault the one fact that differs and the problem that has to be found.

A row of `faults/*.yaml`:

    - fault: istiod has no ready pod           # a sentence; unique
      in: istio-sidecar                        # a file of `healthy/`
      topic: control-plane                     # what the row counts for: control-plane, data-plane, gateways,
                                               # certificates, versions, configuration, multi-cluster, pre-install
      set:                                     # the one fact; or remove: [OBJECT POINTER], delete: [OBJECT], add: [DOC]
        "Deployment istio-system/istiod /status/readyReplicas": 0
      expect:                                  # one problem, or a list of them where one fact is two problems
        code: ST101
        severity: error
        object: Deployment istio-system/istiod
        pointer: /status/readyReplicas
        next: kubectl -n istio-system describe deployment/istiod

An object is named `Kind namespace/name` or `Kind name`; a pointer is a JSON pointer from its root.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.mesh.capture import Capture
from service_mesh.model.origin import SourceText
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from service_mesh.source.reader import Reader, Reading
from tests.support.fixture import NOW

__all__ = ["NOW", "Problem", "Row", "healthy", "healthy_names", "problems", "rows"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What a row expects, and what is made of a finding to compare with it."""

    code: str
    severity: str
    object: str
    pointer: str
    next: str


@dataclass(frozen=True, slots=True)
class Row:
    """One fault; `changed` are the documents of the healthy cluster with the one fact changed."""

    fault: str
    cluster: str
    topic: str
    changed: tuple[Mapping[str, object], ...]
    expected: tuple[Problem, ...]


def healthy_names() -> list[str]:
    """The healthy clusters."""
    return sorted(path.stem for path in (_HERE / "healthy").glob("*.yaml"))


@cache
def healthy(name: str) -> tuple[Mapping[str, object], ...]:
    """The objects of a healthy cluster."""
    text = (_HERE / "healthy" / f"{name}.yaml").read_text(encoding="utf-8")
    reader = Reader()
    reader.read(SourceText(f"{name}.yaml", text))
    assert reader.reading.problems == [], name
    return tuple(resource.data for resource in reader.reading.resources)


def rows() -> Iterator[Row]:
    """Every row of the table."""
    for path in sorted((_HERE / "faults").glob("*.yaml")):
        for entry in cast("list[dict[str, Any]]", yaml.safe_load(path.read_text(encoding="utf-8")) or []):
            expected = entry["expect"] if isinstance(entry["expect"], list) else [entry["expect"]]
            changed = _changed(healthy(entry["in"]), entry)
            yield Row(entry["fault"], entry["in"], entry["topic"], changed, tuple(Problem(**one) for one in expected))


def problems(documents: tuple[Mapping[str, object], ...]) -> list[Problem]:
    """What the health rules say of objects of one cluster in which every kind was listed."""
    registry = load_rules()
    codes = frozenset(rule.code for rule in registry.about_health())
    reading = Reading()
    reading.resources += [Resource(dict(data)) for data in documents]
    world = World((), reading, captures={"": Capture(NOW, None)})
    report = Engine(registry, Catalogue.bundled(), codes).run(world)
    found = []
    for graded in report.findings:
        assert graded.draft.node is not None, graded.finding
        title = graded.draft.node.resource.title
        finding = graded.finding
        found.append(Problem(finding.code, finding.severity.value, title, finding.pointer, graded.draft.next_command))
    return sorted(found)


def _changed(base: tuple[Mapping[str, object], ...], entry: Mapping[str, Any]) -> tuple[Mapping[str, object], ...]:
    documents = [copy.deepcopy(dict(document)) for document in base]
    for place, value in (entry.get("set") or {}).items():
        target, pointer = _place(place)
        _set(_found(documents, target), pointer, value)
    for place in entry.get("remove") or ():
        target, pointer = _place(place)
        _remove(_found(documents, target), pointer)
    for target in entry.get("delete") or ():
        documents.remove(_found(documents, target))
    return (*documents, *(entry.get("add") or ()))


def _place(text: str) -> tuple[str, list[str]]:
    target, _, pointer = text.partition(" /")
    return target, [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]


def _found(documents: list[dict[str, Any]], target: str) -> dict[str, Any]:
    (found,) = [document for document in documents if _title(document) == target]
    return found


def _title(document: Mapping[str, Any]) -> str:
    metadata = document["metadata"]
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{document['kind']} {place}{metadata['name']}"


def _set(value: Any, steps: list[str], new: object) -> None:
    for step in steps[:-1]:
        value = value[int(step)] if isinstance(value, list) else value.setdefault(step, {})
    if isinstance(value, list):
        value[int(steps[-1])] = new
    else:
        value[steps[-1]] = new


def _remove(value: Any, steps: list[str]) -> None:
    for step in steps[:-1]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    del value[int(steps[-1]) if isinstance(value, list) else steps[-1]]
