"""Whether one match of an HTTP route takes every request that another one would."""

from collections.abc import Callable, Mapping

__all__ = ["covers_match"]

_UNASKED = frozenset({"name", "statPrefix", "ignoreUriCase"})
"""Fields that ask nothing of a request by themselves."""


def covers_match(earlier: object, later: object) -> bool:
    """Tell whether every request that fits `later` fits `earlier` too; False wherever that is not certain.

    (`istio/istio: pilot/pkg/networking/core/route/route.go`, TranslateRouteMatch)

    Args:
        earlier: A plain HTTPMatchRequest.
        later: Another one; an empty map stands for a rule without matches.
    """
    if not isinstance(earlier, dict) or not isinstance(later, dict):
        return False
    return all(_condition_covers(name, earlier, later) for name in earlier)


def _condition_covers(name: object, earlier: Mapping[object, object], later: Mapping[object, object]) -> bool:
    if name == "uri":
        return _uri_covers(earlier, later)
    if name in _UNASKED:
        return True
    check = _CHECKS.get(name)
    return check is not None and check(earlier[name], later.get(name))


def _uri_covers(earlier: Mapping[object, object], later: Mapping[object, object]) -> bool:
    wide, narrow = earlier.get("uri"), later.get("uri")
    if wide is None or wide == {"prefix": "/"}:
        return True
    if earlier.get("ignoreUriCase") is True:
        wide, narrow = _folded(wide), _folded(narrow)
    elif later.get("ignoreUriCase") is True:
        return False
    return _text_covers(wide, narrow)


def _text_covers(wide: object, narrow: object) -> bool:
    """For StringMatch values; None stands for no condition, an empty map for mere presence."""
    if wide is None or (wide == narrow and narrow is not None):
        return True
    if not isinstance(wide, dict) or not isinstance(narrow, dict) or len(wide) != 1 or len(narrow) != 1:
        return False
    form, text = next(iter(wide.items()))
    if form == "regex":
        return bool(text == ".*")
    other, inner = next(iter(narrow.items()))
    return (
        form == "prefix"
        and other in ("exact", "prefix")
        and isinstance(text, str)
        and isinstance(inner, str)
        and inner.startswith(text)
    )


def _map_covers(wide: object, narrow: object) -> bool:
    """For maps of StringMatch: each name asked for must be asked for by the other too."""
    if not wide:
        return True
    if not isinstance(wide, dict) or not isinstance(narrow, dict):
        return False
    return all(name in narrow and (value == {} or _text_covers(value, narrow[name])) for name, value in wide.items())


def _is_part(wide: object, narrow: object) -> bool:
    if not wide:
        return True
    if not isinstance(wide, dict) or not isinstance(narrow, dict):
        return False
    return all(name in narrow and narrow[name] == value for name, value in wide.items())


def _gateways_cover(wide: object, narrow: object) -> bool:
    if not wide:
        return True
    if not isinstance(wide, list) or not isinstance(narrow, list):
        return False
    return bool(narrow) and all(name in wide for name in narrow)


def _folded(match: object) -> object:
    if not isinstance(match, dict):
        return match
    return {k: v.lower() if k in ("exact", "prefix") and isinstance(v, str) else v for k, v in match.items()}


def _value_covers(wide: object, narrow: object) -> bool:
    return not wide or wide == narrow


_CHECKS: Mapping[object, Callable[[object, object], bool]] = {
    **dict.fromkeys(("scheme", "method", "authority"), _text_covers),
    **dict.fromkeys(("headers", "queryParams"), _map_covers),
    **dict.fromkeys(("port", "sourceNamespace"), _value_covers),
    **dict.fromkeys(("withoutHeaders", "sourceLabels"), _is_part),
    "gateways": _gateways_cover,
}
"""Field -> whether one value of it takes whatever another one takes."""
