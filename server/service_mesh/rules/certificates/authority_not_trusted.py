"""Signing certificate of a mesh does not lead to the roots that are given out.

## Why it matters
Every proxy trusts the roots and nothing else. What this authority signs is refused by all of them, and istiod and
Linkerd's identity do not even start with it. It is what a rotation in the wrong order leaves: the issuer was replaced
before its root was given out, or the old root was taken away too early.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-identity-issuer
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=identity.linkerd.cluster.local", "issuer": "CN=new root", "ca": true,
      "sha256": "01", "not_before": "2026-11-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=old root", "issuer": "CN=old root", "ca": true, "sha256": "02",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
data: {ca-bundle.crt: "a certificate"}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-identity-issuer
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=identity.linkerd.cluster.local", "issuer": "CN=new root", "ca": true,
      "sha256": "01", "not_before": "2026-11-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=new root", "issuer": "CN=new root", "ca": true, "sha256": "03",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
data: {ca-bundle.crt: "a certificate"}
```

## When it stays quiet
The roots beside it were not read, or a root with the same key is among them. Signatures are checked where both stand
in one object; across objects the names and key identifiers have to agree.

## Fix safety
No fix: which of the two is wrong only the one who rotates knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, Use, uses_in, uses_of
from service_mesh.mesh.certificates import Certificate, leads_to
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.certificates._expiry import subject_of
from service_mesh.rules.rule import rule

_ANCHORS = "linkerd-identity-trust-roots"


@rule(
    "CE106",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SECRET,),
    reads=tuple(kind for kind in (*CARRIERS, *USE_KINDS) if kind != SECRET),
    sources=(
        "istio/istio: security/pkg/pki/util/keycertbundle.go",
        "linkerd/linkerd2: pkg/issuercerts/issuercerts.go",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
    ),
)
def authority_not_trusted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a signing certificate that none of its mesh's roots vouches for."""
    for use in uses_of(mesh, resource):
        if use.role is Role.AUTHORITY:
            roots, between = _roots(mesh, use), _between(mesh, use)
            if roots is not None and not leads_to(use.chain[0], between, roots.chain):
                message = f"{subject_of(use, use.chain[0])}, issued by '{use.chain[0].issuer}', does not lead to"
                related = (roots.node.note("are the roots"),)
                command = next_step(use, use.chain[0])
                yield use.node.problem(
                    f"{message} any of the {_named(roots, use.chain[0].issuer)}", command, related=related
                )


def _roots(mesh: MeshView, use: Use) -> Use | None:
    """The trusted roots that the authority of a use has to lead to."""
    for other in uses_in(mesh, use.resource.cluster):
        if other.role is Role.ROOTS and other.mesh == use.mesh:
            is_beside = other.resource is use.resource
            if is_beside or (use.mesh == "linkerd" and _is_in(other, _ANCHORS, use.resource.namespace)):
                return other
    return None


def _is_in(use: Use, name: str, namespace: str) -> bool:
    return use.resource.name == name and use.resource.namespace == namespace


def _between(mesh: MeshView, use: Use) -> tuple[Certificate, ...]:
    chains = (one for one in uses_of(mesh, use.resource) if one.role is Role.CHAIN)
    return (*use.chain[1:], *(certificate for chain in chains for certificate in chain.chain))


def _named(roots: Use, issuer: str) -> str:
    names = list(dict.fromkeys(f"'{one.title}'" for one in roots.chain))
    count = len(names)
    shown = ", ".join(names[:3]) + (" and more" if count > 3 else "")
    other = ", of which one has its name and another key" if any(one.subject == issuer for one in roots.chain) else ""
    return f"roots {shown} in {roots.resource.kind.name} '{roots.resource.name}'{other}"
