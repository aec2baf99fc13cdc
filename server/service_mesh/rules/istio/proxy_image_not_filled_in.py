"""Container leaves its image to the injector, which is not called for it.

## Why it matters
`auto` is a placeholder that the injector replaces. Without injection the image does not exist, the pod stays in
`ImagePullBackOff`, and a gateway that was meant to be upgraded is down.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: ingress}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {matchLabels: {app: gateway}}
  template:
    metadata: {labels: {app: gateway}}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: ingress}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {matchLabels: {app: gateway}}
  template:
    metadata: {labels: {app: gateway, sidecar.istio.io/inject: "true"}}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## When it stays quiet
The labels of the pods and of the namespace make the API server call an injector. The namespace is not loaded, unless
everything is said to be loaded and other namespaces are: then it has no labels, and the pods have to ask themselves. A
bare Pod is always reported: as it is saved, nothing filled the image in.

## Fix safety
There is no fix: injection can be asked for in several ways.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, POD, WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, injection, is_live
from service_mesh.posture.istio.injector import injector
from service_mesh.rules.rule import rule

_INJECT = "sidecar.istio.io/inject"
_REVISION = "istio.io/rev"


@rule(
    "IS233",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pkg/kube/inject/webhook.go",
        "istio/istio: pkg/config/analysis/analyzers/injection/image-auto.go",
        "https://istio.io/latest/docs/setup/additional-setup/gateway/",
    ),
    upstream=("IST0146", "IST0147"),
)
def proxy_image_not_filled_in(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the image `auto` where no injector fills it in."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    proxy = workload.container("istio-proxy")
    image = proxy.get("image") if proxy else None
    if image is None or image.text != "auto":
        return
    if resource.kind == POD:
        severity = None if is_live(resource) else Severity.WARNING
        yield image.finding("image 'auto' was not filled in, so the pod was not injected", severity=severity)
        return
    answer = injection(mesh, workload)
    if answer.mode is Enrolled.NONE:
        message = "image 'auto' is not filled in: no injector is called for these pods"
        yield image.finding(message, severity=Severity.WARNING, related=answer.chain)
    elif answer.missing and mesh.is_whole and _is_left_out(mesh, workload):
        message = f"image 'auto' is not filled in: neither these pods nor namespace '{workload.namespace}' ask for it"
        yield image.finding(message, severity=Severity.WARNING)


def _is_left_out(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether nothing asks for injection where a namespace that is not loaded has no labels."""
    asks = workload.labels.get(_INJECT) == "true" or _REVISION in workload.labels
    return bool(mesh.of_kind(NAMESPACE)) and not asks and not injector(mesh, workload.cluster).takes_all_namespaces
