"""Which rules the API server refuses: they are never enforced, whatever they would mean."""

import re
from collections.abc import Callable, Iterator, Mapping

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.authorization.attributes import CLAIMS, FILTERS, HEADERS, INLINE_HEADERS, KEYS
from service_mesh.posture.istio.authorization.fields import OPERATION, SOURCE, negative
from service_mesh.posture.istio.authorization.paths import is_template
from service_mesh.posture.istio.ztunnel import action_of
from service_mesh.posture.kubernetes.networks import network_of

__all__ = ["is_refused"]

_PORT = re.compile(r"[0-9]{1,5}")
_HIGHEST_PORT = 65_535
_TEMPLATE = re.compile(r"\{\*\*?\}")
_BEFORE_CUSTOM = frozenset({"source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain"})
_LONGEST_ACCOUNT, _MOST_ACCOUNTS = 320, 16
_FIELDS_ONLY = frozenset({"host", "method", "path"})


def is_refused(rule: Node) -> bool:
    """Tell whether the API server refuses a rule, and with it the policy that holds it.

    Odd types, empty texts, ports and addresses that are none, unknown keys, templates that no proxy takes, parts that
    ask nothing, fields that exclude each other, and identities where they are not known yet.
    (`istio/istio: pkg/config/validation/validation.go`, ValidateAuthorizationPolicy; `pkg/config/security/security.go`,
    ValidateAttribute; the types of the CRD)

    Args:
        rule: One of the `policy_rules` of an AuthorizationPolicy.
    """
    return rule.path in rule.resource.once(_refused)


def _refused(policy: Resource) -> frozenset[tuple[str | int, ...]]:
    custom = action_of(policy) == "CUSTOM"
    return frozenset(rule.path for rule in policy.each("spec.rules[]") if _is_faulty(rule, custom=custom))


def _is_faulty(rule: Node, *, custom: bool) -> bool:
    checks = (
        *(_holder(rule, "from", "source", SOURCE, custom=custom)),
        *(_holder(rule, "to", "operation", OPERATION, custom=custom)),
        *(_condition(node, custom=custom) for node in _entries(rule, "when")),
    )
    return not all(checks)


def _entries(rule: Node, clause: str) -> Iterator[Node | None]:
    """The entries of a clause; None for a clause that is no list."""
    found = rule.get(clause)
    if found is None or found.value is None:
        return
    if isinstance(found.value, list):
        yield from found.items
    else:
        yield None


def _holder(rule: Node, clause: str, name: str, fields: Mapping[str, str], *, custom: bool) -> Iterator[bool]:
    """Whether each source or operation of a clause is right."""
    for entry in _entries(rule, clause):
        held = entry.get(name) if entry is not None else None
        value = held.value if held is not None else None
        asked = {field: value[field] for field in _all(fields) if value.get(field)} if isinstance(value, dict) else {}
        yield (
            bool(asked)
            and _go_together(asked)
            and all(_values(field, _key(field, fields), texts, custom=custom) for field, texts in asked.items())
        )


def _all(fields: Mapping[str, str]) -> Iterator[str]:
    for field in fields:
        yield field
        yield negative(field)


def _key(field: str, fields: Mapping[str, str]) -> str:
    return fields.get(field) or next(fields[name] for name in fields if negative(name) == field)


def _go_together(asked: Mapping[str, object]) -> bool:
    if not {"serviceAccounts", "notServiceAccounts"} & asked.keys():
        return True
    return not {"principals", "notPrincipals", "namespaces", "notNamespaces"} & asked.keys()


def _condition(condition: Node | None, *, custom: bool) -> bool:
    held = condition.value if condition is not None else None
    key = held.get("key") if isinstance(held, dict) else None
    if not isinstance(held, dict) or not isinstance(key, str) or not _is_key(key):
        return False
    lists = [held[name] for name in ("values", "notValues") if held.get(name)]
    return bool(lists) and all(_values("", key, texts, custom=custom) for texts in lists)


def _is_key(key: str) -> bool:
    if key in KEYS:
        return key not in _FIELDS_ONLY
    opened = key.find("[")
    named = key.endswith("]") and 0 < opened < len(key) - 2
    return named and (key[:opened] in (HEADERS, INLINE_HEADERS, CLAIMS) or key.startswith(FILTERS))


def _values(field: str, key: str, texts: object, *, custom: bool) -> bool:
    if custom and (key in _BEFORE_CUSTOM or key.startswith("request.auth.")):
        return False
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        return False
    if field in ("serviceAccounts", "notServiceAccounts") and len(texts) > _MOST_ACCOUNTS:
        return False
    test = _TESTS.get(key)
    return test is None or all(map(test, texts))


def _is_port(text: str) -> bool:
    return bool(_PORT.fullmatch(text)) and int(text) <= _HIGHEST_PORT


def _is_block(text: str) -> bool:
    return network_of(text) is not None


def _is_path(text: str) -> bool:
    return not is_template(text) or not re.search(r"[*{}]", _TEMPLATE.sub("", text))


def _is_account(text: str) -> bool:
    return "*" not in text and len(text) <= _LONGEST_ACCOUNT and text.count("/") <= 1 and all(text.split("/"))


def _is_domain(text: str) -> bool:
    """Whether a star stands at one end alone (`pkg/config/security/security.go`, CheckTrustDomainValues)."""
    return "/" not in text and text.count("*") <= 1 and (text.startswith("*") or "*" not in text[:-1])


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "destination.port": _is_port,
    "source.ip": _is_block,
    "remote.ip": _is_block,
    "destination.ip": _is_block,
    "path": _is_path,
    "source.serviceAccount": _is_account,
    "source.trustDomain": _is_domain,
}
