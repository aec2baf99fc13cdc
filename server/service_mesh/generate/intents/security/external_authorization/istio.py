"""external-authorization for Istio: Open Policy Agent as a provider, asked by sidecars or by the waypoint."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.security.external_authorization.parameters import ExternalAuthorization
from service_mesh.generate.intents.security.external_authorization.rego import entries, refused_requests, requests
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Command, Form, Plan, Sheet, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.gateways import GATEWAY, played_gateway
from service_mesh.generate.wording.istio import checked_at, operation
from service_mesh.generate.wording.istiod import istiod_notes, istiod_values, providers_with
from service_mesh.generate.wording.paths import paths_read_alike
from service_mesh.generate.wording.samples import Sample, lookalike, samples
from service_mesh.generate.wording.waypoints import (
    POD_ADDRESS,
    around_waypoint,
    gateways_pass,
    played_pod,
    waypoint_of,
)
from service_mesh.model.kinds import NAMESPACE

__all__ = ["ambient", "sidecar"]

_CLIENT, _BESIDE = "somebody-else", "not-asked-about"
_PORT = 9191
_ENROLMENT = {
    Dialect.ISTIO_SIDECAR: {"istio-injection": "enabled"},
    Dialect.ISTIO_AMBIENT: {"istio.io/dataplane-mode": "ambient"},
}


def sidecar(asked: ExternalAuthorization, site: Site) -> Plan:
    """Asked by the workload's own proxy."""
    values = _values(asked, (asked.to.port,))
    values |= {"selector": site.selector(asked.to), "target": None}
    plan = _plan(asked, site, (_policy(values),), checked_at(asked.to.namespace, asked.to.name))
    return replace(
        plan,
        questions=(*plan.questions, _scraped(asked, asked.to.text), _through_gateway(asked)),
        notes=(*plan.notes, f"ports other than {asked.to.port} are not asked about; probes are answered by the agent"),
    )


def ambient(asked: ExternalAuthorization, site: Site) -> Plan:
    """Asked by the waypoint; at ztunnel nobody gets past it."""
    namespace, name = asked.to.namespace, asked.to.name
    waypoint = waypoint_of(site, namespace, name)
    values = _values(asked, ())
    values |= {"selector": site.selector(asked.to), "target": {"group": "", "kind": "Service", "name": name}}
    values["past_waypoint"] = around_waypoint(site, waypoint, ports=(asked.to.port,))
    steps = (*waypoint.steps, *gateways_pass(site, namespace, name), _policy(values))
    plan = _plan(asked, site, steps, checked_at(waypoint.namespace, waypoint.name))
    return replace(
        plan,
        questions=(*plan.questions, *_past_waypoint(asked, site)),
        props=(*plan.props, played_pod(site, asked.to)),
        notes=(*plan.notes, *_ambient_notes(asked, site)),
    )


def _policy(values: Mapping[str, Any]) -> Sheet:
    return Sheet("external-authorization.yaml", "istio/external-authorization.yaml.j2", values)


def _plan(asked: ExternalAuthorization, site: Site, policy: tuple[Step, ...], verify: str) -> Plan:
    place = f"-n {asked.opa.namespace}"
    return Plan(
        steps=(*_authorizer(asked, site), *policy),
        questions=tuple(_questions(asked)),
        cast=(
            replace(site.player(asked.to), ports=(asked.to.port, asked.to.other_port)),
            Actor(asked.to.namespace, _CLIENT),
            Actor(asked.to.namespace, _BESIDE),
        ),
        props=tuple(played_gateway()),
        prerequisites=tuple(_prerequisites(asked, site)),
        verify=(
            "opa test -v policy.rego policy_test.rego",
            f"kubectl rollout status deployment/{asked.opa.name} {place}",
            verify,
            f"kubectl logs deploy/{asked.opa.name} {place}",
        ),
        notes=(*istiod_notes(site), *_notes(asked)),
    )


def _authorizer(asked: ExternalAuthorization, site: Site) -> Iterator[Step]:
    """The policy is tested before anything is applied, and the provider is there before it is asked."""
    opa = asked.opa
    tests = {"passing": requests(asked.allowed), "refused": refused_requests(asked.allowed)}
    yield Sheet(
        "policy_test.rego",
        "opa/policy_test.rego.j2",
        tests,
        form=Form.OTHER,
        apply="opa test -v policy.rego policy_test.rego",
    )
    makes_namespace = site.view.find(NAMESPACE, "", opa.namespace) is None
    yield Sheet(
        "opa.yaml",
        "istio/opa.yaml.j2",
        {"opa": opa, "makes_namespace": makes_namespace, "enrolment": _ENROLMENT[site.dialect]},
    )
    config = f"configmap {opa.name}-policy -n {opa.namespace}"
    yield Sheet(
        "policy.rego",
        "opa/policy.rego.j2",
        {"entries": list(entries(asked.allowed))},
        form=Form.OTHER,
        apply=f"kubectl create {config} --from-file policy.rego --dry-run=client -o yaml | kubectl apply -f -",
        undo=f"kubectl delete {config}",
    )
    yield Command(f"kubectl rollout status deployment/{opa.name} -n {opa.namespace} --timeout=120s")
    yield istiod_values("istio/extension-providers.yaml.j2", {"providers": providers_with(site, _provider(asked))})


def _provider(asked: ExternalAuthorization) -> Mapping[str, Any]:
    grpc: dict[str, Any] = {"service": asked.opa.host, "port": _PORT, "timeout": f"{asked.timeout_ms / 1000:g}s"}
    if asked.fail_open:
        grpc["failOpen"] = True
    return {"name": asked.opa.name, "envoyExtAuthzGrpc": grpc}


def _values(asked: ExternalAuthorization, ports: tuple[int, ...]) -> dict[str, Any]:
    unasked = operation(Call(paths=asked.unasked_paths)).get("paths")
    said = {"ports": [str(port) for port in ports], "notPaths": unasked}
    about = {field: values for field, values in said.items() if values}
    return {
        "policy": f"ask-{asked.opa.name}-about-{asked.to.name}",
        "namespace": asked.to.namespace,
        "opa": asked.opa,
        "rules": [{"to": [{"operation": about}]} if about else {}],
        "past_waypoint": None,
    }


def _questions(asked: ExternalAuthorization) -> Iterator[CallQuestion]:
    yield from (
        _asked(asked, "the authorizer decides", Sample(), passes=True, is_allowed=True),
        _asked(asked, "the authorizer decides", Sample(), passes=False, is_allowed=False),
    )
    unasked = [Call(paths=asked.unasked_paths)] if asked.unasked_paths else []
    for sample in samples(unasked) if unasked else ():
        yield _asked(asked, "a path that it is not asked about", sample, passes=False, is_allowed=True)
    if unasked and (near := lookalike(unasked)) is not None:
        yield _asked(asked, "a path that only begins like it", near, passes=False, is_allowed=False)
    beside = _asked(asked, "another workload", Sample(), passes=False, is_allowed=True)
    yield replace(beside, destination=f"{asked.to.namespace}/{_BESIDE}:8080")
    yield CallQuestion(
        why="the authorizer itself",
        source=asked.to.text,
        destination=f"svc:{asked.opa.namespace}/{asked.opa.name}:{_PORT}",
        is_allowed=True,
        is_encrypted=True,
        method="POST",
        path="/envoy.service.auth.v3.Authorization/Check",
    )


def _past_waypoint(asked: ExternalAuthorization, site: Site) -> Iterator[CallQuestion]:
    past = _asked(asked, "past the waypoint, where nobody asks", Sample(), passes=True, is_allowed=False)
    yield replace(past, destination=f"ip:{POD_ADDRESS}:{asked.to.port}")
    yield _scraped(asked, f"ip:{POD_ADDRESS}")
    if site.has("istio", 1, 24):
        yield _through_gateway(asked)


def _scraped(asked: ExternalAuthorization, pods: str) -> CallQuestion:
    found = _asked(asked, "scraping of another port", Sample(path="/metrics"), passes=False, is_allowed=True)
    return replace(found, destination=f"{pods}:{asked.to.other_port}")


def _through_gateway(asked: ExternalAuthorization) -> CallQuestion:
    found = _asked(asked, "through a gateway", Sample(), passes=False, is_allowed=False)
    return replace(found, source=GATEWAY)


def _asked(asked: ExternalAuthorization, why: str, sample: Sample, *, passes: bool, is_allowed: bool) -> CallQuestion:
    return CallQuestion(
        why=why,
        source=f"{asked.to.namespace}/{_CLIENT}",
        destination=f"svc:{asked.to.text}:80",
        is_allowed=is_allowed,
        method=sample.method,
        path=sample.path,
        authorizers={asked.opa.name: passes},
    )


def _prerequisites(asked: ExternalAuthorization, site: Site) -> Iterator[str]:
    yield "opa 1.0 or newer on the workstation, with helm and jq; the chart repository istio is added"
    yield f"no other provider is asked about {asked.to.text}: two for one workload refuse what either is asked about"
    if any(path.prefix is not None for path in asked.unasked_paths):
        yield from paths_read_alike(site)


def _notes(asked: ExternalAuthorization) -> Iterator[str]:
    opa = asked.opa
    yield "what the authorizer answers is not part of the simulation: opa test shows it"
    restart = f"kubectl rollout restart deployment/{opa.name} -n {opa.namespace}"
    yield f"a policy that is changed is read at the start: apply it, then {restart}"
    if asked.fail_open:
        yield "while the authorizer does not answer, every request passes"
    else:
        yield "while the authorizer does not answer, requests are refused with 403"
    if any(call.headers for call in asked.allowed):
        yield "a header is what the client writes: let the policy trust only those that a proxy sets or verifies"


def _ambient_notes(asked: ExternalAuthorization, site: Site) -> Iterator[str]:
    yield (
        f"ztunnel refuses everybody on port {asked.to.port} past the waypoint: at the address of a pod, from a client"
        " with a sidecar, and in plaintext but for the kubelet of the node"
    )
    yield f"it is asked about every port of Service {asked.to.name}"
    if not site.has("istio", 1, 24):
        yield "gateways go past the waypoint before Istio 1.24, and are refused: bind a policy to the gateway as well"
