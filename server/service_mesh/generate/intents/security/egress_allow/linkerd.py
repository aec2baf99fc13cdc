"""egress-allow for Linkerd: an EgressNetwork that refuses, and a route on it for each host."""

from collections import defaultdict

from service_mesh.generate.cast import Actor
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.egress_allow.parameters import (
    NOBODY,
    UNUSED_PORT,
    EgressAllow,
    around,
    cast,
)
from service_mesh.generate.parameters.outside import ExternalHost
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.egress import NO_EGRESS, Route, needed, network_of, outward, route_of
from service_mesh.model.kinds import EGRESS_NETWORK

__all__ = ["linkerd"]

_IDENTITY = Actor("linkerd", "linkerd-identity", ports=(8080,), services={"linkerd-identity": 8080}, is_meshed=False)


def linkerd(asked: EgressAllow, site: Site) -> Plan:
    """One network for everything outside, one for each host with addresses; they refuse what no route takes."""
    _refuse(asked, site)
    networks = {one.host: network_of(site, asked.namespace, one) for one in asked.allowed}
    shared = network_of(site, asked.namespace, ExternalHost(host=NOBODY))
    routes = tuple(route_of(one, networks[one.host]) for one in asked.allowed)
    _one_protocol(routes)
    values = {
        "namespace": asked.namespace,
        "networks": tuple({one.name: one for one in (shared, *networks.values())}.values()),
        "policy": "Deny",
        "routes": routes,
    }
    return Plan(
        steps=(Sheet("egress-allow.yaml", "linkerd/egress.yaml.j2", values),),
        questions=_questions(asked, site),
        cast=cast(asked, site, _IDENTITY),
        prerequisites=(
            *needed(asked.allowed),
            "whoever calls other hosts outside loses them: see who does in the metric outbound_tls_route_open_total",
        ),
        verify=(
            f"kubectl get egressnetwork {shared.name} -n {asked.namespace} -o yaml",
            f"linkerd diagnostics proxy-metrics -n {asked.namespace} po/POD | grep forbidden",
        ),
        notes=(
            "a pod can go past its own proxy: against one that means harm only a policy of the network helps",
            "names are those that clients say: one that lies about the name reaches any address on that port",
            "ports that skip the proxy, and UDP, are not held to it",
        ),
    )


def _refuse(asked: EgressAllow, site: Site) -> None:
    if not site.serves(EGRESS_NETWORK):
        raise InexpressibleError(NO_EGRESS)
    if asked.gateway is not None:
        raise InexpressibleError(_NO_GATEWAY)
    if not asked.is_whole:
        raise InexpressibleError(_WHOLE)
    if any(one.plaintext_port is not None for one in asked.allowed):
        raise InexpressibleError(_NO_ORIGINATION)


def _one_protocol(routes: tuple[Route, ...]) -> None:
    """Routes of several kinds on a port: one kind sets the others aside."""
    kinds = defaultdict(set)
    for one in routes:
        kinds[one.network, one.port].add(one.kind)
    if any(len(found) > 1 for found in kinds.values()):
        raise InexpressibleError(_TWO_PROTOCOLS)


def _questions(asked: EgressAllow, site: Site) -> tuple[CallQuestion, ...]:
    client, first = site.caller(asked.clients), asked.allowed[0]
    found = [
        question for one in asked.allowed for question in outward(one, client, "a host that is named", is_allowed=True)
    ]
    others = (
        ("a host that is not named", {"host": NOBODY, "addresses": ()}),
        ("a name that begins like one that is named", {"host": f"{first.sample}.{NOBODY}", "addresses": ()}),
        ("another port of a host that is named", {"port": UNUSED_PORT}),
    )
    for why, changes in others:
        found += outward(first.model_copy(update=changes), client, why, is_allowed=False)
    control = CallQuestion(
        why="the control plane", source=client.text, destination=f"svc:{_IDENTITY.text}:8080", is_allowed=True
    )
    return (*found, control, *around(asked, site, is_open=True))


_NO_GATEWAY = Gap(
    "an egress gateway: Linkerd has none",
    "leave `gateway` away; a gateway of another project can be a backend of the routes",
)
_WHOLE = Gap(
    "one workload held to some hosts: an EgressNetwork is about a whole namespace",
    "a namespace of its own for the workload; or a NetworkPolicy by addresses",
)
_NO_ORIGINATION = Gap(
    "TLS that the proxy begins to a host outside: Linkerd passes on what the client speaks",
    "let the client speak TLS itself, and leave `plaintext_port` away",
)
_TWO_PROTOCOLS = Gap(
    "several protocols on one port: routes of one kind set those of the others aside",
    "a port for each protocol",
)
