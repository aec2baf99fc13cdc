"""The attributes of a call that policies name, as fields of a rule or as keys of its conditions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from service_mesh.posture.istio.authorization.answers import NO, Answer, answer_of, any_of, unknown
from service_mesh.posture.istio.authorization.claims import claim_matches, claim_names, principal_of_token_matches
from service_mesh.posture.istio.authorization.identities import (
    account_matches,
    identity_of,
    namespace_matches,
    principal_matches,
    with_aliases,
)
from service_mesh.posture.istio.authorization.matching import host_matches, text_matches
from service_mesh.posture.istio.authorization.paths import normalised, path_matches
from service_mesh.posture.istio.authorization.peers import Call
from service_mesh.posture.kubernetes.ends import Address
from service_mesh.posture.kubernetes.networks import network_of

__all__ = ["CLAIMS", "FILTERS", "HEADERS", "INLINE_HEADERS", "KEYS", "Seen", "is_http", "matches"]

HEADERS = "request.headers"
INLINE_HEADERS = "request.experimental.inline.headers"
CLAIMS = "request.auth.claims"
FILTERS = "experimental.envoy.filters."
"""What the keys of conditions with a name in brackets begin with."""

_HTTP = frozenset({"host", "method", "path"})
_IDENTITY = "the identity of the client"
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Seen:
    """A call as one policy sees it at one proxy.

    Attributes:
        call: The call.
        home: Namespace of the policy.
        claims: The claims of a token that the proxy has verified; None where it has none.
        domains: The trust domain of the mesh and its aliases.
        normalization: `pathNormalization.normalization` of the mesh configuration.
        release: The release of Istio.
        at_ztunnel: Whether ztunnel decides, not Envoy.
    """

    call: Call
    home: str
    claims: Mapping[str, object] | None = None
    domains: tuple[str, ...] = ()
    normalization: str = ""
    release: tuple[int, ...] = ()
    at_ztunnel: bool = False


_Test = Callable[[list[str], Seen], Answer]


def is_http(key: str) -> bool:
    """Tell whether an attribute is one of requests: connections have none."""
    return key in _HTTP or key.startswith("request.")


def matches(key: str, values: list[str], seen: Seen) -> Answer:
    """Tell whether an attribute has one of some values; an attribute that is not there has none.

    Args:
        key: A key of conditions, or one of `host`, `method` and `path`.
        values: What a policy writes.
        seen: The call.
    """
    test = KEYS.get(key)
    if test is not None:
        return test(values, seen)
    if key.startswith(HEADERS):
        return _header(key.removeprefix(HEADERS)[1:-1], values, seen)
    if key.startswith(INLINE_HEADERS):
        return _inline_header(key.removeprefix(INLINE_HEADERS)[1:-1], values, seen)
    if key.startswith(CLAIMS):
        names = claim_names(key.removeprefix(CLAIMS))
        return _claim(names, values, seen) if names else NO
    return unknown(f"what Envoy's filters say about '{key}'") if key.startswith(FILTERS) else NO


def _principal(values: list[str], seen: Seen) -> Answer:
    principal = seen.call.peer.principal
    if principal is None:
        return unknown(_IDENTITY)
    written = values if seen.at_ztunnel else with_aliases(values, seen.domains)
    return any_of(_of_pattern(text, principal_matches(text, principal, at_ztunnel=seen.at_ztunnel)) for text in written)


def _namespace(values: list[str], seen: Seen) -> Answer:
    principal = seen.call.peer.principal
    if principal is None:
        return unknown(_IDENTITY)
    return any_of(_of_pattern(text, namespace_matches(text, principal, at_ztunnel=seen.at_ztunnel)) for text in values)


def _account(values: list[str], seen: Seen) -> Answer:
    principal = seen.call.peer.principal
    if principal is None:
        return unknown(_IDENTITY)
    tests = ((text, account_matches(text, principal, seen.home, at_ztunnel=seen.at_ztunnel)) for text in values)
    return any_of(_of_pattern(*test) for test in tests)


def _trust_domain(values: list[str], seen: Seen) -> Answer:
    principal = seen.call.peer.principal
    identity = identity_of(principal) if principal is not None else None
    if identity is None:
        return unknown(_IDENTITY)
    return _plain(values, identity.trust_domain, "") if identity.trust_domain else NO


def _of_pattern(text: str, answer: bool | None) -> Answer:
    return answer_of(answer, f"what the pattern '{text[:60]}' means to the proxy")


def _source_ip(values: list[str], seen: Seen) -> Answer:
    return _in_blocks(values, seen.call.peer.address, "the address of the client")


def _remote_ip(values: list[str], seen: Seen) -> Answer:
    return _in_blocks(values, seen.call.peer.remote_address, "the address of the first client")


def _destination_ip(values: list[str], seen: Seen) -> Answer:
    return _in_blocks(values, seen.call.server_address, "the address of the server")


def _in_blocks(values: list[str], address: Address | None, missing: str) -> Answer:
    networks = [network for text in values if (network := network_of(text)) is not None]
    if not networks:
        return NO
    return answer_of(None if address is None else any(address in network for network in networks), missing)


def _port(values: list[str], seen: Seen) -> Answer:
    port = seen.call.port
    numbers = [int(text) for text in values if text.isascii() and text.isdecimal() and len(text) <= 5]
    numbers = [number for number in numbers if number <= _HIGHEST_PORT]
    return answer_of(None if port is None else port in numbers, "the port of the server")


def _sni(values: list[str], seen: Seen) -> Answer:
    return _plain(values, seen.call.sni, "the name that the client asks for in TLS")


def _method(values: list[str], seen: Seen) -> Answer:
    return _present(values, seen.call.request.method, "the method of the request")


def _host(values: list[str], seen: Seen) -> Answer:
    host = seen.call.request.host
    if host is None:
        return unknown("the host of the request")
    return answer_of(any(host_matches(text, host) for text in values), "")


def _path(values: list[str], seen: Seen) -> Answer:
    path = seen.call.request.path
    if path is None:
        return unknown("the path of the request")
    found = normalised(path, seen.normalization)
    if found is None:
        return unknown("the path of the request as the proxy normalises it")
    templates = seen.release >= (1, 22)
    return any_of(_of_pattern(text, path_matches(text, found, templates=templates)) for text in values)


def _token_principal(values: list[str], seen: Seen) -> Answer:
    if seen.claims is None:
        return NO
    if "iss" not in seen.claims:
        return unknown("the issuer of the token")
    issuer, subject = seen.claims["iss"], seen.claims.get("sub")
    return answer_of(any(principal_of_token_matches(text, issuer, subject) for text in values), "")


def _audiences(values: list[str], seen: Seen) -> Answer:
    return _claim(("aud",), values, seen)


def _presenter(values: list[str], seen: Seen) -> Answer:
    return _claim(("azp",), values, seen)


def _claim(names: tuple[str, ...], values: list[str], seen: Seen) -> Answer:
    if seen.claims is None:
        return NO
    if names == ("iss",) and "iss" not in seen.claims:
        return unknown("the issuer of the token")
    return answer_of(claim_matches(seen.claims, names, values), "")


def _header(name: str, values: list[str], seen: Seen) -> Answer:
    """A header, by a name without letter case; what HTTP/2 made headers of is one too."""
    request = seen.call.request
    name = name.lower()
    match name:
        case ":method":
            return _method(values, seen)
        case ":authority" | "host":
            return _present(values, request.host, "the host of the request")
        case ":path":
            return _present(values, request.path, "the path of the request")
    held = _held(name, seen)
    return NO if held is None else any_of(_of_pattern(text, _of_header(text, held)) for text in values)


def _of_header(pattern: str, held: str) -> bool | None:
    """Whether a header has a value; None for `*x*` in the middle of it, which releases read differently.

    (`istio/istio: pilot/pkg/security/authz/matcher/header.go`, HeaderMatcher: a suffix with a star in the end there;
    any text that holds it in `tests/integration/security/testdata/authz/conditions.yaml.tmpl`)
    """
    if pattern == "*" or text_matches(pattern, held):
        return True
    is_middle = len(pattern) > 2 and pattern.startswith("*") and pattern.endswith("*") and pattern[1:-1] in held
    return None if is_middle else False


def _inline_header(name: str, values: list[str], seen: Seen) -> Answer:
    """A header with values behind commas, of which one is meant; whether blanks beside them count is not known."""
    held = _held(name.lower(), seen)
    if held is None:
        return NO
    return any_of(_of_pattern(text, _of_list(text, held.split(","))) for text in values)


def _of_list(pattern: str, listed: list[str]) -> bool | None:
    if pattern == "*" or any(text_matches(pattern, text) for text in listed):
        return True
    return None if any(text_matches(pattern, text.strip()) for text in listed) else False


def _held(name: str, seen: Seen) -> str | None:
    return next((value for key, value in seen.call.request.headers.items() if key.lower() == name), None)


def _present(values: Iterable[str], text: str | None, missing: str) -> Answer:
    """As `_plain`, but `*` asks only that it is there (`pilot/pkg/security/authz/matcher/header.go`, HeaderMatcher)."""
    if text is None:
        return unknown(missing)
    return answer_of(any(value == "*" or text_matches(value, text) for value in values), missing)


def _plain(values: Iterable[str], text: str | None, missing: str) -> Answer:
    return answer_of(None if text is None else any(text_matches(value, text) for value in values), missing)


KEYS: Mapping[str, _Test] = {
    "source.principal": _principal,
    "source.namespace": _namespace,
    "source.serviceAccount": _account,
    "source.trustDomain": _trust_domain,
    "source.ip": _source_ip,
    "remote.ip": _remote_ip,
    "destination.ip": _destination_ip,
    "destination.port": _port,
    "connection.sni": _sni,
    "request.auth.principal": _token_principal,
    "request.auth.audiences": _audiences,
    "request.auth.presenter": _presenter,
    "host": _host,
    "method": _method,
    "path": _path,
}
"""How each attribute without a name in brackets is held against values."""
