"""Cilium turns addresses of Services into addresses of pods before Istio sees them.

## Why it matters
In place of kube-proxy Cilium balances at the socket, inside the pod: a connection to a Service leaves it as one to a
pod. Istio's proxies then do not know which Service is meant, and its routes, policies and telemetry for Services do
not apply.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {kube-proxy-replacement: "true"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.31.2"}]}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {kube-proxy-replacement: "true", bpf-lb-sock-hostns-only: "true"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.31.2"}]}
```

## When it stays quiet
Cilium leaves the socket alone: kube-proxy is in charge, or `bpf-lb-sock-hostns-only` is on. Where no Istio is there
yet it is a note, and nothing is said where Cilium is a mesh itself.

## Fix safety
No fix: the option is one of Cilium's chart, and agents read it when they start.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CONFIG_KINDS, CiliumConfig, config_of
from service_mesh.mesh.components import components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.pre_install._cilium import is_plain_network

_REPLACEMENT = "kube-proxy-replacement"
_SOCKET = "bpf-lb-sock"
_ONLY_HOST = "bpf-lb-sock-hostns-only"
_REDIRECTING = frozenset({"istiod", "ztunnel"})


@rule(
    "ST705",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CONFIG_MAP,),
    reads=tuple(kind for kind in CONFIG_KINDS if kind != CONFIG_MAP),
    sources=(
        "https://docs.cilium.io/en/stable/network/servicemesh/istio/",
        "https://istio.io/latest/docs/ambient/install/platform-prerequisites/#cilium",
    ),
)
def cilium_hides_services(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the option that makes Cilium balance at the socket of pods."""
    config = config_of(mesh, resource)
    node = _balancing(config) if config is not None else None
    if config is None or node is None or config.is_on(_ONLY_HOST):
        return
    has_istio = any(one.role in _REDIRECTING for one in components_in(mesh, resource.cluster))
    if has_istio or is_plain_network(mesh, config):
        severity = None if has_istio else Severity.INFO
        message = "Cilium balances Services at the socket of pods, where Istio sees pods and no Services"
        next_command = command("cilium", "config", "view", "-n", resource.namespace)
        yield node.problem(message, next_command, severity=severity)


def _balancing(config: CiliumConfig) -> Node | None:
    """The option that is on; kube-proxy's replacement takes the socket with it."""
    if config.is_on(_REPLACEMENT) or config.text(_REPLACEMENT) == "strict":
        return config.option(_REPLACEMENT)
    return config.option(_SOCKET) if config.is_on(_SOCKET) else None
