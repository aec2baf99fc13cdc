"""The packaged skill holds what it needs to run, in the layout that hosts look for."""

import json
import shutil
from pathlib import Path

import pytest

from service_mesh import __version__
from tests.packaging.repository import ROOT
from tools.package_skill import SKILL_PARTS, main, package


def _json(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    package(ROOT, target)
    return target


def test_package_has_the_places_that_hosts_look_for(target: Path) -> None:
    folder = target / "service-mesh"
    assert {path.name for path in folder.iterdir()} == {
        "plugin.json",
        "mcp.json",
        "skills",
        "README.md",
        "LICENSE",
        "NOTICE",
    }
    assert {path.name for path in (folder / "skills/service-mesh").iterdir()} == set(SKILL_PARTS)


def test_server_is_started_by_a_script_inside_the_package(target: Path) -> None:
    folder = target / "service-mesh"
    assert _json(folder / "mcp.json")["mcpServers"] == {
        "service-mesh": {"type": "stdio", "command": "./skills/service-mesh/scripts/service-mesh", "args": ["serve"]}
    }
    assert (folder / "skills/service-mesh/scripts/service-mesh").stat().st_mode & 0o111 == 0o111


def test_marketplace_of_the_package_points_at_it(target: Path) -> None:
    assert _json(target / ".claude-plugin/marketplace.json")["plugins"] == [
        {
            "name": "service-mesh",
            "source": "./service-mesh",
            "description": _json(ROOT / ".claude-plugin/plugin.json")["description"],
        }
    ]


def test_every_manifest_carries_the_version_of_the_package(target: Path) -> None:
    versions = [
        _json(path)["version"] for path in (target / "service-mesh/plugin.json", ROOT / ".claude-plugin/plugin.json")
    ]
    assert versions == [__version__, __version__]


def test_package_holds_neither_byte_code_nor_hidden_files_nor_links(target: Path) -> None:
    assert [
        p
        for p in (target / "service-mesh").rglob("*")
        if p.name.startswith(".") or p.name == "__pycache__" or p.suffix == ".pyc" or p.is_symlink()
    ] == []


def test_second_run_replaces_the_first(tmp_path: Path) -> None:
    stale = package(ROOT, tmp_path) / "skills/service-mesh/stale.md"
    stale.write_text("left over", encoding="utf-8")
    package(ROOT, tmp_path)
    assert not stale.exists()


def test_missing_part_of_the_skill_is_named(tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(ROOT / ".claude-plugin", root / ".claude-plugin")
    with pytest.raises(FileNotFoundError, match=r"SKILL\.md"):
        package(root, tmp_path / "dist")


def test_unwritable_target_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert main(["--target", str(blocked)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("package: ")
    assert error.count("\n") == 1
