"""What has to hold where tokens are required: with them, without them, with wrong ones, and on public paths."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.intents.security.require_jwt.parameters import RequireJwt
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.parameters.tokens import Issuer
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.wording.samples import Sample, lookalike, samples

__all__ = ["questions"]

_OTHER = "asked-for-by-nobody"
_STRANGER = "https://nobody.example"


def questions(asked: RequireJwt, source: str, destination: str) -> Iterator[CallQuestion]:
    """Requests with every sort of token, and without one.

    Args:
        asked: The parameters.
        source: Who calls.
        destination: What is called.
    """

    def about(why: str, token: Mapping[str, Any] | None, *, is_allowed: bool, of: Sample = Sample()) -> CallQuestion:  # noqa: B008
        host = of.host or (asked.hosts[0] if asked.hosts else None)
        return CallQuestion(
            why=why,
            source=source,
            destination=destination,
            is_allowed=is_allowed,
            method=of.method,
            path=of.path,
            host=host,
            jwt_claims=token,
        )

    first = asked.issuers[0]
    good = _token(asked, first)
    for issuer in asked.issuers:
        yield about("with a token", _token(asked, issuer), is_allowed=True)
        if issuer.audiences:
            yield about("a token for another audience", {**_token(asked, issuer), "aud": [_OTHER]}, is_allowed=False)
    yield about("without a token", None, is_allowed=False)
    yield about("a token of another issuer", {**good, "iss": _STRANGER}, is_allowed=False)
    for claim in asked.claims:
        yield about(f"a token without {claim.key}", _without(good, claim.name), is_allowed=False)
        yield about(f"a token with another {claim.key}", _with(good, claim.name, [_OTHER]), is_allowed=False)
    for sample in samples([Call(paths=asked.public_paths)]) if asked.public_paths else ():
        yield about("a public path", None, is_allowed=True, of=sample)
        yield about("a public path with a wrong token", {**good, "iss": _STRANGER}, is_allowed=False, of=sample)
    if asked.public_paths and (near := lookalike([Call(paths=asked.public_paths)])) is not None:
        yield about("a path that only begins like a public one", None, is_allowed=False, of=near)
    yield about("OPTIONS without a token", None, is_allowed=asked.preflight, of=Sample("OPTIONS"))
    for host in asked.hosts:
        yield about("a host with a port behind it", None, is_allowed=False, of=Sample(host=f"{host}:1234"))
    if asked.hosts:
        yield about("another host", None, is_allowed=True, of=Sample(host=f"{_OTHER}.example"))


def _token(asked: RequireJwt, issuer: Issuer) -> Mapping[str, Any]:
    token: Mapping[str, Any] = {"iss": issuer.issuer, "sub": "somebody"}
    if issuer.audiences:
        token = {**token, "aud": [_OTHER, issuer.audiences[0]]}
    for number, claim in enumerate(asked.claims):
        token = _with(token, claim.name, claim.values[-1] if number % 2 else [_OTHER, *claim.values[:1]])
    return token


def _with(token: Mapping[str, Any], name: tuple[str, ...], value: object) -> Mapping[str, Any]:
    first, *inner = name
    return {**token, first: _with(token.get(first, {}), tuple(inner), value) if inner else value}


def _without(token: Mapping[str, Any], name: tuple[str, ...]) -> Mapping[str, Any]:
    return {key: value for key, value in token.items() if key != name[0]}
