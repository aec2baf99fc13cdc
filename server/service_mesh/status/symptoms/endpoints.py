"""Looks for reasons why nothing stands behind a Service: no pod, none that is ready, or labels that do not meet."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.pod_states import condition, container_status, containers_of, is_ready, is_settled, trouble
from service_mesh.mesh.selection import service_selector, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import CRON_JOB, ENDPOINT_SLICE, JOB, POD, SERVICE
from service_mesh.model.kubectl import command, describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.status.symptoms.case import Case, Clue

__all__ = ["no_ready_endpoint", "no_ready_pod", "nothing_selected", "pods_missing_in_part"]

_SERVICE_NAME = "kubernetes.io/service-name"
_FINITE = frozenset({JOB, CRON_JOB})


def no_ready_pod(case: Case) -> Iterator[Clue]:
    """Speak where not one pod could take a request: scaled to zero, not made, or none of them ready."""
    lasting = [one for one in case.workloads if not one.is_machine and one.resource.kind not in _FINITE]
    if not lasting or len(lasting) < len(case.workloads):
        return
    if case.pods:
        yield from _none_ready(case)
    elif all(_replicas(one) == 0 for one in lasting):
        first = lasting[0].resource
        node = first.get("spec.replicas") or first.root
        yield Clue(f"'{first.title}' is scaled to no pods at all", node, describe(first), proves=True)
    elif case.is_listed(POD):
        first = lasting[0].resource
        node = first.get("status.readyReplicas") or first.get("spec.replicas") or first.root
        yield Clue(f"no pod of '{first.title}' exists", node, describe(first), proves=True)
    else:
        yield from _by_status(lasting)


def pods_missing_in_part(case: Case) -> Iterator[Clue]:
    """Speak where some pods are ready and some that had time to become so are not."""
    lost = [pod for pod in case.pods if not is_ready(pod) and is_settled(case.view, pod)]
    if lost and any(is_ready(pod) for pod in case.pods):
        node, why = _why(lost[0])
        text = f"{len(lost)} of {len(case.pods)} pods of '{case.resource.title}' are not ready{why}"
        yield Clue(text.replace(" are ", " is ") if len(lost) == 1 else text, node, describe(lost[0]))


def nothing_selected(case: Case) -> Iterator[Clue]:
    """Speak of Services whose labels no pod carries, and of a workload that no Service selects."""
    if not case.is_listed(POD):
        return
    empty = [one for one in case.services if not service_selector(one).nothing and not workloads_of(case.view, one)]
    for service in empty:
        wanted = service_selector(service).text
        text = f"Service '{service.namespace}/{service.name}' selects '{wanted}', and no pod of its namespace has that"
        show = command("kubectl", "-n", service.namespace, "get", "pods", "--show-labels")
        node = service.get("spec.selector") or service.root
        yield Clue(text, node, show, proves=len(empty) == len(case.services))
    if not case.services and case.workloads and case.is_listed(SERVICE):
        workload = case.workloads[0]
        text = f"no Service of namespace '{workload.namespace}' selects '{workload.title}'"
        show = command("kubectl", "-n", workload.namespace, "get", "services", "-o", "wide")
        yield Clue(text, workload.labels_node, show)


def no_ready_endpoint(case: Case) -> Iterator[Clue]:
    """Speak of Services whose EndpointSlices hold no endpoint that is ready.

    A condition that is not written counts as ready (https://kubernetes.io/docs/concepts/services-networking/
    endpoint-slices/#conditions).
    """
    slices = case.view.index(_slices)
    for service in case.services:
        held = slices.get(service.key, ())
        endpoints = [one for found in held for one in found.each("endpoints[]")]
        if held and not any(map(_takes_requests, endpoints)):
            has = f"has {len(endpoints)} endpoints, and none is ready" if endpoints else "has no endpoints"
            text = f"Service '{service.namespace}/{service.name}' {has}"
            label = f"{_SERVICE_NAME}={service.name}"
            show = command("kubectl", "-n", service.namespace, "get", "endpointslices", "-l", label, "-o", "yaml")
            node = held[0].get("endpoints") or held[0].root
            yield Clue(text, node, show, proves=len(case.services) == 1)


def _none_ready(case: Case) -> Iterator[Clue]:
    if any(is_ready(pod) for pod in case.pods):
        return
    first = next((pod for pod in case.pods if _why(pod)[1]), case.pods[0])
    node, why = _why(first)
    count = "the only pod" if len(case.pods) == 1 else f"each of the {len(case.pods)} pods"
    yield Clue(f"{count} of '{case.resource.title}' is not ready{why}", node, describe(first), proves=True)


def _by_status(workloads: list[Workload]) -> Iterator[Clue]:
    ready = [one.resource.get("status.readyReplicas") for one in workloads]
    first = workloads[0].resource
    status = first.get("status")
    if status is not None and not any(node is not None and node.number for node in ready):
        yield Clue(f"'{first.title}' counts no ready pod", ready[0] or status, describe(first), proves=True)


def _why(pod: Resource) -> tuple[Node, str]:
    """The field that tells why a pod is not ready, and the words for it."""
    for container in containers_of(pod):
        name = container.get("name")
        status = container_status(pod, name.text) if name is not None else None
        found = trouble(status) if status is not None else None
        if name is not None and found is not None:
            return found.node, f": container '{name.text}' {found.text}"
    ready = condition(pod, "Ready")
    return (ready.get("status") or ready if ready is not None else pod.get("status") or pod.root), ""


def _replicas(workload: Workload) -> float | None:
    found = workload.resource.get("spec.replicas")
    return found.number if found is not None else None


def _takes_requests(endpoint: Node) -> bool:
    ready = endpoint.get("conditions.ready")
    return ready is None or ready.value is not False


def _slices(view: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    grouped: dict[ResourceKey, list[Resource]] = {}
    for found in view.of_kind(ENDPOINT_SLICE):
        name = found.labels.get(_SERVICE_NAME)
        if isinstance(name, str):
            grouped.setdefault(ResourceKey(found.cluster, SERVICE, found.namespace, name), []).append(found)
    return {key: tuple(held) for key, held in grouped.items()}
