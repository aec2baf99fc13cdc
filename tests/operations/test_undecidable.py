"""What the input does not settle is neither called allowed nor denied: each row is a mesh of which a part is not given.

Rows tell the answer, where it is decided or what would settle it; the parts that are given in turn settle it.
"""

from typing import NamedTuple

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.operations.access import access
from service_mesh.operations.access_result import AccessResult
from service_mesh.operations.request import AccessRequest, Inputs
from tests.posture.cilium.objects import cnp
from tests.posture.istio.meshes import istiod, service
from tests.posture.linkerd import objects as linkerd
from tests.posture.tables.asking import manifest
from tests.posture.tables.istio import WAYPOINT, authorization, before, destination, peers
from tests.support.scene import deployment

AMBIENT, INJECTED = "istio.io/dataplane-mode: ambient", "istio-injection: enabled"
IS_AMBIENT = "whether istiod runs in ambient mode (PILOT_ENABLE_AMBIENT), as its Deployment or values tell"
OF_ISTIOD = istiod(PILOT_ENABLE_AMBIENT="true")


def home(name: str, labels: str = "") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def opened(title: str, port: int) -> str:
    """A NetworkPolicy that opens one port of a namespace's pods."""
    return manifest(
        "networking.k8s.io/v1/NetworkPolicy", title, f"podSelector: {{}}, ingress: [{{ports: [{{port: {port}}}]}}]"
    )


def machine(account: str = "", location: str = "MESH_INTERNAL") -> str:
    """A machine at 10.1.1.1 behind a ServiceEntry."""
    ports = "ports: [{number: 80, name: tcp, protocol: TCP, targetPort: 8080}]"
    chosen = "workloadSelector: {labels: {app: vm}}"
    served = f"hosts: [vm.example.com], location: {location}, resolution: STATIC, {ports}, {chosen}"
    entry = f"address: 10.1.1.1, labels: {{app: vm}}{f', serviceAccount: {account}' if account else ''}"
    made = manifest("networking.istio.io/v1/WorkloadEntry", "shop/vm", entry)
    return f"{manifest('networking.istio.io/v1/ServiceEntry', 'shop/vm', served)}---\n{made}"


ROOT = home("istio-system")
SHOP = (home("shop", INJECTED), deployment("shop/cart"), deployment("shop/web"), service("shop/web"))
STRICT, CLOSED = peers("shop/s", "STRICT"), authorization("shop/none", "")
CALM = (ROOT, home("calm", AMBIENT), home("shop", INJECTED), deployment("shop/web"))
API = (deployment("calm/api"), service("calm/api"))
UNCAPTURED = (
    deployment("calm/api", annotations="ambient.istio.io/bypass-inbound-capture: 'true'"),
    service("calm/api"),
)
NOBODY = authorization("calm/none", "")
REFUSING = authorization(
    "calm/closed", "action: DENY, rules: [{}], targetRefs: [{group: '', kind: Service, name: api}]"
)
OF_WAYPOINT = authorization("calm/p", "rules: [{from: [{source: {principals: [cluster.local/ns/infra/sa/way]}}]}]")
READS = cnp(
    "calm/reads",
    "endpointSelector: {}, ingress: [{fromEntities: [all], toPorts:"
    " [{ports: [{port: '8080', protocol: TCP}, {port: '15008', protocol: TCP}], rules: {http: [{method: GET}]}}]}]",
)
SUBSET_WITHOUT_TLS = destination(
    "shop/web", "web", "", "subsets: [{name: v1, labels: {app: web}, trafficPolicy: {tls: {mode: DISABLE}}}]"
)


def routed_to(place: str) -> str:
    routes = f"hosts: [web], http: [{{route: [{{destination: {{host: {place}}}}}]}}]"
    return manifest("networking.istio.io/v1/VirtualService", "shop/web", routes)


class Row(NamedTuple):
    """A question about a mesh, and what is answered.

    `needs` is the first thing that would settle it; `given` are objects that tell it, and `then` what they make of it.
    """

    mesh: tuple[str, ...]
    source: str
    destination: str
    needs: str
    given: tuple[str, ...]
    then: str
    complete: Complete = Complete.AUTO


ROWS = {
    "pod_without_injection_may_be_in_ambient_mode": Row(
        (ROOT, peers("istio-system/m", "STRICT"), deployment("bank/pay", "sidecar.istio.io/inject: 'false'")),
        "external",
        "bank/pay:8080",
        "the labels of namespace 'bank'",
        (home("bank", AMBIENT),),
        "deny",
    ),
    "client_of_unknown_enrolment_may_pass_the_waypoint": Row(
        (ROOT, OF_ISTIOD, home("calm", AMBIENT), before("calm/api"), WAYPOINT, REFUSING, deployment("shop/web")),
        "shop/web",
        "svc:calm/api:80",
        "the labels of namespace 'shop'",
        (home("shop", AMBIENT),),
        "deny",
    ),
    "server_of_an_unknown_namespace_may_have_a_waypoint": Row(
        (
            ROOT,
            OF_ISTIOD,
            home("shop", AMBIENT),
            deployment("shop/web"),
            deployment("calm/api", AMBIENT),
            *API[1:],
            NOBODY,
        ),
        "shop/web",
        "svc:calm/api:80",
        "the labels of namespace 'calm'",
        (home("calm", "istio.io/use-waypoint: way"), WAYPOINT),
        "deny",
    ),
    "waypoint_that_is_not_loaded_may_be_who_calls": Row(
        (
            ROOT,
            home("calm", f"{AMBIENT}, istio.io/use-waypoint: way, istio.io/use-waypoint-namespace: infra"),
            deployment("calm/web"),
            deployment("calm/api"),
            service("calm/api", name="http"),
            OF_WAYPOINT,
        ),
        "calm/web",
        "svc:calm/api:80",
        "waypoint 'infra/way'",
        (
            home("infra"),
            manifest(
                "gateway.networking.k8s.io/v1/Gateway",
                "infra/way",
                "gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE,"
                " allowedRoutes: {namespaces: {from: All}}}]",
            ),
        ),
        "allow",
    ),
    "policy_that_opens_the_port_of_the_application_may_close_that_of_the_tunnel": Row(
        (*CALM, *API, opened("calm/np", 8080)),
        "shop/web",
        "svc:calm/api:80",
        IS_AMBIENT,
        (OF_ISTIOD,),
        "deny",
        Complete.YES,
    ),
    "policy_that_opens_the_port_of_tunnels_may_close_that_of_the_application": Row(
        (*CALM, *API, opened("calm/np", 15008)),
        "shop/web",
        "svc:calm/api:80",
        IS_AMBIENT,
        (OF_ISTIOD,),
        "allow",
        Complete.YES,
    ),
    "incoming_traffic_that_is_not_captured_is_if_it_comes_through_a_tunnel": Row(
        (*CALM, *UNCAPTURED, NOBODY), "shop/web", "svc:calm/api:80", IS_AMBIENT, (OF_ISTIOD,), "deny", Complete.YES
    ),
    "request_that_proxies_may_encrypt_is_not_known_to_be_read": Row(
        (*CALM, *API, READS),
        "shop/web",
        "svc:calm/api:80",
        IS_AMBIENT,
        (istiod(PILOT_ENABLE_AMBIENT="false"),),
        "allow",
        Complete.YES,
    ),
    "installed_mesh_may_have_pods_of_namespaces_that_are_not_loaded": Row(
        (
            linkerd.config("clusterNetworks: 10.0.0.0/8, proxy: {defaultInboundPolicy: deny}"),
            deployment("shop/web"),
            deployment("shop/cart"),
            service("shop/cart"),
        ),
        "shop/web",
        "svc:shop/cart:80",
        "the annotations of namespace 'shop'",
        (home("shop").replace("}}", "}, annotations: {linkerd.io/inject: enabled}}"),),
        "deny",
    ),
    "route_may_send_to_a_subset_without_tls": Row(
        (*SHOP, STRICT, SUBSET_WITHOUT_TLS, routed_to("web, subset: v1")),
        "shop/cart",
        "svc:shop/web:80",
        "which route of 'VirtualService shop/web' the call takes, since a subset there has TLS settings of its own",
        (routed_to("web"),),
        "allow",
        Complete.YES,
    ),
    "machine_without_an_account_may_have_a_proxy_that_refuses": Row(
        (*SHOP, machine(), STRICT),
        "shop/cart",
        "host:vm.example.com:80",
        "whether 'WorkloadEntry shop/vm' runs a proxy, as its service account would tell",
        (machine("vm"),),
        "allow",
        Complete.YES,
    ),
    "machine_without_an_account_may_have_policies": Row(
        (*SHOP, machine(), CLOSED),
        "shop/cart",
        "host:vm.example.com:80",
        "whether 'WorkloadEntry shop/vm' runs a proxy, as its service account would tell",
        (machine("vm"),),
        "deny",
        Complete.YES,
    ),
    "machine_without_an_account_may_call_with_an_identity": Row(
        (*SHOP, machine(), STRICT),
        "shop/vm",
        "svc:shop/web:80",
        "whether 'WorkloadEntry shop/vm' runs a proxy, as its service account would tell",
        (machine("vm"),),
        "allow",
        Complete.YES,
    ),
    "host_outside_may_be_refused_by_a_mesh_configuration_that_is_not_loaded": Row(
        (home("shop", INJECTED), deployment("shop/web")),
        "shop/web",
        "host:api.example.com:443",
        "the mesh configuration, ConfigMap 'istio' of namespace 'istio-system', which may say REGISTRY_ONLY",
        (ROOT,),
        "allow",
    ),
}


def asked(documents: tuple[str, ...], row: Row) -> AccessResult:
    inputs = Inputs(manifests="\n---\n".join(documents))
    return access(AccessRequest(inputs, row.source, row.destination, method="GET", path="/", complete=row.complete))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_what_is_not_settled_is_not_known_until_it_is_given(row: Row) -> None:
    found = asked(row.mesh, row)
    assert (found.decision, found.needs[0]) == ("unknown", row.needs)
    mine = {_identity(one) for one in _documents(row.given)}
    kept = tuple(one for one in _documents(row.mesh) if _identity(one) not in mine)
    assert asked((*kept, *row.given), row).decision == row.then


def _documents(listed: tuple[str, ...]) -> list[str]:
    return [one for text in listed for one in text.split("---\n")]


def _identity(document: str) -> str:
    """Kind and name of a document: what is given replaces what was there."""
    kind = document.partition("kind: ")[2].partition("\n")[0]
    return f"{kind} {document.partition('name: ')[2].partition(',')[0]}"


DECIDED = {
    "machine_of_the_mesh_enforces_as_a_server": (
        (*SHOP, machine("vm"), CLOSED),
        ("shop/cart", "shop/vm:8080"),
        ("deny", "authorization", "AuthorizationPolicy shop/none", "mtls"),
    ),
    "machine_of_the_mesh_refuses_plaintext_as_a_server": (
        (*SHOP, home("bare"), deployment("bare/job"), machine("vm"), STRICT),
        ("bare/job", "shop/vm:8080"),
        ("deny", "transport", "PeerAuthentication shop/s", "broken"),
    ),
    "machine_of_the_mesh_has_an_identity_as_a_client": (
        (
            *SHOP,
            machine("vm"),
            STRICT,
            authorization("shop/p", "rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/vm]}}]}]"),
        ),
        ("shop/vm", "svc:shop/web:80"),
        ("allow", "authorization", "AuthorizationPolicy shop/p", "mtls"),
    ),
    "machine_is_known_by_its_address": (
        (
            *SHOP,
            machine("vm"),
            authorization(
                "shop/p", "action: DENY, rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/vm]}}]}]"
            ),
        ),
        ("ip:10.1.1.1", "svc:shop/web:80"),
        ("deny", "authorization", "AuthorizationPolicy shop/p", "mtls"),
    ),
    "machine_of_an_entry_outside_of_the_mesh_runs_no_proxy": (
        (*SHOP, machine(location="MESH_EXTERNAL"), STRICT, CLOSED),
        ("shop/cart", "host:vm.example.com:80"),
        ("allow", "", "", "plaintext"),
    ),
}


@pytest.mark.parametrize(("documents", "question", "expected"), DECIDED.values(), ids=DECIDED.keys())
def test_machines_are_known_to_the_mesh_that_they_are_in(
    documents: tuple[str, ...], question: tuple[str, str], expected: tuple[str, str, str, str]
) -> None:
    found = asked(documents, Row((), *question, "", (), "", Complete.YES))
    decider = found.deciding
    where = decider.resource if decider is not None else None
    title = f"{where.kind} {where.namespace}/{where.name}" if where is not None else ""
    assert (found.decision, decider.layer if decider is not None else "", title, found.transport) == expected


def test_where_a_policy_of_the_network_leaves_it_open_is_told_with_its_place() -> None:
    row = ROWS["policy_that_opens_the_port_of_tunnels_may_close_that_of_the_application"]
    found = asked(row.mesh, row)
    assert found.deciding is not None
    place = found.deciding.layer, found.deciding.pointer, found.deciding.line
    assert place == ("network-ingress", "/spec/ingress/0", 45)
