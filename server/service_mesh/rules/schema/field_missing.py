"""A field that its kind requires is not there.

## Why it matters
The API server refuses the object. A null counts as missing: it is removed before the object is judged.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: shop
spec:
  subsets: [{name: v1, labels: {version: v1}}]
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: shop
spec:
  host: shop
  subsets: [{name: v1, labels: {version: v1}}]
```

## When it stays quiet
The field has a default. A `generateName` stands for the name, and an IstioOperator needs none, since istioctl reads it
and no API server. A workload without selector, pod labels and images is taken for a Kustomize patch, which is
reported as not checked; a file that a kustomization among the given files uses as a patch is not judged at all. Below
the `status` of an object nothing is required: what is written there is dropped.

## Fix safety
There is no fix: the value cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC125",
    "field-missing",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/kube-openapi: pkg/validation/validate/object_validator.go",
        "k8s.io/apiextensions-apiserver: pkg/apiserver/schema/defaulting/prune.go",
        "k8s.io/apimachinery: pkg/api/validation/objectmeta.go",
    ),
)
