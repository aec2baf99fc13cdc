"""Part of Linkerd's control plane does not exist.

## Why it matters
The parts need each other. Without the injector or its webhook new pods get no proxy, without `linkerd-identity`, the
issuer or the trust anchors no proxy gets a certificate, without `linkerd-destination` none learns where to send, and
without a definition the policy controller does not start.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: linkerd}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: linkerd}
```

## When it stays quiet
The kind was not listed, or nothing of a control plane is in the namespace. What exists and does not run is said by the
rules about readiness.

## Fix safety
No fix: the release has to be installed or upgraded as a whole.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    MUTATING_WEBHOOK,
    NAMESPACE,
    SECRET,
    VALIDATING_WEBHOOK,
    Kind,
)
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import CONFIG, INJECTOR, TRUST_ROOTS, control_plane
from service_mesh.rules.rule import rule


class _Part(NamedTuple):
    """Objects of one kind that belong to every installation, and how grave it is if one is missing."""

    kind: Kind
    names: tuple[str, ...]
    severity: Severity


_POLICY = "policy.linkerd.io"
_PARTS = (
    _Part(DEPLOYMENT, ("linkerd-destination", "linkerd-identity", "linkerd-proxy-injector"), Severity.ERROR),
    _Part(CONFIG_MAP, (TRUST_ROOTS,), Severity.ERROR),
    _Part(CONFIG_MAP, (CONFIG,), Severity.WARNING),
    _Part(SECRET, ("linkerd-identity-issuer",), Severity.ERROR),
    _Part(MUTATING_WEBHOOK, (INJECTOR,), Severity.ERROR),
    _Part(
        VALIDATING_WEBHOOK,
        ("linkerd-policy-validator-webhook-config", "linkerd-sp-validator-webhook-config"),
        Severity.WARNING,
    ),
    _Part(
        CUSTOM_RESOURCE_DEFINITION,
        (
            f"authorizationpolicies.{_POLICY}",
            f"httproutes.{_POLICY}",
            f"meshtlsauthentications.{_POLICY}",
            f"networkauthentications.{_POLICY}",
            f"serverauthorizations.{_POLICY}",
            f"servers.{_POLICY}",
            "serviceprofiles.linkerd.io",
        ),
        Severity.ERROR,
    ),
)
"""(`linkerd/linkerd2: charts/linkerd-control-plane/templates`, `charts/linkerd-crds/templates`, since 2.12)"""


@rule(
    "ST140",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NAMESPACE,),
    reads=(
        CONFIG_MAP,
        CUSTOM_RESOURCE_DEFINITION,
        MUTATING_WEBHOOK,
        SECRET,
        VALIDATING_WEBHOOK,
        *COMPONENT_KINDS,
    ),
    sources=("linkerd/linkerd2: pkg/healthcheck/healthcheck.go",),
    upstream=(
        "l5d-existence-linkerd-config",
        "l5d-existence-crd",
        "l5d-existence-mwc",
        "l5d-existence-vwc",
        "l5d-existence-replicasets",
    ),
)
def linkerd_part_missing(namespace: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report, kind by kind, what a control plane in a namespace lacks."""
    if not any(part.resource.namespace == namespace.name for part in control_plane(mesh, namespace.cluster)):
        return
    node = namespace.get("metadata.name") or namespace.root
    for part in _PARTS:
        missing = tuple(_missing(mesh, namespace, part))
        if missing:
            message = f"Linkerd lacks the {part.kind.name} {_listed(missing)}"
            yield node.problem(message, command("linkerd", "check"), severity=part.severity)


def _missing(mesh: MeshView, namespace: Resource, part: _Part) -> Iterator[str]:
    if mesh.is_listed(part.kind, namespace.cluster):
        place = namespace.name if part.kind in (DEPLOYMENT, CONFIG_MAP, SECRET) else ""
        for name in part.names:
            if mesh.find(part.kind, place, name, namespace.cluster) is None:
                yield name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
