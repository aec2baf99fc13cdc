"""What has to be told before it is known where routes send a call."""

import pytest

from tests.posture.tables.routing import missing
from tests.posture.tables.test_routes import CART, GET, V1, V2, mesh, rule, to

NEEDS: list[tuple[list[str], str, list[str]]] = [
    ([rule(to(V2), "{uri: {exact: /a}}")], f"{CART} GET", ["the path of the request"]),
    ([rule(to(V2), "{method: {exact: POST}}")], CART, ["the method of the request"]),
    ([rule(to(V2), "{authority: {exact: cart}}")], GET, ["the host of the request"]),
    (
        [rule(to(V2), "{headers: {'@request.auth.claims.a': {exact: b}}}")],
        GET,
        ["which claims of tokens the proxy has verified when it chooses a route"],
    ),
    ([rule(to(V2))], CART, []),
    (
        [rule(to(f"{V1[:-1]}, weight: 90}}", f"{V2[:-1]}, weight: 10}}"))],
        GET,
        [
            "which destination of 'VirtualService shop/cart' gets the request: "
            "'cart.shop.svc.cluster.local' 90 %, 'cart-v2.shop.svc.cluster.local' 10 %"
        ],
    ),
]


@pytest.mark.parametrize(("documents", "question", "expected"), NEEDS)
def test_what_would_tell_where_a_call_goes(documents: list[str], question: str, expected: list[str]) -> None:
    assert missing(mesh(*documents), question) == expected
