"""An object names an API version that is not served for its kind.

## Why it matters
The API server answers that it knows no such kind and takes nothing. Versions come and go with releases: a manifest
that was right two years ago stops being accepted after an upgrade.

## Wrong
```yaml
apiVersion: networking.istio.io/v1beta1
kind: EnvoyFilter
metadata:
  name: shop
spec: {}
```

## Right
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: shop
spec: {}
```

## When it stays quiet
The group is not in the catalogue, so that nothing is known about its versions. Where the release that was asked for is
newer than all that are known, or a current mesh still installs the version, it is a warning.

## Fix safety
Offered where the object is valid under the preferred served version as it stands. Safe for versions that no known
release has, and where the release was named: the object is refused as written, and the served version reads it the
same way. Unsafe for versions that other releases serve, since one of those may be what runs, and for versions that
Kubernetes has removed, since some fields changed their meaning with the version.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC110",
    "api-version-unserved",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/apiextensions-apiserver: pkg/apiserver/customresource_handler.go",
        "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
    ),
)
