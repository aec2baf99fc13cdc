"""What the mesh configuration settles for everybody, with Istio's defaults where nothing is given."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.mesh.installation import Installation, installation
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import DEFAULT_DOMAIN
from service_mesh.model.node import Node

__all__ = ["ROOT_NAMESPACE", "MeshConfig", "mesh_config", "root_namespace", "written_configs"]

ROOT_NAMESPACE = "istio-system"
"""Where mesh-wide configuration lives unless the mesh configuration names another namespace."""

_TRUST_DOMAIN = "cluster.local"


@dataclass(frozen=True, slots=True)
class MeshConfig:
    """Settings for a whole mesh (`istio/api: mesh/v1alpha1/config.proto`; defaults `istio/istio: pkg/config/mesh`).

    Attributes:
        installed: The control plane it was read from; None where the input tells nothing and defaults are taken.
    """

    installed: Installation | None = None

    @property
    def is_known(self) -> bool:
        """Whether the input holds the mesh configuration, so that what it does not set is the default for certain."""
        return self.installed is not None and bool(self.installed.mesh)

    @property
    def node(self) -> Node | None:
        """Where it stands."""
        return self.installed.nodes[0] if self.installed and self.installed.nodes else None

    @property
    def root_namespace(self) -> str:
        """Namespace of the policies for the whole mesh."""
        return self._text("rootNamespace") or ROOT_NAMESPACE

    @property
    def trust_domain(self) -> str:
        """Trust domain of the identities that are issued."""
        return self._text("trustDomain") or _TRUST_DOMAIN

    @property
    def trust_domain_aliases(self) -> tuple[str, ...]:
        """Trust domains that are taken for this one."""
        return self.texts("trustDomainAliases")

    @property
    def auto_mtls(self) -> bool:
        """Whether clients use mTLS by themselves where the server can."""
        return self.setting("enableAutoMtls") is not False

    @property
    def blocks_unknown_hosts(self) -> bool:
        """Whether sidecars refuse hosts that are not in the registry."""
        return self.setting("outboundTrafficPolicy.mode") == "REGISTRY_ONLY"

    @property
    def domain(self) -> str:
        """Domain of the cluster's services: istiod's option or a chart value, not a part of the mesh configuration.

        The engine asks for it once: rules see every service below `cluster.local`.
        (`istio/istio: pilot/cmd/pilot-discovery/app/cmd.go`, `--domain`)
        """
        if self.installed is None:
            return DEFAULT_DOMAIN
        found = self.installed.domain or self.installed.value("global.proxy.clusterDomain")
        return found if isinstance(found, str) and found else DEFAULT_DOMAIN

    @property
    def providers(self) -> Mapping[str, Mapping[str, object]]:
        """Extension providers by name."""
        listed = self.setting("extensionProviders")
        items = listed if isinstance(listed, list) else []
        return {item["name"]: item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)}

    def flag(self, name: str, *, default: bool) -> bool:
        """A switch of istiod's environment."""
        return self.installed.flag(name, default=default) if self.installed else default

    def setting(self, path: str) -> object:
        """A setting at a dotted path as written, or None."""
        return self.installed.setting(path) if self.installed else None

    def texts(self, path: str) -> tuple[str, ...]:
        """A list of texts at a dotted path; empty where it is absent."""
        found = self.setting(path)
        return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()

    def _text(self, path: str) -> str:
        found = self.setting(path)
        return found if isinstance(found, str) else ""


def mesh_config(mesh: MeshView, cluster: str = "", revision: str = "") -> MeshConfig:
    """The mesh configuration of a cluster: of a revision, else of the default one."""
    return mesh.once(_config, (cluster, revision))


def written_configs(mesh: MeshView, cluster: str = "") -> tuple[MeshConfig, ...]:
    """The mesh configuration of a cluster, and in a guide each other writing of the objects that it is read from.

    Of the writings of manifests the last one counts; the steps of a guide show what belongs to them alone.
    """
    return mesh.once(_written_configs, cluster)


def root_namespace(mesh: MeshView, cluster: str = "") -> str:
    """Namespace of the policies for the whole mesh."""
    return mesh.once(_root_namespace, cluster)


def _config(mesh: MeshView, asked: tuple[str, str]) -> MeshConfig:
    return MeshConfig(installation(mesh, *asked))


def _written_configs(mesh: MeshView, cluster: str) -> tuple[MeshConfig, ...]:
    config = mesh_config(mesh, cluster)
    nodes = config.installed.nodes if config.installed is not None and mesh.is_excerpt else ()
    others = [other for node in nodes for other in mesh.writings(node.resource) if other is not node.resource]
    return (config, *(mesh_config(MeshView((other,)), cluster) for other in others))


def _root_namespace(mesh: MeshView, cluster: str) -> str:
    return mesh_config(mesh, cluster).root_namespace
