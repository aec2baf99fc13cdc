"""The waypoint that policies about requests need in ambient mode: the one that a Service uses, or a new one.

(https://istio.io/latest/docs/ambient/usage/waypoint/)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from service_mesh.errors import UsageError
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.parameters.parties import Caller, Workload
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Command, Gap, Patch, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import operation, others_than, sources
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SERVICE
from service_mesh.posture.istio.waypoints import is_waypoint, service_waypoint, waypoint_named, waypoints, would_serve

__all__ = [
    "POD_ADDRESS",
    "Waypoint",
    "around_waypoint",
    "bound_to",
    "gateways_pass",
    "made_waypoint",
    "played_pod",
    "taken_by",
    "uses_waypoint",
    "waypoint_in",
    "waypoint_of",
    "waypoints_in",
]

POD_ADDRESS = "192.0.2.77"
"""The address of a pod that is called past its Service, and so past the waypoint."""

_NAME = "waypoint"
_BY_GATEWAYS = "istio.io/ingress-use-waypoint"
_GATEWAYS_SINCE = (1, 24)
_NO_TARGET = Gap(
    "requests told apart in ambient mode before Istio 1.22: policies cannot name a Service",
    "ztunnel decides by identity and port alone (allow-calls without `calls`); or take Istio 1.22 or newer",
)


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A waypoint in front of a Service.

    Attributes:
        namespace: Its namespace.
        name: Its name, and that of its service account.
        steps: What makes it; none where the Service uses it already.
    """

    namespace: str
    name: str
    steps: tuple[Step, ...] = ()


def waypoint_of(site: Site, namespace: str, service: str) -> Waypoint:
    """The waypoint that a Service uses, or one that is made for it.

    Raises:
        InexpressibleError: Policies of the release cannot name a Service.
    """
    if not site.has("istio", 1, 22):
        raise InexpressibleError(_NO_TARGET)
    held = site.view.find(SERVICE, namespace, service)
    use = service_waypoint(site.view, held) if held is not None else None
    if use is not None and use.gateway is not None:
        return Waypoint(use.gateway.namespace, use.gateway.name)
    bound = Patch(SERVICE, namespace, service, {"metadata": {"labels": bound_to(_NAME, namespace, namespace)}})
    return Waypoint(namespace, _NAME, (*made_waypoint(site, namespace, _NAME, namespace), bound))


def waypoint_in(site: Site, namespace: str) -> Waypoint:
    """A waypoint of a namespace that takes calls to services, or one that is made; who uses it says so by a label."""
    for held in waypoints(site.view, namespace):
        if would_serve(site.view, held, namespace, "service"):
            return Waypoint(namespace, held.name)
    return Waypoint(namespace, _NAME, made_waypoint(site, namespace, _NAME, namespace))


def made_waypoint(
    site: Site, namespace: str, name: str, user: str, traffic: str = "service", revision: str = ""
) -> tuple[Step, ...]:
    """What makes a waypoint and waits for it, since what is bound to it waits for it too; nothing where it is there.

    Args:
        site: Where it is for.
        namespace: Its namespace.
        name: Its name.
        user: The namespace that uses it.
        traffic: What it takes: `service`, `workload` or `all`.
        revision: The revision of Istio that runs it; empty for the default one.

    Raises:
        UsageError: Something of that name is there, and would not serve.
    """
    held = site.view.find(GATEWAY_API_GATEWAY, namespace, name)
    if held is None:
        admitted = "" if user == namespace else user
        values = {"namespace": namespace, "name": name, "traffic": traffic, "revision": revision, "admitted": admitted}
        ready = f"kubectl wait gateways.gateway.networking.k8s.io/{name} -n {namespace} --for=condition=Programmed"
        return (Sheet("waypoint.yaml", "istio-ambient/waypoint.yaml.j2", values), Command(f"{ready} --timeout=120s"))
    asked = _sorts(traffic)
    is_one = waypoint_named(site.view, namespace, name) is not None
    if not is_one or not all(would_serve(site.view, held, user, sort) for sort in asked):
        why = f"does not take what namespace {user} asks for ({traffic})" if is_one else "is no waypoint"
        raise UsageError(f"Gateway {namespace}/{name} is there and {why}", "give the new waypoint another name")
    return ()


def taken_by(site: Site, namespace: str, name: str, user: str, traffic: str) -> frozenset[str]:
    """What a waypoint takes of a namespace, `service` and `workload`: one that is there may take more than is asked.

    Arguments as for `made_waypoint`.
    """
    held = waypoint_named(site.view, namespace, name)
    if held is None:
        return frozenset(_sorts(traffic))
    return frozenset(sort for sort in _sorts("all") if would_serve(site.view, held, user, sort))


def _sorts(traffic: str) -> tuple[str, ...]:
    return ("service", "workload") if traffic == "all" else (traffic,)


def bound_to(name: str, namespace: str, user: str) -> dict[str, str]:
    """The labels that bind something to a waypoint.

    Args:
        name: Name of the waypoint.
        namespace: Its namespace.
        user: The namespace of what is bound.
    """
    found = {"istio.io/use-waypoint": name}
    if user != namespace:
        found["istio.io/use-waypoint-namespace"] = namespace
    return found


def uses_waypoint(site: Site, namespace: str, service: str) -> bool:
    """Whether a Service that is there uses a waypoint that is there."""
    held = site.view.find(SERVICE, namespace, service)
    use = service_waypoint(site.view, held) if held is not None else None
    return use is not None and use.gateway is not None


def gateways_pass(site: Site, namespace: str, service: str) -> tuple[Step, ...]:
    """What makes gateways send through the waypoint too, which they otherwise pass by; nothing where they do.

    (`istio/istio: pilot/pkg/xds/endpoints/endpoint_builder.go`, findServiceWaypoint; since 1.24)
    """
    held = site.view.find(SERVICE, namespace, service)
    if not site.has("istio", *_GATEWAYS_SINCE) or (held is not None and held.labels.get(_BY_GATEWAYS) == "true"):
        return ()
    return (Patch(SERVICE, namespace, service, {"metadata": {"labels": {_BY_GATEWAYS: "true"}}}),)


def around_waypoint(
    site: Site, waypoint: Waypoint, callers: Iterable[Caller] = (), ports: Iterable[int] = ()
) -> list[dict[str, Any]]:
    """The rules of ztunnel's DENY for connections to pods that do not come through their waypoint.

    Args:
        site: Where they are for.
        waypoint: The waypoint.
        callers: Who has to come through it; everybody without them.
        ports: The container ports; all of them without any.
    """
    listed, through = tuple(callers), Caller(namespace=waypoint.namespace, service_account=waypoint.name)
    of_callers, of_others = sources(listed, site.trust_domain), others_than([through], site.trust_domain)
    rule: dict[str, Any] = {"from": of_callers if listed else of_others}
    if said := operation(Call(), ports):
        rule["to"] = [{"operation": said}]
    return [rule]


def played_pod(site: Site, workload: Workload) -> Mapping[str, object]:
    """A pod of a workload, with an address to call it by."""
    account = site.player(workload).account or workload.name
    container = {"name": "app", "image": "registry.example/app:1.0", "ports": [{"containerPort": workload.port}]}
    labels = dict(site.selector(workload))
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{workload.name}-played", "namespace": workload.namespace, "labels": labels},
        "spec": {"serviceAccountName": account, "containers": [container]},
        "status": {"podIP": POD_ADDRESS},
    }


def waypoints_in(site: Site, namespace: str) -> tuple[str, ...]:
    """The names of the waypoints of a namespace that are there."""
    held = site.view.of_kind(GATEWAY_API_GATEWAY)
    return tuple(one.name for one in held if one.namespace == namespace and is_waypoint(site.view, one))
