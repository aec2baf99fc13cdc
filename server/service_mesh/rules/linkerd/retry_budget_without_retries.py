"""ServiceProfile has a retry budget, but no request of it is retried.

## Why it matters
The budget limits retries and switches none on. Requests are retried only on routes with `isRetryable: true`; without
one, clients see every failure at once.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
  retryBudget: {retryRatio: 0.2, minRetriesPerSecond: 10, ttl: 10s}
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
    isRetryable: true
  retryBudget: {retryRatio: 0.2, minRetriesPerSecond: 10, ttl: 10s}
```

## When it stays quiet
A route is retryable. Retryable routes without a budget, for which Linkerd has one of its own.

## Fix safety
None is offered: which requests may be sent twice, only the author of the service knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "LD165",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE_PROFILE,),
    sources=(
        "linkerd/linkerd2-proxy: linkerd/service-profiles/src/proto.rs",
        "https://linkerd.io/2/tasks/configuring-retries/",
    ),
)
def retry_budget_without_retries(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a budget beside routes of which none is retryable."""
    budget = resource.get("spec.retryBudget")
    if budget is None or not isinstance(budget.value, dict):
        return
    if not any(node.value is True for node in resource.each("spec.routes[].isRetryable")):
        message = "the retry budget limits nothing, since no route of the profile has 'isRetryable: true'"
        yield budget.finding(message, anchor=Anchor.KEY)
