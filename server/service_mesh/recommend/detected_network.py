"""Which network plugin a cluster runs and who balances its Services: by agents of nodes, their settings, the nodes."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.cilium_agents import agent_of
from service_mesh.mesh.cilium_config import cilium_config
from service_mesh.model.finding import Note
from service_mesh.model.kinds import CONFIG_MAP, DAEMON_SET, NODE
from service_mesh.model.node import Node
from service_mesh.recommend.detected_fact import Fact, Reading, agreed, first_of
from service_mesh.recommend.detected_nodes import release_of
from service_mesh.recommend.requirements import Cni
from service_mesh.source.embedded import embedded_map

__all__ = ["REPLACED", "cni", "kube_proxy"]

REPLACED = "cilium"
"""What is said of kube-proxy where Cilium does its work."""

_AGENTS = {
    "anetd": Cni.GKE,
    "ovnkube-node": Cni.OVN_KUBERNETES,
    "cilium": Cni.CILIUM,
    "canal": Cni.FLANNEL,
    "kube-flannel-ds": Cni.FLANNEL,
    "kube-flannel": Cni.FLANNEL,
    "aws-node": Cni.AWS_VPC,
    "azure-cns": Cni.AZURE,
    "azure-cni-networkmonitor": Cni.AZURE,
    "netd": Cni.GKE,
    "calico-node": Cni.CALICO,
    "kindnet": Cni.OTHER,
    "weave-net": Cni.OTHER,
    "antrea-agent": Cni.OTHER,
    "kube-router": Cni.OTHER,
    "sdn": Cni.OTHER,
}
"""DaemonSet -> plugin, what decides first.

Calico comes behind those that it only adds policies to (EKS, AKS, GKE, Canal), and Cilium before those that it leaves
the addresses to; GKE's second data plane is Cilium by another name, which nobody else may configure.
(`projectcalico/calico: manifests`, `flannel-io/flannel: Documentation`, `aws/amazon-vpc-cni-k8s: config/master`,
`Azure/azure-container-networking: cns/azure-cns.yaml`, `ovn-org/ovn-kubernetes: dist/templates`)
"""

_HOMES = frozenset(
    {"kube-system", "calico-system", "kube-flannel", "cilium", "cilium-system", "ovn-kubernetes", "kube-router"}
)
_OPENSHIFT = "openshift-"
_SETTINGS = {
    "cilium-config": Cni.CILIUM,
    "kube-flannel-cfg": Cni.FLANNEL,
    "calico-config": Cni.CALICO,
    "ovnkube-config": Cni.OVN_KUBERNETES,
}
_REASONS = {"CiliumIsUp": Cni.CILIUM, "FlannelIsUp": Cni.FLANNEL, "CalicoIsUp": Cni.CALICO, "WeaveIsUp": Cni.OTHER}
"""Why a node's condition `NetworkUnavailable` is false -> plugin that said so."""

_FLANNEL_BACKEND = "flannel.alpha.coreos.com/backend-type"
_PROXY_SETTINGS = (("kube-proxy", "config.conf"), ("kube-proxy-config", "config"))
_MODES = frozenset({"iptables", "ipvs", "nftables", "kernelspace", "userspace"})
_REPLACES = frozenset({"true", "strict"})
_OTHER_DEFAULT = (1, 39)
"""Release from which on nftables may be what no mode means; it was announced, and is not there yet.

(`kubernetes/enhancements: keps/sig-network/5343-nftables-to-default`)
"""

_CILIUM = "cilium"
_Sign = tuple[Cni, Note]


def cni(look: Reading) -> Fact[Cni]:
    """The network plugin, where all clusters have the same.

    What runs on nodes counts, then what the nodes say, and settings alone only where DaemonSets were not read: settings
    outlive what they are for. Cilium that is chained behind another plugin is noted beside that one.
    """
    return agreed(look, _cni)


def kube_proxy(look: Reading) -> Fact[str]:
    """The mode of kube-proxy (`iptables`, `ipvs`, `nftables`, `kernelspace`), or `cilium` where that replaces it."""
    return agreed(look, _kube_proxy)


def _cni(look: Reading, cluster: str) -> Fact[Cni]:
    missing = look.unlisted(DAEMON_SET, cluster=cluster)
    signs = list(_running(look, cluster)) or list(_told_by_nodes(look, cluster))
    if not signs and missing:
        signs = list(_settings(look, cluster))
    if not signs:
        return Fact(None, missing=missing or "an agent of a known plugin: no DaemonSet is one")
    order = _order(look, cluster)
    ranked = sorted(signs, key=lambda sign: order.get(sign[1].node.resource.name, order[_CILIUM]))
    return Fact(ranked[0][0], first_of(note for _, note in ranked))


def _order(look: Reading, cluster: str) -> Mapping[str, int]:
    """Agent -> its place in the table, with Cilium last where it is chained behind another plugin."""
    config = cilium_config(look.mesh, cluster)
    is_chained = config is not None and config.text("cni-chaining-mode").lower() not in ("", "none")
    order = {name: place for place, name in enumerate(_AGENTS)}
    return {**order, _CILIUM: len(order)} if is_chained else order


def _running(look: Reading, cluster: str) -> Iterator[_Sign]:
    agent = agent_of(look.mesh, cluster)
    for found in look.objects(DAEMON_SET, cluster):
        wanted = found.get("status.desiredNumberScheduled")
        if wanted is not None and wanted.number == 0:
            continue
        is_home = found.namespace in _HOMES or found.namespace.startswith(_OPENSHIFT)
        if is_home and found.name in _AGENTS:
            yield _AGENTS[found.name], found.root.note(f"DaemonSet '{found.name}' runs")
        elif agent is not None and agent.resource is found:
            yield Cni.CILIUM, found.root.note(f"DaemonSet '{found.name}' runs")


def _told_by_nodes(look: Reading, cluster: str) -> Iterator[_Sign]:
    """What the first node says that says something; distributions that hold a plugin themselves have no DaemonSet."""
    for node in look.objects(NODE, cluster):
        for reason in node.each("status.conditions[].reason"):
            if reason.text in _REASONS:
                yield _REASONS[reason.text], reason.note(f"condition says '{reason.text}'")
                return
        annotations = node.get("metadata.annotations")
        backend = annotations.key(_FLANNEL_BACKEND) if annotations is not None else None
        if backend is not None:
            yield Cni.FLANNEL, backend.note(f"annotation '{_FLANNEL_BACKEND}'")
            return


def _settings(look: Reading, cluster: str) -> Iterator[_Sign]:
    for found in look.objects(CONFIG_MAP, cluster):
        is_home = found.namespace in _HOMES or found.namespace.startswith(_OPENSHIFT)
        if is_home and found.name in _SETTINGS:
            yield _SETTINGS[found.name], found.root.note(f"ConfigMap '{found.name}', without what it is for")


def _kube_proxy(look: Reading, cluster: str) -> Fact[str]:
    config = cilium_config(look.mesh, cluster)
    option = config.option("kube-proxy-replacement") if config is not None else None
    if option is not None and option.text.strip().lower() in _REPLACES:
        return Fact(REPLACED, (option.note("kube-proxy is replaced"),))
    for name, key in _PROXY_SETTINGS:
        found = look.mesh.find(CONFIG_MAP, "kube-system", name, cluster)
        data = found.get("data") if found is not None else None
        settings = data.key(key) if data is not None else None
        read = embedded_map(settings.text) if settings is not None and settings.text else None
        if settings is None or read is None:
            continue
        mode = read.get("mode")
        if mode in (None, ""):
            return _default_mode(look, cluster, settings)
        if isinstance(mode, str) and mode.lower() in _MODES:
            return Fact(mode.lower(), (settings.note(f"mode is '{mode}'"),))
    missing = look.unlisted(CONFIG_MAP, cluster=cluster)
    return Fact(None, missing=missing or "a ConfigMap of kube-proxy in namespace 'kube-system' that names a mode")


def _default_mode(look: Reading, cluster: str, settings: Node) -> Fact[str]:
    """What no mode means on Linux (`kubernetes/kubernetes: cmd/kube-proxy/app/server_linux.go`)."""
    note = settings.note("names no mode")
    release = release_of(look, cluster).value
    if release is None:
        return Fact(None, (note,), "a version of Kubernetes: no mode is named, and the default is the release's")
    if tuple(map(int, release.split("."))) >= _OTHER_DEFAULT:
        return Fact(None, (note,), f"the default of Kubernetes {release}: no mode is named")
    return Fact("iptables", (note,), remark=f"the default of Kubernetes {release}")
