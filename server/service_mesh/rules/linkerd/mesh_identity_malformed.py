"""Mesh identity is neither a DNS name nor a SPIFFE ID.

## Why it matters
The admission webhook refuses the object. An identity is a name in lower-case DNS form such as
`web.shop.serviceaccount.identity.linkerd.cluster.local`, `*` for every meshed client, `*.` before a suffix, or a URI
such as `spiffe://trust.example/ns/shop` without port, user, query, fragment, dot segments or a slash at the end.
A wildcard stands in the first place only, and not in a URI.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["web.shop.*"]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["*.shop.serviceaccount.identity.linkerd.cluster.local"]
```

## When it stays quiet
The form is right, whether or not a workload has that identity. Identities in a ServerAuthorization are held to a
pattern of its CRD, which the schema rules check.

## Fix safety
None is offered: what was meant cannot be told from a malformed name.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import MESH_TLS_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_SCHEME = "spiffe://"
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DOMAIN = re.compile(r"[-._a-z0-9]+")
_SEGMENT = re.compile(r"[-._A-Za-z0-9]+")


@rule(
    "LD104",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(MESH_TLS_AUTHENTICATION,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/validation.rs",
        "https://linkerd.io/2/reference/authorization-policy/#meshtlsauthentication",
    ),
)
def mesh_identity_malformed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each identity of another form, and what is wrong with it."""
    for identity in resource.each("spec.identities[]"):
        if isinstance(identity.value, str) and (fault := _fault(identity.value)):
            yield identity.finding(f"identity '{identity.value[:120]}' {fault}")


def _fault(identity: str) -> str:
    if identity.startswith(_SCHEME):
        return _uri_fault(identity.removeprefix(_SCHEME))
    first, *rest = identity.split(".")
    if (first == "*" or _LABEL.fullmatch(first)) and all(_LABEL.fullmatch(label) for label in rest):
        return ""
    if identity.lower().startswith("spiffe:"):
        return "does not start with 'spiffe://'"
    if "*" in identity:
        return "has a wildcard that is not the whole first part"
    return "is neither a lower-case DNS name nor a SPIFFE ID"


def _uri_fault(rest: str) -> str:
    domain, slash, path = rest.partition("/")
    if not domain:
        return "has no trust domain"
    if not _DOMAIN.fullmatch(domain):
        return f"has the trust domain '{domain[:80]}', which may hold a-z, 0-9, '.', '-' and '_' only"
    return _path_fault(path) if slash else ""


def _path_fault(path: str) -> str:
    for segment in path.split("/"):
        if not segment:
            return "has an empty path segment or a slash at the end"
        if segment in (".", ".."):
            return f"has the dot segment '{segment}' in its path"
        if not _SEGMENT.fullmatch(segment):
            return f"has the path segment '{segment[:80]}', which may hold letters, digits, '.', '-' and '_' only"
    return ""
