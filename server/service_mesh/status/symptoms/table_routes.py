"""Suspects among routes, gateways and traffic policies: what leads requests astray, or ends them on purpose."""

from collections.abc import Mapping

from service_mesh.model.kinds import (
    DESTINATION_RULE,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    HTTP_ROUTE,
    LINKERD_SERVER,
    NAMESPACE,
    SERVICE,
    SERVICE_ENTRY,
    VIRTUAL_SERVICE,
)
from service_mesh.status.symptoms.case import Suspect
from service_mesh.status.symptoms.policies import linkerd_routes
from service_mesh.status.symptoms.reach import in_namespace, near
from service_mesh.status.symptoms.traffic import aborts, delays, limits, timeouts

__all__ = ["ROUTING"]

_ISTIO = frozenset({"istio"})
_LINKERD = frozenset({"linkerd"})
_NO_LISTENER = ("ST301", "ST302", "ST303", "ST304", "ST308", "ST131", "IS123", "IS127", "GW104")
"""Rules about a gateway that has not taken up what is written."""

ROUTING: Mapping[str, Suspect] = {
    "subset": Suspect(
        "a route to a subset that does not exist or is empty",
        "the response flag in the caller's access log is neither NC nor UH, or requests to the subset succeed",
        proof=("IS103", "IS171"),
        signs=("IS173", "IS180", "IS106"),
        reach=near,
        needs=(VIRTUAL_SERVICE, DESTINATION_RULE),
        meshes=_ISTIO,
    ),
    "destination": Suspect(
        "a route to a destination that does not exist",
        "the caller's proxy lists a cluster for the destination of the route that the request took",
        proof=("IS118", "IS119", "IS117", "GW102", "GW103"),
        signs=("ST602", "IS120", "IS172", "IS169", "IS167", "LD113"),
        reach=in_namespace,
        needs=(VIRTUAL_SERVICE, HTTP_ROUTE, SERVICE),
    ),
    "route-unbound": Suspect(
        "a route that no gateway takes over",
        "the gateway's own routes list the host and the path that were asked for",
        proof=("IS104", "GW101", "GW107", "ST601", "IS183", "IS115", "IS198"),
        signs=("IS121", "IS111", "IS122", "IS184", "LD111", "LD112", "LD116"),
        reach=in_namespace,
        needs=(VIRTUAL_SERVICE, HTTP_ROUTE, GATEWAY, GATEWAY_API_GATEWAY),
    ),
    "route-conflict": Suspect(
        "routes that hide one another or never match",
        "the request matches the first route of the host that fits, and that one is meant",
        signs=("IS105", "IS108", "IS195", "IS185", "IS186", "IS191", "IS107"),
        reach=near,
        needs=(VIRTUAL_SERVICE,),
        meshes=_ISTIO,
    ),
    "linkerd-routes": Suspect(
        "a Server whose routes leave paths out",
        "the path that was asked for is matched by a route of the Server",
        probe=linkerd_routes,
        needs=(LINKERD_SERVER, HTTP_ROUTE),
        meshes=_LINKERD,
    ),
    "gateway": Suspect(
        "a gateway that does not serve",
        "the gateway's address answers for another host on the same listener",
        signs=(*_NO_LISTENER, "ST306", "ST307", "ST305", "IS126", "GW106"),
        reach=in_namespace,
        needs=(GATEWAY, GATEWAY_API_GATEWAY),
    ),
    "listener": Suspect(
        "a gateway without the listener that is asked",
        "the gateway answers for another host on the same port",
        signs=(*_NO_LISTENER, "ST309", "IS126"),
        reach=in_namespace,
        needs=(GATEWAY, GATEWAY_API_GATEWAY),
    ),
    "waypoint": Suspect(
        "a waypoint that is missing or passed by",
        "the waypoint's access log shows the request",
        signs=("AM105", "ST604", "AM114", "AM115", "AM112", "AM104"),
        reach=near,
        needs=(NAMESPACE, GATEWAY_API_GATEWAY),
        meshes=_ISTIO,
    ),
    "service-entry": Suspect(
        "a ServiceEntry that stands in for the Service, or hides it",
        "the caller's proxy lists the pods' addresses as endpoints of the host",
        signs=("IS167", "IS165", "IS164"),
        reach=near,
        needs=(SERVICE_ENTRY,),
        meshes=_ISTIO,
    ),
    "hidden": Suspect(
        "a Service or route that the caller's namespace does not see",
        "the caller's proxy lists a cluster for the host",
        signs=("IS153", "IS154", "IS118"),
        reach=near,
        meshes=_ISTIO,
    ),
    "envoy-filter": Suspect(
        "an EnvoyFilter that changes more than it means to",
        "the symptom stays when the EnvoyFilter is taken away",
        signs=("IS131", "IS132", "IS133", "IS134", "IS136", "IS130"),
        reach=near,
        meshes=_ISTIO,
    ),
    "not-delivered": Suspect(
        "configuration that its controller has not taken over",
        "the object's status names its newest generation and says that it is accepted",
        signs=("ST601", "ST605", "ST606", "ST608", "ST607", "ST609", "IS257"),
        reach=near,
    ),
    "abort": Suspect(
        "a fault that answers requests on purpose",
        "the response flag in the access log is not FI",
        probe=aborts,
        needs=(VIRTUAL_SERVICE,),
        meshes=_ISTIO,
    ),
    "delay": Suspect(
        "a fault that delays requests on purpose",
        "the response flag in the access log is not DI",
        probe=delays,
        needs=(VIRTUAL_SERVICE,),
        meshes=_ISTIO,
    ),
    "timeouts": Suspect(
        "a timeout shorter than the work it is for",
        "requests that take longer than the timeout succeed, or the response flag is not UT",
        signs=("IS158", "IS112", "LD115", "LD119"),
        reach=near,
        probe=timeouts,
        needs=(VIRTUAL_SERVICE, HTTP_ROUTE),
    ),
    "retries": Suspect(
        "retries that add their time to the first try",
        "the upstream attempt count in the access log is one",
        signs=("IS112", "IS113"),
        reach=near,
        needs=(VIRTUAL_SERVICE,),
        meshes=_ISTIO,
    ),
    "limits": Suspect(
        "limits of connections, or endpoints ejected for errors",
        "the response flag in the caller's access log is neither UO nor UH",
        signs=("IS101", "IS179", "IS116"),
        reach=near,
        probe=limits,
        needs=(DESTINATION_RULE,),
        meshes=_ISTIO,
    ),
}

"""Name -> suspect."""
