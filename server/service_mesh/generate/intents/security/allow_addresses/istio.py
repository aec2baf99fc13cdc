"""allow-addresses for Istio: by the address that connects, or at a gateway by the one that was forwarded to it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.security.allow_addresses.parameters import AllowAddresses, cast, questions
from service_mesh.generate.plan import Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import Allowance, sources

__all__ = ["istio"]


def istio(asked: AllowAddresses, site: Site) -> Plan:
    """One policy; a gateway has its own proxy in either mode, and otherwise ztunnel sees who connects."""
    namespace, name = asked.to.namespace, asked.to.name
    proxied = asked.forwarded or site.dialect is Dialect.ISTIO_SIDECAR
    verify = f"istioctl experimental authz check deploy/{name} -n {namespace}"
    actors = cast(asked, site)
    if asked.forwarded:  # gateways are no part of the ambient mesh, and no sidecar is injected into them
        actors = (replace(actors[0], is_meshed=False, is_gateway=True), *actors[1:])
    return Plan(
        steps=(Sheet("allow-addresses.yaml", "istio/allowances.yaml.j2", _values(asked, site)),),
        questions=tuple(questions(asked, site)),
        cast=actors,
        props=tuple(_gateway(asked, site)),
        prerequisites=tuple(_prerequisites(asked)),
        verify=(
            f"kubectl get authorizationpolicy allow-addresses-{name} -n {namespace} -o yaml",
            verify if proxied else "istioctl ztunnel-config policy",
        ),
        notes=tuple(_notes(asked, site)),
    )


def _values(asked: AllowAddresses, site: Site) -> Mapping[str, object]:
    field, left_out = ("remoteIpBlocks", "notRemoteIpBlocks") if asked.forwarded else ("ipBlocks", "notIpBlocks")
    source: dict[str, Any] = {field: list(asked.addresses)}
    if asked.but_not:
        source[left_out] = list(asked.but_not)
    rule = {
        "from": [{"source": source}, *sources(asked.callers, site.trust_domain)],
        "to": [{"operation": {"ports": [str(asked.to.port)]}}],
    }
    why = "Once an ALLOW policy finds a workload, whatever no ALLOW policy takes is refused."
    name = f"allow-addresses-{asked.to.name}"
    policy = Allowance(why, name, asked.to.namespace, (rule,), site.selector(asked.to))
    return {"policies": (policy,), "dry_run": False}


def _prerequisites(asked: AllowAddresses) -> Iterator[str]:
    if asked.forwarded:
        yield (
            "the gateway knows how many proxies before it to trust, or it takes the last one for the client:"
            " gatewayTopology.numTrustedProxies in meshConfig.defaultConfig, or in proxy.istio.io/config of its pods"
        )
    else:
        yield (
            "clients arrive with their own address: no load balancer ends their connections, and its Service has"
            " externalTrafficPolicy: Local, or a node puts its address in the place of theirs"
        )
        yield "mTLS is not strict at the port of a workload behind no gateway: clients outside have no certificate"
    yield f"every ALLOW policy that finds {asked.to.text} adds to this one, and a DENY policy wins over it"


def _notes(asked: AllowAddresses, site: Site) -> Iterator[str]:
    yield f"ports other than {asked.to.port} are closed by it too, unless another ALLOW policy opens them"
    if asked.forwarded:
        yield "the proof takes who connects for the client: what is made of X-Forwarded-For shows in the cluster alone"
    else:
        yield "addresses are those that the proxy sees connect: behind a gateway, that of the gateway's pod"
        if site.dialect is Dialect.ISTIO_AMBIENT:
            yield "behind a waypoint that is the waypoint's address, and so nobody who comes through it gets in"


def _gateway(asked: AllowAddresses, site: Site) -> Iterator[Mapping[str, Any]]:
    """The Gateway that makes a gateway of the workload."""
    if asked.forwarded:
        port = {"number": asked.to.port, "name": "http", "protocol": "HTTP"}
        yield {
            "apiVersion": "networking.istio.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "played", "namespace": asked.to.namespace},
            "spec": {"selector": dict(site.selector(asked.to)), "servers": [{"port": port, "hosts": ["*"]}]},
        }
