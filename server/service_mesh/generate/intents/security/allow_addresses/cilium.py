"""allow-addresses for Cilium: CIDRs, which mean what is outside of the cluster and never pods."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.allow_addresses.parameters import AllowAddresses, cast, questions
from service_mesh.generate.parameters.addresses import contains
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.cilium import LAX_NETWORK, endpoints

__all__ = ["cilium"]


def cilium(asked: AllowAddresses, site: Site) -> Plan:
    """One policy; pods are let in by their labels."""
    if asked.forwarded:
        raise InexpressibleError(_FORWARDED)
    namespace, name = asked.to.namespace, asked.to.name
    values = {
        "asked": asked,
        "selector": site.selector(asked.to),
        "callers": endpoints(asked.callers),
        "networks": [
            {"cidr": network, "except": inner} if inner else {"cidr": network}
            for network in asked.addresses
            for inner in [[one for one in asked.but_not if contains(network, one)]]
        ],
    }
    return Plan(
        steps=(Sheet("allow-addresses.yaml", "cilium/allow-addresses.yaml.j2", values),),
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        prerequisites=(
            "clients arrive with their own address: loadBalancer.mode=dsr, or externalTrafficPolicy: Local at the"
            " Service; otherwise a node puts its address in the place of theirs",
        ),
        verify=(
            f"kubectl get ciliumnetworkpolicy allow-addresses-{name} -n {namespace} -o yaml",
            f"hubble observe --verdict DROPPED --to-pod {namespace}/{name}",
        ),
        notes=tuple(_notes(asked)),
    )


def _notes(asked: AllowAddresses) -> Iterator[str]:
    yield "no CIDR means a pod: pods are let in by `callers` alone, whatever their addresses are"
    yield "behind Cilium's own Gateways clients have the identity ingress: keep them out at the load balancer"
    yield f"ports other than {asked.to.port} are closed by it too, unless another policy opens them"
    yield LAX_NETWORK


_FORWARDED = Gap(
    "addresses that were forwarded: policies of Cilium see the connection, and no X-Forwarded-For",
    "leave `forwarded` away where clients connect themselves; else let the load balancer (loadBalancerSourceRanges of"
    " its Service, which Cilium enforces) keep them out",
)
