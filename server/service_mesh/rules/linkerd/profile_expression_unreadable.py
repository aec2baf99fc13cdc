"""Route of a ServiceProfile has an expression that proxies cannot read.

## Why it matters
Nothing checks `pathRegex` before it reaches the proxies. One that is no expression of Rust's `regex` crate makes them
leave the condition out: a route of that condition alone is gone, and inside of `all` the rest matches more than was
meant.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET other
    condition: {method: GET, pathRegex: "/(?!admin).*"}
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET other
    condition: {method: GET, pathRegex: "/(cart|books)/.*"}
```

## When it stays quiet
Only what is certainly refused is reported, so that an expression may still be refused for another reason. An
expression without `^` and `$` is no fault: proxies anchor it at both ends.

## Fix safety
None is offered: what should match is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._expressions import expression_fault
from service_mesh.rules.linkerd._requests import condition_parts
from service_mesh.rules.rule import rule


@rule(
    "LD163",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(SERVICE_PROFILE,),
    sources=(
        "linkerd/linkerd2-proxy: linkerd/service-profiles/src/proto.rs",
        "https://docs.rs/regex/latest/regex/#syntax",
    ),
)
def profile_expression_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each expression on paths that is none for Rust."""
    for condition in resource.each("spec.routes[].condition"):
        for part in condition_parts(condition):
            written = part.get("pathRegex")
            if written is not None and (fault := expression_fault(written.text)):
                yield written.finding(f"expression '{written.text[:120]}' has {fault}")
