"""The matrix against asking about every pair by itself: grouping what is alike must never change an answer."""

import json
import random
from collections.abc import Iterable
from itertools import product
from typing import Any, cast

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.origin import SourceText
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import answer
from service_mesh.posture.access.groups import numbers_of
from service_mesh.posture.access.layers import Layer
from service_mesh.posture.access.matrix import Offered, matrix_of, offered, ports_of
from service_mesh.posture.access.outcomes import Outcome, outcome_of
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.source.reader import Reader
from tests.support.large_mesh import Object, Size, objects
from tests.support.scene import deployment, scene

_Cell = tuple[str, str, int, str, str]


def view(listed: Iterable[Object], complete: Complete = Complete.YES) -> MeshView:
    reader = Reader()
    reader.read(SourceText("mesh.yaml", "\n---\n".join(json.dumps(one) for one in listed)))
    assert not reader.reading.problems
    return MeshView(reader.reading.resources, complete)


def told(outcome: Outcome) -> object:
    """What a matrix has to agree in; what is needed may name the sample of a class."""
    decider = outcome.note.node.resource.key if outcome.note is not None else None
    return outcome.verdict, outcome.transport, outcome.layer, decider


def cell(client: str, server: str, port: Offered) -> _Cell:
    return client, server, port.port, port.protocol, port.service.title if port.service is not None else ""


def by_classes(mesh: MeshView) -> dict[_Cell, object]:
    """Every pair, each looked up in the matrix by the classes of its ends."""
    matrix = matrix_of(mesh, workloads(mesh))
    answers: dict[_Cell, object] = {}
    for row in matrix.rows:
        clients = [one for number in numbers_of(row.clients) for one in matrix.classes[number].members]
        for server in (matrix.classes[number] for number in numbers_of(row.servers)):
            # Members have Services of their own, in the order of those of the first.
            position = ports_of(offered(mesh, server.sample)).index(row.port)
            for client, member in product(clients, server.members):
                key = cell(client.title, member.title, offered(mesh, member)[position])
                assert key not in answers, "every pair is in one row"
                answers[key] = told(row.outcome)
    return answers


def pair_by_pair(mesh: MeshView) -> dict[_Cell, object]:
    answers: dict[_Cell, object] = {}
    for server in workloads(mesh):
        for port in offered(mesh, server):
            for client in workloads(mesh):
                ends = of_workload(client), of_workload(server)
                found = answer(mesh, Call(*ends, port.port, port.protocol, port.service))
                outcome = outcome_of(found.layers, found.edge.transport)
                answers[cell(client.title, server.title, port)] = told(outcome)
    return answers


def sized(seed: int) -> Size:
    chance = random.Random(seed)
    counts = chance.randrange(4, 12), chance.randrange(0, 16), chance.randrange(1, 6)
    return Size(*counts, has_cilium=chance.random() < 0.5, encrypts=chance.random() < 0.3)


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_the_matrix_by_classes_is_the_matrix_pair_by_pair(start: int) -> None:
    for seed in range(start, start + 20):
        listed = list(objects(sized(seed), seed))
        complete = (Complete.YES, Complete.AUTO, Complete.NO)[seed % 3]
        assert by_classes(view(listed, complete)) == pair_by_pair(view(listed, complete)), f"seed {seed}"


@pytest.mark.parametrize("has_cilium", [True, False])
def test_many_workloads_of_few_namespaces_are_answered_as_pair_by_pair(has_cilium: bool) -> None:
    listed = list(objects(Size(40, 60, 5, has_cilium=has_cilium), 7))
    assert by_classes(view(listed)) == pair_by_pair(view(listed))


@pytest.mark.parametrize("start", range(3000, 3060, 20))
def test_clients_with_many_sidecars_and_rules_are_answered_as_pair_by_pair(start: int) -> None:
    for seed in range(start, start + 20):
        chance = random.Random(seed)
        counts = chance.randrange(4, 14), chance.randrange(4, 30), chance.randrange(1, 5)
        listed = list(objects(Size(*counts, has_cilium=False, has_sidecars=True), seed))
        for number, one in enumerate(listed):
            if one["kind"] == "Sidecar" and chance.random() < 0.5:
                cast("Any", one["metadata"])["creationTimestamp"] = f"2026-01-{number % 27 + 1:02}T00:00:00Z"
            if one["kind"] == "Sidecar" and chance.random() < 0.2:
                cast("Any", one["metadata"])["namespace"] = "istio-system"
            if one["kind"] == "Service" and chance.random() < 0.15:
                cast("Any", one["spec"])["clusterIP"] = "None"
            if one["kind"] == "Deployment" and chance.random() < 0.1:
                cast("Any", one["spec"])["template"]["metadata"]["annotations"] |= _PASSING[number % 2]
        if seed % 2:
            settings = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"
            listed = [_with_settings(one, settings) for one in listed]
        assert by_classes(view(listed)) == pair_by_pair(view(listed)), f"seed {seed}"


_PASSING = (
    {"traffic.sidecar.istio.io/excludeOutboundPorts": "80"},
    {"traffic.sidecar.istio.io/includeOutboundIPRanges": "10.96.0.0/12"},
)


def _with_settings(one: Object, settings: str) -> Object:
    if one["kind"] != "ConfigMap" or cast("Any", one["metadata"])["name"] != "istio":
        return one
    data = cast("dict[str, str]", one["data"])
    return {**one, "data": {"mesh": f"{data['mesh']}{settings}\n"}}


def _changed(listed: list[Object], chance: random.Random) -> None:
    """Change one label, port, annotation, account or node of one workload."""
    made = chance.choice([one for one in listed if one["kind"] == "Deployment"])
    template = cast("dict[str, dict[str, dict[str, object]]]", cast("dict[str, object]", made["spec"])["template"])
    metadata, spec = template["metadata"], cast("dict[str, object]", template["spec"])
    match chance.randrange(6):
        case 0:
            metadata["labels"]["tier"] = chance.choice(("web", "api", "db", "none"))
        case 1:
            cast("list[dict[str, object]]", spec["containers"])[0]["ports"] = [{"name": "http", "containerPort": 8081}]
        case 2:
            metadata["annotations"]["traffic.sidecar.istio.io/excludeInboundPorts"] = "8080"
        case 3:
            metadata["annotations"]["linkerd.io/inject"] = "disabled"
        case 4:
            spec["serviceAccountName"] = "other"
        case _:
            spec["hostNetwork"] = True


@pytest.mark.parametrize("start", range(1000, 1060, 20))
def test_one_change_of_one_workload_gives_the_same_matrix_as_pair_by_pair(start: int) -> None:
    for seed in range(start, start + 20):
        listed = list(objects(sized(seed), seed))
        _changed(listed, random.Random(seed))
        assert by_classes(view(listed)) == pair_by_pair(view(listed)), f"seed {seed}"


@pytest.mark.parametrize("start", range(2000, 2060, 20))
def test_live_pods_with_addresses_and_nodes_give_the_same_matrix_as_pair_by_pair(start: int) -> None:
    for seed in range(start, start + 20):
        chance = random.Random(seed)
        listed = list(objects(sized(seed), seed))
        for one in listed:
            if one["kind"] == "Deployment" and chance.random() < 0.2:
                cast("Any", one["spec"])["template"]["spec"]["hostNetwork"] = True
        pods = [_pod(one, number, chance) for number, one in enumerate(listed) if one["kind"] == "Deployment"]
        listed += [pod for pod in pods if chance.random() < 0.7]
        assert by_classes(view(listed)) == pair_by_pair(view(listed)), f"seed {seed}"


def _pod(made: Object, number: int, chance: random.Random) -> Object:
    """A running pod of a Deployment that was read without its ReplicaSet."""
    owner = cast("dict[str, str]", made["metadata"])
    template = json.loads(json.dumps(cast("dict[str, object]", made["spec"])["template"]))
    template["metadata"]["labels"]["pod-template-hash"] = "abc"
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{owner['name']}-abc", "controller": True}
    template["metadata"] |= {
        "name": f"{owner['name']}-abc-{number}",
        "namespace": owner["namespace"],
        "uid": f"uid-{number}",
        "ownerReferences": [reference],
    }
    if chance.random() < 0.4:
        template["spec"]["containers"].append({"name": "istio-proxy", "image": "proxyv2"})
    template["spec"]["nodeName"] = f"node-{chance.randrange(2)}"
    address = f"{chance.choice((10, 192))}.0.0.{number + 1}"
    return {"apiVersion": "v1", "kind": "Pod", **template, "status": {"phase": "Running", "podIP": address}}


def test_a_policy_about_requests_leaves_the_answer_to_the_request() -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
    policy = (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: reads, namespace: shop}\n"
        "spec: {action: DENY, rules: [{to: [{operation: {methods: [POST]}}]}]}\n"
    )
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
    )
    matrix = matrix_of(mesh := scene(namespace, deployment("shop/cart"), service, policy), workloads(mesh))
    (row,) = matrix.rows
    assert (row.outcome.verdict, row.outcome.layer) == (Verdict.UNKNOWN, Layer.AUTHORIZATION)
    assert (row.outcome.transport, row.outcome.needs) == (Transport.MTLS, ("the method of the request",))
    assert row.outcome.depends_on_request
    assert (row.port, row.clients, row.servers) == ((8080, "TCP", 80, ""), 1, 1)
    assert matrix.totals() == {Verdict.ALLOWED: 0, Verdict.DENIED: 0, Verdict.UNKNOWN: 1}
