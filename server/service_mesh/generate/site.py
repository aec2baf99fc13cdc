"""Where configuration is written for: the dialect, the releases, and what is there already."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.errors import InternalError
from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.parameters.parties import Caller, Workload
from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload as Held
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import DEPLOYMENT, Kind
from service_mesh.posture.linkerd.identity import identity_suffix

__all__ = ["Site"]


@dataclass(frozen=True, slots=True)
class Site:
    """Where configuration is written for.

    Attributes:
        dialect: What it is written in.
        catalogue: What the releases serve.
        view: What is there already; empty where nothing was given.
    """

    dialect: Dialect
    catalogue: Catalogue
    view: MeshView

    @property
    def releases(self) -> Mapping[str, tuple[int, ...]]:
        """Project -> release, as numbers."""
        return self.catalogue.releases

    def serves(self, kind: Kind) -> bool:
        """Whether the release has the kind."""
        return bool(self.catalogue.preferred(kind))

    def api(self, kind: Kind) -> str:
        """The newest API version of a kind that the release serves: `networking.istio.io/v1`.

        Raises:
            InternalError: It serves none; ask `serves` before.
        """
        found = self.catalogue.preferred(kind)
        if not found:
            raise InternalError(f"no API version of {kind} is served")
        return found

    def has(self, project: str, *release: int) -> bool:
        """Whether a project's release is at least this one: `site.has("istio", 1, 24)`."""
        return self.releases[project] >= release

    @property
    def root_namespace(self) -> str:
        """The namespace of Istio's policies for the whole mesh."""
        return root_namespace(self.view)

    @property
    def trust_domain(self) -> str:
        """The trust domain of Istio's identities."""
        return mesh_config(self.view).trust_domain

    @property
    def linkerd_identities(self) -> str:
        """What the identities of Linkerd's accounts end with."""
        return identity_suffix(self.view) or "serviceaccount.identity.linkerd.cluster.local"

    def selector(self, workload: Workload) -> Mapping[str, str]:
        """The labels that find a workload: those given, else those by which its own kind finds its pods."""
        if workload.labels:
            return workload.labels
        held = self._held(workload.namespace, workload.name)
        return _own_labels(held) or workload.selector if held is not None else workload.selector

    def player(self, workload: Workload) -> Actor:
        """A workload that a policy is about, as questions speak of it; `dataclasses.replace` gives it more."""
        labels = self.selector(workload)
        return Actor(workload.namespace, workload.name, labels, ports=(workload.port,), services={workload.name: 80})

    def kind_of(self, workload: Workload) -> Kind:
        """What kind of object a workload is; a Deployment where it is not there."""
        held = self._held(workload.namespace, workload.name)
        return held.resource.kind if held is not None else DEPLOYMENT

    def caller(self, caller: Caller) -> Actor:
        """A workload that runs as a caller says: one that is there, else one that is played."""
        for held in workloads_in(self.view, caller.namespace):
            if caller.service_account in (None, held.service_account):
                return Actor(caller.namespace, held.resource.name, _own_labels(held), held.service_account)
        name = caller.service_account or "client"
        return Actor(caller.namespace, name, caller.selector)

    def _held(self, namespace: str, name: str) -> Held | None:
        return next((one for one in workloads_in(self.view, namespace) if one.resource.name == name), None)


def _own_labels(workload: Held) -> Mapping[str, str]:
    found = workload.resource.root.value_at("spec.selector.matchLabels") or workload.labels
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}
