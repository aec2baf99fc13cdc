"""Objects of clusters, as short as they can be written, and what is detected of them."""

from dataclasses import replace
from pathlib import Path

from service_mesh.cluster.snapshot import read_snapshot
from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource
from service_mesh.recommend.detection import Detected, Fact, detect
from tests.support.scene import scene

__all__ = [
    "AUTHENTICATED",
    "CILIUM",
    "GATEWAY_POD",
    "ISTIOD",
    "KERNEL",
    "L4_POLICY",
    "L7_POLICY",
    "LINKERD",
    "LINKERD_POD",
    "REDIRECTED",
    "SIDECAR",
    "WHOLE",
    "ZTUNNEL",
    "config_map",
    "daemon_set",
    "demo",
    "detected",
    "fact",
    "node",
    "objects",
    "part",
    "places",
    "pod",
    "service",
]

_DEMO = Path(__file__).parents[2] / "examples/demo-cluster"
WHOLE = Capture(listed=None, is_whole=True)


def detected(*documents: str, capture: Capture = WHOLE) -> Detected:
    return detect(MeshView(objects(*documents)), {"": capture})


def objects(*documents: str, cluster: str = "") -> list[Resource]:
    held = scene(*documents) if documents else MeshView(())
    return [replace(one, cluster=cluster) for kind in held.kinds() for one in held.of_kind(kind)]


def places(fact: Fact[object]) -> list[tuple[str, str, str]]:
    return [(note.node.resource.title, note.node.pointer, note.text) for note in fact.notes]


def fact(found: Detected, name: str) -> Fact[object]:
    return dict(found.facts())[name]


def daemon_set(name: str, namespace: str = "kube-system", more: str = "") -> str:
    return f"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {name}, namespace: {namespace}}}\n{more}"


def config_map(name: str, data: str, namespace: str = "kube-system") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\ndata: {{{data}}}\n"


def node(name: str, labels: str = "", *, info: str = "", spec: str = "", status: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"
        f"spec: {{{spec}}}\nstatus: {{nodeInfo: {{{info}}}{status}}}\n"
    )


def pod(title: str, containers: str = "{name: app}", *, phase: str = "Running", more: str = "", meta: str = "") -> str:
    namespace, _, name = title.partition("/")
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}{meta}}}\n"
        f"spec: {{containers: [{containers}]{more}}}\nstatus: {{phase: {phase}}}\n"
    )


def service(title: str, ports: str, labels: str = "") -> str:
    namespace, _, name = title.partition("/")
    meta = f"{{name: {name}, namespace: {namespace}, labels: {{{labels}}}}}"
    return f"apiVersion: v1\nkind: Service\nmetadata: {meta}\nspec: {{ports: [{ports}]}}\n"


def part(mesh: str, name: str, labels: str, kind: str = "Deployment") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {mesh}, labels: {{{labels}}}}}\n"
        f"spec: {{template: {{metadata: {{labels: {{{labels}}}}}, spec: {{containers: [{{name: one}}]}}}}}}\n"
    )


CILIUM = part("kube-system", "cilium", "k8s-app: cilium", "DaemonSet")
ISTIOD = part("istio-system", "istiod", "app: istiod")
ZTUNNEL = part("istio-system", "ztunnel", "app: ztunnel", "DaemonSet")
SIDECAR = pod("shop/web", "{name: app}, {name: istio-proxy}")
REDIRECTED = pod("shop/cart", meta=", annotations: {ambient.istio.io/redirection: enabled}")
GATEWAY_POD = pod("edge/public", "{name: istio-proxy}")
LINKERD = part("linkerd", "linkerd-destination", "linkerd.io/control-plane-component: destination")
LINKERD_POD = pod("shop/api", "{name: app}, {name: linkerd-proxy}")
L7_POLICY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: get, namespace: shop}
spec: {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: "80"}], rules: {http: [{method: GET}]}}]}]}
"""
AUTHENTICATED = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: known, namespace: shop}
spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{}], authentication: {mode: required}}]}
"""
L4_POLICY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: port, namespace: shop}
spec: {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: "80"}]}]}]}
"""
KERNEL = "operatingSystem: linux, kernelVersion: %s"


def demo() -> Detected:
    (held,) = read_snapshot(str(_DEMO)).clusters
    captures = {"": Capture(listed=held.listed, kubernetes=held.server_version)}
    return detect(MeshView(held.resources, captures=captures), captures)
