"""Facts of the kinds that Kubernetes itself serves, from the JSON schemas that its OpenAPI document is published as.

Their objects are decoded into Go structs instead of being judged by a schema, so that null means unset everywhere,
and what the OpenAPI document calls required is what the API server's own validation asks for, with a few exceptions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from service_mesh.catalog.facts import Fact, KindFacts, VersionFacts

__all__ = ["BuiltinFacts", "facts_from_definitions"]

_PLURALS = {
    "ConfigMap": "configmaps",
    "CronJob": "cronjobs",
    "DaemonSet": "daemonsets",
    "Deployment": "deployments",
    "ClusterRole": "clusterroles",
    "ClusterRoleBinding": "clusterrolebindings",
    "EndpointSlice": "endpointslices",
    "Endpoints": "endpoints",
    "HorizontalPodAutoscaler": "horizontalpodautoscalers",
    "Ingress": "ingresses",
    "IngressClass": "ingressclasses",
    "Job": "jobs",
    "MutatingWebhookConfiguration": "mutatingwebhookconfigurations",
    "Namespace": "namespaces",
    "NetworkPolicy": "networkpolicies",
    "Pod": "pods",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "ReplicaSet": "replicasets",
    "Role": "roles",
    "RoleBinding": "rolebindings",
    "Secret": "secrets",
    "Service": "services",
    "ServiceAccount": "serviceaccounts",
    "StatefulSet": "statefulsets",
    "ValidatingWebhookConfiguration": "validatingwebhookconfigurations",
}
"""The kinds a mesh user writes; every other kind of their groups is known by name alone."""

_CLUSTER_SCOPED = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "ValidatingWebhookConfiguration",
    }
)

_NOT_ENFORCED = frozenset({("ISCSIVolumeSource", "lun"), ("HTTPHeader", "value"), ("Sysctl", "value")})
"""Called required because their zero value is written out; the API server takes objects without them."""

_UNIQUE_BY: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("PodSpec", "containers"): ("name",),
    ("PodSpec", "initContainers"): ("name",),
    ("PodSpec", "volumes"): ("name",),
    ("Container", "volumeMounts"): ("mountPath",),
    ("ServiceSpec", "ports"): ("port", "protocol"),
}
"""Lists whose repeated items the API server's validation refuses; its other map lists only steer merging.

Source: Kubernetes, pkg/apis/core/validation/validation.go.
"""

_DEFAULTS = {("ServicePort", "protocol"): "TCP"}
"""Defaults that decide whether two items of such a list are the same. Source: pkg/apis/core/v1/defaults.go."""

_DECODED_FORMATS = frozenset({"int32", "int64", "byte", "date-time"})

_SPECIAL: Mapping[str, Fact] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": "metadata",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "object",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "object",
}


@dataclass(frozen=True, slots=True)
class BuiltinFacts:
    """What one release of Kubernetes serves.

    Attributes:
        kinds: The kinds whose facts are kept.
        named: Group -> kinds known by name alone, sorted.
        metadata: Fact of the metadata of every object.
    """

    kinds: tuple[KindFacts, ...]
    named: dict[str, list[str]]
    metadata: Fact


Definitions = Mapping[str, Mapping[str, object]]


def facts_from_definitions(definitions: Definitions) -> BuiltinFacts:
    """The facts in the definitions of Kubernetes' OpenAPI document.

    Args:
        definitions: Name such as `io.k8s.api.apps.v1.Deployment` -> schema, references ending in such a name.
    """
    reader = _Reader(definitions)
    found: dict[tuple[str, str], dict[str, Fact]] = {}
    others: dict[str, set[str]] = {}
    for name in sorted(definitions):
        for group, version, kind in _served_as(name, definitions[name]):
            if kind in _PLURALS:
                found.setdefault((group, kind), {})[version] = reader.root(name)
            else:
                others.setdefault(group, set()).add(kind)
    named = {group: _without_lists(others.get(group, set())) for group in sorted({group for group, _ in found})}
    named[""] = sorted({*named.get("", ()), "List"})
    metadata = reader.named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", special=False)
    return BuiltinFacts(tuple(_kind(*key, versions) for key, versions in sorted(found.items())), named, metadata)


def _without_lists(kinds: set[str]) -> list[str]:
    """Names in order; `PodList` goes without saying where `Pod` is known."""
    return sorted(kind for kind in kinds if not kind.endswith("List"))


def _kind(group: str, kind: str, versions: Mapping[str, Fact]) -> KindFacts:
    return KindFacts(
        group=group,
        kind=kind,
        plural=_PLURALS[kind],
        scope="Cluster" if kind in _CLUSTER_SCOPED else "Namespaced",
        versions=tuple(VersionFacts(name, root) for name, root in sorted(versions.items())),
    )


def _served_as(name: str, schema: Mapping[str, object]) -> Iterable[tuple[str, str, str]]:
    """Group, version and kind of a definition that is an object of its own; options and events of watches are none."""
    entries = cast(list[dict[str, str]], schema.get("x-kubernetes-group-version-kind") or [])
    if len(entries) == 1 and ".api." in f".{name}":
        yield entries[0]["group"], entries[0]["version"], entries[0]["kind"]


class _Reader:
    """Turns definitions into facts, following references."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def root(self, name: str) -> Fact:
        root = cast(dict[str, object], self.named(name))
        fields = dict(cast(dict[str, Fact], root["fields"])) | {"apiVersion": "string", "kind": "string"}
        if "status" in fields:
            fields["status"] = _without_required(fields["status"])
        return {**root, "fields": fields}

    def named(self, name: str, *, special: bool = True) -> Fact:
        if special and name in _SPECIAL:
            return _SPECIAL[name]
        return self._fact(self._definitions[name], name.rpartition(".")[2])

    def _fact(self, schema: Mapping[str, object], owner: str) -> Fact:
        if "$ref" in schema:
            return self.named(str(schema["$ref"]).rpartition("/")[2])
        if "properties" in schema:
            return self._object(schema, owner)
        if "items" in schema:
            return {"items": _nullable(self._fact(cast(dict[str, object], schema["items"]), owner))}
        if "additionalProperties" in schema:
            return {"values": self._fact(cast(dict[str, object], schema["additionalProperties"]), owner)}
        plain = _plain_type(schema)
        return {"type": plain, "format": schema["format"]} if schema.get("format") in _DECODED_FORMATS else plain

    def _object(self, schema: Mapping[str, object], owner: str) -> Fact:
        properties = cast(dict[str, dict[str, object]], schema["properties"])
        fields = {name: self._field(field, owner, name) for name, field in properties.items()}
        required = [r for r in cast(list[str], schema.get("required") or []) if (owner, r) not in _NOT_ENFORCED]
        return {"fields": fields, "required": sorted(required)} if required else {"fields": fields}

    def _field(self, schema: Mapping[str, object], owner: str, name: str) -> Fact:
        fact = self._fact(schema, owner)
        if keys := _UNIQUE_BY.get((owner, name)):
            return {**cast(dict[str, object], fact), "list": "map", "keys": list(keys)}
        if default := _DEFAULTS.get((owner, name)):
            return {"type": fact, "default": default}
        return fact


def _plain_type(schema: Mapping[str, object]) -> str:
    kinds = schema.get("type")
    names = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    return str(names[0]) if len(names) == 1 and names[0] else "any"


def _nullable(fact: Fact) -> Fact:
    return {"type": fact, "nullable": True} if isinstance(fact, str) else {**fact, "nullable": True}


def _without_required(fact: Fact) -> Fact:
    """A status as it is judged: decoded into its types, then dropped."""
    if isinstance(fact, str):
        return fact
    changed = {key: value for key, value in fact.items() if key != "required"}
    if "fields" in changed:
        fields = cast(dict[str, Fact], changed["fields"])
        changed["fields"] = {name: _without_required(field) for name, field in fields.items()}
    for key in ("items", "values"):
        if key in changed:
            changed[key] = _without_required(cast(Fact, changed[key]))
    return changed
