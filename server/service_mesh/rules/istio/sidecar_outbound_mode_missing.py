"""Sidecar has an outbound policy without a mode, which refuses unknown hosts.

## Why it matters
Without `outboundTrafficPolicy` the setting of the mesh counts, which allows every host unless it was changed. With the
field but no `mode` the first value of the list counts, REGISTRY_ONLY: every host that no Service and no ServiceEntry
declares is refused, and tools that read the object back cannot tell whether that was meant.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  outboundTrafficPolicy: {}
  egress:
  - hosts: ["./*"]
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
  egress:
  - hosts: ["./*"]
```

## When it stays quiet
A mode is written, REGISTRY_ONLY too, or the field is absent.

## Fix safety
Writing REGISTRY_ONLY is offered; safe, because it is what counts already.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SIDECAR
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS156",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(SIDECAR,),
    sources=(
        "istio/api: networking/v1alpha3/sidecar.proto",
        "kiali/kiali: business/checkers/sidecars/outbound_traffic_policy_mode.go",
        "https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy",
    ),
    upstream=("KIA1007",),
)
def sidecar_outbound_mode_missing(
    resource: Resource,
    mesh: MeshView,  # noqa: ARG001  # one signature for all rules
) -> Iterator[Draft]:
    """Report an outbound policy without a mode."""
    policy = resource.get("spec.outboundTrafficPolicy")
    if policy is None or not isinstance(policy.value, dict) or policy.value.get("mode"):
        return
    mode = "REGISTRY_ONLY"
    filled = bool(policy.value)
    edit = Insert(resource, policy.path, "mode", mode) if filled else Replace(resource, policy.path, {"mode": mode})
    message = "'outboundTrafficPolicy' without 'mode' means REGISTRY_ONLY: hosts outside the registry are refused"
    yield policy.finding(message, fix=Fix("write the mode 'REGISTRY_ONLY'", True, (edit,)))
