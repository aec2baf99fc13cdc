"""Canary secrets planted in every kind of object of a saved cluster are in no answer, on no surface, in no log."""

import json
import logging
from dataclasses import asdict
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from service_mesh.cli.output.json import render_json
from service_mesh.cli.output.status_markdown import render_markdown
from service_mesh.cli.output.status_text import print_status
from service_mesh.cli.output.text import print_text
from service_mesh.mcptools.status_answer import StatusAnswer
from service_mesh.mcptools.status_page import StatusWanted, to_status_answer
from service_mesh.operations.request import Check, Inputs, StatusRequest, ValidateRequest
from service_mesh.operations.snapshot import SnapshotRequest, save_snapshot
from service_mesh.operations.status import status
from service_mesh.operations.validate import validate
from tests.cluster.test_canaries import FORMS, PLACES
from tests.status.faults import healthy


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cluster")
    healthy_ones = [data for name in ("istio-sidecar", "linkerd", "cilium") for data in healthy(name)]
    for number, data in enumerate([*healthy_ones, *PLACES.values()]):
        (folder / f"object-{number}.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def _leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def test_canaries_are_in_the_cluster(cluster: Path) -> None:
    assert _leaks("".join(path.read_text(encoding="utf-8") for path in cluster.iterdir())) != []


def test_no_answer_about_health_holds_a_canary(
    cluster: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        result = status(StatusRequest(Inputs(snapshot=str(cluster)), checks=tuple(Check)))
        print_status(result, "never")
    wanted = StatusWanted(limit=200, full=True, cursor=None)
    answer = to_status_answer(result, wanted, TypeAdapter(StatusAnswer))
    shown = (render_json(result), render_markdown(result), answer.text, json.dumps(answer.data), str(asdict(result)))
    assert [_leaks(text) for text in (*shown, capsys.readouterr().out, caplog.text)] == [[]] * 7


def test_no_finding_about_the_configuration_of_a_cluster_holds_a_canary(
    cluster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = validate(ValidateRequest(Inputs(snapshot=str(cluster))))
    print_text(result, "never")
    assert _leaks(render_json(result) + capsys.readouterr().out) == []


def test_written_snapshot_holds_no_canary(cluster: Path, tmp_path: Path) -> None:
    target = tmp_path / "saved.yaml"
    saved = save_snapshot(SnapshotRequest(Inputs(snapshot=str(cluster)), str(target)))
    assert saved.objects > len(PLACES)
    assert _leaks(target.read_text(encoding="utf-8")) == []
