"""URLs, addresses and integers as the API server reads them."""

import pytest

from service_mesh.catalog.constraints.forms import integer_of, is_ip
from service_mesh.catalog.constraints.urls import Url, parse_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTP://a.example:80/b?c#d", Url("http", "a.example:80", "/b", "c#d")),
        ("/a/b", Url("", "", "/a/b", "")),
        ("mailto:a", Url("mailto", "", "", "")),
        ("http://user:pass@a/", Url("http", "a", "/", "")),
        ("http://[::1]:80/", Url("http", "[::1]:80", "/", "")),
        ("//a/b", Url("", "", "//a/b", "")),
        ("*", Url("", "", "*", "")),
        ("", None),
        ("a.example/b", None),
        ("a b", None),
        (":80", None),
        ("1http://a", None),
        ("http://a b/", None),
        ("http://a:b/", None),
        ("http://[::1/", None),
        ("http://a/%zz", None),
        ("http://%41/", None),
        ("http://us er@a/", None),
        ("http://a/\n", None),
    ],
)
def test_url_is_read_as_go_reads_it(text: str, url: Url | None) -> None:
    assert parse_url(text) == url


def test_url_tells_host_and_port_apart() -> None:
    url = parse_url("https://[fd00::1]:8443/a")
    assert url is not None
    assert (url.hostname, url.port) == ("fd00::1", "8443")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("10.0.0.1", True), ("fd00::1", True), ("::ffff:10.0.0.1", False), ("fe80::1%eth0", False), ("10.0.0.01", False)],
)
def test_address_is_read_as_the_api_server_reads_it(text: str, is_so: bool) -> None:
    assert is_ip(text) is is_so


@pytest.mark.parametrize(
    ("text", "value"), [("80", 80), ("+80", 80), ("-1", -1), (" 80", None), ("8_0", None), ("9" * 19, None), ("", None)]
)
def test_integer_is_read_as_go_reads_it(text: str, value: int | None) -> None:
    assert integer_of(text) == value
