"""Rule for many hosts makes clients use mTLS, and no PeerAuthentication speaks for their servers.

## Why it matters
With automatic mTLS off, the DestinationRule and the PeerAuthentication are two halves of one decision. Without the
second, servers rest on the built-in PERMISSIVE: they take mTLS from these clients and plaintext from all others.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: default, namespace: istio-system}
spec:
  host: "*.local"
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: "enableAutoMtls: false"
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: default, namespace: istio-system}
spec:
  host: "*.local"
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: "enableAutoMtls: false"
```

## When it stays quiet
Automatic mTLS is on, as it is by default; the rule is for single hosts; a PeerAuthentication of the mesh, or of the
namespace that the rule is for, sets a mode. Where it disables mTLS, other rules say so. Other checkers call this an
error although mTLS works.

## Fix safety
No fix is offered: STRICT may refuse clients outside the mesh.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import DEFAULT_DOMAIN
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.peer_authentication import MODE_KINDS, namespace_mode
from service_mesh.rules.rule import rule

_WHOLE_MESH = ("*", "*.local", f"*.{DEFAULT_DOMAIN}", f"*.svc.{DEFAULT_DOMAIN}")


@rule(
    "IS227",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=MODE_KINDS,
    sources=(
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "kiali/kiali: business/checkers/destinationrules/meshwide_mtls_checker.go",
        "kiali/kiali: business/checkers/destinationrules/namespacewide_mtls_checker.go",
    ),
    upstream=("KIA0205", "KIA0206"),
)
def wide_mtls_without_policy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a wide ISTIO_MUTUAL beside which no PeerAuthentication says anything."""
    mode, config = resource.get("spec.trafficPolicy.tls.mode"), mesh_config(mesh, resource.cluster)
    if mode is None or mode.value != "ISTIO_MUTUAL" or config.auto_mtls:
        return
    host = rule_host(resource)
    namespace = config.root_namespace if host in _WHOLE_MESH else _namespace(host)
    if namespace and not namespace_mode(mesh, namespace, resource.cluster).chain:
        whom = "the mesh" if host in _WHOLE_MESH else f"namespace '{namespace}'"
        message = f"clients are made to use mTLS, and no PeerAuthentication for {whom} keeps servers from plaintext"
        places = (namespace, config.root_namespace)
        yield mode.finding(message, partial=not all(mesh.is_complete(place, resource.cluster) for place in places))


def _namespace(host: str) -> str:
    """The namespace that a wildcard is for as a whole; empty for another host."""
    suffix = f".svc.{DEFAULT_DOMAIN}"
    inner = host.removeprefix("*.").removesuffix(suffix)
    return inner if host == f"*.{inner}{suffix}" and "." not in inner else ""
