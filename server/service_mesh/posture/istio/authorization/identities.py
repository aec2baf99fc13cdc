"""Identities in policies: principals, namespaces, accounts and trust domains, at Envoy and at ztunnel."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service_mesh.posture.istio.authorization.matching import has_other_syntax, text_matches, wild_matches

__all__ = ["Identity", "account_matches", "identity_of", "namespace_matches", "principal_matches", "with_aliases"]

_SCHEME = "spiffe://"
_CLUSTER_LOCAL = "cluster.local"


class Identity(NamedTuple):
    """The parts of a principal; empty for a connection without one."""

    trust_domain: str
    namespace: str
    account: str


def identity_of(principal: str) -> Identity | None:
    """The parts of a principal, all empty for none; None where it is not of the form that Istio issues."""
    if not principal:
        return Identity("", "", "")
    match principal.removeprefix(_SCHEME).split("/"):
        case [domain, "ns", namespace, "sa", account]:
            return Identity(domain, namespace, account)
        case _:
            return None


def principal_matches(pattern: str, principal: str, *, at_ztunnel: bool) -> bool | None:
    """Tell whether a principal is meant; none at all never is. None for a pattern with syntax of regular expressions.

    Envoy gets a pattern that begins with `*` as a regular expression in which the rest is not quoted, ztunnel does not.
    (`istio/istio: pilot/pkg/security/authz/matcher/string.go`, StringMatcherWithPrefix; `istio/ztunnel: src/rbac.rs`,
    matches_principal)
    """
    if not principal:
        return False
    if at_ztunnel or pattern == "*" or not pattern.startswith("*"):
        return text_matches(pattern, principal)
    rest = pattern[1:]
    return None if "*" in rest or has_other_syntax(rest) else wild_matches(f"*{rest}", principal)


def namespace_matches(pattern: str, principal: str, *, at_ztunnel: bool) -> bool | None:
    """Tell whether the namespace of a principal is meant; none at all never is.

    Envoy gets a regular expression, in which `*` may stand anywhere; ztunnel knows it at one end only.
    (`istio/istio: pilot/pkg/security/authz/model/generator.go`, srcNamespaceGenerator;
    `pilot/pkg/serviceregistry/ambient/authorization.go`, stringToMatch)
    """
    if at_ztunnel:
        identity = identity_of(principal)
        return None if identity is None else text_matches(pattern, identity.namespace)
    if not principal:
        return False
    return None if has_other_syntax(pattern) else wild_matches(f"*/ns/{pattern}/*", f"{_SCHEME}{principal}")


def account_matches(pattern: str, principal: str, home: str, *, at_ztunnel: bool) -> bool | None:
    """Tell whether the account of a principal is meant, in whichever trust domain; none at all never is.

    (`istio/istio: pilot/pkg/security/authz/model/generator.go`, serviceAccountRegex; `istio/ztunnel: src/rbac.rs`,
    ServiceAccountMatch)

    Args:
        pattern: `NAMESPACE/ACCOUNT`, or an account alone.
        principal: The principal.
        home: Namespace of the policy, for an account alone.
        at_ztunnel: Whether ztunnel decides, to which a dot is a dot.
    """
    if not principal:
        return False
    wanted = pattern if "/" in pattern else f"{home}/{pattern}"
    if at_ztunnel:
        identity = identity_of(principal)
        return None if identity is None else wanted == f"{identity.namespace}/{identity.account}"
    if has_other_syntax(wanted) or "*" in wanted:
        return None
    namespace, _, account = wanted.partition("/")
    forms = (
        f"{_SCHEME}.*/ns/{namespace}/{between}sa/{account}{behind}" for between in ("", ".*/") for behind in ("", "/.*")
    )
    return any(wild_matches(form, f"{_SCHEME}{principal}") for form in forms)


def with_aliases(patterns: Iterable[str], domains: tuple[str, ...]) -> Iterator[str]:
    """The principals that Envoy gets for those written: of the mesh's trust domain, and of each alias of it.

    One in `cluster.local` means the mesh's own trust domain, whatever that is called. ztunnel gets them as written.
    (`istio/istio: pilot/pkg/security/trustdomain/bundle.go`, ReplaceTrustDomainAliases)

    Args:
        patterns: What a policy writes.
        domains: The trust domain of the mesh and its aliases.
    """
    for pattern in patterns:
        domain, *rest = pattern.split("/")
        is_ours = domain == _CLUSTER_LOCAL or any(_meet(domain, known) for known in domains)
        if len(rest) != 4 or domain == "*" or not is_ours:
            yield pattern
            continue
        for known in domains:
            kept = domain.startswith("*") and known.endswith(domain[1:])
            yield pattern if kept else "/".join((known, *rest))


def _meet(written: str, known: str) -> bool:
    return known == "*" or text_matches(known, written) or text_matches(written, known)
