"""Which meshes are in use, and what serves gateways: an installation is no use yet, and Cilium is a network first."""

from collections import Counter
from collections.abc import Iterator

from service_mesh.mesh.cilium_agents import agent_of
from service_mesh.mesh.cilium_config import CiliumConfig, cilium_config
from service_mesh.mesh.components import components_in
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.workloads import workloads
from service_mesh.model.finding import Note
from service_mesh.model.kinds import (
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    DAEMON_SET,
    DEPLOYMENT,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    INGRESS,
    INGRESS_CLASS,
    POD,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import Enrolled, asked_enrolment, running_enrolment
from service_mesh.posture.linkerd.enrolment import proxy_of
from service_mesh.recommend.detected_fact import Fact, Reading, first_of
from service_mesh.recommend.requirements import Option

__all__ = ["existing", "gateways", "meshes"]

_PROXY = "istio-proxy"
_MODES = {Enrolled.SIDECAR: Option.ISTIO_SIDECAR, Enrolled.AMBIENT: Option.ISTIO_AMBIENT}
_OF_ISTIO = frozenset(_MODES.values())
_SWITCHES = ("enable-ztunnel", "enable-wireguard", "enable-ipsec", "mesh-auth-mutual-enabled")
"""Options of Cilium that make a mesh of the network; how they are read: `CiliumConfig`."""

_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)
_L7 = ("http", "kafka", "l7")
_RULES = tuple(f"{part}.{side}[]" for part in ("spec", "specs[]") for side in ("ingress", "egress"))
_CONTROLLER_KINDS = (GATEWAY_CLASS, GATEWAY_API_GATEWAY, GATEWAY, INGRESS_CLASS, INGRESS)
_ISTIO_GATEWAY = "istio.io/gateway"
_OLD_CLASS = "kubernetes.io/ingress.class"

_MOST_GAPS = 5
_LONGEST = 100
_Sign = tuple[Option, Note]


def meshes(look: Reading) -> Fact[tuple[Option, ...]]:
    """The meshes that are in use in any cluster, in the order of `Option`.

    Istio counts by ztunnel and by pods with a sidecar or redirected to ztunnel, its gateways left out; Linkerd by its
    control plane or its proxies; Cilium by encryption, mutual authentication and policies on requests.
    """
    signs = list(_signs(look))
    missing = _missing(look)
    if not signs and missing:
        return Fact(None, missing=missing)
    first: dict[Option, Note] = {}
    for option, note in signs:
        first.setdefault(option, note)
    found = tuple(option for option in Option if option in first)
    return Fact(found, tuple(first[option] for option in found), missing)


def existing(look: Reading, found: Fact[tuple[Option, ...]]) -> Fact[Option]:
    """The one mesh that there is, or `no-mesh`.

    Of the two modes of Istio it is the one of more pods, the sidecar where they are even; Cilium that encrypts below
    another mesh is not the mesh. Of two meshes it is neither.

    Args:
        look: What is looked at.
        found: What `meshes` says of it.
    """
    if found.value is None:
        return Fact(None, found.notes, found.missing)
    options = tuple(option for option in found.value if option is not Option.CILIUM) or found.value
    notes = dict(zip(found.value, found.notes, strict=True))
    if not options:
        return _none(look)
    if len(options) > 1 and not _OF_ISTIO.issuperset(options):
        return Fact(None, found.notes, f"one answer: there are {' and '.join(options)}")
    numbers = Counter(option for option, _ in _enrolled(look)) if len(options) > 1 else Counter()
    chosen = max(options, key=lambda option: (numbers[option], option is Option.ISTIO_SIDECAR))
    remark = f"{' and '.join(options)} are both in use" if len(options) > 1 else ""
    return Fact(chosen, (notes[chosen],), found.missing, remark)


def gateways(look: Reading) -> Fact[tuple[str, ...]]:
    """The controllers of gateways and ingresses, sorted, by the names that their classes give them."""
    found: dict[str, Note] = {}
    for name, note in _controllers(look):
        found.setdefault(name, note)
    missing = look.unlisted(*_CONTROLLER_KINDS)
    if not found and missing:
        return Fact(None, missing=missing)
    names = tuple(sorted(found))
    return Fact(names, first_of(found[name] for name in names), missing)


def _signs(look: Reading) -> Iterator[_Sign]:
    for cluster in look.clusters:
        for component in components_in(look.mesh, cluster):
            if (component.mesh, component.role) == ("istio", "ztunnel"):
                yield Option.ISTIO_AMBIENT, component.resource.root.note("ztunnel runs on the nodes")
            if component.mesh == "linkerd" and not component.extension and not component.is_on_nodes:
                yield Option.LINKERD, component.resource.root.note("is a part of Linkerd's control plane")
        yield from _of_cilium(look, cluster)
    yield from _enrolled(look)


def _enrolled(look: Reading) -> Iterator[_Sign]:
    """Pods that are in a mesh, or workloads that ask to be, where no pods were read beside a control plane."""
    for pod in look.objects(POD):
        if is_meant_to_run(pod):
            yield from _of_pod(pod)
    unseen = {one for one in look.clusters if not look.lists(POD, one) and _control_plane(look, one) is not None}
    for workload in workloads(look.mesh) if unseen else ():
        if workload.cluster in unseen and workload.resource.kind != POD and not workload.is_machine:
            asked = asked_enrolment(look.mesh, workload)
            if asked.mode in _MODES and not _is_gateway(workload.template):
                note = asked.chain[-1] if asked.chain else workload.resource.root.note("asks for it")
                yield _MODES[asked.mode], note


def _of_pod(pod: Resource) -> Iterator[_Sign]:
    running = running_enrolment(pod)
    if running.mode in _MODES and not _is_gateway(pod.root):
        yield _MODES[running.mode], running.chain[-1]
    proxy = proxy_of(pod)
    if proxy is not None:
        yield Option.LINKERD, proxy.note("is the proxy")


def _is_gateway(template: Node) -> bool:
    """Tell whether pods hold Istio's proxy alone, as gateways and waypoints do."""
    names = [one.text_at("name") for one in template.each("spec.containers[]")]
    return names == [_PROXY]


def _of_cilium(look: Reading, cluster: str) -> Iterator[_Sign]:
    config = cilium_config(look.mesh, cluster)
    for name in _SWITCHES:
        option = config.option(name) if config is not None and config.is_on(name) else None
        if option is not None:
            yield Option.CILIUM, option.note(f"'{name}' is on")
    for kind in _POLICIES:
        for policy in look.objects(kind, cluster):
            yield from _of_policy(policy)


def _of_policy(policy: Resource) -> Iterator[_Sign]:
    for path in _RULES:
        for rule in policy.each(path):
            mode = rule.get("authentication.mode")
            if mode is not None and mode.text == "required":
                yield Option.CILIUM, mode.note("asks for mutual authentication")
            for held in rule.each("toPorts[].rules"):
                if any(held.get(name) is not None for name in _L7):
                    yield Option.CILIUM, held.note("reads requests")


def _missing(look: Reading) -> str:
    gaps = [look.unlisted(DEPLOYMENT, DAEMON_SET, POD)]
    for cluster in look.clusters:
        if agent_of(look.mesh, cluster) is not None:
            config = cilium_config(look.mesh, cluster)
            gaps.append("the ConfigMap 'cilium-config'" if config is None else _unread_policies(look, config))
    return ", ".join([gap for gap in gaps if gap][:_MOST_GAPS])


def _unread_policies(look: Reading, config: CiliumConfig) -> str:
    return look.unlisted(*_POLICIES, cluster=config.resource.cluster)


def _none(look: Reading) -> Fact[Option]:
    for cluster in look.clusters:
        plane = _control_plane(look, cluster)
        if plane is not None:
            return Fact(None, (plane,), "a workload in the mesh: Istio's control plane runs alone")
    return Fact(Option.NO_MESH)


def _control_plane(look: Reading, cluster: str) -> Note | None:
    found = (one for one in components_in(look.mesh, cluster) if (one.mesh, one.role) == ("istio", "istiod"))
    first = next(found, None)
    return first.resource.root.note("is Istio's control plane") if first is not None else None


def _controllers(look: Reading) -> Iterator[tuple[str, Note]]:
    """Names of controllers; a class that was not read stands for the controller that it would name."""
    for kind, path in ((GATEWAY_CLASS, "spec.controllerName"), (INGRESS_CLASS, "spec.controller")):
        for found in look.objects(kind):
            controller = found.get(path)
            if controller is not None and controller.text:
                yield controller.text[:_LONGEST], controller.note(f"controller of class '{found.name}'")
    for gateway in look.objects(GATEWAY):
        yield _ISTIO_GATEWAY, gateway.root.note("is a Gateway of Istio's own API")
    for served in look.objects(GATEWAY_API_GATEWAY):
        yield from _unread_class(look, served, served.get("spec.gatewayClassName"))
    for ingress in look.objects(INGRESS):
        annotations = ingress.get("metadata.annotations")
        named = ingress.get("spec.ingressClassName") or (annotations.key(_OLD_CLASS) if annotations else None)
        yield from _unread_class(look, ingress, named)


def _unread_class(look: Reading, served: Resource, named: Node | None) -> Iterator[tuple[str, Note]]:
    if named is None or not named.text:
        return
    kind = INGRESS_CLASS if served.kind == INGRESS else GATEWAY_CLASS
    held = look.mesh.find(kind, "", named.text, served.cluster)
    if held is None:
        name = named.text[:_LONGEST]
        yield f"class {name}", named.note(f"names class '{name}'")
