"""Subsets of a host: in the DestinationRule that is there, or in a new one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from service_mesh.generate.held import metadata_of, spec_of
from service_mesh.generate.plan import Sheet
from service_mesh.generate.routing.subject import RoutedService, Version
from service_mesh.generate.site import Site
from service_mesh.mesh.destination_rules import rule_host, rules_served
from service_mesh.model.resource import Resource

__all__ = ["Subsets", "subsets_of"]

_TEMPLATE = "istio/destination-rule.yaml.j2"


class Subsets(NamedTuple):
    """The subsets of a service's versions.

    Attributes:
        names: Version -> its subset.
        sheets: The file that defines those that are not there yet; none where all are.
    """

    names: Mapping[str, str]
    sheets: tuple[Sheet, ...]


def subsets_of(site: Site, subject: RoutedService) -> Subsets:
    """The subsets by which versions are told apart; one that is there with the same labels is used.

    Several DestinationRules of a namespace about one host are merged, and only the oldest `trafficPolicy` counts, so
    that subsets are added to the rule that is there.
    """
    held = _held(site, subject)
    there = _subsets(held)
    names = {one.name: _named(one, there) or one.name for one in subject.versions}
    missing = [one for one in subject.versions if not _named(one, there)]
    if not missing:
        return Subsets(names, ())
    added = [{"name": one.name, "labels": dict(one.labels)} for one in missing]
    before = spec_of(held) if held is not None else {"host": subject.service.host}
    spec = {**before, "subsets": [*there, *added]}
    own = {"name": subject.service.name, "namespace": subject.service.namespace}
    values = {"metadata": metadata_of(held) if held is not None else own, "spec": spec}
    return Subsets(names, (Sheet("destination-rule.yaml", _TEMPLATE, values),))


def _held(site: Site, subject: RoutedService) -> Resource | None:
    served = rules_served(site.view, subject.service.host, subject.service.namespace)
    return next((one for one in served if rule_host(one) == subject.service.host), None)


def _subsets(held: Resource | None) -> list[Mapping[str, Any]]:
    listed = held.each("spec.subsets[]") if held is not None else ()
    return [one.value for one in listed if isinstance(one.value, dict)]


def _named(version: Version, there: list[Mapping[str, Any]]) -> str:
    return next((str(one.get("name")) for one in there if one.get("labels") == dict(version.labels)), "")
