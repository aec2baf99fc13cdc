"""default-deny where what is kept open is inside of what is closed."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

_EDGE = {"namespace": "shop", "service_account": "edge", "to": [{"namespace": "shop", "name": "web"}]}
_READER = {"namespace": "shop", "service_account": "reader", "ports": [9090]}


@pytest.mark.parametrize("dialect", [Dialect.ISTIO_SIDECAR, Dialect.ISTIO_AMBIENT, Dialect.CILIUM])
def test_gateway_and_scraper_of_the_namespace_itself_go_on(dialect: Dialect) -> None:
    params = {"namespace": "shop", "gateways": [_EDGE], "monitoring": _READER, "egress": dialect is Dialect.CILIUM}
    result = generate(GenerateRequest("default-deny", dialect, params))
    assert result.apply_order
    asked = " ".join(one.question for one in result.checks.simulation)
    assert "the gateway itself: external -> shop/edge:8080" in asked
    assert "metrics: shop/reader -> shop/any-workload:9090" in asked


def test_linkerd_says_that_an_annotation_is_for_all_pods_of_a_namespace() -> None:
    result = generate(GenerateRequest("default-deny", Dialect.LINKERD, {"namespace": "shop", "gateways": [_EDGE]}))
    assert not result.apply_order
    assert [one.part for one in result.cannot_express if "a gateway in the namespace" in one.part]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"egress": True}, "one namespace after the other"),
        ({"namespace": "shop", "gateways": [{"namespace": "gateways"}]}, "say in `to` what it leads to"),
        ({"namespace": "shop", "gateways": [{**_EDGE, "to": [{"namespace": "b", "name": "web"}]}]}, "has to be in"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(params: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest("default-deny", Dialect.CILIUM, params))
    assert said in f"{refused.value.message} {refused.value.hint}"
