"""A generated estate: any number of realistic mesh documents, without a fault or with planted ones.

Every benchmark and every test that needs many objects takes them from here. The same arguments give the same bytes on
every machine: nothing is read from the clock or the environment. Any prefix of an estate is complete in itself, since
every reference points to a document that came before. From a shell: `python -m tests.support.estate FOLDER DOCUMENTS`.
"""

import argparse
import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from tests.support.estate_faults import FAULTS, plant
from tests.support.estate_istio import istio_entry, istio_namespace
from tests.support.estate_part import Part
from tests.support.yaml_styles import STYLES, as_yaml

__all__ = ["MESHES", "Document", "Mesh", "Planted", "documents", "estate_text", "write_estate"]


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault that was put in: what is found, and on which 1-based line of the document."""

    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """One object as somebody wrote it.

    Attributes:
        file: Path of its file in the repository, which may hold several documents.
        text: The YAML, without a `---` line.
        planted: The fault in it, if any.
    """

    file: str
    kind: str
    namespace: str
    name: str
    text: str
    planted: Planted | None = None


@dataclass(frozen=True, slots=True)
class Mesh:
    """Builders of an estate: what exists once, and what one namespace holds.

    Attributes:
        entry: The parts that come first, once.
        namespace: The parts of namespace number N.
    """

    entry: Callable[[], Iterator[Part]]
    namespace: Callable[[int, random.Random], Iterator[Part]]


MESHES: Mapping[str, Mesh] = {"istio": Mesh(istio_entry, istio_namespace)}
"""A further mesh is a further pair of builders."""


def documents(number: int, *, seed: int = 1, faulty: float = 0.0, mesh: str = "istio") -> Iterator[Document]:
    """Yield the documents of an estate.

    Args:
        number: How many.
        seed: Another seed is another estate of the same kind.
        faulty: Share of documents with one planted fault, of those kinds that a fault is known for.
        mesh: A key of `MESHES`.
    """
    for part in islice(_parts(MESHES[mesh], seed), number):
        data = part.data
        metadata = data["metadata"]
        assert isinstance(metadata, dict)
        namespace, name = str(metadata.get("namespace", "")), str(metadata["name"])
        # A chance of its own for each document: planting faults changes no other byte.
        chance = random.Random(f"{seed} {part.file} {data['kind']} {name}")
        text = as_yaml(data, STYLES[zlib.crc32(part.file.encode()) % len(STYLES)], chance)
        planted = None
        if faulty and chance.random() < faulty:
            text, planted = _with_fault(str(data["kind"]), text, chance)
        yield Document(part.file, str(data["kind"]), namespace, name, text, planted)


def estate_text(number: int, *, seed: int = 1, faulty: float = 0.0, mesh: str = "istio") -> str:
    """The estate as one multi-document text."""
    return "---\n".join(document.text for document in documents(number, seed=seed, faulty=faulty, mesh=mesh))


def write_estate(folder: Path, number: int, *, seed: int = 1, faulty: float = 0.0, mesh: str = "istio") -> None:
    """Write the estate as the files of a GitOps repository, one folder for each namespace."""
    for document in documents(number, seed=seed, faulty=faulty, mesh=mesh):
        path = folder / document.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(f"---\n{document.text}")


def _parts(mesh: Mesh, seed: int) -> Iterator[Part]:
    yield from mesh.entry()
    for number in count():
        yield from mesh.namespace(number, random.Random(f"{seed} namespace {number}"))


def _with_fault(kind: str, text: str, chance: random.Random) -> tuple[str, Planted | None]:
    """Plant the first fault that fits, in an order left to chance."""
    for fault in chance.sample(FAULTS, len(FAULTS)):
        if fault.kind == kind and (found := plant(fault, text)) is not None:
            return found[0], Planted(fault.code, found[1])
    return text, None


def main() -> None:
    """Write an estate into a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.estate", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("documents", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faulty", type=float, default=0.0, metavar="SHARE")
    arguments = parser.parse_args()
    write_estate(arguments.folder, arguments.documents, seed=arguments.seed, faulty=arguments.faulty)


if __name__ == "__main__":
    main()
