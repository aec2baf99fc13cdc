"""The path of an HTTP rule is written as a glob.

## Why it matters
Paths are regular expressions that have to match the whole path. In `/api/*` the star repeats the slash before it, so
`/api` and `/api//` match and no path below does: the requests that were to be allowed are refused.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET, path: "/api/*"}
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
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET, path: "/api/.*"}
```

## When it stays quiet
The star follows anything else than a slash that stands by itself, such as `/.*`, `/[a-z]*` or `(/[a-z]+)*`; the
expression is none that the agent can compile.

## Fix safety
Writing `.*` for the star is offered and unsafe: paths are allowed that were refused.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.re2 import regex_fault
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, port_rules
from service_mesh.rules.rule import rule

_STAR = re.compile(r"(?<![\\\[/])/\*(?=/|$)")
_MOST_CHARACTERS = 1000


@rule(
    "CI140",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("path",),
    sources=(
        "cilium/cilium: pkg/policy/api/http.go",
        "https://docs.cilium.io/en/stable/security/policy/layer7/",
    ),
)
def http_path_glob(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report paths with a star that repeats a slash."""
    for _, port_rule in port_rules(resource):
        for node in port_rule.each("rules.http[].path"):
            text = node.text[:_MOST_CHARACTERS]
            if not _STAR.search(text) or regex_fault(node.text):
                continue
            message = f"in path '{text[:80]}' the star repeats the slash, so no path below it matches"
            fix = Fix.replace(node, _STAR.sub("/.*", text)) if text == node.text else None
            yield node.finding(message, fix=fix)
