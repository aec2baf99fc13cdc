"""Claims and principals of tokens."""

from collections.abc import Mapping

import pytest

from service_mesh.posture.istio.authorization.claims import claim_matches, claim_names, principal_of_token_matches

CLAIMS: Mapping[str, object] = {
    "iss": "https://a.example/x",
    "sub": "joe",
    "groups": ["dev", "ops", 7],
    "admin": True,
    "level": 3,
    "scope": "read write",
    "permission": ["read write"],
    "note": "read write",
    "nested": {"scope": "read write", "deep": {"key": "v"}},
    "empty": None,
}


@pytest.mark.parametrize(
    ("names", "patterns", "expected"),
    [
        (("sub",), ["joe"], True),
        (("sub",), ["jo*"], True),
        (("sub",), ["jane", "*"], True),
        (("groups",), ["ops"], True),
        (("groups",), ["7"], False),
        (("admin",), ["true"], False),
        (("admin",), ["*"], False),
        (("level",), ["3"], False),
        (("scope",), ["write"], True),
        (("scope",), ["read write"], False),
        (("permission",), ["read write"], True),
        (("permission",), ["write"], False),
        (("note",), ["write"], False),
        (("nested", "scope"), ["read write"], True),
        (("nested", "deep", "key"), ["v"], True),
        (("nested", "deep"), ["v"], False),
        (("nested", "absent"), ["*"], False),
        (("sub", "more"), ["*"], False),
        (("empty",), ["*"], False),
        (("absent",), ["*"], False),
    ],
)
def test_claims_are_texts_or_lists_of_texts(names: tuple[str, ...], patterns: list[str], expected: bool) -> None:
    assert claim_matches(CLAIMS, names, patterns) is expected


@pytest.mark.parametrize(
    ("brackets", "expected"),
    [
        ("[a]", ("a",)),
        ("[a][b.c]", ("a", "b.c")),
        ("[a", ()),
        ("a", ()),
        ("", ()),
        ("[]", ()),
        ("[a]b[c]", ()),
        ("[[a]]", ()),
    ],
)
def test_names_stand_in_brackets(brackets: str, expected: tuple[str, ...]) -> None:
    assert claim_names(brackets) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("https://a.example/x/joe", True),
        ("https://a.example/x/jane", False),
        ("https://a.example/joe", False),
        ("*", True),
        ("*/joe", True),
        ("*/x/joe", True),
        ("*/x/*", False),
        ("*joe", True),
        ("*jane", False),
        ("https://a.example/x/*", True),
        ("https://a.example/x/j*", True),
        ("https*", True),
        ("a*", False),
        ("joe", False),
    ],
)
def test_principal_is_issuer_and_subject_parted_at_the_last_slash(pattern: str, expected: bool) -> None:
    assert principal_of_token_matches(pattern, CLAIMS["iss"], CLAIMS["sub"]) is expected


@pytest.mark.parametrize(
    ("pattern", "issuer", "subject", "expected"),
    [
        ("acme*", "acme-1", "joe", True),
        ("acme*", "acme-1", "", False),
        ("acme", "acme", "", True),
        ("*", "acme", None, False),
        ("*", 7, "joe", False),
        ("*", "", "joe", False),
    ],
)
def test_both_halves_have_to_be_there(pattern: str, issuer: object, subject: object, expected: bool) -> None:
    assert principal_of_token_matches(pattern, issuer, subject) is expected
