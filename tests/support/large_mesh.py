"""A generated mesh of any size, with sidecars, ambient mode, Linkerd, network policies and Cilium side by side.

The same arguments give the same objects on every machine. From a shell:
`python -m tests.support.large_mesh FOLDER WORKLOADS POLICIES [--sidecars]`.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["MOST", "Size", "objects", "write_large_mesh"]

MOST = 20_000
"""Workloads, or policies, at most: what is generated is for this machine."""

Object = dict[str, object]

_EACH = 50
_MODES = ("sidecar", "ambient", "waypoint", "linkerd", "none")
_TIERS = ("web", "api", "db")
_TRUST = "cluster.local"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is.

    Attributes:
        workloads: Number of workloads.
        policies: Number of policies of all kinds.
        namespaces: Number of namespaces; one for each fifty workloads where it is 0.
        has_cilium: Whether Cilium is the network plugin, with policies of its own.
        encrypts: Whether Cilium encrypts between nodes.
        has_sidecars: Whether there is nothing but sidecars, with a Sidecar and a DestinationRule among six policies.
    """

    workloads: int
    policies: int
    namespaces: int = 0
    has_cilium: bool = True
    encrypts: bool = False
    has_sidecars: bool = False

    @property
    def spaces(self) -> int:
        """Number of namespaces."""
        return self.namespaces or max(2, self.workloads // _EACH)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a policy goes, and whom it can name there.

    Attributes:
        random: Where chance comes from.
        name: Name of the policy.
        number: Number of the namespace.
        size: How much there is.
    """

    random: random.Random
    name: str
    number: int
    size: Size

    @property
    def namespace(self) -> str:
        """The namespace."""
        return f"ns-{self.number}"

    def workload(self, number: int | None = None) -> int:
        """One of the workloads of a namespace, by number."""
        place = self.number if number is None else number
        held = range(place, self.size.workloads, self.size.spaces)
        return self.random.choice(held) if held else 0

    def labels(self) -> Object:
        """Labels of one or of some workloads."""
        if self.random.random() < 0.6:
            return {"app": f"app-{self.workload()}"}
        return {"tier": self.random.choice(_TIERS)}

    def other(self) -> int:
        """Number of some namespace."""
        return self.random.randrange(self.size.spaces)

    def made(self, api: str, kind: str, spec: Object, namespace: str | None = None) -> Object:
        """An object of this place."""
        home = self.namespace if namespace is None else namespace
        metadata = {"name": self.name, **({"namespace": home} if home else {})}
        return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def objects(size: Size, seed: int = 0) -> Iterator[Object]:
    """The objects of a mesh: the workloads with their Services, then the policies.

    Raises:
        ValueError: More is asked for than a test needs.
    """
    if not 0 < size.workloads <= MOST or not 0 <= size.policies <= MOST:
        raise ValueError(f"from 1 to {MOST} workloads and at most {MOST} policies")
    chance = random.Random(seed)
    for number in range(size.spaces):
        yield from _namespace(number, "sidecar" if size.has_sidecars else _MODES[number % len(_MODES)])
    yield from _installations(size)
    for number in range(size.workloads):
        yield from _workload(chance, number, number % size.spaces)
    makers = _SIDECAR_MAKERS if size.has_sidecars else _MAKERS if size.has_cilium else _PLAIN_MAKERS
    for number in range(size.policies):
        place = _Place(chance, f"policy-{number}", chance.randrange(size.spaces), size)
        yield makers[number % len(makers)](place)


def write_large_mesh(folder: Path, size: Size, seed: int = 0) -> None:
    """Write a mesh as files, two hundred objects in each."""
    listed = list(objects(size, seed))
    for start in range(0, len(listed), 200):
        text = "\n---\n".join(json.dumps(one) for one in listed[start : start + 200])
        (folder / f"part-{start // 200}.yaml").write_text(text + "\n", encoding="utf-8")


def _namespace(number: int, mode: str) -> Iterator[Object]:
    labels = {"kubernetes.io/metadata.name": f"ns-{number}", "team": f"team-{number % 7}"}
    labels |= {"istio-injection": "enabled"} if mode == "sidecar" else {}
    labels |= {"istio.io/dataplane-mode": "ambient"} if mode in ("ambient", "waypoint") else {}
    labels |= {"istio.io/use-waypoint": "waypoint"} if mode == "waypoint" else {}
    metadata: Object = {"name": f"ns-{number}", "labels": labels}
    metadata |= {"annotations": {"linkerd.io/inject": "enabled"}} if mode == "linkerd" else {}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    if mode == "waypoint":
        yield {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "waypoint", "namespace": f"ns-{number}"},
            "spec": {
                "gatewayClassName": "istio-waypoint",
                "listeners": [{"name": "mesh", "port": 15008, "protocol": "HBONE"}],
            },
        }


def _installations(size: Size) -> Iterator[Object]:
    for name in ("istio-system", "linkerd", "kube-system"):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    yield _config("istio", "istio-system", {"mesh": f"trustDomain: {_TRUST}\nrootNamespace: istio-system\n"})
    yield _config("linkerd-config", "linkerd", {"values": "identityTrustDomain: cluster.local\nlinkerdVersion: x\n"})
    if size.has_cilium:
        switch = {"enable-wireguard": "true"} if size.encrypts else {}
        yield _config("cilium-config", "kube-system", {"enable-policy": "default", **switch})


def _config(name: str, namespace: str, data: dict[str, str]) -> Object:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _workload(chance: random.Random, number: int, space: int) -> Iterator[Object]:
    name, namespace = f"app-{number}", f"ns-{space}"
    labels = {"app": name, "tier": chance.choice(_TIERS)}
    annotations: dict[str, str] = {}
    odd = chance.random()
    if odd < 0.04:
        labels |= {"sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none"}
        annotations |= {"linkerd.io/inject": "disabled"}
    elif odd < 0.06:
        annotations |= {"traffic.sidecar.istio.io/excludeInboundPorts": "9090"}
    elif odd < 0.08:
        annotations |= {"config.linkerd.io/skip-outbound-ports": "80"}
    ports = [{"name": "http", "containerPort": 8080}]
    ports += [{"name": "metrics", "containerPort": 9090}] if chance.random() < 0.5 else []
    account = name if chance.random() < 0.5 else "default"
    spec: Object = {"serviceAccountName": account, "containers": [{"name": "app", "image": "app", "ports": ports}]}
    spec |= {"hostNetwork": True} if chance.random() < 0.02 else {}
    template = {"metadata": {"labels": labels, "annotations": annotations}, "spec": spec}
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template},
    }
    if chance.random() < 0.9:
        yield _service(chance, name, namespace)


def _service(chance: random.Random, name: str, namespace: str) -> Object:
    named = "http" if chance.random() < 0.8 else "tcp"
    ports = [{"name": named, "port": 80, "targetPort": chance.choice((8080, "http"))}]
    spec: Object = {"selector": {"app": name}, "ports": ports}
    spec |= {"clusterIP": "None"} if chance.random() < 0.05 else {}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _network_policy(place: _Place) -> Object:
    chance = place.random
    peers: list[Object] = [
        {"podSelector": {"matchLabels": place.labels()}},
        {"namespaceSelector": {"matchLabels": {"team": f"team-{chance.randrange(7)}"}}, "podSelector": {}},
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": f"ns-{place.other()}"}}},
        {"ipBlock": {"cidr": "10.0.0.0/8"}},
    ]
    ports: list[Object] = [{"port": 8080}, {"port": "http"}, {"port": 15008}, {"port": 4143}]
    item: Object = {"ports": chance.sample(ports, 2)} if chance.random() < 0.5 else {}
    listed = chance.sample(peers, chance.randrange(1, 3))
    selector: Object = {"matchLabels": place.labels()} if chance.random() < 0.9 else {}
    if chance.random() < 0.7:
        rule: Object = {"policyTypes": ["Ingress"], "ingress": [{"from": listed, **item}]}
    else:
        rule = {"policyTypes": ["Egress"], "egress": [{"to": listed, **item}]}
    return place.made("networking.k8s.io/v1", "NetworkPolicy", {"podSelector": selector, **rule})


def _admin_policy(place: _Place) -> Object:
    chance = place.random
    spaces: Object = {"namespaces": {"matchLabels": {"team": f"team-{chance.randrange(7)}"}}}
    subject: Object = {"namespaces": {"matchLabels": {"kubernetes.io/metadata.name": place.namespace}}}
    rule: Object = {"name": "a", "action": chance.choice(("Allow", "Deny", "Pass")), "from": [spaces]}
    spec: Object = {"priority": chance.randrange(100), "subject": subject, "ingress": [rule]}
    return place.made("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", spec, "")


def _cilium_policy(place: _Place) -> Object:
    chance = place.random
    is_egress = chance.random() < 0.3
    end = "toEndpoints" if is_egress else "fromEndpoints"
    peers: list[Object] = [
        {end: [{"matchLabels": place.labels()}]},
        {end: [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": f"ns-{place.other()}"}}]},
        {end: [{"matchLabels": {"io.cilium.k8s.namespace.labels.team": f"team-{chance.randrange(7)}"}}]},
        {"toEntities" if is_egress else "fromEntities": ["cluster"]},
    ]
    port: Object = {"ports": [{"port": chance.choice(("8080", "http", "15008", "4143")), "protocol": "TCP"}]}
    port |= {"rules": {"http": [{"method": "GET"}]}} if chance.random() < 0.2 else {}
    item: Object = {**chance.choice(peers), **({"toPorts": [port]} if chance.random() < 0.5 else {})}
    direction = "egress" if is_egress else "ingress"
    direction += "Deny" if chance.random() < 0.2 and "rules" not in port else ""
    spec: Object = {"endpointSelector": {"matchLabels": place.labels()}, direction: [item]}
    return place.made("cilium.io/v2", "CiliumNetworkPolicy", spec)


def _clusterwide_policy(place: _Place) -> Object:
    spec: Object = {
        "endpointSelector": {"matchLabels": {**place.labels(), "k8s:io.kubernetes.pod.namespace": place.namespace}},
        "ingress": [{"fromEntities": ["cluster", "host"]}],
    }
    return place.made("cilium.io/v2", "CiliumClusterwideNetworkPolicy", spec, "")


def _authorization_policy(place: _Place) -> Object:
    chance = place.random
    number, space = place.workload(), place.other()
    sources: list[Object] = [
        {"principals": [f"{_TRUST}/ns/{place.namespace}/sa/app-{number}"]},
        {"principals": [f"{_TRUST}/ns/ns-{space}/*"]},
        {"namespaces": [f"ns-{space}", place.namespace]},
        {"notNamespaces": [f"ns-{space}"]},
        {"serviceAccounts": [f"ns-{space}/app-{place.workload(space)}"]},
    ]
    operations: list[Object] = [{"methods": ["GET"]}, {"paths": ["/admin*"]}, {"ports": ["8080"]}]
    rule: Object = {"from": [{"source": chance.choice(sources)}]} if chance.random() < 0.8 else {}
    rule |= {"to": [{"operation": chance.choice(operations)}]} if chance.random() < 0.3 else {}
    scope: Object = {"selector": {"matchLabels": place.labels()}} if chance.random() < 0.9 else {}
    if _MODES[place.number % len(_MODES)] == "waypoint" and chance.random() < 0.5:
        scope = {"targetRefs": [{"group": "", "kind": "Service", "name": f"app-{number}"}]}
    action = "DENY" if chance.random() < 0.3 else "ALLOW"
    return place.made("security.istio.io/v1", "AuthorizationPolicy", {**scope, "action": action, "rules": [rule]})


def _peer_authentication(place: _Place) -> Object:
    chance = place.random
    spec: Object = {"mtls": {"mode": chance.choice(("STRICT", "PERMISSIVE", "DISABLE"))}}
    spec |= {"selector": {"matchLabels": place.labels()}} if chance.random() < 0.8 else {}
    return place.made("security.istio.io/v1", "PeerAuthentication", spec)


def _request_authentication(place: _Place) -> Object:
    rule = {"issuer": "https://issuer.example.com", "jwks": "{}"}
    return place.made(
        "security.istio.io/v1",
        "RequestAuthentication",
        {"selector": {"matchLabels": place.labels()}, "jwtRules": [rule]},
    )


def _destination_rule(place: _Place) -> Object:
    chance, space = place.random, place.other()
    host = f"app-{place.workload(space)}.ns-{space}.svc.cluster.local"
    mode = chance.choice(("DISABLE", "ISTIO_MUTUAL", "SIMPLE"))
    spec: Object = {"host": host, "trafficPolicy": {"tls": {"mode": mode}}}
    spec |= {"exportTo": ["."]} if chance.random() < 0.3 else {}
    return place.made("networking.istio.io/v1", "DestinationRule", spec)


def _sidecar(place: _Place) -> Object:
    chance = place.random
    spec: Object = {"egress": [{"hosts": ["./*", f"ns-{place.other()}/*"]}]}
    spec |= {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}} if chance.random() < 0.5 else {}
    spec |= {"workloadSelector": {"labels": place.labels()}} if chance.random() < 0.7 else {}
    return place.made("networking.istio.io/v1", "Sidecar", spec)


def _server(place: _Place) -> Object:
    chance = place.random
    selector = {"matchLabels": place.labels()}
    port = chance.choice((8080, "http", 9090))
    return place.made("policy.linkerd.io/v1beta3", "Server", {"podSelector": selector, "port": port})


def _server_authorization(place: _Place) -> Object:
    chance = place.random
    clients: list[Object] = [
        {"meshTLS": {"identities": ["*"]}},
        {"meshTLS": {"serviceAccounts": [{"name": f"app-{place.workload()}", "namespace": place.namespace}]}},
        {"meshTLS": {"identities": [f"*.ns-{place.other()}.serviceaccount.identity.linkerd.cluster.local"]}},
        {"unauthenticated": True, "networks": [{"cidr": "10.0.0.0/8"}]},
    ]
    spec: Object = {"server": {"selector": {}}, "client": chance.choice(clients)}
    return place.made("policy.linkerd.io/v1beta1", "ServerAuthorization", spec)


_Maker = Callable[[_Place], Object]

_PLAIN_MAKERS: tuple[_Maker, ...] = (
    _network_policy,
    _authorization_policy,
    _peer_authentication,
    _server,
    _network_policy,
    _destination_rule,
    _authorization_policy,
    _sidecar,
    _server_authorization,
    _request_authentication,
    _admin_policy,
)
_MAKERS: tuple[_Maker, ...] = (
    *_PLAIN_MAKERS[:-1],
    _cilium_policy,
    _cilium_policy,
    _clusterwide_policy,
)
_SIDECAR_MAKERS: tuple[_Maker, ...] = (
    _sidecar,
    _destination_rule,
    _network_policy,
    _authorization_policy,
    _peer_authentication,
    _request_authentication,
    _sidecar,
    _destination_rule,
    _network_policy,
    _authorization_policy,
    _network_policy,
    _authorization_policy,
)


def main() -> None:
    """Write a mesh into a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.large_mesh")
    parser.add_argument("folder", type=Path)
    parser.add_argument("workloads", type=int)
    parser.add_argument("policies", type=int)
    parser.add_argument("--sidecars", action="store_true", help="nothing but sidecars, with many Sidecar objects")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    size = Size(arguments.workloads, arguments.policies, 0, not arguments.sidecars, has_sidecars=arguments.sidecars)
    write_large_mesh(arguments.folder, size)


if __name__ == "__main__":
    main()
