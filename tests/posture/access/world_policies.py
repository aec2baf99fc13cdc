"""AuthorizationPolicies and RequestAuthentications made by chance, most of them about one call."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from tests.posture.access.naive_values import ROOT, Call
from tests.posture.access.world_objects import Object, is_so, made

__all__ = ["Scene", "authorization_policy", "request_authentication"]

_SECURITY = "security.istio.io/v1"


@dataclass(frozen=True)
class Scene:
    """A call, and the objects that policies may name."""

    call: Call
    homes: tuple[str, ...]
    pods: tuple[Object, ...]
    services: tuple[Object, ...]
    waypoints: tuple[Object, ...]
    release: tuple[int, ...]

    @property
    def home(self) -> str:
        """Namespace of the server; the client's for a server outside."""
        return self.call.server.partition("/")[0] if "/" in self.call.server else self.client_home

    @property
    def client_home(self) -> str:
        """Namespace of the client; empty for one outside."""
        return self.call.client.rpartition("/")[0]

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of the server."""
        return self._labels(self.call.server)

    @property
    def client_labels(self) -> Mapping[str, str]:
        """Labels of the client; none for one outside."""
        return self._labels(self.call.client)

    @property
    def account(self) -> str:
        """Account of the client."""
        return next((str(one["spec"]["serviceAccountName"]) for one in self.pods if _is(one, self.call.client)), "web")

    def some_labels(self, chance: random.Random) -> Object:
        """Labels that select the server, or may not."""
        by_app = {"app": self.labels.get("app", "nobody")}
        return chance.choice((by_app, by_app, {"tier": "front"}, {"app": "nobody"}))

    def _labels(self, title: str) -> Mapping[str, str]:
        return next((one["metadata"]["labels"] for one in self.pods if _is(one, title)), {})


def authorization_policy(chance: random.Random, scene: Scene, index: int, action: str = "") -> Object:
    """A policy, of an action where one is asked for."""
    action = action or chance.choice(("ALLOW",) * 4 + ("DENY",) * 3 + ("CUSTOM",) * 3 + ("AUDIT",))
    home, spec = _place(chance, scene)
    if action != "ALLOW" or is_so(chance, 0.5):
        spec["action"] = action
    if action == "CUSTOM":
        spec["provider"] = {"name": chance.choice(("asked", "asked", "asked-http", "nobody"))}
    rules = [_rule(chance, scene) for _ in range(chance.choice((0, 1, 1, 1, 2) if action == "ALLOW" else (1, 1, 2)))]
    if rules or is_so(chance, 0.5):
        spec["rules"] = rules
    trial = {"annotations": {"istio.io/dry-run": "true"}} if action != "CUSTOM" and is_so(chance, 0.07) else {}
    return made(_SECURITY, "AuthorizationPolicy", f"{home}/ap{index}", metadata=trial, spec=spec)


def request_authentication(chance: random.Random, scene: Scene, index: int) -> Object:
    """One or two issuers, for some audiences or any."""
    home, spec = _place(chance, scene)
    rules = []
    for _ in range(chance.randint(1, 2)):
        rule: Object = {"issuer": chance.choice(("issuer.example", "issuer.example", "other.example"))}
        if is_so(chance, 0.4):
            rule["audiences"] = [chance.choice(("api", "web"))]
        rules.append(rule)
    spec["jwtRules"] = rules
    return made(_SECURITY, "RequestAuthentication", f"{home}/ra{index}", spec=spec)


def _is(pod: Object, title: str) -> bool:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" == title


def _place(chance: random.Random, scene: Scene) -> tuple[str, Object]:
    """Where a policy lives, and what it selects or targets."""
    targets: list[tuple[str, Object]] = []
    if scene.call.service:
        home, _, name = scene.call.service.partition("/")
        targets += [(home, {"group": "", "kind": "Service", "name": name})] * 3
    gateway = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gate"}
    targets.append((scene.home, gateway))
    by_class = {"group": "gateway.networking.k8s.io", "kind": "GatewayClass", "name": "istio-waypoint"}
    targets.append((chance.choice((ROOT, scene.home)), by_class))
    if scene.waypoints and is_so(chance, 0.45):
        home, target = chance.choice(targets)
        if is_so(chance, 0.1):
            home = chance.choice(scene.homes)
        return home, {"targetRef": target} if is_so(chance, 0.1) else {"targetRefs": [target]}
    home = chance.choice((scene.home,) * 7 + (ROOT, chance.choice(scene.homes)))
    selectors: list[Object] = [{}, {}, {"selector": {"matchLabels": scene.some_labels(chance)}}, {"selector": {}}]
    return home, chance.choices(selectors, (4, 4, 6, 1))[0]


def _rule(chance: random.Random, scene: Scene) -> Object:
    rule: Object = {}
    if is_so(chance, 0.55):
        rule["from"] = [{"source": _source(chance, scene)} for _ in range(chance.choice((1, 1, 2)))]
    if is_so(chance, 0.5):
        rule["to"] = [{"operation": _operation(chance)} for _ in range(chance.choice((1, 1, 2)))]
    if is_so(chance, 0.3):
        rule["when"] = [_condition(chance, scene) for _ in range(chance.choice((1, 1, 2)))]
    return rule


def _source(chance: random.Random, scene: Scene) -> Object:
    home, account = scene.client_home or "shop", scene.account
    domain = chance.choice(("cluster.local", "cluster.local", "td.example", "old.example", "*"))
    gate = f"cluster.local/ns/{scene.home}/sa/gate"
    values = {
        "principals": (
            f"{domain}/ns/{home}/sa/{account}",
            gate,
            gate,
            "*",
            "cluster.local/*",
            f"*/sa/{account}",
            "far/*",
        ),
        "namespaces": (home, home, scene.home, f"{home[:2]}*", f"*{home[2:]}", f"{home[0]}*{home[-1]}", "*"),
        "serviceAccounts": (f"{home}/{account}", account, f"{scene.home}/gate", "shop/*"),
        "trustDomains": ("cluster.local", "td.example", "td*", "*"),
        "requestPrincipals": ("*", "issuer.example/ann", "issuer.example/*", "*/bob"),
        "ipBlocks": ("10.0.0.0/16", "10.0.1.0/24", "192.0.2.1", "0.0.0.0/0", "2001:db8::/32"),
        "remoteIpBlocks": ("10.0.0.0/8",),
    }
    return _held(chance, values, (6, 6, 3, 2 if scene.release >= (1, 31) else 0, 3, 4, 1), empty=0.02)


def _operation(chance: random.Random) -> Object:
    values = {
        "hosts": ("shop.example", "SHOP.example", "*.example", "*"),
        "methods": ("GET", "GET", "POST", "*"),
        "paths": ("/api", "/api/*", "*/a", "/api/{*}", "/{**}", "/admin", "/a*/{*}"),
        "ports": ("8080", "8080", "80", "9090"),
    }
    return _held(chance, values, (2, 4, 5, 5), empty=0.02)


def _held(
    chance: random.Random, values: Mapping[str, tuple[str, ...]], weights: tuple[int, ...], *, empty: float
) -> Object:
    """One or two fields, each or its negative, with one or two values."""
    if is_so(chance, empty):
        return {}
    found: Object = {}
    for name in chance.choices(list(values), weights, k=chance.choice((1, 1, 2))):
        field = f"not{name[0].upper()}{name[1:]}" if is_so(chance, 0.25) else name
        found[field] = [chance.choice(values[name]) for _ in range(chance.choice((1, 1, 2)))]
    return found


def _condition(chance: random.Random, scene: Scene) -> Object:
    home = scene.client_home or "shop"
    values = {
        "source.ip": ("10.0.0.0/16", "192.0.2.0/24"),
        "source.namespace": (home, scene.home),
        "source.principal": (f"cluster.local/ns/{home}/sa/{scene.account}", "*"),
        "source.serviceAccount": (f"{home}/{scene.account}",),
        "destination.ip": ("10.0.0.0/16", "10.96.0.0/16"),
        "destination.port": ("8080", "80"),
        "request.headers[x-user]": ("ann", "a*", "*b", "*"),
        "request.auth.principal": ("issuer.example/ann", "*"),
        "request.auth.audiences": ("api", "web"),
        "request.auth.claims[groups]": ("dev", "adm*"),
        "request.auth.claims[scope]": ("read", "all"),
        "request.auth.claims[org][unit]": ("north", "*th"),
        "connection.sni": ("shop.example",),
        "remote.ip": ("10.0.0.0/8",),
        "source.labels": ("nobody",),
    }
    weights = (3, 3, 3, 1, 2, 4, 5, 2, 1, 2, 1, 1, 1, 1, 1)
    key = chance.choices(list(values), weights)[0]
    field = chance.choice(("values", "values", "values", "notValues"))
    return {"key": key, field: [chance.choice(values[key]) for _ in range(chance.choice((1, 1, 2)))]}
