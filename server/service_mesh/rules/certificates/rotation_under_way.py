"""Two roots are trusted at once: a rotation is under way, or was never finished.

## Why it matters
It is how a root is replaced without an outage: both are trusted until nothing that the old one signed is left. While it
lasts, the order counts: the new issuer, then a restart of every proxy, then the old root goes. Whoever forgets the last
step trusts a key that nobody watches any more.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=old", "not_before": "2025-11-01T00:00:00Z", "public_key": "aa01",
      "not_after": "2035-11-01T00:00:00Z", "sha256": "01"}, {"subject": "CN=new", "sha256": "02", "public_key": "bb02",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
data: {ca-bundle.crt: "two certificates"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=new", "sha256": "02", "public_key": "bb02",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
data: {ca-bundle.crt: "one certificate"}
```

## When it stays quiet
One of the roots has ended (CE113), they have the same key, or proxies of Linkerd still hold other anchors (CE116). Only
the roots of istiod's CA and the anchors of Linkerd are looked at, not each copy of them.

## Fix safety
No fix: the old root goes when nothing that it signed is in use.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, Use, uses_in, uses_of
from service_mesh.mesh.certificates import Certificate, leads_to
from service_mesh.mesh.linkerd_anchors import ANCHOR_KINDS, held_anchors
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.rule import rule

_ORIGINALS = frozenset({"cacerts", "linkerd-identity-trust-roots"})
_SHOWN = 3

_READS = tuple(
    dict.fromkeys(kind for kind in (*CARRIERS, *USE_KINDS, *ANCHOR_KINDS) if kind not in (CONFIG_MAP, SECRET))
)


@rule(
    "CE115",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(CONFIG_MAP, SECRET),
    reads=_READS,
    sources=(
        "https://linkerd.io/2/tasks/manually-rotating-control-plane-tls-credentials/",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
    ),
)
def rotation_under_way(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report roots of which several with different keys are valid at once."""
    now = mesh.now(resource.cluster)
    for use in uses_of(mesh, resource) if now is not None and resource.name in _ORIGINALS else ():
        valid = [one for one in use.chain if one.is_valid(now or 0)] if use.role is Role.ROOTS else []
        roots = list({one.public_key or one.fingerprint: one for one in valid}.values())
        if len(roots) > 1 and not _is_first_step(mesh, use, roots):
            names = ", ".join(f"'{one.title}'" for one in roots[:_SHOWN]) + (" and more" if len(roots) > _SHOWN else "")
            message = f"{len(roots)} roots are trusted at once, {names}{_signer(mesh, use, roots)}"
            yield use.node.problem(message, next_step(use, use.chain[0]))


def _is_first_step(mesh: MeshView, use: Use, roots: list[Certificate]) -> bool:
    """Whether proxies are still to get these roots, which is said at another place."""
    keys = {one.public_key for one in roots}
    return use.mesh == "linkerd" and any(held.keys != keys for held in held_anchors(mesh, use.resource.cluster))


def _signer(mesh: MeshView, use: Use, roots: list[Certificate]) -> str:
    """Say which of them the issuer leads to."""
    for other in uses_in(mesh, use.resource.cluster):
        if other.mesh == use.mesh and other.role is Role.AUTHORITY:
            root = next((one for one in roots if leads_to(other.chain[0], other.chain[1:], [one])), None)
            return f"; {other.what} leads to '{root.title}'" if root is not None else ""
    return ""
