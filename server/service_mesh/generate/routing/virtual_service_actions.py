"""Actions as fields of a rule of a VirtualService.

(https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute)
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.routing.actions import Actions, Cors, Fault, HeaderEdits, NewPath, Origin, Redirect, Retries

__all__ = ["ALWAYS", "action_rules", "retry_on"]

ALWAYS = ("connect-failure", "refused-stream", "unavailable", "cancelled")
"""What Istio retries by default: requests that nobody worked on, for which the method does not matter.

(`istio/istio: pilot/pkg/networking/core/route/retry/retry.go`)
"""

_GATEWAY_ERRORS = frozenset({502, 503, 504})
_ANY_PATH = "/.*"
_HOST = "([-a-z0-9]+[.])+"


def action_rules(rule: Mapping[str, Any], actions: Actions) -> Iterator[dict[str, Any]]:
    """A rule with its actions: two rules where a prefix is replaced, since Istio replaces the characters of a match.

    `prefix: /cart/` with `uri: /` takes the slash away with it, and `exact: /cart` needs another text.

    Args:
        rule: The rule as it is without them.
        actions: The actions.
    """
    found = {**rule, **_fields(actions)}
    path = actions.rewrite.path if actions.rewrite is not None else None
    if path is None:
        yield found
        return
    asked = rule.get("match") or [{}]
    for form in ("exact", "prefix"):
        if matches := [one for one in asked if form in one.get("uri", {"prefix": "/"})]:
            match = {"match": matches} if rule.get("match") else {}
            yield {**found, **match, "rewrite": {**found.get("rewrite", {}), **_uri(path, form)}}


def retry_on(retries: Retries) -> str:
    """The conditions of retries.

    A try that takes too long ends with a reset, which single statuses do not take.
    (`envoyproxy/envoy: source/common/router/retry_state_impl.cc`, wouldRetryFromReset)
    """
    statuses = list(retries.statuses)
    has_all = set(statuses) >= _GATEWAY_ERRORS
    if has_all:
        statuses = [one for one in statuses if one not in _GATEWAY_ERRORS]
    resets = ["gateway-error"] if has_all else ["reset"] if retries.per_try else []
    return ",".join((*ALWAYS, *resets, *map(str, statuses)))


def _fields(actions: Actions) -> dict[str, Any]:
    rewrite = actions.rewrite
    parts: dict[str, Any] = {
        "redirect": _redirect(actions.redirect) if actions.redirect is not None else None,
        "rewrite": {"authority": rewrite.host} if rewrite is not None and rewrite.host else None,
        "timeout": actions.timeout,
        "retries": _retries(actions.retries) if actions.retries is not None else None,
        "fault": _fault(actions.fault) if actions.fault is not None else None,
        "corsPolicy": _cors(actions.cors) if actions.cors is not None else None,
        "headers": _headers(actions),
    }
    return {name: part for name, part in parts.items() if part}


def _retries(retries: Retries) -> dict[str, Any]:
    if not retries.attempts:
        return {"attempts": 0}
    found: dict[str, Any] = {"attempts": retries.attempts}
    if retries.per_try:
        found["perTryTimeout"] = retries.per_try
    return {**found, "retryOn": retry_on(retries)}


def _uri(path: NewPath, form: str) -> dict[str, Any]:
    if path.full:
        return (
            {"uri": path.full} if form == "exact" else {"uriRegexRewrite": {"match": _ANY_PATH, "rewrite": path.full}}
        )
    below = path.prefix.rstrip("/")
    return {"uri": below or "/"} if form == "exact" else {"uri": f"{below}/"}


def _redirect(redirect: Redirect) -> dict[str, Any]:
    parts = {
        "scheme": redirect.scheme,
        "authority": redirect.host,
        "port": redirect.port,
        "uri": redirect.path.full if redirect.path is not None else "",
        "redirectCode": redirect.status,
    }
    return {name: part for name, part in parts.items() if part}


def _headers(actions: Actions) -> dict[str, Any]:
    both = {"request": actions.request, "response": actions.response}
    return {name: _edits(edits) for name, edits in both.items() if edits is not None}


def _edits(edits: HeaderEdits) -> dict[str, Any]:
    parts: dict[str, Any] = {"set": dict(edits.set), "add": dict(edits.add), "remove": list(edits.remove)}
    return {name: part for name, part in parts.items() if part}


def _fault(fault: Fault) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if fault.delay:
        found["delay"] = {"fixedDelay": fault.delay, "percentage": {"value": fault.delayed}}
    if fault.status:
        found["abort"] = {"httpStatus": fault.status, "percentage": {"value": fault.aborted}}
    return found


def _cors(cors: Cors) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "allowOrigins": [_origin(one) for one in cors.origins],
        "allowMethods": list(cors.methods),
        "allowHeaders": list(cors.headers),
        "exposeHeaders": list(cors.exposed),
        "allowCredentials": cors.credentials,
        "maxAge": f"{cors.max_age}s" if cors.max_age else "",
    }
    return {name: part for name, part in parts.items() if part}


def _origin(origin: Origin) -> dict[str, str]:
    if origin.form == "any":
        return {"exact": "*"}
    if origin.form == "below":
        scheme, _, host = origin.text.partition("://")
        return {"regex": f"{scheme}://{_HOST}{re.escape(host)}"}
    return {origin.form: origin.text}
