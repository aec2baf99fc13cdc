"""Small meshes of Istio made by chance, each with a call: the same seed gives the same world.

A call is drawn first, and most policies speak of it, so that every layer has something to decide.
"""

import json
import random
from dataclasses import dataclass
from typing import Any

from tests.posture.access.naive_values import ROOT, Call
from tests.posture.access.world_egress import outside_call, service_entries, sidecars
from tests.posture.access.world_networks import network_policy
from tests.posture.access.world_objects import Object, chosen, is_so, made, stamp
from tests.posture.access.world_policies import Scene, authorization_policy, request_authentication

__all__ = ["World", "random_world"]

_NAMES = ("shop", "bank", "lab", "edge")
_HTTP, _TCP, _DETECTED = "http", "tcp", ""


@dataclass(frozen=True)
class World:
    """Objects as plain data, and a call among them."""

    objects: tuple[Object, ...]
    call: Call
    release: tuple[int, ...]


def random_world(seed: int) -> World:
    """The world of a seed."""
    chance = random.Random(seed)
    release = chance.choice(((1, 27, 3), (1, 31, 2)))
    homes = chance.sample(_NAMES, chance.randint(2, 4))
    sort = chance.choice(("ambient", "sidecars", "mixed", "mixed"))
    namespaces = [_namespace(chance, home, homes, sort) for home in homes]
    pods = [_pod(chance, index, chance.choice(homes)) for index in range(chance.randint(3, 6))]
    said = {8080: chance.choice((_HTTP, _HTTP, _TCP, _DETECTED)), 9090: chance.choice((_HTTP, _TCP, _DETECTED))}
    services = [_service(chance, pod, said) for pod in pods if is_so(chance, 0.75)]
    waypoints = [one for home in homes for one in _waypoint(chance, home)]
    call = _call(chance, pods, services)
    scene = Scene(call, tuple(homes), tuple(pods), tuple(services), tuple(waypoints), release)
    leaving = random.Random(seed + 1_000_000)
    policies = [
        *(_peer_authentication(chance, scene, index) for index in range(chance.choice((0, 1, 1, 2)))),
        *_destination_rules(chance, scene),
        *(authorization_policy(chance, scene, index) for index in range(chance.choice((0, 1, 2, 3, 3, 4)))),
        *(request_authentication(chance, scene, index) for index in range(chance.choice((0, 1, 1, 2)))),
        *(network_policy(chance, scene, index) for index in range(chance.choice((0, 0, 0, 0, 0, 1, 2)))),
    ]
    policies += [*sidecars(leaving, scene), *service_entries(leaving, scene)]
    objects = [*_installation(chance), *namespaces, *pods, *services, *waypoints, *policies]
    if scene.client_home and is_so(leaving, 0.12):
        call = outside_call(leaving, call)
    return World(tuple(objects), call, release)


def _installation(chance: random.Random) -> list[Object]:
    domain = chance.choice(("cluster.local", "cluster.local", "td.example"))
    providers = [{"name": "asked", "envoyExtAuthzGrpc": {}}, {"name": "asked-http", "envoyExtAuthzHttp": {}}]
    mesh: dict[str, Any] = {"trustDomain": domain, "extensionProviders": providers}
    if is_so(chance, 0.2):
        mesh["trustDomainAliases"] = ["old.example"]
    if is_so(chance, 0.1):
        mesh["enableAutoMtls"] = False
    if is_so(chance, 0.15):
        mesh["outboundTrafficPolicy"] = {"mode": "REGISTRY_ONLY"}
    if is_so(chance, 0.3):
        mesh["pathNormalization"] = {"normalization": chance.choice(("NONE", "BASE", "MERGE_SLASHES"))}
    env = [{"name": "PILOT_ENABLE_AMBIENT", "value": chance.choice(("true", "true", "true", "false"))}]
    template = {"metadata": {"labels": {"app": "istiod"}}, "spec": {"containers": [{"name": "discovery", "env": env}]}}
    return [
        made("v1", "Namespace", ROOT, metadata={"labels": {}}),
        made("v1", "ConfigMap", f"{ROOT}/istio", data={"mesh": json.dumps(mesh)}),
        made(
            "apps/v1",
            "Deployment",
            f"{ROOT}/istiod",
            metadata={"labels": {"app": "istiod"}},
            spec={"template": template},
        ),
    ]


def _namespace(chance: random.Random, home: str, homes: list[str], sort: str) -> Object:
    ambient = {"istio.io/dataplane-mode": "ambient"}
    labels = chance.choice(
        (
            {"istio-injection": "enabled"},
            {"istio-injection": "enabled"},
            {"istio.io/rev": "stable"},
            {"istio-injection": "enabled", **ambient},
            {"istio-injection": "disabled", **ambient},
            ambient,
            ambient,
            ambient,
            {},
        )
    )
    if sort != "mixed":
        labels = ambient if sort == "ambient" else {"istio-injection": "enabled"}
    if labels.get("istio.io/dataplane-mode") and is_so(chance, 0.8 if sort == "ambient" else 0.5):
        labels = {**labels, "istio.io/use-waypoint": chance.choice(("gate",) * 6 + ("ghost",))}
        if is_so(chance, 0.2):
            labels["istio.io/use-waypoint-namespace"] = chance.choice(homes)
    return made("v1", "Namespace", home, metadata={"labels": {**labels, "team": chance.choice(("red", "blue"))}})


def _pod(chance: random.Random, index: int, home: str) -> Object:
    name = f"{chance.choice(('web', 'cart', 'pay'))}{index}"
    labels = {"app": name, "tier": chance.choice(("front", "back"))}
    more = {
        "sidecar.istio.io/inject": (("true", "false"), 0.12),
        "istio.io/dataplane-mode": (("ambient", "none"), 0.1),
        "networking.istio.io/tunnel": (("http",), 0.3),
        "istio.io/use-waypoint": (("gate", "none"), 0.1),
    }
    labels.update({key: chance.choice(values) for key, (values, share) in more.items() if is_so(chance, share)})
    notes = {
        "traffic.sidecar.istio.io/excludeInboundPorts": ("8080", 0.05),
        "traffic.sidecar.istio.io/excludeOutboundPorts": ("80", 0.05),
        "ambient.istio.io/bypass-inbound-capture": ("true", 0.08),
    }
    annotations = {key: value for key, (value, share) in notes.items() if is_so(chance, share)}
    account = chance.choice(("web", "cart", "default"))
    ports = [{"containerPort": 8080, "name": "main"}, {"containerPort": 9090}]
    spec = {"serviceAccountName": account, "containers": [{"name": "app", "image": "app", "ports": ports}]}
    status = {"podIP": f"10.0.{index}.2"} if is_so(chance, 0.8) else {}
    return made("v1", "Pod", f"{home}/{name}", metadata=chosen(labels, annotations), spec=spec, status=status)


def _service(chance: random.Random, pod: Object, said: dict[int, str]) -> Object:
    home, labels = pod["metadata"]["namespace"], pod["metadata"]["labels"]
    target = chance.choice((8080, 8080, 8080, 9090))
    port: dict[str, Any] = {"port": 80, "targetPort": "main" if target == 8080 and is_so(chance, 0.15) else target}
    spec: dict[str, Any] = {"selector": {"app": labels["app"]} if is_so(chance, 0.7) else {"tier": labels["tier"]}}
    if is_so(chance, 0.25):
        spec["clusterIP"], port["port"] = "None", target
    elif is_so(chance, 0.5):
        spec["clusterIP"] = "10.96.0.1"
    if said[target]:
        port.update({"appProtocol": said[target]} if is_so(chance, 0.3) else {"name": f"{said[target]}-main"})
    spec["ports"] = [port]
    if "name" in port and is_so(chance, 0.2):
        other = 9090 if target == 8080 else 8080
        number = other if spec.get("clusterIP") == "None" else 81
        spec["ports"].append({"name": "tcp-other", "port": number, "targetPort": other})
    own = {"istio.io/use-waypoint": chance.choice(("gate", "none"))} if is_so(chance, 0.2) else {}
    return made("v1", "Service", f"{home}/{labels['app']}", metadata=chosen(own), spec=spec)


def _waypoint(chance: random.Random, home: str) -> list[Object]:
    if is_so(chance, 0.2):
        return []
    wanted = chance.choice(("service", "workload", "all", "all", ""))
    labels = {"istio.io/waypoint-for": wanted} if wanted else {}
    listener: dict[str, Any] = {"name": "mesh", "port": 15008, "protocol": "HBONE"}
    if is_so(chance, 0.4):
        listener["allowedRoutes"] = {"namespaces": {"from": chance.choice(("All", "All", "Same"))}}
    spec = {"gatewayClassName": "istio-waypoint", "listeners": [listener]}
    found = [made("gateway.networking.k8s.io/v1", "Gateway", f"{home}/gate", metadata=chosen(labels), spec=spec)]
    if is_so(chance, 0.4):
        own = {"gateway.networking.k8s.io/gateway-name": "gate", "gateway.istio.io/managed": "istio.io-mesh-controller"}
        container = {"name": "istio-proxy", "image": "proxy", "ports": [{"containerPort": 15008, "name": "mesh"}]}
        running = {"serviceAccountName": "gate", "containers": [container]}
        found.append(
            made("v1", "Pod", f"{home}/gate-1", metadata=chosen(own), spec=running, status={"podIP": "10.0.9.2"})
        )
    return found


def _call(chance: random.Random, pods: list[Object], services: list[Object]) -> Call:
    client, server = chance.sample(pods, 2)
    home, labels = server["metadata"]["namespace"], server["metadata"]["labels"]
    leading = [
        one
        for one in services
        if one["metadata"]["namespace"] == home and one["spec"]["selector"].items() <= labels.items()
    ]
    service = chance.choice(leading) if leading and is_so(chance, 0.85) else None
    port = chance.choice((8080, 8080, 9090))
    if service is not None:
        target = chance.choice(service["spec"]["ports"])["targetPort"]
        port = 8080 if target == "main" else target
    source = f"{client['metadata']['namespace']}/{client['metadata']['name']}"
    if is_so(chance, 0.1):
        source, service = chance.choice(("192.0.2.1", "198.51.100.1")), None
    return Call(
        source,
        f"{home}/{server['metadata']['name']}",
        port,
        f"{home}/{service['metadata']['name']}" if service is not None else "",
        chance.choice(("GET", "GET", "POST", None)),
        chance.choice(("/api", "/api/a", "/admin?x=1", "/api/../admin", "/api//a", None)),
        chance.choice(("shop.example", "Shop.example", None)),
        {"X-User": chance.choice(("ann", "bob"))} if is_so(chance, 0.5) else {},
        _claims(chance),
    )


def _claims(chance: random.Random) -> dict[str, Any] | None:
    claims: dict[str, Any] = {"sub": chance.choice(("ann", "bob")), "aud": chance.choice(("api", ["api", "web"]))}
    claims.update({"groups": ["dev", "ops"], "scope": "read write", "org": {"unit": "north"}})
    if is_so(chance, 0.9):
        claims["iss"] = chance.choice(("issuer.example", "issuer.example", "other.example"))
    return claims if is_so(chance, 0.5) else None


def _peer_authentication(chance: random.Random, scene: Scene, index: int) -> Object:
    modes = ("STRICT", "STRICT", "PERMISSIVE", "DISABLE", "UNSET")
    home = chance.choice((scene.home, scene.home, scene.home, ROOT, chance.choice(scene.homes)))
    spec: dict[str, Any] = {}
    if is_so(chance, 0.9):
        spec["mtls"] = {"mode": chance.choice(modes)}
    if home != ROOT and is_so(chance, 0.5):
        spec["selector"] = {"matchLabels": scene.some_labels(chance)}
        if is_so(chance, 0.6):
            spec["portLevelMtls"] = {"8080": {"mode": chance.choice(modes)}}
    elif is_so(chance, 0.1):
        spec["selector"] = {}
    is_wide = home != ROOT and "matchLabels" not in spec.get("selector", {})
    if is_wide and spec.get("mtls", {}).get("mode", "UNSET") == "UNSET":
        spec["mtls"] = {"mode": "STRICT"}  # what one without a mode does to ztunnel, nobody has run
    return made("security.istio.io/v1", "PeerAuthentication", f"{home}/pa{index}", metadata=stamp(index), spec=spec)


def _destination_rules(chance: random.Random, scene: Scene) -> list[Object]:
    if not scene.call.service or is_so(chance, 0.6):
        return []
    home, _, name = scene.call.service.partition("/")
    found = {}
    for index in range(chance.choice((1, 1, 2, 3))):
        place = chance.choice((home, scene.client_home or home, ROOT))
        hosts = [f"{name}.{home}.svc.cluster.local", f"*.{home}.svc.cluster.local", "*.local"]
        host = chance.choice((*hosts, name)) if place == home else chance.choice(hosts)
        spec: dict[str, Any] = {"host": host, "trafficPolicy": _traffic_policy(chance)}
        if is_so(chance, 0.2):
            spec["exportTo"] = [chance.choice((".", "*"))]
        elif is_so(chance, 0.15):
            labels = {"app": scene.client_labels.get("app", "web")}
            spec["workloadSelector"] = {"matchLabels": chance.choice((labels, {"tier": "front"}))}
        key = place, host if host != name else hosts[0], "workloadSelector" in spec and "exportTo" not in spec
        title = f"{place}/dr{index}"
        found[key] = made("networking.istio.io/v1", "DestinationRule", title, metadata=stamp(index), spec=spec)
    return list(found.values())


def _traffic_policy(chance: random.Random) -> Object:
    modes = ("DISABLE", "SIMPLE", "ISTIO_MUTUAL", "ISTIO_MUTUAL")
    policy: dict[str, Any] = {}
    if is_so(chance, 0.8):
        policy["tls"] = {"mode": chance.choice(modes)}
    if is_so(chance, 0.3):
        entry: dict[str, Any] = {"port": {"number": 80}}
        if is_so(chance, 0.5):
            entry["tls"] = {"mode": chance.choice(modes)}
        policy["portLevelSettings"] = [entry]
    if is_so(chance, 0.1):
        policy["loadBalancer"] = {"simple": "PASSTHROUGH"}
    return policy or {"connectionPool": {}}
