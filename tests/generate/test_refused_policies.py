"""Parameters of settings of connections that contradict themselves: refused in a sentence that says what to do."""

from collections.abc import Mapping

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

_HEADER = {"header": "x-user"}
_HERE = {"place": "eu-west", "percent": 100}


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "nothing is asked for"),
        ({"algorithm": "random", "sticky": _HEADER}, "algorithm and sticky both choose the pod"),
        ({"sticky": {**_HEADER, "query": "q"}}, "sticky needs one of header, cookie, query and source_address"),
        ({"sticky": _HEADER, "distribute": [{"origin": "a", "to": [_HERE]}]}, "leave nearest_first and sticky away"),
        ({"distribute": [{"origin": "a", "to": [{**_HERE, "percent": 90}]}]}, "are 90 percent, and have to be 100"),
        ({"distribute": [{"origin": "a", "to": [_HERE]}] * 2}, "distribute names an origin twice"),
        ({"algorithm": "random", "failures": 3}, "failover and failures go with nearest_first"),
        ({"nearest_first": True, "failover": [{"origin": "a", "to": "a"}]}, "a cannot take over for itself"),
    ],
)
def test_ways_to_choose_pods(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("load-balancing", params, sentence)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"limits": {}}, "limits name none"),
        ({"ejection": "0s"}, "ejection is 0"),
        ({"own_cluster_first": True, "most_ejected": 50}, "needs all pods of a cluster to be left out"),
    ],
)
def test_circuit_breakers(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("circuit-breaker", params, sentence)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"service": "cart"}, "give service and backends, or neither"),
        ({"service": "cart", "backends": [{"service": "cart", "weight": 0}]}, "all weights are 0"),
        ({"service": "cart", "backends": [{"service": "cart", "weight": 1}] * 2}, "a Service is listed twice"),
    ],
)
def test_traffic_splits(params: Mapping[str, object], sentence: str) -> None:
    asked = {"namespace": "shop", "name": "cart", **params}
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest("trafficsplit-to-httproute", "linkerd", asked))
    assert sentence in str(refused.value)


def _assert_refused(intent: str, params: Mapping[str, object], sentence: str) -> None:
    asked = {"service": {"namespace": "shop", "name": "cart"}, **params}
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest(intent, "istio-sidecar", asked))
    assert sentence in str(refused.value)
