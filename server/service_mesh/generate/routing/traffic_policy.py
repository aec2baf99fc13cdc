"""Settings of connections to a host: in the DestinationRule that counts for it already, or in a new one.

Of several DestinationRules about one host the oldest traffic policy counts alone, and a rule about a narrower host
hides that about a wider one, so that settings go into the rule that is there, or begin with those of the wider one.
(`istio/istio: pilot/pkg/model/destination_rule.go`)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.held import metadata_of, spec_of
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.plan import Sheet, Step
from service_mesh.generate.questions import Question, SettingQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.waypoints import Waypoint, waypoint_of
from service_mesh.mesh.destination_rules import has_selector, rule_host, rules_served
from service_mesh.model.resource import Resource

__all__ = ["policy_questions", "policy_steps", "policy_verified"]

_TEMPLATE = "istio/traffic-policy.yaml.j2"
_ELSEWHERE = "elsewhere"


def policy_steps(site: Site, service: Service, policy: Mapping[str, Any], why: str) -> tuple[Step, ...]:
    """The rule with settings, and the waypoint that reads it in ambient mode.

    Args:
        site: Where it is written for.
        service: The Service.
        policy: Sections of a traffic policy; what else is there stays, but for fields that are None here.
        why: What they do, for the comment at the head.

    Raises:
        InexpressibleError: The release has no waypoints of Services.
    """
    held = _held(site, service)
    wider = next(iter(_served(site, service)), None)
    before = spec_of(held) if held is not None else {"host": service.host, **_inherited(wider)}
    own = {"name": service.name, "namespace": service.namespace}
    spec = {**before, "trafficPolicy": _laid_over(before.get("trafficPolicy"), policy, service.port)}
    values = {"metadata": metadata_of(held) if held is not None else own, "spec": spec, "why": why}
    sheet = Sheet("destination-rule.yaml", _TEMPLATE, values)
    waypoint = _waypoint(site, service)
    return (sheet, *waypoint.steps) if waypoint is not None else (sheet,)


def _held(site: Site, service: Service) -> Resource | None:
    """The rule about the host whose traffic policy counts, or that has none yet; None where there is none."""
    about = [one for one in _served(site, service) if rule_host(one) == service.host]
    return next((one for one in about if one.get("spec.trafficPolicy") is not None), about[0] if about else None)


def _readers(site: Site, service: Service) -> tuple[str, ...]:
    """The namespaces of proxies that read the rule."""
    waypoint = _waypoint(site, service)
    return (waypoint.namespace,) if waypoint is not None else (service.namespace, _ELSEWHERE)


def policy_questions(site: Site, service: Service, policy: Mapping[str, Any]) -> Iterator[Question]:
    """Whether the settings are those that proxies are told."""
    expected = dict(_paths(policy))
    for reader in _readers(site, service):
        who = "the waypoint" if site.dialect is Dialect.ISTIO_AMBIENT else "callers"
        beside = "" if reader == service.namespace else " of another namespace"
        yield SettingQuestion(
            why=f"settings of {who}{beside}", reader=reader, destination=service.address, expected=expected
        )


def policy_verified(site: Site, service: Service) -> Iterator[str]:
    """Commands that show the settings: what a proxy has of them, which pods it uses, and the object."""
    waypoint, held = _waypoint(site, service), _held(site, service)
    place = f"{waypoint.name} -n {waypoint.namespace}" if waypoint is not None else "CLIENT -n NAMESPACE"
    yield f"istioctl proxy-config cluster deploy/{place} --fqdn {service.host} -o yaml"
    yield f"istioctl proxy-config endpoint deploy/{place} | grep {service.host}"
    name, namespace = (held.name, held.namespace) if held is not None else (service.name, service.namespace)
    yield f"kubectl get destinationrule {name} -n {namespace} -o yaml"


def _waypoint(site: Site, service: Service) -> Waypoint | None:
    return waypoint_of(site, service.namespace, service.name) if site.dialect is Dialect.ISTIO_AMBIENT else None


def _served(site: Site, service: Service) -> tuple[Resource, ...]:
    served = rules_served(site.view, service.host, service.namespace)
    return tuple(one for one in served if not has_selector(one))


def _inherited(wider: Resource | None) -> dict[str, Any]:
    """What a rule about a wider host says: the new one hides it."""
    policy = spec_of(wider).get("trafficPolicy") if wider is not None else None
    return {"trafficPolicy": policy} if isinstance(policy, Mapping) else {}


def _laid_over(there: object, policy: Mapping[str, Any], port: int) -> dict[str, Any]:
    """A policy over the one that is there, and over its entry for the port, which would take its place."""
    found = _deep(there if isinstance(there, Mapping) else {}, policy)
    entries = found.get("portLevelSettings")
    if isinstance(entries, list):
        found["portLevelSettings"] = [_deep(one, policy) if _is_for(one, port) else one for one in entries]
    return found


def _is_for(entry: object, port: int) -> bool:
    number = entry.get("port") if isinstance(entry, Mapping) else None
    return isinstance(number, Mapping) and number.get("number") == port


def _deep(there: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(there)
    for name, value in new.items():
        before = found.pop(name, None)
        if isinstance(value, Mapping):
            found[name] = _deep(before if isinstance(before, Mapping) else {}, value)
        elif value is not None:
            found[name] = value
    return found


def _paths(policy: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in policy.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
