"""Who is in Linkerd's mesh: what the annotations ask for, what the injector makes of it, and what pods run."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import CONFIG_MAP, MUTATING_WEBHOOK, NAMESPACE, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import injector_webhook, installation, is_asked_about

__all__ = [
    "ENROLMENT_KINDS",
    "INJECT",
    "PROXY",
    "VERSION",
    "Enrolled",
    "Enrolment",
    "asked_enrolment",
    "enrolment",
    "pinned_version",
    "proxy_of",
    "running_enrolment",
]

ENROLMENT_KINDS = (NAMESPACE, MUTATING_WEBHOOK, CONFIG_MAP, *WORKLOAD_KINDS)
"""The kinds that are read here."""

INJECT = "linkerd.io/inject"
"""The annotation that asks for a proxy, on a namespace or on pods."""

VERSION = "config.linkerd.io/proxy-version"
"""The annotation that asks for a proxy of a release other than the control plane's."""

PROXY = "linkerd-proxy"
"""Name of the proxy's container. (`linkerd/linkerd2: pkg/k8s/labels.go`, ProxyContainerName)"""

_WANTED = frozenset({"enabled", "ingress"})
_KNOWN = frozenset({"enabled", "ingress", "disabled", ""})
_FOREIGN = ("istio-proxy", "istio-init")
_FOREIGN_IMAGES = ("gcr.io/istio-release/proxyv2:", "gcr.io/istio-release/proxy_init:")
_CONTAINERS = ("spec.containers[]", "spec.initContainers[]")
_EXEMPT = "config.linkerd.io/admission-webhooks"
_OF_NAMESPACES, _OF_PODS = "namespaceSelector", "objectSelector"
_NEVER_INJECTED = frozenset({"kube-system", "cert-manager"})


class Enrolled(StrEnum):
    """Whether a workload's traffic passes a proxy of Linkerd."""

    SIDECAR = "linkerd"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Whether a workload is in the mesh, and why.

    Attributes:
        mode: Whether a proxy is beside it.
        chain: What decided it, the deciding node last.
        missing: What would have to be loaded to know, where the mode is unknown.
    """

    mode: Enrolled
    chain: tuple[Note, ...] = ()
    missing: str = ""

    @property
    def is_meshed(self) -> bool:
        """Whether it is in the mesh for certain."""
        return self.mode is Enrolled.SIDECAR


def enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    """Tell whether a workload is in the mesh: running pods tell the truth, without them what it asks for counts."""
    return mesh.once(_enrolment, workload)


def asked_enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    """Tell what a pod made today would get, whatever pods run by now.

    The annotation of the pods wins over the one of their namespace in both directions, and a value that is unknown, on
    either, keeps the injector from doing anything. Pods in the node's network, pods with a proxy of another mesh, and
    namespaces that the webhook's selector leaves out are never injected.
    (`linkerd/linkerd2: pkg/inject/report.go`, `pkg/healthcheck/sidecar.go`,
    `charts/linkerd-control-plane/templates/proxy-injector-rbac.yaml`)
    """
    return mesh.once(_asked_enrolment, workload)


def running_enrolment(pod: Resource) -> Enrolment:
    """Tell what a running Pod is by its containers."""
    proxy = proxy_of(pod)
    if proxy is not None:
        return Enrolment(Enrolled.SIDECAR, (proxy.note("is the proxy"),))
    return Enrolment(Enrolled.NONE, ((pod.get("spec.containers") or pod.root).note("runs without a proxy"),))


def proxy_of(pod: Resource) -> Node | None:
    """The proxy of a Pod: a container, or since 2.20 by default an init container that stays."""
    return pod.once(_proxy_of)


def pinned_version(mesh: MeshView, workload: Workload) -> Node | None:
    """The annotation that keeps a workload's proxies at a release, on its pods or else on its namespace.

    (`linkerd/linkerd2: pkg/inject/inject.go`, AppendNamespaceAnnotations)
    """
    mesh.mark_read(NAMESPACE)
    own = workload.template.get("metadata.annotations")
    return (own.key(VERSION) if own else None) or _annotation(_namespace(mesh, workload), VERSION)


def _proxy_of(pod: Resource) -> Node | None:
    return next((one for one in _containers(pod.root) if one.text_at("name") == PROXY), None)


def _enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    mesh.mark_read(*ENROLMENT_KINDS)
    live = [pod for pod in pods_of(mesh, workload) if is_meant_to_run(pod) and _was_made(pod)]
    if not live:
        return asked_enrolment(mesh, workload)
    answers = [running_enrolment(pod) for pod in live]
    if len({answer.mode for answer in answers}) == 1:
        return answers[0]
    chain = tuple(note for answer in answers[:3] for note in answer.chain)
    return Enrolment(Enrolled.UNKNOWN, chain, "its pods differ: some run a proxy and some do not")


def _was_made(pod: Resource) -> bool:
    """Whether a cluster made a Pod: one written by hand has no uid, and no proxy yet either."""
    return pod.is_from_cluster or pod.get("metadata.uid") is not None


def _asked_enrolment(mesh: MeshView, workload: Workload) -> Enrolment:
    mesh.mark_read(*ENROLMENT_KINDS)
    if workload.is_machine:
        return Enrolment(Enrolled.NONE, (workload.resource.root.note("runs outside Kubernetes"),))
    if workload.resource.kind != POD and (written := workload.container(PROXY)) is not None:
        return Enrolment(Enrolled.SIDECAR, (written.note("is the proxy"),))
    return _kept_out(mesh, workload) or _by_annotations(mesh, workload)


def _kept_out(mesh: MeshView, workload: Workload) -> Enrolment | None:
    """What keeps the injector from a workload whatever its annotations say."""
    network = workload.template.get("spec.hostNetwork")
    if network is not None and network.value is True:
        return Enrolment(Enrolled.NONE, (network.note("shares the node's network"),))
    foreign = next((one for one in _containers(workload.template) if _is_foreign(one)), None)
    if foreign is not None:
        return Enrolment(Enrolled.NONE, (foreign.note("is a proxy of another mesh"),))
    token = workload.template.get("spec.automountServiceAccountToken")
    if token is not None and token.value is False and _needs_default_token(mesh, workload.cluster):
        return Enrolment(Enrolled.NONE, (token.note("leaves the proxy without a token for its identity"),))
    return _left_out(mesh, workload)


def _needs_default_token(mesh: MeshView, cluster: str) -> bool:
    """Whether proxies use the default token; they have a volume of their own unless that was switched off."""
    found = installation(mesh, cluster)
    return found is not None and found.value("identity.serviceAccountTokenProjection") is False


def _left_out(mesh: MeshView, workload: Workload) -> Enrolment | None:
    """Whether the webhook is not even asked, by its selectors as they are loaded, or by those of the chart."""
    namespace, webhook = _namespace(mesh, workload), injector_webhook(mesh, workload.cluster)
    hook = webhook.get("webhooks[]") if webhook is not None else None
    if hook is None:
        name = workload.namespace
        exempt = name in _NEVER_INJECTED or (namespace is not None and namespace.labels.get(_EXEMPT) == "disabled")
        node = namespace.root if namespace is not None else workload.resource.root
        return Enrolment(Enrolled.NONE, (node.note("its namespace is never injected"),)) if exempt else None
    if namespace is not None and not is_asked_about(hook, _OF_NAMESPACES, namespace.labels):
        return Enrolment(Enrolled.NONE, ((hook.get(_OF_NAMESPACES) or hook).note("leaves its namespace out"),))
    if not is_asked_about(hook, _OF_PODS, workload.labels):
        return Enrolment(Enrolled.NONE, ((hook.get(_OF_PODS) or hook).note("leaves its pods out"),))
    return None


def _by_annotations(mesh: MeshView, workload: Workload) -> Enrolment:
    namespace = _namespace(mesh, workload)
    given = workload.template.get("metadata.annotations")
    own = given.key(INJECT) if given else None
    outer = _annotation(namespace, INJECT)
    for node in filter(None, (outer, own)):
        if node.text not in _KNOWN:
            return Enrolment(Enrolled.NONE, (node.note(f"'{node.text[:40]}' is no value the injector knows"),))
    if own is not None and own.text:
        return _asked(own)
    if namespace is None:
        missing = f"the annotations of namespace '{workload.namespace}'"
        return Enrolment(Enrolled.UNKNOWN, (workload.resource.root.note("its namespace is not loaded"),), missing)
    if outer is not None and outer.text:
        return _asked(outer)
    return Enrolment(Enrolled.NONE, (workload.resource.root.note("nothing asks for a proxy"),))


def _asked(node: Node) -> Enrolment:
    if node.text in _WANTED:
        return Enrolment(Enrolled.SIDECAR, (node.note("asks for a proxy"),))
    return Enrolment(Enrolled.NONE, (node.note("opts out"),))


def _namespace(mesh: MeshView, workload: Workload) -> Resource | None:
    return namespace_named(mesh, workload.namespace, workload.cluster)


def _annotation(resource: Resource | None, name: str) -> Node | None:
    annotations = resource.get("metadata.annotations") if resource is not None else None
    return annotations.key(name) if annotations is not None else None


def _containers(holder: Node) -> Iterator[Node]:
    for path in _CONTAINERS:
        yield from holder.each(path)


def _is_foreign(container: Node) -> bool:
    return container.text_at("name") in _FOREIGN or container.text_at("image").startswith(_FOREIGN_IMAGES)
