"""Security groups of pods on AWS block the probes of ambient mode.

## Why it matters
In ambient mode probes of the kubelet reach pods from a link-local address. With a security group of its own and the
mode `strict`, which is the default, the VPC plugin sends a pod's traffic out of the node and back in, and drops those
probes: pods are restarted for no reason.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system, labels: {k8s-app: aws-node}}
spec:
  selector: {matchLabels: {k8s-app: aws-node}}
  template:
    metadata: {labels: {k8s-app: aws-node}}
    spec:
      containers:
      - name: aws-node
        image: example.com/amazon-k8s-cni:v1.20.4
        env: [{name: ENABLE_POD_ENI, value: "true"}]
```

## Right
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system, labels: {k8s-app: aws-node}}
spec:
  selector: {matchLabels: {k8s-app: aws-node}}
  template:
    metadata: {labels: {k8s-app: aws-node}}
    spec:
      containers:
      - name: aws-node
        image: example.com/amazon-k8s-cni:v1.20.4
        env: [{name: ENABLE_POD_ENI, value: "true"}, {name: POD_SECURITY_GROUP_ENFORCING_MODE, value: standard}]
```

## When it stays quiet
Pods have no security groups of their own, or the mode is `standard`. Without ztunnel it is a note: sidecars are not
concerned.

## Fix safety
No fix: the mode changes which of the groups apply to traffic inside of a node.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET
from service_mesh.model.kubectl import describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PLUGIN = "aws-node"


@rule(
    "ST713",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DAEMON_SET,),
    reads=tuple(kind for kind in COMPONENT_KINDS if kind != DAEMON_SET),
    sources=(
        "https://istio.io/latest/docs/ambient/install/platform-prerequisites/#amazon-elastic-kubernetes-service-eks",
        "https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html",
    ),
)
def pod_security_groups_strict(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the setting of AWS's plugin that says the mode, or the one that switches the groups on."""
    if resource.name != _PLUGIN:
        return
    settings = _settings(resource)
    switch, mode = settings.get("ENABLE_POD_ENI"), settings.get("POD_SECURITY_GROUP_ENFORCING_MODE")
    if switch is None or switch.text != "true" or (mode is not None and mode.text == "standard"):
        return
    is_ambient = any(one.role == "ztunnel" for one in components_in(mesh, resource.cluster))
    message = "pods have security groups of their own in the mode 'strict', which drops the probes of ambient mode"
    yield (mode or switch).problem(message, describe(resource), severity=None if is_ambient else Severity.INFO)


def _settings(resource: Resource) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for entry in resource.each("spec.template.spec.containers[].env[]"):
        name, value = entry.get("name"), entry.get("value")
        if name is not None and value is not None and name.text:
            found[name.text] = value
    return found
