"""Options of the agents that change what policies mean, with the defaults of the release that is judged by."""

from dataclasses import dataclass

from service_mesh.mesh.cilium_config import CONFIG_KINDS, CiliumConfig, cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node

__all__ = ["OPTION_KINDS", "PolicyOptions", "policy_options"]

OPTION_KINDS = CONFIG_KINDS
"""The kinds that are read here."""


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """How the agents of a cluster take policies.

    Attributes:
        mode: `default`, `always` or `never`.
        cluster_name: Name of the cluster; empty where it is not known.
        host_firewall: Whether policies for nodes are enforced; None where it is not known.
        authenticates: Whether authentication can succeed; None where it is not known.
        is_local_by_default: Whether selectors without a cluster mean the own one.
        selects_nodes_by_address: Whether ranges select nodes.
        enforces_network_policies: Whether NetworkPolicies of Kubernetes are enforced.
        allows_host: Whether the node that a pod runs on may always connect to it.
        told: Where the mode is written; None where the default holds.
    """

    mode: str = "default"
    cluster_name: str = ""
    host_firewall: bool | None = None
    authenticates: bool | None = None
    is_local_by_default: bool = True
    selects_nodes_by_address: bool = False
    enforces_network_policies: bool = True
    allows_host: bool = True
    told: Node | None = None


def policy_options(mesh: MeshView, cluster: str) -> PolicyOptions:
    """The options of a cluster; the defaults where its ConfigMap is not loaded.

    (`cilium/cilium: pkg/option/config.go`, `pkg/policy/config.go`)
    """
    mesh.mark_read(*OPTION_KINDS)
    return mesh.once(_policy_options, cluster)


def _policy_options(mesh: MeshView, cluster: str) -> PolicyOptions:
    local = mesh.release("cilium") >= (1, 19)
    config = cilium_config(mesh, cluster)
    if config is None:
        return PolicyOptions(is_local_by_default=local)
    return PolicyOptions(
        mode=config.text("enable-policy").lower() or "default",
        cluster_name=config.text("cluster-name") or "default",
        host_firewall=config.is_on("enable-host-firewall"),
        authenticates=_authenticates(config),
        is_local_by_default=config.is_on("policy-default-local-cluster", default=local),
        selects_nodes_by_address="nodes" in config.text("policy-cidr-match-mode"),
        enforces_network_policies=config.is_on("enable-k8s-networkpolicy", default=True),
        allows_host=config.text("allow-localhost").lower() != "policy",
        told=config.option("enable-policy"),
    )


def _authenticates(config: CiliumConfig) -> bool:
    """Whether a handshake can succeed: it needs the one kind there is, which needs a port.

    (`cilium/cilium: pkg/auth/mutual_authhandler.go`)
    """
    port = config.text("mesh-auth-mutual-listener-port") not in ("", "0")
    return config.is_on("mesh-auth-enabled", default=True) and (port or config.is_on("mesh-auth-mutual-enabled"))
