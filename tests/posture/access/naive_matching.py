"""Whether one attribute of a call has one value that a policy writes, written down plainly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.posture.access.naive_values import Object, within

__all__ = ["Seen", "holds", "is_l7", "is_refused"]

_HEADER, _CLAIM = "request.headers[", "request.auth.claims["
_TEXTS = {"host", "method", "path"}
_ACCOUNTS = {"serviceAccounts", "notServiceAccounts"}
_OTHER_NAMES = {"principals", "notPrincipals", "namespaces", "notNamespaces"}
_ADDRESSES = {"ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"}
_IDENTITIES = {"source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain"}


@dataclass(frozen=True)
class Seen:
    """A call as a proxy sees it; None is not known, a principal without text is none at all."""

    principal: str
    address: str | None
    port: int
    server_address: str | None
    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] | None = None
    domains: tuple[str, ...] = ("cluster.local",)
    normalization: str = ""
    home: str = ""
    at_ztunnel: bool = False

    def with_claims(self, claims: Mapping[str, Any] | None) -> "Seen":
        return replace(self, claims=claims)

    def at(self, home: str, *, at_ztunnel: bool) -> "Seen":
        return replace(self, home=home, at_ztunnel=at_ztunnel)


def is_l7(key: str) -> bool:
    return key in _TEXTS or key.startswith("request.")


def is_refused(rule: Object, action: str) -> bool:
    """Whether the API server refuses a rule, as far as the worlds hold such rules."""
    for clause, name in (("from", "source"), ("to", "operation")):
        for entry in rule.get(clause, []):
            held = entry[name]
            if not any(held.values()) or (held.keys() & _ACCOUNTS and held.keys() & _OTHER_NAMES):
                return True
            if clause == "from" and action == "CUSTOM" and not held.keys() <= _ADDRESSES:
                return True
            templates = [path for one in ("paths", "notPaths") for path in held.get(one, []) if "{*" in path]
            if any("*" in path.replace("{**}", "").replace("{*}", "") for path in templates):
                return True
            if any("*" in account for one in _ACCOUNTS for account in held.get(one, [])):
                return True
    keys = [condition["key"] for condition in rule.get("when", [])]
    before = [key for key in keys if key in _IDENTITIES or key.startswith("request.auth.")]
    return "source.labels" in keys or (action == "CUSTOM" and bool(before))


def holds(key: str, value: str, seen: Seen) -> bool | None:
    if key in _IDENTITIES:
        return _identity(key, value, seen)
    if key in _TEXTS:
        return _request(key, value, seen)
    if key.startswith(_HEADER):
        name = key[len(_HEADER) : -1].lower()
        found = {header.lower(): text for header, text in seen.headers.items()}.get(name)
        return found is not None and (value == "*" or _fits(value, found))
    if key.startswith("request.auth."):
        return _token(key, value, seen)
    match key:
        case "source.ip":
            return None if seen.address is None else within(seen.address, [value])
        case "destination.ip":
            return None if seen.server_address is None else within(seen.server_address, [value])
        case "destination.port":
            return seen.port == int(value)
        case _:  # connection.sni and remote.ip: nobody tells them
            return None


def _fits(pattern: str, text: str) -> bool:
    if pattern == "*":
        return text != ""
    if pattern.startswith("*"):
        return text.endswith(pattern[1:])
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == text


def _identity(key: str, value: str, seen: Seen) -> bool:
    if not seen.principal:
        return False
    domain, _, namespace, _, account = seen.principal.split("/")
    if key == "source.trustDomain":
        return _fits(value, domain)
    if key == "source.serviceAccount":
        return (value if "/" in value else f"{seen.home}/{value}") == f"{namespace}/{account}"
    if key == "source.namespace":
        return _fits(value, namespace) if seen.at_ztunnel else _anywhere(value, namespace)
    return any(_fits(one, seen.principal) for one in _with_aliases(value, seen))


def _anywhere(pattern: str, text: str) -> bool:
    """`*` in any place, which a sidecar and a waypoint know for namespaces alone."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


def _with_aliases(value: str, seen: Seen) -> list[str]:
    """A principal of the own trust domain means those of all of its names; ztunnel takes it as written."""
    domain, _, rest = value.partition("/")
    if seen.at_ztunnel or value.count("/") != 4 or domain not in ("cluster.local", *seen.domains):
        return [value]
    return [f"{one}/{rest}" for one in seen.domains]


def _request(key: str, value: str, seen: Seen) -> bool | None:
    if key == "method":
        return None if seen.method is None else _fits(value, seen.method)
    if key == "host":
        return None if seen.host is None else _fits(value.lower(), seen.host.lower())
    if seen.path is None:
        return None
    path = _normal(seen.path, seen.normalization)
    if "{*" not in value:
        return _fits(value, path)
    pieces = re.split(r"(\{\*\*?\})", value)
    pattern = "".join({"{*}": "[^/]+", "{**}": ".*"}.get(piece, re.escape(piece)) for piece in pieces)
    return re.fullmatch(pattern, path) is not None


def _normal(path: str, level: str) -> str:
    path = path.split("?")[0]
    if level == "NONE":
        return path
    kept: list[str] = []
    parts = path.replace("\\", "/").split("/")[1:]
    for part in parts:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept = [*kept, part]
    found = "/" + "/".join([*kept, ""] if parts[-1] in (".", "..") else kept)
    while level == "MERGE_SLASHES" and "//" in found:
        found = found.replace("//", "/")
    return found


def _token(key: str, value: str, seen: Seen) -> bool | None:
    if seen.claims is None:
        return False
    if key == "request.auth.principal":
        return _token_principal(value, seen.claims)
    names = {"request.auth.audiences": ["aud"], "request.auth.presenter": ["azp"]}.get(key)
    found: Any = seen.claims
    for name in names or key[len(_CLAIM) : -1].split("]["):
        found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = found.split(" ") if key == "request.auth.claims[scope]" else [found]
    return any(_fits(value, text) for text in found or [])


def _token_principal(value: str, claims: Mapping[str, Any]) -> bool | None:
    if "iss" not in claims:
        return None
    issuer, subject = claims["iss"], claims.get("sub", "")
    if not subject:
        return False
    if value == "*":
        return True
    wanted, _, name = value.rpartition("/")
    return _fits(wanted, issuer) and _fits(name, subject)
