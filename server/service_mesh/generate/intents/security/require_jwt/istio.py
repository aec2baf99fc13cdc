"""require-jwt for Istio: tokens are verified first, and then required by a DENY of whatever has none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.require_jwt.parameters import RequireJwt
from service_mesh.generate.intents.security.require_jwt.questions import questions
from service_mesh.generate.parameters.gateways import IngressGateway
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.gateways import GATEWAY, played_gateway, played_proxy
from service_mesh.generate.wording.istio import checked_at, operation
from service_mesh.generate.wording.paths import paths_read_alike
from service_mesh.generate.wording.ports import is_surely_http, needs_http, protocols_at, protocols_of_service
from service_mesh.generate.wording.waypoints import (
    POD_ADDRESS,
    around_waypoint,
    gateways_pass,
    played_pod,
    waypoint_of,
)

__all__ = ["ambient", "sidecar"]

_OUTSIDE = "external"
_CLIENT = "somebody-else"


def sidecar(asked: RequireJwt, site: Site) -> Plan:
    """Both policies at the workload's own proxy, or at the gateway."""
    if asked.gateway is not None:
        return _at_gateway(asked, asked.gateway, site)
    assert asked.to is not None
    protocols = protocols_at(site, asked.to)
    needs_http(protocols)
    values = _values(asked, asked.to.name, asked.to.namespace, (asked.to.port,))
    values |= {"selector": site.selector(asked.to), "target": None}
    plan = _plan(asked, site, values, checked_at(asked.to.namespace, asked.to.name))
    return replace(
        plan,
        questions=(*plan.questions, *_beside(asked.to)),
        cast=(
            replace(site.player(asked.to), ports=(asked.to.port, asked.to.other_port)),
            Actor(asked.to.namespace, _CLIENT),
        ),
        props=(*played_gateway(), _allowing(values, site)),
        notes=(*plan.notes, *_workload_notes(asked.to, is_http=is_surely_http(protocols))),
    )


def ambient(asked: RequireJwt, site: Site) -> Plan:
    """Both policies at the waypoint, or at the gateway; at ztunnel nobody gets past the waypoint."""
    if asked.gateway is not None:
        return _at_gateway(asked, asked.gateway, site)
    assert asked.to is not None
    namespace, name = asked.to.namespace, asked.to.name
    protocols = protocols_of_service(site, namespace, name)
    needs_http(protocols)
    waypoint = waypoint_of(site, namespace, name)
    values = _values(asked, name, namespace, ())
    values |= {"selector": site.selector(asked.to), "target": {"group": "", "kind": "Service", "name": name}}
    values["past_waypoint"] = around_waypoint(site, waypoint, ports=(asked.to.port,))
    plan = _plan(asked, site, values, checked_at(waypoint.namespace, waypoint.name))
    return replace(
        plan,
        steps=(*waypoint.steps, *gateways_pass(site, namespace, name), *plan.steps),
        questions=(*plan.questions, *_past_waypoint(asked, asked.to, site)),
        cast=_cast(asked.to, site),
        props=(*played_gateway(), played_pod(site, asked.to), _allowing(values, site)),
        notes=(*plan.notes, *_ambient_notes(asked.to, site, is_http=is_surely_http(protocols))),
    )


def _at_gateway(asked: RequireJwt, gateway: IngressGateway, site: Site) -> Plan:
    if not gateway.labels and not site.has("istio", 1, 22):
        raise InexpressibleError(_NO_TARGET)
    values = _values(asked, gateway.name, gateway.namespace, gateway.ports)
    target = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": gateway.name}
    values |= {"selector": gateway.labels, "target": None if gateway.labels else target}
    workload = gateway.name if gateway.labels else f"{gateway.name}-istio"
    plan = _plan(asked, site, values, checked_at(gateway.namespace, workload))
    return replace(
        plan,
        props=(*played_proxy(site, gateway, workload), _allowing(values, site)),
        notes=(*plan.notes, *_gateway_notes(asked, gateway)),
    )


def _plan(asked: RequireJwt, site: Site, values: Mapping[str, Any], verify: str) -> Plan:
    if asked.gateway is not None:
        gateway = asked.gateway
        workload = gateway.name if gateway.labels else f"{gateway.name}-istio"
        asking = questions(asked, _OUTSIDE, f"{gateway.namespace}/{workload}:{(*gateway.ports, 80)[0]}")
    else:
        assert asked.to is not None
        asking = questions(asked, f"{asked.to.namespace}/{_CLIENT}", f"svc:{asked.to.text}:80")
    return Plan(
        steps=(
            Sheet("request-authentication.yaml", "istio/request-authentication.yaml.j2", values),
            Sheet("require-token.yaml", "istio/require-token.yaml.j2", values),
        ),
        questions=tuple(asking),
        prerequisites=tuple(_prerequisites(asked, site)),
        verify=(verify, _CURL),
        notes=tuple(_notes(asked)),
    )


_CURL = "curl -s -o /dev/null -w '%{http_code}\\n' http://ADDRESS/  # 403 without a token, 401 with a wrong one"


def _values(asked: RequireJwt, name: str, namespace: str, ports: tuple[int, ...]) -> dict[str, Any]:
    public = operation(Call(paths=asked.public_paths)).get("paths")
    hosts = operation(Call(hosts=asked.hosts)).get("hosts")
    said = {
        "hosts": hosts,
        "ports": [str(port) for port in ports],
        "notPaths": public,
        "notMethods": ["OPTIONS"] if asked.preflight else None,
    }
    return {
        "policy": f"require-token-{name}",
        "namespace": namespace,
        "issuers": asked.issuers,
        "forward": asked.forward,
        "principals": [f"{one.issuer}/*" for one in asked.issuers],
        "claims": asked.claims,
        "operation": {field: values for field, values in said.items() if values},
        "past_waypoint": None,
    }


def _cast(to: Workload, site: Site) -> tuple[Actor, ...]:
    return (replace(site.player(to), ports=(to.port, to.other_port)), Actor(to.namespace, _CLIENT))


def _allowing(values: Mapping[str, Any], site: Site) -> Mapping[str, Any]:
    """Somebody's ALLOW of everything: what is required must not be got around by it."""
    target, selector = values["target"], values["selector"]
    attached = {"targetRefs": [target]} if target else {"selector": {"matchLabels": dict(selector)}}
    return {
        "apiVersion": "security.istio.io/v1" if site.has("istio", 1, 22) else "security.istio.io/v1beta1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "played-allow", "namespace": values["namespace"]},
        "spec": {**attached, "action": "ALLOW", "rules": [{}]},
    }


def _beside(to: Workload) -> Iterator[CallQuestion]:
    yield CallQuestion(
        why="scraping of another port",
        source=f"{to.namespace}/{_CLIENT}",
        destination=f"{to.text}:{to.other_port}",
        is_allowed=True,
        method="GET",
        path="/metrics",
    )
    yield _through_gateway(to)


def _through_gateway(to: Workload) -> CallQuestion:
    destination = f"svc:{to.text}:80"
    return CallQuestion(
        why="through a gateway without a token",
        source=GATEWAY,
        destination=destination,
        is_allowed=False,
        method="GET",
        path="/",
    )


def _past_waypoint(asked: RequireJwt, to: Workload, site: Site) -> Iterator[CallQuestion]:
    token = next(questions(asked, "", "")).jwt_claims
    yield CallQuestion(
        why="past the waypoint, where nobody reads tokens",
        source=f"{to.namespace}/{_CLIENT}",
        destination=f"ip:{POD_ADDRESS}:{to.port}",
        is_allowed=False,
        method="GET",
        path="/",
        jwt_claims=token,
    )
    if site.has("istio", 1, 24):
        yield _through_gateway(to)


def _prerequisites(asked: RequireJwt, site: Site) -> Iterator[str]:
    for one in asked.issuers:
        if one.jwks is None:
            where = one.jwks_uri or f"{one.issuer.rstrip('/')}/.well-known/openid-configuration"
            yield f"istiod reaches {where}: it fetches the keys itself, and from outside of the mesh"
    if any(path.prefix is not None for path in asked.public_paths):
        yield from paths_read_alike(site)


def _notes(asked: RequireJwt) -> Iterator[str]:
    yield "a token needs `iss` and `sub`; one that is expired, or whose signature is wrong, is refused with 401"
    if asked.public_paths:
        yield "on a public path a wrong token is refused too: clients leave it away there"
    for one in asked.issuers:
        if (one.jwks_uri or "").startswith("http://"):
            yield f"{one.jwks_uri} is plaintext: whoever can answer in its place can sign tokens"
    if any(one.jwks for one in asked.issuers):
        yield "keys that stand in the policy are not rotated: apply it again before the issuer changes them"
    if not asked.forward:
        yield "the token is taken away behind the proxy that verifies it; `forward` keeps it"


def _workload_notes(to: Workload, *, is_http: bool) -> Iterator[str]:
    yield f"ports other than {to.port} need no token; probes need none: the injected agent asks for them from inside"
    if not is_http:
        yield (
            f"port {to.port} has to be HTTP to the proxy (named http-… or grpc-… in the Service, or by appProtocol): a"
            " connection that is no HTTP is refused"
        )


def _ambient_notes(to: Workload, site: Site, *, is_http: bool) -> Iterator[str]:
    yield (
        f"ztunnel refuses everybody on port {to.port} past the waypoint: at the address of a pod, from a client with a"
        " sidecar, and in plaintext but for the kubelet of the node"
    )
    if not is_http:
        yield f"the policies count for every port of Service {to.name}: connections that are no HTTP are refused there"
    if not site.has("istio", 1, 24):
        yield "gateways go past the waypoint before Istio 1.24, and are refused: require the token at the gateway"


def _gateway_notes(asked: RequireJwt, gateway: IngressGateway) -> Iterator[str]:
    yield f"requests that do not come through {gateway.text} need no token: let only the gateway call (allow-calls)"
    if asked.hosts:
        yield "a route for every host (`*`) is reached with another host, without a token"
    if not gateway.ports:
        yield "all ports of the gateway are meant: connections that are no HTTP, such as TLS passed on, are refused"


_NO_TARGET = Gap(
    "tokens required at a Gateway by its name before Istio 1.22: policies cannot name one",
    "give `labels` of its pods: gateway.networking.k8s.io/gateway-name with its name; or take Istio 1.22 or newer",
)
