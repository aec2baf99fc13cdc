"""Option of Cilium is set that the release which runs no longer knows.

## Why it matters
Agent and operator read the options they know and pass over all others without a word. After an upgrade the setting is
gone, and nothing says so: strict encryption falls back to letting traffic out in plain text where no tunnel stands.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: "true", enable-encryption-strict-mode: "true"}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec:
      containers:
      - {name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: "true", enable-encryption-strict-mode-egress: "true"}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec:
      containers:
      - {name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}
```

## When it stays quiet
The image of the agents does not tell its release, the release still knows the option, the option is set to nothing or
to `false`, or the option that replaces it is set too.

## Fix safety
No fix: the ConfigMap belongs to the chart, and the value under its new name is set there.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_agents import agent_of
from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_REMOVED = {
    "tunnel": ((1, 15), "routing-mode"),
    "enable-encryption-strict-mode": ((1, 20), "enable-encryption-strict-mode-egress"),
    "encryption-strict-mode-cidr": ((1, 20), "encryption-strict-egress-cidr"),
    "encryption-strict-mode-allow-remote-node-identities": (
        (1, 20),
        "encryption-strict-egress-allow-remote-node-identities",
    ),
}
"""Option -> the release that dropped it, and what stands in its place."""


@rule(
    "ST135",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CONFIG_MAP,),
    reads=COMPONENT_KINDS,
    sources=(
        "cilium/cilium: Documentation/operations/upgrade.rst",
        "cilium/cilium: pkg/option/config.go",
        "https://docs.cilium.io/en/stable/operations/upgrade/",
    ),
)
def cilium_option_removed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each option that the release of the agents passes over."""
    config, agent = config_of(mesh, resource), agent_of(mesh, resource.cluster)
    version = agent.version if agent is not None else ""
    release = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal() and len(part) < 10)
    if config is None or len(release) < 2:
        return
    for name, (dropped, successor) in _REMOVED.items():
        option = config.option(name)
        is_set = config.text(name).lower() not in ("", "false")
        if option is not None and is_set and release >= dropped and config.option(successor) is None:
            message = (
                f"option '{name}' is passed over by Cilium {version}: "
                f"{dropped[0]}.{dropped[1]} dropped it in favour of '{successor}'"
            )
            yield option.problem(message, command("cilium", "config", "view", "-n", resource.namespace))
