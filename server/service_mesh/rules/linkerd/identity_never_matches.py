"""Identity is of a form that no client of the mesh has.

## Why it matters
A workload's identity is `ACCOUNT.NAMESPACE.serviceaccount.identity.LINKERD-NAMESPACE.TRUST-DOMAIN`, where the last two
are `linkerd` and `cluster.local` unless Linkerd was installed otherwise. Other names are accepted and never matched:
those of Services, those of another domain, and Istio's `spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT`. A pattern begins with
`*.` and goes on to the end of identities.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: gateway, namespace: shop}
spec:
  identities:
  - gateway.web.serviceaccount.identity.linkerd.local
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: gateway, namespace: shop}
spec:
  identities:
  - gateway.web.serviceaccount.identity.linkerd.cluster.local
```

## When it stays quiet
The identity ends as those of the installation do; an ExternalWorkload has it; it is a SPIFFE ID of another form than
Istio's, which machines may have. A text that is neither a name nor a SPIFFE ID is refused by the webhook and has a rule
of its own. Another domain or control-plane namespace is reported as not checked where the installation is not known, or
where the cluster is linked with others, which may have another domain.

## Fix safety
The end that identities have is offered where account and namespace can be told; unsafe, because that client gets
access.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    EXTERNAL_WORKLOAD,
    LINKERD_LINK,
    MESH_TLS_AUTHENTICATION,
    NAMESPACE,
    SERVER_AUTHORIZATION,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.identity import identity_suffix
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.rules.linkerd._policies import is_linked
from service_mesh.rules.rule import rule

_USUAL = "serviceaccount.identity.linkerd.cluster.local"
_MIDDLE = ".serviceaccount.identity."
_OF_ISTIO = re.compile(r"spiffe://[^/]+/ns/[^/]+/sa/[^/]+")
_LONGEST = 253
_NAME = re.compile(r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


@rule(
    "LD152",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(MESH_TLS_AUTHENTICATION, SERVER_AUTHORIZATION),
    reads=(EXTERNAL_WORKLOAD, LINKERD_LINK, NAMESPACE, *INSTALLATION_KINDS),
    needs=("identities",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/cluster_info.rs",
        "linkerd/linkerd2: policy-controller/core/src/identity_match.rs",
        "https://linkerd.io/2/reference/authorization-policy/#meshtlsauthentication",
    ),
)
def identity_never_matches(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each identity that no workload can have."""
    suffix = identity_suffix(mesh, resource.cluster)
    machines = mesh.index(_of_machines)
    for node in (*resource.each("spec.identities[]"), *resource.each("spec.client.meshTLS.identities[]")):
        if node.text in machines or node.text in ("", "*"):
            continue
        if _OF_ISTIO.fullmatch(node.text):
            yield node.finding(f"identity '{node.text[:120]}' is of Istio's form, which no workload of Linkerd has")
        elif len(node.text) <= _LONGEST and _NAME.fullmatch(node.text) and not _may_match(node.text, suffix or _USUAL):
            yield _judged(mesh, node, suffix)


def _judged(mesh: MeshView, node: Node, suffix: str | None) -> Draft:
    text = node.text
    if _MIDDLE not in text and not text.startswith("*"):
        return node.finding(f"identity '{text[:120]}' is not of the form 'ACCOUNT.NAMESPACE.{suffix or _USUAL}'")
    is_certain = suffix is not None and not is_linked(mesh, node.resource.cluster)
    message = f"identity '{text[:120]}' does not end with '{suffix or _USUAL}', as those of this mesh do"
    if suffix is None:
        message = f"identity '{text[:120]}' does not end with '{_USUAL}', and no other end is told"
    start, middle, _ = text.partition(_MIDDLE)
    fix = Fix.replace(node, f"{start}.{suffix}") if middle and is_certain and start.count(".") == 1 else None
    return node.finding(message, fix=fix, partial=not is_certain)


def _may_match(text: str, suffix: str) -> bool:
    end = text.removeprefix("*.")
    if text.startswith("*."):
        return f".{suffix}".endswith(f".{end}") or end.endswith(f".{suffix}")
    return end.endswith(f".{suffix}") and "." in end.removesuffix(f".{suffix}")


def _of_machines(mesh: MeshView) -> frozenset[str]:
    found = (one.get("spec.meshTLS.identity") for one in mesh.of_kind(EXTERNAL_WORKLOAD))
    return frozenset(node.text for node in found if node is not None)
