"""Exception of a network lies outside of it, or covers all of it.

## Why it matters
The admission webhook refuses the object. An exception takes addresses out of its own block only, so one that lies
elsewhere takes nothing out, and one as large as the block leaves nothing.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec:
  networks:
  - cidr: 10.8.1.0/24
    except: [10.8.2.0/24]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec:
  networks:
  - cidr: 10.8.0.0/16
    except: [10.8.2.0/24]
```

## When it stays quiet
Exceptions inside their block and smaller than it. Exceptions that together leave nothing are accepted. What is no
network is reported as such.

## Fix safety
Removing an exception that has no address in common with its block is offered: the addresses that are meant stay the
same. It is unsafe, since the object comes into force and lets them in. For other exceptions none is offered.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.networks import contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._networks import NETWORKED, network, networks
from service_mesh.rules.rule import rule


@rule(
    "LD108",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=NETWORKED,
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/authorization-policy/#networkauthentication",
    ),
)
def network_exception_outside(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each exception that is not a proper part of its block."""
    for entry in networks(resource):
        cidr = entry.get("cidr")
        for exception in entry.each("except[]"):
            if cidr is not None:
                yield from _compared(cidr, exception)


def _compared(cidr: Node, exception: Node) -> Iterator[Draft]:
    whole, part = network(cidr.text), network(exception.text)
    if whole is None or part is None:
        return
    related = (cidr.note("is the network"),)
    if contains(part, whole):
        yield exception.finding(f"exception '{exception.text}' leaves nothing of '{cidr.text}'", related=related)
    elif not contains(whole, part):
        fix = Fix.remove(exception, title=f"remove '{exception.text}'")
        message = f"exception '{exception.text}' is not inside of '{cidr.text}'"
        yield exception.finding(message, fix=fix, related=related)
