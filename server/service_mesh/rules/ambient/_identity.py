"""Whether an ALLOW rule lets a known identity in, the way ztunnel compares."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from service_mesh.model.node import Node

__all__ = ["Identity", "may_admit"]

_Test = Callable[[str], bool]


class Identity(NamedTuple):
    """Who calls: a service account and its namespace."""

    trust_domain: str
    namespace: str
    account: str

    @property
    def principal(self) -> str:
        """The identity as policies write it."""
        return f"{self.trust_domain}/ns/{self.namespace}/sa/{self.account}"


def may_admit(rule: Node, caller: Identity) -> bool:
    """Tell whether a rule may match what a caller sends; what is not about its identity is taken to match.

    (`istio/ztunnel: src/rbac.rs`)
    """
    sources = list(rule.each("from[].source"))
    if sources and not any(_fits(source, caller) for source in sources):
        return False
    return all(_holds(condition, caller) for condition in rule.each("when[]"))


def _fits(source: Node, caller: Identity) -> bool:
    policy_namespace = source.resource.namespace
    tests: dict[str, _Test] = {
        "principals": lambda text: _matches(text, caller.principal),
        "namespaces": lambda text: _matches(text, caller.namespace),
        "serviceAccounts": lambda text: _account(text, policy_namespace) == (caller.namespace, caller.account),
    }
    for field, test in tests.items():
        wanted, refused = list(_texts(source, field)), list(_texts(source, f"not{field[0].upper()}{field[1:]}"))
        if (wanted and not any(map(test, wanted))) or any(map(test, refused)):
            return False
    return True


def _holds(condition: Node, caller: Identity) -> bool:
    key = condition.get("key")
    value = {"source.principal": caller.principal, "source.namespace": caller.namespace}.get(key.text if key else "")
    if value is None:
        return True
    wanted, refused = list(_texts(condition, "values")), list(_texts(condition, "notValues"))
    if wanted and not any(_matches(text, value) for text in wanted):
        return False
    return not any(_matches(text, value) for text in refused)


def _texts(node: Node, field: str) -> Iterator[str]:
    yield from (item.text for item in node.each(f"{field}[]") if item.text)


def _account(text: str, namespace: str) -> tuple[str, str]:
    place, slash, name = text.partition("/")
    return (place, name) if slash else (namespace, text)


def _matches(pattern: str, value: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return value.endswith(pattern[1:])
    return value.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == value
