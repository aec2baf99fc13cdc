"""What Linkerd's proxy says of a client's call out of the cluster: a row for each case, and small worlds by chance.

The worlds are held against a second, naive evaluator. `SERVICE_MESH_RANDOM_WORLDS` sets how many are compared.
"""

import json
import os
import random
from collections import Counter
from ipaddress import ip_address
from typing import Any

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.access.layers import Layer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.kubernetes.ends import of_workload, outside
from service_mesh.posture.requests import HttpRequest
from tests.posture.access.naive_egress_networks import OutCall, judge_out
from tests.posture.access.world_objects import Object, is_so, made, stamp
from tests.support.scene import deployment, scene, the

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "600"))
HOST = "api.example.com"
SILENT: tuple[None, list[str]] = (None, [])


def called(mesh: MeshView, to: str, port: int, request: HttpRequest | None = None) -> Answer:
    server = outside(ip_address(to)) if to[0].isdigit() else outside(host=to)
    return answer(mesh, Call(of_workload(the(mesh, "shop/web")), server, port, "TCP", None, request or HttpRequest()))


def said(found: Answer) -> tuple[Verdict | None, list[str]]:
    """What the layer says; None where it says nothing."""
    layers = [one.decision for one in found.layers if one.layer is Layer.MESH_EGRESS]
    if not layers:
        return None, []
    return layers[0].verdict, [f"{note.node.resource.title} {note.node.pointer}".strip() for note in layers[0].chain]


MESHED = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {linkerd.io/inject: enabled}}\n"
LINKERD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: linkerd}\n"


def egress(policy: str, networks: str = "") -> str:
    listed = f", networks: [{networks}]" if networks else ""
    return (
        "apiVersion: policy.linkerd.io/v1alpha1\nkind: EgressNetwork\nmetadata: {name: out, namespace: shop}\n"
        f"spec: {{trafficPolicy: {policy}{listed}}}\n"
    )


TO_TLS = (
    "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TLSRoute\nmetadata: {name: tls, namespace: shop}\n"
    "spec: {hostnames: [api.example.com], rules: [{backendRefs: []}],\n"
    "  parentRefs: [{group: policy.linkerd.io, kind: EgressNetwork, name: out, port: 443}]}\n"
)
OUT = ["EgressNetwork shop/out /spec/trafficPolicy"]


@pytest.mark.parametrize(
    ("documents", "to", "expected", "missing"),
    [
        pytest.param((), HOST, SILENT, "", id="no network"),
        pytest.param((egress("Deny"),), HOST, (DENIED, OUT), "", id="everything outside is denied"),
        pytest.param((egress("Allow"),), HOST, (ALLOWED, OUT), "", id="everything outside is allowed"),
        pytest.param((egress("Deny"),), "203.0.113.9", (DENIED, OUT), "", id="an address"),
        pytest.param((egress("Deny"),), "10.1.2.3", SILENT, "", id="an address of the cluster's networks"),
        pytest.param(
            (egress("Deny", "{cidr: 203.0.113.0/24}"),), "203.0.113.9", (DENIED, OUT), "", id="an address in a network"
        ),
        pytest.param((egress("Deny", "{cidr: 203.0.113.0/24}"),), "198.51.100.1", SILENT, "", id="one in no network"),
        pytest.param(
            (egress("Deny", "{cidr: 203.0.113.0/24}"),),
            HOST,
            (UNKNOWN, OUT),
            f"the address of '{HOST}'",
            id="a name of which the address is not known",
        ),
        pytest.param(
            (egress("Deny"), TO_TLS),
            HOST,
            (UNKNOWN, ["TLSRoute shop/tls", "EgressNetwork shop/out", "TLSRoute shop/tls"]),
            "whether the connection is TLS",
            id="a route for TLS",
        ),
    ],
)
def test_calls_out_of_a_cluster_with_linkerd(
    documents: tuple[str, ...], to: str, expected: tuple[Verdict | None, list[str]], missing: str
) -> None:
    found = called(scene(MESHED, LINKERD, deployment("shop/web"), *documents), to, 443)
    assert said(found) == expected
    assert found.verdict is (expected[0] or ALLOWED)
    assert not missing or missing in found.missing


@pytest.mark.parametrize(("is_tls", "expected"), [(True, ALLOWED), (False, UNKNOWN)])
def test_whether_the_client_speaks_tls_settles_what_a_route_for_tls_takes(is_tls: bool, expected: Verdict) -> None:
    mesh = scene(MESHED, LINKERD, deployment("shop/web"), egress("Deny"), TO_TLS)
    call = Call(of_workload(the(mesh, "shop/web")), outside(host=HOST), 443, is_tls=is_tls)
    assert answer(mesh, call).verdict is expected


def test_calls_in_a_cluster_with_linkerd_are_no_matter_of_egress_networks() -> None:
    mesh = scene(MESHED, LINKERD, deployment("shop/web"), deployment("shop/cart"), egress("Deny"))
    client, server = of_workload(the(mesh, "shop/web")), of_workload(the(mesh, "shop/cart"))
    assert said(answer(mesh, Call(client, server, 8080))) == SILENT


def test_networks_of_the_clients_namespace_hide_the_global_ones_which_need_not_be_loaded() -> None:
    documents = MESHED, LINKERD, deployment("shop/web")
    opened = called(scene(*documents, complete=Complete.AUTO), "203.0.113.9", 443)
    assert "the EgressNetworks of namespace 'linkerd-egress'" in opened.missing
    assert said(called(scene(*documents, egress("Deny"), complete=Complete.AUTO), "203.0.113.9", 443))[0] is DENIED


_ADDRESSES = ("203.0.113.9", "203.0.113.9", "198.51.100.1", "198.51.100.1", "10.1.2.3")
_NETWORKS = ("203.0.113.0/24", "203.0.113.8/29", "0.0.0.0/0", "198.51.0.0/16")
_PARENT = {"group": "policy.linkerd.io", "kind": "EgressNetwork"}


def out_world(seed: int) -> tuple[list[Object], OutCall]:
    """EgressNetworks with routes of all kinds, and a call."""
    chance = random.Random(seed)
    annotations = {} if is_so(chance, 0.9) else {"config.linkerd.io/skip-outbound-ports": chance.choice(("443", "80"))}
    labels = {"app": "web"}
    template = {
        "metadata": {"labels": labels, "annotations": annotations},
        "spec": {"containers": [{"name": "app", "image": "app"}]},
    }
    injected = {"annotations": {"linkerd.io/inject": "enabled"}} if is_so(chance, 0.93) else {}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    objects = [
        made("v1", "Namespace", "shop", metadata=injected),
        made("v1", "Namespace", "linkerd"),
        made("v1", "ConfigMap", "linkerd/linkerd-config", data={"values": "linkerdVersion: x\n"}),
        made("apps/v1", "Deployment", "shop/web", spec=spec),
    ]
    homes = chance.choices(("shop", "linkerd-egress"), (3, 1), k=chance.choice((0, 1, 1, 1, 2, 2, 3)))
    for index, home in enumerate(homes):
        objects.append(_network(chance, home, index))
        objects += [_route(chance, home, index) for _ in range(chance.choice((0, 0, 1, 2)))]
    for number, one in enumerate(objects):
        if one["kind"].endswith("Route"):
            one["metadata"]["name"] = f"route{number}"
    call = OutCall(
        chance.choice(_ADDRESSES),
        chance.choice((443, 443, 80)),
        chance.choice(("GET", "POST")),
        chance.choice(("/", "/api")),
        chance.choice((HOST, "www.example.com")),
        is_tls=is_so(chance, 0.5),
    )
    return objects, call


def _network(chance: random.Random, home: str, index: int) -> Object:
    spec: Object = {"trafficPolicy": chance.choice(("Allow", "Deny"))}
    if is_so(chance, 0.6):
        spec["networks"] = [{"cidr": chance.choice(_NETWORKS)} for _ in range(chance.choice((1, 1, 2)))]
        if is_so(chance, 0.2):
            spec["networks"][0]["except"] = ["203.0.113.9"]
    return made("policy.linkerd.io/v1alpha1", "EgressNetwork", f"{home}/out{index}", metadata=stamp(index), spec=spec)


def _route(chance: random.Random, home: str, index: int) -> Object:
    kind = chance.choice(("HTTPRoute", "HTTPRoute", "TLSRoute", "TCPRoute"))
    parent: Object = {**_PARENT, "name": f"out{index}"}
    if is_so(chance, 0.7):
        parent["port"] = chance.choice((443, 443, 80))
    spec: Object = {"parentRefs": [parent]}
    if kind != "TCPRoute" and is_so(chance, 0.6):
        spec["hostnames"] = [chance.choice((HOST, "*.example.com", "other.example.org"))]
    if kind == "HTTPRoute":
        spec["rules"] = [{"matches": [_match(chance)]}]
    return made("gateway.networking.k8s.io/v1", kind, f"{home}/route", spec=spec)


def _match(chance: random.Random) -> Object:
    match: dict[str, Any] = {}
    if is_so(chance, 0.6):
        match["path"] = {"type": chance.choice(("Exact", "PathPrefix")), "value": chance.choice(("/", "/api"))}
    if is_so(chance, 0.5):
        match["method"] = chance.choice(("GET", "POST"))
    return match


def engine_says(objects: list[Object], call: OutCall) -> str:
    mesh = MeshView(map(Resource, objects), Complete.YES)
    request = HttpRequest(call.method, call.path, call.host)
    client, server = of_workload(the(mesh, "shop/web")), outside(ip_address(call.address))
    found = answer(mesh, Call(client, server, call.port, "TCP", None, request, is_tls=call.is_tls))
    verdict, _ = said(found)
    return verdict.value if verdict is not None else ""


def test_both_evaluators_agree_about_egress_networks() -> None:
    told = Counter[str]()
    for seed in range(WORLDS):
        objects, call = out_world(seed)
        naive = judge_out(objects, call)
        told[naive] += 1
        assert engine_says(objects, call) == naive, f"seed {seed}\n{call}\n" + "\n".join(map(json.dumps, objects))
    least = {"": 1, "allowed": 20, "denied": 20, "unknown": 1}
    assert {name: told[name] for name, share in least.items() if told[name] * 100 < share * WORLDS} == {}
