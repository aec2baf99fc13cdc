"""The whole error tree, so that each surface maps failures to words and exit codes in one place.

ServiceMeshError
├── UsageError       the call itself is wrong: unknown argument, contradictory flags, unknown rule code
├── InputError       something given cannot be read: missing file, binary content, path outside the roots
└── InternalError    a defect of ours; the message asks for a report

A faulty manifest is none of these: it is a successful check with findings.
"""

__all__ = ["InputError", "InternalError", "ServiceMeshError", "UsageError"]


class ServiceMeshError(Exception):
    """Something a person is told in one sentence.

    Args:
        message: What happened and where, without a trailing period.
        hint: What to do next, a full phrase, or an empty string.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(ServiceMeshError):
    """The caller could have avoided it by calling differently."""


class InputError(ServiceMeshError):
    """Something named by the caller cannot be read."""


class InternalError(ServiceMeshError):
    """A defect of this program, never the caller's fault."""
