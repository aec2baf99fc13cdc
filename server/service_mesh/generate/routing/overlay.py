"""Rules that change what is done with requests and not where they go, laid over the rules that are there.

A rule without destinations leaves requests where they go: each rule that is there keeps its own, and a rule for some of
the requests takes over those of the rule that takes them today. VirtualServices try rules in their order, routes of the
Gateway API the most specific first; the order here is right for both.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from service_mesh.generate.held import Asked, asked_of, is_rest, joined
from service_mesh.generate.routing.merging import over_route, over_rule

__all__ = ["GATEWAY_API", "ISTIO", "Words", "laid_over"]

_Rule = dict[str, Any]


class Words(NamedTuple):
    """How a dialect writes rules.

    Attributes:
        asking: The field with the matches.
        sending: The field with the destinations.
        answering: Whether a rule sends requests nowhere.
        path: The field of a match with its condition on the path.
        merged: A rule with new actions, which come before its own.
    """

    asking: str
    sending: str
    answering: Callable[[_Rule], bool]
    path: str
    merged: Callable[[_Rule, _Rule], _Rule]

    def asked(self, rule: _Rule) -> Asked:
        """What a rule asks for; nothing for one that takes everything."""
        return asked_of(rule, self.asking)


def laid_over(written: Sequence[_Rule], there: object, plain: _Rule, words: Words) -> list[_Rule]:
    """All rules of an object.

    Args:
        written: The new rules.
        there: The rules that are there; anything but a list for none.
        plain: The rule that sends everything to the Service as it is.
        words: The dialect.
    """
    held = [one for one in there if isinstance(one, dict)] if isinstance(there, list) else []
    if all(words.sending in one for one in written):
        return joined(written, held, words.asking) if held else list(written)
    rules = held or [plain]
    for one in (one for one in written if is_rest(words.asked(one))):
        rules = [rule if _is_elsewhere(rule, one, words) else _over(rule, one, words) for rule in rules]
    special = [one for one in written if not is_rest(words.asked(one))]
    for one in reversed(special):
        rules = _with(one, rules, plain, words)
    return [one for one in rules if one not in held or not _is_replaced(one, special, words)]


def _with(new: _Rule, rules: list[_Rule], plain: _Rule, words: Words) -> list[_Rule]:
    """Rules with one more for some of the requests."""
    asked = words.asked(new)
    same = next((one for one in rules if words.asked(one) == asked), None)
    if same is not None:
        return [(_over(one, new, words) if one is same else one) for one in rules]
    first = [one for one in rules if _is_below(words.asked(one), asked, words)]
    others = [one for one in rules if one not in first]
    if words.answering(new):
        return [*first, new, *others]
    both = [one for other in rules if (one := _both(new, other, words)) is not None]
    taking = next((one for one in rules if words.sending in one and _takes(words.asked(one), asked)), plain)
    base = {name: value for name, value in taking.items() if name not in (words.asking, "name")}
    return [*first, *both, _over({words.asking: new[words.asking], **base}, new, words), *others]


def _is_replaced(there: _Rule, special: list[_Rule], words: Words) -> bool:
    """Whether new rules took over all that a rule was for, so that no request reaches it."""
    taken = [match for one in special for match in words.asked(one)]
    asked = words.asked(there)
    return bool(asked) and all(one in taken for one in asked)


def _over(there: _Rule, new: _Rule, words: Words) -> _Rule:
    """A rule that is there with new actions; one that sends requests nowhere stays as it is."""
    if words.sending not in there:
        return there
    actions = {name: value for name, value in new.items() if name not in (words.asking, words.sending)}
    if words.answering(new):
        return {words.asking: there[words.asking], **actions} if words.asking in there else actions
    return words.merged(there, actions)


def _both(new: _Rule, other: _Rule, words: Words) -> _Rule | None:
    """A rule for requests that two rules are for; None where there are none, or one of both takes them anyway.

    Rules with a path stay as they are: which of two paths is the more specific decides between them.
    """
    asked = words.asked(other)
    is_apart = any(words.path in one for one in asked) or _takes(asked, words.asked(new))
    if words.sending not in other or is_apart:
        return None
    matches = [_join(one, two) for one in new[words.asking] for two in asked]
    found = [one for one in matches if one is not None]
    return _over({**other, words.asking: found}, new, words) if found else None


def _join(one: _Rule, two: _Rule) -> _Rule | None:
    """What both ask for; None where they contradict each other."""
    found = dict(one)
    for name, value in two.items():
        held = found.get(name, value)
        if isinstance(held, dict) and isinstance(value, dict) and name == "headers":
            if any(held.get(key, text) != text for key, text in value.items()):
                return None
            found[name] = {**held, **value}
        elif isinstance(held, list) and isinstance(value, list):
            found[name] = [*held, *(item for item in value if item not in held)]
        elif held != value:
            return None
        else:
            found[name] = value
    return found


def _takes(asked: Asked, new: Asked) -> bool:
    """Whether a rule takes every request that a new one is for, if no other does before it."""
    return not asked or all(any(_implies(mine, one) for one in asked) for mine in new)


def _implies(one: _Rule, other: _Rule) -> bool:
    """Whether whatever meets one match meets another, as far as their words tell."""
    return all(_holds(one.get(name), value) for name, value in other.items())


def _holds(there: object, asked: object) -> bool:
    if isinstance(there, dict) and isinstance(asked, dict):
        return all(there.get(name) == value for name, value in asked.items())
    if isinstance(there, list) and isinstance(asked, list):
        return all(one in there for one in asked)
    return there == asked


def _is_elsewhere(rule: _Rule, new: _Rule, words: Words) -> bool:
    """Whether a rule is for other ports than the new one."""
    ports = [{one.get("port") for one in words.asked(held)} for held in (rule, new)]
    return bool(ports[0] and ports[1] and None not in ports[0] | ports[1] and not ports[0] & ports[1])


def _is_below(asked: Asked, new: Asked, words: Words) -> bool:
    """Whether a rule is for paths below those of the new one alone."""
    mine, theirs = ([_text(one, words) for one in held] for held in (new, asked))
    if not theirs or not all(theirs):
        return False
    return all(any(len(text) > len(own) and text.startswith(f"{own}/") for own in mine if own) for text in theirs)


def _text(match: _Rule, words: Words) -> str:
    """The path of a match, without the slash at its end."""
    path = match.get(words.path)
    found = (path.get(name) for name in ("value", "exact", "prefix", "regex")) if isinstance(path, dict) else ()
    return next((text.rstrip("/") for text in found if isinstance(text, str)), "")


def _redirects(rule: _Rule) -> bool:
    filters: Iterable[Any] = rule.get("filters") or ()
    return any(isinstance(one, dict) and one.get("type") == "RequestRedirect" for one in filters)


ISTIO = Words("match", "route", lambda rule: "redirect" in rule, "uri", over_rule)
"""Rules of VirtualServices."""

GATEWAY_API = Words("matches", "backendRefs", _redirects, "path", over_route)
"""Rules of HTTPRoutes."""
