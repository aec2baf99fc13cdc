"""An HTTP rule asks for a method or a path that no request has.

## Why it matters
Methods and paths are regular expressions for the whole value, and case counts. No client sends `get` for `GET`, and
every path begins with a slash, so a rule without one never matches: the requests that were to be allowed are refused.

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
        - {method: get, path: "api/v1/items"}
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
        - {method: GET, path: "/api/v1/items"}
```

## When it stays quiet
The method is none of those that HTTP defines; the path has alternatives, or begins with anything else than a letter or
digit that has to be there.

## Fix safety
Writing the method in capitals, or a slash before the path, is offered and unsafe: requests are allowed that were
refused.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.re2 import regex_fault
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, port_rules
from service_mesh.rules.rule import rule

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
_SURE_START = re.compile(r"\^?[A-Za-z0-9](?![?*{+])")


@rule(
    "CI141",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("path", "method"),
    sources=(
        "cilium/cilium: pkg/policy/api/http.go",
        "https://docs.cilium.io/en/stable/security/policy/layer7/",
    ),
)
def http_rule_unmatchable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report methods that are not in capitals and paths without a slash."""
    for _, port_rule in port_rules(resource):
        for one in port_rule.each("rules.http[]"):
            yield from _method(one.get("method"))
            yield from _path(one.get("path"))


def _method(node: Node | None) -> Iterator[Draft]:
    if node is not None and node.text not in _METHODS and node.text.upper() in _METHODS:
        message = f"no request has method '{node.text}', since case counts"
        yield node.finding(message, fix=Fix.replace(node, node.text.upper()))


def _path(node: Node | None) -> Iterator[Draft]:
    if node is None or "|" in node.text or not _SURE_START.match(node.text) or regex_fault(node.text):
        return
    message = f"no path matches '{node.text[:80]}', since every path begins with a slash"
    anchored = node.text.removeprefix("^")
    yield node.finding(message, fix=Fix.replace(node, f"/{anchored}"))
