"""A rule for names has no DNS rule beside it.

## Why it matters
Which addresses a name has, the agent learns from DNS answers that pass through its proxy, and only DNS rules
(`rules.dns`) send queries there. Without one for the same pods `toFQDNs` stays an empty list of addresses: every
connection to the name is denied, even where plain queries on port 53 are allowed.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toFQDNs:
    - matchName: api.example.com
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels:
        k8s:io.kubernetes.pod.namespace: kube-system
        k8s-app: kube-dns
    toPorts:
    - ports:
      - {port: "53", protocol: ANY}
      rules:
        dns:
        - {matchPattern: "*"}
  - toFQDNs:
    - matchName: api.example.com
```

## When it stays quiet
Some policy for the pods has DNS rules; no such pod is loaded, and a policy has some for a pod with just the labels of
the selector; the rule does not turn on default deny, so nothing has to be allowed; the agent refuses the policy anyway.
In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
None is offered: where DNS runs, and which names may be asked for, is not known.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS, candidates, named_namespaces
from service_mesh.posture.cilium.rules import RULE_KINDS, chosen_rules, default_denies, is_refused
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import of_workload, pod_with
from service_mesh.rules.cilium._policies import POLICIES, is_filled, policy_rules
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 20
_DNS = "egress[].toPorts[].rules.dns[]"


@rule(
    "CI120",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*RULE_KINDS, *ENDPOINT_KINDS))),
    needs=("spec", "specs"),
    sources=(
        "cilium/cilium: Documentation/security/policy/layer3.rst",
        "https://docs.cilium.io/en/stable/security/dns/",
    ),
)
def names_without_dns_rules(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first `toFQDNs` of each rule whose pods have no DNS rule."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        names = next((node for node in one.each("egress[].toFQDNs") if is_filled(node)), None)
        if names is None or not default_denies(one, Direction.EGRESS) or _sees_dns(one) or _is_seen(mesh, one):
            continue
        partial = not (mesh.is_complete(resource.namespace, resource.cluster) if resource.namespace else mesh.is_whole)
        message = "no DNS rule lets the agent see which addresses these names have, so they match no address"
        yield names.finding(message, partial=partial, anchor=Anchor.KEY)


def _is_seen(mesh: MeshView, one: Node) -> bool:
    """Whether each loaded pod has DNS rules of some policy; without one, whether a pod with just its labels would."""
    home, cluster, selector = one.resource.namespace, one.resource.cluster, endpoint_selector(one)
    found = islice(candidates(mesh, selector, home, cluster).endpoints(), _MOST_WORKLOADS)
    pods = tuple(of_workload(pod) for pod in found)
    if not pods:
        place = home or (named_namespaces(selector) or ("default",))[0]
        pods = (pod_with(place, selector.equal, cluster),)
    return all(any(_sees_dns(c.rule) for c in chosen_rules(mesh, pod)) for pod in pods)


def _sees_dns(one: Node) -> bool:
    return any(True for _ in one.each(_DNS))
