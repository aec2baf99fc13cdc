"""Configuration of the sidecar injector lacks a part.

## Why it matters
istiod reads the templates from the key `config` and the chart values from the key `values` of this ConfigMap. Without
one of them it cannot read the configuration at all: a running istiod keeps the old one, the next one does not inject.
A ConfigMap that is applied with only some values, to tune resources for example, takes the templates away.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: |
    global:
      proxy:
        resources: {requests: {cpu: 10m, memory: 40Mi}}
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  values:
    global:
      proxy:
        resources: {requests: {cpu: 10m, memory: 40Mi}}
```

## When it stays quiet
Both keys are there. Whether a document is applied or only patches another one, or shows a part of what a cluster has,
cannot be told from it: that is why this is a note.

## Fix safety
There is no fix: the templates come with the release.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NAME = "istio-sidecar-injector"
_KEYS = ("config", "values")


@rule(
    "IS265",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(CONFIG_MAP,),
    sources=(
        "istio/istio: pkg/kube/inject/watcher.go (readConfigMap)",
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/istiod-injector-configmap.yaml",
    ),
)
def injector_config_incomplete(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report an injector's configuration without templates or without values."""
    if resource.name != _NAME and not resource.name.startswith(f"{_NAME}-"):
        return
    data = resource.get("data")
    held = data.value if data is not None and isinstance(data.value, dict) else {}
    absent = [key for key in _KEYS if key not in held]
    # With neither it is hardly the injector's: nobody writes such a thing for it.
    if data is not None and len(absent) == 1:
        what = "the injection templates" if absent[0] == "config" else "the values of the templates"
        yield data.finding(f"key '{absent[0]}' with {what} is missing, so istiod cannot read the configuration")
