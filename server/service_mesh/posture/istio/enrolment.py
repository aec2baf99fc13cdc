"""Who is in the mesh and how: sidecar, ambient, not at all, or not to be told from the input."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import MUTATING_WEBHOOK, NAMESPACE, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.injector import injector
from service_mesh.posture.istio.revisions import is_served

__all__ = [
    "AMBIENT_LABEL",
    "ENROLMENT_KINDS",
    "NEVER_INJECTED",
    "Enrolled",
    "Enrolment",
    "asked_enrolment",
    "enrolment",
    "has_proxy",
    "injection",
    "is_live",
    "running_enrolment",
]

ENROLMENT_KINDS = (NAMESPACE, MUTATING_WEBHOOK, *WORKLOAD_KINDS, *INSTALLATION_KINDS)
"""The kinds that are read here."""

AMBIENT_LABEL = "istio.io/dataplane-mode"

NEVER_INJECTED = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage"})
"""Namespaces that the injector passes over whatever their labels say.

(`istio/istio: pkg/kube/inject/initializer.go`, IgnoredNamespaces)
"""

_INJECT = "sidecar.istio.io/inject"
_REDIRECTION = "ambient.istio.io/redirection"
_REVISION = "istio.io/rev"
_SWITCH = "istio-injection"
_TLS_MODE = "security.istio.io/tlsMode"
_PROXY = "istio-proxy"
_LENIENT_BEFORE = (1, 27)


class Enrolled(StrEnum):
    """The data plane that a workload's traffic passes."""

    SIDECAR = "sidecar"
    AMBIENT = "ambient"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How a workload is in the mesh, and why.

    Attributes:
        mode: The data plane.
        chain: What decided it, the deciding node last.
        missing: What would have to be loaded to know, where the mode is unknown.
    """

    mode: Enrolled
    chain: tuple[Note, ...] = ()
    missing: str = ""

    @property
    def is_meshed(self) -> bool:
        """Whether it is in the mesh for certain."""
        return self.mode in (Enrolled.SIDECAR, Enrolled.AMBIENT)


def enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    """Tell how a workload is enrolled.

    Running pods tell the truth; without them the labels are followed the way the injector's webhook and the CNI agent
    follow them. A sidecar wins over ambient.
    (`istio/istio: pkg/kube/inject/inject.go`, injectRequired;
    `manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml`;
    `cni/pkg/util/enablement_selector.go`; `pilot/pkg/serviceregistry/serviceentry/conversion.go`)
    """
    return mesh.once(_enrolment, workload)


def asked_enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    """Tell what the labels ask for, whatever its pods run by now: what a pod made today would get."""
    return mesh.once(_asked_enrolment, workload)


def injection(mesh: MeshView, workload: Workload) -> Enrolment:
    """Tell what the injector makes of a workload, proxies that stand in its template left aside."""
    mesh.mark_read(*ENROLMENT_KINDS)
    if workload.uses_host_network or workload.namespace in NEVER_INJECTED:
        return Enrolment(Enrolled.NONE)
    return _injected(mesh, workload) or Enrolment(Enrolled.NONE)


def running_enrolment(pod: Resource) -> Enrolment:
    """Tell what a running Pod is: its containers and the CNI agent's annotation say it."""
    return pod.once(_of_pod)


def is_live(pod: Resource) -> bool:
    """Tell whether a Pod was read from a cluster: a manifest has no uid and no status."""
    return pod.get("metadata.uid") is not None or pod.get("status.phase") is not None


def has_proxy(workload: Workload) -> Node | None:
    """The sidecar that a workload's own template holds, injected or written by hand: the container `istio-proxy`.

    The container of ztunnel has that name too and is none.
    (`istio/istio: manifests/charts/ztunnel/templates/daemonset.yaml`)
    """
    found = workload.container(_PROXY)
    return None if found is None or _is_ztunnel(found) else found


def _enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    mesh.mark_read(*ENROLMENT_KINDS)
    live = [pod for pod in pods_of(mesh, workload) if is_live(pod)]
    return _of_pods(live) if live else asked_enrolment(mesh, workload)


def _asked_enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    mesh.mark_read(*ENROLMENT_KINDS)
    return _of_machine(workload) if workload.is_machine else _asked(mesh, workload)


def _asked(mesh: MeshView, workload: Workload) -> Enrolment:
    # A running Pod shows what it got, not what it asks for.
    proxy = None if workload.resource.kind == POD and is_live(workload.resource) else has_proxy(workload)
    if proxy is not None:
        return Enrolment(Enrolled.SIDECAR, (proxy.note("is the proxy"),))
    if workload.uses_host_network:
        return Enrolment(Enrolled.NONE, (_at(workload, "spec.hostNetwork").note("shares the node's network"),))
    if workload.namespace in NEVER_INJECTED:
        return Enrolment(Enrolled.NONE, (workload.resource.root.note("its namespace is never injected"),))
    injected = _injected(mesh, workload)
    if injected is not None and injected.mode is not Enrolled.NONE:
        return injected
    return _captured(mesh, workload) or injected or Enrolment(Enrolled.NONE, _kept_away(mesh, workload))


def _kept_away(mesh: MeshView, workload: Workload) -> tuple[Note, ...]:
    """The label of a namespace that says it is not injected, where there is one."""
    namespace = namespace_named(mesh, workload.namespace, workload.cluster)
    labels = namespace.get("metadata.labels") if namespace is not None else None
    switch = labels.key(_SWITCH) if labels is not None else None
    if switch is None or switch.text == "enabled":
        return ()
    return (switch.note("keeps its pods from being injected"),)


def _of_machine(workload: Workload) -> Enrolment:
    mode = workload.labels.get(_TLS_MODE)
    node = workload.labels_node
    if mode is not None:
        enrolled = Enrolled.SIDECAR if mode == "istio" else Enrolled.NONE
        return Enrolment(enrolled, (node.note(f"label '{_TLS_MODE}' is '{mode}'"),))
    account = workload.resource.get("spec.serviceAccount") or workload.template.get("serviceAccount")
    if account is not None and account.text:
        return Enrolment(Enrolled.SIDECAR, (account.note("has an identity, so it runs a proxy"),))
    return Enrolment(Enrolled.NONE, (node.note("has no service account, so it is taken to run no proxy"),))


def _of_pods(pods: list[Resource]) -> Enrolment:
    """What running pods are; pods of one workload that differ leave it open."""
    answers = [running_enrolment(pod) for pod in pods]
    if len({answer.mode for answer in answers}) == 1:
        return answers[0]
    chain = tuple(note for answer in answers[:3] for note in answer.chain)
    return Enrolment(Enrolled.UNKNOWN, chain, "its pods differ: some run a proxy and some do not")


def _of_pod(pod: Resource) -> Enrolment:
    proxies = (node for node in _all_containers(pod) if (name := node.get("name")) is not None and name.text == _PROXY)
    if (proxy := next(proxies, None)) is not None and not _is_ztunnel(proxy):
        return Enrolment(Enrolled.SIDECAR, (proxy.note("is the proxy"),))
    annotations = pod.get("metadata.annotations")
    redirected = annotations.key(_REDIRECTION) if annotations else None
    if redirected is not None and redirected.value == "enabled":
        return Enrolment(Enrolled.AMBIENT, (redirected.note("its traffic goes through ztunnel"),))
    return Enrolment(Enrolled.NONE, (pod.root.note("runs without a proxy and is not redirected"),))


def _is_ztunnel(container: Node) -> bool:
    return any(argument.text == "ztunnel" for argument in container.each("args[]"))


def _all_containers(pod: Resource) -> Iterator[Node]:
    yield from pod.each("spec.containers[]")
    yield from pod.each("spec.initContainers[]")


def _injected(mesh: MeshView, workload: Workload) -> Enrolment | None:
    """What the injector makes of a workload; None where nothing asks for injection."""
    namespace = namespace_named(mesh, workload.namespace, workload.cluster)
    if workload.labels.get(_INJECT) == "false":
        return Enrolment(Enrolled.NONE, (_label(workload, _INJECT).note("opts out"),))
    if namespace is None:
        return _of_unknown_namespace(workload)
    called = _webhook(mesh, workload, namespace)
    if called is None:
        return None
    verdict = _decision(mesh, workload)
    return Enrolment(Enrolled.SIDECAR if verdict[0] else Enrolled.NONE, (called, *verdict[1]))


def _webhook(mesh: MeshView, workload: Workload, namespace: Resource) -> Note | None:
    """The label that makes the API server call an injector that is there; None where none is called."""
    switch, revision = namespace.labels.get(_SWITCH), namespace.labels.get(_REVISION)
    if switch == "enabled":
        return _of_namespace(mesh, namespace, _SWITCH, "default")
    if switch is not None:
        return None
    if isinstance(revision, str):
        return _of_namespace(mesh, namespace, _REVISION, revision)
    wanted = workload.labels.get(_REVISION)
    if isinstance(wanted, str):
        note = _label(workload, _REVISION).note(f"asks for revision '{wanted}'")
        return note if is_served(mesh, workload.cluster, wanted) else None
    if workload.labels.get(_INJECT) == "true":
        return _label(workload, _INJECT).note("asks for a sidecar")
    if injector(mesh, workload.cluster).takes_all_namespaces:
        return namespace.root.note("namespaces are injected by default in this installation")
    return None


def _of_namespace(mesh: MeshView, namespace: Resource, label: str, revision: str) -> Note | None:
    labels = namespace.get("metadata.labels")
    node = (labels.key(label) if labels else None) or namespace.root
    return node.note("its namespace asks for sidecars") if is_served(mesh, namespace.cluster, revision) else None


def _decision(mesh: MeshView, workload: Workload) -> tuple[bool, tuple[Note, ...]]:
    """The injector's own decision: label, then annotation, then its selectors, then its policy."""
    for wanted, node in _wishes(workload):
        decided = _decided(mesh, wanted)
        if decided is not None:
            return decided, (node.note(f"'{_INJECT}' is '{wanted}'"),)
    settings = injector(mesh, workload.cluster)
    if any(selector.matches(workload.labels) for selector in settings.never):
        return False, (workload.labels_node.note("the injector passes over these labels"),)
    if any(selector.matches(workload.labels) for selector in settings.always):
        return True, (workload.labels_node.note("the injector always takes these labels"),)
    return settings.by_default, ()


def _wishes(workload: Workload) -> Iterator[tuple[str, Node]]:
    """The label if there is one, else the annotation: the first hides the second."""
    for found, place in ((workload.labels, "metadata.labels"), (workload.annotations, "metadata.annotations")):
        if _INJECT in found:
            holder = workload.template.get(place)
            node = (holder.key(_INJECT) if holder else None) or workload.template
            yield node.text, node
            return


def _decided(mesh: MeshView, wanted: str) -> bool | None:
    """What a value of the switch means; None leaves it to the injector's settings.

    Up to 1.26 `yes`, `on` and the like meant true and every other value that is not empty false.
    (`istio/istio: pkg/kube/inject/inject.go`, commit 331d32e30a3)
    """
    if mesh.release("istio") >= _LENIENT_BEFORE:
        return {"true": True, "false": False}.get(wanted)
    return wanted.lower() in ("y", "yes", "true", "on") if wanted else None


def _captured(mesh: MeshView, workload: Workload) -> Enrolment | None:
    """What ambient mode makes of a workload; None where nothing asks for it."""
    wanted = workload.labels.get(AMBIENT_LABEL)
    if wanted == "ambient":
        return Enrolment(Enrolled.AMBIENT, (_label(workload, AMBIENT_LABEL).note("asks for ambient mode"),))
    namespace = namespace_named(mesh, workload.namespace, workload.cluster)
    if namespace is None and wanted != "none":
        return _of_unknown_namespace(workload)
    if namespace is None or namespace.labels.get(AMBIENT_LABEL) != "ambient":
        return None
    if wanted == "none":
        return Enrolment(Enrolled.NONE, (_label(workload, AMBIENT_LABEL).note("opts out of ambient mode"),))
    labels = namespace.get("metadata.labels")
    node = (labels.key(AMBIENT_LABEL) if labels else None) or namespace.root
    return Enrolment(Enrolled.AMBIENT, (node.note("its namespace asks for ambient mode"),))


def _of_unknown_namespace(workload: Workload) -> Enrolment:
    """The answer where the labels of the namespace would tell: what opts out of sidecars may be in ambient mode."""
    missing = f"the labels of namespace '{workload.namespace}'"
    return Enrolment(Enrolled.UNKNOWN, (workload.resource.root.note("its namespace is not loaded"),), missing)


def _label(workload: Workload, name: str) -> Node:
    return workload.labels_node.key(name) or workload.labels_node


def _at(workload: Workload, path: str) -> Node:
    return workload.template.get(path) or workload.template
