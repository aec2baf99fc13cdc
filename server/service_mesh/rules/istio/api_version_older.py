"""Objects are written in an older version of Istio's API.

## Why it matters
`v1` has been served since Istio 1.22 for the kinds of networking, security and telemetry that are stable. The older
versions are still served and mean the same; but documentation, tools and objects read back from a cluster show `v1`,
and a mixture of both makes differences where there are none.

## Wrong
```yaml
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
```

## When it stays quiet
The release that is judged by is older than 1.22; the kind has no `v1`, as EnvoyFilter, ProxyConfig and WasmPlugin; the
object was read from a cluster, whose API server chooses the version. Each older version is told of once for all that
is judged together, at the first object that is written in it.

## Fix safety
None is offered: one object alone would not make them alike.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SERVICE_ENTRY,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
    WORKLOAD_ENTRY,
    WORKLOAD_GROUP,
)
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_STABLE = (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SERVICE_ENTRY,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
    WORKLOAD_ENTRY,
    WORKLOAD_GROUP,
)
_VERSION = "v1"
_SINCE = (1, 22)


class _Written(NamedTuple):
    """Objects that are written in one older version: the first of them, and how many there are."""

    first: Resource
    number: int


@rule(
    "IS289",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=_STABLE,
    sources=(
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "https://istio.io/latest/blog/2024/v1-apis/",
    ),
)
def api_version_older(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each older version once, at the first object that is written in it."""
    if resource.version == _VERSION or resource.is_from_cluster or mesh.release("istio") < _SINCE:
        return
    written = mesh.index(_older).get(resource.version)
    if written is not None and written.first is resource:
        others = f", and so are {written.number - 1} more" if written.number > 1 else ""
        message = f"'{resource.api_version}' is older than '{_VERSION}', which is served since Istio 1.22{others}"
        yield (resource.get("apiVersion") or resource.root).finding(message)


def _older(mesh: MeshView) -> Mapping[str, _Written]:
    """What is written in each older version, every writing of an object counted."""
    found: dict[str, list[Resource]] = {}
    for kind in _STABLE:
        for current in mesh.of_kind(kind):
            for one in mesh.writings(current):
                if one.version.startswith(("v1alpha", "v1beta")) and not one.is_from_cluster:
                    found.setdefault(one.version, []).append(one)
    return {version: _Written(min(listed, key=_place), len(listed)) for version, listed in found.items()}


def _place(resource: Resource) -> tuple[str, int, int]:
    """Where an object stands, for the order of people: by file, then by line."""
    origin = resource.origin
    if origin is None:
        return "", 0, 0
    return origin.source.name, origin.source.line_offset + origin.line, origin.start
