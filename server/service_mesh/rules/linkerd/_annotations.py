"""The annotations with which a proxy of Linkerd is configured, and the forms of their values.

Names are those that the reference of proxy configuration lists for 2.20, with those that older releases read beside
them. (https://linkerd.io/2/reference/proxy-configuration/; `linkerd/linkerd2: pkg/k8s/labels.go`)
"""

import re
from collections.abc import Callable, Mapping

from service_mesh.model.durations import go_duration
from service_mesh.model.ports import port_in
from service_mesh.posture.linkerd.networks import network_in
from service_mesh.posture.linkerd.port_lists import ranges_in

__all__ = ["EXEMPT", "EXPORTED", "FEDERATED", "FORMS", "INJECT_VALUES", "KNOWN", "RETIRED", "is_config"]

_CONFIG_DOMAINS = ("config.linkerd.io/", "config.alpha.linkerd.io/", "config.beta.linkerd.io/")
EXEMPT = "config.linkerd.io/admission-webhooks"
"""A label of namespaces that the webhooks leave alone."""

EXPORTED = "mirror.linkerd.io/exported"
"""A label of Services that other clusters mirror."""

FEDERATED = "mirror.linkerd.io/federated"
"""A label of Services that are joined across clusters."""

INJECT_VALUES = ("enabled", "disabled", "ingress")
"""What `linkerd.io/inject` may say. (`linkerd/linkerd2: pkg/inject/report.go`)"""

RETIRED: Mapping[str, tuple[tuple[int, ...], str]] = {
    "config.linkerd.io/disable-identity": ((0,), "identity cannot be switched off any more"),
    "config.linkerd.io/disable-tap": ((0,), "'viz.linkerd.io/disable-tap' replaces it"),
    "config.linkerd.io/trace-collector": ((25, 10, 1), "the jaeger extension that read it is gone"),
    "config.alpha.linkerd.io/trace-collector-service-account": (
        (25, 10, 1),
        "the jaeger extension that read it is gone",
    ),
}
"""Annotation that nothing reads any more -> the edge release since when, and what to know about it."""

_QUANTITY = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_RATIO = re.compile(r"0*(0(\.[0-9]*)?|\.[0-9]+|1(\.0*)?)")
_SWITCH = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})

Form = tuple[Callable[[str], bool], str]


def _one_of(*values: str) -> Form:
    shown = ", ".join(f"'{value}'" for value in values)
    return (lambda text: text in values), f"is none of {shown}"


def _is_port(text: str) -> bool:
    number = port_in(text)
    return number is not None and number > 0


def _is_port_list(text: str) -> bool:
    return not ranges_in(text).unreadable


def _is_network_list(text: str) -> bool:
    return all("/" in part and network_in(part.strip()) is not None for part in text.split(",") if part.strip())


_PORT: Form = (_is_port, "is no port number")
_PORTS: Form = (_is_port_list, "has an entry that is no port number and no range such as '4222-4229'")
_BOOL: Form = (lambda text: text in _SWITCH, "is neither 'true' nor 'false'")
_DURATION: Form = (lambda text: go_duration(text) is not None, "is no duration such as '10s' or '300ms'")
_AMOUNT: Form = (lambda text: _QUANTITY.fullmatch(text) is not None, "is no quantity such as '100m' or '64Mi'")
_NUMBER: Form = (lambda text: _WHOLE.fullmatch(text) is not None, "is no whole number")

_ANY: Form = (lambda text: True, "")  # noqa: ARG005  # one signature

_FORMS_OF: tuple[tuple[Form, str], ...] = (
    (_PORT, "admin-port control-port inbound-port outbound-port"),
    (_PORTS, "skip-inbound-ports skip-outbound-ports pod-inbound-ports proxy-require-identity-inbound-ports"),
    (
        _BOOL,
        "enable-debug-sidecar enable-external-profiles proxy-disable-outbound-protocol-detect-timeout "
        "proxy-disable-inbound-protocol-detect-timeout proxy-enable-native-sidecar enable-gateway",
    ),
    (
        _DURATION,
        "proxy-outbound-connect-timeout proxy-inbound-connect-timeout shutdown-grace-period close-wait-timeout "
        "proxy-outbound-discovery-cache-unused-timeout proxy-inbound-discovery-cache-unused-timeout",
    ),
    (
        _AMOUNT,
        "proxy-cpu-request proxy-cpu-limit proxy-memory-request proxy-memory-limit "
        "proxy-ephemeral-storage-request proxy-ephemeral-storage-limit",
    ),
    (_NUMBER, "proxy-uid proxy-gid"),
    (_one_of("enabled", "disabled"), "proxy-await"),
    (_one_of("plain", "json"), "proxy-log-format"),
    (_one_of("apache", "json"), "access-log"),
    (_one_of("Always", "IfNotPresent", "Never"), "image-pull-policy debug-image-pull-policy"),
    ((lambda text: _RATIO.fullmatch(text) is not None, "is no ratio from 0 to 1"), "proxy-cpu-ratio-limit"),
    ((_is_network_list, "has an entry that is no network such as '10.0.0.0/8'"), "skip-subnets"),
    (
        _ANY,
        "proxy-image debug-image debug-image-version proxy-version proxy-log-level opaque-ports default-inbound-policy "
        "proxy-additional-env init-image init-image-version proxy-log-http-headers",
    ),
)

FORMS: Mapping[str, Form] = {
    **{f"config.linkerd.io/{name}": form for form, names in _FORMS_OF for name in names.split()},
    "config.alpha.linkerd.io/proxy-wait-before-exit-seconds": _NUMBER,
    "config.alpha.linkerd.io/proxy-enable-native-sidecar": _BOOL,
    "config.beta.linkerd.io/proxy-enable-native-sidecar": _BOOL,
}
"""Annotation -> whether a text is a value of it, and what is said of one that is none."""

KNOWN: frozenset[str] = frozenset(FORMS)
"""Annotations that configure proxies."""


def is_config(name: str) -> bool:
    """Tell whether a name lies in a domain of proxy configuration."""
    return name.startswith(_CONFIG_DOMAINS)
