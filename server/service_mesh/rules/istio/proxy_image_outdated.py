"""Pods run another proxy image than their injector would give them now.

## Why it matters
Sidecars keep the version they were made with: after an upgrade of the control plane the old proxies run on, without its
security fixes, and outside the supported skew after two releases.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: "docker.io/istio/proxyv2:1.26.0"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: '{"global": {"hub": "docker.io/istio", "tag": "1.28.1", "proxy": {"image": "proxyv2"}}}'
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: "docker.io/istio/proxyv2:1.28.1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: '{"global": {"hub": "docker.io/istio", "tag": "1.28.1", "proxy": {"image": "proxyv2"}}}'
```

## When it stays quiet
The pods or the values of the revision that serves the namespace are not loaded. A pod chooses its image itself, by the
annotation `sidecar.istio.io/proxyImage` or in the template of its workload. The images differ in their variant alone
(`-distroless`, `-debug`). The namespace is not injected.

## Fix safety
There is no fix: pods have to be made anew.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS, installations
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import MUTATING_WEBHOOK, NAMESPACE, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.namespaces import namespace_enrolment
from service_mesh.posture.istio.revisions import revision_behind
from service_mesh.rules.rule import rule

_PROXY = "istio-proxy"
_OWN_IMAGE = "sidecar.istio.io/proxyImage"
_VARIANTS = ("-distroless", "-debug")
_SHOWN = 3


@rule(
    "IS235",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NAMESPACE,),
    reads=(MUTATING_WEBHOOK, *INSTALLATION_KINDS, *WORKLOAD_KINDS),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/injection/injection-image.go",
        "https://istio.io/latest/docs/setup/upgrade/canary/#data-plane",
    ),
    upstream=("IST0158",),
)
def proxy_image_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the pods of an injected namespace whose proxy image is not the configured one."""
    asked = namespace_enrolment(mesh, resource.name, resource.cluster)
    label = asked.injection
    if label is None or not asked.revision:
        return
    wanted = _configured(mesh, resource.cluster, asked.revision)
    pods = mesh.index(_by_namespace).get((resource.cluster, resource.name), ())
    images = [image for image in pods if wanted and _plain(image.text) != _plain(wanted)]
    if images:
        who = ", ".join(f"'{image.resource.name}'" for image in images[:_SHOWN])
        more = f" and {len(images) - _SHOWN} more" if len(images) > _SHOWN else ""
        subject = f"pod {who} runs" if len(images) == 1 else f"pods {who}{more} run"
        yield label.finding(
            f"{subject} another proxy image than the injector's, '{wanted}'",
            related=tuple(image.note("is what runs") for image in images[:_SHOWN]),
        )


def _configured(mesh: MeshView, cluster: str, name: str) -> str:
    """The image that the injector of a revision or tag gives; empty where its values are not known."""
    revision = revision_behind(mesh, cluster, name)
    installed = next((one for one in installations(mesh, cluster) if one.revision == revision), None)
    if installed is None:
        return ""
    image, hub, tag = (installed.value(f"global.{path}") for path in ("proxy.image", "hub", "tag"))
    if isinstance(image, str) and "/" in image:
        return image
    parts = (hub, image, tag)
    return f"{hub}/{image}:{tag}" if all(isinstance(part, str) and part for part in parts) else ""


def _plain(image: str) -> str:
    """An image without its variant."""
    for variant in _VARIANTS:
        image = image.removesuffix(variant)
    return image


def _by_namespace(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Node, ...]]:
    found: dict[tuple[str, str], list[Node]] = {}
    for pod in mesh.of_kind(POD):
        image = _image(mesh, pod)
        if image is not None:
            found.setdefault((pod.cluster, pod.namespace), []).append(image)
    return {key: tuple(images) for key, images in found.items()}


def _image(mesh: MeshView, pod: Resource) -> Node | None:
    """The image of a pod's proxy, if it was left to the injector."""
    workload = workload_of(mesh, pod)
    written = workload.container(_PROXY) if workload is not None and workload.resource is not pod else None
    own = written.get("image") if written else None
    if _OWN_IMAGE in pod.annotations or (own is not None and own.text != "auto"):
        return None
    for place in ("spec.containers[]", "spec.initContainers[]"):
        for container in pod.each(place):
            name, image = container.get("name"), container.get("image")
            if name is not None and name.text == _PROXY and image is not None and image.text != "auto":
                return image
    return None
