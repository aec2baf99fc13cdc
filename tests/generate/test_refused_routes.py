"""Parameters of routes that contradict themselves: refused in a sentence that says what to do."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

_CART = {"service": {"namespace": "shop", "name": "cart"}}
_OTHER = {"service": {"name": "other"}}
_V2 = {"version": {"name": "v2"}}


@pytest.mark.parametrize(
    ("paths", "sentence"),
    [
        ([{"prefix": "/a"}, {"prefix": "/a/"}], "the prefix /a is routed 2 times"),
        ([{"exact": "/a"}, {"exact": "/a"}], "the exact path /a is routed 2 times"),
        ([{"prefix": "/"}], "the prefix / takes everything: give default instead"),
        ([{"exact": "/a//b"}], "no request arrives with the path /a//b"),
        ([{"prefix": "/a/../b"}], "no request arrives with the path /a/../b"),
        ([{"exact": "/a%2Fb"}], "no request arrives with the path /a%2Fb"),
        ([{"exact": "/caf\u00e9"}], "write characters outside of ASCII as %XX"),
        ([{"exact": "/a", "prefix": "/a"}], "give either exact or prefix"),
    ],
)
def test_paths_that_overlap_or_never_arrive(paths: list[dict[str, str]], sentence: str) -> None:
    _assert_refused("route-by-path", {"routes": [{"path": one, "to": _OTHER} for one in paths]}, sentence)


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ([[("x-a", "1")], [("X-A", "1")]], "x-a: 1 is routed twice"),
        ([[("x-a", "1"), ("X-A", "2")]], "header x-a is asked for 2 times"),
    ],
)
def test_headers_that_overlap(headers: list[list[tuple[str, str]]], sentence: str) -> None:
    routes = [{"headers": [{"name": name, "value": value} for name, value in one], "to": _OTHER} for one in headers]
    _assert_refused("route-by-header", {"routes": routes}, sentence)


@pytest.mark.parametrize(
    ("intent", "params", "sentence"),
    [
        ("route-by-path", {"routes": [{"path": {"exact": "/a"}, "to": _V2}]}, "give default as well"),
        ("route-by-path", {"routes": [{"path": {"exact": "/a"}, "to": {}}]}, "give either version or service"),
        (
            "route-by-path",
            {
                "routes": [{"path": {"exact": "/a"}, "to": _V2}],
                "default": {"version": {"name": "v1", "labels": {"version": "v2"}}},
            },
            "two versions have the same name or labels",
        ),
        ("ab-test", {"marker": {"cookie": "c", "header": "h"}}, "give either cookie or header"),
        ("ab-test", {"marker": {"cookie": "c", "a": "1", "b": "1"}}, "nothing would tell the groups apart"),
        ("ab-test", {"marker": {"cookie": "c"}, "b": {"name": "v1"}}, "a and b have the same name or labels"),
        ("blue-green", {"green": {"name": "blue"}}, "blue and green have the same name or labels"),
        ("mirror", {"to": _V2}, "give main as well"),
        ("mirror", {"to": _V2, "main": {"name": "v2"}}, "main and to have the same name or labels"),
        ("mirror", {"to": {"service": {"name": "cart"}}}, "it would get each request twice"),
        ("mirror", {"to": _OTHER, "methods": ["POST"]}, "GET"),
        ("mirror", {"to": _OTHER, "percent": 0}, "it has to be at least 1"),
    ],
)
def test_what_contradicts_itself(intent: str, params: dict[str, object], sentence: str) -> None:
    _assert_refused(intent, params, sentence)


def _assert_refused(intent: str, params: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        generate(GenerateRequest(intent, "istio-sidecar", {**_CART, **params}))
    assert sentence in str(error.value)
