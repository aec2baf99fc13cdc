"""allow-calls for Cilium: one policy for the workload's endpoints; identities are namespace and service account."""

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.allow_calls.parameters import AllowCalls, cast, questions
from service_mesh.generate.plan import Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.cilium import LAX_NETWORK, endpoints, requests
from service_mesh.generate.wording.observing import CILIUM_AUDIT

__all__ = ["cilium"]


def cilium(asked: AllowCalls, site: Site) -> Plan:
    """Callers by the labels of their identities; requests are read by the node's proxy."""
    if asked.observe:
        raise InexpressibleError(CILIUM_AUDIT)
    namespace, name = asked.to.namespace, asked.to.name
    values = {
        "asked": asked,
        "selector": site.selector(asked.to),
        "callers": endpoints(asked.callers),
        "http": [rule for call in asked.calls for rule in requests(call)],
    }
    probes = (f"probes of {path} need no rule: the kubelet of the node gets through" for path in asked.probes)
    return Plan(
        steps=(Sheet("allow-calls.yaml", "cilium/allow-calls.yaml.j2", values),),
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        prerequisites=("requests are read only where they are not encrypted by the workloads themselves",),
        verify=(
            f"kubectl get ciliumnetworkpolicy allow-calls-{name} -n {namespace} -o yaml",
            f"hubble observe --verdict DROPPED -n {namespace}",
        ),
        notes=(LAX_NETWORK, *probes),
    )
