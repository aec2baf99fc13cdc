"""The measurements, each in fresh processes, so that none sees what another left in memory."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from tools.bench.figure import Figure
from tools.cold_start import measure as measure_cold_start

__all__ = [
    "MEASURES",
    "access",
    "catalogue",
    "changes",
    "cold_start",
    "generation",
    "health",
    "memory",
    "meshes",
    "reading",
    "rules",
    "version",
]

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST = 180
_BASE_MB, _EACH_KB = 120, 12
_ESTATE = 10_000


def reading() -> Iterator[Figure]:
    """The schema pass against composing the same YAML alone."""
    documents = _ESTATE
    seconds = _probe("reading", documents, 5)
    schema, compose, bare = (statistics.median(seconds[name]) for name in ("schema", "compose", "bare"))
    title = f"{documents:,} documents read and checked by schema"
    for against, base, most in (("as CSafeLoader does", compose, 2.0), ("without resolving scalars", bare, None)):
        ratio = schema / base
        yield Figure(
            f"{title} / YAML composed by libyaml {against}",
            f"{ratio:.2f} ({schema:.2f} s / {base:.2f} s)",
            "" if most is None else f"at most {most:.1f}",
            None if most is None else ratio <= most,
        )


def memory() -> Iterator[Figure]:
    """Peak memory of validating a folder."""
    for documents in (1_000, 10_000, 30_000):
        with tempfile.TemporaryDirectory() as folder:
            _python("-m", "tests.support.estate", folder, str(documents))
            found = json.loads(_python("-m", "tools.bench.probe", "memory", folder))
        megabytes, most = found["megabytes"], _BASE_MB + found["documents"] * _EACH_KB / 1024
        yield Figure(
            f"peak memory, {found['documents']:,} documents validated",
            f"{megabytes:.0f} MB",
            f"at most {most:.0f} MB ({_BASE_MB} MB + {_EACH_KB} KB each)",
            megabytes <= most,
        )


def cold_start() -> Iterator[Figure]:
    """Spawn of the stdio server to its first answer."""
    found = measure_cold_start(20)
    server, minimal = statistics.median(found.server), statistics.median(found.minimal)
    yield Figure(
        "cold start of the stdio server to tools/list / minimal server of the same SDK",
        f"{found.ratio:.2f} ({server * 1000:.0f} ms / {minimal * 1000:.0f} ms)",
        "at most 1.15",
        found.ratio <= 1.15,
    )


def version() -> Iterator[Figure]:
    """The quickest thing the command line does."""
    with tempfile.TemporaryDirectory() as cache:
        environment = _environment(cache)
        seconds = [_wall(environment) for _ in range(21)][1:]  # the first one writes the byte code
    median = statistics.median(seconds)
    yield Figure("service-mesh --version", f"{median * 1000:.0f} ms", "under 100 ms", median < 0.1)


def rules() -> Iterator[Figure]:
    """The rules over objects that are read and checked already, against reading them; the growth is what matters."""
    each: list[float] = []
    for documents in (1_000, 3_000, 10_000, 30_000):
        seconds = _probe("rules", documents, 3)
        took = min(seconds["all"]) - min(seconds["none"])  # a difference of medians would show the machine's mood
        each.append(took / documents)
        ratio = took / min(seconds["read"])
        yield Figure(
            f"rule pass / reading, {documents:,} documents",
            f"{ratio:.2f} ({took * 1000:.0f} ms, {each[-1] * 1e6:.0f} µs each)",
            "below 1" if documents == _ESTATE else "",
            ratio < 1 if documents == _ESTATE else None,
        )
    growth = each[-1] / each[0]
    yield Figure("rule pass per document, 30,000 / 1,000 documents", f"{growth:.2f}", "at most 1.3", growth <= 1.3)


def meshes() -> Iterator[Figure]:
    """The rules over objects of Istio, Linkerd, Cilium and network policies together: only the growth matters."""
    each, objects = [], []
    for workloads in (500, 4_000):
        with tempfile.TemporaryDirectory() as folder:
            _python("-m", "tests.support.large_mesh", folder, str(workloads), str(workloads * 3 // 4))
            found = json.loads(_python("-m", "tools.bench.probe", "meshes", folder))
        objects.append(found["objects"])
        each.append(found["seconds"] / found["objects"])
    growth = each[1] / each[0]
    told = f"{growth:.2f} ({each[0] * 1e6:.0f} µs, {each[1] * 1e6:.0f} µs)"
    title = f"rule pass per object of all meshes, {objects[1]:,} / {objects[0]:,} objects"
    yield Figure(title, told, "at most 1.3", growth <= 1.3)


def health() -> Iterator[Figure]:
    """The health of a large cluster from a snapshot: 5,000 pods, 500 services, 1,000 mesh objects."""
    with tempfile.TemporaryDirectory() as folder:
        _python("-m", "tests.support.large_cluster", folder, "50")
        found = [json.loads(_python("-m", "tools.bench.probe", "health", folder)) for _ in range(3)]
    best = min(found, key=lambda one: cast(float, one["seconds"]))
    title = f"health of a saved cluster of 5,000 pods ({best['objects']:,} objects)"
    yield Figure(title, f"{best['seconds']:.1f} s", "under 5 s", best["seconds"] < 5)
    yield Figure("peak memory of the same", f"{best['megabytes']:.0f} MB", "under 400 MB", best["megabytes"] < 400)


def access() -> Iterator[Figure]:
    """Who can call whom in a mesh of 2,000 workloads and 1,500 policies of every mesh, and one question about it.

    A second mesh has sidecars alone, and 250 each of its policies are `Sidecar` objects and DestinationRules.
    """
    best = _access_of()
    size = f"{best['workloads']:,} workloads ({best['classes']:,} classes, {best['rows']:,} rows), 1,500 policies"
    yield Figure(f"matrix of {size}", f"{best['matrix']:.1f} s", "under 10 s", best["matrix"] < 10)
    yield Figure("peak memory of the same", f"{best['megabytes']:.0f} MB", "under 1,000 MB", best["megabytes"] < 1000)
    loaded = f"{best['question'] * 1000:.2f} ms, slowest of 200 {best['slowest'] * 1000:.1f} ms"
    yield Figure("one question about the same mesh once loaded", loaded, "under 20 ms", best["slowest"] < 0.02)
    yield Figure(
        "one question about the same mesh, reading it included",
        f"{best['cold']:.1f} s",
        "under 15 s",
        best["cold"] < 15,
    )
    routed = _routed()
    size = f"{routed['workloads']:,} workloads with {routed['routes']:,} VirtualServices"
    slowest = routed["slowest"]
    loaded = f"{routed['question'] * 1000:.2f} ms, slowest of 200 {slowest * 1000:.1f} ms"
    yield Figure(f"one question at a host of a mesh of {size}", loaded, "under 20 ms", slowest < 0.02)
    best = _access_of("--sidecars")
    size = f"{best['workloads']:,} workloads with sidecars alone ({best['classes']:,} classes), 500 of 1,500 policies"
    title = f"matrix of {size} for their clients"
    yield Figure(title, f"{best['matrix']:.1f} s", "under 10 s", best["matrix"] < 10)
    yield Figure("peak memory of the same", f"{best['megabytes']:.0f} MB", "under 1,000 MB", best["megabytes"] < 1000)


def _access_of(*options: str) -> dict[str, float]:
    """The best of three runs over a large mesh."""
    with tempfile.TemporaryDirectory() as folder:
        _python("-m", "tests.support.large_mesh", folder, "2000", "1500", *options)
        found = [json.loads(_python("-m", "tools.bench.probe", "access", folder)) for _ in range(3)]
    return {name: min(cast(float, one[name]) for one in found) for name in found[0]}


def _routed() -> dict[str, float]:
    """The best of three runs over a large mesh with sidecars, where every Service has a route."""
    with tempfile.TemporaryDirectory() as folder:
        _python("-m", "tests.support.large_mesh", folder, "2000", "1500", "--sidecars")
        found = [json.loads(_python("-m", "tools.bench.routes", folder)) for _ in range(3)]
    return {name: min(cast(float, one[name]) for one in found) for name in found[0]}


def changes() -> Iterator[Figure]:
    """A preview of an edit of one line in the large mesh, and a recommendation."""
    with tempfile.TemporaryDirectory() as folder:
        _python("-m", "tests.support.large_mesh", folder, "2000", "1500")
        found: dict[str, float] = json.loads(_python("-m", "tools.bench.changes", folder))
    seconds = found.pop("recommendation")
    for kind, took in found.items():
        yield Figure(f"preview of an edited {kind} in that mesh, after reading", f"{took:.1f} s", "under 2 s", took < 2)
    yield Figure("a recommendation", f"{seconds * 1000:.0f} ms", "under 100 ms", seconds < 0.1)


def generation() -> Iterator[Figure]:
    """Generating and proving every example of every intent for every mesh that can express it, after the first."""
    found: dict[str, float] = json.loads(_python("-m", "tools.bench.generation"))
    slowest, middle = max(found, key=lambda name: found[name]), statistics.median(found.values())
    yield Figure(
        f"an intent written and proved, the median and the slowest of {len(found)} examples",
        f"{middle * 1000:.0f} ms, {found[slowest] * 1000:.0f} ms ({slowest})",
        "under 150 ms",
        found[slowest] < 0.15,
    )


def catalogue() -> Iterator[Figure]:
    """What the facts weigh, and how soon the slowest kind can judge."""
    found = json.loads(_python("-m", "tools.bench.probe", "kinds", "5"))
    size, seconds = cast(int, found["bytes"]["all"]), cast(dict[str, float], found["seconds"])
    yield Figure("facts on disk", f"{size / 1000:,.0f} kB", "at most 2,000 kB", size <= 2_000_000)
    slowest, middle = max(seconds, key=lambda name: seconds[name]), statistics.median(seconds.values())
    yield Figure(
        f"first object of a kind, the median and the slowest of {len(seconds)} kinds and versions",
        f"{middle * 1000:.1f} ms, {seconds[slowest] * 1000:.1f} ms ({slowest})",
        "under 5 ms",
        seconds[slowest] < 0.005,
    )


MEASURES = {
    "reading": reading,
    "memory": memory,
    "start": cold_start,
    "version": version,
    "rules": rules,
    "meshes": meshes,
    "catalogue": catalogue,
    "health": health,
    "access": access,
    "changes": changes,
    "generation": generation,
}
"""Name on the command line -> measurement."""


def _probe(what: str, documents: int, rounds: int) -> dict[str, list[float]]:
    answer = json.loads(_python("-m", "tools.bench.probe", what, str(documents), str(rounds)))
    return cast(dict[str, list[float]], answer)


def _python(*arguments: str) -> str:
    """Output of a fresh interpreter in the root of the repository.

    Raises:
        RuntimeError: It failed, or took longer than any measurement should.
    """
    command = (sys.executable, *arguments)
    try:
        done = subprocess.run(
            command, cwd=_ROOT, stdout=subprocess.PIPE, check=True, timeout=_LONGEST, encoding="utf-8"
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(f"{' '.join(arguments[1:])}: {error}") from None
    return done.stdout


def _wall(environment: dict[str, str]) -> float:
    script = Path(sys.executable).with_name("service-mesh")
    command = (str(script),) if script.exists() else (sys.executable, "-m", "service_mesh")
    started = time.perf_counter()
    subprocess.run((*command, "--version"), env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def _environment(cache: str) -> dict[str, str]:
    """Byte code is kept, in a folder of its own."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment
