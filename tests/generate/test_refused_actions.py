"""Actions that contradict themselves, or that a release has no words for: told before anything is made."""

from collections.abc import Mapping

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

_CART = {"service": {"namespace": "shop", "name": "cart"}}
_ITEMS = {"path": {"prefix": "/items"}}
_PAGE = {"exact": "https://shop.example.com"}


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "give timeout, retries or both"),
        ({"timeout": "3s", "retries": 3, "per_try_timeout": "1s"}, "4 tries of 1s take 4s"),
        ({"timeout": "3s", "per_try_timeout": "1s"}, "per_try_timeout is about retries"),
        ({"timeout": "3s", "statuses": [500]}, "statuses is about retries"),
        ({"timeout": "0s"}, "a time has to be at least 1ms"),
        ({"retries": 1, "statuses": [499]}, "499 is no status of HTTP"),
        ({"retries": 1, "method": "POST"}, "POST may change something: retries of it need retry_writes"),
        ({"timeout": "3s", "path": {"prefix": "/"}}, "the prefix / takes everything: leave the path out"),
        ({"timeout": "3s", "path": {"exact": "/a/../b"}}, "no request arrives with the path /a/../b"),
    ],
)
def test_retries_and_timeouts(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("retries-timeouts", params, sentence)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "give either rewrite or redirect"),
        ({"rewrite": {}}, "give path, host or both"),
        ({"redirect": {"status": 301}}, "give scheme, host, port or path"),
        ({"rewrite": {"path": {"prefix": "/"}}}, "a prefix is replaced: give path.prefix"),
        ({**_ITEMS, "rewrite": {"path": {"prefix": "/items/"}}}, "the new path is the old one: /items"),
        ({**_ITEMS, "redirect": {"path": {"prefix": "/items/new"}}}, "callers would be sent in a circle"),
        ({"redirect": {"path": {"full": "/maintenance"}}}, "callers would be sent in a circle"),
        ({**_ITEMS, "rewrite": {"path": {"full": "/a", "prefix": "/b"}}}, "give either full or prefix"),
    ],
)
def test_rewrites_and_redirects(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("rewrite-redirect", params, sentence)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "give request, response or both"),
        ({"request": {}}, "give set, add or remove"),
        ({"request": {"set": {"Host": "a"}}}, "rewrite-redirect changes it"),
        ({"response": {"remove": ["Transfer-Encoding"]}}, "Transfer-Encoding belongs to the connection"),
        ({"request": {"set": {"x-a": "1"}, "remove": ["X-A"]}}, "x-a is named twice"),
        ({"response": {"set": {"Set-Cookie": "a=b"}}}, "add it instead"),
        ({"request": {"set": {"x-a": "100%"}}}, "set.x-a"),
    ],
)
def test_headers(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("header-modification", params, sentence)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "give delay, abort or both"),
        ({"abort": {"status": 500, "percent": 0}}, "percent"),
        (
            {"abort": {"status": 500}, "everybody": True, "header": {"name": "x-a", "value": "b"}},
            "leave out header or everybody",
        ),
    ],
)
def test_faults(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("fault-injection", params, sentence)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "give either origins or any_origin"),
        ({"any_origin": True, "credentials": True}, "any page could act with the cookies of its reader"),
        ({"origins": [{"exact": "https://*.example.com"}]}, "origins.0.exact"),
        ({"origins": [{"exact": "https://shop.example.com/"}]}, "origins.0.exact"),
        ({"origins": [{"prefix": "https://shop.example.com"}]}, "origins.0.prefix"),
        ({"origins": [{**_PAGE, "below": "https://example.com"}]}, "give one of exact, below, prefix and regex"),
        ({"origins": [{"regex": "(?=a)"}]}, "regex is none that RE2 reads"),
        ({"origins": [{"regex": "https://.*"}], "credentials": True}, "takes any page, or may"),
        ({"origins": [_PAGE], "headers": ["*"]}, "name what is allowed"),
    ],
)
def test_cross_origin(params: Mapping[str, object], sentence: str) -> None:
    _assert_refused("cors", params, sentence)


@pytest.mark.parametrize(
    ("intent", "mesh", "params", "versions", "part"),
    [
        ("cors", "istio-ambient", {"origins": [_PAGE]}, {"gateway_api": "1.4"}, "experimental before Gateway API 1.5"),
        ("cors", "istio-ambient", {"origins": [_PAGE]}, {"istio": "1.25"}, "Istio serves since 1.26"),
        ("cors", "cilium", {"origins": [_PAGE]}, {"cilium": "1.19"}, "Cilium serves since 1.20"),
        ("cors", "istio-ambient", {"origins": [{"below": "https://example.com"}]}, {}, "a plain character"),
        (
            "retries-timeouts",
            "cilium",
            {"timeout": "3s"},
            {"gateway_api": "1.1"},
            "experimental before Gateway API 1.2",
        ),
        ("retries-timeouts", "istio-ambient", {"retries": 2}, {}, "2 retries, of 502, 503, 504"),
        ("rewrite-redirect", "cilium", {"redirect": {"host": "a.b", "status": 308}}, {"gateway_api": "1.4"}, "308"),
        ("rewrite-redirect", "linkerd", {"redirect": {"host": "a.b", "status": 307}}, {"linkerd": "2.17"}, "307"),
        ("rewrite-redirect", "linkerd", {"rewrite": {"host": "a.b"}}, {}, "Linkerd drops a whole route"),
        (
            "header-modification",
            "linkerd",
            {"response": {"remove": ["x-a"]}},
            {"linkerd": "2.17"},
            "headers of answers",
        ),
    ],
)
def test_what_a_release_has_no_words_for(
    intent: str, mesh: str, params: Mapping[str, object], versions: Mapping[str, str], part: str
) -> None:
    result = generate(GenerateRequest(intent, mesh, {**_CART, **params}, versions=versions))
    assert not result.files
    assert any(part in one.part for one in result.cannot_express)


def _assert_refused(intent: str, params: Mapping[str, object], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest(intent, "istio-sidecar", {**_CART, **params}))
    assert sentence in f"{refused.value.message} {refused.value.hint}"
