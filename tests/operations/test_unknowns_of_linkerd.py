"""What is not known of calls in Linkerd's mesh, of administrators and of running pods, and what settles it."""

import pytest

from service_mesh.mesh.view import Complete
from tests.posture.kubernetes.objects import admin
from tests.posture.linkerd import objects as linkerd
from tests.posture.tables.unknowns import (
    BARE,
    BARE_WEB,
    CART_POD,
    FRONT,
    LINKERD,
    MESH,
    PLAIN,
    POD,
    SERVES,
    STRICT,
    WEB,
    WHOLE,
    Row,
    assert_settled,
    pod,
    policy,
)
from tests.support.scene import deployment

POLICY = "config.linkerd.io/default-inbound-policy: "
PAST = deployment("shop/cart", annotations=f"config.linkerd.io/skip-subnets: 10.1.0.0/16, {POLICY}deny")
IN_CLUSTER = deployment("shop/cart", annotations=f"{POLICY}cluster-unauthenticated")
AUTHENTICATED = deployment("shop/cart", annotations=f"{POLICY}all-authenticated")
SENDING_PAST = deployment("shop/web", annotations="config.linkerd.io/skip-outbound-ports: '81'")
HOME, _, _, _, CONFIG = LINKERD
SECOND = FRONT.replace("name: cart,", "name: other,", 1).replace("port: 80,", "port: 81,")
CLOSED, OPENED = (
    admin(name, 10, "namespaces: {}", f"ingress: [{{name: x, action: {action}, from: [{{namespaces: {{}}}}]}}]")
    for name, action in (("a", "Deny"), ("b", "Allow"))
)
ROWS = [
    Row(
        "the networks of the cluster (ConfigMap 'linkerd-config')",
        (HOME, WEB, IN_CLUSTER, FRONT),
        {"source": "ip:10.1.0.9", "complete": Complete.AUTO},
        {},
        "allow",
        (CONFIG,),
    ),
    Row(
        "the client's address, since some networks pass the server's proxy by",
        (HOME, WEB, PAST, FRONT, CONFIG, BARE, BARE_WEB),
        {"source": "bare/web"},
        {},
        "allow",
        (pod("bare/web-1", "10.1.0.9"),),
    ),
    Row(
        "the address of Deployment bare/web, since some networks pass the server's proxy by",
        (HOME, WEB, PAST, FRONT, CONFIG, BARE, BARE_WEB),
        {"source": "bare/web"},
        {},
        "deny",
        (pod("bare/web-1", "10.2.0.9"),),
    ),
    Row(
        "which Service the client addresses, since its proxy leaves out the port of one",
        (HOME, SENDING_PAST, AUTHENTICATED, FRONT, SECOND, CONFIG),
        POD,
        {"destination": "svc:shop/other:81"},
        "deny",
    ),
    Row(
        "the Servers, routes and authorizations of namespace 'shop'",
        (*LINKERD, linkerd.server("shop/cart", SERVES)),
        {"complete": Complete.NO},
        WHOLE,
        "deny",
    ),
    Row(
        "its pods differ: some run a proxy and some do not",
        (*MESH, STRICT, policy(""), CART_POD, pod("shop/cart-2", "10.1.0.9")),
        {},
        {},
        "deny",
        then=(*MESH, STRICT, policy(""), CART_POD),
    ),
    Row(
        "whether AdminNetworkPolicy b comes before others of its priority",
        (*PLAIN, CLOSED, OPENED),
        POD,
        {},
        "allow",
        then=(*PLAIN, CLOSED, OPENED.replace("priority: 10", "priority: 5")),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.needed[:60] for row in ROWS])
def test_what_is_named_settles_it(row: Row) -> None:
    assert_settled(row)
