"""Which labels of pods the agent leaves out of identities, so that no selector of a policy ever sees them."""

import re
from collections.abc import Iterator

from service_mesh.mesh.cilium_config import cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import policy_rules, sections

__all__ = ["endpoint_selectors", "is_outside_identity", "keys_of"]

_LEFT_OUT = re.compile(
    r"io\.kubernetes(?!\.pod\.namespace$)|kubernetes\.io|statefulset\.kubernetes\.io/pod-name|apps\.kubernetes\.io/pod-index"
    r"|batch\.kubernetes\.io/job-completion-index|.*beta\.kubernetes\.io|k8s\.io|pod-template-generation"
    r"|pod-template-hash|controller-revision-hash|etcd_node"
)


def is_outside_identity(mesh: MeshView, key: str, cluster: str) -> bool:
    """Tell whether a label of pods is none of an endpoint's; False where the options choose the labels.

    Counted is what all supported releases leave out by default.
    (`cilium/cilium: pkg/labelsfilter/filter.go`, defaultLabelPrefixCfg)

    Args:
        mesh: The objects.
        key: The label, without its source.
        cluster: The cluster.
    """
    if not _LEFT_OUT.match(key[:400]):
        return False
    config = cilium_config(mesh, cluster)
    return config is None or not (config.text("labels") or config.text("label-prefix-file"))


def endpoint_selectors(policy: Resource) -> Iterator[Node]:
    """The selectors of a policy that are about endpoints: whom it is for, and peers."""
    for one in policy_rules(policy):
        yield from one.each("endpointSelector")
    for section in sections(policy):
        yield from section.node.each("fromEndpoints[]" if section.is_ingress else "toEndpoints[]")


def keys_of(selector: Node) -> Iterator[tuple[Node, str]]:
    """Where each label of a selector is written, with its key as it stands there."""
    for label in selector.each("matchLabels{}"):
        yield label, str(label.path[-1])
    for key in selector.each("matchExpressions[].key"):
        if key.text:
            yield key, key.text
