"""Provider for external authorization is an Open Policy Agent that does not speak Envoy's protocol.

## Why it matters
The gRPC server for Envoy is part of the images with `envoy` in their tag only. The plain image answers its own REST
interface: every check fails, and an AuthorizationPolicy with action CUSTOM denies what it matches.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
---
apiVersion: v1
kind: Service
metadata: {name: opa, namespace: opa}
spec:
  selector: {app: opa}
  ports:
  - {name: grpc, port: 9191}
---
apiVersion: v1
kind: Pod
metadata: {name: opa, namespace: opa, labels: {app: opa}}
spec:
  containers:
  - {name: opa, image: "openpolicyagent/opa:1.9.0"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
---
apiVersion: v1
kind: Service
metadata: {name: opa, namespace: opa}
spec:
  selector: {app: opa}
  ports:
  - {name: grpc, port: 9191}
---
apiVersion: v1
kind: Pod
metadata: {name: opa, namespace: opa, labels: {app: opa}}
spec:
  containers:
  - {name: opa, image: "openpolicyagent/opa:1.9.0-envoy"}
```

## When it stays quiet
The image is not the public `openpolicyagent/opa`; no provider of kind `envoyExtAuthzGrpc` calls a service with such a
workload behind it. Where the service is not in the input, a workload that has its name and namespace is info.

## Fix safety
There is no fix: which tag to use is for whoever runs it to say.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS, installations
from service_mesh.mesh.mesh_config import written_configs
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.hosts import service_name
from service_mesh.model.kinds import SERVICE, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_IMAGES = ("openpolicyagent/opa", "docker.io/openpolicyagent/opa")


@rule(
    "IS279",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=tuple(sorted(WORKLOADS)),
    reads=tuple(dict.fromkeys((SERVICE, *(k for k in (*INSTALLATION_KINDS, *WORKLOAD_KINDS) if k not in WORKLOADS)))),
    sources=(
        "https://www.openpolicyagent.org/docs/envoy",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-custom/",
    ),
)
def opa_without_envoy_plugin(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an agent that proxies are told to ask and that cannot understand them."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    images = [image for container in workload.containers if (image := container.get("image")) and _is_plain(image)]
    if not images:
        return
    called = mesh.index(_called).get(resource.cluster, {})
    for service in services_of(mesh, workload):
        provider = called.get((service.namespace, service.name))
        if provider is not None:
            message = f"provider '{provider}' asks this over gRPC, and the image has no server for Envoy"
            yield images[0].finding(message)
            return
    named = resource.namespace, resource.name
    if named in called and mesh.find(SERVICE, *named, resource.cluster) is None:
        asked = f"provider '{called[named]}' asks a service of this name over gRPC"
        yield images[0].finding(f"{asked}, and the image has no server for Envoy", severity=Severity.INFO)


def _is_plain(image: Node) -> bool:
    name, _, tag = image.text.partition("@")[0].partition(":")
    return name in _IMAGES and "@" not in image.text and "envoy" not in tag


def _called(mesh: MeshView) -> Mapping[str, Mapping[tuple[str, str], str]]:
    """Cluster -> service -> the provider that asks it over gRPC."""
    clusters = {resource.cluster for kind in INSTALLATION_KINDS for resource in mesh.of_kind(kind)}
    return {cluster: dict(_of_cluster(mesh, cluster)) for cluster in clusters}


def _of_cluster(mesh: MeshView, cluster: str) -> Iterator[tuple[tuple[str, str], str]]:
    found = [one.setting("extensionProviders") for one in installations(mesh, cluster)]
    found += [config.setting("extensionProviders") for config in written_configs(mesh, cluster)[1:]]
    for listed in found:
        for item in listed if isinstance(listed, list) else ():
            kind = item.get("envoyExtAuthzGrpc") if isinstance(item, dict) else None
            host = kind.get("service") if isinstance(kind, dict) else None
            named = service_name(host.rpartition("/")[2]) if isinstance(host, str) else None
            if named is not None and isinstance(item.get("name"), str):
                yield (named.namespace, named.name), item["name"]
