"""Patterns into paths."""

from pathlib import Path

import pytest

from service_mesh.source.globs import expand, fixed_part, is_pattern

FILES = ["a.yaml", "b.yml", "[x].yaml", ".hidden.yaml", "d/c.yaml", "d/e/f.yaml", ".git/g.yaml"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
    (tmp_path / "d/up").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.yaml", ["[x].yaml", "a.yaml"]),
        ("?.y*ml", ["a.yaml", "b.yml"]),
        ("[ab].y*", ["a.yaml", "b.yml"]),
        (".*.yaml", [".hidden.yaml"]),
        ("d/*.yaml", ["d/c.yaml"]),
        ("*/e/*.yaml", ["d/e/f.yaml"]),
        ("**/*.yaml", ["[x].yaml", "a.yaml", "d/c.yaml", "d/e/f.yaml"]),
        ("d/**", ["d/c.yaml", "d/e", "d/e/f.yaml", "d/up"]),
        ("**/e/**/f.yaml", ["d/e/f.yaml"]),
        ("*/up/a.yaml", ["d/up/a.yaml"]),
        ("*/../a.yaml", []),
        ("absent/*.yaml", []),
        ("a.yaml/*", []),
    ],
)
def test_pattern_matches_as_in_a_shell(folder: Path, pattern: str, found: list[str]) -> None:
    assert expand(pattern) == found
    assert expand(f"{folder}/{pattern}") == [f"{folder}/{name}" for name in found]


def test_stars_follow_no_links(folder: Path) -> None:
    for name in ("l1", "l2", "l3"):
        (folder / name).symlink_to(folder)
    assert expand("**/c.yaml") == ["d/c.yaml"]


def test_pattern_is_told_from_a_path() -> None:
    assert [is_pattern(path) for path in ("a/*.yaml", "a/?", "a/[b]", "a/b.yaml")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("pattern", "part"),
    [("*.yaml", "."), ("a/b/*.yaml", "a/b"), ("/*.yaml", "/"), ("/etc/**/x", "/etc"), ("../*", "..")],
)
def test_folder_above_the_first_wildcard_is_known(pattern: str, part: str) -> None:
    assert fixed_part(pattern) == part
