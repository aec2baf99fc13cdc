"""What the loaded objects look at: selectors, identities, ports and Services that they name, ranges of addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.kinds import (
    CERTIFICATE_FILE,
    CILIUM_ENDPOINT,
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    ENDPOINT_SLICE,
    GATEWAY,
    NAMESPACE,
    NODE,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    Kind,
)
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Requirement, Selector, label_selector, map_selector
from service_mesh.posture.kubernetes.networks import network_of

__all__ = ["NEUTRAL", "Look", "Looks", "looks"]

NEUTRAL = frozenset(
    {
        *WORKLOAD_KINDS,
        CERTIFICATE_FILE,
        CILIUM_ENDPOINT,
        CONFIG_MAP,
        CUSTOM_RESOURCE_DEFINITION,
        ENDPOINT_SLICE,
        NAMESPACE,
        NODE,
        SECRET,
        SERVICE_ACCOUNT,
    }
)
"""Kinds whose objects look at no other object in a way that decides about calls."""

_IDENTITY_FIELDS = frozenset(
    {
        "identities",
        "identityRefs",
        "namespaces",
        "notNamespaces",
        "notPrincipals",
        "notServiceAccounts",
        "notValues",
        "principals",
        "requiredAuthenticationRefs",
        "serviceAccounts",
        "values",
    }
)
_SOURCES = ("k8s:", "any:")
_FOREIGN = ("io.kubernetes.pod.namespace", "io.cilium.k8s.namespace.labels.", "reserved:")
_RANGE = re.compile(r"[0-9A-Fa-f.:]+(/[0-9]{1,3})?")
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Look:
    """What one object looks at; masks have a bit for each thing by its number.

    Attributes:
        selectors: The selectors in it: bit 2n for the pods that selector n selects, 2n + 1 for the namespaces.
        identities: The texts in it that may mean accounts or namespaces.
        names_ports: Whether it names ports.
        names_services: Whether it names Services as destinations.
    """

    selectors: int = 0
    identities: int = 0
    names_ports: bool = False
    names_services: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """What all loaded objects look at.

    Attributes:
        of: What each object looks at.
        of_kind: The selectors of all objects of a kind, as in `Look.selectors`.
        selectors: The selectors by their numbers, each with the namespace that it looks in; empty for every one.
        pods: Asked with a pod's namespace and labels, the numbers of the selectors that select it.
        namespaces: Asked with a namespace's labels, the same of namespaces.
        identities: The texts that may mean accounts or namespaces, each with the namespace of its object.
        words: What is written anywhere outside of selectors, cut at slashes.
        networks: The ranges of addresses that are written anywhere.
    """

    of: Mapping[ResourceKey, Look]
    of_kind: Mapping[Kind, int]
    selectors: tuple[tuple[str, Selector], ...]
    pods: SelectorIndex[int] = field(compare=False)  # these two follow from the selectors
    namespaces: SelectorIndex[int] = field(compare=False)
    identities: tuple[tuple[str, str], ...]
    words: frozenset[str]
    networks: tuple[Network, ...]


def looks(mesh: MeshView) -> Looks:
    """What all loaded objects look at, read once."""
    return mesh.index(_looks)


@dataclass(slots=True)
class _Notebook:
    """What was read so far."""

    selectors: dict[tuple[str, Selector], int] = field(default_factory=dict)
    identities: dict[tuple[str, str], int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    networks: dict[Network, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Page:
    """What was read of one object."""

    resource: Resource
    home: str
    book: _Notebook
    selectors: int = 0
    identities: int = 0
    names_ports: bool = False
    names_services: bool = False

    def take(self, selector: Selector, home: str) -> None:
        """Note a selector down: for the pods of a namespace, or of every one."""
        if selector.nothing or selector.is_empty:
            return
        bare = _bare(selector)
        keys = (*bare.equal, *(one.key for one in bare.requirements))
        place = "" if any(key.startswith(_FOREIGN) for key in keys) else home
        number = self.book.selectors.setdefault((place, bare), len(self.book.selectors))
        self.selectors |= 3 << (2 * number)

    def take_identity(self, text: str) -> None:
        """Note a text down that may mean an account or a namespace."""
        number = self.book.identities.setdefault((text, self.resource.namespace), len(self.book.identities))
        self.identities |= 1 << number
        self.take_range(text)

    def take_text(self, text: str) -> None:
        """Note a text down that may name something, or be a range of addresses."""
        self.book.words.update(text.split("/") if "/" in text else (text,))
        self.take_range(text)

    def take_range(self, text: str) -> None:
        """Note a text down if it is a range of addresses."""
        if _RANGE.fullmatch(text) and (network := network_of(text)) is not None:
            self.book.networks[network] = None


def _looks(mesh: MeshView) -> Looks:
    book = _Notebook()
    of: dict[ResourceKey, Look] = {}
    of_kind: dict[Kind, int] = {}
    for kind in sorted(mesh.kinds() - NEUTRAL):
        for resource in mesh.of_kind(kind):
            look = of[resource.key] = _read(mesh, resource, book)
            of_kind[kind] = of_kind.get(kind, 0) | look.selectors
    everywhere = [("", "", selector, number) for (_, selector), number in book.selectors.items()]
    placed = [("", home, selector, number) for (home, selector), number in book.selectors.items()]
    return Looks(
        of,
        of_kind,
        tuple(book.selectors),
        SelectorIndex(placed),
        SelectorIndex(everywhere),
        tuple(book.identities),
        frozenset(book.words),
        tuple(book.networks),
    )


def _read(mesh: MeshView, resource: Resource, book: _Notebook) -> Look:
    is_everywhere = resource.kind == GATEWAY or resource.namespace == root_namespace(mesh, resource.cluster)
    page = _Page(resource, "" if is_everywhere else resource.namespace, book)
    for text in resource.annotations.values():
        if isinstance(text, str):
            page.take_text(text)
    if resource.kind == SERVICE:
        page.take_text(resource.root.text_at("spec.externalName"))
        return Look()
    if resource.kind == GATEWAY:
        page.take(map_selector(resource.get("spec.selector")), "")
    for name, value in resource.data.items():
        if name not in ("metadata", "status", "kind", "apiVersion"):
            _walk(page, name, value, page.home, _DEEPEST)
    return Look(page.selectors, page.identities, page.names_ports, page.names_services)


def _walk(page: _Page, name: str, value: object, home: str, depth: int) -> None:
    """Read everything below a field."""
    if isinstance(value, dict):
        _walk_map(page, value, home, depth)
    elif isinstance(value, list):
        for item in value if depth else ():
            _walk(page, name, item, home, depth - 1)
    elif isinstance(value, str):
        page.take_text(value)
        if name in ("port", "namedPort") and not value.isdecimal():
            page.names_ports = True


def _walk_map(page: _Page, value: Mapping[str, object], home: str, depth: int) -> None:
    if "matchLabels" in value or "matchExpressions" in value:
        page.take(label_selector(Node(page.resource, (), value)), home)
        return
    inside = "" if "namespaceSelector" in value or "namespaces" in value else home
    for name, held in value.items() if depth else ():
        if not isinstance(name, str):
            continue
        if name in ("workloadSelector", "selector") and isinstance(held, dict) and isinstance(held.get("labels"), dict):
            page.take(map_selector(Node(page.resource, (), held["labels"])), home)
            continue
        if name in _IDENTITY_FIELDS and isinstance(held, list):
            for text in _texts(held, depth):
                page.take_identity(text)
            continue
        page.names_services = page.names_services or name == "toServices"
        _walk(page, name, held, inside, depth - 1)


def _texts(value: object, depth: int) -> Iterator[str]:
    """Every text below a value."""
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, list | dict):
        for held in value.values() if isinstance(value, dict) else value:
            yield from _texts(held, depth - 1)


def _bare(selector: Selector) -> Selector:
    """A selector with keys as pods carry them, without the sources that Cilium's policies may write."""
    equal = {_key(key): value for key, value in selector.equal.items()}
    requirements = tuple(Requirement(_key(one.key), one.operator, one.values) for one in selector.requirements)
    return Selector(equal, requirements, selector.nothing)


def _key(key: str) -> str:
    return key[4:] if key.startswith(_SOURCES) else key
