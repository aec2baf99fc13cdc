"""Paths as the proxy normalises them and as policies mean them."""

import pytest

from service_mesh.posture.istio.authorization.paths import normalised, path_matches

BASE = [
    ("/a", "/a"),
    ("/a?b=/../c", "/a"),
    ("/a#b", "/a"),
    ("/a/../b", "/b"),
    ("/a/./b", "/a/b"),
    ("/a/.", "/a/"),
    ("/a/..", "/"),
    ("/../../a", "/a"),
    ("/a/%2e%2E/b", "/b"),
    ("/a/.%2e/b", "/b"),
    ("/a\\b", "/a/b"),
    ("/a\\..\\b", "/b"),
    ("/a//b", "/a//b"),
    ("/a//../b", "/a/b"),
    ("/a%2Fb", "/a%2Fb"),
    ("/A", "/A"),
    ("/", "/"),
    ("/a/...", "/a/..."),
    ("/a%20b", "/a%20b"),
]


@pytest.mark.parametrize("level", ["", "DEFAULT", "BASE"])
@pytest.mark.parametrize(("path", "expected"), BASE)
def test_base_takes_out_dots_and_backslashes(path: str, expected: str, level: str) -> None:
    assert normalised(path, level) == expected


@pytest.mark.parametrize(
    ("path", "level", "expected"),
    [
        ("/a/../b?c", "NONE", "/a/../b"),
        ("/a//b", "NONE", "/a//b"),
        ("*", "NONE", "*"),
        ("/a//b", "MERGE_SLASHES", "/a/b"),
        ("/a%2Fb", "MERGE_SLASHES", "/a%2Fb"),
        ("//a///", "MERGE_SLASHES", "/a/"),
        ("/a%2fb", "DECODE_AND_MERGE_SLASHES", "/a/b"),
        ("/a%2F%2fb", "DECODE_AND_MERGE_SLASHES", "/a/b"),
        ("/a%5cb", "DECODE_AND_MERGE_SLASHES", "/a/b"),
        ("/a%2F..%2Fb", "DECODE_AND_MERGE_SLASHES", "/b"),
    ],
)
def test_more_or_less_is_normalised_as_the_mesh_is_configured(path: str, level: str, expected: str) -> None:
    assert normalised(path, level) == expected


@pytest.mark.parametrize(
    "path", ["", "a", "*", "/a%", "/a%zz", "/%61", "/a%2Eb", "/a b", "/ä", "/a|b", "\\a", "/\ud800"]
)
def test_what_a_proxy_may_refuse_or_rewrite_is_not_known(path: str) -> None:
    assert normalised(path, "") is None


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/A", False),
        ("/a*", "/ab", True),
        ("*/b", "/a/b", True),
        ("/a/*/b", "/a/x/b", False),
        ("*", "/", True),
        ("/a/{*}", "/a/b", True),
        ("/a/{*}", "/a/", False),
        ("/a/{*}", "/a/b/c", False),
        ("/a/{*}/c", "/a/b/c", True),
        ("/a/{**}", "/a/", True),
        ("/a/{**}", "/a", False),
        ("/a/{**}", "/a/b/c", True),
        ("/{**}", "/", True),
        ("/a.b/{*}", "/axb/c", False),
        ("/{*}/{*}/{**}", "/a/b/", True),
        ("/a/{**}/{*}", "/a/b/c", None),
        ("/a/{*}b", "/a/b", None),
        ("/a/x{*}", "/a/xb", None),
    ],
)
def test_templates_mean_whole_segments(pattern: str, path: str, expected: bool | None) -> None:
    assert path_matches(pattern, path) is expected


def test_templates_are_plain_text_before_the_release_that_knows_them() -> None:
    assert path_matches("/a/{*}", "/a/b", templates=False) is False
    assert path_matches("/a/{*}", "/a/{*}", templates=False) is True


def test_long_paths_and_templates_take_little_time() -> None:
    assert path_matches("/{*}" * 500 + "/x", "/a" * 2_000) is False
    assert path_matches("/{**}" + "a" * 1_000, "/" + "a" * 5_000 + "b") is False
