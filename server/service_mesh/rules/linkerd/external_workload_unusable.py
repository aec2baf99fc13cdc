"""ExternalWorkload has an identity or an address that clients cannot use.

## Why it matters
Clients connect to the address of the machine, ask for its server name and expect its identity in the certificate. A
server name that is no DNS name, an identity that no certificate has, or an address that is none keep everybody from it,
and its CRD takes any text.

## Wrong
```yaml
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: {name: ledger, namespace: shop, labels: {app: ledger}}
spec:
  meshTLS:
    identity: spiffe://root.linkerd.cluster.local/ledger
    serverName: spiffe://root.linkerd.cluster.local/ledger
  workloadIPs: [{ip: 192.0.2.20}]
  ports: [{port: 8080}]
```

## Right
```yaml
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: {name: ledger, namespace: shop, labels: {app: ledger}}
spec:
  meshTLS:
    identity: spiffe://root.linkerd.cluster.local/ledger
    serverName: ledger.cluster.local
  workloadIPs: [{ip: 192.0.2.20}]
  ports: [{port: 8080}]
```

## When it stays quiet
SPIFFE identities with a trust domain and a path, and names in DNS form; whether a certificate has them is not known.
An object without `workloadIPs`, which a controller may fill in, or without ports, which a Service may name by number.

## Fix safety
None is offered: name, identity and address are those of the machine.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EXTERNAL_WORKLOAD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_DNS_NAME = re.compile(rf"{_LABEL}(\.{_LABEL}){{0,63}}\.?")
_SPIFFE = re.compile(r"spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]{1,255}){1,32}")
_PLACES = ("spec.meshTLS", "spec.meshTls")
"""The field of v1beta1, and that of v1alpha1."""


@rule(
    "LD188",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(EXTERNAL_WORKLOAD,),
    sources=(
        "linkerd/linkerd2: charts/linkerd-crds/templates/workload/external-workload.yaml",
        "https://linkerd.io/2/reference/external-workload/",
        "https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md",
    ),
)
def external_workload_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report an identity, a server name and addresses that are none."""
    for tls in filter(None, map(resource.get, _PLACES)):
        yield from _names(tls)
    for address in resource.each("spec.workloadIPs[].ip"):
        if not _is_address(address.text):
            yield address.finding(f"'{address.text[:80]}' is no address, so nobody can connect")


def _names(tls: Node) -> Iterator[Draft]:
    identity, server = tls.get("identity"), tls.get("serverName")
    if identity is not None and identity.text and not _is_identity(identity.text):
        message = f"'{identity.text[:120]}' is neither a SPIFFE identity with a path nor a DNS name"
        yield identity.finding(message)
    if server is not None and server.text and not _DNS_NAME.fullmatch(server.text):
        yield server.finding(f"'{server.text[:120]}' is no DNS name, as which clients ask for it")


def _is_identity(text: str) -> bool:
    return (_SPIFFE if "://" in text else _DNS_NAME).fullmatch(text) is not None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
