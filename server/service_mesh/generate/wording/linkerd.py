"""Callers and requests in Linkerd's policies: identities, and matches of routes that are attached to a Server.

(https://linkerd.io/2-edge/reference/authorization-policy/)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_mesh.generate.parameters.parties import Caller, Scraper, Workload
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import LINKERD_VALUES, Form, Patch, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.surroundings import KUBELET, NEIGHBOUR, probe
from service_mesh.model.kinds import HTTP_ROUTE, LINKERD_HTTP_ROUTE, NAMESPACE, Kind

__all__ = [
    "EVERYWHERE",
    "Opening",
    "awaited",
    "default_policy",
    "identities",
    "linkerd_values",
    "matches",
    "metrics_questions",
    "opened_metrics",
    "probe_questions",
    "restarted",
    "route_kind",
    "shared",
]


_GATEWAY_API_FIRST = (25, 4, 4)

EVERYWHERE: tuple[Mapping[str, object], ...] = ({"cidr": "0.0.0.0/0"}, {"cidr": "::/0"})
"""The networks of a NetworkAuthentication that takes every address."""


_OPAQUE = frozenset({25, 587, 3306, 4444, 5432, 6379, 9300, 11211})
"""Ports of protocols that proxies do not look into, unless told otherwise; a Server that does not say so undoes it.

(`linkerd/linkerd2: charts/linkerd-control-plane/values.yaml`, proxy.opaquePorts; `inbound/index.rs`)
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """A Server for one port, and who gets in there, as `linkerd/opening.yaml.j2` writes it.

    Attributes:
        why: What it is for, as the comment above it.
        name: Name of the Server. There is one for a port, so that intents about the same port share it.
        namespace: Their namespace.
        port: The container port.
        selector: Labels of the pods; all of the namespace without them.
        identities: Identities that get in.
        networks: Networks from which everybody gets in, with a proxy or without.
        policy: Name of the policies and of what they ask for; that of the Server where it is empty.
    """

    why: str
    name: str
    namespace: str
    port: int
    selector: Mapping[str, str] = field(default_factory=dict)
    identities: tuple[str, ...] = ()
    networks: tuple[Mapping[str, object], ...] = ()
    policy: str = ""

    @property
    def is_opaque(self) -> bool:
        """Whether clients of the port may wait for the server to speak first."""
        return self.port in _OPAQUE


def identities(callers: Iterable[Caller], suffix: str) -> list[str]:
    """The identities of a MeshTLSAuthentication; every account of a namespace is `*.namespace....`."""
    return [f"{one.service_account or '*'}.{one.namespace}.{suffix}" for one in callers]


def linkerd_values(
    template: str,
    before: str = "",
    values: Mapping[str, object] | None = None,
    *,
    number: str = "",
    stage: str = "",
) -> Sheet:
    """A file of values for the chart of the control plane, with the command that applies it.

    Args:
        template: The template of the file.
        before: The values that take it back, as `helm --set` takes them; without any, the release before comes back.
        values: What the template reads.
        number: What its name begins with, in a rollout with several of them: `01-`.
        stage: The stage it belongs to.
    """
    release = "linkerd-control-plane"
    upgrade = f"helm upgrade {release} linkerd-edge/linkerd-control-plane -n linkerd --reuse-values"
    name = number + LINKERD_VALUES
    return Sheet(
        name,
        template,
        values or {},
        stage=stage,
        form=Form.VALUES,
        apply=f"{upgrade} -f {name}",
        undo=f"{upgrade} --set {before}" if before else f"helm rollback {release} -n linkerd",
    )


def route_kind(site: Site) -> Kind:
    """The kind of routes that a Server gets: that of the Gateway API since the documentation leads to it.

    (https://linkerd.io/2-edge/features/gateway-api/)
    """
    return HTTP_ROUTE if site.has("linkerd", *_GATEWAY_API_FIRST) else LINKERD_HTTP_ROUTE


def matches(call: Call) -> list[dict[str, Any]]:
    """The `matches` of a route's rule: any of them takes the request, all parts of one have to hold."""
    headers = [{"name": one.name, "value": one.value} for one in call.headers]
    paths = list(_paths(call)) or [None]
    methods: list[str | None] = ["POST"] if call.grpc else [*call.methods] or [None]
    return [_match(path, method, headers) for path in paths for method in methods]


def _match(path: dict[str, str] | None, method: str | None, headers: list[dict[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {"path": path or {"type": "PathPrefix", "value": "/"}}
    if method:
        found["method"] = method
    if headers:
        found["headers"] = headers
    return found


def _paths(call: Call) -> Iterator[dict[str, str] | None]:
    for path in call.paths:
        kind = "Exact" if path.exact is not None else "PathPrefix"
        yield {"type": kind, "value": path.exact or path.prefix or "/"}
    for method in call.grpc:
        service, _, name = method.partition("/")
        if name == "*":
            yield {"type": "PathPrefix", "value": f"/{service}"}
        else:
            yield {"type": "Exact", "value": f"/{method}"}


def default_policy(namespace: str, policy: str, stage: str = "") -> Patch:
    """The policy that proxies of a namespace begin with, on ports that no Server speaks of."""
    annotations = {"config.linkerd.io/default-inbound-policy": policy}
    return Patch(NAMESPACE, "", namespace, {"metadata": {"annotations": annotations}}, stage)


def restarted(namespace: str) -> str:
    """The command that creates proxies anew, which read their settings then."""
    return f"kubectl rollout restart deployment,statefulset,daemonset -n {namespace}"


def shared(openings: Iterable[Opening]) -> Iterator[str]:
    """What has to be known of Servers before they are deleted."""
    if names := ", ".join(one.name for one in openings if one.policy):
        yield f"a port has one Server for all policies: keep {names} when rolling back, if others name it too"


def awaited(namespace: str) -> str:
    """The command that waits until the proxies that were created anew are ready."""
    listed = f"kubectl get deployment,statefulset,daemonset -n {namespace} -o name"
    return f"{listed} | xargs -r -n 1 kubectl rollout status -n {namespace} --timeout=5m"


def opened_metrics(scraper: Scraper, namespace: str, site: Site) -> Iterator[Opening]:
    """The ports where workloads offer metrics themselves."""
    known = tuple(identities((scraper,), site.linkerd_identities)) if scraper.has_proxy else ()
    why = "Metrics are read." if known else "Metrics are read by somebody without a proxy, whom nothing tells apart."
    for port in scraper.ports:
        networks = () if known else EVERYWHERE
        yield Opening(why, f"metrics-{port}", namespace, port, identities=known, networks=networks)


def probe_questions(server: Workload) -> Iterator[CallQuestion]:
    """Whether the kubelet gets its answer from a workload that has a probe over HTTP at its first port."""
    if server.port not in _OPAQUE:
        yield probe(f"{server.text}:{server.port}")


def metrics_questions(server: str, scraper: Scraper, site: Site) -> Iterator[CallQuestion]:
    """What has to hold of the port of a proxy itself: metrics and probes, and nothing besides."""
    reader, admin = site.caller(scraper).text, f"{server}:4191"
    asked = (
        ("metrics of the proxy", reader, "/metrics", True),
        ("what is no metrics of the proxy", reader, "/env.json", False),
        ("metrics of the proxy, asked for by another workload", NEIGHBOUR.text, "/metrics", not scraper.has_proxy),
        ("a probe of the proxy", KUBELET, "/ready", True),
    )
    for why, source, path, is_allowed in asked:
        yield CallQuestion(why=why, source=source, destination=admin, is_allowed=is_allowed, method="GET", path=path)
