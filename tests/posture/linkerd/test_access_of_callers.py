"""As whom clients appear to the server's proxy, whether they get there, and what is left open."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT, LINKERD_SERVER, NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.kubernetes.ends import of_workload, pod_with
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.posture.linkerd.calls import WEB, ask_web, mesh_ref, net_ref, running, town
from tests.posture.linkerd.objects import authorization, mesh_tls, namespace, networks, pod, server, service
from tests.support.scene import deployment, scene, the

SERVER = server("shop/web", WEB)
OPEN = server("shop/web", f"{WEB}, accessPolicy: all-unauthenticated")
MESHED = server("shop/web", f"{WEB}, accessPolicy: all-authenticated")
SUBNET = "config.linkerd.io/skip-subnets: 10.0.2.0/24"
GET = HttpRequest("GET", "/")


def brief(found: Decision) -> tuple[str, tuple[str, ...]]:
    return found.verdict.value, found.missing


def test_port_that_the_installation_skips_is_a_dead_end_for_clients_that_come_without_a_port_of_their_own() -> None:
    """Meshed clients use the port of the server's proxy; before edge-25.3.2 they did not, and start TLS with nobody."""
    other = running("shop/past", "10.0.0.9", "config.linkerd.io/skip-outbound-ports: '1'")
    closed, broken = (
        ask_web(town(server("shop/web", WEB.replace("80", "4567")), other, release=one), "shop/past", port=4567)
        for one in ((26, 1, 1), (24, 1, 1))
    )
    assert [one.verdict for one in (closed, broken)] == [Verdict.DENIED, Verdict.DENIED]
    assert closed.reason == "nothing is authorized on the port"
    assert broken.reason.startswith("clients start mTLS, and port 4567 passes the server's proxy by")
    assert ask_web(town(SERVER), "bare/cart", port=4567).verdict is Verdict.ALLOWED


def test_server_whose_namespace_is_not_loaded_may_have_no_proxy() -> None:
    alone = scene(running("shop/web", "10.0.0.1"), running("far/cart", "10.0.1.2"), SERVER, complete=Complete.NO)
    found = inbound_decision(alone, of_workload(the(alone, "far/cart")), the(alone, "shop/web"), 80, GET)
    assert found.verdict is Verdict.UNKNOWN
    assert "the annotations of namespace 'shop'" in found.missing


def test_pod_known_by_its_labels_alone_may_be_anybody() -> None:
    for documents, expected in (
        ([OPEN], ("allowed", ())),
        ([SERVER], ("denied", ())),
        ([MESHED], ("unknown", ("whether a pod of namespace 'shop' is in the mesh, and its account",))),
    ):
        mesh = town(*documents)
        found = inbound_decision(mesh, pod_with("shop", {"app": "x"}), the(mesh, "shop/web"), 80, GET)
        assert brief(found) == expected
    mesh = town(SERVER)
    found = inbound_decision(mesh, pod_with("shop", {"app": "x"}), the(mesh, "shop/web"), 4567, GET)
    assert found.verdict is Verdict.ALLOWED  # without a Server there the default lets everybody in


def test_client_that_may_have_no_proxy_may_come_from_a_network_that_is_skipped() -> None:
    mesh = town(SERVER, running("gone/cart", "10.0.2.9"), running("gone/away", "10.0.3.9"), web=SUBNET)
    assert brief(ask_web(mesh, "gone/cart")) == ("unknown", ("the annotations of namespace 'gone'",))
    assert ask_web(mesh, "gone/away").verdict is Verdict.DENIED


def test_all_pods_of_a_client_have_to_be_let_in() -> None:
    near = networks("shop/near", "{cidr: 10.0.0.0/24}"), authorization("shop/p", "Server/web", net_ref("near"))
    for second, expected in (("10.0.0.11", "allowed"), ("10.0.9.1", "unknown")):
        pods = [
            pod(f"shop/{name}", "", "many").replace("phase: Running", f"phase: Running, podIP: {address}")
            for name, address in (("many-1", "10.0.0.10"), ("many-2", second))
        ]
        found = ask_web(town(SERVER, *near, deployment("shop/many"), *pods), "shop/many")
        assert (found.verdict.value, found.missing) == (
            expected,
            () if expected == "allowed" else ("the address of Deployment shop/many",),
        )


def test_identities_that_need_the_installation_name_it() -> None:
    documents = [namespace(), running("shop/web"), running("shop/cart"), SERVER]
    documents += [mesh_tls("shop/all", "identities: ['*.x']"), authorization("shop/p", "Server/web", mesh_ref("all"))]
    mesh = scene(*documents, complete=Complete.AUTO)
    found = inbound_decision(mesh, of_workload(the(mesh, "shop/cart")), the(mesh, "shop/web"), 80, GET)
    assert brief(found) == ("unknown", ("ConfigMap 'linkerd-config', which tells what identities end with",))


def test_networks_of_a_cluster_that_is_not_known_name_the_installation() -> None:
    cluster = server("shop/web", f"{WEB}, accessPolicy: cluster-unauthenticated")
    mesh = scene(namespace(), running("shop/web"), running("shop/cart"), cluster, complete=Complete.AUTO)
    found = inbound_decision(mesh, of_workload(the(mesh, "shop/cart")), the(mesh, "shop/web"), 80, GET)
    assert brief(found) == ("unknown", ("the networks of the cluster (ConfigMap 'linkerd-config')",))


def test_port_that_a_service_is_addressed_by_counts_for_what_the_client_skips() -> None:
    past = running("shop/past", "10.0.0.9", "config.linkerd.io/skip-outbound-ports: '8080'")
    there = service("shop/web", "{port: 8080, targetPort: 80}")
    assert [ask_web(town(MESHED, past, *more), "shop/past").verdict.value for more in ([], [there])] == [
        "allowed",
        "denied",
    ]


def test_client_whose_proxy_leaves_out_the_port_of_one_of_two_services_may_have_an_identity_or_none() -> None:
    past = running("shop/past", "10.0.0.9", "config.linkerd.io/skip-outbound-ports: '8080'")
    both = service("shop/web", "{port: 8080, targetPort: 80}"), service("shop/web2", "{port: 80}")
    selecting = both[1].replace("selector: {app: web2}", "selector: {app: web}")
    expected = "which Service the client addresses, since its proxy leaves out the port of one"
    found = [brief(ask_web(town(one, past, both[0], selecting), "shop/past")) for one in (OPEN, MESHED, SERVER)]
    assert found == [("allowed", ()), ("unknown", (expected,)), ("denied", ())]


def test_network_that_is_skipped_breaks_connections_of_older_releases_that_begin_the_meshs_tls() -> None:
    documents = OPEN, running("shop/near", "10.0.2.9")
    for release, expected in (((25, 1, 1), ["denied", "unknown", "allowed"]), ((26, 1, 1), ["allowed"] * 3)):
        mesh = town(*documents, web=SUBNET, release=release)
        assert [ask_web(mesh, who).verdict.value for who in ("shop/near", "shop/late", "shop/cart")] == expected


A, B = (f"-----BEGIN CERTIFICATE-----\\n{letter}\\n-----END CERTIFICATE-----\\n" for letter in "AB")


def _in_cluster(name: str, anchors: str, *documents: str) -> list[Resource]:
    roots = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-identity-trust-roots, namespace: linkerd}\n"
        f'data: {{ca-bundle.crt: "{anchors}"}}\n'
    )
    view = scene(namespace(), *documents, *([roots] if anchors else []))
    kinds = NAMESPACE, CONFIG_MAP, DEPLOYMENT, LINKERD_SERVER
    return [Resource(one.data, cluster=name) for kind in kinds for one in view.of_kind(kind)]


@pytest.mark.parametrize(
    ("ours", "theirs", "policy", "expected"),
    [
        (A, A, OPEN, ("allowed", ())),
        (A, B, OPEN, ("denied", ())),
        (A, "", OPEN, ("unknown", ("the trust anchors of both clusters",))),
        (A, "", SERVER, ("denied", ())),
    ],
)
def test_between_clusters_both_have_to_trust_each_other(
    ours: str, theirs: str, policy: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    west = _in_cluster("west", ours, deployment("shop/cart"))
    east = _in_cluster("east", theirs, deployment("shop/web", ports="80"), policy)
    mesh = MeshView((*west, *east), Complete.YES)
    cart, web = (next(one for one in workloads(mesh) if one.resource.name == name) for name in ("cart", "web"))
    assert brief(inbound_decision(mesh, of_workload(cart), web, 80, GET)) == expected
