"""Questions about modes and transport of Istio, asked of the posture itself until a tool answers them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.operations.loading import load
from service_mesh.operations.request import Inputs
from service_mesh.posture.istio.transport import accepted, transport
from tests.conformance.test_conformance import corpora

__all__ = ["corpora"]

pytestmark = pytest.mark.conformance

_SUITES = ("istio_mtls", "ambient_mtls", "istio_reach", "istio_access", "ambient")


@pytest.mark.parametrize("suite", _SUITES)
def test_modes_and_transport_are_as_expected(suite: str, corpora: Path) -> None:  # the fixture by its name
    wrong = [
        f"{folder.name}: {question} -> {answer}"
        for folder in sorted((corpora / "posture" / suite).iterdir())
        for question, answer in _answered(folder)
        if answer not in (question["expect"], *cast("list[str]", question.get("accept", [])))
    ]
    assert wrong == []


def _answered(folder: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    questions = asked["questions"] if isinstance(asked, dict) else asked
    if not any(question["ask"] in ("mode", "transport") for question in questions):
        return
    (world,) = load(Inputs(paths=(str(folder / "manifests.yaml"),)), Complete.YES).worlds
    mesh = MeshView(world.reading.resources, Complete.YES)
    named = {f"{workload.namespace}/{workload.resource.name}": workload for workload in workloads(mesh)}
    for question in questions:
        if question["ask"] == "mode":
            mode = accepted(mesh, named[question["workload"]], question["port"])
            yield question, mode.mode.value.lower() if mode is not None else "plaintext"
        elif question["ask"] == "transport":
            yield question, _carried(mesh, named, question)


def _carried(mesh: MeshView, named: Mapping[str, Workload], question: Mapping[str, object]) -> str:
    server, _, port = str(question["destination"]).rpartition(":")
    return transport(mesh, named[str(question["source"])], named[server], int(port)).transport.value
