"""The versions that were named cannot or should not run in one cluster.

## Why it matters
A mesh reads the kinds of the Gateway API in the versions it was built for. With definitions that are older or newer
it ignores the objects or the fields that it does not know, though the API server takes them. Two meshes that ask for
different releases cannot both be served, since a cluster holds one set of definitions.

## Wrong
```text
service-mesh validate mesh/ --versions linkerd=2.20,gateway_api=1.6
```

## Right
```text
service-mesh validate mesh/ --versions linkerd=2.20,gateway_api=1.5
```

## When it stays quiet
Fewer than two versions are named, no object of the projects in question is in the input, or nothing is known about the
pair. Patch releases do not count, except as the table of the rule names them.

## Fix safety
There is no fix: which of the two is to change cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC140",
    "versions-incompatible",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "https://linkerd.io/2/features/gateway-api/",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/",
        "istio/istio: go.mod (sigs.k8s.io/gateway-api)",
    ),
    upstream=("IST0142", "IST0156", "IST0172", "IST0176"),
)
