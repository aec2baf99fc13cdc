"""allow-addresses for Linkerd: a Server for the port, and networks that are authorized at it."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.allow_addresses.parameters import AllowAddresses, cast, questions
from service_mesh.generate.parameters.addresses import contains
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import Opening, identities, probe_questions, shared

__all__ = ["linkerd"]


def linkerd(asked: AllowAddresses, site: Site) -> Plan:
    """Two policies of one Server add up: one for addresses, one for callers."""
    if asked.forwarded:
        raise InexpressibleError(_FORWARDED)
    namespace, name, port = asked.to.namespace, asked.to.name, asked.to.port
    opening = Opening(
        "A Server refuses whoever no policy lets in.",
        f"{name}-{port}",
        namespace,
        port,
        site.selector(asked.to),
        tuple(identities(asked.callers, site.linkerd_identities)),
        tuple(_network(one, asked.but_not) for one in asked.addresses),
        f"{name}-{port}-addresses",
    )
    values = {"openings": (opening,), "audit": False, "scraper": None}
    return Plan(
        steps=(Sheet("allow-addresses.yaml", "linkerd/openings.yaml.j2", values),),
        questions=(*questions(asked, site), *probe_questions(asked.to)),
        cast=cast(asked, site),
        prerequisites=(
            "clients arrive with their own address: no load balancer ends their connections, and its Service has"
            " externalTrafficPolicy: Local, or a node puts its address in the place of theirs",
        ),
        verify=(
            f"linkerd viz authz -n {namespace} deploy/{name}",
            f"linkerd diagnostics policy -n {namespace} deploy/{name} {port}",
        ),
        notes=(*_notes(asked), *shared((opening,))),
    )


def _network(network: str, exceptions: tuple[str, ...]) -> Mapping[str, object]:
    inner = [one for one in exceptions if contains(network, one)]
    return {"cidr": network, "except": inner} if inner else {"cidr": network}


def _notes(asked: AllowAddresses) -> Iterator[str]:
    yield "whoever has such an address gets in, with a proxy or without: addresses prove nothing inside of the cluster"
    yield f"other ports than {asked.to.port} keep the namespace's default policy"
    yield "behind an ingress controller the address is that of the controller's pod: keep clients out there"


_FORWARDED = Gap(
    "addresses that were forwarded: Linkerd takes the address that connects, and reads no X-Forwarded-For",
    "leave `forwarded` away where clients connect themselves; else let the ingress controller or the load balancer"
    " (loadBalancerSourceRanges of its Service) keep them out",
)
