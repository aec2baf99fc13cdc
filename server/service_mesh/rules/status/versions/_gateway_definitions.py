"""The definitions of the Gateway API in a cluster: of which release and channel each of them is."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Definition", "definitions", "main_channel", "main_release"]

Rank = tuple[int, ...]

_GROUP = ".gateway.networking.k8s.io"
_RELEASE = "gateway.networking.k8s.io/bundle-version"
_CHANNEL = "gateway.networking.k8s.io/channel"
_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+].*)?")


class Definition(NamedTuple):
    """A definition that says its release.

    Attributes:
        release: Where it says so.
        rank: Its release as numbers.
        channel: Where it says its channel, if it does.
    """

    release: Node
    rank: Rank
    channel: Node | None

    @property
    def resource(self) -> Resource:
        """The definition."""
        return self.release.resource


def definitions(mesh: MeshView, cluster: str) -> tuple[Definition, ...]:
    """The definitions of the Gateway API in a cluster that say their release, by name."""
    return mesh.index(_by_cluster).get(cluster, ())


def main_release(found: tuple[Definition, ...]) -> Definition:
    """The first definition of the release that most of them are of, of the newer one where two are as many."""
    counts = Counter(one.rank for one in found)
    rank = max(counts, key=lambda one: (counts[one], one))
    return next(one for one in found if one.rank == rank)


def main_channel(found: tuple[Definition, ...]) -> str:
    """The channel that most definitions are of; empty where none says it."""
    counts = Counter(one.channel.text for one in found if one.channel is not None and one.channel.text)
    return max(counts, key=lambda name: (counts[name], name)) if counts else ""


def _by_cluster(mesh: MeshView) -> Mapping[str, tuple[Definition, ...]]:
    found: dict[str, list[Definition]] = {}
    for resource in sorted(mesh.of_kind(CUSTOM_RESOURCE_DEFINITION), key=lambda one: one.name):
        annotations = resource.get("metadata.annotations") if resource.name.endswith(_GROUP) else None
        release = annotations.key(_RELEASE) if annotations is not None else None
        match = _VERSION.fullmatch(release.text) if release is not None and release.text.isascii() else None
        if annotations is not None and release is not None and match:
            rank = tuple(int(part) for part in match.groups() if part)
            found.setdefault(resource.cluster, []).append(Definition(release, rank, annotations.key(_CHANNEL)))
    return {cluster: tuple(those) for cluster, those in found.items()}
