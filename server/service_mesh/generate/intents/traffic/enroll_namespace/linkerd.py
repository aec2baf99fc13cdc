"""enroll-namespace for Linkerd: the annotation that its injector reads."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.enroll_namespace.parameters import (
    MARK,
    RESTART,
    EnrollNamespace,
    cast,
    left_out,
    questions,
    stages,
)
from service_mesh.generate.plan import Gap, Patch, Plan
from service_mesh.generate.site import Site
from service_mesh.generate.wording.restarting import restarted, taken_back
from service_mesh.model.kinds import NAMESPACE
from service_mesh.posture.linkerd.policy import DEFAULT_POLICY, cluster_default, parsed_policy

__all__ = ["linkerd"]

_INJECT = "linkerd.io/inject"
_NATIVE_SINCE = (26, 5, 2)


def linkerd(asked: EnrollNamespace, site: Site) -> Plan:
    """An annotation of the namespace; that of a pod counts before it."""
    if asked.revision:
        raise InexpressibleError(_NO_REVISION)
    stays = {"annotations": {_INJECT: "disabled"}}
    patch = Patch(NAMESPACE, "", asked.namespace, {"metadata": {"annotations": {_INJECT: "enabled"}}}, MARK)
    return Plan(
        steps=(*left_out(asked, stays, MARK), patch, restarted(asked.namespace, RESTART)),
        questions=tuple(questions(asked, is_open=_is_open(asked, site))),
        cast=cast(asked),
        stages=stages("linkerd check: the proxy injector is healthy"),
        prerequisites=("the control plane runs: linkerd check",),
        verify=(f"linkerd check --proxy -n {asked.namespace}", f"linkerd viz edges deploy -n {asked.namespace}"),
        notes=tuple(_notes(asked, site)),
    )


def _is_open(asked: EnrollNamespace, site: Site) -> bool:
    """Whether plaintext gets in: it does unless the default policy says otherwise."""
    namespace = site.view.find(NAMESPACE, "", asked.namespace)
    own = namespace.annotations.get(DEFAULT_POLICY) if namespace is not None else None
    policy = parsed_policy(site.view, str(own)) if own is not None else cluster_default(site.view).policy
    return policy is not None and policy.takes_plaintext


def _notes(asked: EnrollNamespace, site: Site) -> Iterator[str]:
    yield taken_back("their proxies")
    if _is_open(asked, site):
        yield "clients outside of the mesh still get in, unencrypted, until that is refused (intent strict-mtls)"
    else:
        yield "clients outside of the mesh are refused from now on: the default policy asks for an identity"
    yield "servers that speak first, as MySQL does, need config.linkerd.io/opaque-ports on ports that are not the usual"
    if not site.has("linkerd", *_NATIVE_SINCE):
        yield "a Job does not end while its proxy runs: leave out those that make Jobs, or end the proxy from them"


_NO_REVISION = Gap(
    "a revision: one control plane of Linkerd injects all proxies of a cluster",
    "leave `revision` away; config.linkerd.io/proxy-version of a namespace asks for another release of the proxy",
)
