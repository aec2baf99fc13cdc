"""The server as it is installed: a process that speaks over its pipes, imports little, and keeps its output clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

import service_mesh
from tests.mcptools.samples import text_of

SERVE = "import sys; from service_mesh.mcptools.server import serve; serve(tuple(sys.argv[1:]))"
SOURCE = str(Path(service_mesh.__file__).parents[1])


def _parameters(*roots: str, folder: Path) -> StdioServerParameters:
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    return StdioServerParameters(command=sys.executable, args=["-c", SERVE, *roots], env=environment, cwd=folder)


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_unknown_arguments_are_refused_over_stdio(tmp_path: Path, mode: str) -> None:
    async with Client(_parameters(folder=tmp_path), mode=mode) as client:
        result = await client.call_tool("validate_config", {"manifests": "kind: X", "limt": 3})
    assert (result.is_error, text_of(result)) == (
        True,
        "unknown argument 'limt', did you mean 'limit'?: write \"limit\": 3",
    )


@pytest.mark.anyio
async def test_a_manifest_is_judged_end_to_end_and_a_path_outside_the_roots_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.yaml"
    root.mkdir()
    outside.write_text("kind: X\n", encoding="utf-8")
    (root / "link.yaml").symlink_to(outside)
    (root / "service.yaml").write_text(SERVICE, encoding="utf-8")
    async with Client(_parameters(str(root), folder=root)) as client:
        judged = await client.call_tool("validate_config", {"paths": ["service.yaml"]})
        refused = [await client.call_tool("validate_config", {"paths": [p]}) for p in (str(outside), "link.yaml")]
    assert judged.structured_content is not None
    (finding,) = judged.structured_content["findings"]
    assert (finding["file"], finding["line"], finding["severity"]) == ("service.yaml", 6, "error")
    for result in refused:
        assert result.is_error
        assert str(root) in text_of(result)
        assert "--root" in text_of(result)


SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  prots: []
"""


def test_nothing_heavy_is_imported_before_the_first_call() -> None:
    heavy = {"yaml", "ruamel", "jsonschema_rs", "rich", "service_mesh.rules", "service_mesh.engine"}
    script = (
        "import sys; from service_mesh.mcptools.server import Deps, build;"
        " build(Deps(*[None] * 11, ()));"
        f" print(sorted({heavy} & set(sys.modules)))"
    )
    assert _python(script) == "[]\n"


def test_the_sdk_is_not_imported_with_the_way_in() -> None:
    assert _python("import sys, service_mesh.mcptools.server; print('mcp' in sys.modules)") == "False\n"


def _python(script: str) -> str:
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, encoding="utf-8"
    ).stdout
