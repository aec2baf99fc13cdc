"""`generate_policy` over MCP: the files whole, the form where nothing is filled in, and refusals that help."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server
from mcp.types import CallToolResult

from service_mesh.mcptools.deps import Deps
from service_mesh.mcptools.server import build
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GeneratedFile, GenerateResult
from service_mesh.operations.request import GenerateRequest
from tests.mcptools.samples import text_of

pytestmark = pytest.mark.anyio

STRICT = {"intent": "strict-mtls", "mesh": "istio-ambient", "params": {"namespace": "shop"}}


@pytest.fixture
def serve_generate(deps: Deps) -> Callable[[Callable[[GenerateRequest], GenerateResult]], Server[Any]]:
    return lambda operation: build(replace(deps, generate=operation))


async def _called(server: Server[Any], arguments: dict[str, Any]) -> CallToolResult:
    async with Client(server) as client:
        return await client.call_tool("generate_policy", arguments)


async def test_files_come_whole_and_text_is_a_stream_that_can_be_applied(deps: Deps) -> None:
    answer = await _called(build(deps), STRICT)
    held = answer.structured_content
    assert held["files"][0]["name"] == "strict-mtls.yaml"
    assert "mode: STRICT" in held["files"][0]["text"]
    assert held["checks"]["validation"] == {"error": 0, "warning": 0, "info": 0}
    assert [one["answer"] for one in held["checks"]["simulation"]] == ["allow, encrypted", "deny"]
    assert text_of(answer).startswith("# strict-mtls for Istio in ambient mode")
    assert "# Source: strict-mtls.yaml\n" in text_of(answer)


async def test_fields_have_the_names_of_the_contract(deps: Deps) -> None:
    held = (await _called(build(deps), STRICT)).structured_content
    assert list(held)[:9] == [
        "files",
        "apply_order",
        "prerequisites",
        "verify",
        "rollback",
        "stages",
        "notes",
        "cannot_express",
        "checks",
    ]


async def test_without_params_the_form_comes_with_an_example_that_works(deps: Deps) -> None:
    answer = await _called(build(deps), {"intent": "allow-calls", "mesh": "linkerd"})
    held = answer.structured_content
    assert set(held["parameters"]["properties"]) == {"to", "callers", "calls", "probes", "observe"}
    assert "to (needed): The workload that is called, and the port." in text_of(answer)
    again = await _called(build(deps), {"intent": "allow-calls", "mesh": "linkerd", "params": held["example"]})
    assert again.structured_content["files"]


async def test_what_a_mesh_has_no_words_for_is_an_answer(deps: Deps) -> None:
    held = (await _called(build(deps), {**STRICT, "mesh": "cilium"})).structured_content
    assert held["files"] == []
    assert "mutual TLS" in held["cannot_express"][0]["part"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"mesh": "linkerd"}, "no intent is given; call it with"),
        ({**STRICT, "intent": "strict-mlts"}, "did you mean 'strict-mtls'?"),
        ({**STRICT, "mesh": "istio"}, "istio-sidecar"),
        ({**STRICT, "params": {"namespce": "shop"}}, "there is no params.namespce; did you mean 'namespace'?"),
        ({**STRICT, "params": {"namespace": "Shop"}}, "an example that works"),
        ({"intent": "strict-mtls", "mesh": "linkerd", "parameters": {}}, "params"),
    ],
)
async def test_mistakes_are_answered_so_that_the_next_call_is_right(
    deps: Deps, arguments: dict[str, Any], said: str
) -> None:
    answer = await _called(build(deps), arguments)
    assert answer.is_error
    assert said in text_of(answer)


async def test_surroundings_and_versions_reach_the_operation(
    serve_generate: Callable[[Callable[[GenerateRequest], GenerateResult]], Server[Any]],
) -> None:
    seen: list[GenerateRequest] = []

    def operation(request: GenerateRequest) -> GenerateResult:
        seen.append(request)
        return generate(replace(request, inputs=type(request.inputs)()))

    await _called(serve_generate(operation), {**STRICT, "versions": {"istio": "1.29"}, "paths": ["mesh/"]})
    assert seen[0].versions == {"istio": "1.29"}
    assert seen[0].inputs.paths == ("mesh/",)
    assert seen[0].inputs.roots


async def test_files_that_no_answer_holds_are_left_out_and_named(
    serve_generate: Callable[[Callable[[GenerateRequest], GenerateResult]], Server[Any]],
) -> None:
    files = tuple(GeneratedFile(f"{number}.yaml", "a: bcd\n" * 3_000) for number in range(3))
    result = GenerateResult("strict-mtls", "linkerd", files=files, apply_order=tuple(file.name for file in files))
    answer = await _called(serve_generate(lambda _: result), STRICT)
    assert [file["name"] for file in answer.structured_content["files"]] == ["0.yaml"]
    assert answer.structured_content["notes"][0].startswith("1.yaml, 2.yaml would make the answer too long")
    assert text_of(answer).startswith("1.yaml, 2.yaml would make")
