"""Cilium is to export services to other clusters, and the definitions for that are missing.

## Why it matters
With `clustermesh-enable-mcs-api` operator and `clustermesh-apiserver` work on ServiceExport and ServiceImport. Without
their definitions the API server knows neither: nothing is exported, and the operator waits for them.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {clustermesh-enable-mcs-api: "true"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {clustermesh-enable-mcs-api: "false"}
```

## When it stays quiet
Not every CustomResourceDefinition was read, or both definitions are there, in whatever version.

## Fix safety
No fix: the definitions come with Cilium's chart or with somebody else's, and only one of them can be in charge.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_OPTION = "clustermesh-enable-mcs-api"
_GROUP = "multicluster.x-k8s.io"
_PLURALS = ("serviceexports", "serviceimports")


@rule(
    "ST526",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=(CUSTOM_RESOURCE_DEFINITION, *COMPONENT_KINDS),
    sources=(
        "cilium/cilium: pkg/clustermesh/mcsapi/cell.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/mcsapi/",
    ),
)
def multi_cluster_definitions_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the option that asks for what the API server does not know."""
    config = config_of(mesh, resource)
    option = config.option(_OPTION) if config is not None and config.is_on(_OPTION) else None
    if option is None or not mesh.is_listed(CUSTOM_RESOURCE_DEFINITION, resource.cluster):
        return
    names = [f"{plural}.{_GROUP}" for plural in _PLURALS]
    missing = [name for name in names if mesh.find(CUSTOM_RESOURCE_DEFINITION, "", name, resource.cluster) is None]
    if missing:
        told = " and ".join(f"'{name}'" for name in missing)
        message = f"option '{_OPTION}' is on, and the definitions {told} do not exist"
        yield option.problem(message, command("kubectl", "get", "customresourcedefinitions", *names))
