"""What a namespace asks of Istio by its labels, before any pod of it is known: sidecars, ambient mode, or nothing."""

from dataclasses import dataclass

from service_mesh.mesh.installation import DEFAULT_REVISION, INSTALLATION_KINDS
from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import MUTATING_WEBHOOK, NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import AMBIENT_LABEL, NEVER_INJECTED, Enrolled
from service_mesh.posture.istio.injector import injector
from service_mesh.posture.istio.revisions import is_served

__all__ = ["NAMESPACE_ENROLMENT_KINDS", "NamespaceEnrolment", "namespace_enrolment"]

NAMESPACE_ENROLMENT_KINDS = (NAMESPACE, MUTATING_WEBHOOK, *INSTALLATION_KINDS)
"""The kinds that are read here."""

_SWITCH = "istio-injection"
_REVISION = "istio.io/rev"


@dataclass(frozen=True, slots=True)
class NamespaceEnrolment:
    """How a pod without labels of its own gets into the mesh in a namespace, and why.

    Attributes:
        mode: The data plane.
        label: The label that decides it; None where none says anything, or the namespace's name or a setting of the
            installation decides.
        injection: The label that chooses the injector: `istio-injection`, or `istio.io/rev` where that is not there.
            None where it is left to pods and to the installation.
        revision: The revision or tag whose injector it chooses, whether one serves it or not; empty for none.
        chain: What decided the mode, the deciding node last.
        missing: What would have to be loaded to know, where the mode is unknown.
    """

    mode: Enrolled
    label: Node | None = None
    injection: Node | None = None
    revision: str = ""
    chain: tuple[Note, ...] = ()
    missing: str = ""

    @property
    def is_meshed(self) -> bool:
        """Whether it puts pods into the mesh for certain."""
        return self.mode in (Enrolled.SIDECAR, Enrolled.AMBIENT)

    @property
    def revision_label(self) -> Node | None:
        """The label that names a revision and has an effect, if no more than that none serves it."""
        return self.injection if self.injection is not None and self.injection.path[-1] == _REVISION else None


def namespace_enrolment(mesh: MeshView, namespace: str, cluster: str = "") -> NamespaceEnrolment:
    """Tell what the labels of a namespace make of a pod that says nothing itself.

    `istio-injection` hides `istio.io/rev`, and any value but `enabled` switches injection off. Sidecars win over
    ambient mode, unless no injector serves the revision or its policy leaves such pods alone.
    (`istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml`;
    `pkg/kube/inject/webhook.go`; `cni/pkg/util/enablement_selector.go`;
    https://istio.io/latest/docs/ambient/usage/add-workloads/)

    Args:
        mesh: The objects.
        namespace: Its name.
        cluster: The cluster it is in.

    Returns:
        The answer; its mode is unknown where the Namespace is not loaded.
    """
    return mesh.once(_enrolment, (namespace, cluster))


def _enrolment(mesh: MeshView, asked: tuple[str, str]) -> NamespaceEnrolment:
    mesh.mark_read(*NAMESPACE_ENROLMENT_KINDS)
    found = namespace_named(mesh, *asked)
    if found is None:
        return NamespaceEnrolment(Enrolled.UNKNOWN, missing=f"the labels of namespace '{asked[0]}'")
    switch, named, plane = (_label(found, name) for name in (_SWITCH, _REVISION, AMBIENT_LABEL))
    injection = switch if switch is not None else named
    revision = _revision(injection)
    mode, label, note = _decided(mesh, found, injection, plane)
    return NamespaceEnrolment(mode, label, injection, revision, () if note is None else (note,))


def _label(namespace: Resource, name: str) -> Node | None:
    labels = namespace.get("metadata.labels")
    return None if labels is None else labels.key(name)


def _revision(injection: Node | None) -> str:
    if injection is None:
        return ""
    if injection.path[-1] == _REVISION:
        return injection.text
    return DEFAULT_REVISION if injection.text == "enabled" else ""


def _decided(
    mesh: MeshView, namespace: Resource, injection: Node | None, plane: Node | None
) -> tuple[Enrolled, Node | None, Note | None]:
    """The mode, the label that decides it and the note about it."""
    if namespace.name in NEVER_INJECTED:
        return Enrolled.NONE, None, namespace.root.note("a namespace of this name is never injected")
    called = _injected(mesh, namespace, injection)
    if called is not None:
        return Enrolled.SIDECAR, injection, called
    if plane is not None and plane.text == "ambient":
        return Enrolled.AMBIENT, plane, plane.note("asks for ambient mode")
    label = injection if injection is not None else plane
    return Enrolled.NONE, label, None if label is None else label.note("puts no pods into the mesh")


def _injected(mesh: MeshView, namespace: Resource, injection: Node | None) -> Note | None:
    """What makes an injector that is there give sidecars to pods; None where none does."""
    settings = injector(mesh, namespace.cluster)
    if not settings.by_default:
        return None
    if injection is None:
        reason = "namespaces are injected by default in this installation"
        return namespace.root.note(reason) if settings.takes_all_namespaces else None
    revision = _revision(injection)
    is_called = revision != "" and is_served(mesh, namespace.cluster, revision)
    return injection.note("asks for sidecars") if is_called else None
