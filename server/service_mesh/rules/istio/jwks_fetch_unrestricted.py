"""Istiod fetches signing keys from wherever a RequestAuthentication says.

## Why it matters
Whoever may write a RequestAuthentication makes istiod send requests to any address it can reach, services of the
cluster and metadata services of the cloud included. `BLOCKED_CIDRS_IN_JWKS_URIS` names the ranges that istiod refuses;
it is empty unless set.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        image: docker.io/istio/pilot:1.30.0
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec:
  jwtRules:
  - issuer: https://issuer.example.com
    jwksUri: https://issuer.example.com/keys
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        image: docker.io/istio/pilot:1.30.0
        env:
        - {name: BLOCKED_CIDRS_IN_JWKS_URIS, value: "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16"}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec:
  jwtRules:
  - issuer: https://issuer.example.com
    jwksUri: https://issuer.example.com/keys
```

## When it stays quiet
The variable has a value, or is taken from elsewhere (`valueFrom`, `envFrom`). No rule makes istiod fetch keys, since
all have them inline (`jwks`); Istio's analyzer complains of those too. The range of link-local addresses is blocked by
default from 1.31.1 on, private ranges are not.

## Fix safety
There is no fix: which ranges are private is known to the operator of the cluster.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, REQUEST_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_VARIABLE = "BLOCKED_CIDRS_IN_JWKS_URIS"
_NOTES = 3


@rule(
    "IS254",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=(REQUEST_AUTHENTICATION,),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/authn/blockedcidrs.go",
        "https://istio.io/latest/docs/reference/commands/pilot-discovery/",
    ),
    upstream=("IST0175",),
)
def jwks_fetch_unrestricted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report istiod where it fetches keys and no range of addresses is blocked."""
    if resource.labels.get("app") != "istiod":
        return
    containers = tuple(resource.each("spec.template.spec.containers[]"))
    fetching = mesh.index(_fetching).get(resource.cluster, ())
    if not fetching or not containers or any(_is_restricted(container) for container in containers):
        return
    place = next((c for c in containers if (name := c.get("name")) and name.text == "discovery"), containers[0])
    count = "a RequestAuthentication makes" if len(fetching) == 1 else f"{len(fetching)} RequestAuthentications make"
    message = f"{count} istiod fetch keys, and '{_VARIABLE}' blocks no address"
    notes = tuple(node.note("istiod fetches keys for it") for node in fetching[:_NOTES])
    yield (place.get("env") or place).finding(message, related=notes)


def _is_restricted(container: Node) -> bool:
    if container.get("envFrom") is not None:
        return True
    for entry in container.each("env[]"):
        name, value = entry.get("name"), entry.get("value")
        if name is not None and name.text == _VARIABLE:
            return bool(value is not None and value.text) or entry.get("valueFrom") is not None
    return False


def _fetching(mesh: MeshView) -> Mapping[str, list[Node]]:
    """The first rule of each RequestAuthentication whose keys istiod has to fetch, by cluster."""
    found: dict[str, list[Node]] = {}
    for policy in mesh.of_kind(REQUEST_AUTHENTICATION):
        node = next((rule for rule in policy.each("spec.jwtRules[]") if _is_fetched(rule)), None)
        if node is not None:
            found.setdefault(policy.cluster, []).append(node)
    return found


def _is_fetched(jwt_rule: Node) -> bool:
    """Without keys istiod asks `jwksUri`, or the issuer by OpenID Connect discovery where that is absent too."""
    keys, address, issuer = jwt_rule.get("jwks"), jwt_rule.get("jwksUri"), jwt_rule.get("issuer")
    if keys is not None and keys.text:
        return False
    return any(node is not None and node.text.startswith(("http://", "https://")) for node in (address, issuer))
