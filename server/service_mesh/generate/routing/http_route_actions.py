"""Actions as fields of a rule of an HTTPRoute, and as annotations of Linkerd on it.

(https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule, https://linkerd.io/2-edge/reference/retries/,
https://linkerd.io/2-edge/reference/timeouts/)
"""

from collections.abc import Mapping
from typing import Any

from service_mesh.generate.parameters.durations import milliseconds
from service_mesh.generate.routing.actions import (
    Actions,
    Cors,
    HeaderEdits,
    NewPath,
    Origin,
    Redirect,
    Retries,
    Rewrite,
)

__all__ = ["action_fields", "annotations"]

_SECOND = 1000


def action_fields(actions: Actions, *, is_annotated: bool) -> dict[str, Any]:
    """The fields of a rule; retries are an annotation or nothing, since their field is experimental.

    Args:
        actions: The actions.
        is_annotated: Whether the mesh reads timeouts from annotations, and not from the rule.
    """
    found: dict[str, Any] = {}
    if actions.timeout and not is_annotated:
        found["timeouts"] = {"request": actions.timeout}
    if filters := _filters(actions):
        found["filters"] = filters
    return found


def annotations(actions: Actions) -> Mapping[str, str]:
    """What Linkerd reads of the route; those of a Service hold where a route has none of a group."""
    found = {}
    if actions.timeout:
        found["timeout.linkerd.io/request"] = _duration(actions.timeout)
    if actions.retries is not None:
        found |= _retries(actions.retries)
    return found


def _retries(retries: Retries) -> Mapping[str, str]:
    found = {
        "retry.linkerd.io/http": ",".join(map(str, retries.statuses)),
        "retry.linkerd.io/limit": str(retries.attempts),
    }
    return {**found, "retry.linkerd.io/timeout": _duration(retries.per_try)} if retries.per_try else found


def _duration(text: str) -> str:
    """A whole number and one unit, which is all that Linkerd's annotations take."""
    whole = milliseconds(text)
    return f"{whole // _SECOND}s" if whole % _SECOND == 0 else f"{whole}ms"


def _filters(actions: Actions) -> list[dict[str, Any]]:
    parts: dict[str, dict[str, Any] | None] = {
        "RequestHeaderModifier": _edits(actions.request) if actions.request is not None else None,
        "ResponseHeaderModifier": _edits(actions.response) if actions.response is not None else None,
        "RequestRedirect": _redirect(actions.redirect) if actions.redirect is not None else None,
        "URLRewrite": _rewrite(actions.rewrite) if actions.rewrite is not None else None,
        "CORS": _cors(actions.cors) if actions.cors is not None else None,
    }
    return [{"type": name, field_of(name): part} for name, part in parts.items() if part]


def field_of(kind: str) -> str:
    """The field with the settings of a filter: `urlRewrite`."""
    return {"URLRewrite": "urlRewrite", "CORS": "cors"}.get(kind, f"{kind[:1].lower()}{kind[1:]}")


def _edits(edits: HeaderEdits) -> dict[str, Any]:
    parts: dict[str, Any] = {"set": _pairs(edits.set), "add": _pairs(edits.add), "remove": list(edits.remove)}
    return {name: part for name, part in parts.items() if part}


def _pairs(held: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in held.items()]


def _path(path: NewPath) -> dict[str, str]:
    if path.full:
        return {"type": "ReplaceFullPath", "replaceFullPath": path.full}
    return {"type": "ReplacePrefixMatch", "replacePrefixMatch": path.prefix}


def _rewrite(rewrite: Rewrite) -> dict[str, Any]:
    found: dict[str, Any] = {"hostname": rewrite.host} if rewrite.host else {}
    return {**found, "path": _path(rewrite.path)} if rewrite.path is not None else found


def _redirect(redirect: Redirect) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "scheme": redirect.scheme,
        "hostname": redirect.host,
        "port": redirect.port,
        "path": _path(redirect.path) if redirect.path is not None else None,
        "statusCode": redirect.status,
    }
    return {name: part for name, part in parts.items() if part}


def _cors(cors: Cors) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "allowOrigins": [_origin(one) for one in cors.origins],
        "allowMethods": list(cors.methods),
        "allowHeaders": list(cors.headers),
        "exposeHeaders": list(cors.exposed),
        "allowCredentials": cors.credentials,
        "maxAge": cors.max_age,
    }
    return {name: part for name, part in parts.items() if part}


def _origin(origin: Origin) -> str:
    if origin.form == "any":
        return "*"
    return origin.text.replace("://", "://*.", 1) if origin.form == "below" else origin.text
