"""Mutual authentication that rules ask for."""

import pytest

from service_mesh.posture.cilium.access import ingress_decision
from tests.posture.cilium.objects import WEB, cnp, config, end, shop
from tests.posture.kubernetes.objects import chain_of

ON = "mesh-auth-enabled: 'true', mesh-auth-mutual-enabled: 'true'"


def item(mode: str) -> str:
    asked = f", authentication: {{mode: {mode}}}" if mode else ""
    return f"{{fromEndpoints: [{{}}]{asked}}}"


@pytest.mark.parametrize(
    ("modes", "options", "expected", "needed"),
    [
        ([""], ON, "allowed", False),
        (["required"], ON, "allowed", True),
        (["required", ""], ON, "allowed", True),
        (["disabled"], ON, "allowed", False),
        (["required"], "mesh-auth-enabled: 'false'", "denied", False),
        (["required"], "mesh-auth-enabled: 'true'", "denied", False),
        (["required"], "mesh-auth-mutual-listener-port: '4250'", "allowed", True),
        (["required"], "", "unknown", True),
        (["required", ""], "", "unknown", True),
        (["disabled"], "", "allowed", False),
        (["required", "disabled"], "mesh-auth-enabled: 'false'", "unknown", True),
        (["test-always-fail"], ON, "denied", False),
    ],
)
def test_authentication_has_to_be_able_to_succeed(
    modes: list[str], options: str, expected: str, *, needed: bool
) -> None:
    rules = cnp("shop/p", f"{WEB}, ingress: [{', '.join(map(item, modes))}]")
    mesh = shop(rules, *([config(options)] if options else []))
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80)
    assert (found.verdict, found.authentication) == (expected, needed)


def test_decision_names_the_mode_that_drops() -> None:
    mesh = shop(cnp("shop/p", f"{WEB}, ingress: [{item('test-always-fail')}]"))
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80)
    at = "CiliumNetworkPolicy shop/p /spec/ingress/0"
    assert chain_of(found.chain) == [at, f"{at}/authentication/mode"]


def test_options_that_are_not_loaded_are_asked_for_and_settle_it() -> None:
    rules = cnp("shop/p", f"{WEB}, ingress: [{item('required')}]")
    mesh = shop(rules)
    found = ingress_decision(mesh, end(mesh, "shop/cart"), end(mesh, "shop/web"), 80)
    assert (found.verdict, found.missing) == ("unknown", ("the ConfigMap 'cilium-config'",))
    for options, expected in ((ON, "allowed"), ("mesh-auth-enabled: 'false'", "denied")):
        told = shop(rules, config(options))
        assert ingress_decision(told, end(told, "shop/cart"), end(told, "shop/web"), 80).verdict == expected
