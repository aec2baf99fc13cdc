"""What runs inside a fresh process for one measurement; it prints its figures as JSON.

Usage: `python -m tools.bench.probe reading DOCUMENTS ROUNDS | memory FOLDER | rules DOCUMENTS ROUNDS | kinds ROUNDS |
health FOLDER | access FOLDER | meshes FOLDER`.
"""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import cast

import yaml
from yaml import _yaml

from service_mesh.catalog.archive import DATA, Archive, api_version_of
from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.resource import Resource
from service_mesh.operations.access import access as ask
from service_mesh.operations.loading import load
from service_mesh.operations.request import AccessRequest, Inputs, ValidateRequest
from service_mesh.operations.scene import scene_of
from service_mesh.operations.validate import validate
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import answer
from service_mesh.posture.access.matrix import matrix_of
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.rules.registry import load_rules
from service_mesh.source.collector import uncollected
from tests.support.estate import estate_text

__all__ = ["access", "health", "kinds", "memory", "meshes", "reading", "rules"]


def reading(documents: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of the schema pass, and of composing the same text with and without libyaml's scalar resolution."""
    text = estate_text(documents)
    return _alternated(
        {
            "schema": partial(_schema_pass, text),
            "compose": partial(_compose, text, yaml.CSafeLoader),
            "bare": partial(_compose, text, cast(type[yaml.CSafeLoader], _Unresolved)),
        },
        rounds,
    )


def rules(documents: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of all passes over objects that were read before, with every rule and with none, and of reading them."""
    text = estate_text(documents)
    passes = _passes(load(Inputs(manifests=text), Complete.AUTO).worlds)
    return _alternated({**passes, "read": partial(_read, text)}, rounds)


def meshes(folder: str) -> dict[str, float]:
    """Seconds of the rule pass over a folder with objects of every mesh, which is read before, and their number."""
    worlds = load(Inputs(paths=(folder,)), Complete.AUTO).worlds
    seconds = _alternated(_passes(worlds), 3)
    objects = sum(len(world.reading.resources) for world in worlds)
    return {"seconds": min(seconds["all"]) - min(seconds["none"]), "objects": objects}


def _passes(worlds: tuple[World, ...]) -> dict[str, Callable[[], object]]:
    registry, catalogue = load_rules(), Catalogue.bundled()
    every = Engine(registry, catalogue, registry.about_files().narrowed())
    none = Engine(registry, catalogue, frozenset())
    return {"all": partial(_run, every, worlds), "none": partial(_run, none, worlds)}


def memory(folder: str) -> dict[str, float]:
    """Peak memory of this process in MB after the files of a folder were validated."""
    result = validate(ValidateRequest(Inputs(paths=(folder,))))
    return {"documents": result.resources.total, "megabytes": _peak()}


def _peak() -> float:
    """Peak memory of this process in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def health(folder: str) -> dict[str, float]:
    """Seconds and peak memory in MB of a fresh process that tells the health of a saved cluster, imports included."""
    started = time.perf_counter()
    from service_mesh.operations.request import StatusRequest
    from service_mesh.operations.status import status

    result = status(StatusRequest(Inputs(snapshot=folder), now="2026-11-20T12:00:00Z"))
    took = time.perf_counter() - started
    objects = sum(cluster.objects for cluster in result.clusters)
    return {"seconds": took, "objects": objects, "problems": len(result.problems), "megabytes": _peak()}


def access(folder: str) -> dict[str, float]:
    """Seconds of a matrix of a mesh in files and of one question about it, cold and once loaded, and peak memory in MB.

    Cold is a question in a process that has read nothing; once loaded are those after the first of another mesh.
    """
    started = time.perf_counter()
    ask(AccessRequest(Inputs(paths=(folder,)), "ns-0/app-0", "ns-1/app-1:8080"))
    cold = time.perf_counter() - started
    scene = scene_of(Inputs(paths=(folder,)), Complete.AUTO, {})
    asked = sorted(workloads(scene.view), key=lambda one: one.title)
    seconds = [_one_question(scene.view, asked, number) for number in range(201)]
    loaded = scene_of(Inputs(paths=(folder,)), Complete.AUTO, {})
    started = time.perf_counter()
    with uncollected():
        matrix = matrix_of(loaded.view, workloads(loaded.view))
    return {
        "cold": cold,
        "first": seconds[0],
        "question": statistics.median(seconds[1:]),
        "slowest": max(seconds[1:]),
        "matrix": time.perf_counter() - started,
        "workloads": len(asked),
        "classes": len(matrix.classes),
        "rows": len(matrix.rows),
        "megabytes": _peak(),
    }


def _one_question(mesh: MeshView, asked: Sequence[Workload], number: int) -> float:
    """Seconds of one question between two workloads that are far from each other in the list."""
    client, server = asked[number * 31 % len(asked)], asked[number * 17 % len(asked)]
    started = time.perf_counter()
    service = next(iter(services_of(mesh, server)), None)
    answer(mesh, Call(of_workload(client), of_workload(server), 8080, "TCP", service))
    return time.perf_counter() - started


def kinds(rounds: int) -> dict[str, dict[str, float]]:
    """Processor seconds until a kind can judge, the best of rounds for each kind and API version; bytes of all facts.

    The index and the modules are there already, as in any process that has judged something; the facts of the kind
    are not.
    """
    seconds: dict[str, float] = {}
    for _ in range(rounds + 1):  # the first round imports what the others use
        for api_version, kind in _known():
            name, took = f"{kind} {api_version}", _first_object(api_version, kind)
            seconds[name] = min(took, seconds.get(name, took))
    return {"seconds": seconds, "bytes": {"all": sum(path.stat().st_size for path in DATA.rglob("*.json"))}}


def _known() -> Iterator[tuple[str, str]]:
    """API version and kind of everything in the facts."""
    for group, named in Archive().index["kinds"].items():
        for kind, entry in named.items():
            releases = cast(Mapping[str, Mapping[str, str]], entry["releases"])
            for version in sorted({version for versions in releases.values() for version in versions}):
                yield api_version_of(group, version), kind


def _first_object(api_version: str, kind: str) -> float:
    catalogue = Catalogue(Archive())
    catalogue.chosen  # noqa: B018  # reads the index
    started = time.process_time()
    catalogue.check(Resource({"apiVersion": api_version, "kind": kind, "metadata": {"name": "first"}}))
    return time.process_time() - started


class _Unresolved(_yaml.CParser):
    """libyaml's composer that asks Python nothing about scalars: the floor for whatever reads YAML through it."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        return ""

    def descend_resolver(self, _node: object, _index: object) -> None:
        """Part of the composer's protocol."""

    def ascend_resolver(self) -> None:
        """Part of the composer's protocol."""


def _schema_pass(text: str) -> object:
    loaded = load(Inputs(manifests=text), Complete.AUTO)
    check = Catalogue.bundled().check
    return loaded, [check(held) for world in loaded.worlds for held in world.reading.resources]


def _read(text: str) -> object:
    return load(Inputs(manifests=text), Complete.AUTO)


def _compose(text: str, loader: type[yaml.CSafeLoader]) -> int:
    return sum(1 for _ in yaml.compose_all(text, Loader=loader))


def _run(engine: Engine, worlds: tuple[World, ...]) -> object:
    return [engine.run(world) for world in worlds]


def _alternated(work: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Time each piece once a round, the order turned every round, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    names = list(work)
    for number in range(rounds + 1):
        for name in names:
            gc.collect()
            started = time.perf_counter()
            held = work[name]()
            took = time.perf_counter() - started
            del held  # or freeing it would be part of the next measurement
            if number:
                seconds[name].append(took)
        names = [*names[1:], names[0]]
    return seconds


def main() -> None:
    """Measure what the command line names."""
    what, *arguments = sys.argv[1:]
    of_folders = {"memory": memory, "health": health, "access": access, "meshes": meshes}
    if what in of_folders:
        found: object = of_folders[what](arguments[0])
    else:
        measures: dict[str, Callable[..., object]] = {"reading": reading, "rules": rules, "kinds": kinds}
        found = measures[what](*map(int, arguments))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
