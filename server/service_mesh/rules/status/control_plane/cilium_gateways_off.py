"""Cilium's operator is to serve gateways or Ingresses without what they need.

## Why it matters
The controllers for the Gateway API and for Ingress need Cilium's NodePort: without `kube-proxy-replacement` and
without `enable-node-port` the operator logs one warning and does not start them. Gateways stay without address and
status, or keep a status that nobody updates.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-gateway-api: "true", kube-proxy-replacement: "false"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-gateway-api: "true", kube-proxy-replacement: "true"}
```

## When it stays quiet
`kube-proxy-replacement` has any value but `false`, `disabled` or none, or `enable-node-port` is on.

## Fix safety
No fix: taking over from kube-proxy changes how every Service of the cluster is reached.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_CONTROLLERS = {"enable-gateway-api": "the Gateway API", "enable-ingress-controller": "Ingress"}
_WITHOUT = frozenset({"", "false", "disabled"})


@rule(
    "ST131",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=COMPONENT_KINDS,
    sources=("cilium/cilium: operator/pkg/gateway-api/cell.go", "cilium/cilium: operator/pkg/ingress/cell.go"),
)
def cilium_gateways_off(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each controller that is switched on and that the operator does not start."""
    config = config_of(mesh, resource)
    if config is None or config.text("kube-proxy-replacement") not in _WITHOUT or config.is_on("enable-node-port"):
        return
    for name, title in _CONTROLLERS.items():
        option = config.option(name)
        if option is not None and config.is_on(name):
            message = (
                f"option '{name}' asks for {title}, and the operator does not start its controller: "
                "neither 'kube-proxy-replacement' nor 'enable-node-port' is on"
            )
            yield option.problem(
                message, command("kubectl", "-n", resource.namespace, "logs", "deployment/cilium-operator")
            )
