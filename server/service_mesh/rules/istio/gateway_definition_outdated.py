"""Definition of a Gateway API kind is too old for Istio.

## Why it matters
istiod leaves a kind alone whose definition lacks what it reads: Gateways and routes are accepted by the API server and
nothing happens. A kind below the release that Istio asks for is passed over without a status on its objects.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: v1.4.0
spec:
  group: gateway.networking.k8s.io
  names: {kind: TLSRoute, plural: tlsroutes}
  scope: Namespaced
  versions:
  - name: v1alpha2
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: v1.5.0
spec:
  group: gateway.networking.k8s.io
  names: {kind: TLSRoute, plural: tlsroutes}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
```

## When it stays quiet
The definition names no release and serves what Istio reads; its annotation cannot be read; the Istio that is judged by
is older than the one that asks for the release. Versions that are named for a run, and no definition, are compared by
SC140.

## Fix safety
There is no fix: the definitions are installed as a whole.
"""

import re
from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_GROUP = "gateway.networking.k8s.io"
_RELEASE = "gateway.networking.k8s.io/bundle-version"
_STABLE = ("Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute")
_BETA = ("Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant")
_NUMBER = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?(?:[-+].*)?")

_LEAST: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "GRPCRoute": ((1, 1), (1, 30)),
    "BackendTLSPolicy": ((1, 4), (1, 30)),
    "TLSRoute": ((1, 5), (1, 30)),
    "TCPRoute": ((1, 6), (1, 31)),
}
"""Kind -> the oldest release of the Gateway API whose definition Istio reads, and the Istio that asks for it."""


@rule(
    "IS258",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    sources=(
        "istio/istio: pkg/config/schema/gatewayapi/minimumversions.go",
        "istio/istio: pkg/config/analysis/analyzers/k8sgateway/crdversion.go",
        "istio/istio: istioctl/pkg/precheck/precheck.go (checkGatewayAPIs)",
        "https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/",
    ),
    upstream=("IST0156", "IST0172", "IST0176"),
)
def gateway_definition_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a definition of the Gateway API that Istio cannot use, or soon cannot."""
    group, kind, versions = resource.get("spec.group"), resource.get("spec.names.kind"), resource.get("spec.versions")
    if group is None or kind is None or versions is None or group.text != _GROUP:
        return
    served = {name.text for version in versions.items if (name := _served(version)) is not None}
    if kind.text in _BETA and not served & {"v1beta1", "v1"}:
        yield versions.finding(
            f"'{kind.text}' is served in {_listed(served)}, and Istio reads it in v1 or v1beta1 only"
        )
    elif kind.text in _STABLE and "v1" not in served:
        message = f"'{kind.text}' is served in {_listed(served)}, and later releases of Istio read it in v1 only"
        yield versions.finding(message, severity=Severity.WARNING)
    else:
        yield from _below(resource, kind.text, mesh.release("istio"))


def _below(resource: Resource, kind: str, running: tuple[int, ...]) -> Iterator[Draft]:
    annotations = resource.get("metadata.annotations")
    release = annotations.key(_RELEASE) if annotations is not None else None
    number = _NUMBER.fullmatch(release.text) if release is not None else None
    if release is None or number is None or kind not in _LEAST:
        return
    least, istio = _LEAST[kind]
    if (int(number[1]), int(number[2])) < least and running >= istio:
        asked = f"Istio {istio[0]}.{istio[1]} and later ignore '{kind}' below {least[0]}.{least[1]}"
        message = f"definition is of the Gateway API {release.text[:40]}, and {asked}"
        yield release.finding(message, severity=Severity.WARNING)


def _served(version: Node) -> Node | None:
    served = version.get("served")
    return version.get("name") if served is not None and served.value is True else None


def _listed(served: set[str]) -> str:
    return ", ".join(sorted(name for name in served if name)) or "no version"
