"""Definition of Cilium was left behind when the others were updated.

## Why it matters
Cilium's operator updates all definitions when it starts, to the schema that it was built with, and writes the schema's
version on them. One that stayed behind lacks fields: what agents and people write there is dropped without a word.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ciliumidentities.cilium.io, labels: {io.cilium.k8s.crd.schema.version: 1.33.0}}
spec:
  group: cilium.io
  names: {kind: CiliumIdentity, plural: ciliumidentities}
  scope: Cluster
  versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ciliumnetworkpolicies.cilium.io, labels: {io.cilium.k8s.crd.schema.version: 1.29.8}}
spec:
  group: cilium.io
  names: {kind: CiliumNetworkPolicy, plural: ciliumnetworkpolicies}
  scope: Namespaced
  versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ciliumidentities.cilium.io, labels: {io.cilium.k8s.crd.schema.version: 1.33.0}}
spec:
  group: cilium.io
  names: {kind: CiliumIdentity, plural: ciliumidentities}
  scope: Cluster
  versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ciliumnetworkpolicies.cilium.io, labels: {io.cilium.k8s.crd.schema.version: 1.33.0}}
spec:
  group: cilium.io
  names: {kind: CiliumNetworkPolicy, plural: ciliumnetworkpolicies}
  scope: Namespaced
  versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
```

## When it stays quiet
Only the definitions that every Cilium uses are compared: policies, endpoints, identities and nodes. Which version
belongs to which release of Cilium is not known to the data, so that definitions that are all too old are not told of.

## Fix safety
No fix: the operator updates definitions when it starts, unless that was switched off.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_LABEL = "io.cilium.k8s.crd.schema.version"
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){1,2}")
_CORE = frozenset(
    {
        "ciliumclusterwidenetworkpolicies.cilium.io",
        "ciliumendpoints.cilium.io",
        "ciliumidentities.cilium.io",
        "ciliumnetworkpolicies.cilium.io",
        "ciliumnodes.cilium.io",
    }
)


class _Schema(NamedTuple):
    rank: tuple[int, ...]
    label: Node


@rule(
    "ST414",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    sources=(
        "cilium/cilium: pkg/k8s/apis/cilium.io/register.go (CustomResourceDefinitionSchemaVersion)",
        "cilium/cilium: pkg/k8s/apis/crdhelpers/register.go (NeedsUpdateV1Factory)",
    ),
)
def cilium_definitions_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each definition whose schema is older than that of the newest."""
    found = mesh.index(_schemas).get(resource.cluster, {})
    ours = found.get(resource.name)
    newest = max(found.values(), key=lambda schema: schema.rank, default=None)
    if ours is not None and newest is not None and ours.rank < newest.rank:
        message = (
            f"schema of '{resource.name}' is version {ours.label.text}, "
            f"that of '{newest.label.resource.name}' {newest.label.text}"
        )
        label = f"custom-columns=NAME:.metadata.name,SCHEMA:.metadata.labels.{_LABEL.replace('.', chr(92) + '.')}"
        names = (resource.name, newest.label.resource.name)
        yield ours.label.problem(message, command("kubectl", "get", "customresourcedefinitions", *names, "-o", label))


def _schemas(mesh: MeshView) -> Mapping[str, Mapping[str, _Schema]]:
    found: dict[str, dict[str, _Schema]] = {}
    for resource in mesh.of_kind(CUSTOM_RESOURCE_DEFINITION):
        labels = resource.get("metadata.labels") if resource.name in _CORE else None
        label = labels.key(_LABEL) if labels is not None else None
        if label is not None and label.text.isascii() and _VERSION.fullmatch(label.text):
            rank = tuple(int(part) for part in label.text.split("."))
            found.setdefault(resource.cluster, {})[resource.name] = _Schema(rank, label)
    return found
