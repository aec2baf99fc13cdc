"""Route names a parent in a way that means none of the kinds Linkerd has.

## Why it matters
A reference without a group means the group of the route itself, and one without a kind a Gateway. In an HTTPRoute of
`policy.linkerd.io`, `kind: Service` alone is a Service of that group, which does not exist; Servers and EgressNetworks
in a route of the Gateway API are looked for in its group. The route is accepted, attached to nothing, and has no status
that says so.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart-v2, port: 80}]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart-v2, port: 80}]
```

## When it stays quiet
Parents of the group `policy.linkerd.io` and Services of the core group, written `core` or empty; in routes of the
Gateway API, Gateways and parents of groups that Linkerd has nothing to do with.

## Fix safety
The group that has the kind is offered, and for a parent without a kind the Service of its name if there is one; unsafe,
because the route takes effect then.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import LINKERD, READER_KINDS, meshes
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Edit, Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, LINKERD_HTTP_ROUTE, LINKERD_SERVER, SERVICE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.linkerd._routes import ROUTES
from service_mesh.rules.rule import rule

_OWN = (LINKERD_SERVER, EGRESS_NETWORK)
_KNOWN = (SERVICE, *_OWN)


@rule(
    "LD168",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=ROUTES,
    reads=tuple(kind for kind in (SERVICE, *READER_KINDS) if kind not in ROUTES),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "linkerd/linkerd2: charts/linkerd-crds/templates/policy/httproute.yaml",
        "https://linkerd.io/2/reference/httproute/#parentreference",
    ),
    needs=("parentRefs",),
)
def route_parent_not_linkerd(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent whose group and kind together mean nothing."""
    for parent in resource.each("spec.parentRefs[]"):
        if not isinstance(parent.value, dict) or any(refers_to(parent, k, default=resource.group) for k in _KNOWN):
            continue
        meant = _meant(parent, mesh)
        if _is_lost(parent, meant, mesh):
            yield _told(parent, meant)


def _is_lost(parent: Node, meant: Kind | None, mesh: MeshView) -> bool:
    route = parent.resource
    group = parent.text_at("group") or route.group
    if route.kind == LINKERD_HTTP_ROUTE:
        return True
    if meant is None or group != route.group or not parent.text_at("kind"):
        return False
    return meant in _OWN or LINKERD in meshes(mesh, route.cluster)


def _meant(parent: Node, mesh: MeshView) -> Kind | None:
    """The kind that is written, in the group that has it; a Service where no kind is written and one has the name."""
    written = parent.text_at("kind").lower()
    found = next((kind for kind in _KNOWN if kind.name.lower() == written), None)
    if found is not None or written:
        return found
    route, name = parent.resource, parent.text_at("name")
    place = parent.text_at("namespace") or route.namespace
    return SERVICE if mesh.find(SERVICE, place, name, route.cluster) is not None else None


def _told(parent: Node, meant: Kind | None) -> Draft:
    kind = parent.text_at("kind") or "Gateway"
    shown = Kind(parent.text_at("group") or parent.resource.group, kind)
    node = parent.get("kind") or parent.get("name") or parent
    message = f"parent '{shown}' is none of Linkerd's kinds, so the route is attached to nothing"
    return node.finding(message, fix=_fix(parent, meant))


def _fix(parent: Node, meant: Kind | None) -> Fix | None:
    if meant is None:
        return None
    group = meant.group or ("core" if parent.resource.kind == LINKERD_HTTP_ROUTE else "")
    edits: list[Edit] = []
    for field, value in (("group", group), ("kind", meant.name)):
        held = parent.get(field)
        if held is None:
            edits.append(Insert(parent.resource, parent.path, field, value))
        elif held.value != value:
            edits.append(Replace(parent.resource, held.path, value))
    return Fix(f"set group '{group}' and kind '{meant.name}'", False, tuple(edits))
