"""Cilium leaves layer 7 to a DaemonSet of Envoy that does not exist.

## Why it matters
With `external-envoy-proxy` the agent starts no proxy of its own and waits for one on a socket of the node. Without the
DaemonSet nothing listens there: connections under policies with HTTP or DNS rules and everything behind a Gateway or an
Ingress of Cilium fail.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {external-envoy-proxy: "true"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {external-envoy-proxy: "false"}
```

## When it stays quiet
The proxy for layer 7 is switched off (`enable-l7-proxy: "false"`), or not every DaemonSet was read. A DaemonSet whose
pods are not ready is reported where its status says so.

## Fix safety
No fix: whether the DaemonSet is to come back or the agent is to run the proxy is for whoever installs Cilium to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, DAEMON_SET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_OPTION = "external-envoy-proxy"


@rule(
    "ST130",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=COMPONENT_KINDS,
    sources=(
        "cilium/cilium: pkg/envoy/cell.go",
        "cilium/cilium: install/kubernetes/cilium/templates/cilium-envoy/daemonset.yaml",
        "https://docs.cilium.io/en/stable/security/network/proxy/envoy/",
    ),
)
def cilium_envoy_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an agent that waits for a proxy which nothing runs."""
    config = config_of(mesh, resource)
    option = config.option(_OPTION) if config is not None and config.is_on(_OPTION) else None
    if config is None or option is None or not config.is_on("enable-l7-proxy", default=True):
        return
    has_envoy = any((one.mesh, one.role) == ("cilium", "envoy") for one in components_in(mesh, resource.cluster))
    if not has_envoy and mesh.is_listed(DAEMON_SET, resource.cluster):
        message = f"option '{_OPTION}' leaves layer 7 to a DaemonSet of Envoy, and the cluster has none"
        yield option.problem(message, command("kubectl", "-n", resource.namespace, "get", "daemonsets"))
