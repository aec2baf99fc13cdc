"""Policy for TLS towards a backend names certificates of authorities that are not there or cannot be read.

## Why it matters
The gateway checks the backend's certificate against what the policy names: a ConfigMap of the policy's own namespace
with the certificates under `ca.crt`. Where that is missing, connections fail and clients get an error of the 500s;
nothing is sent without the check.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: pay}
spec:
  targetRefs: [{group: "", kind: Service, name: pay}]
  validation:
    hostname: pay.example.com
    caCertificateRefs: [{group: "", kind: ConfigMap, name: authorities}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: authorities}
data: {root.pem: certificates}
---
apiVersion: v1
kind: Service
metadata: {name: pay}
spec: {ports: [{name: https, port: 8443}]}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: pay}
spec:
  targetRefs: [{group: "", kind: Service, name: pay}]
  validation: {hostname: pay.example.com, wellKnownCACertificates: System}
---
apiVersion: v1
kind: Service
metadata: {name: pay}
spec: {ports: [{name: https, port: 8443}]}
```

## When it stays quiet
ConfigMaps that a controller makes: those of a Bundle of trust-manager, and those with the authorities of Istio, of
Kubernetes and of OpenShift. A Secret is told only where every Gateway in the input is one of Istio, which reads none;
other implementations may. A ConfigMap that is not here is reported as not checked unless everything is said to be here,
and ConfigMaps are.

## Fix safety
Offered where exactly one ConfigMap has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.known_names import is_surely_absent, object_names
from service_mesh.mesh.route_references import Reference, reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    BACKEND_TLS_POLICY,
    CONFIG_MAP,
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    SECRET,
    TRUST_BUNDLE,
)
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PLACES = ("spec.validation.caCertificateRefs[]", "spec.tls.caCertRefs[]")
_MADE = frozenset({"istio-ca-root-cert", "istio-ca-crl", "kube-root-ca.crt", "openshift-service-ca.crt"})
_KEYS = ("ca.crt", "cacert")
"""The key of the specification, and the one that Istio takes besides."""


@rule(
    "GW125",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(BACKEND_TLS_POLICY,),
    reads=(CONFIG_MAP, TRUST_BUNDLE, GATEWAY_API_GATEWAY, GATEWAY_CLASS),
    needs=("caCertificateRefs", "caCertRefs"),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/backend_policies.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicyvalidation",
    ),
)
def backend_tls_authority_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each reference to certificates that gives the gateway none."""
    for place in _PLACES:
        for node in resource.each(place):
            wanted = reference(node, "", "")._replace(namespace=resource.namespace)
            if wanted.kind == CONFIG_MAP and wanted.name:
                yield from _config_map(wanted, mesh)
            elif wanted.kind == SECRET and _is_istio_alone(mesh, resource.cluster):
                message = f"Istio reads no Secret such as '{wanted.name}' here, so each connection to the backend fails"
                yield (node.get("kind") or node).finding(message)


def _config_map(wanted: Reference, mesh: MeshView) -> Iterator[Draft]:
    resource = wanted.node.resource
    found = mesh.find(CONFIG_MAP, wanted.namespace, wanted.name, resource.cluster)
    if found is None:
        bundle = mesh.find(TRUST_BUNDLE, "", wanted.name, resource.cluster)
        if bundle is None and wanted.name not in _MADE:
            yield _missing(wanted, mesh)
        return
    data = [node for node in (found.get("data"), found.get("binaryData")) if node is not None]
    if not any(node.key(name) for node in data for name in _KEYS):
        message = f"'{found.title}' has no key '{_KEYS[0]}', so each connection to the backend fails"
        related = ((data[0] if data else found.root).note("its keys"),)
        yield wanted.name_node.finding(message, related=related)


def _missing(wanted: Reference, mesh: MeshView) -> Draft:
    cluster = wanted.node.resource.cluster
    near = nearest(wanted.name, object_names(mesh, CONFIG_MAP, wanted.namespace, cluster), unique=True)
    fix = Fix.replace(wanted.name_node, near, title=f"rename to '{near}'") if near else None
    message = f"ConfigMap '{wanted.namespace}/{wanted.name}' does not exist, so each connection to the backend fails"
    known = is_surely_absent(mesh, CONFIG_MAP, wanted.namespace, cluster)
    return wanted.name_node.finding(message, fix=fix, partial=not (mesh.is_whole and known))


def _is_istio_alone(mesh: MeshView, cluster: str) -> bool:
    gateways = [gateway for gateway in mesh.of_kind(GATEWAY_API_GATEWAY) if gateway.cluster == cluster]
    return bool(gateways) and all(implementation(mesh, gateway) == ISTIO for gateway in gateways)
