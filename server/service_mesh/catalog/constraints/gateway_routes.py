"""The constraints of the Gateway API's routes; Linkerd and Flagger ship some of them too.

Source: kubernetes-sigs/gateway-api, config/crd, releases v1.0 to v1.6.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from service_mesh.catalog.constraints.conditions import each_item, needed_for, only_for, when
from service_mesh.catalog.constraints.constraint import Break, Check, Manner, has, items_of, read_at
from service_mesh.catalog.constraints.forms import FORM, among, form, is_ip
from service_mesh.catalog.constraints.gateway_api import HOSTNAME, same_target
from service_mesh.catalog.constraints.lists import (
    Item,
    at_most_once,
    lone_item,
    not_together,
    or_empty,
    total_at_most,
    unique,
    unique_by,
)
from service_mesh.catalog.constraints.presence import EXCLUSIVE, REQUIRED, all_of, at_least_one, at_most_one
from service_mesh.catalog.constraints.whole import whole_fields
from service_mesh.catalog.wording import quoted
from service_mesh.model.durations import go_duration

__all__ = ["FILTERS", "filter_checks", "path_checks", "route_checks"]

FILTERS = {
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestMirror": "requestMirror",
    "RequestRedirect": "requestRedirect",
    "URLRewrite": "urlRewrite",
    "CORS": "cors",
    "ExternalAuth": "externalAuth",
    "ExtensionRef": "extensionRef",
}
"""Type of a filter -> the field that holds it."""

_ONCE = ("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "CORS")
_LITERAL = ("Exact", "PathPrefix")
_SERVICE = re.compile(r"\.?[a-z_][a-z_0-9]*(?:\.[a-z_][a-z_0-9]*)*", re.IGNORECASE)
_METHOD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_PATH = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")


def route_checks() -> Mapping[str, Check]:
    """Name -> check of everything but filters' types and paths."""
    return {**_parents(), **_rules(), **_lists(), **_matches()}


def filter_checks() -> Mapping[str, Check]:
    """Name -> check of the type of a filter and the field that goes with it."""
    needed = {f"filter-{kind}-needed": needed_for("type", (kind,), field) for kind, field in FILTERS.items()}
    return needed | {f"filter-{kind}-refused": only_for("type", (kind,), field) for kind, field in FILTERS.items()}


def path_checks() -> Mapping[str, Check]:
    """Name -> check of the path of a match, the plainest fault first."""
    holds = {
        "double-slash": "//",
        "dot": "/./",
        "dots": "/../",
        "lower-slash": "%2f",
        "upper-slash": "%2F",
        "hash": "#",
    }
    ends = {"dots": "/..", "dot": "/."}
    return {
        "path-type": _field("type", among((*_LITERAL, "RegularExpression"))),
        "path-absolute": _path(lambda text: text.startswith("/"), "no path that starts with '/'"),
        **{f"path-no-{name}": _path(_lacks(part), f"which holds {quoted(part)}") for name, part in holds.items()},
        **{
            f"path-no-{name}-end": _path(_not_ending(part), f"which ends in {quoted(part)}")
            for name, part in ends.items()
        },
        "path-letters": _path(
            lambda text: _PATH.fullmatch(text) is not None, "which holds characters that a path does not take"
        ),
    }


def _parents() -> Mapping[str, Check]:
    whole_ports = each_item(whole_fields("port"))
    return {
        "parents-named": all_of(whole_ports, same_target(("sectionName", "port"), with_namespace=True)),
        "parents-distinct": all_of(whole_ports, unique(_parent("sectionName", "port"), "the parent, section and port")),
        "parents-named-section": same_target(("sectionName",), with_namespace=True),
        "parents-distinct-section": unique(_parent("sectionName"), "the parent and section"),
        "hostnames-no-ip": each_item(form(lambda text: not is_ip(text), "an IP address, not a hostname")),
        "hostnames-form": each_item(
            form(lambda text: "*" in text or HOSTNAME.fullmatch(text) is not None, "no DNS name")
        ),
        "hostnames-wildcard": each_item(form(_is_wild_or_plain, "not '*.' before a DNS name")),
    }


def _rules() -> Mapping[str, Check]:
    return {
        "rule-names-unique": unique_by("name"),
        "rule-matches-total": total_at_most("matches", 128),
        "redirect-without-backends": _redirect_backends,
        "prefix-redirect": _prefix_match("requestRedirect", in_backends=False),
        "prefix-rewrite": _prefix_match("urlRewrite", in_backends=False),
        "prefix-redirect-backend": _prefix_match("requestRedirect", in_backends=True),
        "prefix-rewrite-backend": _prefix_match("urlRewrite", in_backends=True),
        "backend-service-port": _service_port,
        "timeouts-ordered": _timeouts,
        "permanent-cookie-timeout": _permanent_cookie,
        "cookie-config-type": only_for("type", ("Cookie",), "cookieConfig"),
    }


def _lists() -> Mapping[str, Check]:
    return {
        **{f"filter-{kind}-once": at_most_once("a filter", kind) for kind in _ONCE},
        "redirect-or-rewrite": not_together("a filter", "RequestRedirect", "URLRewrite"),
        "cors-wildcard-alone": lone_item("*"),
        "mirror-share-one": at_most_one("percent", "fraction"),
        "fraction-ordered": all_of(whole_fields("numerator", "denominator"), _fraction),
        "auth-grpc-needed": needed_for("protocol", ("GRPC",), "grpc"),
        "auth-grpc-refused": only_for("protocol", ("GRPC",), "grpc"),
        "auth-http-needed": needed_for("protocol", ("HTTP",), "http"),
        "auth-http-refused": only_for("protocol", ("HTTP",), "http"),
        "full-path-needed": needed_for("type", ("ReplaceFullPath",), "replaceFullPath"),
        "full-path-refused": only_for("type", ("ReplaceFullPath",), "replaceFullPath"),
        "prefix-match-needed": needed_for("type", ("ReplacePrefixMatch",), "replacePrefixMatch"),
        "prefix-match-refused": only_for("type", ("ReplacePrefixMatch",), "replacePrefixMatch"),
    }


def _matches() -> Mapping[str, Check]:
    return {
        "grpc-method-some": when(lambda value: has(value, "type"), at_least_one("service", "method")),
        "grpc-service-form": _exact_name("service", _SERVICE),
        "grpc-method-form": _exact_name("method", _METHOD),
    }


def _parent(*narrowing: str) -> Callable[[Item], object]:
    names = ("group", "kind", "name", "namespace", *narrowing)
    return lambda item: tuple(or_empty(item, name) for name in names)


def _is_wild_or_plain(text: str) -> bool:
    return "*" not in text or (text.startswith("*.") and HOSTNAME.fullmatch(text[2:]) is not None)


def _redirect_backends(value: object) -> Iterator[Break]:
    if items_of(read_at(value, "backendRefs")):
        for index, item in enumerate(items_of(read_at(value, "filters"))):
            if has(item, "requestRedirect"):
                text = "'requestRedirect' stands in a rule with 'backendRefs', which it excludes"
                yield Break(EXCLUSIVE, ("filters", index, "requestRedirect"), text, other=("backendRefs",))


def _prefix_match(name: str, *, in_backends: bool) -> Check:
    """Replacing a matched prefix needs one match, of a prefix; several filters of that kind are another's business."""

    def rewrites(item: object) -> bool:
        path = read_at(item, name, "path")
        return read_at(path, "type") == "ReplacePrefixMatch" and has(path, "replacePrefixMatch")

    def only_rewrite(value: object) -> list[str | int]:
        found = [index for index, item in enumerate(items_of(read_at(value, "filters"))) if rewrites(item)]
        return ["filters", found[0], name, "path"] if len(found) == 1 else []

    def place(value: object) -> list[str | int]:
        if not in_backends:
            return only_rewrite(value)
        backends = enumerate(items_of(read_at(value, "backendRefs")))
        found = [["backendRefs", index, *steps] for index, backend in backends if (steps := only_rewrite(backend))]
        return found[0] if len(found) == 1 else []

    def check(value: object) -> Iterator[Break]:
        steps = place(value)
        matches = items_of(read_at(value, "matches"))
        if steps and not (len(matches) == 1 and read_at(matches[0], "path", "type") == "PathPrefix"):
            text = (
                f"'replacePrefixMatch' of {quoted(name)} stands in a rule that does not match by one path prefix alone"
            )
            yield Break("SC135", (*steps, "replacePrefixMatch"), text, other=("matches",))

    return check


def _service_port(value: object) -> Iterator[Break]:
    is_service = read_at(value, "kind") == "Service" and not read_at(value, "group")
    if is_service:
        yield from whole_fields("port")(value)
    if is_service and not has(value, "port"):
        yield Break(REQUIRED, (), "'port' is missing for kind 'Service'", Manner.ABSENT, ("kind",))


def _timeouts(value: object) -> Iterator[Break]:
    whole, each = read_at(value, "request"), read_at(value, "backendRequest")
    if not isinstance(whole, str) or not isinstance(each, str):
        return
    limit, length = go_duration(whole), go_duration(each)
    if limit == 0:
        return
    if limit is None or length is None:
        yield Break(FORM, ("request" if limit is None else "backendRequest",), "no duration", Manner.VALUE)
    elif length > limit:
        text = f"'backendRequest' is {quoted(each)}, longer than 'request', {quoted(whole)}"
        yield Break("SC135", ("backendRequest",), text, other=("request",))


def _permanent_cookie(value: object) -> Iterator[Break]:
    if read_at(value, "cookieConfig", "lifetimeType") == "Permanent" and not has(value, "absoluteTimeout"):
        yield Break(
            REQUIRED,
            (),
            "'absoluteTimeout' is missing for lifetimeType 'Permanent'",
            Manner.ABSENT,
            ("cookieConfig", "lifetimeType"),
        )


def _fraction(value: object) -> Iterator[Break]:
    part, whole = read_at(value, "numerator"), read_at(value, "denominator")
    if isinstance(part, int | float) and isinstance(whole, int | float) and part > whole:
        text = f"'numerator' is {part}, more than 'denominator', {whole}"
        yield Break("SC135", ("numerator",), text, other=("denominator",))


def _exact_name(name: str, regex: re.Pattern[str]) -> Check:
    def check(value: object) -> Iterator[Break]:
        text = read_at(value, name)
        if read_at(value, "type") in (None, "Exact") and isinstance(text, str) and not regex.fullmatch(text):
            yield Break(FORM, (name,), f"no name of a gRPC {name}", Manner.VALUE)

    return check


def _path(is_so: Callable[[str], bool], text: str) -> Check:
    def check(value: object) -> Iterator[Break]:
        path = read_at(value, "value")
        if read_at(value, "type") in _LITERAL and isinstance(path, str) and not is_so(path):
            yield Break(FORM, ("value",), text, Manner.VALUE)

    return check


def _field(name: str, check: Check) -> Check:
    """The check, asked of a field of a map."""

    def checked(value: object) -> Iterator[Break]:
        for found in check(read_at(value, name)):
            yield Break(found.code, (name, *found.path), found.text, found.manner)

    return checked


def _lacks(part: str) -> Callable[[str], bool]:
    return lambda text: part not in text


def _not_ending(part: str) -> Callable[[str], bool]:
    return lambda text: not text.endswith(part)
