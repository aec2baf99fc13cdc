"""Signing certificate of a mesh is no authority, or may not stand where it stands.

## Why it matters
A certificate says itself whether it may sign others (`CA:TRUE`, key usage `keyCertSign`) and how many authorities may
follow below it (`pathlen`). istiod and Linkerd refuse a signer that may not sign; a chain that is longer than allowed
is refused by every proxy.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: cacerts
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "CN=Intermediate", "issuer": "CN=Root", "ca": false, "sha256": "01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
type: Opaque
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: cacerts
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "CN=Intermediate", "issuer": "CN=Root", "ca": true, "sha256": "01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
type: Opaque
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## When it stays quiet
Nothing is known of it, or what stands above it was not read.

## Fix safety
No fix: a new certificate is made by whoever has the root.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, Use, uses_in, uses_of
from service_mesh.mesh.certificates import Certificate, path_to
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.certificates._expiry import subject_of
from service_mesh.rules.rule import rule


@rule(
    "CE112",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SECRET,),
    reads=tuple(kind for kind in (*CARRIERS, *USE_KINDS) if kind != SECRET),
    sources=(
        "istio/istio: security/pkg/pki/ca/ca.go",
        "linkerd/linkerd2: pkg/issuercerts/issuercerts.go",
        "https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9",
    ),
)
def authority_cannot_sign(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a signing certificate that is none, or that an authority above it does not allow."""
    for use in uses_of(mesh, resource):
        if use.role is Role.AUTHORITY and use.chain[0].is_ca is not None:
            fault = _fault(use.chain[0]) or _too_deep(mesh, use)
            if fault:
                message = f"{subject_of(use, use.chain[0])} {fault}"
                yield use.node.problem(message, next_step(use, use.chain[0]))


def _fault(authority: Certificate) -> str:
    if authority.is_ca is False:
        return "is no certificate authority"
    return "may not sign certificates by its key usage" if authority.may_sign is False else ""


def _is_own(use: Use) -> bool:
    """Whether it is no copy, and nothing that only a gateway's clients see."""
    return use.rank <= 1 and not use.is_gateway


def _too_deep(mesh: MeshView, use: Use) -> str:
    """Say which certificate above allows fewer authorities below it than there are."""
    related = [one for one in uses_in(mesh, use.resource.cluster) if one.mesh == use.mesh and _is_own(one)]
    roots = [one for other in related if other.role is Role.ROOTS for one in other.chain]
    between = [one for other in related if other.role is not Role.ROOTS for one in other.chain]
    for depth, above in enumerate(path_to(use.chain[0], between, roots) or ()):
        if depth and above.path_length is not None and above.path_length < depth:
            allowed = "no authority" if above.path_length == 0 else f"{above.path_length} authorities"
            levels = "1 level" if depth == 1 else f"{depth} levels"
            return f"stands {levels} below '{above.title}', which allows {allowed} below it"
    return ""
