"""Names, hosts, ports, times and shares as the API server takes them.

The forms are those of Kubernetes (k8s.io/apimachinery: pkg/util/validation/validation.go) and, for durations, of the
Gateway API (GEP-2257), which every mesh here reads as well.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

__all__ = [
    "Cidr",
    "CookieName",
    "CookieValue",
    "Cpu",
    "Duration",
    "HeaderName",
    "Host",
    "Label",
    "LabelKey",
    "LabelValue",
    "Memory",
    "Method",
    "Name",
    "ObjectName",
    "Path",
    "Percent",
    "Port",
    "WildcardHost",
]

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"

Name = Annotated[str, StringConstraints(pattern=rf"^{_LABEL}$", max_length=63)]
"""A namespace, a Service, and what else has to be one label of a DNS name."""

ObjectName = Annotated[str, StringConstraints(pattern=rf"^{_SUBDOMAIN}$", max_length=253)]
"""The name of most objects: workloads, service accounts, secrets."""

Label = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", max_length=63)]
LabelValue = Label
"""The value of a label."""

LabelKey = Annotated[
    str,
    StringConstraints(pattern=rf"^({_SUBDOMAIN}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?$", max_length=317),
]
"""The name of a label."""

Host = Annotated[str, StringConstraints(pattern=rf"^{_SUBDOMAIN}$", max_length=253)]
"""A name of DNS, without wildcard."""

WildcardHost = Annotated[str, StringConstraints(pattern=rf"^(\*\.)?{_SUBDOMAIN}$", max_length=253)]
"""A name of DNS whose first label may be `*`."""

Port = Annotated[int, Field(ge=1, le=65_535)]
Percent = Annotated[int, Field(ge=0, le=100)]

Duration = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,5}(h|m|s|ms)){1,4}$")]
"""A time such as `500ms`, `2s` or `1m30s`."""

Method = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,16}$")]
"""A method of HTTP, in capitals."""

Path = Annotated[str, StringConstraints(pattern=r"^/[^\s?#*]*$", max_length=1024)]
"""A path without query and without wildcards."""

HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$")]
"""The name of a header."""

CookieName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$")]
"""The name of a cookie (RFC 6265)."""

CookieValue = Annotated[str, StringConstraints(pattern=r"^[!#-+\--:<-\[\]-~]{1,64}$")]
"""The value of a cookie (RFC 6265): no spaces, quotes, commas, semicolons and backslashes."""

Cidr = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$", max_length=43)]
"""An address or a range; whether it is one is judged where it is read."""


def _counted(given: object) -> object:
    """A whole number as text: Kubernetes takes both."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


Cpu = Annotated[str, BeforeValidator(_counted), StringConstraints(pattern=r"^([1-9][0-9]{0,5}m|[1-9][0-9]{0,2})$")]
"""Processors, or thousandths of one: `2`, `100m`."""

Memory = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}(Ki|Mi|Gi)$")]
"""An amount of memory: `128Mi`."""
