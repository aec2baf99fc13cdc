"""Linkerd was installed to use its CNI plugin, and no plugin runs on the nodes.

## Why it matters
With `cniEnabled` pods get no init container that redirects their traffic: the plugin has to do it. Without it every new
pod of the mesh waits in its network validator and never starts, the control plane's pods too.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "cniEnabled: true"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "cniEnabled: false"}
```

## When it stays quiet
DaemonSets were not listed. A plugin that is there and does not come up is said by the rules about readiness.

## Fix safety
No fix: installing the plugin is a step of its own, before the control plane.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, DAEMON_SET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule


@rule(
    "ST235",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=COMPONENT_KINDS,
    sources=(
        "linkerd/linkerd2: charts/partials/templates/_network-validator.tpl",
        "https://linkerd.io/2/features/cni/",
    ),
    upstream=("cni-plugin-ds-exists",),
)
def linkerd_cni_missing(config: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an installation that counts on a CNI plugin that is not there."""
    found = installation(mesh, config.cluster)
    if found is None or found.node.resource.key != config.key or found.value("cniEnabled") is not True:
        return
    if not mesh.is_listed(DAEMON_SET, config.cluster):
        return
    if not any(part.role == "linkerd-cni" for part in components_in(mesh, config.cluster)):
        next_command = command("kubectl", "get", "daemonsets", "-A", "-l", "k8s-app=linkerd-cni")
        yield found.node.problem("'cniEnabled' is true and no DaemonSet of the CNI plugin is there", next_command)
