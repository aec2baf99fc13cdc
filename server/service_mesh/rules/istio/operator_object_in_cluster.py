"""IstioOperator lies in a cluster, and nothing there acts on it.

## Why it matters
The operator that watched these objects was removed in 1.24. Changing or deleting one does nothing since; what is
installed and what the object says drift apart. As a file for `istioctl` the kind lives on.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
  name: installed
  namespace: istio-system
  uid: 5a3f7a52-7d5e-4a2c-9a58-0c9f4c1d2b11
spec:
  profile: default
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  profile: default
```

## When it stays quiet
The judged release is older than 1.24, or the object shows no trace of a cluster: neither a `uid` nor a `status`.

## Fix safety
There is no fix: the object is deleted in the cluster once the installation is in other hands.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ISTIO_OPERATOR
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_REMOVED_IN = (1, 24)


@rule(
    "IS280",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(ISTIO_OPERATOR,),
    sources=("https://istio.io/latest/news/releases/1.24.x/announcing-1.24/change-notes/",),
)
def operator_object_in_cluster(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an object that was read from a cluster whose operator is gone."""
    if mesh.release("istio") >= _REMOVED_IN and (resource.metadata.get("uid") or resource.get("status.status")):
        node = resource.get("kind") or resource.root
        yield node.finding("nothing in a cluster acts on an IstioOperator since Istio 1.24")
