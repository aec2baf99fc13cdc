"""Rates of an HTTPLocalRateLimitPolicy are not positive or above the total.

## Why it matters
The admission webhook refuses the object. Every rate is at least one request per second, and the share of an identity or
of an override lies within the total, which holds for all of them together.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  total: {requestsPerSecond: 100}
  identity: {requestsPerSecond: 200}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  total: {requestsPerSecond: 100}
  identity: {requestsPerSecond: 20}
```

## When it stays quiet
Rates up to the total, or any positive ones where there is no total. Overrides may be above the rate for an identity.

## Fix safety
None is offered: which rate is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HTTP_LOCAL_RATE_LIMIT_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_RATE = "requestsPerSecond"
_MOST = 2**32 - 1


@rule(
    "LD117",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(HTTP_LOCAL_RATE_LIMIT_POLICY,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/ratelimit_policy.rs",
        "https://linkerd.io/2/reference/rate-limiting/",
    ),
)
def rate_limit_out_of_order(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each rate below one or above what can be said, and each share above the total."""
    total = resource.get(f"spec.total.{_RATE}")
    shares = [*resource.each(f"spec.identity.{_RATE}"), *resource.each(f"spec.overrides[].{_RATE}")]
    for rate in (*([total] if total is not None else []), *shares):
        if rate.number is not None and not 1 <= rate.number <= _MOST:
            yield rate.finding(f"rate {rate.number} is not from 1 to {_MOST}")
        elif total is not None and rate is not total:
            yield from _above(rate, total)


def _above(rate: Node, total: Node) -> Iterator[Draft]:
    if rate.number is not None and total.number is not None and rate.number > total.number:
        message = f"rate {rate.number} is above the total of {total.number}"
        yield rate.finding(message, related=(total.note("is the total"),))
