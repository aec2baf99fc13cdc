"""AuthorizationPolicy compares with a value that cannot be meant.

## Why it matters
istiod refuses addresses, ports, service accounts and path templates that are none. A `*` that stands neither at the
beginning nor at the end, or is the second one, is accepted and no wildcard, so that the value does not match what was
meant. A path without the slash in front, or a regular expression, matches no request.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {ports: ["http"]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {ports: ["8080"]}
```

## When it stays quiet
`*`, `x*`, `*x`; a `*` anywhere in a namespace; an address with bits set behind its prefix. Path templates (`{*}`,
`{**}`) are known from 1.22; before that they are plain text.

## Fix safety
No fix is offered: what was meant cannot be known.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.ports import LAST_PORT, port_in
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import conditions, listed_texts, rules, values
from service_mesh.rules.rule import rule

_ADDRESSES = ("ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks")
_ACCOUNTS = ("serviceAccounts", "notServiceAccounts")
_PLAIN = (
    *("principals", "notPrincipals", "requestPrincipals", "notRequestPrincipals"),
    *("hosts", "notHosts", "methods", "notMethods"),
)
_ADDRESS_KEYS = ("source.ip", "remote.ip", "destination.ip")
_ACCOUNT_LENGTH = 320
_TEMPLATES_FROM = (1, 22)
_MARKS = frozenset("*{}")
_LITERAL = re.compile(r"[a-zA-Z0-9\-._~%!$&'()+,;:@=]+")

Fault = Callable[[str], str]
"""What is wrong with a text; empty for nothing."""


@rule(
    "IS210",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    sources=(
        "istio/istio: pkg/config/security/security.go",
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/",
    ),
    upstream=("IST0106",),
)
def match_value_invalid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each value that is refused, or that holds a `*` where it is a plain character."""
    templates = mesh.release("istio") >= _TEMPLATES_FROM
    yield from _refused(listed_texts(resource, *_ADDRESSES, where=_address), _address)
    yield from _refused(listed_texts(resource, *_ACCOUNTS, where=_account), _account)
    yield from _refused(listed_texts(resource, "ports", "notPorts", where=_port), _port)
    yield from _stars(listed_texts(resource, *_PLAIN, where=_has_star))
    for path in listed_texts(resource, "paths", "notPaths", where=_is_no_plain_path):
        yield from _of_path(path, templates=templates)
    for rule_node in rules(resource):
        for key, condition in conditions(rule_node):
            yield from _of_condition(key, condition)


def _has_star(text: str) -> bool:
    return "*" in text


def _is_no_plain_path(text: str) -> bool:
    return not text.startswith("/") or not _MARKS.isdisjoint(text)


def _of_path(path: Node, *, templates: bool) -> Iterator[Draft]:
    fault = _template(path.text) if templates else ""
    if fault:
        yield path.finding(f"path '{path.text}' is refused: {fault}")
    elif path.text and not path.text.startswith(("/", "*", "{")):
        yield path.finding(f"no path matches '{path.text}': paths begin with '/'", severity=Severity.WARNING)
    elif not templates or "{" not in path.text:
        yield from _stars(iter((path,)))


def _of_condition(key: str, condition: Node) -> Iterator[Draft]:
    found = list(values(condition, "values", "notValues"))
    if key in _ADDRESS_KEYS:
        yield from _refused(iter(found), _address)
    elif key == "destination.port":
        yield from _refused(iter(found), _port)
    elif key == "source.serviceAccount":
        yield from _refused(iter(found), _account)
    elif key != "source.namespace":
        yield from _stars(iter(found))


def _refused(nodes: Iterator[Node], fault: Fault) -> Iterator[Draft]:
    for node in nodes:
        if said := fault(node.text):
            yield node.finding(f"'{node.text}' is refused: {said}")


def _stars(nodes: Iterator[Node]) -> Iterator[Draft]:
    for node in nodes:
        rest = node.text[1:] if node.text.startswith("*") else node.text.removesuffix("*")
        if "*" in rest:
            message = f"in '{node.text}' the '*' is no wildcard, because it stands neither first nor last"
            if node.text.startswith("*"):
                message = f"in '{node.text}' only the first '*' is a wildcard"
            yield node.finding(message, severity=Severity.WARNING)


def _address(text: str) -> str:
    address, slash, bits = text.partition("/")
    try:
        if not slash:
            ip_address(address)
        elif not bits.isdecimal():
            return "it is no range of addresses"
        else:
            ip_network(f"{address}/{bits}", strict=False)
    except ValueError:
        return "it is no range of addresses" if slash else "it is no address"
    return ""


def _port(text: str) -> str:
    return "" if port_in(text) is not None else f"ports are numbers up to {LAST_PORT}, and names are not known here"


def _account(text: str) -> str:
    if "*" in text:
        return "service accounts take no '*'"
    if len(text) > _ACCOUNT_LENGTH:
        return f"service accounts have no more than {_ACCOUNT_LENGTH} characters"
    parts = text.split("/")
    return "" if len(parts) <= 2 and all(parts) else "it is neither 'account' nor 'namespace/account'"


def _template(path: str) -> str:
    """What is wrong with the templates of a path (`istio/istio: pkg/config/security/security.go`)."""
    has_template = "{*}" in path or "{**}" in path
    is_last = False
    for part in path.strip("/").split("/"):
        if part in ("{*}", "{**}"):
            if is_last:
                return "'{**}' has to be the last template"
            is_last = part == "{**}"
        elif "{" in part or "}" in part:
            return "braces are for the templates '{*}' and '{**}' only, each a whole segment"
        elif has_template and not _LITERAL.fullmatch(part):
            return f"beside a template, segment '{part}' has to be plain text"
    return ""
