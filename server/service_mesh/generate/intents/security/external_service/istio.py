"""external-service for Istio: a ServiceEntry, and where the proxy begins TLS a DestinationRule; ambient: a waypoint."""

from collections.abc import Iterator
from shlex import quote
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.external_service.parameters import ExternalService, called, cast, inside
from service_mesh.generate.parameters.outside import Protocol
from service_mesh.generate.plan import Gap, Plan, Sheet, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import sources
from service_mesh.generate.wording.outside import closed_mesh, entry, is_closed, origination
from service_mesh.generate.wording.waypoints import waypoint_in

__all__ = ["ambient", "sidecar"]

_TEMPLATE = "istio/external-service.yaml.j2"
_NAME = "external-service.yaml"


def sidecar(asked: ExternalService, site: Site) -> Plan:
    """Sidecars of the namespace know the host, and begin TLS where that is asked."""
    values = _values(asked, site) | {"export_to": ["."]}
    if asked.credential:
        values |= {"account": asked.clients.service_account, "selector": site.caller(asked.clients).labels}
    return Plan(
        steps=(Sheet(_NAME, _TEMPLATE, values),),
        questions=tuple(_of_sidecars(asked, site)),
        cast=cast(asked, site),
        props=(*closed_mesh(site), *_secret(asked)),
        prerequisites=tuple(_prerequisites(asked)),
        verify=(
            f"istioctl proxy-config cluster POD -n {asked.namespace} --fqdn {quote(asked.external.host)}",
            f"istioctl proxy-config listener POD -n {asked.namespace} --port {asked.external.called_port}",
        ),
        notes=tuple(_notes(asked, site)),
    )


def ambient(asked: ExternalService, site: Site) -> Plan:
    """The host is known by the address that it is given; a waypoint begins TLS."""
    if asked.external.is_wildcard:
        raise InexpressibleError(_NO_WILDCARD)
    if not site.has("istio", 1, 25) and not asked.external.addresses:
        raise InexpressibleError(_NO_ADDRESS)
    values, verify = _values(asked, site), ["istioctl ztunnel-config service"]
    steps: tuple[Step, ...] = ()
    if asked.external.plaintext_port is not None:
        waypoint = waypoint_in(site, asked.namespace)
        steps, values["waypoint"] = waypoint.steps, waypoint.name
        verify.append(f"istioctl proxy-config cluster deploy/{waypoint.name} -n {asked.namespace}")
        if asked.credential:
            values |= {"account": waypoint.name, "callers": sources([asked.clients], site.trust_domain)}
    return Plan(
        steps=(*steps, Sheet(_NAME, _TEMPLATE, values)),
        questions=tuple(_of_ztunnel(asked, site)),
        cast=cast(asked, site),
        props=_secret(asked),
        prerequisites=tuple(_prerequisites(asked)),
        verify=tuple(verify),
        notes=tuple(_notes(asked, site)),
    )


_OTHER = "asked-for-by-nobody.example"


def _values(asked: ExternalService, site: Site) -> dict[str, Any]:
    begins = asked.external.plaintext_port is not None
    return {
        "namespace": asked.namespace,
        "one": entry(site, asked.namespace, asked.external),
        "tls": origination(site, asked.external, asked.credential) if begins else None,
        **dict.fromkeys(("export_to", "waypoint", "account", "selector", "callers")),
    }


def _named(asked: ExternalService, site: Site) -> Iterator[CallQuestion]:
    return called(asked, site.caller(asked.clients), "a client that is named", is_allowed=True)


def _of_sidecars(asked: ExternalService, site: Site) -> Iterator[CallQuestion]:
    """What is declared for the namespace is known there, and nothing else becomes known anywhere."""
    others, client = not is_closed(site), site.caller(asked.clients)
    yield from _named(asked, site)
    yield from called(asked, client, "a host that nobody declared", is_allowed=others, host=_OTHER)
    if asked.external.protocol is not Protocol.TCP:
        yield from called(asked, Actor("next-door", "client"), "a client next door", is_allowed=others)
    yield inside(asked, site)


def _of_ztunnel(asked: ExternalService, site: Site) -> Iterator[CallQuestion]:
    """Nothing is refused, but what would use somebody else's certificate."""
    yield from _named(asked, site)
    client = site.caller(asked.clients)
    yield from called(asked, client, "a host that nobody declared", is_allowed=True, host=_OTHER)
    everybody = not asked.credential
    yield from called(asked, Actor("next-door", "client"), "a client next door", is_allowed=everybody)
    yield from called(asked, Actor(asked.namespace, "neighbour"), "another workload beside it", is_allowed=everybody)
    yield inside(asked, site)


def _secret(asked: ExternalService) -> tuple[dict[str, object], ...]:
    """The Secret that is named, as whoever applies this has it."""
    if not asked.credential:
        return ()
    metadata = {"name": asked.credential, "namespace": asked.namespace}
    data = dict.fromkeys(("tls.crt", "tls.key", "ca.crt"), "")
    return ({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "kubernetes.io/tls", "data": data},)


def _prerequisites(asked: ExternalService) -> Iterator[str]:
    if asked.credential:
        yield f"Secret {asked.credential} in namespace {asked.namespace} with tls.crt, tls.key and ca.crt"


def _notes(asked: ExternalService, site: Site) -> Iterator[str]:
    external = asked.external
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "it is proved in a mesh that refuses unknown hosts: where the mesh lets them pass, others pass as before"
    else:
        yield "ztunnel does not read exportTo: the host is made known to the whole mesh"
        if not external.addresses and not site.has("istio", 1, 29):
            yield "ztunnel has to capture DNS: cni.ambient.dnsCapture=true, the default since 1.29"
    if external.plaintext_port is not None:
        yield f"clients call http://{external.host}:{external.plaintext_port}, and TLS to port {external.port} leaves"
    if asked.credential:
        yield "whoever may list Secrets may read them: every Secret of the namespace is open to that account"
        if site.dialect is Dialect.ISTIO_AMBIENT:
            yield f"the whole mesh is led to this waypoint, which lets {asked.clients.text} alone call the host"
        else:
            yield "other workloads of the namespace have no certificate for it: on that port they send in clear text"
    if external.is_wildcard:
        yield "connections go where the client says: a wildcard is not looked up, so the name is what the client claims"
    if external.addresses:
        yield "an address that changes has to be changed here: nothing looks them up"


_NO_WILDCARD = Gap(
    "names with a wildcard in ambient mode: ztunnel knows hosts by an address, and these have none",
    "one host for each name; or leave them undeclared, since ztunnel refuses no host",
)
_NO_ADDRESS = Gap(
    "hosts without fixed addresses in ambient mode before Istio 1.25: ztunnel knows hosts by an address",
    "give their addresses, or take Istio 1.25 or newer; undeclared hosts are reached as well",
)
