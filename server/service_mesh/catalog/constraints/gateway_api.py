"""The constraints of the Gateway API's kinds, other than those of routes.

Source: kubernetes-sigs/gateway-api, config/crd, releases v1.0 to v1.6.
"""

import re
from collections.abc import Iterator, Mapping

from service_mesh.catalog.constraints.conditions import each_item, needed_for, not_for, only_for, set_exactly_for
from service_mesh.catalog.constraints.constraint import Break, Check, Manner, has, items_of, read_at
from service_mesh.catalog.constraints.forms import FORM, duration_between, each_key, form
from service_mesh.catalog.constraints.lists import Item, or_empty, unique, unique_by
from service_mesh.catalog.constraints.presence import FORBIDDEN, REQUIRED, all_of, at_least_one, at_most_one
from service_mesh.catalog.constraints.whole import whole_fields
from service_mesh.catalog.formats import FORMATS
from service_mesh.catalog.wording import quoted

__all__ = ["HOSTNAME", "gateway_checks", "is_hostname", "same_target"]

_LABEL = r"[a-z0-9]+(?:-+[a-z0-9]+)*"
HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
"""A name of DNS: labels of lower-case letters, digits and dashes, joined by dots."""

_LABEL_KEY = re.compile(rf"(?:{HOSTNAME.pattern}/)?(?:[A-Za-z0-9][-A-Za-z0-9_.]{{0,61}})?[A-Za-z0-9]")
_LONGEST_PREFIX = 252
_SECURE = ("HTTPS", "TLS")
_PLAIN = ("HTTP", "TCP", "UDP")


def gateway_checks() -> Mapping[str, Check]:
    """Name -> check."""
    return {**_addresses(), **_listeners(), **_backend_tls(), **_backends()}


def is_hostname(text: str) -> bool:
    """Whether a text is a name of DNS, or `*.` before one."""
    return HOSTNAME.fullmatch(text.removeprefix("*.")) is not None


def _addresses() -> Mapping[str, Check]:
    """Where a rule reads the value of an address that has none, its evaluation fails, and the object with it."""
    ips = unique(lambda item: _address(item, "IPAddress"), "the value", "value")
    hostnames = unique(lambda item: _address(item, "Hostname"), "the value", "value")
    return {
        "address-ip": _address_ip,
        "address-hostname": _address_hostname,
        "address-hostname-strict": all_of(needed_for("type", ("Hostname",), "value"), _address_hostname),
        "addresses-unique-ip": ips,
        "addresses-unique-ip-strict": all_of(each_item(needed_for("type", ("IPAddress",), "value")), ips),
        "addresses-unique-hostname": hostnames,
        "addresses-unique-hostname-strict": all_of(each_item(needed_for("type", ("Hostname",), "value")), hostnames),
        "infrastructure-key-form": each_key(
            lambda text: _LABEL_KEY.fullmatch(text) is not None, "is no key of a label: an optional DNS name and a name"
        ),
        "infrastructure-key-prefix": each_key(
            lambda text: len(text.partition("/")[0]) <= _LONGEST_PREFIX, "has a prefix of more than 252 characters"
        ),
    }


def _listeners() -> Mapping[str, Check]:
    distinct = "the port, protocol and hostname"
    return {
        "listener-tls-needed": each_item(needed_for("protocol", _SECURE, "tls")),
        "listener-tls-refused": each_item(not_for("protocol", _PLAIN, "tls")),
        "listener-hostname-refused": each_item(not_for("protocol", ("TCP", "UDP"), "hostname", filled=True)),
        "listener-names-unique": unique_by("name"),
        "listeners-distinct": all_of(each_item(whole_fields("port")), unique(_listener, distinct)),
        "listener-https-terminates": each_item(_https_mode),
        "listener-tls-mode": each_item(_tls_mode),
        "terminate-certificates": _certificates("certificateRefs"),
        "terminate-certificates-or-options": _certificates("certificateRefs", "options"),
        "frontend-ports-unique": all_of(each_item(whole_fields("port")), unique_by("port")),
    }


def _backend_tls() -> Mapping[str, Check]:
    return {
        "target-sections-named": same_target(("sectionName",), with_namespace=False),
        "target-sections-distinct": unique(_target, "the target and section"),
        "ca-one-early": at_most_one("caCertRefs", "wellKnownCACerts", filled=True),
        "ca-some-early": at_least_one("caCertRefs", "wellKnownCACerts", filled=True),
        "ca-one": at_most_one("caCertificateRefs", "wellKnownCACertificates", filled=True),
        "ca-some": at_least_one("caCertificateRefs", "wellKnownCACertificates", filled=True),
        "alt-name-hostname-needed": needed_for("type", ("Hostname",), "hostname", filled=True),
        "alt-name-hostname-refused": only_for("type", ("Hostname",), "hostname", filled=True),
        "alt-name-uri-needed": needed_for("type", ("URI",), "uri", filled=True),
        "alt-name-uri-refused": only_for("type", ("URI",), "uri", filled=True),
    }


def _backends() -> Mapping[str, Check]:
    """The rule about the name of a port compares an optional with null, which is never so.

    Source: kubernetes-sigs/gateway-api, pull request 5193; k8s.io/apiserver, pkg/cel/library/format.go.
    """
    return {
        "backend-external-hostname": set_exactly_for("type", "ExternalHostname", "externalHostname"),
        "backend-hostname-outside": form(
            lambda text: not text.endswith(".cluster.local"), "a name of the cluster's own domain"
        ),
        "backend-port-name": form(
            lambda text: not text, "but the rule of this release refuses every name, DNS labels too", FORBIDDEN
        ),
        "backend-client-certificate": set_exactly_for("mode", "ClientAndServer", "clientCertificateRef"),
        "budget-interval": duration_between("1s", "1h"),
        "rate-interval": duration_between("", "1h", is_zero_allowed=False),
    }


def same_target(fields: tuple[str, ...], *, with_namespace: bool) -> Check:
    """Of references to one target, all name a section (or port) or none does.

    Args:
        fields: The fields that narrow a reference.
        with_namespace: Whether the namespace is a part of the target.
    """

    def check(value: object) -> Iterator[Break]:
        seen: dict[object, tuple[int, tuple[bool, ...]]] = {}
        for index, item in enumerate(items_of(value)):
            if not isinstance(item, dict):
                continue
            namespace = or_empty(item, "namespace") if with_namespace else None
            narrowed = tuple(or_empty(item, name) is not None for name in fields)
            target = (*(or_empty(item, name) for name in ("group", "kind", "name")), namespace)
            first, wanted = seen.setdefault(target, (index, narrowed))
            if narrowed != wanted:
                what = " or ".join(quoted(name) for name in fields)
                text = f"{{item}} and {{other}} are the same target, but only one of them has {what}"
                yield Break(REQUIRED, (index,), text, Manner.ITEMS, (first,))

    return check


def _address(item: Item, kind: str) -> object:
    value = item.get("value")
    return value if item.get("type") == kind and isinstance(value, str) else None


def _address_ip(value: object) -> Iterator[Break]:
    address = read_at(value, "value")
    if read_at(value, "type") != "IPAddress" or not isinstance(address, str):
        return
    if not (FORMATS["ipv4"](address) or FORMATS["ipv6"](address)):
        yield Break(FORM, ("value",), "no IP address, as type 'IPAddress' asks for", Manner.VALUE, ("type",))


def _address_hostname(value: object) -> Iterator[Break]:
    address = read_at(value, "value")
    if read_at(value, "type") == "Hostname" and isinstance(address, str) and not is_hostname(address):
        yield Break(FORM, ("value",), "no DNS name, as type 'Hostname' asks for", Manner.VALUE, ("type",))


def _listener(item: Item) -> object:
    if not has(item, "port"):
        return None
    hostname = item.get("hostname")
    return or_empty(item, "port"), or_empty(item, "protocol"), hostname if isinstance(hostname, str) else None


def _target(item: Item) -> object:
    return tuple(or_empty(item, name) for name in ("group", "kind", "name", "sectionName"))


def _https_mode(value: object) -> Iterator[Break]:
    mode = read_at(value, "tls", "mode")
    if read_at(value, "protocol") == "HTTPS" and has(value, "tls") and mode not in ("", "Terminate"):
        text = f"the TLS mode of protocol 'HTTPS' is {quoted(mode)}, not 'Terminate'"
        yield Break("SC135", ("tls", "mode"), text, other=("protocol",))


def _tls_mode(value: object) -> Iterator[Break]:
    if read_at(value, "protocol") == "TLS" and has(value, "tls") and not read_at(value, "tls", "mode"):
        yield Break(REQUIRED, ("tls",), "'mode' is missing for protocol 'TLS'", Manner.ABSENT, ("protocol",))
    elif read_at(value, "protocol") == "TLS" and not has(value, "tls"):
        yield Break(REQUIRED, (), "'tls' is missing for protocol 'TLS'", Manner.ABSENT, ("protocol",))


def _certificates(*names: str) -> Check:
    some = at_least_one(*names, filled=True)

    def check(value: object) -> Iterator[Break]:
        if read_at(value, "mode") == "Terminate":
            for found in some(value):
                yield Break(found.code, found.path, f"{found.text} for mode 'Terminate'", found.manner, ("mode",))

    return check
