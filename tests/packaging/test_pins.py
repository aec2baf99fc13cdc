"""The pin files are complete, name no index, agree with each other and with the ranges of the project."""

import re
import tomllib

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.packaging.repository import ROOT

_RUN_TIME, _CHECKOUT = "constraints.txt", "constraints-dev.txt"
_ENTRY = re.compile(
    r"^([a-z0-9-]+)==([^ ;]+)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
_PLATFORMS = [
    {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": system,
        "platform_machine": machine,
    }
    for version in ("3.11", "3.12", "3.13")
    for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("darwin", "x86_64"))
]


def _entries(name: str) -> list[tuple[str, str, str]]:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert _ENTRY.sub("", text) == "", f"{name} holds something that is not a pin with hashes"
    return [(match[1], match[2], match[3] or "") for match in _ENTRY.finditer(text)]


def _pinned(name: str, platform: dict[str, str]) -> dict[str, str]:
    holding = [(n, v) for n, v, marker in _entries(name) if not marker or Marker(marker).evaluate(platform)]
    assert len(holding) == len(dict(holding)), "a package is pinned twice for one platform"
    return dict(holding)


def _wanted(*groups: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = [*project["project"]["dependencies"], *(t for g in groups for t in project["dependency-groups"][g])]
    return [Requirement(text) for text in texts]


def _ids(platform: dict[str, str]) -> str:
    return "-".join((platform["python_version"], platform["sys_platform"], platform["platform_machine"]))


@pytest.mark.parametrize("platform", _PLATFORMS, ids=_ids)
@pytest.mark.parametrize(("name", "groups"), [(_RUN_TIME, ()), (_CHECKOUT, ("dev", "build"))])
def test_every_range_of_the_project_is_met_by_a_pin(
    name: str, groups: tuple[str, ...], platform: dict[str, str]
) -> None:
    pins = _pinned(name, platform)
    wanted = [w for w in _wanted(*groups) if w.marker is None or w.marker.evaluate(platform)]
    found = {w.name: pins.get(canonicalize_name(w.name)) for w in wanted}
    assert [w.name for w in wanted if (pin := found[w.name]) is None or Version(pin) not in w.specifier] == []


@pytest.mark.parametrize("platform", _PLATFORMS, ids=_ids)
def test_users_get_the_versions_that_were_tested(platform: dict[str, str]) -> None:
    assert _pinned(_RUN_TIME, platform).items() <= _pinned(_CHECKOUT, platform).items()


def test_developer_packages_do_not_reach_users() -> None:
    assert {"pytest", "mypy", "ruff", "hatchling"}.isdisjoint(name for name, _, _ in _entries(_RUN_TIME))
