"""The published definition of each tool is pinned, complete and small."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server
from mcp.types import Tool

from tests.mcptools.samples import Recorder, tokens

SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "tools"
UPDATE = "SERVICE_MESH_UPDATE_SNAPSHOTS"
FORMS = {"requirements": 900}
"""Parameters that hold a whole form: their members are named in the text, which takes half the tokens of a schema."""

COMBINATORS = {"anyOf", "oneOf", "allOf", "not", "if"}

pytestmark = pytest.mark.anyio

Serve = Callable[[Recorder], Server[Any]]


async def _tools(serve: Serve, mode: str = "auto") -> list[Tool]:
    async with Client(serve(Recorder()), mode=mode) as client:
        return (await client.list_tools()).tools


def _wire(tool: Tool) -> dict[str, Any]:
    return tool.model_dump(by_alias=True, exclude_none=True, mode="json")


async def test_definitions_equal_their_snapshots(serve: Serve) -> None:
    tools = await _tools(serve)
    for tool in tools:
        text = json.dumps(_wire(tool), indent=2, ensure_ascii=False) + "\n"
        path = SNAPSHOTS / f"{tool.name}.json"
        if os.environ.get(UPDATE) == "1":
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, f"set {UPDATE}=1 to accept the new definition"
    assert sorted(path.stem for path in SNAPSHOTS.glob("*.json")) == sorted(tool.name for tool in tools)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_both_eras_see_the_same_tools(serve: Serve, mode: str) -> None:
    assert [_wire(tool) for tool in await _tools(serve, mode)] == [_wire(tool) for tool in await _tools(serve)]


async def test_names_are_unique(serve: Serve) -> None:
    assert [tool.name for tool in await _tools(serve)] == [
        "validate_config",
        "mesh_status",
        "check_access",
        "validate_mtls",
        "preview_change",
        "recommend_mesh",
        "generate_policy",
    ]


async def test_every_hint_is_set_explicitly(serve: Serve) -> None:
    for tool in await _tools(serve):
        assert _wire(tool)["annotations"] == {
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": True,
        }


async def test_inputs_are_closed_objects_without_references(serve: Serve) -> None:
    for tool in await _tools(serve):
        schema = tool.input_schema
        assert (schema["type"], schema["additionalProperties"]) == ("object", False)
        assert not COMBINATORS & set(schema)
        assert "$ref" not in json.dumps(schema)
        assert not COMBINATORS & set(tool.output_schema or {})


async def test_every_parameter_is_described_in_one_sentence_with_one_example(serve: Serve) -> None:
    for tool in await _tools(serve):
        for name, schema in tool.input_schema["properties"].items():
            text = schema["description"]
            assert text.count("e.g.") == 1, name
            assert text.endswith("."), name
            assert len(text) <= FORMS.get(name, 120), name


async def test_inputs_that_do_not_exist_yet_are_absent(serve: Serve) -> None:
    validate, status, access, mtls, preview, recommend, generate = await _tools(serve)
    assert list(preview.input_schema["properties"]) == [
        "manifests",
        "paths",
        "snapshot",
        "kube_context",
        "versions",
        "complete",
        "after_manifests",
        "after_paths",
        "delete",
    ]
    assert list(mtls.input_schema["properties"]) == [
        "manifests",
        "paths",
        "snapshot",
        "kube_context",
        "versions",
        "complete",
        "namespace",
        "workload",
        "limit",
        "cursor",
    ]
    assert list(access.input_schema["properties"]) == [
        "manifests",
        "paths",
        "snapshot",
        "kube_context",
        "versions",
        "complete",
        "source",
        "destination",
        "method",
        "path",
        "host",
        "headers",
        "jwt_claims",
        "matrix_namespace",
    ]
    assert list(recommend.input_schema["properties"]) == ["requirements", "snapshot", "kube_context"]
    assert list(generate.input_schema["properties"]) == [
        "intent",
        "mesh",
        "params",
        "versions",
        "manifests",
        "paths",
        "snapshot",
        "kube_context",
    ]
    assert list(status.input_schema["properties"]) == [
        "snapshot",
        "kube_context",
        "namespace",
        "checks",
        "symptom",
        "workload",
        "cert_days",
        "now",
        "limit",
        "cursor",
        "detail",
    ]
    assert list(validate.input_schema["properties"]) == [
        "manifests",
        "paths",
        "snapshot",
        "kube_context",
        "versions",
        "complete",
        "crds",
        "min_severity",
        "select",
        "ignore",
        "fix",
        "namespace",
        "limit",
        "cursor",
        "detail",
    ]


async def test_definitions_of_all_tools_stay_within_their_token_budgets(serve: Serve) -> None:
    wires = [_wire(tool) for tool in await _tools(serve)]
    outputs = [json.dumps(wire.pop("outputSchema")) for wire in wires]
    told = [{key: wire[key] for key in ("name", "description", "inputSchema")} for wire in wires]
    assert sum(tokens(json.dumps(one)) for one in told) < 4_000
    assert sum(map(tokens, outputs)) < 6_000
