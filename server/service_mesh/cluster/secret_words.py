"""Which names and which texts carry secrets, judged by how they look."""

import base64
import binascii
import re

__all__ = ["REDACTED", "is_secret_field", "is_secret_flag", "is_secret_name", "without_secrets"]

REDACTED = "REDACTED"
"""What stands in the place of a secret."""

_LONGEST = 4 * 1024 * 1024
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STRONG = re.compile(r"passw(?:or)?d|passphrase|secret|token|credential|apikey|accesskey|privatekey|authorization")
_WORDS = frozenset({"key", "keys", "pwd", "pw", "psk"})
_LAST_WORDS = frozenset({"auth", "cookie", "jwt", "pass", "private", "salt"})
# What names of this ending hold says where a secret lies or how long it lasts, and is needed to judge a mesh.
_HARMLESS = re.compile(
    r"algorithm|audiences?|count|dir|duration|enabled|file|host|interval|issuer|kind|length|mode|names?|namespace|path|"
    r"period|policy|port|provider|ratio|ref|size|timeout|ttl|types?|version"
)
# Keys of these are names: `agent-not-ready-taint-key` of Cilium's configuration.
_KEYED = frozenset({"annotation", "label", "taint", "topology"})
_FIELD = re.compile(
    r"(?:password|passwd|passphrase|apikey|accesskey|privatekey|clientsecret|sharedsecret|signingkey|encryptionkey|"
    r"bearertoken|authtoken|accesstoken|refreshtoken|idtoken|apitoken|secretaccesskey)$|^(?:token|authorization|cookie|"
    r"proxyauthorization|setcookie|xapikey|pwd)$"
)
_FLAG = re.compile(
    r"--?[\w.-]{0,80}(?:passw(?:or)?d|passphrase|secret|token|api-?key|access-?key|private-?key|credentials?)", re.I
)
_HINT = re.compile(
    r"PRIVATE KEY|LS0tLS1CRUdJTi|eyJ|://[^/\s]*@|passw|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|"
    r"bearer|basic|cookie|authorization",
    re.I,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----.*?"
    r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|\Z)",
    re.DOTALL,
)
_ENCODED_PEM = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]++={0,2}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{6,}+(?:\.[A-Za-z0-9_-]*+){1,4}")
_SCHEME = re.compile(r"\b(bearer|basic)([ \t]{1,4})([A-Za-z0-9._~+/-]{6,}+=*+)", re.I)
_USER = re.compile(r"://([^/\s:@]{0,200}+):([^/\s@]{1,500}+)@")
_ASSIGNED = re.compile(
    r"((?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|cookie|authorization)"
    r"[\"']?[ \t]{0,8}[:=][ \t]{0,8})(\"(?:[^\"\\\n]|\\.)*+\"?|'[^'\n]*+'?|[^\s,;&\"'{}\[\]]++)",
    re.I,
)
_NO_SECRET = re.compile(r"[\"']?(?:/|\$|\{\{|<|true\b|false\b|null\b|[|>][-+]?$)|[\"']{0,2}$")


def is_secret_name(name: str) -> bool:
    """Tell whether a variable, a key of a ConfigMap, a header or an annotation of this name holds a secret.

    `DB_PASSWORD`, `api-key`, `GITHUB_TOKEN`, `tls.key` do; `TOKEN_AUDIENCE`, `SECRET_TTL`, `key-file`,
    `taint-key` do not.
    """
    words = [word.lower() for word in _WORD.findall(name.rpartition("/")[2][-300:])]
    if not words or _HARMLESS.fullmatch(words[-1]):
        return False
    if words[-1] == "key" and len(words) > 1 and words[-2] in _KEYED:
        return False
    joined = "".join(words)
    is_named = any(word in _WORDS for word in words) or words[-1] in _LAST_WORDS or joined.endswith("key")
    return is_named or _STRONG.search(joined) is not None


def is_secret_field(name: str) -> bool:
    """Tell whether a field of an object holds a secret itself; fields that refer to one have longer names.

    Names in capitals or with hyphens are no fields of an API: people chose them for variables and headers.
    """
    if len(name) < 100 and _FIELD.search(re.sub(r"[-_.]", "", name.rpartition("/")[2]).lower()) is not None:
        return True
    return (name.isupper() or "-" in name) and is_secret_name(name)


def is_secret_flag(text: str) -> bool:
    """Tell whether an argument is a flag whose secret is the next argument, such as `--password`."""
    return _FLAG.fullmatch(text) is not None


def without_secrets(text: str) -> str:
    """A text with what looks like a secret replaced: keys in PEM, tokens, passwords in addresses and assignments."""
    if len(text) > _LONGEST:
        return REDACTED  # longer than any value the API server stores, and not worth the time
    if len(text) < 6 or _HINT.search(text) is None:
        return text
    text = _PRIVATE_KEY.sub(REDACTED, text)
    text = _ENCODED_PEM.sub(_encoded, text)
    text = _JWT.sub(REDACTED, text)
    text = _SCHEME.sub(_scheme, text)
    text = _USER.sub(rf"://\1:{REDACTED}@", text)
    return _ASSIGNED.sub(_assigned, text)


def _encoded(match: re.Match[str]) -> str:
    try:
        content = base64.b64decode(match[0] + "=" * (-len(match[0]) % 4))
    except (binascii.Error, ValueError):
        return REDACTED
    return REDACTED if b"PRIVATE KEY" in content else match[0]


def _scheme(match: re.Match[str]) -> str:
    is_word = match[3].isalpha() and (match[3].islower() or match[3].istitle())
    return match[0] if is_word else f"{match[1]}{match[2]}{REDACTED}"


def _assigned(match: re.Match[str]) -> str:
    return match[0] if _NO_SECRET.match(match[2]) else f"{match[1]}{REDACTED}"
