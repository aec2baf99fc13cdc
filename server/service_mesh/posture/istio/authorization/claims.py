"""Claims of a token as policies see them: texts and lists of texts, below names that may be nested."""

import re
from collections.abc import Iterable, Mapping

from service_mesh.posture.istio.authorization.matching import text_matches

__all__ = ["claim_matches", "claim_names", "principal_of_token_matches"]

_NAMES = re.compile(r"(?:\[[^\[\]]+\])+")
_SPLIT = frozenset({"scope", "permission"})


def claim_names(brackets: str) -> tuple[str, ...]:
    """The names in `[a][b]`, outermost first; empty for any other form.

    (`istio/istio: pilot/pkg/security/authz/model/util.go`, extractNameInNestedBrackets)
    """
    return tuple(brackets[1:-1].split("][")) if _NAMES.fullmatch(brackets) else ()


def claim_matches(claims: Mapping[str, object], names: tuple[str, ...], patterns: Iterable[str]) -> bool:
    """Tell whether a claim, or one text of a list, is meant by one of some patterns; numbers and booleans never are.

    `scope` and `permission` are split at blanks.
    (`istio/istio: pilot/pkg/security/authz/model/permission.go`, MetadataListValueMatcherForJWTClaims;
    `pilot/pkg/security/authn/policy_applier.go`, convertToEnvoyJwtConfig)
    """
    held = _texts(claims, names)
    return any(text_matches(pattern, text) for pattern in patterns for text in held)


def principal_of_token_matches(pattern: str, issuer: object, subject: object) -> bool:
    """Tell whether `ISSUER/SUBJECT` is meant; an issuer may hold slashes, and `*` needs both.

    (`istio/istio: pilot/pkg/security/authz/model/generator.go`, requestPrincipalGenerator)
    """
    if not isinstance(issuer, str) or not isinstance(subject, str):
        return False
    first, slash, last = pattern.rpartition("/")
    if pattern == "*":
        return bool(issuer) and bool(subject)
    if pattern.startswith("*"):
        if slash:
            return text_matches(first, issuer) and last == subject
        return bool(issuer) and subject.endswith(last[1:])
    if pattern.endswith("*"):
        return (
            first == issuer and text_matches(last, subject) if slash else text_matches(last, issuer) and bool(subject)
        )
    return (first, last) == (issuer, subject) if slash else (pattern, "") == (issuer, subject)


def _texts(claims: Mapping[str, object], names: tuple[str, ...]) -> list[str]:
    value: object = claims
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return value.split(" ") if len(names) == 1 and names[0] in _SPLIT else [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []
