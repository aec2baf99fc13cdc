"""One certificate is served by several Gateways for different hosts.

## Why it matters
A browser that has an HTTP/2 connection for one host uses it for every other host that the certificate is valid for. The
connection ends at the server it was opened for, which knows only its own routes: requests for the other host get 404,
depending on which page was opened first.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: wildcard}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: pay, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [pay.example.com]
    tls: {mode: SIMPLE, credentialName: wildcard}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: all, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com, pay.example.com]
    tls: {mode: SIMPLE, credentialName: wildcard}
```

## When it stays quiet
The Gateways have other selectors and no loaded workload has the labels of both; the ports differ; the certificates have
other names or files, whatever they contain; the hosts are the same, which is another conflict.

## Fix safety
No fix is offered: the Gateways have to be put together, or another certificate issued.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.servers import Server, all_servers, proxies, served_host, servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.age import Contest, contest
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NOTES = 3
_Key = tuple[tuple[str, ...], int, str]


@rule(
    "IS128",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(GATEWAY,),
    reads=(*WORKLOAD_KINDS, *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS)),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/gateway/certificate.go",
        "https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate",
    ),
    upstream=("IST0138",),
)
def gateway_certificate_shared(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each certificate that another Gateway in the same proxy serves for other hosts."""
    shared, mine = mesh.index(_by_certificate), proxies(mesh, resource)
    seen: set[str] = set()
    for server in servers(resource):
        node, name = _certificate(server)
        if node is None or name in seen:
            continue
        own = {served_host(host) for host in server.hosts}
        for proxy in sorted(mine):
            others = [n for n in shared[(proxy, server.port, name)].others(resource, _NOTES) if not own & _hosts(n)]
            if others:
                seen.add(name)
                yield _draft(node, others)
                break


def _draft(node: Node, others: list[Node]) -> Draft:
    message = (
        f"'{others[0].resource.title}' serves the same certificate for other hosts, "
        "so that HTTP/2 clients send its requests here and get 404"
    )
    return node.finding(message, related=tuple(other.note("serves the same certificate") for other in others))


def _certificate(server: Server) -> tuple[Node | None, str]:
    """Where a server names its certificate, and a name for it."""
    if server.section != "http" or not server.reads_tls:
        return None, ""
    credential = server.credential()
    if credential is not None:
        return credential, credential.text
    chain, key = server.node.get("tls.serverCertificate"), server.node.get("tls.privateKey")
    if chain is None or key is None or not chain.text or not key.text:
        return None, ""
    return chain, f"{chain.text} {key.text}"


def _hosts(certificate: Node) -> set[str]:
    server = certificate.parent().parent()
    return {served_host(host) for host in server.each("hosts[]") if host.text}


def _by_certificate(mesh: MeshView) -> Mapping[_Key, Contest]:
    found: dict[_Key, list[Node]] = {}
    for server in all_servers(mesh):
        node, name = _certificate(server)
        if node is not None:
            for proxy in proxies(mesh, node.resource):
                found.setdefault((proxy, server.port, name), []).append(node)
    return {key: contest(nodes) for key, nodes in found.items()}
