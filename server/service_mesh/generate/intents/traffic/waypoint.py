"""waypoint: requests to a namespace, a Service or a workload pass a proxy that reads them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, InexpressibleError, Intent
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelValue, Name
from service_mesh.generate.parameters.parties import Owner
from service_mesh.generate.plan import Gap, Patch, Plan
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.surroundings import KUBELET, OUTSIDER
from service_mesh.generate.wording.waypoints import bound_to, made_waypoint, taken_by
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import NAMESPACE, SERVICE

__all__ = ["INTENT", "Addressed", "Waypoint"]


class Addressed(StrEnum):
    """What traffic to a namespace is addressed to, where a waypoint takes it."""

    SERVICE = "service"
    WORKLOAD = "workload"
    ALL = "all"


class Waypoint(Parameters):
    """What gets a waypoint: a namespace, one Service of it, or one workload."""

    namespace: Annotated[Name, Field(description="Namespace of what gets it.")]
    service: Annotated[Name | None, Field(description="Only this Service of the namespace.")] = None
    workload: Annotated[
        Owner | None, Field(description="Only what is addressed to the pods of this workload themselves.")
    ] = None
    takes: Annotated[
        Addressed, Field(description="Of a whole namespace, what is addressed to Services, to pods themselves, or all.")
    ] = Addressed.SERVICE
    name: Annotated[Name, Field(description="Name of the waypoint.")] = "waypoint"
    waypoint_namespace: Annotated[
        Name | None, Field(description="Namespace of the waypoint; the same one without it.")
    ] = None
    from_gateways: Annotated[bool, Field(description="What comes through gateways passes it too.")] = False
    revision: Annotated[LabelValue, Field(description="Revision of Istio that runs it, or a tag.")] = ""

    @model_validator(mode="after")
    def _scope(self) -> "Waypoint":
        if self.service is not None and self.workload is not None:
            raise ValueError("give either service or workload; for both, leave them away and say `takes: all`")
        if self.takes is not Addressed.SERVICE and (self.service or self.workload):
            raise ValueError("takes is for a whole namespace: a service or a workload says it already")
        if self.from_gateways and self.traffic is Addressed.WORKLOAD:
            raise ValueError("gateways address Services: from_gateways is not for what is addressed to pods")
        return self

    @property
    def home(self) -> str:
        """The namespace of the waypoint."""
        return self.waypoint_namespace or self.namespace

    @property
    def traffic(self) -> Addressed:
        """What the waypoint takes."""
        return Addressed.WORKLOAD if self.workload is not None else self.takes


def _ambient(asked: Waypoint, site: Site) -> Plan:
    if not site.has("istio", *_SINCE):
        raise InexpressibleError(_BEFORE)
    if asked.home != asked.namespace and not site.has("istio", *_ELSEWHERE_SINCE):
        raise InexpressibleError(_NOT_ELSEWHERE)
    if asked.from_gateways and asked.service is None and not site.has("istio", *_GATEWAYS_SINCE):
        raise InexpressibleError(_NOT_FOR_NAMESPACES)
    made = made_waypoint(site, asked.home, asked.name, asked.namespace, asked.traffic, asked.revision)
    return Plan(
        steps=(*made, _bound(asked)),
        questions=tuple(_questions(asked, site)),
        cast=_cast(asked),
        props=(_touchstone(asked),),
        prerequisites=(
            "the Gateway API is installed: kubectl get crd gateways.gateway.networking.k8s.io",
            f"namespace {asked.namespace} is in ambient mode: kubectl get namespace {asked.namespace}"
            " -L istio.io/dataplane-mode",
        ),
        verify=tuple(_verify(asked)),
        notes=tuple(_notes(asked, site)),
    )


def _bound(asked: Waypoint) -> Patch:
    """The labels, last of all: what they are at sends nothing to a waypoint that is not ready."""
    labels = bound_to(asked.name, asked.home, asked.namespace)
    if asked.from_gateways:
        labels["istio.io/ingress-use-waypoint"] = "true"
    metadata = {"metadata": {"labels": labels}}
    if asked.service is not None:
        return Patch(SERVICE, asked.namespace, asked.service, metadata)
    if asked.workload is not None:
        # Labels of the pods: those of the workload itself are read by nobody.
        return Patch(asked.workload.owner, asked.namespace, asked.workload.name, {"spec": {"template": metadata}})
    return Patch(NAMESPACE, "", asked.namespace, metadata)


def _verify(asked: Waypoint) -> Iterator[str]:
    yield f"istioctl waypoint status {asked.name} -n {asked.home}"
    if asked.traffic is not Addressed.WORKLOAD:
        yield f"istioctl ztunnel-config service --service-namespace {asked.namespace}"
    if asked.traffic is not Addressed.SERVICE:
        yield f"istioctl ztunnel-config workload --workload-namespace {asked.namespace}"


def _notes(asked: Waypoint, site: Site) -> Iterator[str]:
    others = "sidecars" if asked.from_gateways else "sidecars, gateways"
    yield f"{others} and clients outside of the mesh go past it: what has to hold for them too is for ztunnel to decide"
    if asked.service is not None or Addressed.WORKLOAD not in _taken(asked, site):
        yield "what is addressed to pods themselves, and to headless Services, goes past it"
    if asked.workload is not None or Addressed.SERVICE not in _taken(asked, site):
        yield "what is addressed to Services goes past it"
    if asked.workload is not None:
        yield "the label is one of the pods, so they are replaced"
        if _is_behind_service(asked, site):
            yield "not proved: that calls to the pods themselves pass it, since questions take the Service before them"
    yield "behind it, policies without targetRefs see the waypoint as the client: name its service account in them"
    yield "it runs with one replica: scale its Deployment, or give that a HorizontalPodAutoscaler"


_TOUCHED = "/refused-by-the-waypoint"
_GATEWAY = Actor("gateways", "ingress", {"gateway.networking.k8s.io/gateway-name": "ingress"})


def _touchstone(asked: Waypoint) -> Mapping[str, Any]:
    """A policy at the waypoint: a path that is refused shows that a request passes it."""
    target = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": asked.name}
    rules = [{"to": [{"operation": {"paths": [_TOUCHED]}}]}]
    return {
        "apiVersion": "security.istio.io/v1beta1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "touchstone", "namespace": asked.home},
        "spec": {"targetRefs": [target], "action": "DENY", "rules": rules},
    }


@dataclass(frozen=True, slots=True)
class _Try:
    """A call, and whether it is meant to pass the waypoint."""

    why: str
    source: str
    destination: str
    passes: bool


def _questions(asked: Waypoint, site: Site) -> Iterator[CallQuestion]:
    """Calls that pass it and calls that do not: at the path that its policy refuses, and at another, as before."""
    for one in _tries(asked, site):
        for path, is_allowed in ((_TOUCHED, False if one.passes else None), ("/", None)):
            why = f"{one.why}, which {'passes it' if one.passes else 'goes past it'}"
            yield CallQuestion(
                why=why,
                source=one.source,
                destination=one.destination,
                is_allowed=is_allowed,
                method="GET",
                path=path,
            )


def _tries(asked: Waypoint, site: Site) -> Iterator[_Try]:
    server, web = _server(asked), f"{asked.namespace}/web"
    taken = _taken(asked, site)
    takes_services = asked.workload is None and Addressed.SERVICE in taken
    if asked.workload is None:
        service, pod, is_bound = f"svc:{server.text}:80", f"{asked.namespace}/alone", asked.service is None
        yield _Try("a call to a Service", web, service, takes_services)
    else:
        service, pod, is_bound = f"svc:{asked.namespace}/beside:80", server.text, True
    if asked.workload is None or not _is_behind_service(asked, site):
        yield _Try("a call to a pod itself", web, f"{pod}:8080", is_bound and Addressed.WORKLOAD in taken)
    yield _Try("a call from another namespace", "next-door/web", service, takes_services)
    yield _Try("a client outside of the mesh", OUTSIDER.text, service, passes=False)
    yield _Try("a gateway", _GATEWAY.text, service, asked.from_gateways)
    yield _Try("a probe of the kubelet", KUBELET, f"{server.text}:8080", passes=False)
    is_wide = asked.service is None and asked.workload is None
    yield _Try("a call to what is beside it", web, f"svc:{asked.namespace}/beside:80", takes_services and is_wide)


def _taken(asked: Waypoint, site: Site) -> frozenset[str]:
    return taken_by(site, asked.home, asked.name, asked.namespace, asked.traffic)


def _is_behind_service(asked: Waypoint, site: Site) -> bool:
    """Whether a Service leads to the workload: then a question about it is one about that Service."""
    held = (
        one
        for one in workloads_in(site.view, asked.namespace)
        if asked.workload and one.resource.name == asked.workload.name
    )
    return any(services_of(site.view, one) for one in held)


def _server(asked: Waypoint) -> Actor:
    if asked.workload is not None:
        return Actor(asked.namespace, asked.workload.name, probe="/healthz", kind=asked.workload.owner)
    name = asked.service or "server"
    return Actor(asked.namespace, name, services={name: 80}, probe="/healthz")


def _cast(asked: Waypoint) -> tuple[Actor, ...]:
    beside, alone = Actor(asked.namespace, "beside", services={"beside": 80}), Actor(asked.namespace, "alone")
    web = Actor(asked.namespace, "web")
    return (_server(asked), beside, alone, web, Actor("next-door", "web"), OUTSIDER, _GATEWAY)


_SINCE, _ELSEWHERE_SINCE, _GATEWAYS_SINCE = (1, 22), (1, 23), (1, 25)
_BEFORE = Gap(
    "a waypoint that something is bound to by a label, before Istio 1.22",
    "take Istio 1.24 or newer, in which ambient mode is generally available",
)
_NOT_ELSEWHERE = Gap(
    "a waypoint in another namespace before Istio 1.23",
    "leave `waypoint_namespace` away, for a waypoint of the namespace's own",
)
_NOT_FOR_NAMESPACES = Gap(
    "what comes through gateways, for a whole namespace before Istio 1.25: gateways read the label of a Service alone",
    "name the `service`, one after the other",
)

INTENT = Intent(
    name="waypoint",
    group=Group.TRAFFIC,
    summary="Requests to a namespace, a Service or a workload pass a proxy that reads them.",
    parameters=Waypoint,
    examples=(
        Example("the Services of a namespace", {"namespace": "shop"}),
        Example(
            "one Service, for what comes through gateways too",
            {"namespace": "shop", "service": "cart", "name": "l7", "from_gateways": True},
        ),
        Example(
            "the pods of one workload",
            {"namespace": "shop", "workload": {"name": "stock", "kind": "StatefulSet"}, "revision": "1-31"},
        ),
        Example(
            "a whole namespace, by a waypoint of another one",
            {"namespace": "shop", "takes": "all", "waypoint_namespace": "waypoints"},
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: Gap(
            "a waypoint: with sidecars, the proxies beside the workloads read the requests",
            "nothing is needed: routes and policies about requests count as soon as a workload has its sidecar",
        ),
        Dialect.ISTIO_AMBIENT: _ambient,
        Dialect.LINKERD: Gap(
            "a proxy in front of a namespace: with Linkerd, the proxies beside the workloads read the requests",
            "nothing is needed: routes count as soon as the pods are injected (intent enroll-namespace)",
        ),
        Dialect.CILIUM: Gap(
            "a proxy in front of a namespace: each node's Envoy reads requests, where a policy or route asks for it",
            "a CiliumNetworkPolicy with rules for HTTP (intent allow-calls), or routes of the Gateway API",
        ),
        Dialect.GATEWAY_API: Gap(
            "a proxy between workloads: a Gateway is for what enters, and routes leave open who reads requests inside",
            "routes that are attached to a Service; the mesh that implements them says which proxy reads them",
        ),
    },
)
