"""enroll-namespace for Cilium: its pods need nothing, but for encryption by ztunnel, which takes namespaces."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.enroll_namespace.parameters import EnrollNamespace, cast, questions
from service_mesh.generate.plan import Gap, Patch, Plan
from service_mesh.generate.site import Site
from service_mesh.mesh.cilium_config import cilium_config
from service_mesh.model.kinds import NAMESPACE

__all__ = ["cilium"]

_ENROLLED = "io.cilium/mtls-enabled"
_SINCE = (1, 19)


def cilium(asked: EnrollNamespace, site: Site) -> Plan:
    """The label that ztunnel's encryption goes by; policies and routes of Cilium take every pod without one.

    (`cilium/cilium: Documentation/security/network/encryption-ztunnel.rst`)
    """
    gaps = tuple(_gaps(asked, site))
    if gaps:
        raise InexpressibleError(*gaps)
    patch = Patch(NAMESPACE, "", asked.namespace, {"metadata": {"labels": {_ENROLLED: "true"}}})
    return Plan(
        steps=(patch,),
        questions=tuple(questions(asked, is_alone=True)),
        cast=cast(asked),
        props=tuple(_options(site)),
        prerequisites=(
            "ztunnel encrypts, which is beta and no default: encryption.enabled=true, encryption.type=ztunnel",
            "namespaces that call each other are enrolled together: one alone is not supported",
        ),
        verify=(
            f"kubectl get namespace {asked.namespace} -L {_ENROLLED}",
            "kubectl -n kube-system exec ds/cilium -- cilium-dbg encrypt status",
        ),
        notes=(
            "policies and routes of Cilium take every pod of its network: for them nothing is enrolled",
            "only TCP between pods is encrypted, and policies for its ports see port 15008 alone",
        ),
    )


def _gaps(asked: EnrollNamespace, site: Site) -> Iterator[Gap]:
    if not site.has("cilium", *_SINCE):
        yield _NOTHING
    if asked.revision:
        yield _NO_REVISION
    if asked.leave_out:
        yield _NO_PODS


def _options(site: Site) -> Iterator[Mapping[str, Any]]:
    """The agent's options, where the surroundings do not hold them: whoever enrols a namespace has it turned on."""
    if cilium_config(site.view, "") is None:
        metadata = {"name": "cilium-config", "namespace": "kube-system"}
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"enable-ztunnel": "true"}}


_NOTHING = Gap(
    "enrolling a namespace before Cilium 1.19: every pod of its network is taken, and encryption is for nodes",
    "encrypt traffic between nodes with WireGuard (encryption.enabled=true, encryption.type=wireguard)",
)
_NO_REVISION = Gap("a revision: one agent of each node serves all its pods", "leave `revision` away")
_NO_PODS = Gap(
    "workloads of an enrolled namespace that stay outside: ztunnel takes whole namespaces",
    "keep them in a namespace of their own that is not enrolled",
)
