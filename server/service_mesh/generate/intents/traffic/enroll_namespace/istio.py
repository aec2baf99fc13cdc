"""enroll-namespace for Istio: a label for the injector, or the one for ambient mode."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.errors import UsageError
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
from service_mesh.posture.istio.peer_authentication import MtlsMode, namespace_mode
from service_mesh.posture.istio.revisions import served_revisions

__all__ = ["ambient", "sidecar"]

_INJECTION, _REVISION, _AMBIENT = "istio-injection", "istio.io/rev", "istio.io/dataplane-mode"


def sidecar(asked: EnrollNamespace, site: Site) -> Plan:
    """The label of the default revision or of a named one; pods get their sidecar when they are made."""
    _assert_served(asked, site)
    labels: dict[str, str | None]
    labels = {_INJECTION: None, _REVISION: asked.revision} if asked.revision else {_INJECTION: "enabled"}
    labels |= {name: None for name in (_AMBIENT, _REVISION) if name not in labels and name in _held(asked, site)}
    stays = {"labels": {"sidecar.istio.io/inject": "false"}}
    patch = Patch(NAMESPACE, "", asked.namespace, {"metadata": {"labels": labels}}, MARK)
    return Plan(
        steps=(*left_out(asked, stays, MARK), patch, restarted(asked.namespace, RESTART)),
        questions=tuple(questions(asked, is_open=_is_open(asked, site))),
        cast=cast(asked),
        stages=stages("istioctl experimental injector list: the namespace stands beside the revision that injects"),
        prerequisites=(f"an injector runs for the {_revision(asked)}: istioctl experimental injector list",),
        verify=(_containers(asked), "istioctl proxy-status"),
        notes=tuple(_notes(asked, site)),
    )


def ambient(asked: EnrollNamespace, site: Site) -> Plan:
    """One label; the pods that run join at once, and none is replaced but for a sidecar that it has."""
    if asked.revision:
        raise InexpressibleError(_NO_REVISION)
    if asked.leave_out and not site.has("istio", *_PODS_SINCE):
        raise InexpressibleError(_NO_PODS)
    held = [name for name in (_INJECTION, _REVISION) if name in _held(asked, site)]
    labels = {_AMBIENT: "ambient"} | dict.fromkeys(held)
    patch = Patch(NAMESPACE, "", asked.namespace, {"metadata": {"labels": labels}})
    mark = {"labels": {_AMBIENT: "none"}}
    return Plan(
        steps=(*left_out(asked, mark), patch, *([restarted(asked.namespace)] if held else ())),
        questions=tuple(questions(asked, is_open=_is_open(asked, site))),
        cast=cast(asked),
        prerequisites=(
            "ztunnel and the CNI agent run on every node: kubectl get daemonset -n istio-system",
            f"no pod of it has a sidecar, which ambient mode passes over: kubectl get namespace {asked.namespace}"
            " -L istio-injection -L istio.io/rev",
            "policies of the network let TCP 15008 in, and probes from 169.254.7.127",
        ),
        verify=(f"istioctl ztunnel-config workload --workload-namespace {asked.namespace}",),
        notes=(
            "connections that are open stay as they are: they are encrypted when they are made again",
            "only identities, addresses and ports are known: requests are read by a waypoint (intent waypoint)",
            *_plaintext(asked, site),
            "pods on the network of their node stay outside",
        ),
    )


def _held(asked: EnrollNamespace, site: Site) -> Mapping[str, Any]:
    """The labels that the namespace has."""
    namespace = site.view.find(NAMESPACE, "", asked.namespace)
    return namespace.labels if namespace is not None else {}


def _assert_served(asked: EnrollNamespace, site: Site) -> None:
    served = served_revisions(site.view)
    if served is not None and (asked.revision or "default") not in served:
        listed = ", ".join(sorted(served))
        raise UsageError(f"no injector answers for the {_revision(asked)}", f"revision is one of {listed}")


def _revision(asked: EnrollNamespace) -> str:
    return f"revision {asked.revision}" if asked.revision else "default revision"


def _is_open(asked: EnrollNamespace, site: Site) -> bool | None:
    """Whether plaintext gets in: it does until a PeerAuthentication says otherwise."""
    possible = namespace_mode(site.view, asked.namespace).possible
    return None if len(possible) > 1 else possible[0] is not MtlsMode.STRICT


def _plaintext(asked: EnrollNamespace, site: Site) -> Iterator[str]:
    if _is_open(asked, site):
        yield "clients outside of the mesh still get in, unencrypted, until that is refused (intent strict-mtls)"
    else:
        yield "clients outside of the mesh are refused from now on: a PeerAuthentication asks for mutual TLS"


def _containers(asked: EnrollNamespace) -> str:
    """The command that shows every pod's containers: a native sidecar is one of those that initialize."""
    names = "{.metadata.name}: {.spec.initContainers[*].name} {.spec.containers[*].name}"
    template = "{range .items[*]}" + names + '{"\\n"}{end}'
    return f"kubectl get pods -n {asked.namespace} -o jsonpath='{template}'"


def _notes(asked: EnrollNamespace, site: Site) -> Iterator[str]:
    yield taken_back("their sidecars")
    yield from _plaintext(asked, site)
    yield "pods on the network of their node stay outside"
    if not site.has("istio", *_NATIVE_SINCE):
        yield "a Job does not end while its sidecar runs: leave out those that make Jobs, or end the sidecar from them"


_NATIVE_SINCE, _PODS_SINCE = (1, 27), (1, 22)
_NO_REVISION = Gap(
    "a revision for a namespace in ambient mode: one ztunnel of each node serves all its pods",
    "leave `revision` away; a waypoint has one of its own (intent waypoint)",
)
_NO_PODS = Gap(
    "pods that stay outside by a label, before Istio 1.22",
    "leave `leave_out` away, or take Istio 1.24 or newer, in which ambient mode is generally available",
)
