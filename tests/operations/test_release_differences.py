"""One input, judged for Istio 1.20, 1.26 and 1.30: what differs between the releases differs, and nothing else does."""

from dataclasses import dataclass

import pytest

from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.validate import validate

RELEASES = ("1.20", "1.26", "1.30")
Found = tuple[str, str, int]
"""Code, severity and line."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An input and what is found in it.

    Attributes:
        title: What changed between the releases.
        text: The input.
        old: Findings for 1.20.
        middle: Findings for 1.26.
        new: Findings for 1.30.
    """

    title: str
    text: str
    old: tuple[Found, ...] = ()
    middle: tuple[Found, ...] = ()
    new: tuple[Found, ...] = ()


_SHOP = """
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: "registry.example.com/shop/cart:1.4.2"}]}
"""

_ACCOUNT_FIELD = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - from:
    - source:
        serviceAccounts: [shop/web]
"""
_ACCOUNT_CONDITION = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - when:
    - key: source.serviceAccount
      values: [shop/web]
"""
_PATH_TEMPLATE = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - to:
    - operation:
        paths: ["/carts/{*}/items"]
"""
_TARGET = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: outside, namespace: shop}
spec:
  targetRef: {kind: ServiceEntry, group: networking.istio.io, name: partner}
  rules: [{from: [{source: {namespaces: [shop]}}]}]
---
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: partner, namespace: shop, labels: {istio.io/use-waypoint: waypoint}}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports: [{number: 80, name: http, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop, labels: {istio.io/waypoint-for: service}}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
"""
_SERVED_VERSION = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http: [{route: [{destination: {host: cart}}]}]
"""
_RETRY_FIELDS = """\
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - route: [{destination: {host: cart}}]
    retries:
      attempts: 2
      retryOn: connect-failure
      backoff: 25ms
"""
_UNVERIFIED = """\
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}]
---
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: partner, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy:
    tls:
      mode: SIMPLE
"""
_ADDRESSLESS = """\
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: orders-db, namespace: shop}
spec:
  hosts: [db.example.com]
  resolution: DNS
  ports:
  - {number: 5432, name: postgres, protocol: TCP}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig:
      proxyMetadata:
        ISTIO_META_DNS_CAPTURE: "true"
"""
_WORD_FOR_NO = """\
apiVersion: v1
kind: Namespace
metadata: {name: tools, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: console, namespace: tools}
spec:
  selector: {matchLabels: {app: console}}
  template:
    metadata:
      labels:
        app: console
        sidecar.istio.io/inject: "no"
    spec: {containers: [{name: console, image: "registry.example.com/tools/console:2"}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: console, namespace: tools}
spec:
  selector:
    matchLabels: {app: console}
"""
_TWO_AUTHORIZERS = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: by-token, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  action: CUSTOM
  provider: {name: tokens}
  rules: [{to: [{operation: {paths: [/cart]}}]}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: by-risk, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  action: CUSTOM
  provider: {name: risk}
  rules: [{to: [{operation: {paths: [/checkout]}}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: tokens
      envoyExtAuthzGrpc: {service: tokens.auth.example.com, port: 9000}
    - name: risk
      envoyExtAuthzGrpc: {service: risk.auth.example.com, port: 9000}
---
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: authorizers, namespace: istio-system}
spec:
  hosts: [tokens.auth.example.com, risk.auth.example.com]
  resolution: DNS
  ports: [{number: 9000, name: grpc, protocol: GRPC}]
---
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
        image: registry.example.com/istio/pilot:ours
        env: [{name: PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS, value: "true"}]
"""

JUDGED = (
    Judged("serviceAccounts came as a field in 1.25", _ACCOUNT_FIELD, old=(("SC120", "error", 9),)),
    Judged("source.serviceAccount came as a condition in 1.25", _ACCOUNT_CONDITION, old=(("IS209", "error", 8),)),
    Judged("templates of paths came in 1.22", _PATH_TEMPLATE, old=(("IS210", "warning", 9),)),
    Judged("policies attach to a ServiceEntry from 1.24 on", _TARGET, old=(("IS222", "error", 5),)),
    Judged("networking.istio.io/v1 is served from 1.22 on", _SERVED_VERSION, old=(("SC110", "error", 1),)),
    Judged("backoff of retries came in 1.26", _RETRY_FIELDS, old=(("SC120", "error", 11),)),
    Judged("certificates are verified by default from 1.21 on", _UNVERIFIED, old=(("IS170", "warning", 16),)),
    Judged("addresses are allocated by default from 1.25 on", _ADDRESSLESS, old=(("IS164", "warning", 8),)),
    Judged(
        "other words than true and false mean nothing to the injector from 1.27 on: the pods get the sidecar",
        _WORD_FOR_NO,
        old=(("IS200", "warning", 22),),
        middle=(("IS200", "warning", 22),),
        new=(("IS146", "warning", 14),),
    ),
    Judged(
        "several authorizers for one workload came in 1.30",
        _TWO_AUTHORIZERS,
        old=(("IS207", "error", 7), ("IS207", "error", 16)),
        middle=(("IS207", "error", 7), ("IS207", "error", 16)),
    ),
)


def _validated(text: str, release: str) -> ValidateResult:
    return validate(ValidateRequest(Inputs(manifests=text + _SHOP), versions={"istio": release}))


def _grave(result: ValidateResult) -> tuple[Found, ...]:
    found = ((f.code, f.severity.value, f.line) for f in result.findings if f.severity.value != "info")
    return tuple(sorted(found, key=lambda one: one[2]))


@pytest.mark.parametrize("judged", JUDGED, ids=[judged.title for judged in JUDGED])
def test_findings_are_those_of_the_release_that_is_asked_for(judged: Judged) -> None:
    found = {release: _grave(_validated(judged.text, release)) for release in RELEASES}

    assert found == dict(zip(RELEASES, (judged.old, judged.middle, judged.new), strict=True))
    assert len(set(found.values())) > 1


_MIRRORED = """\
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - route: [{destination: {host: cart}}]
    mirror:
      host: cart-next
---
apiVersion: v1
kind: Service
metadata: {name: cart-next, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
"""
_ALIAS = """\
apiVersion: v1
kind: Service
metadata: {name: partner, namespace: shop}
spec:
  type: ExternalName
  externalName: db.example.com
  ports:
  - {name: tcp, port: 5432}
"""
_SHADOWED = "requests of every method are copied to 'cart-next' with '-shadow' behind its host: writes happen twice"
_SAME_HOST = (
    "requests of every method are copied to 'cart-next' with the same host, so that it cannot be told apart: "
    "writes happen twice"
)
_EVERY_CONNECTION = "port 5432 takes every connection to that number, since it is not known to be HTTP or TLS"
_UNLESS_ALIAS = f"{_EVERY_CONNECTION}; only where ExternalName services are not taken as aliases"


@pytest.mark.parametrize(
    ("text", "line", "messages"),
    [
        pytest.param(_MIRRORED, 9, (_SHADOWED, _SHADOWED, _SAME_HOST), id="copies keep the host from 1.28 on"),
        pytest.param(
            _ALIAS, 8, (_EVERY_CONNECTION, _UNLESS_ALIAS, _UNLESS_ALIAS), id="ExternalName is an alias from 1.21 on"
        ),
    ],
)
def test_message_says_what_happens_in_the_release_that_is_asked_for(
    text: str, line: int, messages: tuple[str, ...]
) -> None:
    # The first line is the version of the API, which is told of where a newer one is served.
    found = [[(f.line, f.message) for f in _validated(text, release).findings if f.line > 1] for release in RELEASES]

    assert found == [[(line, message)] for message in messages]


def test_answer_names_the_release_it_was_judged_by() -> None:
    named = [_validated(_SERVED_VERSION, release).versions["istio"] for release in RELEASES]

    assert named == list(RELEASES)
