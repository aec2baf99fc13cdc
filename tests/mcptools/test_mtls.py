"""`validate_mtls` over MCP: what reaches the operation, what comes back, and how it is cut."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server

from service_mesh.mesh.view import Complete
from service_mesh.operations.request import Inputs, MtlsRequest
from tests.mcptools.samples import text_of, tokens
from tests.support.mtls import BREAKAGE, PERMISSIVE, PLAINTEXT, MtlsRecorder

pytestmark = pytest.mark.anyio

Serve = Callable[[MtlsRecorder], Server[Any]]
ASKED = {"paths": ["mesh/"]}


async def _called(serve: Serve, operation: MtlsRecorder, arguments: dict[str, Any]) -> Any:
    async with Client(serve(operation)) as client:
        return await client.call_tool("validate_mtls", arguments)


async def test_text_says_verdict_ports_edges_and_readiness(serve_mtls: Serve) -> None:
    answer = await _called(serve_mtls, MtlsRecorder(), ASKED)
    assert text_of(answer).splitlines() == [
        "permissive: 1 plaintext, 2 mtls",
        "Deployment shop/cart port 8080: permissive istio, by PeerAuthentication shop/mode /spec/mtls/mode"
        " (mtls.yaml:7)",
        "plaintext: Deployment legacy/report to Deployment shop/cart port 8080: the client is not in the mesh by"
        " PeerAuthentication shop/mode /spec/mtls/mode (mtls.yaml:7)",
        "mtls: Deployment shop/web, Deployment shop/cart to Deployment shop/cart port 8080: automatic mTLS by"
        " PeerAuthentication shop/mode /spec/mtls/mode (mtls.yaml:7)",
        "STRICT would break:",
        "  Deployment legacy/report to Deployment shop/cart port 8080: the client is not in the mesh by"
        " PeerAuthentication shop/mode /spec/mtls/mode (mtls.yaml:7)",
        "not checked: notes.txt: it is no YAML; name YAML files",
        "left out: 2 workloads of Kubernetes and of meshes themselves; --namespace asks for them",
    ]


async def test_fields_have_the_names_of_the_contract(serve_mtls: Serve) -> None:
    answer = (await _called(serve_mtls, MtlsRecorder(), ASKED)).structured_content
    assert answer["edges"][0]["from"] == ["Deployment legacy/report"]
    assert answer["strict_ready"]["would_break"][0]["from"] == ["Deployment legacy/report"]
    assert (answer["verdict"], answer["strict_ready"]["ready"]) == ("permissive", False)


async def test_every_argument_reaches_the_operation(serve_mtls: Serve) -> None:
    operation = MtlsRecorder()
    arguments = {**ASKED, "namespace": "shop", "workload": "shop/cart", "complete": "no", "versions": {"istio": "1.26"}}
    await _called(serve_mtls, operation, arguments)
    assert operation.requests == [
        MtlsRequest(
            inputs=Inputs(paths=("mesh/",), roots=("/configured",), max_bytes=50 * 1024 * 1024),
            namespace="shop",
            workload="shop/cart",
            complete=Complete.NO,
            versions={"istio": "1.26"},
        )
    ]


async def test_a_walk_through_the_pages_sees_every_edge_once(serve_mtls: Serve) -> None:
    edges = tuple(replace(PLAINTEXT, port=number) for number in range(8000, 8100))
    operation = MtlsRecorder(replace(PERMISSIVE, edges=edges))
    seen: list[int] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await _called(serve_mtls, operation, {**ASKED, "limit": 40, **more})
        seen += [edge["port"] for edge in answer.structured_content["edges"]]
        cursor = answer.structured_content["next_cursor"]
        if cursor is None:
            break
    assert seen == list(range(8000, 8100))


async def test_a_large_mesh_stays_within_the_budget(serve_mtls: Serve) -> None:
    edges = tuple(replace(PLAINTEXT, port=number) for number in range(8000, 8500))
    many = replace(
        PERMISSIVE,
        edges=edges,
        workloads=PERMISSIVE.workloads * 300,
        strict_ready=replace(PERMISSIVE.strict_ready, would_break=(BREAKAGE,) * 300),
    )
    answer = await _called(serve_mtls, MtlsRecorder(many), ASKED)
    assert tokens(text_of(answer)) < 2_300
    assert tokens(json.dumps(answer.structured_content)) < 2_700
    assert any("more entries of would_break are left out" in note for note in answer.structured_content["notes"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, 'call validate_mtls with {"paths": ["mesh/"]}'),
        ({**ASKED, "pod": "shop/cart"}, "did you mean 'workload'"),
        ({**ASKED, "complete": "true"}, '"complete": "yes"'),
    ],
)
async def test_common_mistakes_are_refused_with_the_right_way(
    serve_mtls: Serve, arguments: dict[str, Any], sentence: str
) -> None:
    answer = await _called(serve_mtls, MtlsRecorder(), arguments)
    assert answer.is_error
    assert sentence in text_of(answer)
