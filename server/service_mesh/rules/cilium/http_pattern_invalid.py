"""The path, method or host of an HTTP rule is no regular expression.

## Why it matters
The three are regular expressions in the syntax of RE2, not globs: `*` alone repeats nothing, and lookaround and back
references do not exist. The agent refuses a policy with such a path or method; such a host is refused by the proxy. The
policy is not enforced as written.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
      rules:
        http:
        - {method: GET, path: "*"}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
      rules:
        http:
        - {method: GET, path: ".*"}
```

## When it stays quiet
Whatever is not certain to be refused, such as the names of Unicode classes; expressions that are valid and match
something else than was meant, such as `/items/*`.

## Fix safety
Writing `.*` for a sole `*` is offered and unsafe: the policy starts to be enforced.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.re2 import regex_fault
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, port_rules
from service_mesh.rules.rule import rule


@rule(
    "CI109",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=POLICIES,
    sources=("cilium/cilium: pkg/policy/api/http.go", "golang/go: src/regexp/syntax/parse.go"),
)
def http_pattern_invalid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report regular expressions of HTTP rules that cannot be compiled."""
    for _, port_rule in port_rules(resource):
        for name in ("path", "method", "host"):
            for node in port_rule.each(f"rules.http[].{name}"):
                if fault := regex_fault(node.text):
                    fix = Fix.replace(node, ".*") if node.text == "*" else None
                    message = f"{name} '{node.text[:80]}' is no regular expression: {fault}"
                    yield node.finding(message, fix=fix)
