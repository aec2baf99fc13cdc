"""Asks an API server which kinds it serves, in one request where it can answer so, else group by group.

Sources: kubernetes/enhancements keps/sig-api-machinery/3352-aggregated-discovery (one document for all groups, `Stale`
for an aggregated group whose server does not answer), kubernetes/kubernetes
staging/src/k8s.io/client-go/discovery/discovery_client.go (the order of the media types, the fallback).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service_mesh.cluster.live.getter import JSON, Answer, Getter, UnansweredError, is_path_part
from service_mesh.cluster.live.replies import mappings, parsed, text_of
from service_mesh.cluster.live.wanted import is_wanted, is_wanted_group
from service_mesh.model.kinds import Kind

__all__ = ["Discovery", "RefusedCredentialsError", "Served", "discovered"]

_UNAUTHORIZED = 401

_AGGREGATED = ",".join(
    f"{JSON};g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList" for version in ("v2", "v2beta1")
)
_ACCEPT = f"{_AGGREGATED},{JSON}"


class RefusedCredentialsError(Exception):
    """The server answers 401."""


@dataclass(frozen=True, slots=True)
class Served:
    """A kind as one API version serves it.

    Attributes:
        kind: Group and kind.
        version: The version, without the group: the one the server prefers of those that have the kind.
        plural: The resource, as paths and permissions name it.
        is_namespaced: Whether its objects live in namespaces.
    """

    kind: Kind
    version: str
    plural: str
    is_namespaced: bool

    @property
    def root(self) -> str:
        """The path of the API version."""
        return f"/apis/{self.kind.group}/{self.version}" if self.kind.group else f"/api/{self.version}"

    @property
    def api_version(self) -> str:
        """The version as objects name it."""
        return f"{self.kind.group}/{self.version}" if self.kind.group else self.version

    @property
    def resource(self) -> str:
        """The resource as kubectl and roles name it: `pods`, `gateways.networking.istio.io`."""
        return f"{self.plural}.{self.kind.group}" if self.kind.group else self.plural


@dataclass(slots=True)
class Discovery:
    """What a server serves, of what is wanted.

    Attributes:
        served: Kind -> how it is read.
        silent: Group -> why it did not tell what it serves; the empty group is the core.
        refused: The HTTP status with which the server refused to tell its groups, 0 if it told them. The core group is
            asked for apart.
    """

    served: dict[Kind, Served] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def is_absent(self, kind: Kind) -> bool:
        """Whether the server is known not to serve a kind."""
        is_told = kind.group not in self.silent and (not kind.group or not self.refused)
        return is_told and kind not in self.served


def discovered(getter: Getter, deadline: float) -> Discovery:
    """The wanted kinds that a server serves, and the groups that did not answer.

    Raises:
        UnansweredError: There was no answer at all.
        RefusedCredentialsError: The server does not know who asks.
    """
    found = Discovery()
    for path in ("/api", "/apis"):
        answer = getter.get(path, {}, accept=_ACCEPT, deadline=deadline)
        if answer.status == _UNAUTHORIZED:
            raise RefusedCredentialsError
        if answer.status != 200 and path == "/api":
            found.silent[""] = f"the API server does not tell which kinds it serves ({answer.status})"
            continue
        if answer.status != 200:
            found.refused = answer.status
            continue
        document = parsed(answer.body)
        if document is None:
            raise UnansweredError("its answer is no JSON", "check the address of the cluster and proxies in between")
        if document.get("kind") == "APIGroupDiscoveryList":
            _take_all(document, found)
        else:
            _ask_each(getter, deadline, document, found)
    return found


def _take_all(document: Mapping[str, object], found: Discovery) -> None:
    for item in mappings(document.get("items")):
        metadata = item.get("metadata")
        group = text_of(metadata, "name")
        for version in mappings(item.get("versions")):
            if version.get("freshness") == "Stale" and is_wanted_group(group):
                found.silent.setdefault(group, "the server behind this group does not answer")
            for entry in mappings(version.get("resources")):
                kind = Kind(group, text_of(entry.get("responseKind"), "kind"))
                is_namespaced = entry.get("scope") == "Namespaced"
                _take(found, kind, text_of(version, "version"), text_of(entry, "resource"), is_namespaced, entry)
    for kind in found.served:
        found.silent.pop(kind.group, None)  # it tells what it served before; whether it still does, its lists will tell


def _ask_each(getter: Getter, deadline: float, document: Mapping[str, object], found: Discovery) -> None:
    for group, version in _versions(document):
        if not (is_wanted_group(group) and is_path_part(version)):
            continue
        path = f"/apis/{group}/{version}" if group else f"/api/{version}"
        try:
            answer = getter.get(path, {}, accept=JSON, deadline=deadline)
        except UnansweredError as error:
            found.silent.setdefault(group, error.reason)
            continue
        listed = parsed(answer.body) if answer.status == 200 else None
        if listed is None:
            found.silent.setdefault(group, _why(answer))
            continue
        for entry in mappings(listed.get("resources")):
            kind = Kind(group, text_of(entry, "kind"))
            _take(found, kind, version, text_of(entry, "name"), entry.get("namespaced") is True, entry)


def _why(answer: Answer) -> str:
    if answer.status == 200:
        return "its answer is no JSON"
    return f"the server behind this group answers with {answer.status}"


def _versions(document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Group and version of everything in an APIVersions or an APIGroupList, the preferred version first."""
    versions = document.get("versions")
    for version in versions if isinstance(versions, list) else ():
        if isinstance(version, str):
            yield "", version
    for item in mappings(document.get("groups")):
        preferred = text_of(item.get("preferredVersion"), "version")
        names = [text_of(version, "version") for version in mappings(item.get("versions"))]
        for name in sorted(names, key=lambda one: one != preferred):
            yield text_of(item, "name"), name


def _take(
    found: Discovery, kind: Kind, version: str, plural: str, is_namespaced: bool, entry: Mapping[str, object]
) -> None:
    verbs = entry.get("verbs")
    can_list = isinstance(verbs, list) and "list" in verbs
    is_named = is_path_part(plural) and is_path_part(version)  # a subresource has a `/`
    if can_list and is_named and is_wanted(kind):
        found.served.setdefault(kind, Served(kind, version, plural, is_namespaced))
