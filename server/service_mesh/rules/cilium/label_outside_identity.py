"""A selector asks for a label that no endpoint has.

## Why it matters
Selectors see the identity of an endpoint, not the pod: labels that differ from pod to pod, such as
`statefulset.kubernetes.io/pod-name` and `pod-template-hash`, and those under `kubernetes.io/` are left out of it, and a
Namespace's labels have a prefix. Such a selector matches nothing, so the policy has no effect or lets nobody through.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels:
        kubernetes.io/metadata.name: web
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels:
        k8s:io.kubernetes.pod.namespace: web
```

## When it stays quiet
The agent's options choose the labels (`labels`, `label-prefix-file`); selectors of nodes and of CIDR groups; sources
other than `k8s`, `any` and `reserved`; labels that only some releases leave out.

## Fix safety
The name of a peer's namespace can be asked for by the label that endpoints have; unsafe, because the rule starts to let
pods through.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CONFIG_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.identity import NAMESPACE_LABEL, RESERVED
from service_mesh.rules.cilium._labels import endpoint_selectors, is_outside_identity, keys_of
from service_mesh.rules.cilium._policies import POLICIES
from service_mesh.rules.rule import rule

_RESERVED = frozenset(
    {"all", "host", "world", "world-ipv4", "world-ipv6", "health", "init", "unmanaged", "unknown", "none"}
    | {"remote-node", "kube-apiserver", "ingress", "overlay-to-host", "encrypted-overlay"}
)
_NAME = "kubernetes.io/metadata.name"


@rule(
    "CI124",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=CONFIG_KINDS,
    needs=("spec", "specs"),
    sources=(
        "cilium/cilium: pkg/labelsfilter/filter.go",
        "cilium/cilium: pkg/labels/labels.go",
        "https://docs.cilium.io/en/stable/operations/performance/scalability/identity-relevant-labels/",
    ),
)
def label_outside_identity(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report labels in selectors of endpoints that the agent gives to none."""
    for selector in endpoint_selectors(resource):
        for node, key in keys_of(selector):
            anchor = Anchor.AUTO if node.path[-1] == "key" else Anchor.KEY
            if key.startswith(RESERVED) and key.removeprefix(RESERVED) not in _RESERVED:
                yield node.finding(f"'{key[:80]}' is the label of no endpoint", anchor=anchor)
            bare = key[4:] if key.startswith(("k8s:", "any:")) else key
            if is_outside_identity(mesh, bare, resource.cluster):
                message = f"the agent gives '{bare[:80]}' to no endpoint, so the selector asks for what is not there"
                yield node.finding(message, fix=_fix(node, bare), anchor=anchor)


def _fix(node: Node, bare: str) -> Fix | None:
    name = f"k8s:{NAMESPACE_LABEL}"
    is_peer = any(step in ("fromEndpoints", "toEndpoints") for step in node.path)
    if bare != _NAME or not is_peer or node.parent().key(name) is not None:
        return None
    title = f"ask for '{name}'"
    return Fix.replace(node, name, title=title) if node.path[-1] == "key" else Fix.rename(node, name, title=title)
