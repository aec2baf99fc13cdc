"""`mesh_status` over MCP: what reaches the operation, what comes back, and how it is cut."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server

from service_mesh.errors import UsageError
from service_mesh.mcptools.arguments import read_arguments
from service_mesh.mcptools.status import status_tool
from service_mesh.operations.request import Check, Inputs, StatusRequest, Symptom
from service_mesh.operations.result import Counts
from service_mesh.status.health import DataPlane, NamespaceHealth
from tests.mcptools.samples import text_of, tokens
from tests.support.health import CAUSE, HEALTH, PROBLEM, RESULT, StatusRecorder

pytestmark = pytest.mark.anyio

Serve = Callable[[StatusRecorder], Server[Any]]
SNAPSHOT = {"snapshot": "dump.tar.gz"}


async def _called(serve: Serve, operation: StatusRecorder, arguments: dict[str, Any]) -> Any:
    async with Client(serve(operation)) as client:
        return await client.call_tool("mesh_status", arguments)


async def test_text_says_judgement_problem_field_and_next_command(serve_status: Serve) -> None:
    answer = await _called(serve_status, StatusRecorder(), SNAPSHOT)
    assert text_of(answer).splitlines() == [
        "fail: 1 errors, 0 warnings, 0 info; read at 2026-11-20T12:00:00Z",
        "error ST101 Deployment istio-system/istiod: no pod of 'istiod' is ready",
        "  read from /status/readyReplicas = 0",
        "  next: kubectl -n istio-system describe deployment/istiod",
        "istio 1.31.2: sidecar",
        "  Deployment istio-system/istiod 0/2 ready 1.31.2",
        "  namespace shop: sidecar, 4/5 meshed, 1 outdated, 0 not ready",
        "  gateway shop/public: 203.0.113.5, programmed",
        "  certificate istiod CA (Secret istio-system/cacerts): ends 2027-03-01, 101 days left",
        "  configuration: 1 errors, 2 warnings, 0 info",
        "not checked: Secret objects: the snapshot holds none; kubectl get secrets -A -o yaml",
        "cluster prod: 42 objects from kubectl, Kubernetes 1.34.2",
    ]


async def test_every_argument_reaches_the_operation(serve_status: Serve) -> None:
    operation = StatusRecorder()
    arguments = {
        "kube_context": "prod",
        "namespace": "shop",
        "checks": ["certificates"],
        "symptom": "503",
        "workload": "shop/web",
        "cert_days": 60,
        "now": "2026-11-20T12:00:00Z",
    }
    await _called(serve_status, operation, arguments)
    (request,) = operation.requests
    assert replace(request, progress=None) == StatusRequest(
        inputs=Inputs(kube_context="prod", roots=("/configured",)),
        namespace="shop",
        checks=(Check.CERTIFICATES,),
        symptom=Symptom.STATUS_503,
        workload="shop/web",
        cert_days=60,
        now="2026-11-20T12:00:00Z",
    )


async def test_client_that_asks_for_progress_is_told(serve_status: Serve) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with Client(serve_status(StatusRecorder())) as client:
        await client.call_tool("mesh_status", SNAPSHOT, progress_callback=hear)
    assert told == [(1.0, 2.0, "pods")]


async def test_cause_of_a_symptom_comes_first(serve_status: Serve) -> None:
    answer = await _called(serve_status, StatusRecorder(replace(RESULT, cause=CAUSE)), SNAPSHOT)
    assert text_of(answer).splitlines()[1:4] == [
        "503 of shop/web: IS110 Service shop/web: the service selects no pod",
        "  next: kubectl -n shop get endpointslices",
        "  it is something else if: the service has ready endpoints",
    ]
    assert answer.structured_content["cause"]["resource"] == "Service shop/web"


async def test_full_detail_adds_place_page_and_sources(serve_status: Serve) -> None:
    answer = await _called(serve_status, StatusRecorder(), {**SNAPSHOT, "detail": "full"})
    (problem,) = answer.structured_content["problems"]
    assert (problem["file"], problem["line"], problem["doc"]) == (
        "dump/deployments.yaml",
        12,
        "references/rules/status/ST101.md",
    )
    assert "  in dump/deployments.yaml:12; page: references/rules/status/ST101.md" in text_of(answer).splitlines()


async def test_many_problems_and_namespaces_take_about_2000_tokens_and_a_cursor_leads_on(serve_status: Serve) -> None:
    problems = tuple(replace(PROBLEM, id=f"p-{n}", message=f"no pod of 'istiod-{n}' is ready") for n in range(300))
    spaces = tuple(NamespaceHealth(f"team-{n}", "sidecar", 5, 5, int(n == 77), 0) for n in range(200))
    health = replace(HEALTH, data_plane=DataPlane(spaces))
    result = replace(RESULT, problems=problems, counts=Counts(error=300), meshes=(health,))
    operation = StatusRecorder(result)
    first = await _called(serve_status, operation, SNAPSHOT)
    size = max(tokens(text_of(first)), tokens(json.dumps(first.structured_content, ensure_ascii=False)))
    assert size < 2_400
    shown = [space["name"] for space in first.structured_content["meshes"][0]["data_plane"]["namespaces"]]
    assert shown == ["team-0", "team-1", "team-2", "team-3", "team-77"]
    assert '195 more rows of istio are left out: "detail": "full" or "namespace" shows them' in text_of(first)
    cursor = first.structured_content["next_cursor"]
    second = await _called(serve_status, operation, {**SNAPSHOT, "cursor": cursor})
    assert second.structured_content["meshes"] == []
    messages = [problem["message"] for answer in (first, second) for problem in answer.structured_content["problems"]]
    assert messages == [f"no pod of 'istiod-{n}' is ready" for n in range(len(messages))]


async def test_call_without_a_cluster_says_how_to_name_one(serve_status: Serve) -> None:
    answer = await _called(serve_status, StatusRecorder(), {})
    assert answer.is_error
    assert '{"kube_context": "current"}' in text_of(answer)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"context": "prod"},
            "unknown argument 'context', did you mean 'kube_context'?: write \"kube_context\": \"prod\"",
        ),
        ({"checks": "certs"}, 'write "checks": ["certificates"]'),
        ({"symptom": "tls"}, 'write "symptom": "tls-error"'),
        ({"cert_days": "60"}, 'write "cert_days": 60'),
    ],
    ids=["misspelt", "one word for a list", "alias of a value", "number as text"],
)
async def test_common_mistakes_are_answered_with_the_right_words(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(status_tool(StatusRecorder()), given)
    assert sentence in str(caught.value)
