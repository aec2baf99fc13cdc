"""The folder of CRD files: which releases it has of which project, and what they define.

`FOLDER/PROJECT/RELEASE/**/*.yaml`; a release that has a folder `experimental` is represented by that channel, which
holds what the standard one has and more.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import yaml

__all__ = ["CRDS", "VERSIONED", "Definition", "Release", "newest", "releases"]

CRDS = "SERVICE_MESH_CRDS"
"""Environment variable that names the folder."""

_FIRST = "gateway-api"  # other projects ship copies of its kinds
VERSIONED = ("istio", "gateway-api", "linkerd", "cilium")
"""Projects whose versions `validate` takes."""

_UNNUMBERED = ("smi",)  # its folders are of two projects, not of two releases


@dataclass(frozen=True)
class Definition:
    """One CustomResourceDefinition."""

    data: Mapping[str, object]

    @cached_property
    def name(self) -> str:
        """Plural and group."""
        return str(cast(Mapping[str, object], self.data["metadata"])["name"])

    @cached_property
    def group(self) -> str:
        """API group."""
        return str(self._spec["group"])

    @cached_property
    def kind(self) -> str:
        """Kind."""
        return str(cast(Mapping[str, object], self._spec["names"])["kind"])

    @cached_property
    def plural(self) -> str:
        """Plural, as in a path."""
        return str(cast(Mapping[str, object], self._spec["names"])["plural"])

    @property
    def schemas(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        """API versions that are served, with their schemas."""
        for version in cast(list[Mapping[str, Mapping[str, object]]], self._spec["versions"]):
            if version["served"]:
                yield str(version["name"]), cast(Mapping[str, object], version["schema"]["openAPIV3Schema"])

    @cached_property
    def constraints(self) -> frozenset[str]:
        """Messages of the rules across fields, the rule itself where it has no message; transitions are left out."""
        return frozenset(message for _, schema in self.schemas for message in _messages(schema))

    @property
    def _spec(self) -> Mapping[str, object]:
        return cast(Mapping[str, object], self.data["spec"])


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a project."""

    project: str
    name: str
    folder: Path

    @property
    def minor(self) -> str:
        """Major and minor, as users name a version: `1.30`."""
        return ".".join(str(number) for number in _numbers(self.name)[:2])

    def definitions(self) -> Iterator[Definition]:
        """Its definitions, in the order of their files."""
        channel = self.folder / "experimental"
        for file in sorted((channel if channel.is_dir() else self.folder).rglob("*.yaml")):
            for data in yaml.load_all(file.read_bytes(), yaml.CSafeLoader):
                if data:
                    yield Definition(data)


def releases(folder: Path, project: str) -> list[Release]:
    """The releases of a project, oldest first."""
    names = sorted((path.name for path in (folder / project).iterdir() if path.is_dir()), key=_numbers)
    return [Release(project, name, folder / project / name) for name in names]


def newest(folder: Path) -> list[Definition]:
    """What the newest release of every project defines."""
    projects = sorted(
        (path.name for path in folder.iterdir() if path.is_dir()), key=lambda name: (name != _FIRST, name)
    )
    latest = [
        every if project in _UNNUMBERED else every[-1:] for project in projects if (every := releases(folder, project))
    ]
    found: dict[str, Definition] = {}
    for release in (release for chosen in latest for release in chosen):
        for definition in release.definitions():
            found.setdefault(definition.name, definition)
    return list(found.values())


def named(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that the environment names."""
    value = environment.get(CRDS)
    return Path(value) if value and Path(value).is_dir() else None


def _messages(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _messages(part)
    elif isinstance(schema, dict):
        for rule in schema.get("x-kubernetes-validations", ()):
            if isinstance(rule, dict) and "oldSelf" not in rule["rule"]:
                yield rule.get("message") or rule["rule"]
        for part in schema.values():
            yield from _messages(part)


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))
