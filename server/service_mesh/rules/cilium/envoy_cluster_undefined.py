"""Routes of an Envoy configuration lead to a cluster that it does not define.

## Why it matters
Cilium puts the namespace and the name of the configuration before a plain cluster name, so it can only mean a Cluster
among the own resources. Where none has the name Envoy refuses the routes, or answers their requests with 503. An entry
of `backendServices` gives endpoints to clusters and makes none.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  resources:
  - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
    name: cart
    virtualHosts:
    - name: cart
      domains: ["*"]
      routes:
      - match: {prefix: /}
        route: {cluster: cart-v1}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  resources:
  - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
    name: cart
    virtualHosts:
    - name: cart
      domains: ["*"]
      routes:
      - match: {prefix: /}
        route: {cluster: cart-v1}
  - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
    name: cart-v1
    connectTimeout: 5s
    type: EDS
```

## When it stays quiet
The name has a slash, with which it may mean a cluster of another configuration.

## Fix safety
None is offered: what the cluster was to lead to is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._envoy import ENVOY_CONFIGS, network_filters, resources_of, type_of
from service_mesh.rules.rule import rule

_WEIGHTED = ("weightedClusters.clusters[].name", "weighted_clusters.clusters[].name")


@rule(
    "CI152",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=ENVOY_CONFIGS,
    needs=("cluster", "weightedClusters", "weighted_clusters"),
    sources=(
        "cilium/cilium: pkg/ciliumenvoyconfig/cec_resource_parser.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/l7-traffic-management/",
    ),
)
def envoy_cluster_undefined(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the first mention of each cluster that is not among the resources."""
    own = f"{resource.namespace}/{resource.name}/"
    told = {node.text_at("name").removeprefix(own) for node in resources_of(resource, "Cluster")}
    for node in _mentions(resource):
        name = node.text
        if name and "/" not in name and name not in told:
            told.add(name)
            yield node.finding(f"no cluster '{name[:80]}' is among the resources, so requests to it fail")


def _mentions(config: Resource) -> Iterator[Node]:
    for routes in resources_of(config, "RouteConfiguration"):
        yield from _in_routes(routes)
    for found in network_filters(config):
        if type_of(found) == "TcpProxy":
            yield from _in_action(found)
        for name in ("routeConfig", "route_config"):
            for routes in found.each(name):
                yield from _in_routes(routes)


def _in_routes(routes: Node) -> Iterator[Node]:
    for name in ("virtualHosts", "virtual_hosts"):
        for action in routes.each(f"{name}[].routes[].route"):
            yield from _in_action(action)


def _in_action(action: Node) -> Iterator[Node]:
    yield from action.each("cluster")
    for path in _WEIGHTED:
        yield from action.each(path)
