"""A second answer to where Istio's proxies send a request to a Service, written down from its documents, and plain.

It knows objects as plain data and nothing of the project. Every proxy looks at one list: VirtualServices as written,
and one for all HTTPRoutes of a namespace on one port of the Service.
(https://istio.io/latest/docs/reference/config/networking/virtual-service/,
https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule, https://gateway-api.sigs.k8s.io/mesh/)
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Object", "Question", "Sent", "outcomes"]

Object = dict[str, Any]


class Question(NamedTuple):
    """A request to a Service, and the proxy that routes it."""

    home: str
    labels: dict[str, str]
    service: str
    service_home: str
    port: int
    method: str
    path: str
    host: str
    headers: dict[str, str]
    waypoint: bool = False


class Sent(NamedTuple):
    """Where a share of such requests goes, and as what they arrive."""

    host: str
    subset: str
    port: int | None
    weight: float
    path: str
    authority: str
    headers: tuple[tuple[str, str], ...]


@dataclass
class _List:
    """What a proxy takes for one VirtualService."""

    home: str
    name: str
    born: str
    hosts: list[str]
    rules: list[dict[str, Any]]
    exports: set[str] = field(default_factory=set)
    standard: bool = False


def outcomes(objects: list[Object], asked: Question) -> list[str | Sent] | None:
    """`refused`, or what a request is sent to; both where a fault hits a part; None where no route takes part."""
    full = f"{asked.service}.{asked.service_home}.svc.cluster.local"
    lists = [one for one in (*_written(objects), *_standard(objects, asked)) if any(_fits(h, full) for h in one.hosts)]
    lists.sort(key=lambda one: (_place(one, asked.home), one.born, one.name, one.home))
    lists = [one for one in lists if _place(one, asked.home) != (9, 9)]
    if asked.waypoint:
        read = [one for one in lists if one.home in (asked.home, asked.service_home)]
        return _answer(read[0], asked) if read else None
    lists = [one for one in lists if not one.standard or one.home in (asked.home, asked.service_home)]
    own = [one for one in lists if full in one.hosts]
    if own:
        found = [one for one in own if _usable(one, asked)]
        return _answer(found[0], asked) if found else None
    longest = max((len(h) for one in lists for h in one.hosts if _fits(h, full)), default=0)
    wide = [one for one in lists if any(_fits(h, full) and len(h) == longest for h in one.hosts)]
    return _answer(wide[0], asked) if wide and _usable(wide[0], asked) else None


def _written(objects: list[Object]) -> list[_List]:
    found = []
    for one in objects:
        spec = one.get("spec", {})
        if one["kind"] != "VirtualService" or not spec.get("hosts"):
            continue
        if spec.get("gateways") and "mesh" not in spec["gateways"]:
            continue
        home = one["metadata"]["namespace"]
        rules = [rule for each in spec.get("http", []) for rule in _flat(objects, each, home)]
        hosts = [h if "." in h or h == "*" else f"{h}.{home}.svc.cluster.local" for h in spec["hosts"]]
        exports = {home if e == "." else e for e in spec.get("exportTo") or ["*"]}
        meta = one["metadata"]
        found.append(_List(home, meta["name"], meta["creationTimestamp"], hosts, rules, exports))
    return found


def _flat(objects: list[Object], rule: dict[str, Any], home: str) -> list[dict[str, Any]]:
    """A rule as written, or those of its delegate that lie within it."""
    if "delegate" not in rule:
        return [{**rule, "home": home}]
    name, place = rule["delegate"]["name"], rule["delegate"].get("namespace", home)
    for one in objects:
        meta, spec = one["metadata"], one.get("spec", {})
        if one["kind"] == "VirtualService" and (meta["name"], meta["namespace"]) == (name, place):
            exports = {place if e == "." else e for e in spec.get("exportTo") or ["*"]}
            if spec.get("hosts") or not exports & {"*", home}:
                return []
            inner = [each for each in spec.get("http", []) if "delegate" not in each]
            return [merged for each in inner if (merged := _within(rule, each, place)) is not None]
    return []


def _within(outer: dict[str, Any], inner: dict[str, Any], place: str) -> dict[str, Any] | None:
    handed = ("rewrite", "directResponse", "fault", "headers")
    found = {**{key: value for key, value in outer.items() if key in handed}, **inner, "home": place}
    if not outer.get("match"):
        return found
    if not inner.get("match"):
        return {**found, "match": outer["match"]}
    matches = []
    for narrow in inner["match"]:
        fitting = [wide for wide in outer["match"] if not _clash(wide, narrow)]
        if not fitting:
            return None
        matches += [_both(wide, narrow) for wide in fitting]
    return {**found, "match": matches}


def _both(wide: dict[str, Any], narrow: dict[str, Any]) -> dict[str, Any]:
    maps = {
        key: {**wide.get(key, {}), **narrow.get(key, {})}
        for key in ("headers", "withoutHeaders", "queryParams", "sourceLabels")
    }
    return {**wide, **narrow, **{key: value for key, value in maps.items() if value}}


def _clash(wide: dict[str, Any], narrow: dict[str, Any]) -> bool:
    pairs = [(wide.get(key), narrow.get(key)) for key in ("uri", "method", "authority")]
    for key in ("headers", "withoutHeaders", "queryParams"):
        pairs += [(wide.get(key, {}).get(name), value) for name, value in narrow.get(key, {}).items()]
    if any(_apart(one, other) for one, other in pairs):
        return True
    if bool(wide.get("ignoreUriCase")) != bool(narrow.get("ignoreUriCase")):
        return True
    if wide.get("port") and narrow.get("port") and wide["port"] != narrow["port"]:
        return True
    if wide.get("sourceNamespace") and narrow.get("sourceNamespace") != wide["sourceNamespace"]:
        return True
    labels = wide.get("sourceLabels", {})
    return any(labels.get(name, value) != value for name, value in narrow.get("sourceLabels", {}).items())


def _apart(wide: dict[str, str] | None, narrow: dict[str, str] | None) -> bool:
    """Whether a narrow condition is not within a wide one, as istiod sees it."""
    if wide is None or narrow is None:
        return False
    if not wide or not narrow:
        return True
    ((form, text),), ((other, part),) = wide.items(), narrow.items()
    if form == "exact":
        return (other, part) != ("exact", text)
    if form == "prefix" and other in ("exact", "prefix"):
        return not part.startswith(text)
    return True


def _standard(objects: list[Object], asked: Question) -> list[_List]:
    """HTTPRoutes on the Service, put together by namespace and port."""
    groups: dict[tuple[str, int | None], list[Object]] = {}
    for one in objects:
        if one["kind"] != "HTTPRoute":
            continue
        for parent in one["spec"]["parentRefs"]:
            place = parent.get("namespace", one["metadata"]["namespace"])
            if (parent["name"], place) == (asked.service, asked.service_home):
                groups.setdefault((one["metadata"]["namespace"], parent.get("port")), []).append(one)
    found = []
    for (home, port), routes in groups.items():
        routes.sort(key=lambda one: (one["metadata"]["creationTimestamp"], one["metadata"]["name"]))
        rules = [each for one in routes for rule in one["spec"]["rules"] for each in _split(rule, home, port)]
        rules.sort(key=lambda each: each["rank"], reverse=True)
        meta = routes[0]["metadata"]
        host = f"{asked.service}.{asked.service_home}.svc.cluster.local"
        found.append(_List(home, meta["name"], meta["creationTimestamp"], [host], rules, {"*"}, standard=True))
    return found


def _split(rule: dict[str, Any], home: str, port: int | None) -> list[dict[str, Any]]:
    """One rule for every match, with how specific it is."""
    found = []
    for match in rule.get("matches") or [{}]:
        path = match.get("path", {})
        form, text = path.get("type", "PathPrefix"), path.get("value", "/")
        kinds = {"Exact": 3, "PathPrefix": 2, "RegularExpression": 1}
        size = len(text.rstrip("/") or "/") if form == "PathPrefix" else len(text)
        names = {item["name"].lower(): item for item in reversed(match.get("headers", []))}
        queries = {item["name"]: item for item in reversed(match.get("queryParams", []))}
        rank = (kinds[form], size, "method" in match, len(names), len(queries))
        found.append({**rule, "of": match, "home": home, "port": port, "rank": rank})
    return found


def _place(one: _List, home: str) -> tuple[int, int]:
    """Own ones first, then those exported by name, then those for everybody."""
    if "*" in one.exports:
        return 2, 0 if one.standard and one.home == home else 1
    if home not in one.exports:
        return 9, 9
    return (0, 1) if one.home == home else (1, 1)


def _fits(pattern: str, host: str) -> bool:
    return pattern == host or (pattern.startswith("*") and host.endswith(pattern[1:]))


def _usable(one: _List, asked: Question) -> bool:
    return any(True for _ in _tried(one, asked))


def _tried(one: _List, asked: Question) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The rules and matches that the proxy gets for the port."""
    found = []
    for rule in one.rules:
        if one.standard:
            if rule["port"] in (None, asked.port):
                found.append((rule, rule["of"]))
            continue
        for match in rule.get("match") or [{}]:
            if match.get("port") not in (None, asked.port) or (asked.waypoint and match.get("sourceLabels")):
                continue
            if match.get("gateways"):
                if "mesh" in match["gateways"]:
                    found.append((rule, match))
                continue
            is_near = match.get("sourceNamespace") in (None, asked.home)
            if is_near and all(asked.labels.get(key) == value for key, value in match.get("sourceLabels", {}).items()):
                found.append((rule, match))
    return found


def _answer(one: _List, asked: Question) -> list[str | Sent] | None:
    tried = _tried(one, asked)
    if not tried:
        return None
    for rule, match in tried:
        if one.standard and _asks(match, asked):
            return _by_standard(rule, match, asked)
        if not one.standard and _meets(match, asked):
            return _by_rule(rule, match, asked)
    return ["refused"]


def _text(wanted: dict[str, str], text: str) -> bool:
    ((form, said),) = wanted.items()
    if form == "regex":
        return re.fullmatch(said, text) is not None
    return text == said if form == "exact" else text.startswith(said)


def _query(asked: Question) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in filter(None, asked.path.partition("?")[2].split("&")):
        found.setdefault(piece.partition("=")[0], piece.partition("=")[2])
    return found


def _meets(match: dict[str, Any], asked: Question) -> bool:
    path = asked.path.partition("?")[0]
    if "uri" in match:
        fold = str.lower if match.get("ignoreUriCase") else str
        if not _text({form: fold(said) for form, said in match["uri"].items()}, fold(path)):
            return False
    for key, text in (("method", asked.method), ("authority", asked.host)):
        if key in match and not _text(match[key], text):
            return False
    for name, wanted in match.get("headers", {}).items():
        if name not in asked.headers or (wanted and not _text(wanted, asked.headers[name])):
            return False
    for name, wanted in match.get("withoutHeaders", {}).items():
        if (name in asked.headers) if not wanted else _text(wanted, asked.headers.get(name, "")):
            return False
    query = _query(asked)
    return all(name in query and _text(wanted, query[name]) for name, wanted in match.get("queryParams", {}).items())


def _by_rule(rule: dict[str, Any], match: dict[str, Any], asked: Question) -> list[str | Sent]:
    abort = rule.get("fault", {}).get("abort")
    share = abort.get("percentage", {"value": 100}).get("value", 0) if abort else 0
    if share >= 100 or "redirect" in rule or "directResponse" in rule:
        return ["refused"]
    found: list[str | Sent] = ["refused"] if share > 0 else []
    routes = rule["route"]
    for route in routes:
        if len(routes) > 1 and not route.get("weight"):
            continue
        path, host, headers = asked.path, asked.host, {key.lower(): value for key, value in asked.headers.items()}
        for part in (rule, route):
            host = _edited(headers, part.get("headers", {}).get("request", {})) or host
        above = rule.get("headers", {}).get("request", {})
        host = above.get("set", {}).get("host") or host
        host = rule.get("rewrite", {}).get("authority") or host
        if "uri" in rule.get("rewrite", {}):
            path = _replaced(match.get("uri"), path, rule["rewrite"]["uri"])
        to = route["destination"]
        full = to["host"] if "." in to["host"] else f"{to['host']}.{rule['home']}.svc.cluster.local"
        weight = route.get("weight", 0) if len(routes) > 1 else 1
        number = to.get("port", {}).get("number")
        found.append(Sent(full, to.get("subset", ""), number, weight, path, host, tuple(sorted(headers.items()))))
    return found


def _edited(headers: dict[str, str], edit: dict[str, Any]) -> str:
    """Change headers as an edit says; the host that it sets."""
    for name in edit.get("remove", []):
        headers.pop(name.lower(), None)
    for name, value in edit.get("set", {}).items():
        if name != "host":
            headers[name.lower()] = value
    for name, value in edit.get("add", {}).items():
        headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
    return str(edit.get("set", {}).get("host", ""))


def _replaced(uri: dict[str, str] | None, path: str, new: str) -> str:
    before, mark, query = path.partition("?")
    ((form, text),) = (uri or {"prefix": "/"}).items()
    return (new + before[len(text) :] if form == "prefix" else new) + mark + query


def _asks(match: dict[str, Any], asked: Question) -> bool:
    path = asked.path.partition("?")[0]
    wanted = match.get("path", {})
    form, text = wanted.get("type", "PathPrefix"), wanted.get("value", "/")
    if form == "Exact" and path != text:
        return False
    if form == "RegularExpression" and re.fullmatch(text, path) is None:
        return False
    if form == "PathPrefix" and text != "/":
        prefix = text.rstrip("/")
        if path != prefix and not path.startswith(f"{prefix}/"):
            return False
    if match.get("method") not in (None, asked.method):
        return False
    seen: set[str] = set()
    for item in match.get("headers", []):
        name = item["name"].lower()
        if name not in seen and asked.headers.get(name) != item["value"]:
            return False
        seen.add(name)
    query = _query(asked)
    return all(query.get(item["name"]) == item["value"] for item in match.get("queryParams", []))


def _by_standard(rule: dict[str, Any], match: dict[str, Any], asked: Question) -> list[str | Sent]:
    filters = {one["type"]: one for one in rule.get("filters", [])}
    backends = [one for one in rule.get("backendRefs", []) if one.get("weight", 1) > 0]
    if "RequestRedirect" in filters or not backends:
        return ["refused"]
    headers = {key.lower(): value for key, value in asked.headers.items()}
    path, host = asked.path, asked.host
    edit = filters.get("RequestHeaderModifier", {}).get("requestHeaderModifier", {})
    for name in edit.get("remove", []):
        headers.pop(name.lower(), None)
    for item in edit.get("set", []):
        headers[item["name"].lower()] = item["value"]
    for item in edit.get("add", []):
        name = item["name"].lower()
        headers[name] = f"{headers[name]},{item['value']}" if name in headers else item["value"]
    change = filters.get("URLRewrite", {}).get("urlRewrite", {})
    host = change.get("hostname") or host
    before, mark, query = path.partition("?")
    if "replaceFullPath" in change.get("path", {}):
        path = change["path"]["replaceFullPath"] + mark + query
    elif "replacePrefixMatch" in change.get("path", {}):
        prefix = match.get("path", {}).get("value", "/").rstrip("/")
        rest = before[len(prefix) :].lstrip("/")
        path = f"{change['path']['replacePrefixMatch'].rstrip('/')}/{rest}".rstrip("/" if not rest else "") or "/"
        path = path + mark + query
    found: list[str | Sent] = []
    for one in backends:
        full = f"{one['name']}.{one.get('namespace', rule['home'])}.svc.cluster.local"
        found.append(Sent(full, "", one["port"], one.get("weight", 1), path, host, tuple(sorted(headers.items()))))
    return found
