"""Endpoint of Cilium has not become ready.

## Why it matters
Until an endpoint is ready its pod has no identity or no program in the kernel: what it sends and gets is dropped, or
the policies of the moment before still hold.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumEndpoint
metadata: {name: web, namespace: shop, creationTimestamp: "2026-11-20T11:00:00Z"}
status: {id: 1237, state: waiting-for-identity}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumEndpoint
metadata: {name: web, namespace: shop, creationTimestamp: "2026-11-20T11:00:00Z"}
status: {id: 1237, state: ready}
```

## When it stays quiet
The endpoint is a few minutes old or is being deleted, its pod is finished or being deleted, or it is in a state that
every change of policy passes through (`regenerating`, `waiting-to-regenerate`).

## Fix safety
No fix: the agent of the node brings an endpoint into order, or says in its log what keeps it from that.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_meant_to_run, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_ENDPOINT, POD
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_STUCK = frozenset({"creating", "waiting-for-identity", "not-ready", "restoring", "invalid"})


@rule(
    "ST251",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(CILIUM_ENDPOINT,),
    reads=(POD,),
    sources=(
        "cilium/cilium: pkg/endpoint/endpoint.go",
        "https://docs.cilium.io/en/stable/network/concepts/terminology/#endpoint-lifecycle",
    ),
)
def endpoint_not_ready(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an endpoint that stands in a state which it should have left."""
    state = resource.get("status.state")
    pod = mesh.find(POD, resource.namespace, resource.name, resource.cluster)
    if state is None or state.text not in _STUCK or "deletionTimestamp" in resource.metadata:
        return
    if (pod is None or is_meant_to_run(pod)) and is_settled(mesh, resource):
        message = f"endpoint of pod '{resource.name}' is in state '{state.text}' and not ready"
        yield state.problem(message, describe(resource))
