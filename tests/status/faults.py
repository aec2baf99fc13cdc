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
      beside: {west: [DOC]}                    # where one fault takes two clusters: the objects of the others, by name

An object is named `Kind namespace/name` or `Kind name`; a pointer is a JSON pointer from its root. It leads on into an
annotation that holds JSON, as the facts about certificates do; `-` stands for the end of a list (RFC 6902).
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
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

__all__ = ["NOW", "Problem", "Row", "healthy", "healthy_names", "problems", "rows", "with_change"]

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
    """One fault.

    `changed` are the documents of the healthy cluster with the one fact changed, `beside` those of further clusters.
    """

    fault: str
    cluster: str
    topic: str
    changed: tuple[Mapping[str, object], ...]
    expected: tuple[Problem, ...]
    beside: Mapping[str, tuple[Mapping[str, object], ...]]


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
            changed = with_change(healthy(entry["in"]), entry)
            problems_of_row = tuple(Problem(**one) for one in expected)
            beside = {name: tuple(documents) for name, documents in (entry.get("beside") or {}).items()}
            yield Row(entry["fault"], entry["in"], entry["topic"], changed, problems_of_row, beside)


def problems(
    documents: tuple[Mapping[str, object], ...],
    beside: Mapping[str, tuple[Mapping[str, object], ...]] = MappingProxyType({}),
) -> list[Problem]:
    """What the health rules say of objects of clusters in which every kind was listed.

    Args:
        documents: The objects of the cluster that has no name.
        beside: Name of a further cluster -> its objects.
    """
    clusters = {"": documents, **beside}
    registry = load_rules()
    codes = frozenset(rule.code for rule in registry.about_health())
    reading = Reading()
    reading.resources += [Resource(dict(data), cluster=name) for name, held in clusters.items() for data in held]
    world = World((), reading, captures={name: Capture(NOW, None) for name in clusters})
    report = Engine(registry, Catalogue.bundled(), codes).run(world)
    found = []
    for graded in report.findings:
        assert graded.draft.node is not None, graded.finding
        title = graded.draft.node.resource.title
        finding = graded.finding
        found.append(Problem(finding.code, finding.severity.value, title, finding.pointer, graded.draft.next_command))
    return sorted(found)


def with_change(base: tuple[Mapping[str, object], ...], entry: Mapping[str, Any]) -> tuple[Mapping[str, object], ...]:
    """Objects with what `set`, `remove`, `delete` and `add` of a row make of them."""
    documents = [copy.deepcopy(dict(document)) for document in base]
    for place, value in (entry.get("set") or {}).items():
        target, pointer = _place(place)
        _set(_found(documents, target), pointer, value)
    for place in entry.get("remove") or ():
        target, pointer = _place(place)
        _remove(_found(documents, target), pointer)
    for target in entry.get("delete") or ():
        documents.remove(_found(documents, target))
    for document in documents:
        if document["kind"] in ("Deployment", "StatefulSet", "ReplicaSet"):
            _count_on(document)
    return (*documents, *(entry.get("add") or ()))


def _count_on(document: dict[str, Any]) -> None:
    """What follows from the counts that a row changes: fewer pods are ready than there are, fewer available than ready.

    The API server refuses a status in which that is not so.
    """
    status = document.get("status") or {}
    most = (document.get("spec") or {}).get("replicas")
    for field in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"):
        if isinstance(most, int) and isinstance(status.get(field), int):
            status[field] = min(status[field], most)
        if field in ("replicas", "readyReplicas"):
            most = status.get(field, most)


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
    if steps == ["-"]:
        value.append(new)
        return
    step, rest = _step(value, steps[0]), steps[1:]
    if not rest:
        value[step] = new
        return
    held = value[step] if isinstance(value, list) else value.setdefault(step, {})
    if isinstance(held, str):
        inside = json.loads(held)  # facts about certificates: JSON in an annotation
        _set(inside, rest, new)
        value[step] = json.dumps(inside)
    else:
        _set(held, rest, new)


def _remove(value: Any, steps: list[str]) -> None:
    step, rest = _step(value, steps[0]), steps[1:]
    if not rest:
        del value[step]
    elif isinstance(value[step], str):
        inside = json.loads(value[step])
        _remove(inside, rest)
        value[step] = json.dumps(inside)
    else:
        _remove(value[step], rest)


def _step(value: Any, step: str) -> Any:
    return int(step) if isinstance(value, list) else step
