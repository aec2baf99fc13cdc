"""What values of Cilium's chart make of each other: refused together, without effect, or soon without a release."""

import re
from collections.abc import Callable, Iterator

from service_mesh.mesh.cilium_chart import ChartSettings, Fault

__all__ = [
    "cluster_faults",
    "cluster_mesh_faults",
    "encryption_faults",
    "mutual_authentication_faults",
    "proxy_faults",
    "refused_together",
]

_CLUSTER_NAME = re.compile(r"(?:[a-z0-9][-a-z0-9]*)?[a-z0-9]")
_NAME_LENGTH = 32
_SPIRE = "authentication.mutual.spire"
_TYPES = ("ipsec", "wireguard", "ztunnel")
_CLOUDS = ("eni", "alibabacloud")

Check = Callable[[ChartSettings], Iterator[Fault]]


def refused_together(settings: ChartSettings) -> Iterator[Fault]:
    """Values with which the chart is not rendered because of other values.

    (`cilium/cilium: install/kubernetes/cilium/templates/validate.yaml`, `cilium-configmap.yaml`)
    """
    checks: tuple[Check, ...] = (
        *(_hubble, _without_proxy, _traffic_policy, _spire, _cluster_name),
        *(_api_server, _endpoints, _routing, _data_path),
    )
    for check in checks:
        yield from check(settings)


def _hubble(settings: ChartSettings) -> Iterator[Fault]:
    relay, ui = "hubble.relay.enabled", "hubble.ui.enabled"
    if settings.is_on(ui) and not settings.is_on("hubble.ui.standalone.enabled") and not settings.is_on(relay):
        yield from _needs(settings, ui, relay)
    if settings.is_on(relay) and settings.is_off("hubble.enabled"):
        yield _fault(relay, f"'{relay}' is on and 'hubble.enabled' is off, which the chart refuses")
    issuer = "hubble.tls.auto.certManagerIssuerRef"
    if settings.at("hubble.tls.auto.method") == "certmanager" and not settings.at(issuer):
        yield from _needs(settings, "hubble.tls.auto.method", issuer, "be set with 'certmanager'")


def _without_proxy(settings: ChartSettings) -> Iterator[Fault]:
    if not settings.is_off("l7Proxy"):
        return
    for user in ("ingressController.enabled", "gatewayAPI.enabled"):
        if settings.is_on(user):
            yield _fault("l7Proxy", f"'l7Proxy' is off and '{user}' is on, which the chart refuses")
            return


def _spire(settings: ChartSettings) -> Iterator[Fault]:
    wanted, switch = f"{_SPIRE}.enabled", "authentication.enabled"
    if settings.is_on(wanted) and settings.is_off(switch):
        yield _fault(wanted, f"'{wanted}' is on and '{switch}' is off, which the chart refuses")
    elif settings.is_on(wanted) and settings.minor >= 19 and not settings.is_on(switch):
        yield from _needs(settings, wanted, switch, "be on, and since Cilium 1.19 it is off by default")


def _cluster_name(settings: ChartSettings) -> Iterator[Fault]:
    name, number = settings.at("cluster.name"), settings.at("cluster.id")
    if isinstance(name, str) and len(name) > _NAME_LENGTH:
        yield _fault("cluster.name", f"the cluster's name has {len(name)} characters, and the chart takes at most 32")
    elif isinstance(name, str) and not _CLUSTER_NAME.fullmatch(name):
        what = f"the cluster's name '{name[:40]}' has other characters than lower-case letters, digits and inner dashes"
        yield _fault("cluster.name", f"{what}, which the chart refuses")
    if not number or isinstance(number, bool) or not isinstance(number, int):
        return
    if name == "default":
        yield _fault("cluster.name", "a cluster with an id may not be called 'default', and the chart refuses it")
    elif not settings.says("cluster.name"):
        yield from _needs(settings, "cluster.id", "cluster.name", "be set beside an id, and 'default' is refused")


def _traffic_policy(settings: ChartSettings) -> Iterator[Fault]:
    name = "gatewayAPI.externalTrafficPolicy"
    policy = settings.at(name)
    if settings.is_on("gatewayAPI.enabled") and isinstance(policy, str) and policy not in ("Cluster", "Local"):
        yield _fault(name, f"'{name}' is '{policy[:40]}', and the chart takes only 'Cluster' or 'Local'")


def _api_server(settings: ChartSettings) -> Iterator[Fault]:
    named = settings.at("k8sServiceHostRef.name") and settings.at("k8sServiceHostRef.key")
    if settings.minor >= 18 and named and settings.at("k8sServiceHost"):
        yield _fault("k8sServiceHost", "'k8sServiceHost' and 'k8sServiceHostRef' are both set, which the chart refuses")
    allowed, denied = (f"hubble.redact.http.headers.{kind}" for kind in ("allow", "deny"))
    if settings.at(allowed) and settings.at(denied):
        yield _fault(denied, f"'{allowed}' and '{denied}' are both set, which the chart refuses")


def _endpoints(settings: ChartSettings) -> Iterator[Fault]:
    for user in ("ciliumEndpointSlice.enabled", "clustermesh.useAPIServer"):
        in_store = user.startswith("clustermesh") and settings.at("identityAllocationMode") not in (None, "crd")
        if settings.is_on("disableEndpointCRD") and settings.is_on(user) and not in_store:
            message = f"'disableEndpointCRD' and '{user}' are both on, which the chart refuses"
            yield _fault("disableEndpointCRD", message)


def _routing(settings: ChartSettings) -> Iterator[Fault]:
    mode = settings.at("routingMode")
    for platform, needed in (("gke", "native"), ("aksbyocni", "tunnel")):
        if settings.is_on(f"{platform}.enabled") and mode in ("native", "tunnel") and mode != needed:
            yield _fault(
                "routingMode", f"'{platform}.enabled' needs routing mode '{needed}', and the chart refuses '{mode}'"
            )
            return
    # Before 1.18 the chart does not look.
    if mode == "native" and settings.minor >= 18 and not settings.is_on("nativeRoutingCIDRFromClusterPool"):
        yield from _native_ranges(settings)


def _native_ranges(settings: ChartSettings) -> Iterator[Fault]:
    in_cloud = settings.at("ipam.mode") in _CLOUDS or any(settings.is_on(f"{cloud}.enabled") for cloud in _CLOUDS)
    # Masquerading is off by default for IPv4, as far as the chart looks, and on for IPv6.
    first = settings.is_on("enableIPv4Masquerade") and not settings.is_off("ipv4.enabled") and not in_cloud
    second = settings.is_on("ipv6.enabled") and not settings.says("enableIPv6Masquerade")
    second = second or (settings.is_on("ipv6.enabled") and settings.is_on("enableIPv6Masquerade"))
    for version, is_masked in ((4, first), (6, second)):
        name = f"ipv{version}NativeRoutingCIDR"
        if is_masked and not settings.says(name) and not settings.is_on("ipMasqAgent.enabled"):
            yield from _needs(settings, "routingMode", name, "be set for 'native' with masquerading")


def _data_path(settings: ChartSettings) -> Iterator[Fault]:
    if settings.minor < 19:
        return
    if settings.is_on("bpf.tproxy") and settings.at("bpf.datapathMode") in ("netkit", "netkit-l2"):
        yield _fault("bpf.tproxy", "'bpf.tproxy' is on with the data path 'netkit', which the chart refuses")
    if settings.is_on("standaloneDnsProxy.enabled") and not settings.says("dnsProxy.proxyPort"):
        yield from _needs(settings, "standaloneDnsProxy.enabled", "dnsProxy.proxyPort", "be set")
    if settings.minor >= 20 and settings.at("ipam.mode") == "eni" and not settings.is_on("eni.enabled"):
        yield from _needs(settings, "ipam.mode", "eni.enabled", "be on for 'eni'")


def encryption_faults(settings: ChartSettings) -> Iterator[Fault]:
    """Settings of encryption that encrypt nothing, or not what they seem to.

    (`cilium/cilium: install/kubernetes/cilium/templates/cilium-configmap.yaml`,
    `Documentation/security/network/encryption.rst`, `encryption-ztunnel.rst`)
    """
    kind, is_on = settings.at("encryption.type"), settings.is_on("encryption.enabled")
    known = _TYPES if settings.minor >= 19 else _TYPES[:2]
    if isinstance(kind, str) and kind not in known:
        since = ", which Cilium knows from 1.19 on," if kind in _TYPES else ""
        if not settings.is_off("encryption.enabled"):
            yield _fault("encryption.type", f"encryption of type '{kind[:40]}'{since} encrypts nothing")
        return
    if not is_on and not settings.is_off("encryption.enabled") and isinstance(kind, str):
        message = f"encryption of type '{kind}' is chosen and 'encryption.enabled' is not on, so nothing is encrypted"
        yield _fault("encryption.type", message, partial=not settings.is_all, is_milder=True)
    yield from _additions(settings, "wireguard" if kind == "wireguard" else str(kind or "ipsec"), is_on)
    if is_on and kind == "ztunnel" and _is_meshed(settings):
        message = "encryption with ztunnel does not work together with a cluster mesh"
        yield _fault("encryption.type", message, is_milder=True)


def _additions(settings: ChartSettings, kind: str, is_on: bool) -> Iterator[Fault]:
    is_known = settings.says("encryption.type") or settings.is_all
    for name in ("encryption.nodeEncryption", "encryption.strictMode.ingress.enabled"):
        if is_on and settings.is_on(name) and kind != "wireguard":
            message = f"'{name}' works with WireGuard alone, and the type is '{kind[:40]}'"
            yield _fault(name, message, partial=not is_known, is_milder=True)
    for name in ("encryption.strictMode.egress.enabled", "encryption.strictMode.enabled"):
        if settings.is_on(name) and settings.is_off("encryption.enabled"):
            message = f"'{name}' is on and 'encryption.enabled' is off, so traffic is not encrypted and may be dropped"
            yield _fault(name, message, is_milder=True)


def mutual_authentication_faults(settings: ChartSettings) -> Iterator[Fault]:
    """What speaks against mutual authentication with SPIRE, where it is asked for.

    (`cilium/cilium: install/kubernetes/cilium/values.yaml`,
    `Documentation/network/servicemesh/mutual-authentication/mutual-authentication.rst`)
    """
    wanted = f"{_SPIRE}.enabled"
    if not settings.is_on(wanted):
        return
    if _is_meshed(settings):
        message = "mutual authentication with SPIRE does not work between the clusters of a cluster mesh"
        yield _fault(wanted, message)
    if settings.minor >= 20:
        yield _fault(wanted, "mutual authentication with SPIRE is deprecated in Cilium 1.20 and not in 1.21 any more")
        for part in ("agent", "server"):
            tag = f"{_SPIRE}.install.{part}.image.tag"
            if settings.says(tag):
                message = f"the image of SPIRE's {part} is pinned, which Cilium 1.21 does not install any more"
                yield _fault(tag, message, is_milder=True)


def proxy_faults(settings: ChartSettings) -> Iterator[Fault]:
    """Controllers that the operator does not start, since services are not Cilium's.

    (`cilium/cilium: operator/pkg/gateway-api/cell.go`, `operator/pkg/ingress/cell.go`)
    """
    replaced = "kubeProxyReplacement"
    has_ports = settings.minor < 19 and settings.is_on("nodePort.enabled")
    if settings.is_on(replaced) or has_ports or settings.at(replaced) in ("strict", "partial", "probe"):
        return
    if settings.says(replaced) and not settings.is_off(replaced):
        return
    for name in ("gatewayAPI.enabled", "ingressController.enabled"):
        if settings.is_on(name):
            message = f"'{name}' is on and '{replaced}' is not, so the operator does not start it"
            yield _fault(name, message, partial=not settings.is_all and not settings.is_off(replaced))


def cluster_faults(settings: ChartSettings) -> Iterator[Fault]:
    """Numbers of a cluster that its agents refuse.

    (`cilium/cilium: pkg/clustermesh/types/option.go`)
    """
    number, most = settings.at("cluster.id"), settings.at("clustermesh.maxConnectedClusters")
    if isinstance(number, int) and not isinstance(number, bool):
        limit = 511 if most == 511 else 255
        if number < 0 or number > limit:
            partial = 0 < number <= 511 and not settings.is_all and most is None
            message = f"cluster id {number} is outside of 0 to {limit}, and the agents do not start with it"
            yield _fault("cluster.id", message, partial=partial)


def cluster_mesh_faults(settings: ChartSettings) -> Iterator[Fault]:
    """A cluster mesh in a cluster without an id, where the agents start and the mesh's API server does not.

    (`cilium/cilium: clustermesh-apiserver/common/cells.go`, `pkg/clustermesh/types/types.go`)
    """
    if settings.is_on("clustermesh.useAPIServer") and settings.at("cluster.id") in (None, 0) and _is_plain(settings):
        partial = not settings.is_all and not settings.says("cluster.id")
        message = "the cluster mesh's API server does not start in a cluster without an id of its own"
        yield _fault("clustermesh.useAPIServer", message, partial=partial)


def _is_plain(settings: ChartSettings) -> bool:
    """Whether the id is known: it is 0, or nothing sets it."""
    return settings.at("cluster.id") == 0 or not settings.says("cluster.id")


def _is_meshed(settings: ChartSettings) -> bool:
    return settings.is_on("clustermesh.useAPIServer") or settings.is_on("clustermesh.config.enabled")


def _needs(settings: ChartSettings, path: str, other: str, how: str = "be on") -> Iterator[Fault]:
    """One fault of a value that the chart takes only with another; uncertain where that may be given elsewhere."""
    is_open = settings.says(other) and settings.at(other) is None
    if not is_open:
        partial = not settings.is_all and not settings.says(other)
        yield _fault(path, f"with '{path}' the chart needs '{other}' to {how}", partial=partial)


def _fault(path: str, message: str, *, partial: bool = False, is_milder: bool = False) -> Fault:
    return Fault(tuple(path.split(".")), message, partial=partial, is_milder=is_milder)
