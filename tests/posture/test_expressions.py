"""Expressions of policies and routes: answered like RE2 does, or not at all."""

import re
import string

import pytest

from service_mesh.posture.expressions import matches_whole


@pytest.mark.parametrize("character", string.punctuation.replace("\\", ""))
def test_escaped_punctuation_means_itself(character: str) -> None:
    pattern = f"a{re.escape(character)}b+"
    assert matches_whole(pattern, f"a{character}bb") is True
    assert matches_whole(pattern, "axbb") is False


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("group=b", True),
        ("first=1; group=b; last=2", True),
        ("first=1;group=b", True),
        ("not-group=b", False),
        ("first=1; not-group=b", False),
        ("group=bb", False),
        ("first=group=b", False),
    ],
)
def test_a_cookie_among_others_is_found(text: str, is_met: bool) -> None:
    assert matches_whole("^(.*; ?)?group=b(;.*)?$", text) is is_met


@pytest.mark.parametrize("pattern", ["(a*)*b", "a*b*c*", r"\bcart\b", "(?i)cart", "a" * 301 + "+"])
def test_what_may_take_for_ever_or_means_something_else_is_not_answered(pattern: str) -> None:
    assert matches_whole(pattern, "cart") is None
