"""Network of a Linkerd policy is no address and no CIDR.

## Why it matters
The admission webhook cannot read the object and refuses it. A network is an address such as `10.8.0.7` or a block such
as `10.8.0.0/16` or `fd00::/8`; names, netmasks and ranges are none. A ServerAuthorization takes blocks only, so that an
address is written with `/32` or `/128` there.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec:
  networks:
  - cidr: 10.8.0.0/255.255.0.0
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec:
  networks:
  - cidr: 10.8.0.0/16
```

## When it stays quiet
Blocks with host bits, which are read as the block around them; plain addresses in a NetworkAuthentication or an
EgressNetwork.

## Fix safety
A plain address is offered as a block of one, which is what was meant. It is unsafe: the authorization comes into force
and lets the address in. For what is neither, none is offered.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVER_AUTHORIZATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._networks import NETWORKED, network, networks
from service_mesh.rules.rule import rule


@rule(
    "LD107",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=NETWORKED,
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/network.rs",
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/server_authorization.rs",
    ),
)
def network_malformed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each block and each exception that is no network."""
    for entry in networks(resource):
        for written in _written(entry):
            if not isinstance(written.value, str):
                continue
            read = network(written.value)
            if read is None:
                yield written.finding(f"'{written.value[:80]}' is neither an address nor a CIDR")
            elif resource.kind == SERVER_AUTHORIZATION and "/" not in written.value:
                message = f"'{written.value}' is an address, a ServerAuthorization takes CIDRs only"
                yield written.finding(message, fix=Fix.replace(written, str(read)))


def _written(entry: Node) -> Iterator[Node]:
    yield from entry.each("cidr")
    yield from entry.each("except[]")
