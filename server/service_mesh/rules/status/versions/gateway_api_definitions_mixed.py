"""Definitions of the Gateway API are of several releases or channels.

## Why it matters
The kinds refer to each other and are released together: an upgrade that reached some of them leaves routes whose fields
the Gateway does not know. A definition of the experimental channel among standard ones may change without notice, and
since release 1.6 the API server refuses to put one channel over the other.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gateways.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.6.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: Gateway, plural: gateways}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.2.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gateways.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.6.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: Gateway, plural: gateways}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.6.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
```

## When it stays quiet
A definition says no release. Releases that differ by a patch, and channels, are notes. What is unlike the others is
said once, at the first such definition.

## Fix safety
No fix: the definitions are installed as a whole.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.versions._gateway_definitions import (
    Definition,
    definitions,
    main_channel,
    main_release,
)


@rule(
    "ST412",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    sources=(
        "https://gateway-api.sigs.k8s.io/concepts/versioning/",
        "kubernetes-sigs/gateway-api: config/crd/standard/gateway.networking.k8s.io_vap_safeupgrades.yaml",
    ),
)
def gateway_api_definitions_mixed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first definition of another release, and else the first of another channel."""
    found = definitions(mesh, resource.cluster)
    if not found:
        return
    main = main_release(found)
    others = [one for one in found if one.rank != main.rank]
    if others:
        if others[0].resource is resource:
            yield from _of_releases(others, main)
        return
    channel = main_channel(found)
    foreign = [one.channel for one in found if one.channel is not None and one.channel.text != channel]
    if foreign and foreign[0].resource is resource:
        yield from _of_channels(foreign, channel)


def _of_releases(others: list[Definition], main: Definition) -> Iterator[Draft]:
    first = others[0]
    is_patch = all(one.rank[:2] == main.rank[:2] for one in others)
    message = (
        f"{_these(len(others), first.resource)} of the Gateway API {told(first.release.text)}, "
        f"most others of {told(main.release.text)}"
    )
    related = (main.release.note("the release that most definitions are of"),)
    severity = Severity.INFO if is_patch else None
    yield first.release.problem(message, get_yaml(first.resource), related=related, severity=severity)


def _of_channels(foreign: list[Node], channel: str) -> Iterator[Draft]:
    first = foreign[0]
    message = (
        f"{_these(len(foreign), first.resource)} of the channel '{told(first.text)}' of the Gateway API, "
        f"most others of '{told(channel)}'"
    )
    yield first.problem(message, get_yaml(first.resource), severity=Severity.INFO)


def _these(count: int, first: Resource) -> str:
    return f"'{first.name}' is" if count == 1 else f"'{first.name}' and {count - 1} more are"
