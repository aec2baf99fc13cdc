"""Tells URLs apart exactly as the API server's CEL library does, which is laxer and stricter than Python's own parser.

Source: Go, net/url.ParseRequestURI, called by k8s.io/apiserver, pkg/cel/library/urls.go.
"""

import re
from dataclasses import dataclass

__all__ = ["Url", "parse_url"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_PORT = re.compile(r"(:[0-9]*)?")
_HOST = re.compile(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*")
_ZONE = re.compile(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"]|[^\x00-\x7f]|%[0-9A-Fa-f]{2})*")
_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a URL that CEL rules ask for.

    Attributes:
        scheme: In lower case, empty for a path alone.
        host: Host with its port, as written.
        path: The path, still escaped.
        query: What stands behind the question mark.
    """

    scheme: str
    host: str
    path: str
    query: str

    @property
    def hostname(self) -> str:
        """The host without port and brackets."""
        if self.host.startswith("["):
            return self.host[1 : self.host.rfind("]")]
        return self.host.rpartition(":")[0] if ":" in self.host else self.host

    @property
    def port(self) -> str:
        """The port, empty where none is written."""
        rest = self.host[self.host.rfind("]") + 1 :] if self.host.startswith("[") else self.host
        return rest.rpartition(":")[2] if ":" in rest else ""


def parse_url(text: str) -> Url | None:
    """An absolute URL or an absolute path; None where the text is neither."""
    if not text or len(text) > _LONGEST or any(letter < " " or letter == "\x7f" for letter in text):
        return None
    if text == "*":
        return Url("", "", "*", "")
    if text.startswith(":"):
        return None
    match = _SCHEME.match(text)
    scheme, rest = (match[1].lower(), text[match.end() :]) if match else ("", text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        return Url(scheme, "", "", query) if scheme else None
    host = ""
    if scheme and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        host, rest = authority.rpartition("@")[2], slash + path
        if not _is_authority(authority):
            return None
    return Url(scheme, host, rest, query) if _ESCAPES.fullmatch(rest) else None


def _is_authority(authority: str) -> bool:
    user, at, host = authority.rpartition("@")
    if at and not (_USER.fullmatch(user) and _ESCAPES.fullmatch(user)):
        return False
    if not host.startswith("["):
        name, colon, port = host.rpartition(":")
        is_port = not colon or _PORT.fullmatch(f":{port}") is not None
        return is_port and _HOST.fullmatch(name if colon else host) is not None
    address, bracket, port = host.rpartition("]")
    if not bracket or not _PORT.fullmatch(port):
        return False
    address, percent, zone = address.partition("%25")
    return _HOST.fullmatch(address) is not None and (not percent or _ZONE.fullmatch(zone) is not None)
