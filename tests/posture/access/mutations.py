"""One change to a mesh, made by chance: of every kind that access reads, in every way that people change things."""

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["extras", "mutated"]

Object = dict[str, Any]
_Edit = Callable[[random.Random, Object], None]

_ROOT = "istio-system"
_USE, _USE_IN = "istio.io/use-waypoint", "istio.io/use-waypoint-namespace"
_LABELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("istio-injection", ("enabled", "disabled")),
    ("istio.io/dataplane-mode", ("ambient", "none")),
    (_USE, ("waypoint", "none")),
    (_USE_IN, ("ns-0", "ns-2", "shop", "bank")),
    ("team", ("team-0", "team-1", "team-2")),
    ("istio.io/rev", ("stable",)),
)
_POD_LABELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tier", ("web", "api", "db", "none")),
    ("app", ("app-0", "app-1", "app-2")),
    ("sidecar.istio.io/inject", ("true", "false")),
    ("istio.io/dataplane-mode", ("ambient", "none")),
    (_USE, ("waypoint", "none")),
    (_USE_IN, ("ns-0", "ns-2")),
    ("gateway.networking.k8s.io/gateway-name", ("waypoint",)),
)
_POD_NOTES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("linkerd.io/inject", ("enabled", "disabled")),
    ("config.linkerd.io/skip-inbound-ports", ("8080",)),
    ("config.linkerd.io/opaque-ports", ("8080", "80")),
    ("config.linkerd.io/default-inbound-policy", ("deny", "all-authenticated", "cluster-unauthenticated")),
    ("traffic.sidecar.istio.io/excludeInboundPorts", ("8080",)),
    ("traffic.sidecar.istio.io/excludeOutboundPorts", ("80",)),
)


def mutated(chance: random.Random, listed: Sequence[Object], offered: Sequence[Object]) -> list[Object]:
    """A mesh after one change.

    Args:
        chance: Where chance comes from.
        listed: The mesh; it stays as it is.
        offered: Other objects, to be added and to take specifications from.
    """
    way = chance.choice((_dropped, _added, _added, _swapped, _edited, _edited))
    return way(chance, list(listed), offered)


def _dropped(chance: random.Random, listed: list[Object], _: Sequence[Object]) -> list[Object]:
    kind = chance.choice(sorted({one["kind"] for one in listed}))
    gone = chance.choice([one for one in listed if one["kind"] == kind])
    return [one for one in listed if one is not gone]


def _added(chance: random.Random, listed: list[Object], offered: Sequence[Object]) -> list[Object]:
    kind = chance.choice(sorted({one["kind"] for one in offered}))
    new = copy.deepcopy(chance.choice([one for one in offered if one["kind"] == kind]))
    if new["metadata"].get("namespace") and chance.random() < 0.1:  # the root namespace speaks for all
        new["metadata"]["namespace"] = _ROOT
    if chance.random() < 0.6 and kind not in ("ConfigMap", "Namespace"):
        new["metadata"]["name"] = f"{new['metadata']['name']}-new"
    return [*(one for one in listed if _key(one) != _key(new)), new]


def _swapped(chance: random.Random, listed: list[Object], offered: Sequence[Object]) -> list[Object]:
    kind = chance.choice(sorted({one["kind"] for one in listed if "spec" in one}))
    old = chance.choice([one for one in listed if one["kind"] == kind])
    given = [one["spec"] for one in offered if one["kind"] == kind and "spec" in one]
    return [{**one, "spec": chance.choice(given)} if one is old and given else one for one in listed]


def _edited(chance: random.Random, listed: list[Object], _: Sequence[Object]) -> list[Object]:
    kind = chance.choice([kind for kind in _EDITS if any(one["kind"] == kind for one in listed)])
    old = chance.choice([one for one in listed if one["kind"] == kind])
    new = copy.deepcopy(old)
    _EDITS[kind](chance, new)
    return [new if one is old else one for one in listed]


def _key(one: Object) -> tuple[str, ...]:
    return one["apiVersion"], one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"]


def _marked(chance: random.Random, held: Object, field: str, choices: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    name, values = chance.choice(choices)
    held[field] = {**held.get(field, {}), name: chance.choice(values)}


def _namespace(chance: random.Random, one: Object) -> None:
    if chance.random() < 0.7:
        _marked(chance, one["metadata"], "labels", _LABELS)
    else:
        _marked(chance, one["metadata"], "annotations", _POD_NOTES[:4])


def _deployment(chance: random.Random, one: Object) -> None:
    template = one["spec"]["template"]
    match chance.randrange(6):
        case 0 | 1:
            _marked(chance, template["metadata"], "labels", _POD_LABELS)
        case 2:
            _marked(chance, template["metadata"], "annotations", _POD_NOTES)
        case 3:
            template["spec"]["serviceAccountName"] = chance.choice(("default", "app-0", "app-1", "other"))
        case 4:
            template["spec"]["hostNetwork"] = not template["spec"].get("hostNetwork", False)
        case _:
            number, name = chance.choice((8080, 8081, 9090)), chance.choice(("http", "main", "metrics"))
            template["spec"]["containers"][0]["ports"] = [{"name": name, "containerPort": number}]


def _pod(chance: random.Random, one: Object) -> None:
    match chance.randrange(4):
        case 0:
            one["spec"]["nodeName"] = f"node-{chance.randrange(3)}"
        case 1:
            one["status"] = {"podIP": f"10.0.0.{chance.randrange(1, 20)}"}
        case 2:
            one["spec"]["containers"].append(
                {"name": chance.choice(("istio-proxy", "linkerd-proxy")), "image": "proxy"}
            )
        case _:
            _marked(chance, one["metadata"], "labels", _POD_LABELS)


def _service(chance: random.Random, one: Object) -> None:
    port = one["spec"]["ports"][0]
    match chance.randrange(6):
        case 0:
            port["name"] = chance.choice(("http", "tcp", "grpc", "any"))
        case 1:
            port["targetPort"] = chance.choice((8080, 9090, "http", "metrics", "none"))
        case 2:
            port["port"] = chance.choice((80, 81, 8080))
        case 3:
            one["spec"]["selector"] = chance.choice(({"tier": "web"}, {"tier": "db"}, {"app": "app-1"}, {}))
        case 4:
            one["spec"]["clusterIP"] = chance.choice(("None", "10.96.0.7"))
        case _:
            _marked(chance, one["metadata"], "labels", _LABELS[2:4])


def _config(chance: random.Random, one: Object) -> None:
    data: dict[str, tuple[tuple[str, str], ...]] = {
        "istio": (
            ("mesh", "trustDomain: td.example\n"),
            ("mesh", "rootNamespace: ns-0\n"),
            ("mesh", "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n"),
        ),
        "linkerd-config": (("values", "identityTrustDomain: other.example\nlinkerdVersion: x\n"),),
        "cilium-config": (("enable-policy", "always"), ("enable-wireguard", "true"), ("enable-policy", "never")),
    }
    name, text = chance.choice(data.get(one["metadata"]["name"], (("other", "text"),)))
    one["data"] = {**one["data"], name: text}


_EDITS: dict[str, _Edit] = {
    "Namespace": _namespace,
    "Deployment": _deployment,
    "Pod": _pod,
    "Service": _service,
    "ConfigMap": _config,
}


def extras(chance: random.Random) -> list[Object]:
    """Objects of the kinds that a generated mesh has none of."""
    home, away = f"ns-{chance.randrange(4)}", f"ns-{chance.randrange(4)}"
    app = f"app-{chance.randrange(6)}"
    selector = {"matchLabels": chance.choice(({"app": app}, {"tier": "web"}, {"tier": "db"}))}
    peers = [{"namespaces": {"matchLabels": {"team": f"team-{chance.randrange(4)}"}}}]
    pod = {"metadata": {"labels": {"app": app, "tier": "web"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    waypoint = {"gatewayClassName": "istio-waypoint", "listeners": [{"name": "m", "port": 15008, "protocol": "HBONE"}]}
    target = {"group": "policy.linkerd.io", "kind": "Server", "name": f"policy-{chance.randrange(16)}"}
    needs = [{"group": "policy.linkerd.io", "kind": "MeshTLSAuthentication", "name": "known", "namespace": away}]
    webhook = {"name": "namespace.sidecar-injector.istio.io", "namespaceSelector": {"matchLabels": {"team": "team-1"}}}
    address = {"metadata": {"name": "node-0"}, "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.3"}]}}
    listens = {
        "selector": {"app": app},
        "servers": [{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}],
    }
    return [
        _made("networking.istio.io/v1", "Gateway", home, "entry", spec=listens),
        _made(
            "policy.linkerd.io/v1alpha1",
            "AuthorizationPolicy",
            home,
            "linkerd",
            spec={
                "targetRef": chance.choice((target, {"kind": "Namespace", "name": home})),
                "requiredAuthenticationRefs": needs,
            },
        ),
        _made(
            "policy.linkerd.io/v1alpha1",
            "MeshTLSAuthentication",
            away,
            "known",
            spec={"identities": [chance.choice(("*", f"{app}.{home}.serviceaccount.identity.linkerd.cluster.local"))]},
        ),
        _made(
            "policy.linkerd.io/v1alpha1",
            "NetworkAuthentication",
            away,
            "net",
            spec={"networks": [{"cidr": "10.0.0.0/8"}]},
        ),
        _made(
            "policy.networking.k8s.io/v1alpha1",
            "AdminNetworkPolicy",
            "",
            "admin",
            spec={
                "priority": 3,
                "subject": {"pods": {"namespaceSelector": {}, "podSelector": selector}},
                "ingress": [{"action": chance.choice(("Allow", "Deny", "Pass")), "from": peers}],
            },
        ),
        _made(
            "policy.networking.k8s.io/v1alpha1",
            "BaselineAdminNetworkPolicy",
            "",
            "default",
            spec={"subject": {"namespaces": {}}, "ingress": [{"action": "Deny", "from": peers}]},
        ),
        _made(
            "cilium.io/v2",
            "CiliumNetworkPolicy",
            home,
            "first",
            spec={"endpointSelector": selector, "ingress": [{"fromEntities": ["cluster"]}]},
        ),
        _made(
            "cilium.io/v2",
            "CiliumNetworkPolicy",
            away,
            "out",
            spec={
                "endpointSelector": {},
                "egress": [{"toServices": [{"k8sService": {"serviceName": app, "namespace": home}}]}],
            },
        ),
        _made(
            "cilium.io/v2",
            "CiliumClusterwideNetworkPolicy",
            "",
            "wide",
            spec={"endpointSelector": selector, "ingress": [{"fromCIDR": ["10.0.0.0/8"]}]},
        ),
        _made(
            "networking.istio.io/v1",
            "ServiceEntry",
            home,
            "entry",
            spec={
                "hosts": [chance.choice(("api.example.com", f"{app}.{home}.svc.cluster.local"))],
                "location": "MESH_INTERNAL",
                "resolution": "STATIC",
                "workloadSelector": {"labels": {"app": app}},
                "ports": [{"number": 80, "name": "http", "protocol": "HTTP", "targetPort": 8080}],
            },
        ),
        _made(
            "networking.istio.io/v1",
            "WorkloadEntry",
            home,
            "machine",
            spec={"address": "10.0.0.4", "labels": {"app": app}, "serviceAccount": app},
        ),
        _made(
            "networking.istio.io/v1",
            "DestinationRule",
            chance.choice((home, _ROOT)),
            "all",
            spec={
                "host": chance.choice(("*.local", f"*.{away}.svc.cluster.local", app)),
                "trafficPolicy": {"tls": {"mode": chance.choice(("DISABLE", "ISTIO_MUTUAL"))}},
            },
        ),
        _made(
            "networking.istio.io/v1",
            "Sidecar",
            chance.choice((home, _ROOT)),
            "scope",
            spec={"egress": [{"hosts": [f"{away}/*"]}], "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}},
        ),
        _made(
            "networking.istio.io/v1",
            "VirtualService",
            home,
            "route",
            spec={"hosts": [app], "http": [{"route": [{"destination": {"host": app}}]}]},
        ),
        _made("telemetry.istio.io/v1", "Telemetry", home, "seen", spec={}),
        _made(
            "security.istio.io/v1",
            "AuthorizationPolicy",
            home,
            "gate",
            spec={
                "targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "waypoint"}],
                "action": chance.choice(("ALLOW", "DENY")),
                "rules": [{"from": [{"source": {"namespaces": [away]}}]}],
            },
        ),
        _made(
            "security.istio.io/v1",
            "PeerAuthentication",
            home,
            "ports",
            spec={
                "selector": selector,
                "mtls": {"mode": "PERMISSIVE"},
                "portLevelMtls": {"8080": {"mode": chance.choice(("STRICT", "DISABLE"))}},
            },
        ),
        _made("gateway.networking.k8s.io/v1", "Gateway", home, "waypoint", spec=waypoint),
        _made(
            "v1",
            "Pod",
            home,
            f"waypoint-{chance.randrange(3)}",
            metadata={"labels": {"gateway.networking.k8s.io/gateway-name": "waypoint"}},
            spec={"serviceAccountName": "waypoint", "containers": [{"name": "istio-proxy", "image": "proxyv2"}]},
        ),
        _made("v1", "Pod", home, f"alone-{chance.randrange(3)}", metadata=pod["metadata"], spec=pod["spec"]),
        _made(
            "apps/v1",
            "Deployment",
            chance.choice((home, _ROOT)),
            "istiod",
            spec={
                "selector": {"matchLabels": {"app": "istiod"}},
                "template": {
                    "metadata": {"labels": {"app": "istiod"}},
                    "spec": {
                        "containers": [
                            {
                                "name": "discovery",
                                "image": "pilot:1.27.0",
                                "ports": [{"containerPort": 15012}],
                                "env": [{"name": "PILOT_ENABLE_AMBIENT", "value": chance.choice(("true", "false"))}],
                            }
                        ]
                    },
                },
            },
        ),
        _made(
            "apps/v1",
            "DaemonSet",
            "kube-system",
            "cilium",
            spec={
                "selector": {"matchLabels": {"k8s-app": "cilium"}},
                "template": {
                    "metadata": {"labels": {"k8s-app": "cilium"}},
                    "spec": {"hostNetwork": True, "containers": [{"name": "cilium-agent", "image": "cilium:v1.17.0"}]},
                },
            },
        ),
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "istio-sidecar-injector", "labels": {"istio.io/rev": "default"}},
            "webhooks": [webhook],
        },
        {"apiVersion": "v1", "kind": "Node", **address},
        _made(
            "v1",
            "ConfigMap",
            chance.choice((home, _ROOT)),
            chance.choice(("istio", "settings")),
            data={"mesh": "trustDomain: cluster.local\n"},
        ),
    ]


def _made(api: str, kind: str, namespace: str, name: str, **more: object) -> Object:
    own: Any = more.pop("metadata", {})
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **own}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}
