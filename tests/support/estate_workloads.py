"""What runs in a generated estate: service accounts, settings, deployments, services and their network policies."""

import random
from collections.abc import Iterator

from tests.support.estate_part import Data, Part, Place, built

__all__ = ["HTTP_PORT", "account", "deployment", "namespace", "network_policy", "service", "workload"]

HTTP_PORT = 8080
_PORTS = (
    {"name": "http", "port": HTTP_PORT, "targetPort": "http", "protocol": "TCP"},
    {"name": "http-metrics", "port": 9090, "targetPort": "metrics", "protocol": "TCP"},
)
_IMAGES = ("api", "worker", "web", "gateway", "batch")
_LEVELS = ("info", "warning", "debug")


def namespace(name: str, team: str, labels: Data) -> Part:
    """A Namespace object."""
    metadata: Data = {
        "name": name,
        "labels": {**labels, "team": team},
        "annotations": {"example.com/contact": f"{team}@example.com", "example.com/cost-centre": team},
    }
    return Part(f"{name}/namespace.yaml", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})


def workload(
    place: Place, versions: tuple[str, ...], chance: random.Random, ports: tuple[Data, ...] = _PORTS
) -> Iterator[Part]:
    """One application: its account, its settings, a deployment for each version and its service."""
    file = f"{place.app}-workload"
    yield account(place)
    yield built(file, "v1", "ConfigMap", place, {"data": _settings(place, chance)})
    for version in versions:
        yield deployment(place, version, chance)
    yield service(place, ports)


def account(place: Place, name: str = "") -> Part:
    """A ServiceAccount, by default of the application's name."""
    data: Data = {"automountServiceAccountToken": False}
    return built(f"{place.app}-workload", "v1", "ServiceAccount", place, data, name=name)


def deployment(place: Place, version: str, chance: random.Random) -> Part:
    """A Deployment of one version with an account and settings of the application's name."""
    selected: Data = {"app": place.app, "version": version}
    pod: Data = {
        "serviceAccountName": place.app,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(place, version, chance)],
        "volumes": [{"name": "settings", "configMap": {"name": place.app}}],
    }
    spec: Data = {
        "replicas": chance.randint(2, 6),
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": selected},
        "template": {"metadata": {"labels": {**place.labels, "version": version}}, "spec": pod},
    }
    return built(f"{place.app}-workload", "apps/v1", "Deployment", place, {"spec": spec}, name=f"{place.app}-{version}")


def service(place: Place, ports: tuple[Data, ...] = _PORTS) -> Part:
    """The Service of all versions."""
    spec: Data = {"type": "ClusterIP", "selector": {"app": place.app}, "ports": list(ports)}
    return built(f"{place.app}-workload", "v1", "Service", place, {"spec": spec})


def network_policy(place: Place) -> Part:
    """A NetworkPolicy that lets the mesh in and keeps the rest of the cluster out."""
    everyone: Data = {"namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}}}
    spec: Data = {
        "podSelector": {"matchLabels": {"app": place.app}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [everyone], "ports": [{"port": HTTP_PORT, "protocol": "TCP"}]},
            {
                "from": [{"podSelector": {}}],
                "ports": [{"port": 9090, "protocol": "TCP"}, {"port": 15020, "protocol": "TCP"}],
            },
        ],
    }
    return built(f"{place.app}-network", "networking.k8s.io/v1", "NetworkPolicy", place, {"spec": spec})


def _container(place: Place, version: str, chance: random.Random) -> Data:
    probe: Data = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 10}
    memory = chance.choice((128, 256, 512))
    return {
        "name": place.app,
        "image": f"registry.example.com/{place.namespace}/{chance.choice(_IMAGES)}:{version}.{chance.randint(0, 40)}.0",
        "ports": [{"name": "http", "containerPort": HTTP_PORT}, {"name": "metrics", "containerPort": 9090}],
        "env": [
            {"name": "LOG_LEVEL", "value": chance.choice(_LEVELS)},
            {"name": "HTTP_PORT", "value": str(HTTP_PORT)},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        ],
        "readinessProbe": {**probe, "failureThreshold": 3},
        "livenessProbe": {**probe, "initialDelaySeconds": chance.randint(5, 30)},
        "resources": {
            "requests": {"cpu": f"{chance.randint(1, 10) * 50}m", "memory": f"{memory}Mi"},
            "limits": {"memory": f"{memory * 2}Mi"},
        },
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "settings", "mountPath": "/etc/settings", "readOnly": True}],
    }


def _settings(place: Place, chance: random.Random) -> Data:
    properties = "\n".join(f"{place.app}.limit.{n}={chance.randint(10, 9000)}" for n in range(chance.randint(4, 12)))
    return {
        "cache.size": str(chance.randint(100, 900)),
        "feature.checkout": chance.choice(("true", "false")),
        "upstream": f"http://{place.app}.{place.namespace}.svc.cluster.local:{HTTP_PORT}",
        "application.properties": f"# written by hand\nname={place.app}\n\n{properties}\n",
    }
