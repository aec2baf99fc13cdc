"""Setting of Kiali is one that Kiali 2 does not have.

## Why it matters
Kiali 2 tells by discovery selectors which namespaces it shows, and has other names for the addresses of Grafana and of
the tracing server. The old settings are passed over: all namespaces are shown, links and traces are missing.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: kiali, namespace: istio-system}
data:
  config.yaml: |
    deployment:
      accessible_namespaces: [shop]
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: kiali, namespace: istio-system}
data:
  config.yaml: |
    deployment:
      discovery_selectors:
        default:
        - matchLabels: {kubernetes.io/metadata.name: shop}
```

## When it stays quiet
The new setting stands beside the old one, for two releases at once.

## Fix safety
Renaming an address is offered in an object of Kiali's operator; unsafe, since the links come into force then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._kiali import KIALI_KINDS, kiali_fields
from service_mesh.rules.rule import rule

_SELECTORS = "discovery_selectors"
_REMOVED = {
    "deployment.accessible_namespaces": _SELECTORS,
    "external_services.grafana.in_cluster_url": "internal_url",
    "external_services.grafana.url": "external_url",
    "external_services.tracing.in_cluster_url": "internal_url",
    "external_services.tracing.url": "external_url",
}
"""Setting of Kiali 1 -> the one beside it that replaces it in Kiali 2."""


@rule(
    "IS282",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=KIALI_KINDS,
    sources=(
        "https://kiali.io/docs/configuration/namespace-management/",
        "https://github.com/kiali/kiali/pull/7759",
        "https://github.com/kiali/helm-charts/pull/274",
    ),
)
def kiali_setting_removed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each setting that went with Kiali 1."""
    for path, instead in _REMOVED.items():
        beside = f"{path.rpartition('.')[0]}.{instead}"
        if next(kiali_fields(resource, beside), None) is not None:
            continue
        for field, place in kiali_fields(resource, path):
            fix = Fix.rename(field, instead) if place is field and instead != _SELECTORS else None
            message = f"'{path}' is no setting of Kiali 2, '{instead}' replaces it"
            yield place.finding(message, fix=fix, anchor=Anchor.KEY)
