"""EnvoyFilter in the root namespace selects no workload.

## Why it matters
There it changes every proxy of the mesh in its context, in all namespaces: a patch that one team needs, or that Envoy
refuses, reaches all others at once.

## Wrong
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: timeouts, namespace: istio-system}
spec:
  configPatches:
  - applyTo: NETWORK_FILTER
    match:
      context: GATEWAY
      listener:
        filterChain:
          filter: {name: envoy.filters.network.http_connection_manager}
    patch:
      operation: MERGE
      value:
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          request_timeout: 5s
```

## Right
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: timeouts, namespace: istio-system}
spec:
  workloadSelector: {labels: {istio: ingressgateway}}
  configPatches:
  - applyTo: NETWORK_FILTER
    match:
      context: GATEWAY
      listener:
        filterChain:
          filter: {name: envoy.filters.network.http_connection_manager}
    patch:
      operation: MERGE
      value:
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          request_timeout: 5s
```

## When it stays quiet
The object selects workloads or has `targetRefs`, or another namespace is the root namespace. The root namespace is
`istio-system` unless the mesh configuration in the input names another.

## Fix safety
There is no fix: whom it is meant for cannot be told.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS135",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(ENVOY_FILTER,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/api: networking/v1alpha3/envoy_filter.proto (workload_selector)",
        "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
    ),
)
def envoy_filter_for_whole_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an EnvoyFilter that changes every proxy of the mesh."""
    selector, targets = resource.get("spec.workloadSelector.labels"), resource.get("spec.targetRefs")
    if (selector is not None and selector.value) or (targets is not None and targets.value):
        return
    listed = resource.get("spec.configPatches")
    if listed is None or not listed.items or resource.namespace != root_namespace(mesh, resource.cluster):
        return
    contexts = {context.text if (context := patch.get("match.context")) else "" for patch in listed.items}
    whom = "gateway" if contexts == {"GATEWAY"} else "proxy"
    message = f"patches reach every {whom} of the mesh, since '{resource.namespace}' is the root namespace"
    yield listed.finding(message, anchor=Anchor.KEY)
