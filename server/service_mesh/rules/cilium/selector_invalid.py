"""A selector cannot be turned into a match of labels.

## Why it matters
`In` and `NotIn` need values, `Exists` and `DoesNotExist` take none, and keys and values have to look like those of
labels. The schema checks none of that for expressions; the agent refuses the whole policy, so nothing is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector:
    matchExpressions:
    - {key: app, operator: Exists, values: [cart]}
  ingress:
  - fromEntities: [cluster]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector:
    matchExpressions:
    - {key: app, operator: In, values: [cart]}
  ingress:
  - fromEntities: [cluster]
```

## When it stays quiet
Operators that do not exist and values in `matchLabels`, which the schema refuses; keys of labels that stand for CIDRs
and names, such as `cidr:` and `fqdn:`; selectors of services, which the agent does not check.

## Fix safety
None is offered: whether the operator or the values are wrong is not known.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, is_filled, policy_rules, sections
from service_mesh.rules.rule import rule

_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LISTS = (
    *("fromEndpoints[]", "fromNodes[]", "fromRequires[]", "fromCIDRSet[].cidrGroupSelector"),
    *("toEndpoints[]", "toNodes[]", "toRequires[]", "toCIDRSet[].cidrGroupSelector"),
)


@rule(
    "CI114",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=POLICIES,
    sources=(VALIDATION, "cilium/cilium: pkg/policy/api/selector.go"),
)
def selector_invalid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report selectors whose keys, values or operators do not go together."""
    for selector in _selectors(resource):
        for label in selector.each("matchLabels{}"):
            if not _is_key(key := str(label.path[-1])):
                yield label.finding(f"'{key[:80]}' is no key of a label", anchor=Anchor.KEY)
        for expression in selector.each("matchExpressions[]"):
            yield from _operator(expression)
            yield from _forms(expression)


def _selectors(policy: Resource) -> Iterator[Node]:
    for one in policy_rules(policy):
        yield from one.each("endpointSelector")
        yield from one.each("nodeSelector")
    for section in sections(policy):
        for place in _LISTS:
            yield from section.node.each(place)


def _operator(expression: Node) -> Iterator[Draft]:
    operator, values = expression.get("operator"), expression.get("values")
    if operator is None:
        return
    if operator.text in ("In", "NotIn") and not is_filled(values) and (values is None or values.value == []):
        yield operator.finding(f"operator '{operator.text}' has no values, which the agent refuses")
    elif operator.text in ("Exists", "DoesNotExist") and values is not None and is_filled(values):
        yield values.finding(f"operator '{operator.text}' takes no values, but some are given", anchor=Anchor.KEY)


def _forms(expression: Node) -> Iterator[Draft]:
    key = expression.get("key")
    if key is not None and isinstance(key.value, str) and not _is_key(key.text):
        yield key.finding(f"'{key.text[:80]}' is no key of a label")
    for value in expression.each("values[]"):
        if value.text and not (len(value.text) <= 63 and _NAME.fullmatch(value.text)):
            yield value.finding(f"'{value.text[:80]}' is no value of a label")


def _is_key(text: str) -> bool:
    source, colon, rest = text.partition(":")
    if colon and source in ("cidr", "cidrgroup", "fqdn"):
        return True
    prefix, slash, name = (rest if colon else text).rpartition("/")
    if slash and not (len(prefix) <= 253 and _PREFIX.fullmatch(prefix)):
        return False
    return len(name) <= 63 and _NAME.fullmatch(name) is not None
