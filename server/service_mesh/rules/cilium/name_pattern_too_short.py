"""A pattern for names has one label for hosts that have more.

## Why it matters
In `*.example.com` the star stands for characters of one label, never for a dot. The hosts of some clouds have the
region or the service between: `*.amazonaws.com` does not match `s3.us-east-1.amazonaws.com`, and connections there are
refused.

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
    - matchPattern: "*.amazonaws.com"
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
    - matchPattern: "*.us-east-1.amazonaws.com"
```

## When it stays quiet
Other domains: which names exist below them is not known; another pattern of the same rule reaches deeper. It is an
information, since a few hosts of these domains have one label.

## Fix safety
None is offered: a pattern for more names lets pods connect to more.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, policy_rules
from service_mesh.rules.rule import rule

_HOSTS = {
    "*.amazonaws.com": "s3.us-east-1.amazonaws.com",
    "*.amazonaws.com.cn": "s3.cn-north-1.amazonaws.com.cn",
    "*.windows.net": "shop.blob.core.windows.net",
    "*.azmk8s.io": "shop.hcp.westeurope.azmk8s.io",
}
"""Pattern -> a name of a kind that is common below the domain."""


@rule(
    "CI145",
    category=Category.TRAFFIC,
    severity=Severity.INFO,
    about=POLICIES,
    needs=("matchPattern",),
    sources=(
        "cilium/cilium: pkg/fqdn/matchpattern/matchpattern.go",
        "https://docs.aws.amazon.com/general/latest/gr/rande.html",
    ),
)
def name_pattern_too_short(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report patterns for domains whose hosts are known to have more labels."""
    for one in policy_rules(resource):
        patterns = list(one.each("egress[].toFQDNs[].matchPattern"))
        for node in patterns:
            wanted = node.text.strip().lower().rstrip(".")
            host = _HOSTS.get(wanted)
            if host is None or any(_reaches(mesh, other.text, wanted[1:], host) for other in patterns):
                continue
            yield node.finding(f"the star is one label, so '{node.text}' does not match such hosts as '{host}'")


def _reaches(mesh: MeshView, pattern: str, domain: str, host: str) -> bool:
    """Whether a pattern is for names below a domain that have more than one label there, as a host has."""
    is_deep = pattern.startswith("**.") and mesh.release("cilium") >= (1, 19)
    return pattern.rstrip(".").endswith(domain) and (is_deep or pattern.count(".") >= host.count("."))
