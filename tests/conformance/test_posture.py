"""Questions about modes, transport and access, asked of the posture itself until a tool answers them."""

import json
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.operations.loading import load
from service_mesh.operations.request import Inputs
from service_mesh.posture.cilium import access as cilium
from service_mesh.posture.cilium.requests import admits
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.istio.transport import accepted, transport
from service_mesh.posture.kubernetes import access as kubernetes
from service_mesh.posture.kubernetes.ends import End, at_address, of_workload
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.conformance.test_conformance import corpora

__all__ = ["corpora"]

pytestmark = pytest.mark.conformance

_ANSWERS = {Verdict.ALLOWED: "allow", Verdict.DENIED: "deny", Verdict.UNKNOWN: "unknown"}
_SAID = {Transport.HBONE: "mtls", Transport.APP_TLS: "tls", Transport.BROKEN: "fail"}
"""What the questions call a transport, where they have another word for it."""

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


def test_access_to_ports_in_the_mesh_of_linkerd_is_as_expected(corpora: Path) -> None:  # the fixture by its name
    wrong = [
        f"{folder.name}: {question} -> {answer}"
        for folder in sorted((corpora / "posture" / "linkerd_access").iterdir())
        for question, answer in _reached(folder)
        if answer not in (question["expect"], *cast("list[str]", question.get("accept", [])))
    ]
    assert wrong == []


@pytest.mark.parametrize("suite", ["netpol", "netpol_anp", "cilium_access"])
def test_connections_pass_network_policies_as_expected(suite: str, corpora: Path) -> None:  # the fixture by its name
    wrong = [
        f"{folder.name}: {question} -> {answer}"
        for folder in sorted((corpora / "posture" / suite).iterdir())
        for question, answer in _passing(folder, is_cilium=suite == "cilium_access")
        if answer not in (question["expect"], *cast("list[str]", question.get("accept", [])))
    ]
    assert wrong == []


def _world(folder: Path) -> tuple[list[Mapping[str, object]], MeshView, dict[str, Workload]]:
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    (world,) = load(Inputs(paths=(str(folder / "manifests.yaml"),)), Complete.YES).worlds
    mesh = MeshView(world.reading.resources, Complete.YES)
    named = {f"{workload.namespace}/{workload.resource.name}": workload for workload in workloads(mesh)}
    return asked["questions"] if isinstance(asked, dict) else asked, mesh, named


def _reached(folder: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    questions, mesh, named = _world(folder)
    for question in questions:
        server, _, port = str(question["destination"]).rpartition(":")
        method, path = (cast("str | None", question.get(name)) for name in ("method", "path"))
        request = HttpRequest(method, path, headers=cast("dict[str, str]", question.get("headers", {})))
        found = inbound_decision(mesh, _end(mesh, named, str(question["source"])), named[server], int(port), request)
        yield question, _ANSWERS[found.verdict]


def _passing(folder: Path, *, is_cilium: bool) -> Iterator[tuple[Mapping[str, object], str]]:
    questions, mesh, named = _world(folder)
    engine = cilium if is_cilium else kubernetes
    for question in questions:
        destination, _, where = str(question["destination"]).rpartition(":")
        port, _, protocol = where.partition("/")
        client, server = _end(mesh, named, str(question["source"])), _end(mesh, named, destination)
        asked = client, server, int(port), protocol.upper() or "TCP"
        sides = engine.egress_decision(mesh, *asked), engine.ingress_decision(mesh, *asked)
        answers = [_passes(side, question) for side in sides]
        yield question, "deny" if False in answers else "unknown" if None in answers else "allow"


def _passes(side: Decision, question: Mapping[str, object]) -> bool | None:
    if side.verdict is not Verdict.ALLOWED:
        return False if side.verdict is Verdict.DENIED else None
    headers = cast("dict[str, str]", question.get("headers", {}))
    method, path = (cast("str | None", question.get(name)) for name in ("method", "path"))
    return admits(side.rules, HttpRequest(method, path, headers=headers))


def _end(mesh: MeshView, named: Mapping[str, Workload], title: str) -> End:
    if title.startswith("ip:"):
        return at_address(mesh, ip_address(title.removeprefix("ip:")))
    return of_workload(named["/".join(title.split("/")[-2:])])


def _answered(folder: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    questions, mesh, named = _world(folder)
    for question in questions:
        if question["ask"] == "mode":
            mode = accepted(mesh, named[str(question["workload"])], cast("int", question["port"]))
            yield question, mode.mode.value.lower() if mode is not None else "plaintext"
        elif question["ask"] == "transport":
            yield question, _carried(mesh, named, question)


def _carried(mesh: MeshView, named: Mapping[str, Workload], question: Mapping[str, object]) -> str:
    server, _, port = str(question["destination"]).rpartition(":")
    carried = transport(mesh, named[str(question["source"])], named[server], int(port)).transport
    return _SAID.get(carried, carried.value)
