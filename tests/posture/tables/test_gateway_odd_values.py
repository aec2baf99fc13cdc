"""Whatever stands in a field of a Gateway or of a route, and whatever is asked, there is an answer."""

from collections.abc import Iterator, Mapping

import pytest
import yaml

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY
from service_mesh.model.resource import Resource
from service_mesh.posture.gateways.routes import gateway_routing
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed
from tests.posture.tables.gateways import gateway, http_route, istio_gateway, virtual_service
from tests.support.scene import deployment, scene

ODD: tuple[object, ...] = (
    None,
    7,
    -1,
    10**400,
    True,
    "",
    "*",
    "/",
    ":",
    "²",
    "(" * 300,
    [],
    {},
    [None],
    [[]],
    {"x": None},
)
ALL = "allowedRoutes: {namespaces: {from: All}}"
LISTENERS = (
    f"{{name: a, port: 80, protocol: HTTP, hostname: '*.example.com', {ALL}}}, "
    f"{{name: b, port: 443, protocol: TLS, tls: {{mode: Passthrough}}, {ALL}}}, "
    f"{{name: c, port: 90, protocol: TCP, {ALL}}}"
)
TO_WEB = "backendRefs: [{name: web, port: 80, weight: 1}]"
MATCHES = "matches: [{path: {type: Exact, value: /a}, method: GET, headers: [{name: a, value: b}]}, {path: {value: /}}]"
HTTP = "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop/*], tls: {httpsRedirect: false}}"
TLS = "{port: {number: 443, name: tls, protocol: TLS}, hosts: ['*'], tls: {mode: PASSTHROUGH}}"
TCP = "{port: {number: 90, name: tcp, protocol: TCP}, hosts: ['*']}"
DESTINATION = "route: [{destination: {host: web, subset: v1, port: {number: 80}}, weight: 1}]"
WORLDS = {
    "Gateway API": [
        gateway(LISTENERS),
        http_route(
            "shop/web",
            f"{{{MATCHES}, filters: [{{type: URLRewrite, urlRewrite: {{hostname: b}}}}], {TO_WEB}}}",
            "a.example.com",
        ),
        http_route("shop/tls", f"{{{TO_WEB}}}", "a.example.com", kind="v1/TLSRoute"),
        http_route("shop/tcp", f"{{{TO_WEB}}}", kind="v1alpha2/TCPRoute"),
    ],
    "Istio": [
        deployment("edge/ingress"),
        istio_gateway(f"{HTTP}, {TLS}, {TCP}"),
        virtual_service(
            "shop/web",
            "a.example.com",
            f"http: [{{match: [{{uri: {{prefix: /a}}, gateways: [edge/public], port: 80}}], {DESTINATION}}}], "
            f"tls: [{{match: [{{port: 443, sniHosts: [a.example.com]}}], {DESTINATION}}}], "
            f"tcp: [{{match: [{{port: 90}}], {DESTINATION}}}]",
        ),
    ],
}
QUESTIONS = [
    Addressed(host, number, None, HttpRequest("GET", path, named))
    for host, number, path, named in (
        ("a.example.com", 80, "/a?b=c", None),
        ("a.example.com", 443, None, None),
        ("", 90, "", ""),
        ("*", -1, "²", ":::"),
        ("²" * 300, 80, "*", "A.example.com:80"),
    )
]


@pytest.mark.parametrize("world", list(WORLDS))
def test_odd_values_get_an_answer(world: str) -> None:
    documents = [one for text in WORLDS[world] for one in yaml.safe_load_all(text)]
    count = 0
    for place, document in enumerate(documents):
        for odd in _spoilt(document):
            if isinstance(odd, dict):
                count += _ask([*documents[:place], odd, *documents[place + 1 :]])
    assert count > 2_000


@pytest.mark.parametrize("world", list(WORLDS))
def test_odd_questions_get_an_answer(world: str) -> None:
    mesh = scene(*WORLDS[world])
    (found,) = (*mesh.of_kind(GATEWAY), *mesh.of_kind(GATEWAY_API_GATEWAY))
    fates = [[one.fate.value for one in gateway_routing(mesh, found, asked).outcomes] for asked in QUESTIONS]
    assert fates == EXPECTED[world]


EXPECTED = {
    "Gateway API": [["forwarded"], ["forwarded"], ["forwarded"], ["refused"], ["forwarded"]],
    "Istio": [["forwarded"], ["forwarded"], ["forwarded"], ["refused"], ["forwarded", "refused"]],
}


def _ask(documents: list[dict[str, object]]) -> int:
    resources = [Resource(document) for document in documents]
    mesh = MeshView(resources, Complete.YES)
    gateways = [*mesh.of_kind(GATEWAY), *mesh.of_kind(GATEWAY_API_GATEWAY)]
    answers = [gateway_routing(mesh, found, asked) for found in gateways for asked in QUESTIONS]
    assert all(answer.outcomes and all(one.chain for one in answer.outcomes) for answer in answers)
    return len(answers)


def _spoilt(value: object) -> Iterator[object]:
    """A value with one of its fields or items replaced, for each of them and each replacement."""
    if isinstance(value, Mapping):
        for key, held in value.items():
            yield from ({**value, key: other} for other in (*ODD, *_spoilt(held)))
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from ([*value[:number], other, *value[number + 1 :]] for other in (*ODD, *_spoilt(held)))
