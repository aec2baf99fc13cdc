"""The same policy at a sidecar, at ztunnel and at a waypoint: what each of them makes of it."""

import pytest

from tests.posture.istio.meshes import istiod
from tests.posture.tables.asking import said
from tests.posture.tables.istio import WAYPOINT, authorization, before, mesh

AMB = istiod(PILOT_ENABLE_AMBIENT="true")
L4, L7 = "to: [{operation: {ports: ['8080']}}]", "to: [{operation: {methods: [GET]}}]"
WAY, FRONT = WAYPOINT, before("calm/api")
TO_API = "targetRefs: [{group: '', kind: Service, name: api}]"
TO_WAY = "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: way}]"
TO_CLASS = "targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}]"
PAST = "action: DENY, rules: [{from: [{source: {notPrincipals: [cluster.local/ns/calm/sa/way]}}]}]"
SHOP = "Namespace shop /metadata/labels/istio-injection"
CALM = "Namespace calm /metadata/labels/istio.io~1dataplane-mode"
SHOP_P, SHOP_RULE = "AuthorizationPolicy shop/p /spec", "AuthorizationPolicy shop/p /spec/rules/0"
CALM_P, CALM_RULE = "AuthorizationPolicy calm/p /spec", "AuthorizationPolicy calm/p /spec/rules/0"


def at(home: str, spec: str) -> str:
    return authorization(f"{home}/p", spec.replace("NS", home))


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    # a port that is not named after HTTP: a sidecar decides about connections there, as ztunnel does
    (
        [at("shop", "rules: [{to: [{operation: {ports: ['8080']}}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "allowed mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "rules: [{to: [{operation: {ports: ['8080']}}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "allowed hbone authorization",
        [CALM_RULE],
    ),
    (
        [at("shop", "rules: [{to: [{operation: {methods: [GET]}}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_P],
    ),
    (
        [at("calm", "rules: [{to: [{operation: {methods: [GET]}}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "denied hbone authorization",
        [CALM_P],
    ),
    (
        [at("shop", "action: DENY, rules: [{to: [{operation: {ports: ['8080']}}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: DENY, rules: [{to: [{operation: {ports: ['8080']}}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "denied hbone authorization",
        [CALM_RULE],
    ),
    (
        [at("shop", "action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "allowed hbone",
        [CALM, CALM],
    ),
    (
        [at("shop", "action: DENY, rules: [{to: [{operation: {ports: ['8080'], methods: [GET]}}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: DENY, rules: [{to: [{operation: {ports: ['8080'], methods: [GET]}}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "denied hbone authorization",
        [CALM_RULE],
    ),
    (
        [
            at(
                "shop",
                "action: DENY, rules: [{from: [{source: {namespaces: [NS]}}], to: [{operation: {methods: [GET]}}]}]",
            )
        ],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [
            at(
                "calm",
                "action: DENY, rules: [{from: [{source: {namespaces: [NS]}}], to: [{operation: {methods: [GET]}}]}]",
            )
        ],
        "calm/cart > calm/web:8080 GET /a",
        "allowed hbone",
        [CALM, CALM],
    ),
    (
        [at("shop", "action: DENY, rules: [{to: [{operation: {methods: [PUT]}}, {operation: {ports: ['8080']}}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: DENY, rules: [{to: [{operation: {methods: [PUT]}}, {operation: {ports: ['8080']}}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "denied hbone authorization",
        [CALM_RULE],
    ),
    (
        [at("shop", "action: DENY, rules: [{when: [{key: 'request.headers[x]', notValues: [a]}]}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: DENY, rules: [{when: [{key: 'request.headers[x]', notValues: [a]}]}]")],
        "calm/cart > calm/web:8080 GET /a",
        "allowed hbone",
        [CALM, CALM],
    ),
    (
        [at("shop", "action: CUSTOM, provider: {name: ext}, rules: [{}]")],
        "shop/cart > shop/web:8080 GET /a",
        "unknown mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: CUSTOM, provider: {name: ext}, rules: [{}]")],
        "calm/cart > calm/web:8080 GET /a",
        "allowed hbone",
        [CALM, CALM],
    ),
    ([at("shop", "action: AUDIT, rules: [{}]")], "shop/cart > shop/web:8080 GET /a", "allowed mtls", [SHOP, SHOP]),
    ([at("calm", "action: AUDIT, rules: [{}]")], "calm/cart > calm/web:8080 GET /a", "allowed hbone", [CALM, CALM]),
    (
        [at("shop", "action: DENY, rules: [{}]")],
        "shop/cart > shop/web:8080 GET /a",
        "denied mtls authorization",
        [SHOP_RULE],
    ),
    (
        [at("calm", "action: DENY, rules: [{}]")],
        "calm/cart > calm/web:8080 GET /a",
        "denied hbone authorization",
        [CALM_RULE],
    ),
    # a waypoint decides about requests, and takes what has targets alone
    (
        [WAY, FRONT, authorization("calm/p", "rules: [{" + L7 + "}], " + TO_API)],
        "calm/cart > calm/api:8080 GET /",
        "allowed hbone waypoint",
        [CALM_RULE],
    ),
    (
        [WAY, FRONT, authorization("calm/p", "rules: [{" + L7 + "}], " + TO_API)],
        "calm/cart > calm/api:8080 PUT /",
        "denied hbone waypoint",
        [CALM_P],
    ),
    (
        [WAY, FRONT, authorization("calm/p", "action: DENY, rules: [{" + L7 + "}], " + TO_API)],
        "calm/cart > calm/api:8080 GET /",
        "denied hbone waypoint",
        [CALM_RULE],
    ),
    (
        [WAY, FRONT, authorization("istio-system/none", "")],
        "calm/cart > calm/api:8080 GET /",
        "denied hbone authorization",
        ["AuthorizationPolicy istio-system/none /spec"],
    ),
    (
        [WAY, FRONT, authorization("calm/p", TO_API)],
        "calm/cart > calm/api:8080 GET /",
        "denied hbone waypoint",
        [CALM_P],
    ),
    (
        [WAY, FRONT, authorization("istio-system/p", TO_CLASS)],
        "calm/cart > calm/api:8080 GET /",
        "denied hbone waypoint",
        ["AuthorizationPolicy istio-system/p /spec"],
    ),
    (
        [WAY, FRONT, authorization("calm/p", TO_WAY)],
        "calm/cart > calm/api:8080 GET /",
        "denied hbone waypoint",
        [CALM_P],
    ),
    (
        [WAY, FRONT, AMB, authorization("calm/p", PAST)],
        "shop/cart > calm/api:8080 GET /",
        "denied hbone authorization",
        [CALM_RULE],
    ),
    (
        [WAY, FRONT, authorization("calm/p", PAST)],
        "bare/cart > calm/api:8080 GET /",
        "denied plaintext authorization",
        [CALM_RULE],
    ),
    (
        [WAY, FRONT, authorization("calm/p", PAST)],
        "calm/cart > calm/api:8080 GET /",
        "allowed hbone",
        [CALM, CALM, "Service calm/api /metadata/labels/istio.io~1use-waypoint"],
    ),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_policy_at_its_proxy(documents: list[str], call: str, expected: str, chain: list[str]) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
