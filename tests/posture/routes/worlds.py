"""Small meshes of Istio made by chance, each with a request to a Service and the proxy that routes it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.posture.access.world_objects import Object, chosen, is_so, made
from tests.posture.routes.naive import Question

__all__ = ["HEADERS", "METHODS", "PATHS", "World", "random_world"]

PATHS = ("/", "/items", "/items/7", "/it", "/Items", "/new?a=1&b=2", "/items?a=2", "/old")
METHODS = ("GET", "POST")
HEADERS: tuple[dict[str, str], ...] = ({}, {"x-user": "ada"}, {"x-user": "bob", "x-beta": "1"}, {"x-beta": "2"})
_HOMES = ("shop", "bank", "edge")
_NAMES = ("cart", "pay", "web")
_VIRTUAL, _ROUTE = "networking.istio.io/v1", "gateway.networking.k8s.io/v1"
_SERVICE = {"group": "", "kind": "Service"}


@dataclass(frozen=True)
class World:
    """Objects as plain data, and what is asked about them."""

    objects: tuple[Object, ...]
    asked: Question


@dataclass
class _Draw:
    """What the draws of one world share."""

    chance: random.Random
    service: str
    home: str
    client: str

    def one(self, *of: Any) -> Any:
        return self.chance.choice(of)

    def so(self, share: float) -> bool:
        return is_so(self.chance, share)


def random_world(seed: int) -> World:
    """The world of a seed."""
    chance = random.Random(seed)
    draw = _Draw(chance, "cart", chance.choice(_HOMES), chance.choice(_HOMES))
    waypoint = draw.so(0.3)
    objects = [_namespace(home, ambient=waypoint) for home in _HOMES]
    objects += [_service(name, home, waypoint=waypoint) for home in _HOMES for name in _NAMES]
    objects += [_deployment("asking", draw.client, {"app": "asking", "tier": draw.one("a", "b")})]
    ages = [f"2026-01-{day:02}T00:00:00Z" for day in range(1, 20)]
    chance.shuffle(ages)
    objects += [_virtual(draw, index, ages.pop()) for index in range(draw.one(0, 1, 1, 2, 3))]
    objects += [_delegate(draw, index, ages.pop()) for index in range(2)]
    objects += [_route(draw, index, ages.pop()) for index in range(draw.one(0, 0, 1, 2))]
    if waypoint:
        objects.append(_waypoint(draw.home))
    chance.shuffle(objects)
    labels = next(one for one in objects if one["kind"] == "Deployment")["spec"]["template"]["metadata"]["labels"]
    where = draw.home if waypoint else draw.client
    request = draw.one(*METHODS), draw.one(*PATHS), f"cart.{draw.home}.svc.cluster.local", draw.one(*HEADERS)
    return World(tuple(objects), Question(where, labels, "cart", draw.home, draw.one(80, 80, 90), *request, waypoint))


def _namespace(home: str, *, ambient: bool) -> Object:
    labels = {"istio.io/dataplane-mode": "ambient"} if ambient else {"istio-injection": "enabled"}
    return made("v1", "Namespace", home, metadata=chosen(labels))


def _service(name: str, home: str, *, waypoint: bool) -> Object:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}, {"name": "http-b", "port": 90, "targetPort": 9090}]
    labels = {"istio.io/use-waypoint": "way"} if waypoint and name == "cart" else {}
    spec = {"clusterIP": "10.0.0.9", "selector": {"app": name}, "ports": ports}
    return made("v1", "Service", f"{home}/{name}", metadata=chosen(labels), spec=spec)


def _deployment(name: str, home: str, labels: dict[str, str]) -> Object:
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "app"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return made("apps/v1", "Deployment", f"{home}/{name}", spec=spec)


def _waypoint(home: str) -> Object:
    listeners = [{"name": "mesh", "port": 15008, "protocol": "HBONE"}]
    spec = {"gatewayClassName": "istio-waypoint", "listeners": listeners}
    return made("gateway.networking.k8s.io/v1", "Gateway", f"{home}/way", spec=spec)


def _virtual(draw: _Draw, index: int, age: str) -> Object:
    home = draw.one(draw.home, draw.client, *_HOMES)
    full = f"cart.{draw.home}.svc.cluster.local"
    hosts = draw.one(
        [full], [full], ["cart"], ["other.example", full], [f"*.{draw.home}.svc.cluster.local"], ["*.local"]
    )
    spec: Object = {"hosts": hosts, "http": [_rule(draw, delegating=True) for _ in range(draw.one(1, 1, 2, 3))]}
    if draw.so(0.3):
        spec["exportTo"] = draw.one(["."], ["*"], [draw.client], ["bank", "shop"], [".", "edge"])
    if draw.so(0.15):
        spec["gateways"] = draw.one(["shop/gate"], ["mesh"], ["shop/gate", "mesh"])
    return made(_VIRTUAL, "VirtualService", f"{home}/vs-{index}", metadata={"creationTimestamp": age}, spec=spec)


def _delegate(draw: _Draw, index: int, age: str) -> Object:
    spec: Object = {"http": [_rule(draw, delegating=False) for _ in range(draw.one(1, 2))]}
    if draw.so(0.2):
        spec["exportTo"] = draw.one(["."], ["shop"])
    home = draw.one("shop", "bank")
    return made(_VIRTUAL, "VirtualService", f"{home}/part-{index}", metadata={"creationTimestamp": age}, spec=spec)


def _rule(draw: _Draw, *, delegating: bool) -> Object:
    rule: Object = {}
    if draw.so(0.7):
        rule["match"] = [_match(draw) for _ in range(draw.one(1, 1, 2))]
    if draw.so(0.12):
        rule["fault"] = {"abort": {"httpStatus": 503, **draw.one({}, {"percentage": {"value": draw.one(0, 40, 100)}})}}
    if draw.so(0.2):
        rule["rewrite"] = draw.one(
            {"uri": "/new"}, {"uri": "/"}, {"authority": "far.example"}, {"uri": "/a", "authority": "b"}
        )
    if draw.so(0.2):
        rule["headers"] = {"request": _edit(draw)}
    if delegating and draw.so(0.15):
        return {**rule, "delegate": {"name": f"part-{draw.one(0, 1)}", "namespace": draw.one("shop", "bank")}}
    if draw.so(0.12):
        return {**rule, **draw.one({"redirect": {"uri": "/x"}}, {"directResponse": {"status": 404}})}
    count = draw.one(1, 1, 1, 2, 3)
    rule["route"] = [_destination(draw) for _ in range(count)]
    if count > 1:
        for part in rule["route"]:
            part["weight"] = draw.one(0, 20, 50)
        rule["route"][0]["weight"] = 30
    return rule


def _destination(draw: _Draw) -> Object:
    to: Object = {"host": draw.one("cart", "pay", f"cart.{draw.home}.svc.cluster.local")}
    if draw.so(0.3):
        to["subset"] = draw.one("v1", "v2")
    if draw.so(0.4):
        to["port"] = {"number": draw.one(80, 90)}
    return {"destination": to}


def _edit(draw: _Draw) -> Object:
    edit: Object = {}
    if draw.so(0.5):
        edit["set"] = draw.one({"x-user": "eve"}, {"host": "set.example"}, {"X-Beta": "9"})
    if draw.so(0.4):
        edit["add"] = draw.one({"x-user": "add"}, {"x-more": "1"})
    if draw.so(0.4):
        edit["remove"] = draw.one(["x-beta"], ["X-User"])
    return edit


def _match(draw: _Draw) -> Object:
    parts: tuple[tuple[str, float, Callable[[], Any]], ...] = (
        (
            "uri",
            0.6,
            lambda: draw.one({"prefix": "/"}, {"prefix": "/it"}, {"exact": "/items"}, {"regex": "/items/[0-9]+"}),
        ),
        ("ignoreUriCase", 0.1, lambda: True),
        ("method", 0.25, lambda: {"exact": draw.one(*METHODS)}),
        ("headers", 0.2, lambda: draw.one({"x-user": {"exact": "ada"}}, {"x-beta": {}}, {"x-user": {"prefix": "b"}})),
        ("withoutHeaders", 0.1, lambda: draw.one({"x-user": {"exact": "ada"}}, {"x-beta": {}})),
        ("queryParams", 0.1, lambda: {"a": {"exact": draw.one("1", "2")}}),
        ("authority", 0.07, lambda: draw.one({"prefix": "cart"}, {"exact": "cart"})),
        ("port", 0.15, lambda: draw.one(80, 90)),
        ("sourceLabels", 0.12, lambda: {"tier": draw.one("a", "b")}),
        ("sourceNamespace", 0.08, lambda: draw.one(*_HOMES)),
        ("gateways", 0.06, lambda: draw.one(["mesh"], ["shop/gate"])),
    )
    found = {name: make() for name, share, make in parts if draw.so(share)}
    if "regex" in found.get("uri", {}):
        found.pop("ignoreUriCase", None)
    return found


def _route(draw: _Draw, index: int, age: str) -> Object:
    parent: Object = {**_SERVICE, "name": "cart", "namespace": draw.home}
    if draw.so(0.5):
        parent["port"] = draw.one(80, 80, 90)
    rules = [_standard_rule(draw) for _ in range(draw.one(1, 2))]
    home = draw.one(draw.home, draw.client, *_HOMES)
    spec = {"parentRefs": [parent], "rules": rules}
    return made(_ROUTE, "HTTPRoute", f"{home}/route-{index}", metadata={"creationTimestamp": age}, spec=spec)


def _standard_rule(draw: _Draw) -> Object:
    rule: Object = {}
    if draw.so(0.8):
        rule["matches"] = [_standard_match(draw) for _ in range(draw.one(1, 1, 2))]
    filters: list[Object] = []
    if draw.so(0.12):
        filters.append({"type": "RequestRedirect", "requestRedirect": {"hostname": "far.example"}})
    if draw.so(0.2):
        edit = {
            "set": [{"name": "X-User", "value": "eve"}],
            "add": [{"name": "x-more", "value": "1"}],
            "remove": ["x-beta"],
        }
        kept = draw.one(["set"], ["add", "remove"], ["set", "remove"])
        filters.append({"type": "RequestHeaderModifier", "requestHeaderModifier": {key: edit[key] for key in kept}})
    forms = [match.get("path", {}) for match in rule.get("matches", [{}])]
    below = all(path.get("type", "PathPrefix") == "PathPrefix" and path.get("value", "/") != "/" for path in forms)
    if draw.so(0.25):
        prefix = (
            draw.one({"replacePrefixMatch": "/v2"}, {"replacePrefixMatch": "/"})
            if below
            else {"replaceFullPath": "/v2"}
        )
        filters.append(
            {"type": "URLRewrite", "urlRewrite": {"path": prefix, **draw.one({}, {"hostname": "b.example"})}}
        )
    if filters:
        rule["filters"] = filters
    count = draw.one(0, 1, 1, 2)
    if count:
        rule["backendRefs"] = [_backend(draw) for _ in range(count)]
    return rule


def _backend(draw: _Draw) -> Object:
    backend: Object = {"name": draw.one("cart", "pay"), "port": draw.one(80, 90)}
    if draw.so(0.4):
        backend["namespace"] = draw.one(*_HOMES)
    if draw.so(0.4):
        backend["weight"] = draw.one(0, 1, 9)
    return backend


def _standard_match(draw: _Draw) -> Object:
    found: Object = {}
    if draw.so(0.7):
        found["path"] = draw.one(
            {"value": "/items"},
            {"type": "Exact", "value": "/items"},
            {"value": "/"},
            {"type": "RegularExpression", "value": "/it.*"},
        )
    if draw.so(0.3):
        found["method"] = draw.one(*METHODS)
    if draw.so(0.25):
        found["headers"] = [{"name": draw.one("x-user", "X-Beta"), "value": draw.one("ada", "1")}]
    if draw.so(0.15):
        found["queryParams"] = [{"name": "a", "value": draw.one("1", "2")}]
    return found
