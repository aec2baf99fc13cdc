"""external-service for Linkerd: a route on an EgressNetwork, so that calls of the host are known by a name."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.external_service.parameters import ExternalService, cast, inside
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.egress import NO_EGRESS, Network, needed, network_of, outward, route_of
from service_mesh.model.kinds import EGRESS_NETWORK

__all__ = ["linkerd"]


def linkerd(asked: ExternalService, site: Site) -> Plan:
    """The route takes the host; whatever else leaves the namespace does as before."""
    if not site.serves(EGRESS_NETWORK):
        raise InexpressibleError(NO_EGRESS)
    if asked.external.plaintext_port is not None:
        raise InexpressibleError(_NO_ORIGINATION)
    network = network_of(site, asked.namespace, asked.external)
    values = {
        "namespace": asked.namespace,
        "networks": (network,) if network.is_new else (),
        "policy": "Allow",
        "routes": (route_of(asked.external, network),),
    }
    return Plan(
        steps=(Sheet("external-service.yaml", "linkerd/egress.yaml.j2", values),),
        questions=(*_questions(asked, site, denies=network.denies), inside(asked, site)),
        cast=cast(asked, site),
        prerequisites=(*needed((asked.external,)), *_unless_there(asked, network)),
        verify=(
            f"kubectl get egressnetwork {network.name} -n {asked.namespace} -o yaml",
            f"linkerd diagnostics proxy-metrics -n {asked.namespace} po/POD | grep {asked.external.title}",
        ),
        notes=tuple(_notes(asked)),
    )


def _questions(asked: ExternalService, site: Site, *, denies: bool) -> Iterator[CallQuestion]:
    client = site.caller(asked.clients)
    yield from outward(asked.external, client, "a client that is named", is_allowed=True)
    other = asked.external.model_copy(update={"host": "asked-for-by-nobody.example", "addresses": ()})
    yield from outward(other, client, "a host that nobody declared", is_allowed=not denies)


def _unless_there(asked: ExternalService, network: Network) -> Iterator[str]:
    """What is lost where an EgressNetwork of that name is there and was not given."""
    if network.is_new:
        where = f"EgressNetwork {network.name} in namespace {asked.namespace}"
        yield f"no {where} yet: one that refuses would be opened; give it as surroundings, and the route is put on it"


def _notes(asked: ExternalService) -> Iterator[str]:
    yield "calls are counted by the route's name; Linkerd lets hosts that nobody declared pass all the same"
    yield "an EgressNetwork of a namespace's own sets the global one aside for that namespace"
    if asked.external.addresses:
        yield "an address that changes has to be changed here: nothing looks them up"


_NO_ORIGINATION = Gap(
    "TLS that the proxy begins to a host outside: Linkerd passes on what the client speaks",
    "let the client speak TLS itself, and leave `plaintext_port` and `credential` away",
)
