"""allow-addresses: which addresses are asked about, and what is refused before anything is written."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest

_TO = {"namespace": "shop", "name": "api"}


def _allowed(dialect: Dialect, *addresses: str, but_not: tuple[str, ...] = ()) -> GenerateResult:
    params = {"to": _TO, "addresses": list(addresses), "but_not": list(but_not)}
    return generate(GenerateRequest("allow-addresses", dialect, params))


@pytest.mark.parametrize("dialect", [Dialect.ISTIO_SIDECAR, Dialect.ISTIO_AMBIENT, Dialect.LINKERD, Dialect.CILIUM])
def test_first_address_behind_an_exception_is_asked_about(dialect: Dialect) -> None:
    result = _allowed(dialect, "203.0.113.0/24", "2001:db8::/32", but_not=("203.0.113.0/28", "2001:db8::/48"))
    assert result.apply_order
    asked = [one.question for one in result.checks.simulation if "let in" in one.question]
    assert asked == [
        "an address that is let in: ip:203.0.113.16 -> shop/api:8080",
        "an address that is let in: ip:2001:db8:1:: -> shop/api:8080",
    ]


def test_networks_of_pods_are_told_of_where_they_let_every_pod_in() -> None:
    result = _allowed(Dialect.LINKERD, "10.0.0.0/8")
    assert [one.code for one in result.checks.findings] == ["LD153"]


@pytest.mark.parametrize(
    ("addresses", "but_not", "said"),
    [
        (["203.0.113.7/24"], [], "write 203.0.113.0/24"),
        (["203.0.113.999"], [], "no address and no network"),
        (["203.0.113.0/24"], ["198.51.100.0/24"], "in none of `addresses`"),
        (["203.0.113.0/24", "198.51.100.0/24"], ["198.51.100.0/23"], "in none of `addresses`"),
        (["203.0.113.0/24"], ["203.0.113.0/24"], "leaves nothing"),
    ],
)
def test_networks_that_are_none_or_contradict_each_other_are_refused(
    addresses: list[str], but_not: list[str], said: str
) -> None:
    params = {"to": _TO, "addresses": addresses, "but_not": but_not}
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest("allow-addresses", Dialect.CILIUM, params))
    assert said in f"{refused.value.message} {refused.value.hint}"
