"""Setting of a Service does not go with its type.

## Why it matters
Node ports, source ranges or a fixed address have a meaning for some types only. The API server refuses the Service, so
it is not created, or stays as it was.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  type: ClusterIP
  selector: {app: cart}
  ports:
  - {name: http, port: 80, nodePort: 30080}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  type: NodePort
  selector: {app: cart}
  ports:
  - {name: http, port: 80, nodePort: 30080}
```

## When it stays quiet
Fields without a value; a Service that was read from a cluster, which took it; an unknown type, which the schema
reports; patches, which have neither a type nor ports. Without a type it is an information, since the type may come
from elsewhere.

## Fix safety
None is offered: whether the type or the setting was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._ports import is_set
from service_mesh.rules.rule import rule

_CLUSTER, _NODE, _BALANCER, _EXTERNAL = "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
_OF_BALANCERS = ("loadBalancerSourceRanges", "loadBalancerClass")


@rule(
    "K8103",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(SERVICE,),
    sources=("kubernetes/kubernetes: pkg/apis/core/validation/validation.go (ValidateService)",),
)
def service_type_contradicted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each field that the API server does not take beside the type."""
    spec = resource.get("spec")
    if spec is None or not isinstance(spec.value, dict) or resource.is_from_cluster:
        return
    kind = spec.get("type")
    is_written = kind is not None and kind.value not in (None, "")
    chosen = kind.text if kind is not None and is_written else _CLUSTER
    if chosen == _EXTERNAL:
        yield from _by_name(spec, kind or spec)
    elif chosen in (_CLUSTER, _NODE, _BALANCER) and (is_written or spec.get("ports") is not None):
        severity = None if is_written else Severity.INFO
        yield from (node.finding(message, severity=severity) for node, message in _with_address(spec, chosen))


def _with_address(spec: Node, chosen: str) -> Iterator[tuple[Node, str]]:
    if chosen != _CLUSTER and spec.text_at("clusterIP") == "None" and (address := spec.get("clusterIP")) is not None:
        yield address, f"a Service of type '{chosen}' cannot be headless"
    if chosen != _BALANCER:
        for node in filter(None, map(spec.get, _OF_BALANCERS)):
            if is_set(node) and node.value != []:
                yield node, f"'{node.path[-1]}' is for type '{_BALANCER}', and this one is '{chosen}'"
    if chosen == _CLUSTER:
        yield from _inside(spec)
    settings = spec.get("sessionAffinityConfig") if spec.value_at("sessionAffinityConfig") else None
    if settings is not None and spec.text_at("sessionAffinity") in ("", "None"):
        yield settings, "'sessionAffinityConfig' is for 'sessionAffinity: ClientIP', which is not set"


def _inside(spec: Node) -> Iterator[tuple[Node, str]]:
    for node in spec.each("ports[].nodePort"):
        if is_set(node):
            yield node, f"a node port is for types '{_NODE}' and '{_BALANCER}', and this one is '{_CLUSTER}'"
    policy = spec.get("externalTrafficPolicy")
    if is_set(policy) and policy is not None and not spec.value_at("externalIPs"):
        yield policy, "'externalTrafficPolicy' is for Services that are reached from outside, and this one is not"


def _by_name(spec: Node, kind: Node) -> Iterator[Draft]:
    name, address = spec.get("externalName"), spec.get("clusterIP")
    if name is None or name.value in (None, ""):
        yield kind.finding("a Service of type 'ExternalName' has no 'externalName'")
    if address is not None and is_set(address):
        yield address.finding("a Service of type 'ExternalName' has no address of its own, so 'clusterIP' is refused")
