"""Looks for the reason why pods have no proxy: nothing asks for one, something keeps it away, or nobody injects."""

from collections.abc import Iterator

from service_mesh.mesh.components import components_in
from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.kubectl import command, get_yaml
from service_mesh.posture.istio import enrolment as istio
from service_mesh.posture.linkerd import enrolment as linkerd
from service_mesh.status.symptoms.case import Case, Clue

__all__ = ["no_injector", "not_asked_for"]

_INJECTORS = frozenset({"istiod", "proxy-injector"})
_LABELS = ("istio-injection", "istio.io/rev", "istio.io/dataplane-mode", "sidecar.istio.io/inject")
_NOTHING = "nothing asks for a proxy"


def no_injector(case: Case) -> Iterator[Clue]:
    """Speak where no part of any mesh is there that could put a proxy into pods."""
    found = (one for one in components_in(case.view, case.cluster) if one.role in _INJECTORS and not one.extension)
    if not case.is_listed(DEPLOYMENT) or next(found, None) is not None or case.own & {"istio", "linkerd"}:
        return
    text = "no injector runs in the cluster, neither Istio's istiod nor Linkerd's proxy injector"
    show = command("kubectl", "get", "mutatingwebhookconfigurations")
    yield Clue(text, case.resource.root, show, proves=True)


def not_asked_for(case: Case) -> Iterator[Clue]:
    """Say who decided that a workload gets no proxy; silent where any mesh has it, or is asked to take it in."""
    for workload in case.workloads:
        if "istio" in case.meshes or "linkerd" in case.meshes:
            yield from _of_workload(case, workload)


def _of_workload(case: Case, workload: Workload) -> Iterator[Clue]:
    ours, theirs = istio.asked_enrolment(case.view, workload), linkerd.asked_enrolment(case.view, workload)
    is_in = bool(case.own & {"istio", "linkerd"})
    is_open = ours.mode is istio.Enrolled.UNKNOWN or theirs.mode is linkerd.Enrolled.UNKNOWN
    if is_in or is_open or ours.is_meshed or theirs.is_meshed:
        return
    if "istio" in case.meshes:
        yield _decided(case, workload, ours.chain) or _unanswered(case, workload) or _silent(case, workload, _LABELS)
    if "linkerd" in case.meshes:
        yield _decided(case, workload, theirs.chain) or _silent(case, workload, (linkerd.INJECT,))


def _decided(case: Case, workload: Workload, chain: tuple[Note, ...]) -> Clue | None:
    """What somebody wrote and what keeps the proxy away; the last step of the chain decided."""
    last = chain[-1] if chain else None
    if last is None or last.text == _NOTHING:
        return None
    resource = last.node.resource
    place = f"'{resource.title}'" + (f" at '{last.node.pointer}'" if last.node.path else "")
    show = _check_inject(case) if "istio" in case.meshes else get_yaml(resource)
    return Clue(f"'{workload.title}' gets no proxy: {place} {last.text}", last.node, show, proves=True)


def _unanswered(case: Case, workload: Workload) -> Clue | None:
    """A label that asks for a sidecar and that no injector follows, whatever the reason."""
    namespace = namespace_named(case.view, workload.namespace, workload.cluster)
    outer = namespace.get("metadata.labels") if namespace is not None else None
    for place in (workload.labels_node, outer):
        for label in _LABELS:
            node = place.key(label) if place is not None else None
            if node is not None:
                text = (
                    f"no injector of Istio follows label '{label}' of '{node.resource.title}', which is '{node.text}'"
                )
                return Clue(text, node, get_yaml(node.resource))
    return None


def _silent(case: Case, workload: Workload, asking: tuple[str, ...]) -> Clue:
    namespace = namespace_named(case.view, workload.namespace, workload.cluster)
    *first, last = (f"'{name}'" for name in asking)
    names = f"{', '.join(first)} or {last}" if first else last
    text = f"nothing asks for a proxy: neither namespace '{workload.namespace}' nor the pods carry {names}"
    node = workload.labels_node if namespace is None else namespace.get("metadata.labels") or namespace.root
    return Clue(text, node, get_yaml(node.resource), proves=True)


def _check_inject(case: Case) -> str:
    if not case.pods:
        return get_yaml(case.resource)
    pod = case.pods[0]
    return command("istioctl", "experimental", "check-inject", pod.name, "-n", pod.namespace)
