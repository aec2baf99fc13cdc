"""What the policies for TLS towards backends aim at."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.route_references import Reference, reference
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Target", "targets"]


class Target(NamedTuple):
    """One target of a policy.

    Attributes:
        aim: What it refers to, in the namespace of the policy.
        section: Where it names a port; None for all of them.
    """

    aim: Reference
    section: Node | None

    @property
    def port(self) -> str:
        """Name of the port, empty for all of them."""
        return self.section.text if self.section is not None else ""


def targets(policy: Resource) -> Iterator[Target]:
    """The targets of a BackendTLSPolicy: a list, one alone in its first release."""
    for place in ("spec.targetRefs[]", "spec.targetRef"):
        for node in policy.each(place):
            if isinstance(node.value, dict):
                aim = reference(node, SERVICE.group, SERVICE.name)._replace(namespace=policy.namespace)
                yield Target(aim, node.get("sectionName"))
