"""What a connection carries between two pods of Istio's mesh, written down plainly.

Sources: https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/ and
https://istio.io/latest/docs/concepts/security/#peer-authentication; for what they leave open `istio/istio`:
`pilot/pkg/networking/core/cluster_tls.go`, `pilot/pkg/model/push_context.go`, `pilot/pkg/xds/endpoints/mtls_checker.go`
and `pilot/pkg/serviceregistry/ambient`; `istio/ztunnel: src/proxy/outbound.rs`.
"""

from collections.abc import Mapping

from tests.posture.access.naive_egress import is_blocking, is_imported
from tests.posture.access.naive_values import (
    ROOT,
    Call,
    Object,
    World,
    annotations_of,
    environment,
    find,
    home_of,
    labels_of,
    name_of,
    namespace_labels,
    of_kind,
    selects,
    setting,
)

__all__ = ["carried", "egress_refusal", "entry_of", "from_waypoint", "is_headless", "pass_by", "plane", "protocol_of"]

_HTTP = ("http", "http2", "grpc")
_SEEN = ("STRICT", "PERMISSIVE", "DISABLE")


def plane(world: World, pod: Object) -> str:
    """`sidecar`, `ambient` or `none`."""
    own, wide = labels_of(pod), namespace_labels(world, home_of(pod))
    asked = own.get("sidecar.istio.io/inject")
    if asked != "false":
        if "istio-injection" in wide:
            injected = wide["istio-injection"] == "enabled"
        else:
            injected = "istio.io/rev" in wide or asked == "true"
        if injected:
            return "sidecar"
    wanted = own.get("istio.io/dataplane-mode", wide.get("istio.io/dataplane-mode"))
    return "ambient" if wanted == "ambient" else "none"


def carried(world: World, call: Call, release: tuple[int, ...]) -> set[str]:
    """What arrives: `mtls`, `hbone`, `plaintext`, `app_tls` or `broken`; more than one where it is not known which."""
    client, server = find(world, "Pod", call.client), find(world, "Pod", call.server)
    assert server is not None
    kind = plane(world, client) if client is not None else "none"
    if kind == "sidecar" and client is not None:
        sent = _from_sidecar(world, client, server, call)
    elif kind == "ambient":
        sent = {_from_ztunnel(world, server)}
    else:
        sent = {"plaintext"}
    service = find(world, "Service", call.service)
    entry = entry_of(service, server, call.port) if service is not None else None
    is_http = entry is not None and protocol_of(entry) == "http"
    return {_received(world, one, server, call.port, release, is_http=is_http) for one in sent}


def egress_refusal(world: World, call: Call) -> str:
    """`denied` where the client's sidecar sends nothing, `unknown` where that may be, else empty."""
    client, server = find(world, "Pod", call.client), find(world, "Pod", call.server)
    if client is None or server is None or plane(world, client) != "sidecar":
        return ""
    sent = _from_sidecar(world, client, server, call)
    return "" if "nothing" not in sent else "denied" if sent == {"nothing"} else "unknown"


def from_waypoint(
    world: World, waypoint: Object, server: Object, port: int, release: tuple[int, ...], service: Object | None
) -> set[str]:
    """What a waypoint reaches a pod with: rules of the Service that it sees may ask for TLS without a tunnel."""
    sent, is_http = _from_ztunnel(world, server), False
    entry = entry_of(service, server, port) if service is not None else None
    if sent == "plaintext" and service is not None and entry is not None:
        is_http = protocol_of(entry) == "http"
        if _client_tls(world, waypoint, service, entry["port"], is_chosen=False) in ("SIMPLE", "MUTUAL"):
            sent = "own tls"
    return {_received(world, sent, server, port, release, is_http=is_http)}


def pass_by(world: World, server: Object, port: int) -> bool:
    """Whether connections that are not in a tunnel reach the application past the server's proxy."""
    notes = annotations_of(server)
    if plane(world, server) == "sidecar":
        return str(port) in notes.get("traffic.sidecar.istio.io/excludeInboundPorts", "").split(",")
    return plane(world, server) == "ambient" and notes.get("ambient.istio.io/bypass-inbound-capture") == "true"


def is_headless(service: Object) -> bool:
    return bool(service["spec"].get("clusterIP") == "None")


def entry_of(service: Object, server: Object, port: int) -> Object | None:
    """The port of a Service that leads to a container port, which it may name."""
    named = {one.get("name"): one["containerPort"] for one in server["spec"]["containers"][0].get("ports", [])}
    for entry in service["spec"]["ports"]:
        target = entry.get("targetPort", entry["port"])
        if (named.get(target) if isinstance(target, str) else target) == port:
            found: Object = entry
            return found
    return None


def protocol_of(entry: Object) -> str | None:
    """`http` or `tcp` where `appProtocol` or the first part of the name says it, else None."""
    said = str(entry.get("appProtocol") or entry.get("name", "")).partition("-")[0]
    return "http" if said in _HTTP else "tcp" if said in ("tcp", "mongo", "tls", "https") else None


def _received(world: World, sent: str, server: Object, port: int, release: tuple[int, ...], *, is_http: bool) -> str:
    kind, past = plane(world, server), pass_by(world, server, port)
    mode = None if past or kind == "none" else _mode(world, server, port)
    if sent == "hbone":
        return "broken" if kind == "ambient" and past and release < (1, 29) else "hbone"
    if sent == "plaintext":
        return "broken" if mode == "STRICT" else "plaintext"
    if sent == "mtls":
        return "mtls" if kind == "sidecar" and mode in ("STRICT", "PERMISSIVE") else "broken"
    if sent == "own tls":
        is_refused = mode == "STRICT" or (kind == "sidecar" and mode is not None and is_http)
        return "broken" if is_refused else "app_tls"
    return "broken"


def _from_ztunnel(world: World, server: Object) -> str:
    """A tunnel to whoever takes it, plaintext to anybody else."""
    kind = plane(world, server)
    tunnel = kind == "sidecar" and labels_of(server).get("networking.istio.io/tunnel") == "http"
    return "hbone" if kind == "ambient" or tunnel else "plaintext"


def _from_sidecar(world: World, client: Object, server: Object, call: Call) -> set[str]:
    service = find(world, "Service", call.service)
    entry = entry_of(service, server, call.port) if service is not None else None
    port = entry["port"] if entry is not None else call.port
    if str(port) in annotations_of(client).get("traffic.sidecar.istio.io/excludeOutboundPorts", "").split(","):
        return {"plaintext"}
    if service is not None and is_imported(world, client, service, port):
        return {_to_service(world, client, server, service, call.port)}
    found = {"nothing" if is_blocking(world, client) else "plaintext"}
    for other in of_kind(world, "Service") if service is None else ():
        entry = entry_of(other, server, call.port) if is_headless(other) and _is_behind(other, server) else None
        if entry is not None and entry["port"] == call.port and is_imported(world, client, other, call.port):
            found.add(_to_service(world, client, server, other, call.port))
    return found


def _to_service(world: World, client: Object, server: Object, service: Object, port: int) -> str:
    """What a sidecar sends to one endpoint of a Service: DestinationRules first, then automatic mTLS."""
    entry = entry_of(service, server, port)
    number = entry["port"] if entry is not None else port
    said = _client_tls(world, client, service, number)
    keeps = is_headless(service) or _passes_through(world, client, service, number)
    has_tunnels = environment(world, "PILOT_ENABLE_AMBIENT") == "true"
    if plane(world, server) == "ambient" and has_tunnels and not keeps:
        return "hbone"
    if said == "ISTIO_MUTUAL":
        return "mtls"
    if said in ("SIMPLE", "MUTUAL"):
        return "own tls"
    if said in ("DISABLE", "reset"):
        return "plaintext"
    return _automatic(world, server, service, port, keeps=keeps, is_asked=said == "reset mutual")


def _automatic(world: World, server: Object, service: Object, port: int, *, keeps: bool, is_asked: bool) -> str:
    """Automatic mTLS; for all endpoints or for none where the proxy keeps the address that is called."""
    if setting(world, "enableAutoMtls") is False or _wide_mode(world, home_of(service)) == "DISABLE":
        return "plaintext"
    if keeps:
        behind = [pod for pod in of_kind(world, "Pod") if _is_behind(service, pod)]
        return "mtls" if all(plane(world, pod) == "sidecar" for pod in behind) else "plaintext"
    if is_asked:  # a rule that asks for mTLS keeps endpoints marked for it, whatever they are
        return "mtls"
    return "mtls" if plane(world, server) == "sidecar" and _mode(world, server, port) != "DISABLE" else "plaintext"


def _is_behind(service: Object, pod: Object) -> bool:
    wanted = service["spec"]["selector"]
    return home_of(service) == home_of(pod) and all(labels_of(pod).get(key) == text for key, text in wanted.items())


def _passes_through(world: World, client: Object, service: Object, port: int) -> bool:
    policy = _policy_for(world, client, service)
    for entry in policy.get("portLevelSettings", []):
        if entry["port"]["number"] == port:
            policy = entry
    return bool(policy.get("loadBalancer", {}).get("simple") == "PASSTHROUGH")


def _client_tls(world: World, client: Object, service: Object, port: int, *, is_chosen: bool = True) -> str:
    """What the DestinationRule that counts for a client says; empty where automatic mTLS decides."""
    policy = _policy_for(world, client, service, is_chosen=is_chosen)
    wide = str(policy.get("tls", {}).get("mode", ""))
    for entry in policy.get("portLevelSettings", []):
        if entry["port"]["number"] == port:
            if "tls" in entry:
                return str(entry["tls"]["mode"])
            return {"": "", "ISTIO_MUTUAL": "reset mutual"}.get(wide, "reset")
    return wide


def _policy_for(world: World, client: Object, service: Object, *, is_chosen: bool = True) -> Object:
    """The first namespace with any rule decides, in it the most specific host, and of its rules one for chosen pods.

    Rules that choose pods count for those alone, so never where the client is none that they may choose.
    """
    host, namespace = f"{name_of(service)}.{home_of(service)}.svc.cluster.local", home_of(client)
    rules = [rule for rule in of_kind(world, "DestinationRule") if _covers(_host_of(rule), host)]
    for home in (namespace, home_of(service), ROOT):
        seen = [rule for rule in rules if home_of(rule) == home and _is_exported(rule, namespace)]
        if seen:
            best = _host_of(max(seen, key=lambda rule: (_host_of(rule) == host, len(_host_of(rule)))))
            specs = [rule["spec"] for rule in seen if _host_of(rule) == best]
            return _policy_of(specs, labels_of(client) if is_chosen else {})
    return {}


def _policy_of(specs: list[Object], labels: Mapping[str, str]) -> Object:
    chosen = [one for one in specs if "workloadSelector" in one and selects(one["workloadSelector"], labels)]
    counting = chosen or [one for one in specs if "workloadSelector" not in one]
    policy: Object = counting[0].get("trafficPolicy", {}) if counting else {}
    return policy


def _host_of(rule: Object) -> str:
    host = str(rule["spec"]["host"])
    return host if "." in host else f"{host}.{home_of(rule)}.svc.cluster.local"


def _covers(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*") else pattern == host


def _is_exported(rule: Object, namespace: str) -> bool:
    listed = ["."] if "workloadSelector" in rule["spec"] else rule["spec"].get("exportTo") or ["*"]
    return "*" in listed or namespace in listed or ("." in listed and home_of(rule) == namespace)


def _mode(world: World, server: Object, port: int) -> str:
    """What a server in the mesh accepts on a port: `STRICT`, `PERMISSIVE` or `DISABLE`."""
    is_ambient = plane(world, server) == "ambient"
    wide = _wide_mode(world, home_of(server), of_ambient=is_ambient)
    own = [one for one in _peer_policies(world, home_of(server)) if _labels_asked(one) and home_of(server) != ROOT]
    chosen = _oldest([one for one in own if selects(one["spec"]["selector"], labels_of(server))])
    if chosen is None:
        return wide
    said = chosen["spec"].get("mtls", {}).get("mode")
    ports = {int(key): entry["mode"] for key, entry in chosen["spec"].get("portLevelMtls", {}).items()}
    if is_ambient and said not in _SEEN and wide == "STRICT" and "PERMISSIVE" not in ports.values():
        return wide
    mode = said if said in _SEEN else wide
    exact = ports[port] if ports.get(port) in _SEEN else mode
    return "PERMISSIVE" if is_ambient and exact == "DISABLE" else exact


def _wide_mode(world: World, namespace: str, *, of_ambient: bool = False) -> str:
    """The mode of a namespace: its own, else the mesh's, else PERMISSIVE."""
    mode = "PERMISSIVE"
    for home in (ROOT, namespace):
        rivals = [one for one in _peer_policies(world, home) if not _labels_asked(one)]
        if of_ambient and home == ROOT != namespace:
            rivals = [one for one in rivals if "selector" not in one["spec"]]
        chosen = _oldest(rivals)
        said = chosen["spec"].get("mtls", {}).get("mode") if chosen is not None else None
        mode = said if said in _SEEN else mode
    return "PERMISSIVE" if of_ambient and mode == "DISABLE" else mode


def _peer_policies(world: World, namespace: str) -> list[Object]:
    return [one for one in of_kind(world, "PeerAuthentication") if home_of(one) == namespace]


def _labels_asked(policy: Object) -> Mapping[str, str]:
    return (policy["spec"].get("selector") or {}).get("matchLabels") or {}


def _oldest(policies: list[Object]) -> Object | None:
    return min(policies, key=lambda one: str(one["metadata"]["creationTimestamp"]), default=None)
