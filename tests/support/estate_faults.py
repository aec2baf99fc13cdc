"""Faults that can be planted in a generated document: a change of one line, and the code that finds it there."""

import re
from dataclasses import dataclass

__all__ = ["FAULTS", "Fault", "plant"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a known kind.

    Attributes:
        code: What finds it, on the changed line.
        kind: The kind of object it can be planted in.
        before: Pattern of the text to change; its first occurrence is taken.
        after: What is written instead.
    """

    code: str
    kind: str
    before: str
    after: str


FAULTS = (
    Fault("IS101", "DestinationRule", r"consecutive5xxErrors", "consecutiveErrors"),
    Fault("IS102", "DestinationRule", r"LEAST_REQUEST", "LEAST_CONN"),
    Fault("IS103", "VirtualService", r"subset: v1\b", "subset: v9"),
    Fault("IS104", "VirtualService", r"istio-ingress/public\b", "istio-ingress/pubilc"),
    Fault("IS107", "VirtualService", r"weight: 100\b", "weight: 0"),
    Fault("IS110", "Service", r"name: http-metrics\b", "name: metrics"),
    Fault("IS112", "VirtualService", r"timeout: 8s\b", "timeout: 4s"),
    Fault("IS113", "VirtualService", r"connect-failure,refused-stream", "5xx,refused-stream"),
    Fault("IS114", "VirtualService", r"exact: https://www\.", "exact: https://*."),
    Fault("SC120", "Deployment", r"\breplicas:", "replica:"),
    Fault("SC121", "Service", r"targetPort: http\b", "targetPort: [http]"),
    Fault("SC122", "PeerAuthentication", r"mode: STRICT\b", "mode: STRICTLY"),
    Fault("SC122", "AuthorizationPolicy", r"action: ALLOW\b", "action: ALOW"),
)


def plant(fault: Fault, text: str) -> tuple[str, int] | None:
    """The changed text and the 1-based line of the change; None if the fault does not fit this text."""
    match = re.search(fault.before, text)
    if match is None:
        return None
    changed = f"{text[: match.start()]}{fault.after}{text[match.end() :]}"
    return changed, text.count("\n", 0, match.start()) + 1
