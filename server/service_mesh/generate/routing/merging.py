"""Actions of a rule that is there and new ones in one rule: the new ones come first, headers are changed by both."""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["over_route", "over_rule"]

_Fields = dict[str, Any]
_LISTS = ("set", "add", "remove")


def over_rule(there: _Fields, new: _Fields) -> _Fields:
    """A rule of a VirtualService with new fields."""
    found = {**there, **new}
    held, added = there.get("headers"), new.get("headers")
    if isinstance(held, dict) and isinstance(added, dict):
        sides = {side: _edits(held.get(side), added.get(side)) for side in ("request", "response")}
        found["headers"] = {side: edits for side, edits in sides.items() if edits}
    return found


def over_route(there: _Fields, new: _Fields) -> _Fields:
    """A rule of an HTTPRoute with new fields; filters of one type are one filter, since a rule has each once."""
    held, added = ([one for one in rule.get("filters") or () if isinstance(one, dict)] for rule in (there, new))
    found = {**there, **new}
    if added:
        kinds = {one["type"]: one for one in added}
        kept = [_filter(one, kinds.pop(one["type"])) if one.get("type") in kinds else one for one in held]
        found["filters"] = [*kept, *kinds.values()]
    return found


def _filter(there: _Fields, new: _Fields) -> _Fields:
    if not str(new["type"]).endswith("HeaderModifier"):
        return new
    (field,) = (name for name in new if name != "type")
    return {"type": new["type"], field: _edits(there.get(field), new[field])}


def _edits(there: object, new: object) -> _Fields:
    """Changes of headers; what is said of a header that both set or remove is the new one's."""
    held, mine = (one if isinstance(one, dict) else {} for one in (there, new))
    named = {_name(one) for part in ("set", "remove") for one in _listed(mine.get(part))}
    added = {_name(one) for one in _listed(mine.get("add"))}
    found: _Fields = {}
    for part in _LISTS:
        hidden = named | added if part == "add" else named
        found[part] = _joined(held.get(part), mine.get(part), hidden)
    return {part: edits for part, edits in found.items() if edits}


def _joined(there: object, new: object, hidden: set[str]) -> Any:
    if isinstance(there, dict) or isinstance(new, dict):
        maps = [one if isinstance(one, dict) else {} for one in (there, new)]
        return {name: text for name, text in maps[0].items() if name.lower() not in hidden} | maps[1]
    return [*(one for one in _listed(there) if _name(one) not in hidden), *_listed(new)]


def _listed(held: object) -> Iterable[Any]:
    return held if isinstance(held, list | tuple | dict) else ()


def _name(entry: object) -> str:
    """The name of a header: an entry of a list, or a name itself."""
    return str(entry.get("name") if isinstance(entry, Mapping) else entry).lower()
