"""`preview_change` over MCP: what reaches the operation, what comes back, and how it is cut."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server

from service_mesh.errors import UsageError
from service_mesh.mcptools.server import Deps, build
from service_mesh.mesh.view import Complete
from service_mesh.model.finding import ResourceRef
from service_mesh.operations.preview_result import AccessChanges, ChangedObject, EncryptionChanges, FindingChanges
from service_mesh.operations.request import Inputs, PreviewRequest
from service_mesh.operations.result import NotChecked, Verdict
from tests.mcptools.samples import FINDING, text_of, tokens
from tests.support.preview import GAINED, LOST, STRICT, PreviewRecorder

pytestmark = pytest.mark.anyio

Serve = Callable[[PreviewRecorder], Server[Any]]
ASKED = {"paths": ["mesh/"], "after_paths": ["new.yaml"]}


async def _called(serve: Serve, operation: PreviewRecorder, arguments: dict[str, Any]) -> Any:
    async with Client(serve(operation)) as client:
        return await client.call_tool("preview_change", arguments)


async def test_text_is_markdown_for_a_pull_request(serve_preview: Serve) -> None:
    answer = await _called(serve_preview, PreviewRecorder(), ASKED)
    assert text_of(answer).splitlines() == [
        "**fail: calls: 1 lost, 4 gained; findings: 1 introduced, 0 fixed; 1 thing not checked**",
        "",
        "- changed: PeerAuthentication shop/mode",
        "",
        "```mermaid",
        "flowchart LR",
        '  n0["Deployment legacy/report"]',
        '  n1["Deployment shop/cart"]',
        '  n0 --x|"lost 8080"| n1',
        '  n2["Deployment shop/a, Deployment shop/b and 2 more"]',
        '  n2 ==>|"gained 8080 GET /admin"| n1',
        "```",
        "",
        "### Calls that no longer pass",
        "",
        "| from | to | before → after | decided by |",
        "| --- | --- | --- | --- |",
        "| Deployment legacy/report | Deployment shop/cart port 8080 by port 80 of the Service |"
        " allow (plaintext) -> deny (broken) |"
        " the client is not in the mesh: PeerAuthentication shop/mode (strict.yaml:4) |",
        "",
        "### Calls that newly pass",
        "",
        "| from | to | before → after | decided by |",
        "| --- | --- | --- | --- |",
        "| Deployment shop/a, Deployment shop/b and 2 more |"
        " Deployment shop/cart port 8080 by port 80 of the Service `GET /admin` | deny (mtls) -> allow (mtls) |"
        " it allows them: AuthorizationPolicy shop/cart (new.yaml:7) |",
        "",
        "### Findings introduced",
        "",
        "| severity | code | object | finding | place |",
        "| --- | --- | --- | --- | --- |",
        "| error | IS104 | VirtualService web/shop | gateway 'publik' does not exist | `mesh/shop.yaml:7` |",
        "",
        "- not checked: notes.txt: it is no YAML; name YAML files",
        "- note: calls from outside are not compared",
    ]
    assert answer.structured_content["markdown"] == text_of(answer)


async def test_fields_have_the_names_of_the_contract(serve_preview: Serve) -> None:
    answer = (await _called(serve_preview, PreviewRecorder(), ASKED)).structured_content
    assert list(answer) == [
        "verdict",
        "objects",
        "access",
        "encryption",
        "findings",
        "left_out",
        "markdown",
        "not_checked",
        "versions",
        "notes",
    ]
    assert list(answer["access"]) == ["gained", "lost", "newly_unauthenticated", "uncertain"]
    assert answer["encryption"] == {"lost": [], "gained": []}
    assert answer["access"]["lost"] == [
        {
            "from": "Deployment legacy/report",
            "to": "Deployment shop/cart",
            "port": "port 8080 by port 80 of the Service",
            "request": "",
            "before": "allow (plaintext)",
            "after": "deny (broken)",
            "decided_by": "the client is not in the mesh: PeerAuthentication shop/mode (strict.yaml:4)",
            "needs": [],
        }
    ]
    assert answer["access"]["gained"][0]["request"] == "GET /admin"
    assert answer["findings"] == {
        "introduced": [
            "error IS104 VirtualService web/shop: gateway 'publik' does not exist (mesh/shop.yaml:7)",
        ],
        "fixed": [],
        "unchanged": 3,
    }
    assert (answer["verdict"], answer["left_out"]) == ("fail", 0)
    assert answer["objects"] == ["changed PeerAuthentication shop/mode"]
    assert answer["versions"] == {"istio": "1.31"}


async def test_an_end_that_is_new_or_gone_is_null(serve_preview: Serve) -> None:
    access = AccessChanges(gained=(replace(GAINED, before=None),), lost=(replace(LOST, after=None),))
    answer = await _called(serve_preview, PreviewRecorder(replace(STRICT, access=access)), ASKED)
    found = answer.structured_content["access"]
    assert (found["gained"][0]["before"], found["lost"][0]["after"]) == (None, None)
    assert "| not there -> allow (mtls) |" in text_of(answer)


async def test_every_argument_reaches_the_operation(serve_preview: Serve) -> None:
    operation = PreviewRecorder()
    arguments = {
        **ASKED,
        "manifests": "a: 1",
        "after_manifests": "a: 2",
        "delete": ["NetworkPolicy shop/cart"],
        "complete": "yes",
        "versions": {"istio": "1.26"},
    }
    await _called(serve_preview, operation, arguments)
    confined = {"roots": ("/configured",), "max_bytes": 50 * 1024 * 1024}
    assert operation.requests == [
        PreviewRequest(
            inputs=Inputs(manifests="a: 1", paths=("mesh/",), **confined),  # type: ignore[arg-type]  # fields by name
            after=Inputs(
                manifests="a: 2",
                manifests_name="after_manifests",
                paths=("new.yaml",),
                **confined,  # type: ignore[arg-type]  # fields by name
            ),
            delete=("NetworkPolicy shop/cart",),
            complete=Complete.YES,
            versions={"istio": "1.26"},
        )
    ]


@pytest.mark.parametrize("change", [{"after_manifests": ""}, {"delete": ["A b/c"]}, {"after_paths": ["new/"]}])
async def test_any_part_of_a_change_is_one(serve_preview: Serve, change: dict[str, Any]) -> None:
    operation = PreviewRecorder()
    await _called(serve_preview, operation, {"paths": ["mesh/"], **change})
    assert len(operation.requests) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"after_paths": ["a"]}, 'call preview_change with {"paths": ["mesh/"]'),
        (
            {"paths": ["mesh/"]},
            'no change is given; add "after_manifests": "<YAML text>", "after_paths": ["new/"]'
            ' or "delete": ["Kind ns/name"]',
        ),
        ({"paths": ["a"], "after_path": ["b"]}, "did you mean 'after_paths'"),
        ({"paths": ["a"], "patch": "b"}, "did you mean 'after_manifests'"),
        ({"paths": ["a"], "remove": ["b"]}, "did you mean 'delete'"),
        ({"before": "a: 1", "after_paths": ["b"]}, "did you mean 'manifests'"),
        ({"before_paths": ["a"], "after_paths": ["b"]}, "did you mean 'paths'"),
        ({"paths": ["a"], "after_manifest": "b"}, "did you mean 'after_manifests'"),
        ({"paths": ["a"], "after_paths": "new/"}, 'write "after_paths": ["new/"]'),
        ({"paths": ["a"], "delete": "NetworkPolicy shop/cart"}, 'write "delete": ["NetworkPolicy shop/cart"]'),
        ({**ASKED, "complete": "true"}, '"complete": "yes"'),
        ({**ASKED, "namespace": "shop"}, "namespace"),
    ],
)
async def test_common_mistakes_are_refused_with_the_right_way(
    serve_preview: Serve, arguments: dict[str, Any], sentence: str
) -> None:
    operation = PreviewRecorder()
    answer = await _called(serve_preview, operation, arguments)
    assert answer.is_error
    assert sentence in text_of(answer)
    assert operation.requests == []


async def test_a_large_change_stays_within_the_budget_and_says_what_it_leaves_out(serve_preview: Serve) -> None:
    lost = tuple(replace(LOST, from_=(f"Deployment legacy/report-{number}",)) for number in range(3_000))
    many = replace(
        STRICT,
        objects=tuple(ChangedObject(f"NetworkPolicy shop/policy-{number}", "added") for number in range(500)),
        access=AccessChanges(lost=lost, gained=(GAINED,) * 2_000, uncertain=(GAINED,) * 1_000),
        encryption=EncryptionChanges(lost=(LOST,) * 500),
        findings=FindingChanges(introduced=(FINDING,) * 800, fixed=(FINDING,) * 800),
    )
    answer = await _called(serve_preview, PreviewRecorder(many), ASKED)
    found = answer.structured_content
    assert tokens(text_of(answer)) < 2_300
    assert tokens(json.dumps(found)) < 2_700
    shown = len(found["access"]["lost"])
    assert shown >= 1
    assert found["left_out"] == 6_500 - 4 * shown
    assert f"{3_000 - shown} more kinds of calls are left out." in text_of(answer)
    assert text_of(answer).startswith("**fail: calls: 3000 lost, 8000 gained, 500 no longer encrypted, 4000 uncertain;")


async def test_names_from_strangers_stay_in_their_cells(serve_preview: Serve) -> None:
    odd = "Deployment shop/`a`|<b>\n\x1b[31m</script>"
    rows = (replace(LOST, from_=(odd,), requests=("GET /`|\n",)),)
    hostile = replace(
        STRICT,
        objects=(ChangedObject("Odd |`x`\n# title", "added"),),
        access=AccessChanges(lost=rows),
        findings=FindingChanges(introduced=(replace(FINDING, message="a|b\n<i>", file="`x`|\n"),)),
    )
    answer = await _called(serve_preview, PreviewRecorder(hostile), ASKED)
    text = text_of(answer)
    assert "\x1b" not in text
    assert "<" not in text.replace("&lt;", "").replace("<br>", "")
    (row,) = (line for line in text.splitlines() if line.startswith("| Deployment"))
    assert row.replace("\\|", "").count("|") == 5
    assert "- added: Odd \\|\\`x\\`\ufffd# title" in text.splitlines()
    for line in text[text.index("```mermaid") :].split("```")[1].splitlines()[1:]:
        assert line.count('"') in (0, 2), line
    data = answer.structured_content
    assert data["access"]["lost"][0]["from"] == "Deployment shop/`a`|<b>\\n\\x1b[31m</script>"


@pytest.mark.parametrize(
    "hostile",
    [
        replace(STRICT, not_checked=(NotChecked("x" * 100_000, "why", "how"),) * 3),
        replace(STRICT, not_checked=tuple(NotChecked(f"file-{number}", "why", "how") for number in range(5_000))),
        replace(STRICT, objects=(ChangedObject("y" * 100_000, "added"),) * 30),
        replace(STRICT, access=AccessChanges(lost=(replace(LOST, from_=("\u4e2d" * 50_000,)),))),
        replace(STRICT, findings=FindingChanges(introduced=(replace(FINDING, message="\u4e2d" * 50_000),))),
        replace(
            STRICT,
            findings=FindingChanges(fixed=(replace(FINDING, resource=ResourceRef("v1", "K", "n", "z" * 100_000)),)),
        ),
    ],
    ids=["long reasons", "many reasons", "long objects", "long clients", "long findings", "long names"],
)
async def test_no_answer_exceeds_the_cap_whatever_is_in_the_manifests(serve_preview: Serve, hostile: Any) -> None:
    answer = await _called(serve_preview, PreviewRecorder(hostile), ASKED)
    assert not answer.is_error
    assert tokens(text_of(answer)) < 20_000
    assert tokens(json.dumps(answer.structured_content)) < 20_000


async def test_what_the_operation_refuses_is_told(deps: Deps) -> None:
    def refuse(_: PreviewRequest) -> Any:
        raise UsageError("there is no 'Secret a/b' to delete", "it was not read")

    async with Client(build(replace(deps, preview=refuse))) as client:
        answer = await client.call_tool("preview_change", ASKED)
    assert answer.is_error
    assert text_of(answer) == "there is no 'Secret a/b' to delete; it was not read"


async def test_a_change_of_nothing_is_a_short_answer(serve_preview: Serve) -> None:
    nothing = replace(
        STRICT,
        verdict=Verdict.PASS,
        objects=(),
        access=AccessChanges(),
        findings=FindingChanges(),
        not_checked=(),
        notes=("nothing differs from what is there",),
    )
    answer = await _called(serve_preview, PreviewRecorder(nothing), ASKED)
    assert text_of(answer).splitlines() == [
        "**pass: no call changes; findings: 0 introduced, 0 fixed; 0 things not checked**",
        "",
        "",
        "- note: nothing differs from what is there",
    ]
