"""Kiali lets everybody in.

## Why it matters
With the strategy `anonymous` nobody has to sign in. Kiali shows the whole mesh and may change its configuration with
the rights of its own account, so whoever reaches its port can do the same.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: kiali, namespace: istio-system}
data:
  config.yaml: |
    auth:
      strategy: anonymous
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: kiali, namespace: istio-system}
data:
  config.yaml: |
    auth:
      strategy: token
```

## When it stays quiet
Another strategy is set, or none: the default asks for a token.

## Fix safety
There is no fix: people have to be able to sign in first.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._kiali import KIALI_KINDS, kiali_fields
from service_mesh.rules.rule import rule


@rule(
    "IS281",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=KIALI_KINDS,
    sources=("https://kiali.io/docs/configuration/authentication/anonymous/",),
)
def kiali_without_authentication(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a Kiali that asks nobody who they are."""
    for strategy, place in kiali_fields(resource, "auth.strategy"):
        if strategy.text == "anonymous":
            yield place.finding("Kiali asks nobody to sign in: everybody who reaches it acts with its rights")
