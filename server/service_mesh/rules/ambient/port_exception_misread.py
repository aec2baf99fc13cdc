"""Port setting without a mode of its own opens more, or less, than it says in ambient mode.

## Why it matters
A PeerAuthentication that sets modes of ports and none of the workload inherits its mode. istiod converts that for
ztunnel with two gaps. Under an inherited STRICT, exceptions that are all DISABLE are not attached: the ports stay
closed to plaintext. And where the STRICT is the mesh's and an object for the namespace sets no mode, a PERMISSIVE port
detaches the strict policy and attaches nothing: every port accepts plaintext.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  portLevelMtls:
    8080: {mode: DISABLE}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - {name: cart, image: example.com/cart:1, ports: [{containerPort: 8080}]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: PERMISSIVE}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - {name: cart, image: example.com/cart:1, ports: [{containerPort: 8080}]}
```

## When it stays quiet
The object sets a mode for the workload. The inherited mode is not STRICT, or not known. Nothing it selects is in
ambient mode.

## Fix safety
There is no fix: which ports are to accept plaintext is to be said anew.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.peer_authentication import MtlsMode, Scope, namespace_mode, scope_of
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.rule import rule


@rule(
    "AM120",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(PEER_AUTHENTICATION,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "istio/ztunnel: src/state.rs",
    ),
)
def port_exception_misread(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a setting of a port that istiod makes something else of than it says."""
    ports = [node for node in resource.each("spec.portLevelMtls{}.mode") if node.text in ("PERMISSIVE", "DISABLE")]
    if not ports or _is_set(resource) or scope_of(mesh, resource) is not Scope.WORKLOAD:
        return
    inherited = namespace_mode(mesh, resource.namespace, resource.cluster)
    if inherited.mode is not MtlsMode.STRICT or not reached(mesh, resource):
        return
    permissive = next((node for node in ports if node.text == "PERMISSIVE"), None)
    hollow = mesh.index(_unset).get((resource.cluster, resource.namespace))
    if permissive is None:
        message = "this exception is not attached, so the port stays STRICT"
        yield ports[0].finding(message, severity=Severity.WARNING, related=inherited.chain)
    elif hollow is not None and inherited.chain and inherited.chain[-1].node.resource.namespace != resource.namespace:
        related = (*inherited.chain, hollow.root.note("sets no mode"))
        yield permissive.finding(
            "detaches STRICT from every port of these pods, not from this one alone", related=related
        )


def _is_set(policy: Resource) -> bool:
    mode: Node | None = policy.get("spec.mtls.mode")
    return mode is not None and mode.text not in ("", "UNSET")


def _unset(mesh: MeshView) -> Mapping[tuple[str, str], Resource]:
    """An object for a whole namespace that sets no mode, for each namespace that has one."""
    return {
        (policy.cluster, policy.namespace): policy
        for policy in mesh.of_kind(PEER_AUTHENTICATION)
        if scope_of(mesh, policy) is Scope.NAMESPACE and not _is_set(policy)
    }
