"""Network that is authorized without an identity holds the addresses of pods.

## Why it matters
A policy that requires a network alone lets in whoever connects from it, meshed or not. Pods connect with their own
addresses, so a network such as `10.0.0.0/8` mostly is every pod of the cluster, while clients of a load balancer come
in with the address of a node, or of the pod that answers them.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec:
  networks:
  - cidr: 10.0.0.0/8
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-office, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: NetworkAuthentication, name: office}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec:
  networks:
  - cidr: 10.20.30.0/24
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-office, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: NetworkAuthentication, name: office}
```

## When it stays quiet
An identity is required beside the network; the policy is for routes alone, as those for probes are; the list has
`0.0.0.0/0` or `::/0`, which says everybody in so many words; parts of the network are left out. It is a warning where
nodes or pods are loaded whose addresses lie in it, and info where it holds a whole network that counts as the
cluster's, or where the policy lets in nobody as yet because its references lack their group.

## Fix safety
None is offered: an identity, or a smaller network, are choices.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_SERVER,
    MESH_TLS_AUTHENTICATION,
    NAMESPACE,
    NETWORK_AUTHENTICATION,
    NODE,
    POD,
    Kind,
)
from service_mesh.model.networks import Network, contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authentications import Void, authorization_of
from service_mesh.posture.linkerd.authorizations import target_kind
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.networks import NetworkMatch, cluster_networks, network_in
from service_mesh.rules.rule import rule

_USUAL = tuple(NetworkMatch(ip_network(text)) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_WIDE = (LINKERD_SERVER, NAMESPACE)
_MOST = 64


@rule(
    "LD153",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NETWORK_AUTHENTICATION,),
    reads=(LINKERD_AUTHORIZATION_POLICY, MESH_TLS_AUTHENTICATION, NODE, POD, *INSTALLATION_KINDS),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#networkauthentication",
    ),
)
def network_holds_pods(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each network of pods that a policy authorizes on its own."""
    key = resource.cluster, resource.namespace, resource.name
    policies = mesh.index(_alone).get(key, ())
    meant = policies or mesh.index(_meant_alone).get(key, ())
    if not meant or any(_is_all(item) for item in resource.each("spec.networks[]")):
        return
    related = tuple(policy.root.note("requires the network alone") for policy in meant[:3])
    for item in resource.each("spec.networks[]"):
        cidr = item.get("cidr")
        network = network_in(cidr.text) if cidr is not None else None
        if cidr is None or network is None or item.get("except[]") is not None:
            continue
        held = _held(mesh, network, resource.cluster)
        if held is not None:
            seen, severity = held
            when = ", meshed or not" if policies else " as soon as the references to it have their group"
            message = f"'{cidr.text}' holds {seen}, so pods get in without an identity{when}"
            yield cidr.finding(message, related=related, severity=severity if policies else Severity.INFO)


def _is_all(item: Node) -> bool:
    """Whether a network is every address."""
    network = network_in(item.text_at("cidr"))
    return network is not None and network.prefixlen == 0


def _held(mesh: MeshView, network: Network, cluster: str) -> tuple[str, Severity | None] | None:
    for pods, title in mesh.index(_networks_of_pods).get(cluster, ()):
        if contains(network, pods):
            return f"the pods of '{title}'", None
    usual = cluster_networks(mesh, cluster) or _USUAL
    if any(contains(network, one.network) for one in usual):
        return "a whole network that counts as the cluster's", Severity.INFO
    return None


def _networks_of_pods(mesh: MeshView) -> Mapping[str, list[tuple[Network, str]]]:
    """Networks of the pods of nodes, and of nodes that name none the addresses of single pods."""
    found: dict[str, list[tuple[Network, str]]] = {}
    places = (
        *((one, "spec.podCIDRs[]") for one in mesh.of_kind(NODE)),
        *((one, "status.podIP") for one in _pods(mesh)),
    )
    for one, path in places:
        for node in one.each(path):
            if (network := network_in(node.text)) is not None:
                found.setdefault(one.cluster, []).append((network, one.title))
    return {cluster: networks[:_MOST] for cluster, networks in found.items()}


def _pods(mesh: MeshView) -> Iterator[Resource]:
    """Pods that have an address of their own."""
    for pod in mesh.of_kind(POD):
        network = pod.get("spec.hostNetwork")
        if network is None or network.value is not True:
            yield pod


def _meant_alone(mesh: MeshView) -> Mapping[tuple[str, str, str], list[Resource]]:
    """The same of policies that are void only because a reference of theirs has no group."""
    found: dict[tuple[str, str, str], list[Resource]] = {}
    for policy in mesh.of_kind(LINKERD_AUTHORIZATION_POLICY):
        target, references = policy.get("spec.targetRef"), list(policy.each("spec.requiredAuthenticationRefs[]"))
        if target is None or len(references) != 1:
            continue
        reference, is_wide = references[0], any(_is_meant(target, kind) for kind in _WIDE)
        if is_wide and _is_meant(reference, NETWORK_AUTHENTICATION):
            namespace = reference.text_at("namespace") or policy.namespace
            found.setdefault((policy.cluster, namespace, reference.text_at("name")), []).append(policy)
    return found


def _is_meant(reference: Node, kind: Kind) -> bool:
    """Whether a reference is to a kind once a missing group is taken for given."""
    return reference.text_at("kind") == kind.name and reference.text_at("group") in ("", kind.group)


def _alone(mesh: MeshView) -> Mapping[tuple[str, str, str], list[Resource]]:
    """Policies for more than routes that require a NetworkAuthentication and no identity, by the one they require."""
    found: dict[tuple[str, str, str], list[Resource]] = {}
    for policy in mesh.of_kind(LINKERD_AUTHORIZATION_POLICY):
        granted = authorization_of(mesh, policy)
        if isinstance(granted, Void) or not granted.takes_plaintext or target_kind(policy) not in _WIDE:
            continue
        for reference in policy.each("spec.requiredAuthenticationRefs[]"):
            namespace = reference.text_at("namespace") or policy.namespace
            found.setdefault((policy.cluster, namespace, reference.text_at("name")), []).append(policy)
    return found
