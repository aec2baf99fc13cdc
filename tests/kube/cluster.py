"""The running server as the tests use it: with the definitions that a test asks for, and what it knows by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from tests.kube.client import Client
from tests.kube.install import install, remove
from tests.kube.instances import Schema
from tests.kube.releases import VERSIONED, Definition, newest, releases

__all__ = ["Cluster"]

_DEEPEST = 14


@dataclass(slots=True)
class Cluster:
    """A server and the definitions that it has.

    Attributes:
        client: To ask it.
        newest: The newest definitions of all projects.
        versions: Project -> the release that they are of, for the projects whose versions can be named.
    """

    client: Client
    newest: tuple[Definition, ...]
    versions: tuple[tuple[str, str], ...]
    _installed: dict[str, Definition] = field(default_factory=dict)

    @staticmethod
    def of(client: Client, crds: Path) -> "Cluster":
        """A cluster that knows the newest definitions of a folder."""
        latest = {project.replace("-", "_"): releases(crds, project)[-1].name for project in VERSIONED}
        return Cluster(client, tuple(newest(crds)), tuple(latest.items()))

    def use_newest(self) -> None:
        """Have the newest definitions of all projects, and no others."""
        self.use(self.newest)

    def use(self, definitions: Iterable[Definition]) -> None:
        """Have these definitions and no others; those that are there already stay."""
        wanted = {definition.name: definition for definition in definitions}
        old = [found for name, found in self._installed.items() if wanted.get(name) is not found]
        remove(self.client, old)
        for definition in old:
            del self._installed[definition.name]
        install(self.client, [new for name, new in wanted.items() if name not in self._installed])
        self._installed = wanted

    def builtin_schema(self, api_version: str, kind: str) -> Schema:
        """The schema of a kind of Kubernetes itself, references resolved."""
        prefix = "apis" if "/" in api_version else "api"
        document = self.client.ask("GET", f"/openapi/v3/{prefix}/{api_version}")
        schemas = cast(Mapping[str, Mapping[str, Schema]], document["components"])["schemas"]
        group, _, version = api_version.rpartition("/")
        wanted = {"group": group, "kind": kind, "version": version}
        for schema in schemas.values():
            if wanted in cast(list[object], schema.get("x-kubernetes-group-version-kind", [])):
                return _resolved(schema, schemas, 0)
        raise LookupError(f"the server has no schema of {api_version} {kind}")


def _resolved(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> Schema:
    """A schema without references, as a CRD would write it; below the deepest level nothing is known."""
    references = [part.get("$ref") for part in (schema, *cast(list[Schema], schema.get("allOf", [])))]
    for reference in references:
        if isinstance(reference, str):
            return _resolved(schemas[reference.rpartition("/")[2]], schemas, depth)
    if depth > _DEEPEST:
        return {}
    whole = dict(schema)
    if schema.get("format") == "int-or-string":
        whole = {"x-kubernetes-int-or-string": True}
    for key in ("items", "additionalProperties"):
        if isinstance(part := schema.get(key), dict):
            whole[key] = _resolved(part, schemas, depth + 1)
    if "properties" in schema:
        fields = cast(Mapping[str, Schema], schema["properties"])
        whole["properties"] = {name: _resolved(part, schemas, depth + 1) for name, part in fields.items()}
    return whole
