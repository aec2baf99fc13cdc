"""What the value of an annotation has to look like; Istio reads each with the functions of the Go standard library."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network

from service_mesh.rules.istio._duration import seconds
from service_mesh.source.embedded import embedded_map

__all__ = ["annotation_fault", "is_boolean"]

_BOOLEANS = frozenset({"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"})
_DIGITS = re.compile(r"[0-9]{1,10}")
_QUANTITY = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?")
_DURATIONS = ("drainDuration", "terminationDrainDuration", "fileFlushInterval")
_MAX_LIST = 2000


def annotation_fault(name: str, value: str) -> str:
    """What is wrong with the value of an annotation, completed as a sentence; empty where nothing is.

    (`istio/istio: pkg/kube/inject/validate.go`; the four resource annotations end up as quantities of the container)
    """
    judge = _JUDGES.get(name)
    return judge(value) if judge is not None else ""


def is_boolean(value: str) -> bool:
    """Tell whether Go's strconv.ParseBool takes a text."""
    return value in _BOOLEANS


def _boolean(value: str) -> str:
    return "" if is_boolean(value) else "is neither 'true' nor 'false'"


def _mode(value: str) -> str:
    return "" if value in ("REDIRECT", "TPROXY", "NONE") else "is none of 'REDIRECT', 'TPROXY' and 'NONE'"


def _count(value: str) -> str:
    return "" if _number(value) < 2**32 else "is no whole number from 0 to 4294967295"


def _port(value: str) -> str:
    return "" if _number(value.strip()) < 2**16 else "is no port number"


def _ports(value: str) -> str:
    # A list is trimmed as a whole, then item by item; an empty one is allowed, an empty item is not.
    parts = value.strip().split(",", _MAX_LIST) if value.strip() else []
    wrong = next((part for part in parts if _port(part)), None)
    return "" if wrong is None else f"holds '{wrong[:40]}', which is no port number"


def _ports_or_all(value: str) -> str:
    return "" if value == "*" else _ports(value)


def _ranges(value: str) -> str:
    parts = value.split(",", _MAX_LIST) if value else []
    wrong = next((part for part in parts if not _is_range(part)), None)
    return "" if wrong is None else f"holds '{wrong[:60]}', which is no address range in CIDR notation"


def _ranges_or_all(value: str) -> str:
    return "" if value == "*" else _ranges(value)


def _quantity(value: str) -> str:
    return "" if _QUANTITY.fullmatch(value) else "is no quantity such as '100m' or '128Mi'"


def _proxy_config(value: str) -> str:
    if not value.strip():
        return ""
    settings = embedded_map(value)
    if settings is None:
        return "holds no YAML map of proxy settings"
    concurrency = settings.get("concurrency")
    if concurrency is not None and (isinstance(concurrency, bool) or _whole(concurrency) < 0):
        return "has a 'concurrency' that is no whole number from 0"
    for name in _DURATIONS:
        if settings.get(name) is not None and _length(settings[name]) is None:
            return f"has a '{name}' that is no duration such as '45s'"
    return ""


def _whole(value: object) -> int:
    if isinstance(value, str):
        return int(value) if _DIGITS.fullmatch(value) else -1
    return value if isinstance(value, int) else -1


def _length(value: object) -> object:
    return seconds(value) if isinstance(value, str) else None


def _number(value: str) -> int:
    return int(value) if _DIGITS.fullmatch(value) else 2**64


def _is_range(text: str) -> bool:
    """Whether Go's netip.ParsePrefix takes it: an address, a slash and a length without sign or leading zero."""
    address, slash, length = text.partition("/")
    if not slash or not _DIGITS.fullmatch(length) or (len(length) > 1 and length.startswith("0")) or "%" in address:
        return False
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


_READINESS = "readiness.status.sidecar.istio.io"
_TRAFFIC = "traffic.sidecar.istio.io"

_JUDGES: Mapping[str, Callable[[str], str]] = {
    "sidecar.istio.io/interceptionMode": _mode,
    "status.sidecar.istio.io/port": _port,
    f"{_READINESS}/initialDelaySeconds": _count,
    f"{_READINESS}/periodSeconds": _count,
    f"{_READINESS}/failureThreshold": _count,
    f"{_TRAFFIC}/includeOutboundIPRanges": _ranges_or_all,
    f"{_TRAFFIC}/excludeOutboundIPRanges": _ranges,
    f"{_TRAFFIC}/includeInboundPorts": _ports_or_all,
    f"{_TRAFFIC}/excludeInboundPorts": _ports,
    f"{_TRAFFIC}/excludeOutboundPorts": _ports,
    "prometheus.istio.io/merge-metrics": _boolean,
    "proxy.istio.io/config": _proxy_config,
    "sidecar.istio.io/proxyCPU": _quantity,
    "sidecar.istio.io/proxyCPULimit": _quantity,
    "sidecar.istio.io/proxyMemory": _quantity,
    "sidecar.istio.io/proxyMemoryLimit": _quantity,
}
