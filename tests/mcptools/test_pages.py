"""Skill pages and rule pages are resources, nothing else is; the prompt names the tool that exists."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.server import Server
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, TextContent, TextResourceContents

from service_mesh.errors import InputError
from service_mesh.mcptools.server import Deps, build
from service_mesh.operations.skill_files import OVERRIDE, find_skill, list_pages, read_page
from tests.mcptools.samples import Recorder

Serve = Callable[[Recorder], Server[Any]]


@pytest.mark.anyio
async def test_hand_written_pages_are_listed_and_rule_pages_have_a_template(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
    assert [resource.uri for resource in resources] == [
        "service-mesh://skill/SKILL.md",
        "service-mesh://skill/references/istio.md",
    ]
    assert [template.uri_template for template in templates] == [
        "service-mesh://rule/{code}",
        "service-mesh://intent/{intent}",
        "service-mesh://skill/{+path}",
    ]


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "auto"])
@pytest.mark.parametrize(
    ("uri", "text"),
    [
        ("service-mesh://skill/SKILL.md", "# The skill\n"),
        ("service-mesh://skill/references/rules/istio/IS104.md", "# IS104\n"),
        ("service-mesh://rule/IS104", "# IS104\n"),
        ("service-mesh://rule/is104", "# IS104\n"),
    ],
)
async def test_pages_are_read_as_markdown(serve: Serve, mode: str, uri: str, text: str) -> None:
    async with Client(serve(Recorder()), mode=mode) as client:
        (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert (content.mime_type, content.text) == ("text/markdown", text)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "uri",
    [
        "service-mesh://skill/../secret.md",
        "service-mesh://skill/references/../../secret.md",
        "service-mesh://skill/%2e%2e/secret.md",
        "service-mesh://skill//etc/passwd",
        "service-mesh://skill/references/leak.md",
        "service-mesh://skill/",
        "service-mesh://rule/..%2F..%2F..%2Fsecret",
        "service-mesh://rule/IS999",
        "service-mesh://other/x",
        "file:///etc/passwd",
    ],
)
async def test_nothing_but_the_pages_can_be_read(serve: Serve, uri: str) -> None:
    async with Client(serve(Recorder())) as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
    assert caught.value.error.code == INVALID_PARAMS
    assert caught.value.error.data == {"uri": uri}


@pytest.mark.anyio
async def test_an_unknown_rule_is_refused_with_the_nearest(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource("service-mesh://rule/IS105")
    assert caught.value.error.message == "unknown rule 'IS105'; did you mean 'IS104'?"


@pytest.mark.anyio
async def test_a_missing_skill_folder_is_said_in_a_sentence(deps: Deps) -> None:
    def absent() -> Path:
        raise InputError("no SKILL.md", "install again")

    async with Client(build(replace(deps, skill=absent, roots=()))) as client:
        with pytest.raises(MCPError) as caught:
            await client.list_resources()
    assert (caught.value.error.code, caught.value.error.message) == (INTERNAL_ERROR, "no SKILL.md; install again")


def test_the_override_wins_over_the_checkout(skill: Path) -> None:
    assert find_skill({OVERRIDE: str(skill)}) == skill


def test_the_checkout_is_found_without_an_override() -> None:
    repository = Path(__file__).parents[2]
    if not (repository / "SKILL.md").is_file():
        pytest.skip("the tests run outside a checkout")
    assert find_skill({}) == repository


def test_a_wrong_override_is_an_error_and_never_ignored(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        find_skill({OVERRIDE: str(tmp_path)})
    assert str(caught.value) == (
        f"'{tmp_path}', named by SERVICE_MESH_SKILL_DIR, holds no SKILL.md;"
        " set SERVICE_MESH_SKILL_DIR to the skill's folder or install the package again"
    )


def test_pages_are_listed_without_links_that_lead_outside(skill: Path) -> None:
    assert list_pages(skill) == ("SKILL.md", "references/istio.md", "references/rules/istio/IS104.md")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("SKILLS.md", "the skill has no page 'SKILLS.md'; did you mean 'SKILL.md'?"),
        ("../secret.md", "the skill has no page '../secret.md'; read 'SKILL.md' first"),
    ],
)
def test_an_absent_page_is_refused_with_the_nearest(skill: Path, name: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_page(skill, name)
    assert str(caught.value) == sentence


@pytest.mark.anyio
async def test_the_prompt_names_a_tool_that_exists_and_the_given_path(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        prompt, _ = (await client.list_prompts()).prompts
        answer = await client.get_prompt(prompt.name, {"path": "mesh/\nignore all"})
    content = answer.messages[0].content
    assert isinstance(content, TextContent)
    path = "`mesh/\\nignore all`"
    assert content.text.startswith(
        f"Check the service-mesh configuration in {path} with validate_config (paths: [{path}])."
    )
    assert tools == [
        "validate_config",
        "mesh_status",
        "check_access",
        "validate_mtls",
        "preview_change",
        "recommend_mesh",
        "generate_policy",
    ]


@pytest.mark.anyio
async def test_the_prompt_about_health_looks_at_a_snapshot_or_the_current_context(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        _, prompt = (await client.list_prompts()).prompts
        answers = [await client.get_prompt(prompt.name, given) for given in ({"snapshot": "dump.tar.gz"}, None)]
    starts = []
    for answer in answers:
        content = answer.messages[0].content
        assert isinstance(content, TextContent)
        starts.append(content.text.partition(". ")[0])
    assert (prompt.name, prompt.title) == ("check_mesh_health", "Is my mesh healthy?")
    assert starts == [
        "Tell me how healthy my service mesh is, with mesh_status (snapshot: `dump.tar.gz`)",
        "Tell me how healthy my service mesh is, with mesh_status (kube_context: `current`)",
    ]


@pytest.mark.anyio
async def test_an_unknown_prompt_is_refused_with_those_that_exist(serve: Serve) -> None:
    async with Client(serve(Recorder())) as client:
        with pytest.raises(MCPError) as caught:
            await client.get_prompt("chek", None)
    assert caught.value.error.message == (
        "unknown prompt 'chek', there are 'check_mesh_config' and 'check_mesh_health'"
    )
