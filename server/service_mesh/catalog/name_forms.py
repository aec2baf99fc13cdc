"""Forms of the texts in metadata: names of objects, which differ by kind, and names and values of labels.

Source: Kubernetes, apimachinery/pkg/util/validation/validation.go and pkg/api/validate/content; which kind takes which
form: the functions Validate…Name in pkg/apis/*/validation/validation.go.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.model.kinds import CRON_JOB, JOB, NAMESPACE, SERVICE, STATEFUL_SET, Kind

__all__ = [
    "DNS_LABEL",
    "DNS_SUBDOMAIN",
    "FORMER_SERVICE_NAME",
    "JOB_NAME",
    "LABEL_VALUE",
    "NAME_FORMS",
    "QUALIFIED",
    "Form",
    "generated",
    "takes_prefix",
]

_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_MIXED = "[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_ENDS = "with a letter or digit at both ends"

_ANY_LENGTH = 2**31

_LONGEST_BASE = 58
_RANDOM = "x" * 5
"""What the server puts behind `generateName`: five letters or digits.

Source: Kubernetes, apiserver/pkg/storage/names/generate.go.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of text.

    Attributes:
        words: What a text of the form is, in words that stand behind "not".
        regex: What the whole text matches.
        most: Most characters.
        most_of_prefix: Most characters of the beginning of a name.
        of_prefix: What the beginning of a name matches; None where it is judged as a name without its last dash.
    """

    words: str
    regex: re.Pattern[str]
    most: int
    most_of_prefix: int = _ANY_LENGTH
    of_prefix: re.Pattern[str] | None = None

    def holds(self, text: str) -> bool:
        """Whether a text has the form."""
        return len(text) <= self.most and self.regex.fullmatch(text) is not None


DNS_SUBDOMAIN = Form(
    f"a name of lower-case letters, digits, '-' and '.', {_ENDS} of every part between dots",
    re.compile(_SUBDOMAIN),
    most=253,
    most_of_prefix=253,
)
DNS_LABEL = Form(
    f"a name of lower-case letters, digits and '-', {_ENDS}", re.compile(_LABEL), most=63, most_of_prefix=63
)
FORMER_SERVICE_NAME = Form(
    "a name of lower-case letters, digits and '-', with a letter at its start and a letter or digit at its end",
    re.compile("[a-z](?:[-a-z0-9]*[a-z0-9])?"),
    most=63,
    most_of_prefix=63,
)
"""Of a Service before Kubernetes 1.36, which lets it start with a digit (feature RelaxedServiceNameValidation)."""

_STEP = re.compile("[^/%]*")
_SEGMENT = re.compile(r"(?!\.{1,2}\Z)[^/%]*")
_SEGMENT_WORDS = "a name without '/' and '%' that is neither '.' nor '..'"
_RBAC_NAME = Form(_SEGMENT_WORDS, _SEGMENT, most=_ANY_LENGTH, of_prefix=_SEGMENT)
_BUDGET_NAME = Form(_SEGMENT_WORDS, _SEGMENT, most=_ANY_LENGTH, of_prefix=_STEP)
JOB_NAME = Form(DNS_SUBDOMAIN.words, DNS_SUBDOMAIN.regex, most=63, most_of_prefix=253)
"""The name of a Job becomes a label of its pods, unless it selects them by hand."""

_CRON_JOB_NAME = Form(DNS_SUBDOMAIN.words, DNS_SUBDOMAIN.regex, most=52, most_of_prefix=253)

LABEL_VALUE = Form(f"a text of letters, digits, '-', '_' and '.', {_ENDS}", re.compile(f"(?:{_MIXED})?"), most=63)
QUALIFIED = Form(
    f"a name of at most 63 letters, digits, '-', '_' and '.', {_ENDS}, alone or behind a domain and '/'",
    re.compile(rf"(?:(?=[^/]{{1,253}}/){_SUBDOMAIN}/)?(?=[^/]{{1,63}}\Z){_MIXED}"),
    most=253 + 1 + 63,
)
"""Of the key of a label, of an annotation in lower case, and of a finalizer."""

_RBAC = "rbac.authorization.k8s.io"

NAME_FORMS: Mapping[Kind, Form] = {
    NAMESPACE: DNS_LABEL,
    SERVICE: DNS_LABEL,
    STATEFUL_SET: DNS_LABEL,
    JOB: JOB_NAME,
    CRON_JOB: _CRON_JOB_NAME,
    Kind(_RBAC, "ClusterRole"): _RBAC_NAME,
    Kind(_RBAC, "ClusterRoleBinding"): _RBAC_NAME,
    Kind(_RBAC, "Role"): _RBAC_NAME,
    Kind(_RBAC, "RoleBinding"): _RBAC_NAME,
    Kind("policy", "PodDisruptionBudget"): _BUDGET_NAME,
}
"""Kinds whose objects have names of another form than `DNS_SUBDOMAIN`."""


def takes_prefix(form: Form, text: str) -> bool:
    """Whether `generateName` may be a text.

    The server judges it as a name whose last two characters are replaced by a letter if it ends in a dash, and once
    more as the beginning of a step in a path.
    """
    if not _STEP.fullmatch(text):
        return False
    if form.of_prefix is not None:
        return form.of_prefix.fullmatch(text) is not None
    masked = f"{text[:-2]}a" if len(text) > 1 and text.endswith("-") else text
    return len(masked) <= form.most_of_prefix and form.regex.fullmatch(masked) is not None


def generated(text: str) -> str:
    """A name such as the server makes of a `generateName`."""
    return text[:_LONGEST_BASE] + _RANDOM
