"""Paths of requests as policies see them: normalised the way the mesh is configured, without the query string."""

import re
from collections.abc import Iterator

from service_mesh.posture.istio.authorization.matching import text_matches

__all__ = ["is_template", "normalised", "path_matches"]

_ONE, _MANY = "{*}", "{**}"
_OPERATOR = re.compile(r"(\{\*\*?\})")
_CHARACTERS = r"A-Za-z0-9\-._~%!$&'()+,;:@=*"
_PLAIN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/\\%]*")
_ESCAPE = re.compile(r"%(.{0,2})", re.DOTALL)
_SLASHES = re.compile(r"%2[Ff]")
_BACKSLASHES = re.compile(r"%5[Cc]")
_DOT = re.compile(r"%2[Ee]")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_MERGING = frozenset({"MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"})


def is_template(pattern: str) -> bool:
    """Tell whether a pattern of a path holds `{*}` or `{**}`."""
    return _ONE in pattern or _MANY in pattern


def normalised(path: str, level: str) -> str | None:
    """The path that rules are held against; None where it is not told here what the proxy makes of it.

    Dot segments and backslashes go unless the mesh wants nothing done; slashes are merged and escaped ones decoded only
    if it says so. What else an escape or an unusual character becomes differs between releases of the proxy.
    (`istio/istio: pilot/pkg/networking/core/listener_builder.go`;
    `envoyproxy/envoy: source/common/http/path_utility.cc`)

    Args:
        path: The path as sent, with its query string.
        level: `pathNormalization.normalization` of the mesh configuration.
    """
    plain = re.split(r"[?#]", path, maxsplit=1)[0]
    if level == "NONE":
        return plain
    if level == "DECODE_AND_MERGE_SLASHES":
        plain = _BACKSLASHES.sub(r"\\", _SLASHES.sub("/", plain))
    if not plain.startswith("/") or not _PLAIN.fullmatch(plain):
        return None
    segments = [_without_escaped_dots(segment) for segment in plain.replace("\\", "/").split("/")[1:]]
    if any(map(_is_open, segments)):
        return None
    found = "/" + "/".join(_without_dots(segments))
    return re.sub("/{2,}", "/", found) if level in _MERGING else found


def path_matches(pattern: str, path: str, *, templates: bool = True) -> bool | None:
    """Tell whether a normalised path is meant, letter case included; None for templates that no proxy accepts.

    `{*}` is one whole segment, `{**}` any number of them.
    (`istio/istio: pilot/pkg/security/authz/matcher/template.go`;
    https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/path/match/uri_template/v3/uri_template_match.proto)

    Args:
        pattern: What a policy writes.
        path: The path, see `normalised`.
        templates: Whether the release knows templates; they are plain text before.
    """
    if not templates or not is_template(pattern):
        return text_matches(pattern, path)
    pieces = _OPERATOR.split(pattern)
    if not _is_usable(pieces):
        return None
    return re.fullmatch("".join(map(_expression, pieces)), path) is not None


def _without_escaped_dots(segment: str) -> str:
    dotted = _DOT.sub(".", segment)
    return dotted if dotted in (".", "..") else segment


def _is_open(segment: str) -> bool:
    """Whether a segment holds an escape that the proxy may undo or refuse."""
    return any(not _is_kept(found.group(1)) for found in _ESCAPE.finditer(segment))


def _is_kept(escaped: str) -> bool:
    return bool(_HEXADECIMAL.fullmatch(escaped)) and not _UNRESERVED.fullmatch(chr(int(escaped, 16)))


def _without_dots(segments: list[str]) -> Iterator[str]:
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    yield from kept
    if segments[-1] in (".", ".."):
        yield ""  # what was a directory keeps its slash


def _is_usable(pieces: list[str]) -> bool:
    """Whether `{**}` is the last operator and every `{*}` a segment of its own."""
    operators = pieces[1::2]
    if _MANY in operators[:-1]:
        return False
    whole = (
        pieces[at - 1].endswith("/") and (pieces[at + 1].startswith("/") or not pieces[at + 1])
        for at in range(1, len(pieces), 2)
        if pieces[at] == _ONE
    )
    return all(whole)


def _expression(piece: str) -> str:
    if piece == _ONE:
        return f"[{_CHARACTERS}]+"
    return f"[{_CHARACTERS}/]*" if piece == _MANY else re.escape(piece)
