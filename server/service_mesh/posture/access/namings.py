"""Which texts in policies may mean an account, found by index: what no text tells apart, no policy tells apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.posture.access.looks import looks
from service_mesh.posture.istio.authorization.identities import (
    account_matches,
    namespace_matches,
    principal_matches,
    with_aliases,
)
from service_mesh.posture.linkerd.identity import account_identity, matches_identity

__all__ = ["Account", "Token", "tokens_of"]

_PREFIX = re.compile(r"[A-Za-z0-9._:/-]+\*")
_OF_LINKERD = re.compile(r"\*\.[A-Za-z0-9.-]+\.serviceaccount\.[A-Za-z0-9.-]+")
_PLAIN = re.compile(r"[A-Za-z0-9._:/-]*")

Token = tuple[int, object]
"""Number of a text, and how it fits: accounts with the same tokens are the same to every policy."""


@dataclass(frozen=True, slots=True)
class Account:
    """A service account."""

    cluster: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of all policies.

    Attributes:
        exact: Texts that mean one account or one namespace each, by what they have to hold.
        ended: Identities of Linkerd behind a star, without it.
        begun: Texts with a star at their end alone, without it, and the same behind the trust domain.
        open: Texts with other wildcards, with the namespace of their object.
    """

    exact: dict[tuple[str, str], list[int]]
    ended: tuple[tuple[int, str], ...]
    begun: tuple[tuple[int, str, str], ...]
    open: tuple[tuple[int, str, str], ...]


def tokens_of(mesh: MeshView, account: Account) -> frozenset[Token]:
    """How the texts in policies fit an account, those left out that do not."""
    return mesh.once(_tokens_of, account)


def _tokens_of(mesh: MeshView, account: Account) -> frozenset[Token]:
    texts = mesh.index(_texts)
    keys = ((account.name, ""), ("", account.namespace), (account.name, account.namespace))
    exact = ((number, key) for key in keys for number in texts.exact.get(key, ()))
    fitting = ((number, _fit(mesh, text, home, account)) for number, text, home in texts.open)
    wild = ((number, fit) for number, fit in fitting if any(one is not False for one in fit))
    return frozenset((*exact, *_ended(mesh, texts, account), *_begun(texts, account), *wild))


def _texts(mesh: MeshView) -> _Texts:
    exact: dict[tuple[str, str], list[int]] = {}
    ended: list[tuple[int, str]] = []
    begun: list[tuple[int, str, str]] = []
    wild: list[tuple[int, str, str]] = []
    for number, (text, home) in enumerate(looks(mesh).identities):
        if _PREFIX.fullmatch(text):
            begun.append((number, text[:-1], text[:-1].partition("/")[2]))
        elif _OF_LINKERD.fullmatch(text):
            ended.append((number, text[1:]))
        elif not _PLAIN.fullmatch(text) and text != "*":  # which fits all alike
            wild.append((number, text, home))
        for key in _meant(text) if _PLAIN.fullmatch(text) else ():
            exact.setdefault(key, []).append(number)
    return _Texts(exact, tuple(ended), tuple(begun), tuple(wild))


def _meant(text: str) -> Iterator[tuple[str, str]]:
    """Account and namespace that a text without wildcards may mean; one of them empty for any."""
    *before, last = text.split("/")
    if before:
        yield from ((last, part) for part in dict.fromkeys(before) if part)
        return
    yield text, ""
    yield "", text
    account, dot, rest = text.partition(".")
    while dot:  # an identity of Linkerd is ACCOUNT.NAMESPACE.serviceaccount…, and accounts may hold dots
        yield account, rest.partition(".")[0]
        part, dot, rest = rest.partition(".")
        account = f"{account}.{part}"


def _fit(mesh: MeshView, text: str, home: str, account: Account) -> tuple[bool | None, ...]:
    """What every reading of a text with wildcards says of an account."""
    config = mesh_config(mesh, account.cluster)
    principal = f"{config.trust_domain}/ns/{account.namespace}/sa/{account.name}"
    written = dict.fromkeys((text, *with_aliases((text,), (config.trust_domain, *config.trust_domain_aliases))))
    identity = account_identity(mesh, account.namespace, account.name, account.cluster)
    return (
        *(principal_matches(one, principal, at_ztunnel=way) for one in written for way in (True, False)),
        *(namespace_matches(text, principal, at_ztunnel=way) for way in (True, False)),
        *(account_matches(text, principal, home, at_ztunnel=way) for way in (True, False)),
        matches_identity((text,), identity or ""),
    )


def _ended(mesh: MeshView, texts: _Texts, account: Account) -> Iterator[Token]:
    """How patterns for identities of Linkerd fit an account; to Istio they mean nobody."""
    identity = account_identity(mesh, account.namespace, account.name, account.cluster) or ""
    yield from ((number, "identity") for number, end in texts.ended if identity.endswith(end))


def _begun(texts: _Texts, account: Account) -> Iterator[Token]:
    """How texts with a star at their end alone fit an account, whatever the trust domain before it is.

    To Envoy the account of such a text is not known for any, and identities of Linkerd know no such star.
    """
    both = f"{account.namespace}/{account.name}"
    place = f"ns/{account.namespace}/sa/{account.name}"
    for number, start, rest in texts.begun:
        if both.startswith(start):
            yield number, "namespace"
        if start != rest and "/" in start and place.startswith(rest):
            yield number, "principal"
