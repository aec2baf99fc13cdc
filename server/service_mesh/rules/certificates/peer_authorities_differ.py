"""Two parts of Cilium do not trust the authority of each other's certificates.

## Why it matters
Hubble Relay and the agents, and the API server of Cluster Mesh and its clients, check each other's certificate by the
`ca.crt` beside their own. When the one was renewed with a new CA and the other was not, they cannot connect: flows, or
the services of other clusters, are missing.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: hubble-server-certs
  namespace: kube-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca.crt": [{"subject": "CN=Cilium CA", "issuer": "CN=Cilium CA", "key_id": "aa01", "sha256": "01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2029-06-01T00:00:00Z"}], "/data/tls.crt": [{"sha256": "02",
      "subject": "CN=*.default.hubble-grpc.cilium.io", "issuer": "CN=Cilium CA", "authority_key_id": "aa01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2028-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {ca.crt: UkVEQUNURUQ=, tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
---
apiVersion: v1
kind: Secret
metadata:
  name: hubble-relay-client-certs
  namespace: kube-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca.crt": [{"subject": "CN=Cilium CA", "issuer": "CN=Cilium CA", "key_id": "bb02", "sha256": "03",
      "not_before": "2026-11-01T00:00:00Z", "not_after": "2029-11-01T00:00:00Z"}], "/data/tls.crt": [{"sha256": "04",
      "subject": "CN=*.hubble-relay.cilium.io", "issuer": "CN=Cilium CA", "authority_key_id": "bb02",
      "not_before": "2026-11-01T00:00:00Z", "not_after": "2028-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {ca.crt: UkVEQUNURUQ=, tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: hubble-server-certs
  namespace: kube-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca.crt": [{"subject": "CN=Cilium CA", "issuer": "CN=Cilium CA", "key_id": "aa01", "sha256": "01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2029-06-01T00:00:00Z"}], "/data/tls.crt": [{"sha256": "02",
      "subject": "CN=*.default.hubble-grpc.cilium.io", "issuer": "CN=Cilium CA", "authority_key_id": "aa01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2028-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {ca.crt: UkVEQUNURUQ=, tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
---
apiVersion: v1
kind: Secret
metadata:
  name: hubble-relay-client-certs
  namespace: kube-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca.crt": [{"subject": "CN=Cilium CA", "issuer": "CN=Cilium CA", "key_id": "aa01", "sha256": "01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2029-06-01T00:00:00Z"}], "/data/tls.crt": [{"sha256": "04",
      "subject": "CN=*.hubble-relay.cilium.io", "issuer": "CN=Cilium CA", "authority_key_id": "aa01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2028-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {ca.crt: UkVEQUNURUQ=, tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## When it stays quiet
One of the two Secrets was not read or holds no `ca.crt`, or each side's CA vouches for the other's certificate.

## Fix safety
No fix: `cilium install`, Helm or cert-manager make both, from one CA.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificates import certificates_at, leads_to
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import shown
from service_mesh.rules.rule import rule

_MESH_SERVER = "clustermesh-apiserver-server-cert"
_SERVER_OF = {
    "hubble-relay-client-certs": "hubble-server-certs",
    "clustermesh-apiserver-admin-cert": _MESH_SERVER,
    "clustermesh-apiserver-remote-cert": _MESH_SERVER,
    "clustermesh-apiserver-local-cert": _MESH_SERVER,
}
"""Secret of a client -> Secret of the server that it calls."""

_OWN, _TRUSTED = "/data/tls.crt", "/data/ca.crt"


@rule(
    "CE114",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SECRET,),
    sources=(
        "cilium/cilium: install/kubernetes/cilium/templates/hubble-relay/configmap.yaml",
        "cilium/cilium: pkg/crypto/certloader/client.go",
        "https://docs.cilium.io/en/stable/observability/hubble/configuration/tls/",
    ),
)
def peer_authorities_differ(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a client whose server it does not trust, or that its server does not trust."""
    name = _SERVER_OF.get(resource.name)
    server = mesh.find(SECRET, resource.namespace, name, resource.cluster) if name is not None else None
    if server is None:
        return
    for holder, other in ((resource, server), (server, resource)):
        own, trusted = certificates_at(holder, _OWN), certificates_at(other, _TRUSTED)
        if own and trusted and not leads_to(own[0], own[1:], trusted):
            message = f"the certificates of '{resource.name}' and '{server.name}' come from different authorities: "
            told = f"'{own[0].title}' is not signed by the CA in '{other.name}'"
            place = certificates_at(resource, _TRUSTED if other is resource else _OWN)[0]
            related = (certificates_at(server, _OWN if other is resource else _TRUSTED)[0].node.note("does not fit"),)
            yield place.node.problem(message + told, shown(place), related=related)
            return
