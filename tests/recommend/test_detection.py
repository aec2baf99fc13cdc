"""What clusters tell of themselves: each fact with its value and the place it was read at."""

from dataclasses import replace

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.model.kinds import DAEMON_SET, NODE
from service_mesh.recommend.detection import Fact
from service_mesh.recommend.requirements import (
    Cni,
    Option,
    Platform,
    Protocol,
)
from tests.recommend.clusters import (
    AUTHENTICATED,
    CILIUM,
    GATEWAY_POD,
    ISTIOD,
    KERNEL,
    L4_POLICY,
    L7_POLICY,
    LINKERD,
    LINKERD_POD,
    REDIRECTED,
    SIDECAR,
    WHOLE,
    ZTUNNEL,
    config_map,
    daemon_set,
    detected,
    fact,
    node,
    part,
    places,
    pod,
    service,
)

RUNS = "DaemonSet '%s' runs"
SETTINGS = "ConfigMap '%s', without what it is for"
UP = ", conditions: [{type: NetworkUnavailable, status: 'False', reason: %s}]"
BACKEND = "flannel.alpha.coreos.com/backend-type"
K3S = f"apiVersion: v1\nkind: Node\nmetadata: {{name: one, annotations: {{{BACKEND}: vxlan}}}}\n"


@pytest.mark.parametrize(
    ("documents", "expected", "notes"),
    [
        *(
            ([daemon_set(name, home)], cni, [(f"DaemonSet {home}/{name}", "", RUNS % name)])
            for name, home, cni in [
                ("cilium", "kube-system", Cni.CILIUM),
                ("anetd", "kube-system", Cni.GKE),
                ("netd", "kube-system", Cni.GKE),
                ("calico-node", "calico-system", Cni.CALICO),
                ("kube-flannel-ds", "kube-flannel", Cni.FLANNEL),
                ("aws-node", "kube-system", Cni.AWS_VPC),
                ("azure-cns", "kube-system", Cni.AZURE),
                ("ovnkube-node", "openshift-ovn-kubernetes", Cni.OVN_KUBERNETES),
                ("kindnet", "kube-system", Cni.OTHER),
            ]
        ),
        ([part("networking", "agent", "k8s-app: cilium", "DaemonSet")], Cni.CILIUM, None),
        ([part("kube-system", "anetd", "k8s-app: cilium", "DaemonSet")], Cni.GKE, None),
        ([daemon_set("calico-node"), daemon_set("aws-node")], Cni.AWS_VPC, None),
        ([daemon_set("aws-node"), CILIUM, config_map("cilium-config", "cni-chaining-mode: none")], Cni.CILIUM, None),
        (
            [CILIUM, daemon_set("aws-node"), config_map("cilium-config", "cni-chaining-mode: aws-cni")],
            Cni.AWS_VPC,
            None,
        ),
        ([daemon_set("aws-node", more="status: {desiredNumberScheduled: 0}")], None, []),
        ([daemon_set("calico-node", "shop")], None, []),
        ([config_map("calico-config", "")], None, []),
        ([node("n", status=UP % "CalicoIsUp")], Cni.CALICO, None),
        (
            [K3S],
            Cni.FLANNEL,
            [("Node one", f"/metadata/annotations/{BACKEND.replace('/', '~1')}", f"annotation '{BACKEND}'")],
        ),
    ],
)
def test_plugin_is_told_by_what_runs_on_nodes(
    documents: list[str], expected: Cni | None, notes: list[tuple[str, str, str]] | None
) -> None:
    found = detected(*documents).cni
    assert found.value is expected
    if notes is not None:
        assert places(fact(detected(*documents), "cni")) == notes


def test_settings_of_a_plugin_count_only_where_agents_were_not_read() -> None:
    settings, capture = config_map("calico-config", ""), Capture(listed=frozenset({NODE}))
    found = detected(settings, capture=capture)
    assert (found.cni.value, places(fact(found, "cni"))) == (
        Cni.CALICO,
        [("ConfigMap kube-system/calico-config", "", SETTINGS % "calico-config")],
    )
    assert detected(settings).cni.missing == "an agent of a known plugin: no DaemonSet is one"


@pytest.mark.parametrize(
    ("documents", "expected", "pointer", "text"),
    [
        ([config_map("kube-proxy", "config.conf: 'mode: ipvs'")], "ipvs", "/data/config.conf", "mode is 'ipvs'"),
        (
            [config_map("kube-proxy-config", "config: 'mode: nftables'")],
            "nftables",
            "/data/config",
            "mode is 'nftables'",
        ),
        (
            [
                config_map("kube-proxy", "config.conf: 'mode: ipvs'"),
                config_map("cilium-config", "kube-proxy-replacement: 'true'"),
            ],
            "cilium",
            "/data/kube-proxy-replacement",
            "kube-proxy is replaced",
        ),
    ],
)
def test_mode_of_kube_proxy_is_read_from_its_settings(
    documents: list[str], expected: str, pointer: str, text: str
) -> None:
    found = detected(*documents).kube_proxy
    ((_, where, said),) = places(fact(detected(*documents), "kube_proxy"))
    assert (found.value, where, said) == (expected, pointer, text)


@pytest.mark.parametrize(
    ("release", "expected", "missing", "remark"),
    [
        ("1.35.2", "iptables", "", "the default of Kubernetes 1.35"),
        ("1.40.0", None, "the default of Kubernetes 1.40: no mode is named", ""),
        ("", None, "a version of Kubernetes: no mode is named, and the default is the release's", ""),
    ],
)
def test_no_mode_is_the_default_of_the_release(release: str, expected: str | None, missing: str, remark: str) -> None:
    settings = config_map("kube-proxy", "config.conf: 'mode: \"\"'")
    found = detected(settings, capture=replace(WHOLE, kubernetes=release)).kube_proxy
    assert (found.value, found.missing, found.remark) == (expected, missing, remark)
    assert [(note.node.pointer, note.text) for note in found.notes] == [("/data/config.conf", "names no mode")]


@pytest.mark.parametrize(
    "written", ["config.conf: 'mode: [1]'", "config.conf: 'mode: fast'", "config.conf: 3", "other: x"]
)
def test_mode_that_is_none_is_not_known(written: str) -> None:
    assert detected(config_map("kube-proxy", written)).kube_proxy == Fact(
        None, missing="a ConfigMap of kube-proxy in namespace 'kube-system' that names a mode"
    )


def test_oldest_kernel_counts_and_windows_has_none() -> None:
    found = detected(
        node("a", info=KERNEL % "6.8.0-60-generic"),
        node("b", info=KERNEL % "5.15.0-1071-azure"),
        node("c", info="operatingSystem: windows, kernelVersion: 10.0.20348"),
    )
    assert found.kernel.value == "5.15"
    assert places(fact(found, "kernel")) == [
        ("Node b", "/status/nodeInfo/kernelVersion", "oldest of 2: 5.15.0-1071-azure")
    ]
    assert found.node_systems.value == (2, 1, 0)
    assert places(fact(found, "node_systems")) == [("Node c", "", "runs windows")]


@pytest.mark.parametrize("version", ["[6]", "'6'", "unknown"])
def test_kernel_is_not_known_while_a_node_does_not_tell_its_own(version: str) -> None:
    found = detected(node("a", info=KERNEL % "6.8.0"), node("b", info=KERNEL % version)).kernel
    assert (found.value, found.missing) == (None, "the kernel of Node b")


@pytest.mark.parametrize(
    ("labels", "spec", "info", "expected"),
    [
        ("cloud.google.com/gke-nodepool: pool", "", "", Platform.GKE),
        ("kubernetes.azure.com/cluster: group", "", "", Platform.AKS),
        ("eks.amazonaws.com/nodegroup: one", "", "", Platform.EKS),
        ("node.openshift.io/os_id: rhcos, kubernetes.azure.com/cluster: group", "", "", Platform.OPENSHIFT),
        ("", "providerID: aws:///eu-1a/i-1", "kubeletVersion: v1.34.2-eks-3abbec1", Platform.EKS),
        ("", "providerID: aws:///eu-1a/i-1", "kubeletVersion: v1.34.2", None),
        ("", "", "kubeletVersion: v1.34.2-eks-3abbec1", None),
        ("", "", "", None),
    ],
)
def test_platform_is_told_by_labels_or_origin(labels: str, spec: str, info: str, expected: Platform | None) -> None:
    assert detected(node("a", labels, spec=spec, info=info)).platform.value is expected


@pytest.mark.parametrize(
    ("name", "labels", "expected", "pointer"),
    [
        ("a", "eks.amazonaws.com/compute-type: fargate", True, "/metadata/labels/eks.amazonaws.com~1compute-type"),
        ("a", "type: virtual-kubelet", True, "/metadata/labels/type"),
        ("gk3-pool-1", "cloud.google.com/gke-nodepool: pool", True, "/metadata/name"),
        ("gk3-pool-1", "", False, None),
        ("a", "eks.amazonaws.com/compute-type: ec2", False, None),
    ],
)
def test_nodes_without_agents_are_told(name: str, labels: str, expected: bool, pointer: str | None) -> None:
    found = detected(node(name, labels))
    assert found.serverless_nodes.value is expected
    assert [where for _, where, _ in places(fact(found, "serverless_nodes"))] == ([pointer] if pointer else [])


def test_release_is_that_of_the_reading_before_that_of_kubelets() -> None:
    kubelet = node("a", info="kubeletVersion: v1.33.1")
    assert detected(kubelet, capture=replace(WHOLE, kubernetes="1.34.2-gke.7")).kubernetes == Fact(
        "1.34", remark="the reading tells it, and no object"
    )
    found = detected(kubelet).kubernetes
    assert (found.value, found.remark) == ("1.33", "a kubelet's; the API server is of this release or a newer one")


@pytest.mark.parametrize(
    ("documents", "expected", "existing"),
    [
        ([], (), Option.NO_MESH),
        ([ISTIOD, ZTUNNEL], (Option.ISTIO_AMBIENT,), Option.ISTIO_AMBIENT),
        ([ISTIOD, REDIRECTED], (Option.ISTIO_AMBIENT,), Option.ISTIO_AMBIENT),
        ([ISTIOD, SIDECAR], (Option.ISTIO_SIDECAR,), Option.ISTIO_SIDECAR),
        ([ISTIOD, GATEWAY_POD], (), None),
        ([SIDECAR, ZTUNNEL, REDIRECTED], (Option.ISTIO_AMBIENT, Option.ISTIO_SIDECAR), Option.ISTIO_SIDECAR),
        (
            [SIDECAR, REDIRECTED, REDIRECTED.replace("name: cart", "name: cart-2")],
            (Option.ISTIO_AMBIENT, Option.ISTIO_SIDECAR),
            Option.ISTIO_AMBIENT,
        ),
        ([LINKERD], (Option.LINKERD,), Option.LINKERD),
        ([LINKERD_POD], (Option.LINKERD,), Option.LINKERD),
        ([LINKERD_POD, SIDECAR], (Option.ISTIO_SIDECAR, Option.LINKERD), None),
        ([CILIUM, config_map("cilium-config", "enable-wireguard: 'true'")], (Option.CILIUM,), Option.CILIUM),
        ([CILIUM, config_map("cilium-config", "enable-ztunnel: 'true'")], (Option.CILIUM,), Option.CILIUM),
        ([CILIUM, config_map("cilium-config", "mesh-auth-mutual-enabled: 't'")], (Option.CILIUM,), Option.CILIUM),
        ([CILIUM, config_map("cilium-config", "enable-ipsec: 'false'"), L4_POLICY], (), Option.NO_MESH),
        ([CILIUM, config_map("cilium-config", "debug: 'false'"), L7_POLICY], (Option.CILIUM,), Option.CILIUM),
        ([AUTHENTICATED], (Option.CILIUM,), Option.CILIUM),
        ([CILIUM], None, None),
        (
            [config_map("cilium-config", "enable-wireguard: 'true'"), SIDECAR],
            (Option.ISTIO_SIDECAR, Option.CILIUM),
            Option.ISTIO_SIDECAR,
        ),
    ],
)
def test_meshes_are_those_in_use(
    documents: list[str], expected: tuple[Option, ...] | None, existing: Option | None
) -> None:
    found = detected(*documents)
    assert (found.meshes.value, found.existing.value) == (expected, existing)


def test_meshes_are_noted_where_they_show() -> None:
    found = detected(ISTIOD, ZTUNNEL, SIDECAR, L7_POLICY)
    assert places(fact(found, "meshes")) == [
        ("DaemonSet istio-system/ztunnel", "", "ztunnel runs on the nodes"),
        ("Pod shop/web", "/spec/containers/1", "is the proxy"),
        ("CiliumNetworkPolicy shop/get", "/spec/ingress/0/toPorts/0/rules", "reads requests"),
    ]
    assert found.existing.remark == "istio-ambient and istio-sidecar are both in use"


def test_what_keeps_a_mesh_from_being_named_is_said() -> None:
    assert detected(CILIUM).meshes.missing == "the ConfigMap 'cilium-config'"
    assert detected(ISTIOD).existing.missing == "a workload in the mesh: Istio's control plane runs alone"
    assert detected(LINKERD, SIDECAR).existing.missing == "one answer: there are istio-sidecar and linkerd"


def test_workloads_that_ask_for_a_sidecar_count_where_pods_were_not_read() -> None:
    asks = part("shop", "web", "sidecar.istio.io/inject: 'true'")
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}"
    found = detected(ISTIOD, asks, namespace, capture=Capture(listed=frozenset({DAEMON_SET})))
    assert found.meshes.value == (Option.ISTIO_SIDECAR,)
    assert found.meshes.missing == "every Deployment.apps, every Pod"


@pytest.mark.parametrize(
    ("kind", "name", "pointer"),
    [
        ("gateway.networking.k8s.io/v1 GatewayClass {controllerName: x.io/g}", "x.io/g", "/spec/controllerName"),
        ("gateway.networking.k8s.io/v1 Gateway {gatewayClassName: eg}", "class eg", "/spec/gatewayClassName"),
        ("networking.istio.io/v1 Gateway {selector: {}}", "istio.io/gateway", ""),
        ("networking.k8s.io/v1 IngressClass {controller: k8s.io/nginx}", "k8s.io/nginx", "/spec/controller"),
        ("networking.k8s.io/v1 Ingress {ingressClassName: alb}", "class alb", "/spec/ingressClassName"),
    ],
)
def test_gateways_are_named_by_their_controllers(kind: str, name: str, pointer: str) -> None:
    version, named, spec = kind.split(" ", 2)
    found = detected(f"apiVersion: {version}\nkind: {named}\nmetadata: {{name: one}}\nspec: {spec}")
    assert found.gateways.value == (name,)
    assert [where for _, where, _ in places(fact(found, "gateways"))] == [pointer]


def test_sizes_count_what_runs_and_what_is_somebodys() -> None:
    found = detected(
        node("a"),
        node("b"),
        pod("shop/a"),
        pod("shop/b", phase="Succeeded"),
        pod("shop/c", phase="Pending"),
        service("default/kubernetes", "{name: https, port: 443}"),
        service("shop/web", "{name: http, port: 80}"),
    )
    sizes = (found.nodes, found.pods, found.services, found.clusters)
    assert [one.value for one in sizes] == [2, 1, 1, 1]
    assert [one.remark for one in sizes] == ["", "", "", ""]
    assert places(fact(found, "pods")) == [("Pod shop/a", "", "the first of 1")]


def test_protocols_are_those_of_applications() -> None:
    found = detected(
        ISTIOD,
        service("istio-system/istiod", "{name: grpc-xds, port: 15010}"),
        service("kube-system/kube-dns", "{name: dns, port: 53, protocol: UDP}"),
        service("edge/public", "{name: tls, port: 443}", "gateway.networking.k8s.io/gateway-name: public"),
        service("shop/a", "{name: http-web, port: 80}, {name: x, appProtocol: kubernetes.io/h2c, port: 81}"),
        service("shop/b", "{name: grpc, port: 90}, {name: x, port: 3306}, {name: y, port: 1, protocol: UDP}"),
        service(
            "shop/c", "{name: web, port: 8080}, 7, {name: [x], port: [y], appProtocol: {}}, {port: 1, protocol: SCTP}"
        ),
    )
    spoken = found.protocols.value
    assert spoken is not None
    assert spoken == (2, 1, 1, 1, 3)
    assert [spoken.share(one) for one in Protocol] == [0.25, 0.125, 0.125, 0.125]
    assert places(fact(found, "protocols")) == [
        ("Service shop/a", "/spec/ports/0", "speaks http"),
        ("Service shop/b", "/spec/ports/0", "speaks grpc"),
        ("Service shop/b", "/spec/ports/1", "speaks tcp"),
        ("Service shop/b", "/spec/ports/2", "speaks udp"),
        ("Service shop/c", "/spec/ports/0", "does not say what it speaks"),
    ]


def test_policies_are_counted_by_kind() -> None:
    allow = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: web, namespace: shop}"
    deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}"
    found = detected(allow, deny, deny.replace("deny", "other"))
    assert found.policies.value == (
        ("NetworkPolicy.networking.k8s.io", 2),
        ("AuthorizationPolicy.security.istio.io", 1),
    )
    assert detected().policies.value == ()


def test_namespaces_that_refuse_privileged_pods_are_named() -> None:
    label = "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: %s}}"
    found = detected(
        *(label % each for each in [("a", "restricted"), ("b", "baseline"), ("c", "privileged"), ("d", "[]")])
    )
    assert found.strict_namespaces.value == ("a", "b")
    pointer = "/metadata/labels/pod-security.kubernetes.io~1enforce"
    assert places(fact(found, "strict_namespaces")) == [
        ("Namespace a", pointer, "'restricted' refuses them"),
        ("Namespace b", pointer, "'baseline' refuses them"),
    ]
