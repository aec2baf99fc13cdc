"""Security policy leaves out what it could match by, and istiod refuses it.

## Why it matters
A DENY or CUSTOM without rules, a source or operation without a field, a condition without values, an empty text: the
validating webhook refuses each of them, and the old policy stays in force. Who reads the file takes the new one for
applied; where the webhook is off, the policy never matches.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  action: DENY
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  action: DENY
  rules:
  - {}
```

## When it stays quiet
ALLOW and AUDIT without rules are legal: such an ALLOW lets nobody in. An empty `from` or `to` list is accepted and
stands for everybody and everything, which is a warning. A JWT rule needs an issuer or the address of its keys.

## Fix safety
No fix is offered: what was to be written there cannot be known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import (
    HTTP_OPERATION,
    HTTP_SOURCE,
    IDENTITY_SOURCE,
    action,
    conditions,
    has_rules,
    rules,
)
from service_mesh.rules.rule import rule

_SOURCE = (*IDENTITY_SOURCE, *HTTP_SOURCE, "ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks")
_OPERATION = (*HTTP_OPERATION, "ports", "notPorts")


@rule(
    "IS206",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy",
    ),
    upstream=("IST0106",),
)
def security_part_empty(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # no lookup is needed
    """Report each part of a policy that holds nothing to match by."""
    if resource.kind == REQUEST_AUTHENTICATION:
        yield from _of_tokens(resource)
        return
    if action(resource) in ("DENY", "CUSTOM") and not has_rules(resource):
        node = resource.get("spec.action") or resource.root
        yield node.finding(f"a policy with action {action(resource)} and without rules never matches and is refused")
    for rule_node in rules(resource):
        for clause, name, fields in (("from", "source", _SOURCE), ("to", "operation", _OPERATION)):
            entries = rule_node.value_at(clause)
            if entries is not None and not (entries and _is_sound(entries, name, fields)):
                yield from _of_clause(rule_node, clause, name, fields)
        for _, condition in conditions(rule_node):
            yield from _of_condition(condition)


def _of_tokens(resource: Resource) -> Iterator[Draft]:
    for token in resource.each("spec.jwtRules[]"):
        if isinstance(token.value, dict) and not any(token.value.get(name) for name in ("issuer", "jwksUri")):
            yield token.finding("a JWT rule with neither 'issuer' nor 'jwksUri' is refused")


def _of_clause(rule_node: Node, clause: str, name: str, fields: tuple[str, ...]) -> Iterator[Draft]:
    listed = rule_node.get(clause)
    if listed is None:
        return
    if listed.value == []:
        everything = "everybody" if clause == "from" else "every request"
        message = f"an empty '{clause}' is the same as none: the rule is for {everything}"
        yield listed.finding(message, severity=Severity.WARNING)
    for item in listed.items:
        holder = item.get(name)
        if isinstance(item.value, dict) and (holder is None or holder.value is None):
            yield item.finding(f"an entry of '{clause}' without '{name}' is refused")
        elif holder is not None and isinstance(holder.value, dict):
            filled = [field for field in fields if holder.value.get(field)]
            if not filled:
                yield holder.finding(f"'{name}' names nothing to match by, which is refused")
            yield from (draft for field in filled for draft in _of_list(holder, field))


def _is_sound(entries: object, name: str, fields: tuple[str, ...]) -> bool:
    """Whether all entries of a clause hold something to match by, and no empty text."""
    for entry in entries if isinstance(entries, list) else ():
        holder = entry.get(name) if isinstance(entry, dict) else None
        if not isinstance(holder, dict) or not any(map(holder.get, fields)):
            return False
        if any(isinstance(listed, list) and "" in listed for listed in holder.values()):
            return False
    return True


def _of_condition(condition: Node) -> Iterator[Draft]:
    if not isinstance(condition.value, dict):
        return
    key = condition.get("key")
    if key is not None and key.value == "":
        yield key.finding("a condition with an empty key is refused")
    elif not any(condition.value.get(name) for name in ("values", "notValues")):
        yield condition.finding("a condition with neither 'values' nor 'notValues' is refused")
    for field in ("values", "notValues"):
        yield from _of_list(condition, field)


def _of_list(holder: Node, field: str) -> Iterator[Draft]:
    listed = holder.value.get(field) if isinstance(holder.value, dict) else None
    if isinstance(listed, list) and "" in listed:
        empty = next(node for node in holder.each(f"{field}[]") if node.value == "")
        yield empty.finding(f"an empty text in '{field}' is refused")
