"""A field or a value is accepted, but its project has deprecated it.

## Why it matters
What is deprecated is removed by a later release, and some of it has lost its effect already: then it is a warning. A
manifest that says one thing in two ways also misleads its readers.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts: [shop]
  http:
  - route: [{destination: {host: shop}}]
    mirror: {host: shop-next}
    mirrorPercent: 10
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts: [shop]
  http:
  - route: [{destination: {host: shop}}]
    mirror: {host: shop-next}
    mirrorPercentage: {value: 10}
```

## When it stays quiet
The field is null, or the release that objects are judged by is older than the deprecation. `consecutiveErrors` and
`LEAST_CONN` of a DestinationRule have rules of their own, IS101 and IS102.

## Fix safety
There is no fix: what replaces the field has another shape.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC127",
    "field-deprecated",
    category=Category.SCHEMA,
    severity=Severity.INFO,
    sources=(
        "istio/api: networking/v1alpha3 (field options and comments)",
        "cilium/cilium: pkg/policy/api",
        "cert-manager/cert-manager: pkg/apis",
    ),
    upstream=("IST0002",),
)
