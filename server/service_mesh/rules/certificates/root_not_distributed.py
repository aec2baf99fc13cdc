"""Proxies are given a root that istiod's CA does not lead to, or none.

## Why it matters
A proxy checks istiod, and everybody else in the mesh, by the root in ConfigMap `istio-ca-root-cert` of its namespace.
With another root it gets neither a certificate nor configuration; without the ConfigMap its Pod waits for the volume.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: istio-ca-secret
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "O=cluster.local", "issuer": "O=cluster.local", "ca": true,
      "public_key": "aa01", "sha256": "01", "not_before": "2026-11-10T08:00:00Z",
      "not_after": "2036-11-07T08:00:00Z"}]}
type: istio.io/ca-root
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-ca-root-cert
  namespace: shop
  annotations:
    service-mesh/certificates: >-
      {"/data/root-cert.pem": [{"subject": "O=cluster.local", "issuer": "O=cluster.local", "ca": true,
      "public_key": "bb02", "sha256": "02", "not_before": "2025-11-10T08:00:00Z",
      "not_after": "2035-11-07T08:00:00Z"}]}
data: {root-cert.pem: "a certificate"}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: istio-ca-secret
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "O=cluster.local", "issuer": "O=cluster.local", "ca": true,
      "public_key": "aa01", "sha256": "01", "not_before": "2026-11-10T08:00:00Z",
      "not_after": "2036-11-07T08:00:00Z"}]}
type: istio.io/ca-root
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-ca-root-cert
  namespace: shop
  annotations:
    service-mesh/certificates: >-
      {"/data/root-cert.pem": [{"subject": "O=cluster.local", "issuer": "O=cluster.local", "ca": true,
      "public_key": "aa01", "sha256": "01", "not_before": "2026-11-10T08:00:00Z",
      "not_after": "2036-11-07T08:00:00Z"}]}
data: {root-cert.pem: "a certificate"}
```

## When it stays quiet
The Secret with istiod's CA was not read, the ConfigMap holds further roots besides the right one, or it has the same
key in a renewed certificate. Several namespaces are one problem. A missing ConfigMap is reported where all of them
were read and a Pod mounts it.

## Fix safety
No fix: istiod writes these ConfigMaps; a wrong one says that istiod does not, or that two CAs are at work.
"""

from collections.abc import Iterator

from service_mesh.mesh.istio_roots import ROOT_CONFIG_MAP, ROOT_KINDS, pods_without_root, roots, stale_roots
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, POD
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "CE107",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CONFIG_MAP, POD),
    reads=tuple(kind for kind in ROOT_KINDS if kind not in (CONFIG_MAP, POD)),
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go",
        "istio/istio: security/pkg/nodeagent/caclient/providers/citadel/client.go",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
    ),
)
def root_not_distributed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first namespace with a wrong root, and each one whose Pods wait for it."""
    if resource.kind == POD:
        yield from _missing(resource, mesh)
        return
    stale = stale_roots(mesh, resource.cluster)
    if not stale or stale[0] is not resource:
        return
    title = roots(mesh, resource.cluster)[0].title
    others = f", nor in {len(stale) - 1} more" if len(stale) > 1 else ""
    message = f"the root of istiod's CA ('{title}') is not among those that proxies get in namespace"
    node = resource.get("data") or resource.root
    place = node.key("root-cert.pem") or node
    yield place.problem(f"{message} '{resource.namespace}'{others}", _command(resource.namespace))


def _missing(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    volume, count = pods_without_root(mesh).get((pod.cluster, pod.namespace), (None, 0))
    name = volume.get("configMap.name") if volume is not None and volume.resource is pod else None
    if name is not None:
        mounted = f"{count} Pods of namespace '{pod.namespace}' mount" if count > 1 else f"Pod '{pod.name}' mounts"
        message = f"{mounted} ConfigMap '{ROOT_CONFIG_MAP}', which is not in namespace '{pod.namespace}'"
        yield name.problem(message, _command(pod.namespace))


def _command(namespace: str) -> str:
    return command("kubectl", "-n", namespace, "get", f"configmap/{ROOT_CONFIG_MAP}", "-o", "yaml")
