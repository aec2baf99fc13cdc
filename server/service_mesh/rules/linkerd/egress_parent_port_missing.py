"""Route has an EgressNetwork as its parent and says no port.

## Why it matters
The admission webhook refuses the route. An EgressNetwork is about addresses and has no ports of its own, so the route
has to say which port's traffic it is about. A Service as the parent may go without: it then means all its ports.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: outside, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: EgressNetwork, name: outside}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: outside, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: EgressNetwork, name: outside, port: 80}
```

## When it stays quiet
Other parents, with or without a port.

## Fix safety
None is offered: the port is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._routes import ROUTES, parents
from service_mesh.rules.rule import rule


@rule(
    "LD111",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=ROUTES,
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/egress-network/",
    ),
)
def egress_parent_port_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each EgressNetwork without a port."""
    for parent in parents(resource, EGRESS_NETWORK):
        port = parent.get("port")
        if port is None or port.value is None:
            name = parent.get("name")
            shown = name.text if name is not None else ""
            yield (name or parent).finding(f"parent EgressNetwork '{shown}' is named without a port")
