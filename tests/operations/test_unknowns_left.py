"""What no question and no manifest can tell stays unknown, is named, and is never called allowed."""

import pytest

from tests.posture.cilium.objects import config as options
from tests.posture.istio.meshes import istiod
from tests.posture.tables.unknowns import (
    AMBIENT_MESH,
    ASK,
    BOTH,
    CART,
    DIFFERING,
    EXTERNAL,
    FRONT,
    GET,
    MESH,
    PLAIN,
    POD,
    READS,
    SHOP,
    STRICT,
    TWO_USERS,
    WEB,
    Question,
    asked,
    policy,
    source,
    when,
)
from tests.support.scene import deployment

NOT_GIVEN = [
    ("the answer of the external authorizer 'ext'", (*MESH, ASK, EXTERNAL), GET),
    ("the name that the client asks for in TLS", (*MESH, when("connection.sni", "a.example")), {}),
    ("the address of the first client", (*MESH, source("remoteIpBlocks: [10.1.0.0/16]")), {}),
    (
        "what istiod makes of policies with PILOT_AUTO_ALLOW_WAYPOINT_POLICY",
        (*AMBIENT_MESH, policy(""), istiod(PILOT_AUTO_ALLOW_WAYPOINT_POLICY="true")),
        {},
    ),
    (
        "which credentials the gRPC application of 'Deployment shop/web' takes, since no proxy speaks for it",
        (SHOP, deployment("shop/web", annotations="inject.istio.io/templates: grpc-agent"), CART, FRONT),
        {},
    ),
    ("which container connects, since one runs as the proxy's user", (SHOP, TWO_USERS, CART, FRONT, STRICT), {}),
    ("which of the two proxies gets the connection", (BOTH, WEB, CART, FRONT), {}),
    ("what Cilium makes of a connection that it cannot read", (*MESH, READS), GET),
    (
        "which of the rules with different modes of authentication is the most specific one",
        (*PLAIN, DIFFERING, options("mesh-auth-enabled: 'false'")),
        POD,
    ),
]


@pytest.mark.parametrize(("needed", "mesh", "question"), NOT_GIVEN, ids=[row[0][:60] for row in NOT_GIVEN])
def test_what_cannot_be_told_is_named_and_never_called_allowed(
    needed: str, mesh: tuple[str, ...], question: Question
) -> None:
    found = asked(mesh, question)
    assert (found.decision, needed in found.needs) == ("unknown", True)
