"""deny-calls for Cilium: rules that deny know identities and ports, no requests."""

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.deny_calls.parameters import DenyCalls, cast, questions
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.cilium import endpoints
from service_mesh.generate.wording.observing import CILIUM_AUDIT

__all__ = ["cilium"]

_NO_DEFAULT_DENY_SINCE = (1, 16)


def cilium(asked: DenyCalls, site: Site) -> Plan:
    """Callers by the labels of their identities; a deny wins over every rule that allows."""
    if asked.calls:
        raise InexpressibleError(_REQUESTS)
    if not site.has("cilium", *_NO_DEFAULT_DENY_SINCE):
        raise InexpressibleError(_CLOSES)
    if asked.observe:
        raise InexpressibleError(CILIUM_AUDIT)
    namespace, name = asked.to.namespace, asked.to.name
    values = {"asked": asked, "selector": site.selector(asked.to), "callers": endpoints(asked.callers)}
    return Plan(
        steps=(Sheet("deny-calls.yaml", "cilium/deny-calls.yaml.j2", values),),
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        verify=(
            f"kubectl get ciliumnetworkpolicy deny-calls-{name} -n {namespace} -o yaml",
            f"hubble observe --verdict DROPPED -n {namespace}",
        ),
        notes=("identities are labels, not certificates: who may label pods or choose accounts gets around it",),
    )


_REQUESTS = Gap(
    "requests that are refused: rules that deny have no part for HTTP",
    "name the requests that may pass (intent allow-calls); everything else is refused then",
)
_CLOSES = Gap(
    "callers that are refused while the rest stays as it is, before Cilium 1.16: a rule that denies closes the"
    " direction for everybody",
    "name everybody else who calls (intent allow-calls)",
)
