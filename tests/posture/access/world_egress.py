"""What speaks of calls on their way out of a pod, made by chance: Sidecars, ServiceEntries, calls to the outside."""

import random
from dataclasses import replace
from typing import Any

from tests.posture.access.naive_values import ROOT, Call
from tests.posture.access.world_objects import Object, is_so, made
from tests.posture.access.world_policies import Scene

__all__ = ["outside_call", "service_entries", "sidecars"]

_NETWORKING = "networking.istio.io/v1"
_HOSTS = ("api.example.com", "api.example.com", "db.example.com", "far.example.org")
_ADDRESSES = ("203.0.113.9", "192.0.2.1")
_PORTS = {443: ("TLS", "HTTPS", "TLS", "TCP"), 80: ("HTTP", "HTTP", "TCP"), 5432: ("TCP", "TLS")}


def outside_call(chance: random.Random, call: Call) -> Call:
    """The same client's call of a host or an address outside of the cluster."""
    host = chance.choice((None, None, *_HOSTS))
    server = f"host:{chance.choice(_HOSTS)}" if is_so(chance, 0.65) else chance.choice(_ADDRESSES)
    port = chance.choice((443, 443, 80, 5432))
    return replace(call, server=server, port=port, service="", host=host if not server.startswith("host:") else None)


def sidecars(chance: random.Random, scene: Scene) -> list[Object]:
    """Some for the client's namespace, for chosen pods of it, or for all."""
    found = []
    for name, home, is_chosen in (
        ("default", scene.client_home, False),
        ("chosen", scene.client_home, True),
        ("default", ROOT, False),
    ):
        if not scene.client_home or is_so(chance, 0.7):
            continue
        spec: dict[str, Any] = {}
        if is_so(chance, 0.7):
            spec["egress"] = [_listener(chance, scene) for _ in range(chance.choice((1, 1, 2)))]
        if is_so(chance, 0.5):
            spec["outboundTrafficPolicy"] = {"mode": chance.choice(("ALLOW_ANY", "REGISTRY_ONLY", "REGISTRY_ONLY"))}
        if is_chosen:
            spec["workloadSelector"] = {"labels": {"tier": chance.choice(("front", "back"))}}
        found.append(made(_NETWORKING, "Sidecar", f"{home}/{name}", spec=spec))
    return found


def _listener(chance: random.Random, scene: Scene) -> Object:
    home = chance.choice(scene.homes)
    host = chance.choice(("*", "*", "*.example.com", "api.example.com", f"*.{scene.home}.svc.cluster.local"))
    item: Object = {"hosts": [f"{chance.choice(('.', '*', '*', home, '~'))}/{host}"]}
    if is_so(chance, 0.3):
        item["hosts"].append("./*")
    if is_so(chance, 0.15):
        number = chance.choice((80, 443, 5432))
        item["port"] = {"number": number, "protocol": "TCP", "name": "listed"}
    return item


def service_entries(chance: random.Random, scene: Scene) -> list[Object]:
    """Some for hosts outside: by name, by wildcard, with addresses and without, for all or for some namespaces."""
    found = []
    for index in range(chance.choice((0, 1, 1, 2))):
        hosts = [chance.choice((*_HOSTS, "*.example.com", "*.example.org"))]
        number = chance.choice((443, 443, 80, 5432))
        port = {"number": number, "name": "main", "protocol": chance.choice(_PORTS[number])}
        spec: Object = {"hosts": hosts, "ports": [port], "resolution": chance.choice(("DNS", "NONE", "NONE"))}
        if hosts[0].startswith("*"):
            spec["resolution"] = "NONE"
        if is_so(chance, 0.4):
            spec["addresses"] = [chance.choice(("203.0.113.0/24", "203.0.113.9", "198.51.100.7"))]
        if is_so(chance, 0.4):
            spec["location"] = "MESH_EXTERNAL"
        if is_so(chance, 0.3):
            spec["exportTo"] = [chance.choice((".", "*", scene.client_home or "*"))]
        home = chance.choice(scene.homes)
        found.append(made(_NETWORKING, "ServiceEntry", f"{home}/se{index}", spec=spec))
    return found
