"""Which traffic policy a proxy uses for a port of a host: what the DestinationRules it is served come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service_mesh.mesh.destination_rules import rules_served
from service_mesh.mesh.view import MeshView
from service_mesh.model.age import oldest_first
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["ServedPolicy", "traffic_policy"]

_OF_PORTS = ("connectionPool", "loadBalancer", "outlierDetection", "tls")
"""What an entry for one port replaces: what it leaves out falls back to defaults, and is not taken from the rule."""


@dataclass(frozen=True, slots=True)
class ServedPolicy:
    """A traffic policy.

    Attributes:
        settings: Its fields, without those of single ports.
        rule: The rule that it is from; None where no rule speaks of the host.
        missing: What would have to be known, where it cannot be told.
    """

    settings: Mapping[str, Any]
    rule: Resource | None = None
    missing: str = ""


def traffic_policy(
    mesh: MeshView,
    host: str,
    port: int,
    namespace: str,
    *,
    labels: Mapping[str, object] | None = None,
    subset: str = "",
) -> ServedPolicy:
    """Tell which traffic policy a proxy uses.

    The rules are those that `rules_served` tells. Of several rules of one host only the oldest with a traffic policy
    counts. A subset's fields come before the rule's, and in each of the two those of the port take their place.
    (`istio/istio: pilot/pkg/networking/util/util.go`, MergeTrafficPolicy and MergeSubsetTrafficPolicy)

    Args:
        mesh: The objects.
        host: A full host.
        port: Port of the service.
        namespace: Namespace of the proxy.
        labels: Labels of the proxy's pod; None for proxies that no rule chooses.
        subset: The subset that is addressed; empty for the host as a whole.
    """
    rules = [rule for rule in rules_served(mesh, host, namespace, client=labels) if any(_policies(rule, subset))]
    ordered = oldest_first(rules)
    found = [_settings(rule, port, subset) for rule in rules]
    if ordered is None and any(one != found[0] for one in found):
        titles = ", ".join(f"'{rule.title}'" for rule in rules[:3])
        return ServedPolicy({}, None, f"which of {titles} is the oldest, since its traffic policy counts alone")
    first = (ordered or rules)[0] if rules else None
    return ServedPolicy(_settings(first, port, subset) if first is not None else {}, first)


def _policies(rule: Resource, subset: str) -> Iterator[Node]:
    """The traffic policies of a rule, the most general first."""
    whole = rule.get("spec.trafficPolicy")
    if whole is not None and whole.value:
        yield whole
    for item in rule.each("spec.subsets[]") if subset else ():
        if item.text_at("name") == subset:
            yield from (one for one in item.each("trafficPolicy") if one.value)


def _settings(rule: Resource, port: int, subset: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for policy in _policies(rule, subset):
        said = policy.value if isinstance(policy.value, Mapping) else {}
        found |= {name: value for name, value in said.items() if name != "portLevelSettings" and value is not None}
        entries = policy.each("portLevelSettings[]")
        entry = next((one for one in entries if one.value_at("port.number") == port), None)
        if entry is not None:
            found = {name: value for name, value in found.items() if name not in _OF_PORTS}
            found |= {name: value for name in _OF_PORTS if (value := entry.value_at(name)) is not None}
    return found
