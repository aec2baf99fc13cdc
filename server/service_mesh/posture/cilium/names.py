"""DNS names in Cilium policies: exact ones and patterns, matched as the agent's DNS proxy does."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node

__all__ = ["name_matches", "pattern_matches"]

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def name_matches(mesh: MeshView, selector: Node, name: str) -> bool:
    """Tell whether an item of `toFQDNs` or of DNS rules matches a name; letter case and a last dot do not count."""
    asked = name.lower().rstrip(".")
    exact, pattern = selector.get("matchName"), selector.get("matchPattern")
    if exact is not None and exact.text and exact.text.lower().strip().rstrip(".") == asked:
        return True
    is_deep = mesh.release("cilium") >= (1, 19)
    return pattern is not None and bool(pattern.text) and pattern_matches(pattern.text, asked, is_deep=is_deep)


def pattern_matches(pattern: str, name: str, *, is_deep: bool) -> bool:
    """Tell whether a pattern matches a name in lower case without a last dot.

    `*` alone matches all names; elsewhere it stands for characters of one label, none too. `**.` at the beginning
    stands for one or more labels.
    (`cilium/cilium: pkg/fqdn/matchpattern/matchpattern.go`)

    Args:
        pattern: The pattern.
        name: The name.
        is_deep: Whether `**.` is known, as since 1.19; before, it is the same as `*.`.
    """
    written = pattern.lower().strip().rstrip(".")
    if written == "*":
        return True
    parts, labels = written.split("."), name.split(".")
    if is_deep and parts[0] == "**" and len(parts) > 1:
        kept = len(parts) - 1
        if len(labels) <= kept or not all(labels[:-kept]):
            return False
        parts, labels = parts[1:], labels[-kept:]
    return len(parts) == len(labels) and all(map(_is_label, parts, labels))


def _is_label(pattern: str, label: str) -> bool:
    """Match one label, going back to the last star only, so that time grows with the product of the lengths."""
    if not set(label) <= _LABEL:
        return pattern == label
    at = star = 0
    behind = -1
    index = 0
    while index < len(label):
        if at < len(pattern) and pattern[at] == "*":
            behind, star, at = at, index, at + 1
        elif at < len(pattern) and pattern[at] == label[index]:
            at, index = at + 1, index + 1
        elif behind >= 0:
            star += 1
            at, index = behind + 1, star
        else:
            return False
    return set(pattern[at:]) <= {"*"}
