"""What the documents name exists, and no file names what belongs to one machine."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.repository import ROOT, held_files, text_of

_DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("README.md", "AGENTS.md", "CONTRIBUTING.md", "CHANGELOG.md", "SKILL.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
)
_FENCE = re.compile(r"^ *```.*?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
_MADE = (".venv", "dist")
_METHODS = ("tools/list", "tools/call")
_LONGEST = 400


def _commands(text: str) -> Iterator[str]:
    """Single commands of code spans and blocks, without comments."""
    code = [
        *_SPAN.findall(_FENCE.sub("", text)),
        *(line for block in _FENCE.findall(text) for line in block.split("\n")),
    ]
    for line in code:
        yield from (command.strip() for command in line.partition(" #")[0].split("&&"))


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_link_of_a_document_leads_to_a_file(document: str) -> None:
    links = [link for link in _LINK.findall((ROOT / document).read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_path_in_code_of_a_document_exists(document: str) -> None:
    tops = {path.partition("/")[0] for path in held_files() if "/" in path}
    words = [word for command in _commands((ROOT / document).read_text(encoding="utf-8")) for word in command.split()]
    paths = [word.rstrip("/") for word in words if word.partition("/")[0] in tops and not re.search(r"[<>*…]", word)]
    assert [path for path in paths if path not in (*_MADE, *_METHODS) and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_make_target_of_a_document_exists(document: str) -> None:
    commands = _commands((ROOT / document).read_text(encoding="utf-8"))
    named = {word for command in commands if command.startswith("make ") for word in command.split()[1:]}
    assert {word for word in named if "=" not in word} - _targets() == set()


def test_help_of_make_tells_about_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == _targets()


def test_architecture_lists_the_rooms_of_the_package() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.split("\n") if line.startswith("| `")]
    listed = {name.removesuffix(".py") for row in rows for name in _SPAN.findall(row)}
    package = ROOT / "server/service_mesh"
    rooms = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert listed == rooms - {"__init__"}


def test_architecture_draws_the_layers_that_are_checked() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    assert _FENCE.findall(text)[0].split("\n")[:-1] == layers["layers"]


# In pieces, so that this file does not name them.
_HOSTS = re.compile("|".join((r"pythonhosted\.", r"pypi\.o" "rg", r"npmjs\.", r"proxy\.golang\.", r"deb\.debian\.")))
_MACHINE = re.compile(r"(?<![\w.${}/-])/(?:home|root|Users|work)/[\w.-]+")


def test_no_file_names_a_package_registry() -> None:
    assert [path for path in held_files() if _HOSTS.search(text_of(path) or "")] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    own = [str(folder) + "/" for folder in (ROOT, Path.home()) if len(folder.parts) > 1]
    found = []
    for path in held_files():
        text = text_of(path) or ""
        if _MACHINE.search(text) or any(folder in text for folder in own):
            found.append(path)
    assert found == []


def test_no_python_file_is_longer_than_a_reader_bears() -> None:
    lengths = {path: (text_of(path) or "").count("\n") for path in held_files() if path.endswith(".py")}
    assert {path: lines for path, lines in lengths.items() if lines > _LONGEST} == {}
