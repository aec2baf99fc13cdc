"""Ambient mode is installed beside policies about requests, and no waypoint is made.

## Why it matters
ztunnel knows connections only. Without a waypoint it takes an ALLOW rule about methods, paths or tokens out as a whole,
so that what it allows is refused, and leaves those fields of a DENY rule out.

## Wrong
```bash
istioctl install --set profile=ambient -y
cat <<'END' | kubectl apply -f -
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: readers, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - to:
    - operation: {methods: [GET]}
END
```

## Right
```bash
istioctl install --set profile=ambient -y
kubectl apply --server-side -k "https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=v1.6.0"
istioctl waypoint apply -n shop --enroll-namespace
```

## When it stays quiet
Where any command names a waypoint, a Gateway of that class or a label for one stands in the document; for policies that
name their target, that are about connections alone, or that select gateways. It is only mentioned: the policies may be
meant for a mesh of sidecars.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.model.selectors import map_selector
from service_mesh.posture.istio.attachment import targets
from service_mesh.posture.istio.ztunnel import rules_at_ztunnel
from service_mesh.rules.commands._istio import installation
from service_mesh.rules.commands._steps import is_waypoint, mentions
from service_mesh.rules.rule import script_rule

_WAYPOINT = re.compile("waypoint")
_USE = "istio.io/use-waypoint"
_UNSEEN = "ambient mode without a waypoint knows connections only: '{name}' is not enforced as it is written"


@script_rule(
    "CM141",
    category=Category.SECURITY,
    severity=Severity.INFO,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "https://istio.io/latest/docs/ambient/usage/l4-policy/",
    ),
)
def requests_unseen_in_ambient_mesh(script: Script) -> Iterator[Draft]:
    """Report ambient installations in a text with policies about requests and without a waypoint."""
    policy = next(filter(_is_about_requests, script.resources), None)
    if policy is None or mentions(script, _WAYPOINT):
        return
    if any(is_waypoint(resource) or _USE in resource.labels for resource in script.resources):
        return
    for command in script.commands:
        found = installation(command)
        if found is not None and found.is_ambient:
            yield Draft(_UNSEEN.format(name=policy.name), location=found.word.location)


def _is_about_requests(resource: Resource) -> bool:
    if resource.kind != AUTHORIZATION_POLICY or targets(resource):
        return False
    selector = resource.get("spec.selector")
    is_for_gateway = selector is not None and "gateway" in map_selector(selector.get("matchLabels")).text
    return not is_for_gateway and any(rule.dropped for rule in rules_at_ztunnel(resource))
