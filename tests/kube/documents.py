"""Every object of the corpora, as our reader reads it."""

from collections.abc import Iterator
from pathlib import Path

from service_mesh.model.origin import SourceText
from service_mesh.source.reader import Reader
from tests.kube.verdicts import Subject
from tools.conformance import read_cases

__all__ = ["SUITES", "documents"]

SUITES = ("istio_crd", "gateway_api", "linkerd", "cilium", "valid_corpus")


def documents(corpora: Path, suite: str) -> Iterator[Subject]:
    """Yield the objects of a suite, by case and place."""
    for case in read_cases(corpora, suite):
        for file in map(Path, case.files):
            reader = Reader()
            reader.read(SourceText(file.name, file.read_text(encoding="utf-8")))
            for resource in reader.reading.resources:
                origin = resource.origin
                assert origin is not None
                place = ".".join(str(step) for step in (origin.document, *origin.inner))
                name = f"{resource.api_version} {resource.title} in {suite}/{case.name}/{file.name}#{place}"
                yield Subject(name, resource.data, "" if origin.inner else origin.text)
