"""Load balancer of a gateway has no address.

## Why it matters
Nothing outside reaches the gateway. Either nothing in the cluster makes load balancers, or what does has refused this
one: a quota, a missing permission, an address that is taken.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: public-istio
  namespace: edge
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {gateway.networking.k8s.io/gateway-name: public}
spec:
  type: LoadBalancer
  ports:
  - {name: http, port: 80}
status: {loadBalancer: {}}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: public-istio
  namespace: edge
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {gateway.networking.k8s.io/gateway-name: public}
spec:
  type: LoadBalancer
  ports:
  - {name: http, port: 80}
status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
```

## When it stays quiet
The Service is younger than five minutes, or the time of the reading is not known. It has `externalIPs`. It is of an
east-west gateway, which is reported among what clusters need of each other, or of no gateway. Cilium says why it gives
it no address, which is reported.

## Fix safety
No fix: the events of the Service tell the cause.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import age_of, condition
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.running_gateways import GATEWAY_KINDS, is_east_west, is_gateway_service, lacks_address
from service_mesh.rules.rule import rule

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@rule(
    "ST305",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(SERVICE,),
    reads=GATEWAY_KINDS,
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/cloud-provider/controllers/service/controller.go",
        "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
    ),
)
def load_balancer_without_address(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a gateway's Service whose load balancer has no address."""
    node = lacks_address(mesh, resource)
    if node is None or is_east_west(resource) or _is_refused(resource) or not is_gateway_service(mesh, resource):
        return
    age = age_of(mesh, resource) or 0
    message = f"load balancer of gateway Service '{resource.name}' has no address {_span(age)} after it was asked for"
    yield node.problem(message, kubectl.describe(resource))


def _is_refused(service: Resource) -> bool:
    """Whether Cilium says why it gives no address."""
    said = condition(service, "cilium.io/IPAMRequestSatisfied")
    status = said.get("status") if said is not None else None
    return status is not None and status.text == "False"


def _span(seconds: float) -> str:
    for size, name in ((_DAY, "day"), (_HOUR, "hour")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{int(seconds // _MINUTE)} minutes"
