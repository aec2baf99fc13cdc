"""The verb `access`: one answer for a question, with its deciding object at its place."""

from collections.abc import Mapping

import pytest

from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete
from service_mesh.operations.access import access
from service_mesh.operations.access_result import AccessDecision, AccessResult
from service_mesh.operations.request import AccessRequest, Inputs
from tests.support.scene import deployment

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
ROOT = "apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n"
CART = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
)
DENY = """apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: no-admin
  namespace: shop
spec:
  selector:
    matchLabels:
      app: cart
  action: DENY
  rules:
    - to:
        - operation:
            paths: ["/admin*"]
"""
STRICT = (
    "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: shop}\n"
    "spec: {mtls: {mode: STRICT}}\n"
)
WEB = deployment("shop/web", pod="serviceAccountName: web")
WORLD = "---\n".join((NAMESPACE, ROOT, WEB, deployment("shop/cart"), CART, DENY))


def asked(text: str = WORLD, **more: object) -> AccessResult:
    chosen: Mapping[str, object] = {"source": "shop/web", "destination": "svc:shop/cart:80", **more}
    return access(AccessRequest(Inputs(manifests=text), **chosen))  # type: ignore[arg-type]  # fields by name


def test_the_deciding_object_stands_with_its_field_and_line() -> None:
    found = asked(method="GET", path="/admin/users")
    assert (found.decision, found.transport, found.encrypted, found.authenticated) == ("deny", "mtls", True, True)
    deciding = found.deciding
    assert deciding is not None
    assert deciding.resource is not None
    assert (deciding.layer, deciding.resource.name, deciding.pointer) == ("authorization", "no-admin", "/spec/rules/0")
    assert WORLD.splitlines()[deciding.line - 1].strip() == "- to:"


def test_a_call_that_no_policy_speaks_of_is_allowed_by_nobody() -> None:
    found = asked(method="GET", path="/items")
    assert (found.decision, found.deciding) == (AccessDecision.ALLOW, None)


def test_what_was_understood_is_told() -> None:
    asking = asked().understood_as
    assert asking.source == "Deployment shop/web"
    assert asking.destination == "Deployment shop/cart port 8080 by Service shop/cart"


def test_an_answer_that_is_not_known_names_what_settles_it() -> None:
    found = asked()
    assert (found.decision, found.needs) == (AccessDecision.UNKNOWN, ("the path of the request",))
    assert asked(path="/admin").decision is AccessDecision.DENY
    assert asked(path="/").decision is AccessDecision.ALLOW


def test_the_last_object_decides_what_a_connection_carries() -> None:
    found = asked(f"{WORLD}---\n{STRICT}", source="external", destination="shop/cart:8080")
    assert found.deciding is not None
    assert found.deciding.resource is not None
    assert (found.decision, found.deciding.layer) == (AccessDecision.DENY, "transport")
    assert (found.deciding.resource.kind, found.deciding.pointer) == ("PeerAuthentication", "/spec/mtls/mode")


def test_ends_that_stand_for_several_workloads_agree_or_leave_it_open() -> None:
    more = f"{WORLD}---\n{deployment('shop/batch', pod='serviceAccountName: batch')}"
    only_web = (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: only-web, namespace: shop}\n"
        "spec: {selector: {matchLabels: {app: cart}}, rules: [{from: [{source: "
        "{principals: [cluster.local/ns/shop/sa/web]}}]}]}\n"
    )
    same = asked(more, source="ns:shop", path="/")
    mixed = asked(f"{more}---\n{only_web}", source="ns:shop", path="/")
    assert same.decision is AccessDecision.ALLOW
    assert same.notes[0].endswith("one of 2 pairs")
    assert mixed.decision is AccessDecision.UNKNOWN
    assert mixed.needs == (
        "which workloads call each other: from Deployment shop/batch to Deployment shop/cart it is told here",
    )


def test_what_is_not_loaded_leaves_the_answer_open() -> None:
    found = asked(complete=Complete.NO, path="/")
    assert found.decision is AccessDecision.UNKNOWN
    assert "the network policies of namespace 'shop'" in found.needs


def test_a_call_to_somebody_outside_carries_what_no_mesh_ends() -> None:
    found = asked(destination="host:api.example.com:443")
    assert (found.decision, found.transport, found.encrypted) == (AccessDecision.ALLOW, "outside", None)


def test_hosts_of_another_domain_are_services_and_stay_as_they_are_written() -> None:
    rule = (
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {host: cart.shop.svc.corp.example, trafficPolicy: {tls: {mode: DISABLE}}}\n"
    )
    found = asked(f"{WORLD}---\n{STRICT}---\n{rule}", path="/")
    (transport,) = (layer for layer in found.layers if layer.layer == "transport")
    assert (found.decision, found.transport) == (AccessDecision.DENY, "broken")
    assert "DestinationRule" in {one.resource.kind for one in transport.objects if one.resource is not None}


def test_a_guide_and_its_manifests_are_one_mesh() -> None:
    text = f"# Guide\n\n```yaml\n{WORLD}```\n"
    inputs = Inputs(manifests=text, manifests_name="guide.md")
    found = access(AccessRequest(inputs, "shop/web", "svc:shop/cart:80", path="/admin"))
    assert found.decision is AccessDecision.DENY


def test_nothing_to_look_at_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to look at"):
        access(AccessRequest(Inputs(), "shop/web", "shop/cart:80"))


def test_the_clients_own_proxy_may_refuse_a_host_before_anything_leaves() -> None:
    sidecar = (
        "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: shop}\n"
        "spec:\n  egress: [{hosts: ['./*']}]\n  outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n"
    )
    text = f"{WORLD}---\n{sidecar}"
    found = asked(text, destination="host:api.example.com:443", complete=Complete.YES)
    assert found.deciding is not None
    assert found.deciding.resource is not None
    assert (found.decision, found.transport, found.deciding.layer) == (AccessDecision.DENY, "broken", "mesh-egress")
    assert (found.deciding.resource.kind, found.deciding.pointer) == ("Sidecar", "/spec/egress")
    assert text.splitlines()[found.deciding.line - 1].strip() == "egress: [{hosts: ['./*']}]"
    assert [layer.layer for layer in found.layers] == ["mesh-egress", "network-egress"]
    assert asked(text, destination="svc:shop/cart:80", path="/").decision is AccessDecision.ALLOW


def test_tls_of_the_clients_own_settles_what_a_route_of_an_egress_network_takes() -> None:
    text = """apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: out, namespace: shop}
spec: {trafficPolicy: Deny}
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TLSRoute
metadata: {name: tls, namespace: shop}
spec:
  hostnames: [api.example.com]
  parentRefs: [{group: policy.linkerd.io, kind: EgressNetwork, name: out, port: 443}]
---
"""
    for destination, expected in (("api.example.com:443", "unknown"), ("api.example.com:443/tls", "allow")):
        found = asked(f"{text}{WEB}", destination=f"host:{destination}", complete=Complete.YES)
        assert found.decision == expected
        assert ("whether the connection is TLS" in found.needs) is (expected == "unknown")


@pytest.mark.parametrize(("answers", "decision"), [({}, "unknown"), ({"opa": True}, "allow"), ({"opa": False}, "deny")])
def test_the_answer_of_an_external_authorizer_decides_where_it_is_told(
    answers: Mapping[str, bool], decision: str
) -> None:
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n"
        "    extensionProviders:\n    - {name: opa, envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 1}}\n"
    )
    custom = DENY.replace("action: DENY", "action: CUSTOM\n  provider: {name: opa}")
    world = WORLD.replace(DENY, custom) + "---\n" + config
    assert asked(world, method="GET", path="/admin", authorizers=answers).decision == decision
    assert asked(world, method="GET", path="/items", authorizers=answers).decision == "allow"
