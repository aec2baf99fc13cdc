"""Route sends requests to a subset that no DestinationRule defines.

## Why it matters
The proxy makes one upstream cluster per subset. Without a definition there is no cluster, and requests for it fail
with 503 (response flag `NC`), even if the pods are there.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews, subset: v2}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  subsets:
  - name: v1
    labels: {version: v1}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews, subset: v2}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  subsets:
  - name: v1
    labels: {version: v1}
  - name: v2
    labels: {version: v2}
```

## When it stays quiet
A DestinationRule for the host, or for a wildcard above it, defines the subset and clients in the route's namespace get
that rule. If it exists but those clients get another one or none (`exportTo`, a third namespace, a rule of their own
namespace that hides it), that is a warning. For delegates and for routes bound only to gateways any definition
counts, because the namespace of the clients is not known. A host of the form `service.namespace` is reported for its
own sake. If the namespace of the route or of the service was not loaded as a whole, or if no service of that namespace
and nothing about the host is loaded, the finding is reported as not checked.

## Fix safety
Offered when exactly one defined subset has a near name, or when one DestinationRule is about the very host and pods of
its service carry the subset's name as label `version`: then the subset is added there. Unsafe, because the intent is
guessed.
"""

from collections.abc import Iterator, Mapping, Sequence

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.destination_rules import has_selector, rule_host, rules_about, rules_served
from service_mesh.mesh.gateways import binds_sidecars
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.known_names import service_names
from service_mesh.mesh.selection import selected, service_selector
from service_mesh.mesh.services import half_qualified, home_namespaces
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft, Note
from service_mesh.model.fix import Append, Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host, service_name
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.rules.istio._routes import destinations, host_text, subset_text
from service_mesh.rules.rule import rule

_NOTES = 3


@rule(
    "IS103",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("subset",),
    reads=(
        DESTINATION_RULE,
        SERVICE,
        SERVICE_ENTRY,
        *WORKLOAD_KINDS,
        *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS),
    ),
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/destinationrules.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
    ),
    upstream=("IST0101", "KIA1107"),
)
def subset_undefined(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each subset of a destination that clients of the route's namespace have no cluster for."""
    sound: set[tuple[str, str]] = set()  # most destinations of a route name the same few subsets
    for destination in destinations(resource):
        named = text, _ = host_text(destination), subset_text(destination)
        if not all(named) or named in sound:
            continue
        subset = None if half_qualified(mesh, text, resource.cluster) else destination.get("subset")
        draft = _judged(subset, resolve_host(text, resource.namespace), mesh) if subset is not None else None
        if draft is not None:
            yield draft
        else:
            sound.add(named)


def _judged(subset: Node, host: str, mesh: MeshView) -> Draft | None:
    route = subset.resource
    defining = mesh.once(_defining, (host, route.cluster)).get(subset.text, ())
    if not defining:
        about = rules_about(mesh, host, route.cluster)
        partial = not (_is_complete(mesh, host, route) and (about or _is_loaded(mesh, host, route.cluster)))
        message = f"subset '{subset.text}' of host '{host}' is defined by no DestinationRule"
        return subset.finding(message, fix=_fix(mesh, subset, host, about), related=_present(about), partial=partial)
    served = rules_served(mesh, host, route.namespace, route.cluster)
    if any(r in served or (has_selector(r) and r.namespace == route.namespace) for r in defining):
        return None
    if is_delegate(route) or not binds_sidecars(route) or not _homes(mesh, host, route):
        return None
    message = (
        f"subset '{subset.text}' of host '{host}' is defined, but not for clients in namespace '{route.namespace}'"
    )
    related = (*_hidden(defining), *_serving(served))
    partial = not _is_complete(mesh, host, route)
    return subset.finding(message, related=related, severity=Severity.WARNING, partial=partial)


def _homes(mesh: MeshView, host: str, route: Resource) -> frozenset[str]:
    return home_namespaces(mesh, host, route.namespace, route.cluster)


def _is_complete(mesh: MeshView, host: str, route: Resource) -> bool:
    return all(mesh.is_complete(name, route.cluster) for name in {route.namespace, *_homes(mesh, host, route)})


def _is_loaded(mesh: MeshView, host: str, cluster: str) -> bool:
    """Whether anything is known about the host: an input without is a part of something, whatever was said about it."""
    named = service_name(host)
    known = service_names(mesh, named.namespace, cluster) if named else ()
    return bool(known or declared_anywhere(mesh, host, cluster))


def _defining(mesh: MeshView, asked: tuple[str, str]) -> Mapping[str, list[Resource]]:
    """Name of a subset -> the rules about a host that define it."""
    found: dict[str, list[Resource]] = {}
    for about in rules_about(mesh, *asked):
        for name in _subsets(about):
            found.setdefault(name, []).append(about)
    return found


def _subsets(resource: Resource) -> Mapping[str, Node]:
    return resource.once(_named_subsets)


def _named_subsets(resource: Resource) -> dict[str, Node]:
    return {node.text: node for node in resource.each("spec.subsets[].name") if node.text}


def _fix(mesh: MeshView, subset: Node, host: str, about: Sequence[Resource]) -> Fix | None:
    near = nearest(subset.text, (name for r in about for name in _subsets(r)), unique=True)
    if near:
        return Fix.replace(subset, near, title=f"rename to '{near}'")
    exact = [r for r in about if rule_host(r) == host]
    if len(exact) != 1 or not _has_version(mesh, host, subset):
        return None
    return _defined(exact[0], subset.text)


def _has_version(mesh: MeshView, host: str, subset: Node) -> bool:
    """Tell whether pods of the host's service carry the subset's name as their version."""
    named, cluster = service_name(host), subset.resource.cluster
    service = mesh.find(SERVICE, named.namespace, named.name, cluster) if named else None
    if service is None or service_selector(service).nothing:
        return False
    wanted = Selector({**service_selector(service).equal, "version": subset.text})
    return bool(selected(mesh, wanted, service.namespace, cluster))


def _defined(defining: Resource, name: str) -> Fix | None:
    title = f"define it in '{defining.title}' for pods of that version"
    spec, subsets = defining.get("spec"), defining.get("spec.subsets")
    entry = {"name": name, "labels": {"version": name}}
    if subsets is not None and subsets.items:
        return Fix(title, False, (Append(defining, subsets.path, entry),))
    if spec is None or subsets is not None:
        return None
    return Fix(title, False, (Insert(defining, spec.path, "subsets", [entry]),))


def _present(rules: Sequence[Resource]) -> tuple[Note, ...]:
    return tuple(_about(r, f"defines {_listed(r)} for this host") for r in rules[:_NOTES])


def _hidden(rules: Sequence[Resource]) -> tuple[Note, ...]:
    return tuple(_about(r, "defines the subset, but those clients do not get this rule") for r in rules[:_NOTES])


def _serving(rules: Sequence[Resource]) -> tuple[Note, ...]:
    return tuple(_about(r, "is the rule they get for this host") for r in rules[:_NOTES])


def _about(resource: Resource, text: str) -> Note:
    return (resource.get("spec.host") or resource.root).note(text)


def _listed(resource: Resource) -> str:
    names = list(_subsets(resource))
    shown = ", ".join(f"'{name}'" for name in names[:5]) + (" and more" if len(names) > 5 else "")
    return f"only {shown}" if names else "no subset"
