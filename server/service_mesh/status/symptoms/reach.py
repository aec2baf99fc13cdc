"""Which findings can concern a workload: those near it, those of its namespace, and those of the mesh as a whole."""

from service_mesh.mesh.certificate_uses import WEBHOOKS, Role, uses_of
from service_mesh.mesh.component_pods import component_of_pod
from service_mesh.mesh.components import Component, component_of, components_in
from service_mesh.model.kinds import NAMESPACE, NODE, POD
from service_mesh.model.resource import ResourceKey
from service_mesh.status.symptoms.case import Case, Found, Reach

__all__ = [
    "in_namespace",
    "in_trust",
    "near",
    "of_control_plane",
    "of_injector",
    "of_mirror",
    "of_parts",
    "without_proxy",
]

_TRUST = frozenset({Role.AUTHORITY, Role.ROOTS, Role.CHAIN})
_WITH_IDENTITIES = frozenset({"istio", "linkerd"})
_MIRRORED_FROM = "mirror.linkerd.io/cluster-name"
_WEBHOOK = "WebhookConfiguration"
_INJECTING = ("proxy-injector", "sidecar-injector", "istio-revision-tag")


def near(case: Case, found: Found) -> bool:
    """On the workload, on what has a say in its traffic, or said with one of its own objects as a part of it."""
    return case.holds(found.resource) or any(node.resource.key in case.core for node in found.related)


def in_namespace(case: Case, found: Found) -> bool:
    """Near, or anywhere in the namespace of the workload."""
    resource = found.resource
    if resource.cluster != case.cluster:
        return False
    return near(case, found) or case.namespace in (resource.namespace, resource.name * (resource.kind == NAMESPACE))


def of_parts(*roles: str) -> Reach:
    """On a part of a mesh with one of these roles; on a pod of an agent only where it serves the workload's nodes."""

    def reach(case: Case, found: Found) -> bool:
        part = _part(case, found)
        if part is None:
            return near(case, found)
        if part.cluster != case.cluster or part.role not in roles or part.extension:
            return False
        place = found.resource.get("spec.nodeName") if part.is_on_nodes else None
        return place is None or ResourceKey(case.cluster, NODE, "", place.text) in case.near

    return reach


def of_control_plane(*roles: str) -> Reach:
    """On such a part, or on what else lies in its namespace, and on that namespace itself.

    That a webhook is missing takes nothing from proxies that run, so it counts for the injector alone.
    """
    of_part = of_parts(*roles)

    def reach(case: Case, found: Found) -> bool:
        if _part(case, found) is not None:
            return of_part(case, found)
        if _WEBHOOK in found.message and "proxy-injector" not in roles:
            return False
        parts = components_in(case.view, case.cluster)
        homes = {part.workload.namespace for part in parts if part.role in roles and not part.extension}
        resource = found.resource
        place = resource.name if resource.kind == NAMESPACE else resource.namespace
        return resource.cluster == case.cluster and place in homes

    return reach


def of_mirror(case: Case, found: Found) -> bool:
    """Near, or on the link that mirrors a Service of the case from another cluster."""
    name = found.resource.get("spec.targetClusterName")
    if near(case, found) or name is None or found.resource.cluster != case.cluster:
        return near(case, found)
    return any(service.labels.get(_MIRRORED_FROM) == name.text for service in case.services)


def without_proxy(case: Case, found: Found) -> bool:
    """Near a workload that has no proxy and is not redirected: what has one was asked for somehow."""
    return near(case, found) and not case.own & {"istio", "linkerd"}


def in_trust(case: Case, found: Found) -> bool:
    """On an authority or a root that the workload's proxies trust, or near it, as the Secret of a gateway is."""
    if near(case, found):
        return True
    resource = found.resource
    if resource.cluster != case.cluster or resource.kind in WEBHOOKS:
        return False
    issuing = (case.own or case.meshes) & _WITH_IDENTITIES
    roles = [use.role for use in uses_of(case.view, resource) if use.mesh in issuing]
    return not _TRUST.isdisjoint(roles)


def of_injector(case: Case, found: Found) -> bool:
    """On what the API server calls for new pods: the webhook, or the Secret that its server shows a certificate of."""
    return found.resource.cluster == case.cluster and any(word in found.resource.name for word in _INJECTING)


def _part(case: Case, found: Found) -> Component | None:
    resource = found.resource
    if resource.kind == POD:
        return component_of_pod(
            case.view, case.view.find(POD, resource.namespace, resource.name, resource.cluster) or resource
        )
    return component_of(case.view, resource)
