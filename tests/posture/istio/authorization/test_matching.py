"""Forms of texts in policies."""

import pytest

from service_mesh.posture.istio.authorization.answers import NO, YES, all_of, any_of, negated, unknown
from service_mesh.posture.istio.authorization.matching import host_matches, text_matches, wild_matches


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("a", "A", False),
        ("a*", "abc", True),
        ("a*", "a", True),
        ("a*", "ba", False),
        ("*a", "ba", True),
        ("*a", "ab", False),
        ("*", "a", True),
        ("*", "", False),
        ("a*c", "abc", False),
        ("a*c", "a*c", True),
        ("*a*", "xay", False),
        ("*a*", "xa*", True),
        ("**", "x*", True),
        ("**", "x", False),
        ("", "", True),
    ],
)
def test_star_stands_for_more_at_one_end_only(pattern: str, text: str, expected: bool) -> None:
    assert text_matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("Web.Shop", "web.shop", True),
        ("*.SHOP", "web.shop", True),
        ("WEB.*", "web.shop", True),
        ("web.shop", "web.shop:8080", False),
        ("web.shop:*", "web.shop:8080", True),
        ("*", "web.shop", True),
        ("*", "", True),
    ],
)
def test_hosts_have_no_letter_case_and_keep_their_port(pattern: str, host: str, expected: bool) -> None:
    assert host_matches(pattern, host) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True),
        ("a.c", "abc", True),
        ("a.c", "ac", False),
        ("a*c", "abbbc", True),
        ("a*c", "ac", True),
        ("a*c", "acd", False),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "axxcyyb", False),
        ("*b.d*", "abcde", True),
        ("*b.d*", "abde", False),
        ("ab*ba", "aba", False),
        (".*", "", False),
        ("*", "", True),
    ],
)
def test_star_stands_anywhere_and_a_dot_for_one_character_in_what_becomes_an_expression(
    pattern: str, text: str, expected: bool
) -> None:
    assert wild_matches(pattern, text) is expected


def test_many_stars_take_little_time() -> None:
    assert wild_matches("a*" * 500 + "b", "a" * 2_000) is False


def test_answers_join_what_is_missing_of_open_ones_alone() -> None:
    one = unknown("one")
    other = any_of((unknown("other"), one))
    assert any_of((NO, one, other)) == (None, ("one", "other"))
    assert any_of((one, YES)) == YES
    assert all_of((one, NO)) == NO
    assert all_of((YES, other)) == (None, ("other", "one"))
    assert (any_of(()), all_of(())) == (NO, YES)
    assert [negated(answer) for answer in (YES, NO, one)] == [NO, YES, one]
