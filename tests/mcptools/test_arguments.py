"""A wrong call is refused with the right one, in both protocol eras."""

from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest
from tests.mcptools.samples import Recorder, text_of

pytestmark = pytest.mark.anyio

Serve = Callable[[Recorder], Server[Any]]

KNOWN = (
    "manifests, paths, snapshot, kube_context, versions, complete, crds, min_severity, select, ignore, fix, namespace,"
    " limit, cursor, detail"
)

VERSIONS = "'versions' takes an object of strings with the members istio, linkerd, cilium, gateway_api, kubernetes"

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"limt": 3}, "unknown argument 'limt', did you mean 'limit'?: write \"limit\": 3"),
    ({"path": "a.yaml"}, "unknown argument 'path', did you mean 'paths'?: write \"paths\": [\"a.yaml\"]"),
    ({"yaml": "kind: X"}, "unknown argument 'yaml', did you mean 'manifests'?: write \"manifests\": \"kind: X\""),
    (
        {"severity": "warn"},
        "unknown argument 'severity', did you mean 'min_severity'?: write \"min_severity\": \"warning\"",
    ),
    ({"evidence_url": "x"}, f"unknown argument 'evidence_url', validate_config takes {KNOWN}"),
    ({"paths": "a.yaml"}, '\'paths\' takes a list of strings: write "paths": ["a.yaml"]'),
    ({"paths": '["a.yaml", "b.yaml"]'}, '\'paths\' takes a list of strings: write "paths": ["a.yaml", "b.yaml"]'),
    ({"paths": [1]}, "'paths' takes a list of strings"),
    ({"select": "IS104, SC"}, '\'select\' takes a list of strings: write "select": ["IS104", "SC"]'),
    ({"manifests": {"kind": "X"}}, '\'manifests\' takes one string: write "manifests": "{\\"kind\\": \\"X\\"}"'),
    (
        {"manifests": ["kind: X", "kind: Y"]},
        '\'manifests\' takes one string: write "manifests": "kind: X\\n---\\nkind: Y"',
    ),
    ({"limit": "50"}, "'limit' takes a whole number from 1 to 200: write \"limit\": 50"),
    ({"limit": 1000}, "'limit' takes a whole number from 1 to 200: write \"limit\": 200"),
    ({"limit": True}, "'limit' takes a whole number from 1 to 200"),
    ({"limit": "many"}, "'limit' takes a whole number from 1 to 200"),
    ({"namespace": ["web"]}, '\'namespace\' takes one string of at most 253 characters: write "namespace": "web"'),
    (
        {"min_severity": "warn"},
        '\'min_severity\' takes one of "error", "warning", "info": write "min_severity": "warning"',
    ),
    (
        {"min_severity": "errors"},
        '\'min_severity\' takes one of "error", "warning", "info": write "min_severity": "error"',
    ),
    (
        {"min_severity": "Error"},
        '\'min_severity\' takes one of "error", "warning", "info": write "min_severity": "error"',
    ),
    ({"fix": True}, '\'fix\' takes one of "none", "safe", "all": write "fix": "safe"'),
    ({"fix": "true"}, '\'fix\' takes one of "none", "safe", "all": write "fix": "safe"'),
    ({"fix": "auto"}, '\'fix\' takes one of "none", "safe", "all": write "fix": "safe"'),
    ({"fix": False}, '\'fix\' takes one of "none", "safe", "all": write "fix": "none"'),
    ({"complete": True}, '\'complete\' takes one of "auto", "yes", "no": write "complete": "yes"'),
    ({"detail": "verbose"}, '\'detail\' takes one of "concise", "full": write "detail": "full"'),
    (
        {"versions": {"isto": "1.26"}},
        f'{VERSIONS}: write "versions": {{"istio": "1.26"}}',
    ),
    (
        {"versions": "istio=1.26, gateway-api: 1.2"},
        f'{VERSIONS}: write "versions": {{"istio": "1.26", "gateway_api": "1.2"}}',
    ),
    ({"versions": {"istio": 1.3}}, VERSIONS),
    ({"versions": {"flagger": "1.44"}}, VERSIONS),
    (
        {"version": {"linkerd": "2.20"}},
        'unknown argument \'version\', did you mean \'versions\'?: write "versions": {"linkerd": "2.20"}',
    ),
    ({"crds": "crds/"}, '\'crds\' takes a list of strings: write "crds": ["crds/"]'),
    ({"detail": 7}, '\'detail\' takes one of "concise", "full"'),
    (
        {"path": "a.yaml", "fix": True},
        '\'fix\' takes one of "none", "safe", "all": write "fix": "safe";'
        " unknown argument 'path', did you mean 'paths'?: write \"paths\": [\"a.yaml\"]",
    ),
    (
        {"aaaaaa": 1, "bbbbbb": 1, "cccccc": 1, "dddddd": 1},
        "; ".join(f"unknown argument '{c * 6}', validate_config takes {KNOWN}" for c in "abc")
        + "; 1 more arguments are wrong",
    ),
]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
async def test_a_wrong_argument_is_refused_with_the_right_one(
    serve: Serve, mode: str, arguments: dict[str, Any], sentence: str
) -> None:
    operation = Recorder()
    async with Client(serve(operation), mode=mode) as client:
        result = await client.call_tool("validate_config", {"manifests": "kind: X", **arguments})
    assert (result.is_error, text_of(result)) == (True, sentence)
    assert operation.requests == []


async def test_a_call_without_configuration_is_refused_with_an_example(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        result = await client.call_tool("validate_config", {"paths": [], "fix": "safe"})
    assert result.is_error
    assert text_of(result) == (
        "nothing to look at, neither 'manifests' nor 'paths' is given;"
        ' call validate_config with {"paths": ["mesh/"]} or {"manifests": "<YAML text>"}'
    )


async def test_a_misspelt_tool_is_refused_with_the_nearest_name(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        result = await client.call_tool("validate_confg", {})
    assert (result.is_error, text_of(result)) == (
        True,
        "unknown tool 'validate_confg'; did you mean 'validate_config'?",
    )


async def test_every_argument_reaches_the_operation(serve: Serve) -> None:
    operation = Recorder()
    arguments = {
        "manifests": "kind: X",
        "paths": ["mesh/", "*.md"],
        "versions": {"istio": "1.26", "gateway_api": "1.2"},
        "crds": ["crds/"],
        "complete": "yes",
        "min_severity": "warning",
        "select": ["IS"],
        "ignore": ["IS104"],
        "fix": "all",
        "namespace": "web",
        "limit": 5,
        "detail": "full",
    }
    async with Client(serve(operation)) as client:
        await client.call_tool("validate_config", arguments)
    assert operation.requests == [
        ValidateRequest(
            inputs=Inputs("kind: X", paths=("mesh/", "*.md"), roots=("/configured",), max_bytes=50 * 1024 * 1024),
            complete=Complete.YES,
            min_severity=Severity.WARNING,
            select=("IS",),
            ignore=("IS104",),
            fix=FixMode.ALL,
            namespace="web",
            versions={"istio": "1.26", "gateway_api": "1.2"},
            crds=("crds/",),
        )
    ]


async def test_null_counts_as_not_given(serve: Serve) -> None:
    operation = Recorder()
    async with Client(serve(operation)) as client:
        result = await client.call_tool("validate_config", {"manifests": "kind: X", "namespace": None, "fix": None})
    assert not result.is_error
    assert operation.requests[0].namespace is None
    assert operation.requests[0].fix is FixMode.NONE


@pytest.mark.parametrize(
    "arguments",
    [
        {"x" * 100_000: 1},
        {"a\x1b[31m\u202e\nb": 1},
        {"paths": "p" * 1_000_000},
        {"limit": 10**400},
        {"limit": "9" * 10_000},
        {"limit": 10**5_000},
        {"fix": 10**5_000},
        {"namespace": 10**5_000},
        {"cursor": "c" * 1_000_000},
        {"fix": "s" * 1_000_000},
        {"fix": [[[]]]},
        {"paths": [["a"] * 10_000]},
        {"paths": ["a"] * 5_000},
        {"manifests": [{"a": "b" * 100_000}]},
        {"paths": "[" * 100_000},
    ],
    ids=lambda arguments: next(iter(arguments))[:8],
)
async def test_garbage_is_refused_in_one_short_printable_line(serve: Serve, arguments: dict[str, Any]) -> None:
    operation = Recorder()
    async with Client(serve(operation)) as client:
        result = await client.call_tool("validate_config", {"manifests": "kind: X", **arguments})
    text = text_of(result)
    assert result.is_error
    assert text.startswith(("'", "unknown argument '"))
    assert text.isprintable()
    assert len(text) < 400
    assert operation.requests == []
