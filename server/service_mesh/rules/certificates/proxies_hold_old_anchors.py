"""Proxies of Linkerd trust other anchors than the control plane gives out now.

## Why it matters
A proxy gets its trust anchors when its Pod is created and keeps them. As long as the anchor of the present issuer is
not among them, it refuses every other proxy, and its own certificate is not renewed. If it is, the Pods still have to
restart before the old anchor may go.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=new", "issuer": "CN=new", "sha256": "02", "public_key": "bb02",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
data: {ca-bundle.crt: "one certificate"}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  annotations:
    service-mesh/certificates: >-
      {"/spec/containers/0/env/0/value": [{"subject": "CN=old", "issuer": "CN=old", "sha256": "01",
      "public_key": "aa01", "not_before": "2025-11-01T00:00:00Z", "not_after": "2035-11-01T00:00:00Z"}]}
spec:
  containers:
  - name: linkerd-proxy
    env: [{name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, value: "one certificate"}]
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
      {"/data/ca-bundle.crt": [{"subject": "CN=new", "issuer": "CN=new", "sha256": "02", "public_key": "bb02",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
data: {ca-bundle.crt: "one certificate"}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  annotations:
    service-mesh/certificates: >-
      {"/spec/containers/0/env/0/value": [{"subject": "CN=new", "issuer": "CN=new", "sha256": "02",
      "public_key": "bb02", "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
spec:
  containers:
  - name: linkerd-proxy
    env: [{name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, value: "one certificate"}]
```

## When it stays quiet
The Pods name the ConfigMap itself, as those of the control plane do, or have finished; anchors that have ended do not
count. Proxies that trust the anchor of the present issuer and lack another one are a warning. All Pods are one problem.

## Fix safety
No fix: the Pods restart, in an order that the owner chooses.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, uses_in, uses_of
from service_mesh.mesh.certificates import Certificate, leads_to
from service_mesh.mesh.linkerd_anchors import ANCHOR_KINDS, ANCHORS, Held, held_anchors
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_READS = tuple(dict.fromkeys(kind for kind in (*CARRIERS, *USE_KINDS, *ANCHOR_KINDS) if kind != CONFIG_MAP))


@rule(
    "CE116",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=_READS,
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck.go",
        "linkerd/linkerd2: charts/partials/templates/_proxy.tpl",
        "https://linkerd.io/2/tasks/manually-rotating-control-plane-tls-credentials/",
    ),
    upstream=("l5d-identity-data-plane-proxies-certs-match-ca",),
)
def proxies_hold_old_anchors(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report at the anchors how many Pods have others."""
    if resource.name != ANCHORS:
        return
    now = mesh.now(resource.cluster)
    for use in uses_of(mesh, resource):
        wanted = {one.public_key for one in use.chain if now is None or one.not_after >= now} - {""}
        old = [held for held in held_anchors(mesh, resource.cluster) if wanted and held.keys != wanted]
        if old:
            issuer = _issuer(mesh, resource.cluster)
            cut_off = [held for held in old if not _trusts(held, issuer, wanted)]
            yield use.node.problem(
                _message(cut_off or old, is_cut_off=bool(cut_off)),
                command("linkerd", "check", "--proxy"),
                related=tuple(held.node.note("holds other anchors") for held in (cut_off or old)[:3]),
                severity=None if cut_off else Severity.WARNING,
            )


def _issuer(mesh: MeshView, cluster: str) -> tuple[Certificate, ...]:
    found = (use for use in uses_in(mesh, cluster) if use.mesh == "linkerd" and use.role is Role.AUTHORITY)
    return next((use.chain for use in found), ())


def _trusts(held: Held, issuer: tuple[Certificate, ...], wanted: set[str]) -> bool:
    if not issuer:
        return bool(held.keys & wanted)
    return leads_to(issuer[0], issuer[1:], held.anchors)


def _message(pods: list[Held], *, is_cut_off: bool) -> str:
    first = pods[0].node.resource
    named = f"Pod '{first.namespace}/{first.name}'"
    others = f" and {len(pods) - 1} more" if len(pods) > 1 else ""
    if is_cut_off:
        return f"the proxy of {named}{others} does not trust the anchor of the present issuer"
    return f"the proxy of {named}{others} was created with other trust anchors than these"
