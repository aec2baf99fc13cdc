"""The constraints of Istio's kinds.

Source: istio/istio, manifests/charts/base/files/crd-all.gen.yaml, releases 1.18 to 1.30.
"""

import re
from collections.abc import Iterator, Mapping

from service_mesh.catalog.constraints.conditions import each_item, only_for, pair_among, when
from service_mesh.catalog.constraints.constraint import NOTHING, Break, Check, Manner, has, items_of, read_at
from service_mesh.catalog.constraints.forms import among, duration_between, each_key, form, integer_of, number_between
from service_mesh.catalog.constraints.lists import unique_by
from service_mesh.catalog.constraints.presence import (
    EXCLUSIVE,
    FORBIDDEN,
    REQUIRED,
    all_of,
    at_least_one,
    at_most_one,
    exactly_one,
    excludes,
)
from service_mesh.catalog.constraints.urls import parse_url
from service_mesh.catalog.constraints.whole import whole, whole_fields
from service_mesh.catalog.wording import quoted

__all__ = ["istio_checks"]

_PORT_NAME = re.compile(r"[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?")
_LONGEST_PORT_NAME = 62
_SOCKET = "unix://"
_MODULE_SCHEMES = frozenset({"", "http", "https", "file", "oci"})
_HASH_KEYS = ("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName")
_HASHES = ("ringHash", "maglev")
_GATEWAY = ("Gateway", "gateway.networking.k8s.io")
_SERVICES = (("Service", ""), ("Service", "core"))


def istio_checks() -> Mapping[str, Check]:
    """Name -> check."""
    return {**_policies(), **_selectors(), **_traffic(), **_workloads(), **_extensions()}


def _policies() -> Mapping[str, Check]:
    principals = ("principals", "notPrincipals", "namespaces", "notNamespaces")
    targets = (_GATEWAY, *_SERVICES)
    refused = "is no kind that a policy attaches to"
    return {
        "policy-target-one": at_most_one("selector", "targetRef", "targetRefs"),
        "extension-target-one": at_most_one("selector", "targetRefs"),
        "filter-target-one": at_most_one("workloadSelector", "targetRefs"),
        "provider-one": NOTHING,
        "service-accounts-alone": excludes(("serviceAccounts", "notServiceAccounts"), principals),
        "target-kind": pair_among("kind", "group", targets, refused),
        "target-kind-or-entry": pair_among(
            "kind", "group", (*targets, ("ServiceEntry", "networking.istio.io")), refused
        ),
        "target-namespace-unset": form(
            lambda text: not text, "but a reference to another namespace is not supported", FORBIDDEN
        ),
        "jwks-one": at_most_one("jwksUri", "jwks_uri", "jwks"),
        "jwks-url": form(lambda text: _scheme(text) in ("http", "https"), "not a URL of the scheme http or https"),
        "port-mtls-selector": _port_mtls,
        "port-mtls-ports": each_key(_is_port, "is not a port between 1 and 65535"),
    }


def _selectors() -> Mapping[str, Check]:
    return {
        "label-key-filled": each_key(bool, "is empty"),
        "label-key-literal": each_key(lambda text: "*" not in text, "holds '*', which labels do not take"),
        "label-value-literal": form(lambda text: "*" not in text, "but labels take no '*'"),
    }


def _traffic() -> Mapping[str, Check]:
    hashing = all_of(at_most_one(*_HASH_KEYS), at_most_one(*_HASHES))
    balancer = at_most_one("simple", "consistentHash")
    return {
        "duration-from-1ms": duration_between("1ms"),
        "port-number": all_of(whole, number_between(1, 65535)),
        "string-match-one": at_most_one("exact", "prefix", "regex"),
        "balancer-one": balancer,
        "balancer-one-strict": when(lambda value: not any(hashing(read_at(value, "consistentHash"))), balancer),
        "hashing-one": hashing,
        "tls-certificates-or-names": at_most_one("credentialNames", "tlsCertificates"),
        "tls-name-or-names": at_most_one("credentialName", "credentialNames"),
        "body-one": at_most_one("string", "bytes"),
        "abort-one": at_most_one("httpStatus", "grpcStatus", "http2Error"),
        "delay-one": at_most_one("fixedDelay", "exponentialDelay"),
        "redirect-port-one": at_most_one("port", "derivePort"),
        "waypoint-context": _waypoint,
        "patch-match-one": at_most_one("listener", "routeConfiguration", "cluster"),
        "patch-match-one-waypoint": at_most_one("listener", "routeConfiguration", "cluster", "waypoint"),
    }


def _workloads() -> Mapping[str, Check]:
    return {
        "entry-endpoints-one": at_most_one("workloadSelector", "endpoints"),
        "entry-cidr-resolution": _cidr_resolution,
        "entry-none-endpoints": _none_endpoints,
        "entry-round-robin": _round_robin(least=0),
        "entry-round-robin-strict": _round_robin(least=1),
        "entry-host-literal": form(lambda text: text != "*", "but a host cannot be the wildcard alone"),
        "entry-ports-unique": all_of(each_item(whole_fields("number")), unique_by("number")),
        "address-or-network": at_least_one("address", "network"),
        "socket-without-ports": _socket_ports,
        "socket-absolute": form(
            lambda text: not text.startswith(_SOCKET) or text[7:8] in ("/", "@"),
            "not the absolute path of a socket or an abstract socket",
        ),
        "socket-no-folder": form(
            lambda text: not (text.startswith(_SOCKET) and text.endswith("/")), "the path of a folder, not of a socket"
        ),
        "port-names": each_key(
            lambda text: len(text) <= _LONGEST_PORT_NAME and _PORT_NAME.fullmatch(text) is not None,
            "is no name of a port: letters, digits and dashes, no more than 62",
        ),
        "probe-scheme": among(("", "HTTP", "HTTPS")),
        "probe-one": at_most_one("httpGet", "tcpSocket", "exec"),
        "probe-one-grpc": at_most_one("httpGet", "tcpSocket", "exec", "grpc"),
    }


def _extensions() -> Mapping[str, Check]:
    return {
        "module-url": form(_is_module, "not a URL of the scheme http, https, file or oci"),
        "module-variable-value": _host_variable,
        "extension-one": exactly_one("wasm", "lua"),
        "extension-at-most-one": at_most_one("wasm", "lua"),
        "metric-one": at_most_one("metric", "customMetric"),
        "tag-one": at_most_one("literal", "environment", "header"),
        "tag-one-formatter": at_most_one("literal", "environment", "header", "formatter"),
        "tag-value-set": _tag_value,
        "tag-value-unset": _tag_removed,
    }


def _scheme(text: str) -> str | None:
    url = parse_url(text)
    return None if url is None else url.scheme


def _is_module(text: str) -> bool:
    """A reference without a scheme is read as one of http."""
    scheme = _scheme(text)
    return (_scheme(f"http://{text}") if scheme is None else scheme) in _MODULE_SCHEMES


def _is_port(text: str) -> bool:
    number = integer_of(text)
    return number is not None and 0 < number <= 65535


def _port_mtls(value: object) -> Iterator[Break]:
    if has(value, "portLevelMtls") and not read_at(value, "selector", "matchLabels"):
        text = "'portLevelMtls' stands without labels in 'selector', which it needs"
        yield Break(REQUIRED, ("portLevelMtls",), text, other=("selector",))


def _waypoint(value: object) -> Iterator[Break]:
    if read_at(value, "context") == "WAYPOINT":
        if not has(value, "waypoint"):
            yield Break(REQUIRED, (), "'waypoint' is missing for context 'WAYPOINT'", Manner.ABSENT, ("context",))
    else:
        yield from only_for("context", ("WAYPOINT",), "waypoint")(value)


def _cidr_resolution(value: object) -> Iterator[Break]:
    resolution = read_at(value, "resolution")
    if resolution is None or resolution in ("STATIC", "NONE"):
        return
    for index, address in enumerate(items_of(read_at(value, "addresses"))):
        if isinstance(address, str) and "/" in address:
            text = f"{quoted(address)} is an address range, which resolution {quoted(resolution)} does not take"
            yield Break("SC135", ("addresses", index), text, other=("resolution",))


def _none_endpoints(value: object) -> Iterator[Break]:
    if has(value, "endpoints") and read_at(value, "resolution") in (None, "NONE"):
        yield Break(
            FORBIDDEN,
            ("endpoints",),
            "'endpoints' stands beside resolution 'NONE', which takes none",
            other=("resolution",),
        )


def _round_robin(least: int) -> Check:
    def check(value: object) -> Iterator[Break]:
        endpoints = read_at(value, "endpoints")
        if read_at(value, "resolution") != "DNS_ROUND_ROBIN" or not isinstance(endpoints, list):
            return
        if not least <= len(endpoints) <= 1:
            text = f"'endpoints' has {len(endpoints)} items, resolution 'DNS_ROUND_ROBIN' takes one"
            yield Break("SC135", ("endpoints",), text, other=("resolution",))

    return check


def _socket_ports(value: object) -> Iterator[Break]:
    address = read_at(value, "address")
    if isinstance(address, str) and address.startswith(_SOCKET) and has(value, "ports"):
        text = "'ports' stands beside the address of a Unix socket, which has none"
        yield Break(FORBIDDEN, ("ports",), text, other=("address",))


def _host_variable(value: object) -> Iterator[Break]:
    if read_at(value, "valueFrom") == "HOST" and has(value, "value"):
        text = "'value' stands beside valueFrom 'HOST', which takes the value from the host"
        yield Break(EXCLUSIVE, ("value",), text, other=("valueFrom",))


def _tag_value(value: object) -> Iterator[Break]:
    if read_at(value, "operation") == "UPSERT" and not read_at(value, "value"):
        if has(value, "value"):
            yield Break(REQUIRED, ("value",), "'value' is empty for operation 'UPSERT'", other=("operation",))
        else:
            yield Break(REQUIRED, (), "'value' is missing for operation 'UPSERT'", Manner.ABSENT, ("operation",))


def _tag_removed(value: object) -> Iterator[Break]:
    if read_at(value, "operation") == "REMOVE" and has(value, "value"):
        text = "'value' stands beside operation 'REMOVE', which takes none"
        yield Break(FORBIDDEN, ("value",), text, other=("operation",))
