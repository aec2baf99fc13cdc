"""List of networks is empty.

## Why it matters
The admission webhook refuses the object. An empty list could mean nobody or everybody; Linkerd wants it said. A
NetworkAuthentication needs a network; an EgressNetwork may leave the list out, and then is about every address outside
the cluster.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: outside, namespace: shop}
spec:
  trafficPolicy: Deny
  networks: []
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: outside, namespace: shop}
spec:
  trafficPolicy: Deny
```

## When it stays quiet
A list with an item, or none: that a NetworkAuthentication has to have one is in its CRD. An empty list in a
ServerAuthorization is accepted.

## Fix safety
Removing the list is offered for an EgressNetwork; unsafe, because it then is about every outside address.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, NETWORK_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "LD106",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(NETWORK_AUTHENTICATION, EGRESS_NETWORK),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/authorization-policy/#networkauthentication",
    ),
)
def network_list_empty(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a list without an item."""
    networks = resource.get("spec.networks")
    if networks is not None and networks.value == []:
        fix = Fix.remove(networks) if resource.kind == EGRESS_NETWORK else None
        yield networks.finding(f"{resource.kind.name} with an empty list of networks", fix=fix, anchor=Anchor.KEY)
