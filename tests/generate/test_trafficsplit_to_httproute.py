"""A TrafficSplit that is there: its fields are read, and what was made of it goes with it."""

import pytest
import yaml

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_SPLIT = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: split.smi-spec.io/v1alpha1
kind: TrafficSplit
metadata: {name: cart-rollout, namespace: shop}
spec:
  service: cart
  backends:
  - {service: cart, weight: 3}
  - {service: cart-next, weight: 1}
"""
_PROFILE = """
---
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: cart.shop.svc.cluster.local, namespace: shop}
spec:
  dstOverrides:
  - {authority: cart.shop.svc.cluster.local, weight: '3'}
  - {authority: cart-next.shop.svc.cluster.local, weight: '1'}
"""
_NAMED = {"namespace": "shop", "name": "cart-rollout"}


def test_the_fields_are_those_of_the_split_that_is_there() -> None:
    result = _generated(_SPLIT)
    assert result.checks.hold, result.checks
    assert result.apply_order == ("route.yaml", "kubectl delete trafficsplits.split.smi-spec.io cart-rollout -n shop")
    route, split = (yaml.safe_load(one.text) for one in result.files)
    assert route["spec"]["rules"] == [
        {"backendRefs": [{"name": "cart", "port": 80, "weight": 3}, {"name": "cart-next", "port": 80, "weight": 1}]}
    ]
    assert split["apiVersion"] == "split.smi-spec.io/v1alpha1"
    assert split["spec"] == {
        "service": "cart",
        "backends": [{"service": "cart", "weight": 3}, {"service": "cart-next", "weight": 1}],
    }
    assert result.rollback == ("kubectl apply -f traffic-split.yaml", "kubectl delete -f route.yaml")


def test_what_the_extension_made_of_it_goes_after_it() -> None:
    result = _generated(_SPLIT + _PROFILE)
    assert result.checks.hold, result.checks
    assert result.apply_order[-1] == (
        "kubectl patch serviceprofile.linkerd.io cart.shop.svc.cluster.local -n shop --type merge"
        """ -p '{"spec":{"dstOverrides":null}}'"""
    )


@pytest.mark.parametrize(
    ("surroundings", "message"),
    [
        ("", "TrafficSplit shop/cart-rollout is not in the surroundings"),
        (f"{_SPLIT}  matches: [{{kind: HTTPRouteGroup, name: users}}]\n", "TrafficSplit shop/cart-rollout has matches"),
        (_SPLIT.replace("weight: 1", "weight: 500m"), "TrafficSplit shop/cart-rollout cannot be read"),
    ],
)
def test_a_split_that_cannot_be_read_is_refused(surroundings: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        _generated(surroundings)
    assert refused.value.message == message


def _generated(surroundings: str) -> GenerateResult:
    inputs = Inputs(surroundings) if surroundings else Inputs()
    return generate(GenerateRequest("trafficsplit-to-httproute", "linkerd", _NAMED, inputs))
