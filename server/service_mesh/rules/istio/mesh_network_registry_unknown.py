"""Network of the mesh names a cluster that istiod does not know.

## Why it matters
`fromRegistry` puts the endpoints of a cluster into a network. If no cluster of that name is known, its endpoints stay
in no network, and clients of other networks call their addresses directly instead of the gateway.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  meshNetworks: |
    networks:
      network2:
        endpoints:
        - fromRegistry: cluster-2
        gateways:
        - address: 192.0.2.20
          port: 15443
---
apiVersion: v1
kind: Secret
metadata:
  name: istio-remote-secret-cluster2
  namespace: istio-system
  labels: {istio/multiCluster: "true"}
stringData:
  cluster2: "kubeconfig of the cluster"
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  meshNetworks: |
    networks:
      network2:
        endpoints:
        - fromRegistry: cluster2
        gateways:
        - address: 192.0.2.20
          port: 15443
---
apiVersion: v1
kind: Secret
metadata:
  name: istio-remote-secret-cluster2
  namespace: istio-system
  labels: {istio/multiCluster: "true"}
stringData:
  cluster2: "kubeconfig of the cluster"
```

## When it stays quiet
A secret labelled `istio/multiCluster: "true"` has a key of this name; it is the name of the local cluster
(`global.multiCluster.clusterName`, `CLUSTER_ID` of istiod), which Istio's analyzer does not look at; or it is one of
the built-in registries `Kubernetes`, `External` and `Mock`. Since such secrets are seldom kept in files, it is reported
as not checked unless one of them is there or everything is said to be there.

## Fix safety
There is no fix: the name stands in the text of a ConfigMap, or the secret is what is wrong.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS, installations
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, HELM_RELEASE, HELM_VALUES, ISTIO_OPERATOR, SAIL_ISTIO, SECRET, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.source.embedded import embedded_map

_BUILT_IN = frozenset({"Kubernetes", "External", "Mock"})
_LABEL = "istio/multiCluster"
_VALUES: Mapping[Kind, str] = {
    HELM_VALUES: "global.meshNetworks",
    HELM_RELEASE: "spec.values.global.meshNetworks",
    ISTIO_OPERATOR: "spec.values.global.meshNetworks",
    SAIL_ISTIO: "spec.values.global.meshNetworks",
}


@rule(
    "IS255",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(CONFIG_MAP, *_VALUES),
    reads=(*INSTALLATION_KINDS, SECRET),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/multicluster/meshnetworks.go",
        "https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Network-NetworkEndpoints",
    ),
    upstream=("IST0126",),
)
def mesh_network_registry_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each cluster that a network names and nobody knows."""
    references = list(_references(resource))
    if not references:
        return
    secrets = mesh.index(_registries).get(resource.cluster, frozenset())
    known = secrets | _BUILT_IN | set(_local(mesh, resource.cluster))
    namespace = root_namespace(mesh, resource.cluster)
    partial = not (mesh.is_whole or (secrets and mesh.is_complete(namespace, resource.cluster)))
    for network, registry, node in references:
        if registry not in known:
            message = f"cluster '{registry[:80]}' of network '{network[:80]}' is known to no secret of a remote cluster"
            yield node.finding(message, partial=partial)


def _references(resource: Resource) -> Iterator[tuple[str, str, Node]]:
    """Each network with a cluster that it names, and where it stands."""
    if resource.kind == CONFIG_MAP:
        yield from _in_text(resource)
        return
    networks = resource.get(_VALUES[resource.kind])
    for network in networks.each("{}") if networks is not None else ():
        for node in network.each("endpoints[].fromRegistry"):
            if node.text:
                yield str(network.path[-1]), node.text, node


def _in_text(resource: Resource) -> Iterator[tuple[str, str, Node]]:
    node = resource.get("data.meshNetworks")
    if node is None or not node.text.strip():
        return
    read = Node(resource, (), embedded_map(node.text))
    for network in read.each("networks.{}"):
        for found in network.each("endpoints[].fromRegistry"):
            if found.text:
                yield str(network.path[-1]), found.text, node


def _local(mesh: MeshView, cluster: str) -> Iterator[str]:
    """Names that the local cluster has."""
    yield cluster
    for installed in installations(mesh, cluster):
        yield installed.flags.get("CLUSTER_ID", "")
        name = installed.value("global.multiCluster.clusterName")
        if isinstance(name, str):
            yield name


def _registries(mesh: MeshView) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for secret in mesh.of_kind(SECRET):
        if secret.labels.get(_LABEL) == "true":
            for field in ("data", "stringData"):
                names = found.setdefault(secret.cluster, set())
                names.update(str(node.path[-1]) for node in secret.each(f"{field}.{{}}"))
    return {cluster: frozenset(names) for cluster, names in found.items()}
