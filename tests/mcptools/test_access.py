"""`check_access` over MCP: what reaches the operation, what comes back, and how it is cut."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server

from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete
from service_mesh.operations.request import AccessRequest, Inputs
from tests.mcptools.samples import text_of, tokens
from tests.support.access import DENIED, UNKNOWN, AccessRecorder

pytestmark = pytest.mark.anyio

Serve = Callable[[AccessRecorder], Server[Any]]
ASKED = {"paths": ["mesh/"], "source": "shop/web", "destination": "svc:shop/cart:80"}


async def _called(serve: Serve, operation: AccessRecorder, arguments: dict[str, Any]) -> Any:
    async with Client(serve(operation)) as client:
        return await client.call_tool("check_access", arguments)


async def test_text_says_the_answer_what_decides_and_every_layer(serve_access: Serve) -> None:
    answer = await _called(serve_access, AccessRecorder(), ASKED)
    assert text_of(answer).splitlines() == [
        "deny: Deployment shop/web to Deployment shop/cart port 8080 by Service shop/cart; carries mtls",
        "decided by authorization: AuthorizationPolicy shop/deny-writes denies it in AuthorizationPolicy"
        " shop/deny-writes at /spec/rules/0 (p.yaml:9)",
        "network-egress: allow: no policy is about egress of Deployment shop/web",
        "transport: allow: automatic mTLS",
        "  PeerAuthentication shop/strict /spec/mtls/mode: sets STRICT (mtls.yaml:7)",
        "authorization: deny: AuthorizationPolicy shop/deny-writes denies it",
        "  AuthorizationPolicy shop/deny-writes /spec/rules/0: matches and denies it (p.yaml:9)",
        "not checked: notes.txt: it is no YAML; name YAML files",
        "istio 1.31 was detected in 'Deployment istio-system/istiod'",
    ]


async def test_what_would_settle_an_unknown_answer_is_named(serve_access: Serve) -> None:
    answer = await _called(serve_access, AccessRecorder(UNKNOWN), ASKED)
    assert answer.structured_content["decision"] == "unknown"
    assert answer.structured_content["needs"] == ["the path of the request"]
    assert "needs: the path of the request" in text_of(answer)


async def test_every_argument_reaches_the_operation(serve_access: Serve) -> None:
    operation = AccessRecorder()
    arguments = {
        **ASKED,
        "manifests": "a: 1",
        "method": "GET",
        "path": "/items",
        "host": "shop.example.com",
        "headers": {"x-user": "alice"},
        "jwt_claims": {"iss": "https://issuer"},
        "complete": "yes",
        "versions": {"istio": "1.26"},
    }
    await _called(serve_access, operation, arguments)
    assert operation.requests == [
        AccessRequest(
            inputs=Inputs(manifests="a: 1", paths=("mesh/",), roots=("/configured",), max_bytes=50 * 1024 * 1024),
            source="shop/web",
            destination="svc:shop/cart:80",
            method="GET",
            path="/items",
            host="shop.example.com",
            headers={"x-user": "alice"},
            jwt_claims={"iss": "https://issuer"},
            complete=Complete.YES,
            versions={"istio": "1.26"},
        )
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"paths": ["a"], "from": "shop/web", "destination": "shop/b:80"}, "did you mean 'source'"),
        ({"paths": ["a"], "source": "shop/web", "to": "shop/b:80"}, "did you mean 'destination'"),
        ({"paths": ["a"], "source": "shop/web"}, "destination"),
        ({"source": "shop/web", "destination": "shop/b:80"}, 'call check_access with {"paths": ["mesh/"]}'),
    ],
)
async def test_common_mistakes_are_refused_with_the_right_way(
    serve_access: Serve, arguments: dict[str, Any], sentence: str
) -> None:
    answer = await _called(serve_access, AccessRecorder(), arguments)
    assert answer.is_error
    assert sentence in text_of(answer)


async def test_what_the_operation_refuses_is_told(serve_access: Serve) -> None:
    refused = UsageError("no workload 'shop/wbe' was read", "did you mean 'shop/web'?")
    answer = await _called(serve_access, AccessRecorder(error=refused), ASKED)
    assert answer.is_error
    assert text_of(answer) == "no workload 'shop/wbe' was read; did you mean 'shop/web'?"


async def test_a_long_answer_loses_objects_and_keeps_every_layer(serve_access: Serve) -> None:
    layers = tuple(replace(layer, objects=layer.objects * 40) for layer in DENIED.layers)
    many = tuple(replace(layer, reason=f"{layer.reason} {'x' * 250}") for layer in layers * 5)
    answer = await _called(serve_access, AccessRecorder(replace(DENIED, layers=many)), ASKED)
    assert len(answer.structured_content["layers"]) == len(many)
    assert tokens(text_of(answer)) < 2_300
    assert tokens(json.dumps(answer.structured_content)) < 2_700
