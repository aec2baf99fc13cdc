"""egress-allow for Istio: sidecars refuse what is not declared; in ambient mode the network does, past a waypoint."""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.egress_allow.parameters import EgressAllow, around, cast, named
from service_mesh.generate.parameters.outside import ExternalHost, Protocol
from service_mesh.generate.plan import Gap, Patch, Plan, Sheet, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import sources
from service_mesh.generate.wording.outside import entry, origination
from service_mesh.generate.wording.waypoints import waypoint_in
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.model.kinds import SIDECAR
from service_mesh.model.resource import Resource

__all__ = ["ambient", "sidecar"]

_NAME = "egress-allow.yaml"
_ISTIOD = Actor("istio-system", "istiod", ports=(15012,), services={"istiod": 15012}, protocol="tcp", is_meshed=False)


def sidecar(asked: EgressAllow, site: Site) -> Plan:
    """A Sidecar that knows the cluster and these hosts, and refuses the rest."""
    gateway = asked.gateway
    if gateway is not None and not all(map(_is_plain_tls, asked.allowed)):
        raise InexpressibleError(_ONLY_TLS)
    known = [f"*/*.svc.{mesh_config(site.view).domain}", *(f"./{one.host}" for one in asked.allowed)]
    held = _held(asked, site)
    values = _values(asked, site) | {
        "sidecar": None if held is not None else _named(asked, site),
        "selector": None if asked.is_whole else site.caller(asked.clients).labels,
        "known": known,
        "gateway": gateway,
        "clients": asked.namespace if asked.is_whole else f"{asked.namespace}-{site.caller(asked.clients).name}",
        "callers": sources([asked.clients], site.trust_domain),
        "export_to": [".", gateway.namespace] if gateway else ["."],
    }
    steps: tuple[Step, ...] = (Sheet(_NAME, "istio/egress-allow.yaml.j2", values),)
    if held is not None:
        steps += (Patch(SIDECAR, asked.namespace, held.name, _merged(held, known)),)
    return Plan(
        steps=steps,
        questions=tuple(_questions(asked, site, is_open=not mesh_config(site.view).blocks_unknown_hosts)),
        cast=cast(asked, site, _ISTIOD, *_proxy(asked)),
        prerequisites=tuple(_prerequisites(asked)),
        verify=tuple(_verify(asked)),
        notes=tuple(_notes(asked, site)),
    )


def _is_plain_tls(host: ExternalHost) -> bool:
    """Whether clients speak TLS to one name."""
    return host.protocol is Protocol.TLS and host.plaintext_port is None and not host.is_wildcard


def ambient(asked: EgressAllow, site: Site) -> Plan:
    """The network keeps pods inside of the cluster; a waypoint lets out what is called by one of the hosts."""
    if asked.gateway is not None:
        raise InexpressibleError(_WAYPOINT_INSTEAD)
    if any(one.is_wildcard for one in asked.allowed):
        raise InexpressibleError(_NO_WILDCARD)
    if not site.has("istio", 1, 25):
        raise InexpressibleError(_NO_ADDRESS)
    waypoint = waypoint_in(site, asked.namespace)
    values = _values(asked, site) | {
        "waypoint": waypoint.name,
        "policy": _named(asked, site),
        "selector": None if asked.is_whole else site.caller(asked.clients).labels,
    }
    return Plan(
        steps=(*waypoint.steps, Sheet(_NAME, "istio-ambient/egress-allow.yaml.j2", values)),
        questions=tuple(_questions(asked, site, is_open=True)),
        cast=cast(asked, site, _ISTIOD),
        prerequisites=(
            "a network plugin that enforces NetworkPolicy",
            "what is no pod, such as the API server or a DNS cache on the node, is closed too: add rules for it first",
        ),
        verify=(
            "istioctl ztunnel-config service",
            f"istioctl proxy-config cluster deploy/{waypoint.name} -n {asked.namespace}",
            f"kubectl get networkpolicy -n {asked.namespace}",
        ),
        notes=tuple(_notes(asked, site)),
    )


def _values(asked: EgressAllow, site: Site) -> dict[str, Any]:
    hosts = [
        {
            "one": entry(site, asked.namespace, one),
            "tls": origination(site, one) if one.plaintext_port is not None else None,
        }
        for one in asked.allowed
    ]
    return {"namespace": asked.namespace, "hosts": hosts, "waypoint": None, "export_to": None, "selector": None}


def _named(asked: EgressAllow, site: Site) -> str:
    """The name of what holds the clients to it: one for each workload, or for the namespace."""
    if asked.is_whole:
        return "default" if site.dialect is Dialect.ISTIO_SIDECAR else "egress-allow"
    return f"egress-allow-{site.caller(asked.clients).name}"


def _held(asked: EgressAllow, site: Site) -> Resource | None:
    """The Sidecar that is there for the whole namespace: a second one would not count."""
    if not asked.is_whole:
        return None
    found = (one for one in site.view.of_kind(SIDECAR) if one.namespace == asked.namespace)
    return next((one for one in found if one.get("spec.workloadSelector") is None), None)


def _merged(held: Resource, known: list[str]) -> dict[str, Any]:
    """What is laid over a Sidecar: unknown hosts are refused; what it knows it keeps, and the hosts are added."""
    spec: dict[str, Any] = {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}}
    listeners = [one.value for one in held.each("spec.egress[]") if isinstance(one.value, dict)]
    if listeners:
        first, *others = listeners
        hosts = list(dict.fromkeys((*first.get("hosts", ()), *known[1:])))
        spec["egress"] = [{**first, "hosts": hosts}, *others]
    else:
        spec["egress"] = [{"hosts": known}]
    return {"spec": spec}


def _proxy(asked: EgressAllow) -> Iterator[Actor]:
    if (gateway := asked.gateway) is not None:
        services = {gateway.name: 443}
        yield Actor(gateway.namespace, gateway.name, gateway.selector, ports=(443,), services=services, protocol="tls")


def _questions(asked: EgressAllow, site: Site, *, is_open: bool) -> Iterator[CallQuestion]:
    # In ambient mode DNS answers with addresses by which ztunnel knows the host, so that it is called by its name.
    yield from named(asked, site, by_name=site.dialect is Dialect.ISTIO_AMBIENT)
    yield CallQuestion(
        why="the control plane",
        source=site.caller(asked.clients).text,
        destination=f"svc:{_ISTIOD.text}:15012",
        is_allowed=True,
    )
    yield from around(asked, site, is_open=is_open)


def _prerequisites(asked: EgressAllow) -> Iterator[str]:
    yield (
        "whoever calls other hosts outside loses them: istio_tcp_connections_opened_total and istio_requests_total"
        ' with destination_service_name="PassthroughCluster" show who does'
    )
    if asked.gateway is not None:
        where = f"{asked.gateway.namespace}/{asked.gateway.name}"
        yield f"others that leave through {where} need an ALLOW policy of their own there first: it refuses the rest"


def _verify(asked: EgressAllow) -> Iterator[str]:
    yield f"kubectl get sidecar -n {asked.namespace} -o yaml"
    for port in dict.fromkeys(one.called_port for one in asked.allowed):
        yield f"istioctl proxy-config listener POD -n {asked.namespace} --port {port}"
    if asked.gateway is not None:
        yield f"istioctl proxy-config listener deploy/{asked.gateway.name} -n {asked.gateway.namespace} --port 443"


def _notes(asked: EgressAllow, site: Site) -> Iterator[str]:
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "a pod can go past its own sidecar: against one that means harm only a policy of the network helps"
        held = _held(asked, site)
        known = f"hosts that Sidecar {held.name} imports stay open too" if held is not None else _FORGOTTEN
        yield known
        if not asked.is_whole:
            yield "where the whole mesh refuses unknown hosts, the rest of the namespace may call these as well"
    else:
        yield "a ServiceEntry of somebody else with a waypoint opens its hosts for these pods as well"
        yield "ztunnel does not read exportTo: the whole mesh is led to this waypoint for these hosts, and passes it"
        if not site.has("istio", 1, 29):
            yield "ztunnel has to capture DNS: cni.ambient.dnsCapture=true, the default since 1.29"
    if asked.gateway is not None:
        yield "the way through the gateway is not simulated: try it, and read the gateway's access log"
    if any(one.is_wildcard for one in asked.allowed):
        yield "a wildcard is not looked up: a client that lies about the name reaches any address"
    for one in asked.allowed:
        if one.plaintext_port is not None:
            yield f"clients call http://{one.host}:{one.plaintext_port}, and TLS to port {one.port} leaves"


_FORGOTTEN = "ServiceEntries beside these hosts, those of other namespaces too, are no longer known to the clients"
_ONLY_TLS = Gap(
    "HTTP in plain text, other TCP, wildcards, and TLS that the proxy begins, through an egress gateway",
    "let the clients speak TLS to hosts that are listed, or leave `gateway` away",
)
_WAYPOINT_INSTEAD = Gap(
    "an egress gateway that is there in ambient mode: ztunnel sends calls to waypoints alone",
    "leave `gateway` away: the waypoint of the hosts is what calls leave through",
)
_NO_WILDCARD = Gap(
    "names with a wildcard in ambient mode: ztunnel knows hosts by an address, and these have none",
    "list the hosts one by one",
)
_NO_ADDRESS = Gap(
    "hosts that ztunnel knows by an address before Istio 1.25: nothing gives them one",
    "a NetworkPolicy by addresses, or Istio 1.25 or newer",
)
