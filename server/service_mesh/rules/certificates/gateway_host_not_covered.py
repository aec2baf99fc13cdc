"""Gateway serves a host with a certificate that is not for it.

## Why it matters
Browsers and other clients compare the host they asked for with the names of the certificate and break off. The gateway
itself notices nothing.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    hostname: api.shop.example
    port: 443
    protocol: HTTPS
    tls: {certificateRefs: [{name: web}]}
---
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: shop
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=web", "names": ["www.shop.example"], "sha256": "01",
      "not_before": "2026-11-01T00:00:00Z", "not_after": "2030-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    hostname: api.shop.example
    port: 443
    protocol: HTTPS
    tls: {certificateRefs: [{name: web}]}
---
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: shop
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=web", "names": ["*.shop.example"], "sha256": "01",
      "not_before": "2026-11-01T00:00:00Z", "not_after": "2030-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## When it stays quiet
The listener serves every host (`*`), one of its certificates is not known, or it names many. Below a wildcard
(`*.shop.example`) one name is enough, since not every host of it needs to exist.

## Fix safety
No fix: either the host or the certificate is meant.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.certificates import Certificate, certificates_at
from service_mesh.mesh.gateway_certificates import GATEWAY_CERTIFICATE_KINDS, ServedSecret, served_secrets
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, LISTENER_SET, X_LISTENER_SET
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.rules.certificates._commands import shown
from service_mesh.rules.certificates._hosts import covers_some
from service_mesh.rules.rule import rule

_ABOUT = (GATEWAY, GATEWAY_API_GATEWAY, LISTENER_SET, X_LISTENER_SET)
_MOST_NAMES = 100
_SHOWN = 3


@rule(
    "CE109",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=_ABOUT,
    reads=tuple(kind for kind in GATEWAY_CERTIFICATE_KINDS if kind not in _ABOUT),
    sources=(
        "https://www.rfc-editor.org/rfc/rfc9525#section-6.3",
        "https://gateway-api.sigs.k8s.io/guides/tls/",
    ),
)
def gateway_host_not_covered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first host of each listener that none of its certificates is for."""
    mesh.mark_read(*GATEWAY_CERTIFICATE_KINDS)
    for listener in mesh.index(_by_listener).get(resource.key, {}).values():
        own = [_own(one) for one in listener]
        known = [one for one in own if one is not None and len(one.names) < _MOST_NAMES]
        if len(known) < len(own):
            continue
        bare = [pair for pair in listener[0].hosts if pair[0] not in ("", "*")]
        lacking = [(host, node) for host, node in bare if not any(covers_some(one, host) for one in known)]
        if lacking:
            host, node = lacking[0]
            more = f" and {len(lacking) - 1} more hosts" if len(lacking) > 1 else ""
            yield node.problem(f"host '{host}'{more} is served with a certificate for {_names(known)}", shown(known[0]))


def _own(served: ServedSecret) -> Certificate | None:
    found = certificates_at(served.secret, "/data/tls.crt", "/data/cert") if served.secret is not None else ()
    return next((one for one in found if one.fits_key), next(iter(found), None))


def _names(certificates: list[Certificate]) -> str:
    names = list(dict.fromkeys(name for one in certificates for name in one.names))
    shown_names = ", ".join(f"'{name}'" for name in names[:_SHOWN]) + (" and others" if len(names) > _SHOWN else "")
    return shown_names or "no name at all"


def _by_listener(mesh: MeshView) -> Mapping[ResourceKey, Mapping[Path, list[ServedSecret]]]:
    found: dict[ResourceKey, dict[Path, list[ServedSecret]]] = {}
    for served in served_secrets(mesh):
        if not served.is_for_clients:
            path = served.reference.path
            listener = path[: path.index("tls")]
            found.setdefault(served.reference.resource.key, {}).setdefault(listener, []).append(served)
    return found
