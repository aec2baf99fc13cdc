"""How the agent reads the port of a policy: a service name, or a number in Go's notation."""

import re

__all__ = ["PORTLESS", "is_service_name", "port_number"]

PORTLESS = frozenset({"VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH"})
"""IP protocols without ports; allowing them is an option of the agent."""

_SERVICE_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


def is_service_name(text: str) -> bool:
    """Tell whether a port is a name: up to 15 letters, digits and single inner hyphens, at least one letter.

    Source: cilium/cilium pkg/iana/svcname.go, after RFC 6335 section 5.1. `0x10` is a name, too.
    """
    return len(text) <= 15 and _SERVICE_NAME.fullmatch(text) is not None and any(c.isalpha() for c in text)


def port_number(text: str) -> int | None:
    """The number of a port, or None if the agent cannot parse it as one of 16 bits.

    A leading 0 means octal and single underscores may part digits, as in Go's `strconv.ParseUint` with base 0.
    """
    digits = text.replace("_", "") if re.fullmatch(r"[0-9]+(_[0-9]+)*", text) else text
    if not re.fullmatch(r"[0-9]{1,20}", digits):
        return None
    base = 8 if len(digits) > 1 and digits.startswith("0") else 10
    if base == 8 and re.search("[89]", digits):
        return None
    number = int(digits, base)
    return number if number < 1 << 16 else None
