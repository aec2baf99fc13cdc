"""An object uses an API version that its project has marked as deprecated.

## Why it matters
It is accepted with a warning, and a later release stops serving the version: then every manifest that names it is
refused at once.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata:
  name: shop
spec:
  rules:
  - backendRefs: [{name: shop, port: 9000}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata:
  name: shop
spec:
  rules:
  - backendRefs: [{name: shop, port: 9000}]
```

## When it stays quiet
The CustomResourceDefinition does not mark the version, even where newer versions exist.

## Fix safety
Offered where the object is valid under the preferred version; unsafe, because a cluster that still runs an older
release may not serve that version yet.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC112",
    "api-version-deprecated",
    category=Category.SCHEMA,
    severity=Severity.WARNING,
    sources=(
        "kubernetes-sigs/gateway-api: config/crd",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
    ),
)
