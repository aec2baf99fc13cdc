"""Cilium removes the plugins that other meshes chain behind it.

## Why it matters
By default Cilium's agent keeps the folder of network configurations to itself and renames what others put there.
`istio-cni`, which ambient mode needs, and `linkerd-cni` are undone whenever an agent starts: pods come up that are in
no mesh, without a word.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {cni-exclusive: "true"}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: istio-cni-node, namespace: istio-system}
spec:
  selector: {matchLabels: {k8s-app: istio-cni-node}}
  template:
    metadata: {labels: {k8s-app: istio-cni-node}}
    spec: {containers: [{name: install-cni, image: "docker.io/istio/install-cni:1.31.2"}]}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {cni-exclusive: "false"}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: istio-cni-node, namespace: istio-system}
spec:
  selector: {matchLabels: {k8s-app: istio-cni-node}}
  template:
    metadata: {labels: {k8s-app: istio-cni-node}}
    spec: {containers: [{name: install-cni, image: "docker.io/istio/install-cni:1.31.2"}]}
```

## When it stays quiet
Cilium does not run, or leaves others alone. Where no plugin of another mesh is there yet it is a note, and nothing is
said where Cilium is a mesh itself: with its Gateway API support, its ingress or its mutual authentication.

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
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.pre_install._cilium import is_plain_network

_OPTION = "cni-exclusive"
_PLUGINS = frozenset({"istio-cni", "linkerd-cni"})


@rule(
    "ST704",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CONFIG_MAP,),
    reads=tuple(kind for kind in CONFIG_KINDS if kind != CONFIG_MAP),
    sources=(
        "https://istio.io/latest/docs/ambient/install/platform-prerequisites/#cilium",
        "https://docs.cilium.io/en/stable/network/servicemesh/istio/",
    ),
)
def cilium_removes_other_plugins(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the option that keeps others out, or the data that leaves it at its default."""
    config = config_of(mesh, resource)
    if config is None or not config.is_on(_OPTION, default=True):
        return
    plugin = next((one for one in components_in(mesh, resource.cluster) if one.role in _PLUGINS), None)
    if plugin is None and not is_plain_network(mesh, config):
        return
    node = config.option(_OPTION) or resource.get("data") or resource.root
    who = f"of '{plugin.resource.name}'" if plugin is not None else "of others, as istio-cni and linkerd-cni write it"
    severity = None if plugin is not None else Severity.INFO
    yield node.problem(f"Cilium removes the network configuration {who}", _next(config), severity=severity)


def _next(config: CiliumConfig) -> str:
    return command("cilium", "config", "view", "-n", config.resource.namespace)
