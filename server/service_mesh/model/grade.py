"""How bad a finding is and how sure: two scales that are never mixed."""

from enum import StrEnum

__all__ = ["Category", "Confidence", "Severity"]


class Severity(StrEnum):
    """The consequence.

    error: refused by the API server, or traffic or security differs from what is written.
    warning: likely so. info: hygiene.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return ("error", "warning", "info").index(self.value)

    def reaches(self, threshold: "Severity") -> bool:
        """Tell whether this is at least as grave as `threshold`."""
        return self.rank <= threshold.rank


class Confidence(StrEnum):
    """How sure the finding is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Category(StrEnum):
    """What a finding is about, for people who filter."""

    SCHEMA = "schema"
    REFERENCE = "reference"
    CONFLICT = "conflict"
    SECURITY = "security"
    TRAFFIC = "traffic"
    OPERATIONS = "operations"
    HYGIENE = "hygiene"
