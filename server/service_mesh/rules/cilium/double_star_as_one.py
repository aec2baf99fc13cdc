"""A pattern for names has two stars that mean no more than one.

## Why it matters
Since 1.19 `**.` stands for one or more labels. Releases before take each star for characters of one label, so that
`**.example.com` is the same as `*.example.com`, and names two levels below are refused.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules:
        dns:
        - {matchPattern: "*"}
  - toFQDNs:
    - matchPattern: "api.**.example.com"
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
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules:
        dns:
        - {matchPattern: "*"}
  - toFQDNs:
    - matchPattern: "**.example.com"
```

## When it stays quiet
The release that is judged by is 1.19 or later and the stars stand at the beginning, before a dot.

## Fix safety
None is offered: which names were meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, name_patterns
from service_mesh.rules.rule import rule


@rule(
    "CI144",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("matchPattern",),
    sources=(
        "cilium/cilium: pkg/fqdn/matchpattern/matchpattern.go",
        "https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based",
    ),
)
def double_star_as_one(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report patterns with two stars that stand for one label alone."""
    is_known = mesh.release("cilium") >= (1, 19)
    for node in name_patterns(resource):
        text = node.text.strip()
        rest = text.removeprefix("**.") if is_known else text
        if "**" not in rest:
            continue
        where = "except at the beginning, before a dot" if is_known else "before Cilium 1.19"
        yield node.finding(f"in '{text[:80]}' two stars mean what one does, {where}: one label")
